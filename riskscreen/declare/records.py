"""How one delivered row becomes one or more records, each with ``happened_on`` and ``known_on``."""

from collections.abc import Iterator
from dataclasses import dataclass

from riskscreen.clock import check_days
from riskscreen.declare.conditions import Condition
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError

# What every record has; a kind's own values cannot be called so.
EVERY_RECORD_HAS = (
    "person",
    "household",
    "collective",
    "record_id",
    "happened_on",
    "known_on",
    "ends_on",
    "withdrawn",
    "load",
    "row",
)
HOME = "home"  # what the landed records of a kind have whose household key says where people live
SAME = "same"  # what the landed records of a kind have by which it is known that two tell of one event


@dataclass(frozen=True)
class DayOf:
    """The day in a ``Day`` column, or in the column ``otherwise`` where that is not known."""

    column: str
    otherwise: str | None = None

    def fields(self) -> tuple[str, ...]:
        """The columns that the day is read from."""
        return (self.column,) if self.otherwise is None else (self.column, self.otherwise)


@dataclass(frozen=True)
class YearEnd:
    """31 December of the year in a whole-number column, plus ``plus`` years."""

    column: str
    plus: int = 0

    def fields(self) -> tuple[str, ...]:
        """The columns that the day is read from."""
        return (self.column,)


@dataclass(frozen=True)
class MonthEnd:
    """The last day of a month; ``month`` is a whole-number column or the variable of ``Each``."""

    year: str
    month: str
    plus: int = 0

    def fields(self) -> tuple[str, ...]:
        """The columns that the day is read from."""
        return (self.year, self.month)


DayExpression = DayOf | YearEnd | MonthEnd


@dataclass(frozen=True)
class Each:
    """One record a value of a variable: ``{month}`` in a column name stands for the value.

    >>> list(Each("month", (1, 2)).names("status{month}"))
    ['status1', 'status2']
    """

    variable: str
    values: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise DeclarationError(f"Each({self.variable!r}) lists no value: give at least one")

    def name(self, pattern: str, value: int) -> str:
        """A column name for one value of the variable."""
        return pattern.replace("{" + self.variable + "}", str(value))

    def names(self, pattern: str) -> Iterator[str]:
        """The column names for every value of the variable."""
        return (self.name(pattern, value) for value in self.values)


@dataclass(frozen=True)
class FirstCharacters:
    """The first ``length`` characters of an id column."""

    column: str
    length: int

    def __post_init__(self) -> None:
        check_days("FirstCharacters", self.length)


@dataclass(frozen=True)
class HouseholdKey:
    """What two people of one household share in this feed: columns, or the beginning of an id.

    Several feeds may state households; keys are compared within one ``kind`` only. Membership holds from
    the record's ``happened_on`` until a later record of the person says otherwise. A ``collective`` household
    (a dormitory, a home) never joins families.

    ``home`` is the column that says where they live, where ``of`` alone does not: ``of`` is then the book in which they
    are registered together, and only those of one book who live in one home share a household by it. A row without a
    known home is of the book's own. Without the column the key is home and book at once.
    """

    kind: str
    of: tuple[str | FirstCharacters, ...]
    collective: Condition | None = None
    home: str | None = None

    def __post_init__(self) -> None:
        check_name("a household kind", self.kind)
        if not self.of:
            raise DeclarationError(f"household key {self.kind!r} names no column: give at least one")

    def fields(self) -> tuple[str, ...]:
        """The columns that the key is read from."""
        key = tuple(part if isinstance(part, str) else part.column for part in self.of)
        return key if self.home is None else (*key, self.home)


@dataclass(frozen=True, kw_only=True)
class RecordKind:
    """A kind of record that a feed's rows are mapped to.

    ``person`` is the id column of whom the record is about. ``key`` names the columns that make the
    ``record_id``: a later record of the same id corrects the earlier one. ``known_on`` is the day of
    ``known`` (default: ``happened``) plus ``lag_days``, the contract's reporting lag. ``ends`` makes the
    record a spell; a planned end may lie in the future. ``when`` are conditions on the row, all of which
    must hold. ``withdrawn`` says which rows take a record back. ``same`` names columns that two different records of
    one person share where both tell of one event, as of a stay that was settled twice: of those that stand, the one
    known first counts, and none where one of the columns is not known. They are whole numbers, amounts, days, codes or
    ids. A row is accepted without an ``optional`` record that cannot stand, as where its day is not known.
    """

    name: str
    label: Text
    person: str
    key: tuple[str, ...]
    happened: DayExpression
    known: DayExpression | None = None
    lag_days: int = 0
    ends: DayExpression | None = None
    values: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    withdrawn: Condition | None = None
    each: Each | None = None
    household: HouseholdKey | None = None
    same: tuple[str, ...] = ()
    optional: bool = False

    def __post_init__(self) -> None:
        check_name("a record kind", self.name)
        if not self.key:
            raise DeclarationError(f"record kind {self.name!r} has no key: name the columns that make its record_id")
        if self.lag_days < 0:
            raise DeclarationError(f"record kind {self.name!r} has a lag of {self.lag_days} days: give zero or more")
        for value in self.values:
            if value in (*EVERY_RECORD_HAS, HOME, SAME):
                raise DeclarationError(
                    f"record kind {self.name!r} keeps a value called {value!r}, which every record has: rename it"
                )

    def filled_in(self, pattern: str) -> str:
        """One column that a pattern stands for: with the first value of ``each`` filled in."""
        return self.each.name(pattern, self.each.values[0]) if self.each else pattern

    def fields(self) -> set[str]:
        """Every column (as a pattern where ``each`` fills it) that the mapping reads."""
        days = [day for day in (self.happened, self.known, self.ends) if day is not None]
        conditions = [*self.when, *([self.withdrawn] if self.withdrawn else [])]
        names = {self.person, *self.key, *self.values, *self.same, *(condition.field for condition in conditions)}
        names |= {name for day in days for name in day.fields()}
        if self.household:
            names |= set(self.household.fields())
            names |= {self.household.collective.field} if self.household.collective else set()
        return names

    def columns(self) -> set[str]:
        """Every column that the mapping reads, with ``each`` filled in and its variable left out."""
        if self.each is None:
            return self.fields()
        each = self.each
        return {name for pattern in self.fields() - {each.variable} for name in each.names(pattern)}
