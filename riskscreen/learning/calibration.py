"""Calibration: from a raw margin (log-odds as a candidate sees them) to odds that hold."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from riskscreen.learning.examples import Floats

BINS = 10
LEAST_SLOPE = 1e-3  # a candidate that ranks no better than chance still keeps its order
LARGEST = 700.0  # exp() of more than this overflows


@dataclass(frozen=True)
class Calibration:
    """Platt's: ``probability = 1 / (1 + exp(-(slope * margin + intercept)))``; ``slope > 0`` keeps ranks."""

    slope: float = 1.0
    intercept: float = 0.0

    def probability(self, raw: Floats) -> Floats:
        """The probability for each margin [n]."""
        return sigmoid(self.slope * raw + self.intercept)

    def to_json(self) -> dict[str, Any]:
        """The calibration as it stands in ``model.json``."""
        return {"kind": "platt", "slope": self.slope, "intercept": self.intercept}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Calibration":
        """The calibration that :meth:`to_json` told of."""
        return cls(slope=float(told["slope"]), intercept=float(told["intercept"]))


def fit_calibration(raw: Floats, label: Floats) -> Calibration:
    """The Platt calibration of out-of-fold margins [n] and labels [n], by Newton's method.

    Labels are drawn in by Platt's prior, so that a perfect ranking does not ask for a slope without bound.
    Margins that rank no better than chance get a slope next to nothing: everybody has about the average odds.
    """
    target = _drawn_in(label)
    slope, intercept = _newton(raw, target)
    if slope >= LEAST_SLOPE:
        return Calibration(slope, intercept)
    average = float(target.mean())
    return Calibration(LEAST_SLOPE, math.log(average / (1 - average)) - LEAST_SLOPE * float(raw.mean()))


def cross_calibrated(raw: Floats, label: Floats, fold: ArrayLike) -> Floats:
    """Probabilities [n] in which no row had a part: each fold is calibrated by the margins of the others."""
    folds = np.asarray(fold)
    probability = np.empty(len(raw))
    for number in np.unique(folds):
        own = folds == number
        probability[own] = fit_calibration(raw[~own], label[~own]).probability(raw[own])
    return probability


def calibration_error(label: Floats, probability: Floats) -> float:
    """The mean of ``|observed - predicted|`` over 10 bins of equal count, weighted by their counts.

    Rows [n >= 1] are ordered by probability, equal ones as they come; where n is not a multiple of 10, the
    first bins hold one row more.
    """
    order = np.argsort(probability, kind="stable")
    return calibration_error_in_order(label[order], probability[order])


def calibration_error_in_order(label: Floats, probability: Floats) -> float:
    """:func:`calibration_error` of rows that are already ordered by probability."""
    gaps = [abs(part.sum()) for part in np.array_split(label - probability, BINS)]
    return float(sum(gaps) / len(label))


def sigmoid(margin: Floats) -> Floats:
    """``1 / (1 + exp(-margin))`` for each margin [n], without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(margin, -LARGEST, LARGEST))))


def _drawn_in(label: Floats) -> Floats:
    positives = label.sum()
    negatives = len(label) - positives
    return np.asarray(np.where(label > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2)))


def _newton(raw: Floats, target: Floats) -> tuple[float, float]:
    """The slope and intercept of least log-loss; steps are halved until the loss falls."""
    at = np.zeros(2)
    loss = _loss(raw, target, at)
    for _ in range(100):
        step = _step(raw, target, at)
        while _loss(raw, target, at - step) > loss and np.abs(step).max() > 1e-12:
            step = step / 2
        at, before, loss = at - step, loss, _loss(raw, target, at - step)
        if before - loss <= 1e-12 * max(1.0, abs(loss)):
            break
    return float(at[0]), float(at[1])


def _step(raw: Floats, target: Floats, at: Floats) -> Floats:
    predicted = sigmoid(at[0] * raw + at[1])
    gap, weight = predicted - target, predicted * (1 - predicted)
    gradient = np.array([(gap * raw).sum(), gap.sum()])
    cross = (weight * raw).sum()
    curve = np.array([[(weight * raw * raw).sum(), cross], [cross, weight.sum()]])
    return np.asarray(np.linalg.solve(curve + 1e-9 * np.eye(2), gradient))


def _loss(raw: Floats, target: Floats, at: Floats) -> float:
    margin = at[0] * raw + at[1]
    return float((np.logaddexp(0.0, margin) - target * margin).sum())
