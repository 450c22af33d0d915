"""Who ranks tonight: the champion that holds on the day, else the best simple baseline."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskscreen.declare import Deployment, ModelSpec
from riskscreen.errors import HomeError
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.baselines import FittedBaseline, fit_baseline
from riskscreen.learning.champions import best_baseline_on, champion_on, load_champion


@dataclass(frozen=True)
class Ranker:
    """What orders a night's cohort; ``by`` is a champion's artefact or a baseline, ``version`` what the files say."""

    by: Artefact | FittedBaseline
    version: str
    sentence: str

    @property
    def identity(self) -> str:
        """What changes when, and only when, the ranking would."""
        return self.by.sha256 if isinstance(self.by, Artefact) else f"{self.version} {self.by!r}"

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that it reads, in its order."""
        return self.by.signals if isinstance(self.by, Artefact) else self.by.signals_used()

    @property
    def by_rules(self) -> bool:
        """Whether the alert rules rank."""
        return isinstance(self.by, FittedBaseline) and self.by.kind == "alert_rules"


def ranker_on(home: Path, deployment: Deployment, spec: ModelSpec, as_of: date) -> Ranker:
    """The champion that holds on ``as_of``; else the baseline that the last training found best, else the fallback.

    Raises ``HomeError`` where the champion's files are not those promoted, or its signals say something else by now.
    """
    champion = champion_on(home, spec.name, as_of)
    if champion is None:
        baseline = best_baseline_on(home, spec, as_of) or _fallback(spec)
        sentence = f"no champion holds on {as_of}, so the list is in the order of baseline {baseline.name!r}: no odds"
        return Ranker(baseline, f"baseline:{baseline.name}", sentence)
    artefact = load_champion(home, champion)
    if artefact.fingerprint != deployment.fingerprint(artefact.signals):
        raise HomeError(
            f"the signals of champion {spec.name!r} version {champion.version} have changed since it was trained: "
            f"run `riskscreen train {spec.name}` and promote the new version"
        )
    return Ranker(artefact, str(champion.version), f"champion version {champion.version}")


def _fallback(spec: ModelSpec) -> FittedBaseline:
    (declared,) = (baseline for baseline in spec.baselines if baseline.name == spec.fallback)
    return fit_baseline(declared, None, spec.seed)
