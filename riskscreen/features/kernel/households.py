"""Who lives with whom on a day, and who lived where when a record happened, as far as is known on that day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from riskscreen.features.kernel import passes
from riskscreen.features.kernel.plan import Plan
from riskscreen.features.kernel.records import ORDER, Records, Taken
from riskscreen.features.kernel.values import Days, Mask, Numbers, Whole
from riskscreen.features.kernel.view import View

NOWHERE = -1


@dataclass(frozen=True)
class Statements:
    """The households that records of whatever kind state, in groups of people, oldest first, all versions.

    ``home`` are places in ``numbers``, the households' own.
    """

    begin: Whole
    end: Whole
    happened_on: Days
    known_on: Days
    until: Days
    ends_on: Days
    void_on: Days
    home: Whole
    numbers: Whole

    @property
    def taken(self) -> tuple[Numbers, ...]:
        """What the passes take of them."""
        days = (self.happened_on, self.known_on, self.until, self.ends_on, self.void_on)
        return (self.begin, self.end, *days, self.home)


def statements(of_kind: Sequence[Records], people: int) -> Statements:
    """The households that records state; those of several kinds are merged, what is tied in the order of the kinds."""
    stating = [records for records in of_kind if records.has("household")]
    parts = [[np.zeros(0, np.int64)] * 7, *[_stated(records) for records in stating]]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    if len(stating) > 1:
        order = np.lexsort([*_ties(stating), *columns[2:0:-1], columns[0]])
        columns = [column[order] for column in columns]
    person, household = columns[0], columns[-1]
    coded = pa.array(household).dictionary_encode()
    ends = np.cumsum(np.bincount(person, minlength=people))
    begins = np.concatenate([np.zeros(1, np.int64), ends])[:people]
    home = coded.indices.to_numpy().astype(np.int64)
    names = ("happened_on", "known_on", "until", "ends_on", "void_on")
    days = {name: day.astype(np.int32) for name, day in zip(names, columns[1:-1], strict=True)}
    return Statements(begins, ends, home=home, numbers=coded.dictionary.to_numpy(), **days)


def _stated(records: Records) -> list[Numbers]:
    """Of the rows that state a household: person, the days in the order of ``Statements``, household."""
    person, rows = _placed(records)
    days = (records.happened_on, records.known_on, records.until, records.ends_on, records.days("void_on"))
    return [person, *[column[rows] for column in days], records.whole("household")[rows]]


def _placed(records: Records) -> tuple[Whole, Whole]:
    """The rows that state a household, person by person, and whose they are."""
    lengths = records.end - records.begin
    person = np.repeat(np.arange(len(lengths)), lengths)
    begins = np.cumsum(lengths) - lengths
    rows = np.arange(len(person)) + (records.begin - begins)[person]
    there = records.column("household").known[rows]
    return person[there], rows[there]


def _ties(stating: Sequence[Records]) -> list[Whole]:
    """Load and row of the rows that state a household, as keys to sort by, the last first."""
    return [np.concatenate([records.whole(name)[_placed(records)[1]] for records in stating]) for name in ORDER[:1:-1]]


class Homes:
    """Where the people of a bucket live on a day.

    A *unit* is a household, or a person who has none: units below ``people`` are people, the others households.
    """

    def __init__(self, stated: Statements, people: int, as_of: int) -> None:
        self.stated = stated
        self.as_of = as_of
        self.people = people
        self.home = passes.homes(*stated.taken, as_of)
        self.unit = np.where(self.home == NOWHERE, np.arange(people), people + self.home)

    @property
    def most(self) -> int:
        """One above the greatest unit."""
        return self.people + len(self.stated.numbers)

    def is_first(self) -> Mask:
        """Who is the member of the lowest number."""
        members, edges, _ = passes.grouped(self.unit, self.most)
        first = np.zeros(self.people, bool)
        first[members[edges[:-1]]] = True
        return first

    def with_members(self, asked: Mask) -> Mask:
        """All who share a unit with somebody asked for."""
        wanted = np.zeros(self.most, bool)
        wanted[self.unit[asked]] = True
        return np.asarray(wanted[self.unit])


class Units:
    """The units of some people, everybody of each: numbered anew, and members by their place among these people."""

    def __init__(self, homes: Homes, places: Whole) -> None:
        self.homes = homes
        self.places = places
        self.members, self.edges, self._index = passes.grouped(homes.unit[places], homes.most)
        self.of = self._index[homes.unit[places]]

    def told_of(self, places: Whole) -> tuple[Days, Whole]:
        """All members of the units of some people, one behind the other, and where those of each begin."""
        unit = self._index[self.homes.unit[places]]
        begins, counts = self.edges[unit], np.diff(self.edges)[unit]
        ends = np.cumsum(counts)
        at = np.arange(counts.sum()) + np.repeat(begins - (ends - counts), counts)
        return np.append(0, ends).astype(np.int32), self.places[self.members[at]]

    def lived(self, records: Records, plan: Plan, as_of: int) -> "Lived":
        """Records that happened by a day, grouped by the unit and person for which they count ``then``."""
        homes = self.homes
        alone = np.where(homes.home == NOWHERE, self._index[: homes.people], NOWHERE)
        index, stated = self._index[homes.people :], homes.stated
        ever = passes.ever(stated.begin, stated.end, stated.home, index, alone)
        whole = View.of(records, np.where(ever, records.begin, records.end), records.end, plan, as_of)
        first = whole.recent if plan.is_bounded else whole.begin
        seen = (first, whole.past, whole.bins)
        lived = passes.lived_in(*seen[:2], records.happened_on, *stated.taken, as_of)
        then = passes.rows_then(*seen, plan.unseen, lived, alone, index)
        persons, rows, begins = passes.by_unit(*then, len(self.edges) - 1)
        begin, end, now, edges = passes.pairs(self.places[self.members], self.edges, persons, begins)
        return Lived(View.of(Taken(records, rows, begin, end), begin, end, plan, as_of), now, edges)


@dataclass(frozen=True)
class Lived:
    """Records by pairs of a unit and one who is or was its member; ``now`` says who is, ``edges`` where units begin."""

    view: View
    now: Mask
    edges: Whole
