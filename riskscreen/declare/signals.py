"""The closed vocabulary of signals. A signal holds no date: only the engine knows ``as_of``.

What a signal is when nothing was seen: counts, totals, distinct counts, trends, states and spell lengths are 0;
largest, smallest, average, latest value, days since and shares are not known.
"""

from dataclasses import dataclass, fields
from typing import Literal

from riskscreen.clock import Window
from riskscreen.declare.conditions import Condition
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError

Members = Literal["now", "then"]
Direction = Literal[-1, 0, 1]

# What a row of features has beside its signals.
EVERY_ROW_HAS = ("person", "entity_id", "as_of", "record_id")

# The day of a record, which Distinct may count beside the kind's own columns.
HAPPENED_ON = "happened_on"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """What every signal says of itself.

    ``direction`` is +1 where more of it can only raise the risk, -1 where it can only lower it, else 0; models
    may hold to it as a monotone constraint. ``reason`` is the sentence that a social worker reads; where values are
    codes, ``words`` says what each is called in it.
    """

    name: str
    label: Text
    theme: str
    reason: Text
    unit: str = ""
    direction: Direction = 0
    words: tuple[tuple[float, Text], ...] = ()

    def __post_init__(self) -> None:
        check_name("a signal", self.name)
        if self.name in EVERY_ROW_HAS:
            raise DeclarationError(f"a signal is called {self.name!r}, as a column that every row has: rename it")

    def inputs(self) -> tuple[str, ...]:
        """The names of the signals that this one is made of."""
        return ()

    @property
    def days(self) -> int | None:
        """The length of the window in days, where the signal has one."""
        window = getattr(self, "window", None)
        return window.days if isinstance(window, Window) else None


@dataclass(frozen=True, kw_only=True)
class RecordSignal(Signal):
    """A signal over the records of one kind about one person, in a window, where all conditions hold.

    ``window=None`` means everything that happened up to ``as_of``.
    """

    records: str
    window: Window | None = None
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ColumnSignal(RecordSignal):
    """A record signal that reads one column; records in which it is not known are passed over."""

    column: str


@dataclass(frozen=True, kw_only=True)
class Count(RecordSignal):
    """How many records."""


@dataclass(frozen=True, kw_only=True)
class Total(ColumnSignal):
    """The sum of a column."""


@dataclass(frozen=True, kw_only=True)
class Largest(ColumnSignal):
    """The largest value of a column."""


@dataclass(frozen=True, kw_only=True)
class Smallest(ColumnSignal):
    """The smallest value of a column."""


@dataclass(frozen=True, kw_only=True)
class Average(ColumnSignal):
    """The mean of a column over the records in which it is known."""


@dataclass(frozen=True, kw_only=True)
class Latest(ColumnSignal):
    """The value of the record that happened last; a tie goes to the one known later, then to the later load."""


@dataclass(frozen=True, kw_only=True)
class Distinct(ColumnSignal):
    """How many different values of a column; of ``happened_on``: on how many different days."""


@dataclass(frozen=True, kw_only=True)
class DaysSinceLast(RecordSignal):
    """Days from the last record's ``happened_on`` to ``as_of``; 0 is the day itself."""


@dataclass(frozen=True, kw_only=True)
class DaysSinceFirst(RecordSignal):
    """Days from the first record's ``happened_on`` to ``as_of``; 0 is the day itself."""


@dataclass(frozen=True, kw_only=True)
class Share(ColumnSignal):
    """The total of ``column`` divided by the total of ``whole`` over the same records; not known where that is 0."""

    whole: str


@dataclass(frozen=True, kw_only=True)
class Trend(RecordSignal):
    """The recent window minus the window of the same length before it: of a column's total, or of the count."""

    column: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window is None:
            raise DeclarationError(f"signal {self.name!r} is a trend without a window: give one")


@dataclass(frozen=True, kw_only=True)
class StateAt(RecordSignal):
    """1 where a spell holds at ``as_of`` (begun, and not ended before that day), else 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_no_window(self)


@dataclass(frozen=True, kw_only=True)
class SpellLength(RecordSignal):
    """Days since the longest spell that holds at ``as_of`` began, its first day being day 1; 0 without one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_no_window(self)


@dataclass(frozen=True, kw_only=True)
class OverHousehold(Signal):
    """A record signal of the household's members, rolled up.

    ``members="now"``: those who are members at ``as_of``, with all their records. ``"then"``: every record counts
    for the household in which its person lived on ``happened_on``, so the earner who died still counts.
    ``any`` is 1 where a member's value is above 0. Members whose value is not known are passed over; with nobody
    left, the roll-up is not known (``any``: 0).
    """

    of: str
    how: Literal["sum", "max", "min", "mean", "any"]
    members: Members = "now"

    def inputs(self) -> tuple[str, ...]:
        """The names of the signals that this one is made of."""
        return (self.of,)


@dataclass(frozen=True, kw_only=True)
class CountMembers(Signal):
    """How many members meet a condition on one of their own signals; without a condition, how many there are.

    ``members="then"`` counts, beside today's members, those who were members on a record's ``happened_on``.
    """

    where: Condition | None = None
    members: Members = "now"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.members == "then" and self.where is None:
            raise DeclarationError(
                f"signal {self.name!r} counts members then: give a condition on one of their signals"
            )

    def inputs(self) -> tuple[str, ...]:
        """The names of the signals that this one is made of."""
        return (self.where.field,) if self.where else ()


@dataclass(frozen=True, kw_only=True)
class Derived(Signal):
    """Named signals combined. A ratio by zero is not known; anything of an unknown is not known.

    ``first_known`` takes the first of its signals that is known.
    """

    how: Literal["sum", "difference", "product", "ratio", "largest", "smallest", "first_known"]
    of: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.of) < 2 or (self.how in ("difference", "ratio") and len(self.of) != 2):
            raise DeclarationError(f"signal {self.name!r}: a {self.how} of {len(self.of)} signals cannot be computed")

    def inputs(self) -> tuple[str, ...]:
        """The names of the signals that this one is made of."""
        return self.of


def columns_read(signal: Signal) -> set[str]:
    """The record columns that a record signal reads (empty for other signals)."""
    if not isinstance(signal, RecordSignal):
        return set()
    own = {getattr(signal, field.name) for field in fields(signal) if field.name in ("column", "whole")}
    if isinstance(signal, Distinct):
        own -= {HAPPENED_ON}
    return {name for name in own if name is not None} | {condition.field for condition in signal.where}


def _check_no_window(signal: RecordSignal) -> None:
    if signal.window is not None:
        raise DeclarationError(f"signal {signal.name!r} speaks of the day itself: it takes no window")
