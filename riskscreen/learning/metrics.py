"""How good a ranking is, with intervals: families, not people, are drawn again, as members share a fate.

A figure that is not defined, as with one outcome alone, is ``None``; no figure is NaN, so all of it is JSON.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from riskscreen.learning.calibration import calibration_error, calibration_error_in_order
from riskscreen.learning.examples import Bools, Floats, Hashes, Ints

TOP = (0.05,)
RESAMPLES = 200
INTERVAL = (2.5, 97.5)  # percentiles
LOWER_BOUND = 5.0  # one-sided, 95%


def evaluate_ranking(
    label: Floats,
    score: Floats,
    tie_key: Hashes,
    *,
    probability: Floats | None = None,
    family: Ints | None = None,
    top: tuple[float, ...] = TOP,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Any]:
    """``n``, ``positives``, ``roc_auc``, ``average_precision``, ``precision_at`` each share, ``intervals``.

    ``label`` [n] is 1 or 0; ``score`` [n] is finite, highest first; equal scores are visited by ``tie_key``
    [n], the smallest first (:func:`riskscreen.learning.ties.tie_hash`). With ``probability`` [n] also
    ``calibration_error``. ``intervals`` holds ``[low, high]`` (95%, percentile bootstrap) under the same
    keys; without ``family`` [n] each row is drawn on its own.
    """
    figures = {"n": len(label), "positives": int(label.sum())} | _figures(label, score, tie_key, probability, top)
    drawn = _Drawn.of(label, score, tie_key, probability)
    families = np.arange(len(label)) if family is None else family
    samples = [drawn.figures(counts, top) for counts in resampled(families, resamples, seed)]
    return figures | {"intervals": _intervals(samples, figures)}


def paired_difference(
    label: Floats,
    first: Floats,
    second: Floats,
    *,
    family: Ints,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, float | None]:
    """By how much the average precision of ``first`` [n] is above that of ``second`` [n], on the same draws.

    ``lower_bound``: 95% of the draws of families show more than this.
    """
    no_ties = np.zeros(len(label), dtype=np.uint64)
    pair = [_Drawn.of(label, score, no_ties, None) for score in (first, second)]
    differences = []
    for counts in resampled(family, resamples, seed):
        values = [drawn.average_precision(counts) for drawn in pair]
        if values[0] is not None and values[1] is not None:
            differences.append(values[0] - values[1])
    if not differences:
        return {"difference": None, "lower_bound": None}
    difference = average_precision_score(label, first) - average_precision_score(label, second)
    return {"difference": float(difference), "lower_bound": float(np.percentile(differences, LOWER_BOUND))}


def visited(score: Floats, tie_key: Hashes, share: float) -> Bools:
    """Which rows [n] hold the ``ceil(share * n)`` highest scores; of equal ones, the smallest tie keys."""
    chosen = np.zeros(len(score), dtype=bool)
    chosen[_ranked(score, tie_key)[: how_many(share, len(score))]] = True
    return chosen


def how_many(share: float, rows: int) -> int:
    """``ceil(share * rows)``, forgiving what binary fractions add.

    >>> how_many(0.05, 100), how_many(0.05, 101), how_many(0.07, 100)
    (5, 6, 7)
    """
    return math.ceil(share * rows - 1e-9)


def resampled(family: Ints, resamples: int, seed: int) -> Iterator[Ints]:
    """How often each row [n] stands in each draw of as many families as there are, with replacement."""
    names, member = np.unique(family, return_inverse=True)
    draw = np.random.default_rng(seed)
    for _ in range(resamples if len(names) else 0):
        yield np.bincount(draw.integers(0, len(names), size=len(names)), minlength=len(names))[member]


def _figures(
    label: Floats, score: Floats, tie_key: Hashes, probability: Floats | None, top: tuple[float, ...]
) -> dict[str, Any]:
    both = 0 < label.sum() < len(label)
    ranked = label[_ranked(score, tie_key)]
    figures: dict[str, Any] = {
        "roc_auc": float(roc_auc_score(label, score)) if both else None,
        "average_precision": float(average_precision_score(label, score)) if label.sum() else None,
        "precision_at": {str(share): _precision(ranked, share) for share in top},
    }
    if probability is not None:
        figures["calibration_error"] = calibration_error(label, probability) if len(label) else None
    return figures


def _ranked(score: Floats, tie_key: Hashes) -> Ints:
    return np.lexsort((tie_key, -score))


def _precision(ranked: Floats, share: float) -> float | None:
    best = ranked[: how_many(share, len(ranked))]
    return float(best.mean()) if len(best) else None


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Rows sorted once, so that a draw is a repetition of rows in their order and needs no sorting."""

    order: Ints
    label: Floats
    score: Floats
    by_odds: Ints
    odds_label: Floats
    odds: Floats | None

    @classmethod
    def of(cls, label: Floats, score: Floats, tie_key: Hashes, probability: Floats | None) -> "_Drawn":
        order = _ranked(score, tie_key)
        by_odds = order if probability is None else np.argsort(probability, kind="stable")
        odds = None if probability is None else probability[by_odds]
        return cls(order, label[order], score[order], by_odds, label[by_odds], odds)

    def figures(self, counts: Ints, top: tuple[float, ...]) -> dict[str, Any]:
        rows = np.repeat(np.arange(len(counts)), counts[self.order])
        label = self.label[rows]
        found, seen = _curve(label, self.score[rows])
        figures: dict[str, Any] = {
            "roc_auc": _roc_auc(found, seen),
            "average_precision": _average_precision(found, seen),
            "precision_at": {str(share): _precision(label, share) for share in top},
        }
        if self.odds is not None:
            repeated = np.repeat(np.arange(len(counts)), counts[self.by_odds])
            figures["calibration_error"] = calibration_error_in_order(self.odds_label[repeated], self.odds[repeated])
        return figures

    def average_precision(self, counts: Ints) -> float | None:
        rows = np.repeat(np.arange(len(counts)), counts[self.order])
        return _average_precision(*_curve(self.label[rows], self.score[rows]))


def _curve(label: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Positives found and rows seen [distinct scores + 1] down to each score, beginning with none."""
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), len(score) - 1)
    found = np.cumsum(label)[last]
    return np.append(0.0, found), np.append(0.0, last + 1.0)


def _average_precision(found: Floats, seen: Floats) -> float | None:
    if found[-1] == 0:
        return None
    return float((np.diff(found) * found[1:] / seen[1:]).sum() / found[-1])


def _roc_auc(found: Floats, seen: Floats) -> float | None:
    false = seen - found
    if found[-1] == 0 or false[-1] == 0:
        return None
    return float((np.diff(false) * (found[1:] + found[:-1]) / 2).sum() / (found[-1] * false[-1]))


def _intervals(samples: list[dict[str, Any]], figures: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in figures if name not in ("n", "positives", "precision_at")]
    shares = figures["precision_at"]
    intervals = {name: _interval([sample[name] for sample in samples]) for name in names}
    if intervals.get("calibration_error"):
        intervals["calibration_error"] = _centred(
            [s["calibration_error"] for s in samples], figures["calibration_error"]
        )
    return intervals | {
        "precision_at": {share: _interval([sample["precision_at"][share] for sample in samples]) for share in shares}
    }


def _centred(values: list[float], figure: float) -> list[float]:
    """The interval of an error that every draw makes larger: moved so that the middle draw stands on the figure."""
    moved = np.array(values) - np.median(values) + figure
    return [max(0.0, float(bound)) for bound in np.percentile(moved, INTERVAL)]


def _interval(values: list[float | None]) -> list[float] | None:
    defined = [value for value in values if value is not None]
    if not defined:
        return None
    return [float(bound) for bound in np.percentile(defined, INTERVAL)]
