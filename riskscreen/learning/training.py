"""Training: fit both candidates out of fold, choose one, calibrate it, judge it, and fit it on everything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from riskscreen.declare import ModelSpec
from riskscreen.errors import CallerError
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.baselines import FittedBaseline, fit_baseline
from riskscreen.learning.calibration import cross_calibrated, fit_calibration
from riskscreen.learning.candidates import KINDS, fit_candidate
from riskscreen.learning.evaluation import figures, groups
from riskscreen.learning.examples import Examples, Floats, Ints
from riskscreen.learning.gates import GateResult, check_gates, signal_auc
from riskscreen.learning.metrics import paired_difference
from riskscreen.learning.splits import Part, Splits, splits

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A version before it is registered.

    ``evaluation`` (JSON) holds the figures of ``evaluate`` out of fold, and ``chosen``, ``candidates``,
    ``best_baseline``, ``lead`` (over the best baseline), ``signal_auc``, ``split``, ``folds``,
    ``training_as_of``. ``baselines`` are fitted on all judged examples.
    """

    artefact: Artefact
    evaluation: dict[str, Any]
    gates: list[GateResult]
    baselines: tuple[FittedBaseline, ...]
    best_baseline: str


def train(
    examples: Examples,
    spec: ModelSpec,
    directions: Mapping[str, int],
    training_as_of: date,
    fingerprint: str,
    progress: Progress | None = None,
    kinds: Sequence[str] = KINDS,
) -> Trained:
    """Train a model on what was known on ``training_as_of``; ``directions`` names each signal's direction.

    The same examples give the same bytes. ``fingerprint`` is the feature set's. ``progress`` is told each
    step. ``kinds`` are the candidates to choose from.

    Raises ``CallerError`` where the judged examples are too few to learn from and be judged by.
    """
    tell = progress or _silent
    judged = examples.judged()
    _check_enough(judged, spec, training_as_of)
    parts = splits(judged, spec)
    _check_parts(judged, parts, spec)
    tested = _out_of_fold(judged, parts, spec, directions, kinds, tell)
    tell("candidates and baselines are compared")
    evaluation = _evaluation(tested, spec) | {
        "split": parts.how,
        "folds": [_fold(judged, part) for part in parts.parts],
        "training_as_of": training_as_of.isoformat(),
    }
    kind = evaluation["chosen"]
    tell(f"{kind} is fitted on all {len(judged)} examples")
    artefact = Artefact(
        name=spec.name,
        signals=spec.signals,
        candidate=fit_candidate(kind, judged.matrix(spec.signals), judged.label, spec, directions),
        calibration=fit_calibration(tested.margins[kind], tested.examples.label),
        seed=spec.seed,
        fingerprint=fingerprint,
        training_as_of=training_as_of,
        min_known=spec.min_known,
    )
    return Trained(
        artefact=artefact,
        evaluation=evaluation,
        gates=check_gates(spec, evaluation),
        baselines=_fit_baselines(judged, spec),
        best_baseline=evaluation["best_baseline"],
    )


@dataclass(frozen=True, eq=False)
class _Tested:
    """The rows that some part tests, and the scores [rows] that the others' fits gave them."""

    examples: Examples
    fold: Ints
    margins: dict[str, Floats]
    baselines: dict[str, Floats]

    def probability(self, kind: str) -> Floats:
        return cross_calibrated(self.margins[kind], self.examples.label, self.fold)


def _out_of_fold(
    judged: Examples,
    parts: Splits,
    spec: ModelSpec,
    directions: Mapping[str, int],
    kinds: Sequence[str],
    tell: Progress,
) -> _Tested:
    signals = judged.matrix(spec.signals)
    margins = {kind: np.full(len(judged), np.nan) for kind in kinds}
    baselines = {baseline.name: np.full(len(judged), np.nan) for baseline in spec.baselines}
    for number, (train_rows, test_rows) in enumerate(parts.parts, start=1):
        tell(f"part {number} of {len(parts.parts)} is fitted")
        for kind in kinds:
            candidate = fit_candidate(kind, signals[train_rows], judged.label[train_rows], spec, directions)
            margins[kind][test_rows] = candidate.raw(signals[test_rows])
        for fitted in _fit_baselines(judged.take(train_rows), spec):
            baselines[fitted.name][test_rows] = fitted.score(judged.take(test_rows))
    fold = parts.fold_of(len(judged))
    rows = np.flatnonzero(fold >= 0)
    return _Tested(judged.take(rows), fold[rows], _of_rows(margins, rows), _of_rows(baselines, rows))


def _of_rows(scores: Mapping[str, Floats], rows: Ints) -> dict[str, Floats]:
    return {name: score[rows] for name, score in scores.items()}


def _fit_baselines(judged: Examples, spec: ModelSpec) -> tuple[FittedBaseline, ...]:
    return tuple(fit_baseline(baseline, judged, spec.seed) for baseline in spec.baselines)


def _evaluation(tested: _Tested, spec: ModelSpec) -> dict[str, Any]:
    """The figures of the better candidate, and of everything that it was compared with."""
    examples, margins = tested.examples, tested.margins
    candidates = {kind: figures(examples, spec, margins[kind], tested.probability(kind)) for kind in margins}
    baselines = {name: figures(examples, spec, score) for name, score in tested.baselines.items()}
    kind, best = _best(candidates), _best(baselines)
    return candidates[kind] | {
        "chosen": kind,
        "candidates": candidates,
        "baselines": baselines,
        "best_baseline": best,
        "lead": paired_difference(
            examples.label, margins[kind], tested.baselines[best], family=examples.family, seed=spec.seed
        ),
        "signal_auc": signal_auc(examples),
        "groups": groups(examples, spec, margins[kind], tested.probability(kind)),
    }


def _best(figures_of: Mapping[str, Mapping[str, Any]]) -> str:
    """The name of the highest average precision; of equal ones, the first."""
    return max(figures_of, key=lambda name: figures_of[name]["average_precision"])


def _fold(judged: Examples, part: Part) -> dict[str, Any]:
    train_rows, test_rows = part
    return {
        "train": len(train_rows),
        "train_positives": int(judged.label[train_rows].sum()),
        "train_until": str(judged.as_of[train_rows].max()),
        "test": len(test_rows),
        "test_positives": int(judged.label[test_rows].sum()),
        "test_until": str(judged.as_of[test_rows].max()),
    }


def _check_enough(judged: Examples, spec: ModelSpec, training_as_of: date) -> None:
    """Raise ``CallerError`` unless there are as many families of each outcome as folds."""
    if not len(judged):
        raise CallerError(
            f"model {spec.name!r}: nobody's outcome was known on {training_as_of}: ingest the feed of the "
            "outcome, or train with a later --as-of"
        )
    for came_true, said in ((1, "to whom it happened"), (0, "to whom it did not")):
        rows = judged.label == came_true
        if len(np.unique(judged.family[rows])) < spec.folds:
            raise CallerError(
                f"model {spec.name!r}: of {len(judged)} examples known on {training_as_of}, {int(rows.sum())} "
                f"are of people {said}; {spec.folds} folds need that many families of them: train from more "
                "dates, or with fewer folds"
            )


def _check_parts(judged: Examples, parts: Splits, spec: ModelSpec) -> None:
    """Raise ``CallerError`` where a train part holds one outcome alone."""
    if any(len(np.unique(judged.label[train_rows])) < 2 for train_rows, _ in parts.parts):
        raise CallerError(
            f"model {spec.name!r}: the examples of one outcome stand in too few families to be split into "
            f"{spec.folds} folds: train from more dates or with fewer folds"
        )


def _silent(_: str) -> None:
    """Tell nobody."""
