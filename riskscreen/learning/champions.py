"""The champions of a home: which version holds from which day, and the hash that its files must have.

A champion holds from the day as of which it was trained: an earlier night could not have known it.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from riskscreen.declare import ModelSpec
from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.files import read_json, write_json
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.baselines import FittedBaseline


@dataclass(frozen=True)
class Champion:
    """A promoted version of a model; ``holds_from`` is the day as of which it was trained."""

    model: str
    version: int
    sha256: str
    holds_from: str


def champions(home: Path, model: str) -> list[Champion]:
    """Every champion of a model, in the order of promotion; ``HomeError`` where the list is broken."""
    path = _list(home, model)
    if not path.exists():
        return []
    try:
        return [Champion(**said) for said in read_json(path)["champions"]]
    except (ValueError, TypeError, KeyError):
        raise HomeError(f"models/{model}/champions.json is broken: promote a version again after removing it") from None


def champion_on(home: Path, model: str, as_of: date) -> Champion | None:
    """The champion of a night: the last promoted of those that hold by then; ``None`` without one."""
    holding = [champion for champion in champions(home, model) if date.fromisoformat(champion.holds_from) <= as_of]
    return holding[-1] if holding else None


def load_champion(home: Path, champion: Champion) -> Artefact:
    """The champion's artefact; ``HomeError`` where its files are not those that were promoted."""
    folder = exported(home, champion.model, champion.version)
    try:
        artefact = Artefact.load(folder)
    except CallerError:
        artefact = None
    if artefact is None or artefact.sha256 != champion.sha256:
        raise HomeError(
            f"the files of champion {champion.model!r} version {champion.version} are not those that were promoted: "
            f"run `riskscreen promote {champion.model} --version {champion.version}` again"
        )
    return artefact


def write_champions(home: Path, model: str, promoted: list[Champion]) -> None:
    """Replace the list of a model's champions; an empty one leaves no file."""
    if not promoted:
        _list(home, model).unlink(missing_ok=True)
        return
    write_json(_list(home, model), {"champions": [asdict(champion) for champion in promoted]})


def exported(home: Path, model: str, version: int) -> Path:
    """The folder of a promoted version's files."""
    return home / "models" / model / f"version-{version:04d}"


def _list(home: Path, model: str) -> Path:
    return home / "models" / model / "champions.json"


def remember_baseline(home: Path, model: str, as_of: date, baseline: FittedBaseline) -> None:
    """Keep the best baseline of a training as of a day, for nights without a champion."""
    write_json(_baseline(home, model), {"as_of": as_of.isoformat(), "baseline": baseline.to_json()})


def best_baseline_on(home: Path, spec: ModelSpec, as_of: date) -> FittedBaseline | None:
    """The best baseline of the last training, where the night could know it and the spec still declares it."""
    path = _baseline(home, spec.name)
    if not path.exists():
        return None
    try:
        said = read_json(path)
        known, baseline = date.fromisoformat(said["as_of"]), FittedBaseline.from_json(said["baseline"])
    except (ValueError, KeyError, TypeError):
        raise HomeError(f"models/{spec.name}/baseline.json is broken: train {spec.name!r} again") from None
    declared = baseline.name in [each.name for each in spec.baselines]
    return baseline if declared and known <= as_of else None


def _baseline(home: Path, model: str) -> Path:
    return home / "models" / model / "baseline.json"
