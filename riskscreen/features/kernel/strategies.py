"""One place a kind of record signal: what is measured for it, and what it is then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskscreen.declare import (
    HAPPENED_ON,
    Average,
    Count,
    DaysSinceFirst,
    DaysSinceLast,
    Distinct,
    Largest,
    Latest,
    RecordSignal,
    Share,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from riskscreen.declare.signals import ColumnSignal
from riskscreen.features.kernel.plan import EVERYTHING, How, Measure, Need, span, span_before
from riskscreen.features.kernel.values import Numbers, Values, whole


@dataclass(frozen=True)
class Strategy:
    """What a kind of signal needs to be measured, and its value on a day from that, in the same order."""

    needs: Callable[[Any], tuple[Need, ...]]
    value: Callable[..., Values]


def needs(signal: RecordSignal) -> tuple[Need, ...]:
    """What must be measured for a signal."""
    return STRATEGIES[type(signal)].needs(signal)


def value(signal: RecordSignal, measured: list[Values], as_of: int) -> Values:
    """A signal from what was measured for it."""
    return STRATEGIES[type(signal)].value(as_of, *measured)


def divided(part: Numbers, by: Numbers) -> Values:
    """A quotient; not known where it is one by zero."""
    possible = np.asarray(by != 0)
    return Values(np.divide(part, by, out=np.zeros(len(part)), where=possible), possible)


def _as_measured(how: How) -> Strategy:
    def needs(signal: RecordSignal) -> tuple[Need, ...]:
        return (_need(how, signal),)

    return Strategy(needs, lambda as_of, found: found)


def _need(how: How, signal: RecordSignal) -> Need:
    column = signal.column if isinstance(signal, ColumnSignal) else None
    return Measure(how, signal.where, column), span(signal.window)


def _average_needs(signal: Average) -> tuple[Need, ...]:
    return _need("total", signal), _need("count", signal)


def _average(as_of: int, total: Values, count: Values) -> Values:
    return divided(total.numbers, count.numbers)


def _days(how: How) -> Callable[[RecordSignal], tuple[Need, ...]]:
    return lambda signal: ((Measure(how, signal.where, HAPPENED_ON), span(signal.window)),)


def _days_since(as_of: int, day: Values) -> Values:
    return Values(np.int64(as_of) - day.numbers, day.known)


def _share_needs(signal: Share) -> tuple[Need, ...]:
    columns = (signal.column, signal.whole)
    return tuple((Measure("total", signal.where, column), span(signal.window)) for column in columns)


def _share(as_of: int, part: Values, of: Values) -> Values:
    return divided(part.numbers, of.numbers)


def _trend_needs(signal: Trend) -> tuple[Need, ...]:
    assert signal.window is not None, signal
    measure = Measure("total" if signal.column else "count", signal.where, signal.column)
    return (measure, span(signal.window)), (measure, span_before(signal.window))


def _trend(as_of: int, recent: Values, before: Values) -> Values:
    return whole(recent.numbers - before.numbers)


def _spell_needs(signal: StateAt | SpellLength) -> tuple[Need, ...]:
    return ((Measure("holding", signal.where, HAPPENED_ON), EVERYTHING),)


def _state(as_of: int, began: Values) -> Values:
    return whole(began.known.astype(np.int64))


def _spell_length(as_of: int, began: Values) -> Values:
    return whole(np.where(began.known, np.int64(as_of) - began.numbers + 1, 0))


STRATEGIES: Mapping[type[RecordSignal], Strategy] = {
    Count: _as_measured("count"),
    Total: _as_measured("total"),
    Largest: _as_measured("largest"),
    Smallest: _as_measured("smallest"),
    Average: Strategy(_average_needs, _average),
    Latest: _as_measured("newest"),
    Distinct: _as_measured("distinct"),
    DaysSinceLast: Strategy(_days("newest"), _days_since),
    DaysSinceFirst: Strategy(_days("oldest"), _days_since),
    Share: Strategy(_share_needs, _share),
    Trend: Strategy(_trend_needs, _trend),
    StateAt: Strategy(_spell_needs, _state),
    SpellLength: Strategy(_spell_needs, _spell_length),
}
