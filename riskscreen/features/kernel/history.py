"""A kind's records in a bucket, sorted once for all days: by person, then by what "last" means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from riskscreen.declare import HAPPENED_ON, Condition, RecordSignal, SpellLength, StateAt
from riskscreen.features.bucket import RECORD_COLUMNS
from riskscreen.features.kernel.groups import Groups
from riskscreen.features.kernel.groups import known as known_rows
from riskscreen.features.kernel.values import EVER, Mask, Values, Whole, nothing, read, read_whole

ORDER = ("happened_on", "known_on", "load", "row")


class History:
    """Every version of every record of one kind; ``person`` are places in ``people``, the bucket's people.

    A version is visible on the days from ``known_on`` to before ``superseded_on``, unless it is a withdrawal.
    """

    def __init__(self, table: pa.Table, people: Whole) -> None:
        person = np.searchsorted(people, read_whole(table["person"]))
        versions = {name: read_whole(table[name]) for name in ORDER}
        superseded_on, seen_first = _versions(table["record_id"], person, versions)
        order = _order([person, *versions.values(), seen_first])
        self._table = table
        self._order = order
        self._values: dict[str, Values] = {}
        self._meets: dict[tuple[Condition, ...], Mask] = {}
        self.person = _taken(person, order)
        self.happened_on, self.known_on, self.load, self.row = (_taken(c, order) for c in versions.values())
        self.superseded_on = _taken(superseded_on, order)

    @cached_property
    def ends_on(self) -> Whole:
        """The last day of a spell."""
        return _taken(read_whole(self._table["ends_on"], EVER), self._order)

    @cached_property
    def void_on(self) -> Whole:
        """From which day the household is known to be none."""
        return _taken(read_whole(self._table["void_on"], EVER), self._order)

    @cached_property
    def household(self) -> Values:
        """The household that a record states, where it states one."""
        return self._read("household")

    @cached_property
    def withdrawn(self) -> Mask:
        """Whether a version takes its record back."""
        return _taken(read_whole(self._table["withdrawn"]), self._order).astype(bool)

    def visible(self, as_of: int) -> Whole:
        """The rows of the newest version, as of a day, of each record that was not withdrawn by then."""
        return np.flatnonzero((self.known_on <= as_of) & (as_of < self.superseded_on) & ~self.withdrawn)

    def values(self, column: str) -> Values:
        """A column of the records; ``happened_on`` is one of every record."""
        if column not in self._values:
            self._values[column] = self._read(column)
        return self._values[column]

    def meets(self, conditions: tuple[Condition, ...]) -> Mask:
        """The rows whose values meet every condition; they do not depend on the day."""
        if conditions not in self._meets:
            held = np.ones(len(self.person), bool)
            for condition in conditions:
                held &= self.values(condition.field).holds(condition)
            self._meets[conditions] = held
        return self._meets[conditions]

    def _read(self, column: str) -> Values:
        if column not in self._table.column_names and not len(self.person):
            return nothing(0)
        values = read(self._table[column])
        return values if self._order is None else values.take(self._order)


@dataclass(frozen=True)
class Held:
    """Visible rows of a history in groups (a person; or a person in a household), each oldest first."""

    history: History
    rows: Whole
    groups: Groups

    def counted(self, signal: RecordSignal, as_of: int) -> "Held":
        """Those that a signal counts on a day."""
        happened_on = self.history.happened_on[self.rows]
        inside = happened_on <= as_of
        if isinstance(signal, StateAt | SpellLength):
            inside &= self.history.ends_on[self.rows] >= as_of
        elif signal.window is not None:
            inside &= happened_on > as_of - signal.window.days
        if signal.where:
            inside &= self.history.meets(signal.where)[self.rows]
        return replace(self, rows=self.rows[inside], groups=self.groups.where(inside))

    def known(self, column: str) -> tuple[Values, Groups]:
        """The values of a column that are known, and their groups."""
        return known_rows(self.history.values(column).take(self.rows), self.groups)

    @property
    def days(self) -> Values:
        """The days on which they happened."""
        return self.history.values(HAPPENED_ON).take(self.rows)


def histories(tables: Mapping[str, pa.Table]) -> tuple[Whole, dict[str, History]]:
    """The people of a bucket in ascending order, and the history of each kind."""
    persons = [read_whole(table["person"]) for table in tables.values()]
    people = np.unique(np.concatenate([np.zeros(0, np.int64), *persons]))
    return people, {kind: History(table, people) for kind, table in tables.items()}


def no_history(people: Whole) -> History:
    """The history of a kind of which a bucket has no table."""
    types = {"record_id": pa.binary(), "withdrawn": pa.bool_()}
    days = ("void_on", "happened_on", "known_on", "ends_on")
    fields = [(name, types.get(name, pa.date32() if name in days else pa.int64())) for name in RECORD_COLUMNS]
    return History(pa.schema(fields).empty_table(), people)


def _versions(ids: pa.ChunkedArray, person: Whole, versions: Mapping[str, Whole]) -> tuple[Whole, Whole]:
    """For each version: from which day a newer one is known, and the place of the earliest that is as old.

    Most records have one version: only the others are sorted.
    """
    superseded_on, seen_first = np.full(len(person), EVER), np.arange(len(person))
    coded = np.asarray(ids.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False), np.int64)
    several = np.flatnonzero(np.bincount(coded)[coded] > 1) if len(coded) else coded
    known_on = versions["known_on"]
    keys = [person, coded, known_on, versions["load"], versions["row"], -seen_first]
    rows = several[np.lexsort([key[several] for key in reversed(keys)])]
    same = (person[rows[1:]] == person[rows[:-1]]) & (coded[rows[1:]] == coded[rows[:-1]])
    superseded_on[rows[:-1]] = np.where(same, known_on[rows[1:]], EVER)
    # Each record's places are shifted below those of the records before, so that one running minimum serves all.
    shift = np.concatenate([np.zeros(min(1, len(rows)), np.int64), np.cumsum(~same)]) * len(person)
    seen_first[rows] = np.minimum.accumulate(rows - shift) + shift
    return superseded_on, seen_first


def _order(keys: Sequence[Whole]) -> Whole | None:
    """How to sort by keys, the first one first; ``None`` where the rows are in order, as the store keeps them."""
    return None if _in_order(keys) else np.lexsort(list(reversed(keys)))


def _in_order(keys: Sequence[Whole]) -> bool:
    tied = np.ones(max(len(keys[0]) - 1, 0), bool)
    for key in keys:
        if (tied & (key[1:] < key[:-1])).any():
            return False
        tied &= key[1:] == key[:-1]
    return True


def _taken(column: Whole, order: Whole | None) -> Whole:
    return column if order is None else column[order]
