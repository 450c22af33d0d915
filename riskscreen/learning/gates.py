"""The gates: what a version must show, out of fold, before it may be promoted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from riskscreen.declare import ModelSpec
from riskscreen.learning.baselines import NOT_KNOWN
from riskscreen.learning.examples import Examples, Floats


@dataclass(frozen=True)
class GateResult:
    """Whether a gate was passed, and a sentence with its figures and, where it was not, what to do."""

    name: str
    passed: bool
    sentence: str


def check_gates(spec: ModelSpec, evaluation: Mapping[str, Any]) -> list[GateResult]:
    """The gates of a spec on the evaluation of a training, in a fixed order; all must be passed.

    A figure that is not defined passes no gate.
    """
    return [
        _beats_baselines(evaluation),
        _is_calibrated(spec, evaluation),
        _has_positives(spec, evaluation),
        _has_no_leak(spec, evaluation),
    ]


def signal_auc(examples: Examples) -> dict[str, float]:
    """How well each signal alone separates the outcomes of judged examples of both: its ROC AUC, in 0.5 … 1.

    Either direction counts, and values that are not known come first or last, whichever separates better:
    that a value is known at all can be the leak.
    """
    return {str(name): _separation(examples.column(str(name)), examples.label) for name in examples.signals.columns}


def _separation(values: Floats, label: Floats) -> float:
    unknown = np.isnan(values)
    places = (NOT_KNOWN, -NOT_KNOWN) if unknown.any() else (0.0,)
    areas = [float(roc_auc_score(label, np.where(unknown, place, values))) for place in places]
    return max(max(area, 1 - area) for area in areas)


def _beats_baselines(evaluation: Mapping[str, Any]) -> GateResult:
    """Better than the best baseline by more than chance: a tie does not pass, and being worse does not."""
    best, lead = evaluation["best_baseline"], evaluation["lead"]
    model, baseline = evaluation["average_precision"], evaluation["baselines"][best]["average_precision"]
    bound = lead["lower_bound"]
    passed = bound is not None and bound > 0 and lead["difference"] > 0
    said = (
        f"average precision {_said(model)} against {_said(baseline)} of the best baseline {best!r}; "
        f"the lead is above {_said(bound)} with 95% certainty"
    )
    remedy = "it must be above 0: add signals or examples, or keep working by the baseline"
    return _result("beats_baselines", passed, said, remedy)


def _is_calibrated(spec: ModelSpec, evaluation: Mapping[str, Any]) -> GateResult:
    error, limit = evaluation["calibration_error"], spec.gates.calibration_error
    said = f"calibration error {_said(error)}, at most {limit} allowed"
    remedy = "train on more examples, or on dates more like the present"
    return _result("calibration_error", error is not None and error <= limit, said, remedy)


def _has_positives(spec: ModelSpec, evaluation: Mapping[str, Any]) -> GateResult:
    positives, least = evaluation["positives"], spec.gates.min_positives
    said = f"judged on {positives} people to whom it happened, at least {least} needed"
    remedy = "train from more dates, or for a more frequent outcome"
    return _result("min_positives", positives >= least, said, remedy)


def _has_no_leak(spec: ModelSpec, evaluation: Mapping[str, Any]) -> GateResult:
    limit = spec.gates.leak_auc
    leaks = {name: area for name, area in evaluation["signal_auc"].items() if area > limit}
    if not leaks:
        return GateResult("leak", True, f"no signal alone ranks better than a ROC AUC of {limit}")
    said = "too good to be known beforehand: " + ", ".join(f"{name} (ROC AUC {_said(leaks[name])})" for name in leaks)
    remedy = f"above {limit} a signal is taken for a leak of the outcome: look at its feed's known_on, or drop it"
    return _result("leak", False, said, remedy)


def _result(name: str, passed: bool, said: str, remedy: str) -> GateResult:
    return GateResult(name, passed, said if passed else f"{said}: {remedy}")


def _said(figure: float | None) -> str:
    return "not defined" if figure is None else f"{figure:.3f}"
