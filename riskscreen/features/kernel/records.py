"""A kind's records in a bucket: each person's together, oldest first, every version of them."""

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HAPPENED_ON, Condition, Deployment
from riskscreen.eventstore.superseding import SUPERSEDED_ON
from riskscreen.features.kernel import passes
from riskscreen.features.kernel.values import (
    EVER,
    Days,
    Mask,
    Numbers,
    Values,
    Whole,
    all_known,
    read,
    read_days,
    read_truth,
    read_whole,
)
from riskscreen.features.sets import value_type

# What "last" means, and so the order of the rows; a store keeps it, and the last two are read by no one else.
ORDER = ("happened_on", "known_on", "load", "row")
NEVER_VISIBLE = np.iinfo(np.int32).min


class Rows(Protocol):
    """Records in groups, or some of them, in another order: what the passes read."""

    begin: Whole
    end: Whole
    happened_on: Days
    known_on: Days
    until: Days

    @property
    def ends_on(self) -> Days:
        """The last day of a spell."""

    def column(self, name: str) -> Values:
        """A column; ``happened_on`` is one of every record."""

    def held(self, where: tuple[Condition, ...], column: str | None) -> Mask:
        """The rows that meet every condition and whose column is known."""

    def codes(self, name: str) -> tuple[Numbers, int]:
        """A whole number for each row, equal for equal values, and one above the greatest."""


class Records:
    """Every version of every record of one kind; ``persons`` ascend, and the rows of each are ``begin`` to ``end``.

    A version is visible on the days from ``known_on`` to before ``until``. What does not depend on the day is found
    once: which rows meet conditions, and the codes of values.
    """

    def __init__(self, table: pa.Table) -> None:
        self._table, person, starts = _in_order(table)
        persons = person[starts[:-1]]
        order = np.argsort(persons, kind="stable")
        self.persons = persons[order]
        self.begin, self.end = starts[:-1][order], starts[1:][order]
        self.happened_on, self.known_on = (read_days(self._table[name], 0) for name in ORDER[:2])
        self.until = _until(self._table)
        self._columns: dict[str, Values] = {}
        self._held: dict[tuple[tuple[Condition, ...], str | None], Mask] = {}
        self._codes: dict[str, tuple[Numbers, int]] = {}

    def __len__(self) -> int:
        return len(self.happened_on)

    def place(self, people: Whole) -> None:
        """Make the groups those of ``people`` (ascending, everybody among them); who has no record has no row."""
        at = passes.places(people, self.persons)
        begin, end = np.zeros(len(people), np.int64), np.zeros(len(people), np.int64)
        begin[at], end[at] = self.begin, self.end
        self.persons, self.begin, self.end = people, begin, end

    @cached_property
    def ends_on(self) -> Days:
        """The last day of a spell."""
        return read_days(self._table["ends_on"], EVER)

    def has(self, name: str) -> bool:
        """Whether a column was read and is known somewhere."""
        return name in self._table.column_names and self._table[name].null_count < len(self)

    def whole(self, name: str) -> Whole:
        """A column of whole numbers, which only some kinds are asked for."""
        return read_whole(self._table[name])

    def days(self, name: str) -> Days:
        """A column of days, which only some kinds are asked for; null is never."""
        return read_days(self._table[name], EVER)

    def column(self, name: str) -> Values:
        """A column; ``happened_on`` is one of every record."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    def held(self, where: tuple[Condition, ...], column: str | None) -> Mask:
        """The rows that meet every condition and whose column is known."""
        if (where, column) not in self._held:
            masks = [self.column(condition.field).holds(condition) for condition in where]
            masks += [self.column(column).known] if column and not self.column(column).is_known else []
            self._held[where, column] = reduce(np.logical_and, masks) if masks else self._all
        return self._held[where, column]

    @cached_property
    def _all(self) -> Mask:
        return np.ones(len(self), bool)

    def codes(self, name: str) -> tuple[Numbers, int]:
        """A whole number for each row, equal for equal values, and one above the greatest."""
        if name not in self._codes:
            self._codes[name] = _codes(self.column(name))
        return self._codes[name]

    def _read(self, name: str) -> Values:
        if name == HAPPENED_ON:
            return Values(self.happened_on, all_known(len(self)), is_day=True)
        values = read(self._table[name])
        return Values(values.numbers, values.known, values.words, values.is_day)


class Taken:
    """Rows of records, some of them twice, in groups of another sort."""

    def __init__(self, records: Records, rows: Whole, begin: Whole, end: Whole) -> None:
        self._records = records
        self._rows = rows
        self.begin, self.end = begin, end
        self.happened_on, self.known_on, self.until = (
            days[rows] for days in (records.happened_on, records.known_on, records.until)
        )

    @property
    def ends_on(self) -> Days:
        """The last day of a spell."""
        return self._records.ends_on[self._rows]

    def column(self, name: str) -> Values:
        """A column; ``happened_on`` is one of every record."""
        taken = self._records.column(name).take(self._rows)
        return Values(taken.numbers, taken.known, taken.words, taken.is_day)

    def held(self, where: tuple[Condition, ...], column: str | None) -> Mask:
        """The rows that meet every condition and whose column is known."""
        return self._records.held(where, column)[self._rows]

    def codes(self, name: str) -> tuple[Numbers, int]:
        """A whole number for each row, equal for equal values, and one above the greatest."""
        codes, most = self._records.codes(name)
        return codes[self._rows], most


def records_of(tables: Mapping[str, pa.Table]) -> tuple[Whole, dict[str, Records]]:
    """The people of a bucket in ascending order, and the records of each kind."""
    of_kind = {kind: Records(table) for kind, table in tables.items()}
    people = reduce(passes.union, [records.persons for records in of_kind.values()], np.zeros(0, np.int64))
    for records in of_kind.values():
        records.place(people)
    return people, of_kind


def no_records(people: Whole, deployment: Deployment, kind: str) -> Records:
    """Those of a kind of which a bucket has no table."""
    values = [(name, value_type(deployment, kind, name)) for name in deployment.record_kinds[kind][1].values]
    days = [(name, pa.date32()) for name in ("happened_on", "known_on", SUPERSEDED_ON, "ends_on")]
    schema = pa.schema([("person", pa.int64()), *days, ("withdrawn", pa.bool_()), *values])
    records = Records(schema.empty_table())
    records.place(people)
    return records


def _in_order(table: pa.Table) -> tuple[pa.Table, Whole, Whole]:
    """The table with each person's rows together and in order, the persons, and where each begins.

    A store keeps it so, also where a bucket's guests follow its people.
    """
    person, happened_on, known_on = _keys(table)
    starts, ordered = passes.runs(person, happened_on, known_on)
    if ordered and _all_differ(person[starts[:-1]]) and _rest_ordered(table, person, happened_on, known_on):
        return table, person, starts
    ties: list[Numbers] = [read_whole(table[name]) for name in ORDER[:1:-1] if name in table.column_names]
    table = table.take(pa.array(np.lexsort([*ties, known_on, happened_on, person])))
    person, happened_on, known_on = _keys(table)
    return table, person, passes.runs(person, happened_on, known_on)[0]


def _all_differ(numbers: Whole) -> bool:
    ascending = np.sort(numbers, kind="stable")
    return bool((ascending[1:] != ascending[:-1]).all())


def _keys(table: pa.Table) -> tuple[Whole, Days, Days]:
    happened_on, known_on = (read_days(table[name], 0) for name in ORDER[:2])
    return read_whole(table["person"]), happened_on, known_on


def _rest_ordered(table: pa.Table, person: Whole, happened_on: Days, known_on: Days) -> bool:
    """Whether rows of one person and the same days are in the order of load and row, where these were read."""
    tied = np.ones(max(len(person) - 1, 0), bool)
    keys: Sequence[Numbers] = [person, happened_on, known_on]
    rest = [read_whole(table[name]) for name in ORDER[2:] if name in table.column_names]
    for key in keys if rest else ():
        tied &= key[1:] == key[:-1]
    for key in rest:
        if (tied & (key[1:] < key[:-1])).any():
            return False
        tied &= key[1:] == key[:-1]
    return True


def _until(table: pa.Table) -> Days:
    """The day from which each version is not visible any more: from the first for what takes a record back."""
    until = read_days(table[SUPERSEDED_ON], EVER)
    if not pc.any(table["withdrawn"]).as_py():
        return until
    return np.where(read_truth(table["withdrawn"]), np.int32(NEVER_VISIBLE), until)


def _codes(values: Values) -> tuple[Numbers, int]:
    numbers = values.numbers
    if values.words is not None:
        return numbers, len(values.words)
    if len(numbers) and numbers.dtype.kind == "i":
        least, most = int(numbers.min()), int(numbers.max())
        if most - least < len(numbers) + 1000:
            return (numbers - least).astype(np.int32), most - least + 1
    different, codes = np.unique(numbers, return_inverse=True)
    return codes.astype(np.int32), len(different)
