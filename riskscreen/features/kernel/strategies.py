"""One function a kind of record signal: what it is for each group of records."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from riskscreen.declare import (
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
from riskscreen.features.kernel.groups import distinct, first, largest, last, means, smallest, sums
from riskscreen.features.kernel.history import Held
from riskscreen.features.kernel.values import Numbers, Values, whole


def over_records(signal: RecordSignal, held: Held, as_of: int) -> tuple[Values, Held]:
    """A record signal of each group, and the records that it counts."""
    seen = held.counted(signal, as_of)
    return STRATEGIES[type(signal)](signal, seen, held, as_of), seen


def _count(signal: Count, seen: Held, held: Held, as_of: int) -> Values:
    return whole(seen.groups.counts)


def _total(signal: Total, seen: Held, held: Held, as_of: int) -> Values:
    return whole(_sum(seen, signal.column))


def _largest(signal: Largest, seen: Held, held: Held, as_of: int) -> Values:
    return largest(*seen.known(signal.column))


def _smallest(signal: Smallest, seen: Held, held: Held, as_of: int) -> Values:
    return smallest(*seen.known(signal.column))


def _average(signal: Average, seen: Held, held: Held, as_of: int) -> Values:
    values, groups = seen.known(signal.column)
    return means(values.numbers, groups)


def _latest(signal: Latest, seen: Held, held: Held, as_of: int) -> Values:
    return last(*seen.known(signal.column))


def _distinct(signal: Distinct, seen: Held, held: Held, as_of: int) -> Values:
    return distinct(*seen.known(signal.column))


def _days_since_last(signal: DaysSinceLast, seen: Held, held: Held, as_of: int) -> Values:
    day = last(seen.days, seen.groups)
    return Values(as_of - day.numbers, day.known)


def _days_since_first(signal: DaysSinceFirst, seen: Held, held: Held, as_of: int) -> Values:
    day = first(seen.days, seen.groups)
    return Values(as_of - day.numbers, day.known)


def _share(signal: Share, seen: Held, held: Held, as_of: int) -> Values:
    return divided(_sum(seen, signal.column), _sum(seen, signal.whole))


def _trend(signal: Trend, seen: Held, held: Held, as_of: int) -> Values:
    assert signal.window is not None, signal
    before = held.counted(signal, as_of - signal.window.days)
    if signal.column is None:
        return whole(seen.groups.counts - before.groups.counts)
    return whole(_sum(seen, signal.column) - _sum(before, signal.column))


def _state_at(signal: StateAt, seen: Held, held: Held, as_of: int) -> Values:
    return whole(seen.groups.filled.astype(np.int64))


def _spell_length(signal: SpellLength, seen: Held, held: Held, as_of: int) -> Values:
    began = first(seen.days, seen.groups)
    return whole(np.where(began.known, as_of - began.numbers + 1, 0))


def divided(part: Numbers, by: Numbers) -> Values:
    """A quotient; not known where it is one by zero."""
    possible = np.asarray(by != 0)
    return Values(part / np.where(possible, by, 1), possible)


def _sum(held: Held, column: str) -> Numbers:
    values, groups = held.known(column)
    return sums(values.numbers, groups)


Strategy = Callable[[Any, Held, Held, int], Values]

STRATEGIES: Mapping[type[RecordSignal], Strategy] = {
    Count: _count,
    Total: _total,
    Largest: _largest,
    Smallest: _smallest,
    Average: _average,
    Latest: _latest,
    Distinct: _distinct,
    DaysSinceLast: _days_since_last,
    DaysSinceFirst: _days_since_first,
    Share: _share,
    Trend: _trend,
    StateAt: _state_at,
    SpellLength: _spell_length,
}
