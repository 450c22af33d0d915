"""The simple orders that a model must beat, and on which the list runs while there is no champion."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from riskscreen.declare import AlertRules, AreaRate, Baseline, BestSignal, RandomOrder, SignalOrder
from riskscreen.errors import CallerError
from riskscreen.learning.examples import Examples, Floats, Rows
from riskscreen.learning.ties import tie_hash

NOT_KNOWN = float(np.finfo(np.float64).min)  # ranks last; finite, as metrics refuse infinity
SMOOTHING = 20.0  # people of average risk that are added to each area


@dataclass(frozen=True)
class FittedBaseline:
    """A baseline that is ready to score, on any rows, without looking from one row at another.

    ``signal`` and ``sign`` (1: largest first, -1: smallest first) where it ranks by one signal; ``rates`` by
    area and ``overall`` where it ranks by area; ``seed`` where it ranks at random.
    """

    name: str
    kind: str
    signal: str = ""
    sign: int = 1
    rates: Mapping[str, float] = field(default_factory=dict)
    overall: float = 0.0
    seed: int = 0

    def score(self, rows: Rows) -> Floats:
        """A finite score for each row [n], highest first; labels are not read.

        Raises ``CallerError`` where the rows lack its signal.
        """
        return _SCORES[self.kind](self, rows)

    def signals_used(self) -> tuple[str, ...]:
        """The names of the signals by which it ranks."""
        return (self.signal,) if self.signal else ()

    def to_json(self) -> dict[str, Any]:
        """The baseline as JSON, floats to the bit."""
        return asdict(self) | {"rates": dict(sorted(self.rates.items()))}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "FittedBaseline":
        """The baseline that :meth:`to_json` told of.

        Raises ``CallerError`` for anything else.
        """
        try:
            fitted = cls(**told)
            _SCORES[fitted.kind]
        except (TypeError, KeyError) as fault:
            raise CallerError("a stored baseline cannot be read: train the model again") from fault
        return fitted


def fit_baseline(baseline: Baseline, train: Examples | None, seed: int = 0) -> FittedBaseline:
    """Fit a baseline on judged examples; ``seed`` is that of a random order.

    ``train=None``: nothing was ever learnt here; the area rate is then the same everywhere. Raises
    ``CallerError`` for the best single signal, which cannot be told without examples.
    """
    match baseline:
        case RandomOrder():
            return FittedBaseline(baseline.name, "random", seed=seed)
        case AreaRate():
            rates, overall = ({}, 0.0) if train is None else _area_rates(train)
            return FittedBaseline(baseline.name, "area_rate", rates=rates, overall=overall)
        case SignalOrder():
            return FittedBaseline(baseline.name, "signal", baseline.signal, 1 if baseline.descending else -1)
        case BestSignal():
            signal, sign = _best_signal(baseline.name, train)
            return FittedBaseline(baseline.name, "signal", signal, sign)
        case AlertRules():
            return FittedBaseline(baseline.name, "alert_rules")


def _area_rates(train: Examples) -> tuple[dict[str, float], float]:
    """Rates drawn towards the overall rate, so that an area of three people is not the city's worst."""
    overall = float(train.label.mean())
    by_area = pd.Series(train.label).groupby(pd.Series(train.area).astype(str), sort=True).agg(["sum", "count"])
    rates = (by_area["sum"] + SMOOTHING * overall) / (by_area["count"] + SMOOTHING)
    return {str(area): float(rate) for area, rate in rates.items()}, overall


def _best_signal(name: str, train: Examples | None) -> tuple[str, int]:
    """The signal and sign of the best average precision; of equal ones, the first in the spec's order."""
    if train is None:
        raise CallerError(f"baseline {name!r} needs a training to find its signal: train, or fall back on another")
    choices = [(str(signal), sign) for signal in train.signals.columns for sign in (1, -1)]
    return max(choices, key=lambda choice: _worth(train, *choice))


def _worth(train: Examples, signal: str, sign: int) -> float:
    from sklearn.metrics import average_precision_score  # costly to load, and the store comes by here

    return float(average_precision_score(train.label, _ordered(train.column(signal), sign)))


def _ordered(values: Floats, sign: int) -> Floats:
    return np.where(np.isnan(values), NOT_KNOWN, sign * values)


def _random(fitted: FittedBaseline, rows: Rows) -> Floats:
    return tie_hash(fitted.seed + 1, rows.person) / 2.0**64  # not the seed of ties, which has ranked them already


def _area(fitted: FittedBaseline, rows: Rows) -> Floats:
    return np.array([fitted.rates.get(str(area), fitted.overall) for area in rows.area], dtype=np.float64)


_SCORES: Mapping[str, Callable[[FittedBaseline, Rows], Floats]] = {
    "random": _random,
    "area_rate": _area,
    "signal": lambda fitted, rows: _ordered(rows.column(fitted.signal), fitted.sign),
    "alert_rules": lambda _, rows: rows.rules.astype(np.float64),
}
