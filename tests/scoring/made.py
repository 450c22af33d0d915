"""Models over small declarations, without a training."""

from datetime import date
from typing import Any

from riskscreen.clock import Horizon
from riskscreen.declare import Cohort, ModelSpec, Origins, Outcome, RandomOrder, Text
from riskscreen.learning.artefact import Artefact, Linear
from riskscreen.learning.baselines import FittedBaseline
from riskscreen.learning.calibration import Calibration
from riskscreen.scoring import Ranker, Ranking
from tests.factories import T


def spec(name: str, cohort: Cohort, signals: tuple[str, ...]) -> ModelSpec:
    """A model of a random fallback."""
    outcome = Outcome(label=T, records="bills", where=(), horizon=Horizon(30), judged_by="absence")
    return ModelSpec(
        name=name, label=T, purpose=Text("p", "p"), cohort=cohort, outcome=outcome, signals=signals,
        origins=Origins(every="month"), baselines=(RandomOrder(),), fallback="random",
    )  # fmt: skip


def linear(*signals: str, **changes: Any) -> Artefact:
    """A champion that adds its signals up."""
    ones, zeros = (1.0,) * len(signals), (0.0,) * len(signals)
    said: dict[str, Any] = {"calibration": Calibration(), "min_known": 0.5, "fingerprint": "f", "seed": 1} | changes
    return Artefact(
        name="it",
        signals=signals,
        candidate=Linear(zeros, ones, ones, {}, 0.0),
        training_as_of=date(2024, 1, 1),
        **said,
    )


def ranking(name: str, cohort: Cohort, by: Artefact | FittedBaseline) -> Ranking:
    """A model that a champion or a baseline ranks for."""
    signals = by.signals if isinstance(by, Artefact) else ("records",)
    return Ranking(spec(name, cohort, signals), Ranker(by, "1", "champion version 1"))
