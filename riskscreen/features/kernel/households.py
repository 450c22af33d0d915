"""Who lives with whom on a day, and who lived where when a record happened, as far as is known on that day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from riskscreen.features.kernel.groups import Groups
from riskscreen.features.kernel.history import Held
from riskscreen.features.kernel.values import Mask, Whole

NOWHERE = -1


@dataclass(frozen=True)
class Stated:
    """The households that visible records state, by person, oldest first: a place in ``numbers``, or nowhere.

    ``ends_on`` is the last day of each.
    """

    person: Whole
    happened_on: Whole
    ends_on: Whole
    household: Whole
    numbers: Whole

    def on(self, person: Whole, day: Whole) -> Whole:
        """Where people lived on days: by the last record up to the day, unless that ended before."""
        place = np.searchsorted(self._keys, self._key(person, day), side="right") - 1
        there = place >= 0
        place = np.maximum(place, 0)
        if not len(self.person):
            return np.full(len(person), NOWHERE)
        there &= (self.person[place] == person) & (day <= self.ends_on[place])
        return np.where(there, self.household[place], NOWHERE)

    @cached_property
    def _keys(self) -> Whole:
        return self._key(self.person, self.happened_on)

    @staticmethod
    def _key(person: Whole, day: Whole) -> Whole:
        return (person << 32) + (day + (1 << 31))  # Arrow's days have 32 bits


def stated(visible: Sequence[Held], as_of: int) -> Stated:
    """The households that a day's visible records state, of whatever kind."""
    parts = [[np.zeros(0, np.int64)] * 8, *[_statements(held, as_of) for held in visible]]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort(columns[4::-1])  # what is tied stays in the order of the kinds
    person, happened_on, *_, household, ends_on, known = (column[order] for column in columns)
    numbers, place = np.unique(household, return_inverse=True)
    return Stated(person, happened_on, ends_on, np.where(known == 1, place, NOWHERE), numbers)


def _statements(held: Held, as_of: int) -> list[Whole]:
    history = held.history
    rows = held.rows[history.household.known[held.rows]]
    order = (history.person, history.happened_on, history.known_on, history.load, history.row)
    is_household = (as_of < history.void_on[rows]).astype(np.int64)
    return [*[column[rows] for column in order], history.household.numbers[rows], history.ends_on[rows], is_household]


class Homes:
    """The households of a day.

    A *unit* is a household, or a person who has none: units below ``people`` are people, the others households.
    """

    def __init__(self, statements: Stated, people: int, as_of: int) -> None:
        everybody = np.arange(people)
        self.stated = statements
        self.home = statements.on(everybody, np.full(people, as_of))
        self.people = people
        self.units = people + len(statements.numbers)
        self.unit = np.where(self.home == NOWHERE, everybody, people + self.home)
        self.members = np.argsort(self.unit, kind="stable")
        self.groups = Groups(self.unit[self.members], self.units)

    def is_first(self) -> Mask:
        """Who is the member of the lowest number."""
        first = np.zeros(self.people, bool)
        first[self.members[self.groups.edges[:-1][self.groups.filled]]] = True
        return first

    def lived(self, held: Held, as_of: int) -> "Lived":
        """Records that happened by a day, grouped by the unit and person for which they count ``then``."""
        rows = held.rows[held.history.happened_on[held.rows] <= as_of]
        person = held.history.person[rows]
        home = self.stated.on(person, held.history.happened_on[rows])
        with_a_home, alone = home != NOWHERE, self.home[person] == NOWHERE
        rows = np.concatenate([rows[with_a_home], rows[alone]])
        unit = np.concatenate([self.people + home[with_a_home], person[alone]])
        keys = unit * self.people + held.history.person[rows]
        now = self.unit * self.people + np.arange(self.people)
        pairs = np.unique(np.concatenate([now, keys]))
        order = np.argsort(keys, kind="stable")
        groups = Groups(np.searchsorted(pairs, keys[order]), len(pairs))
        return Lived(
            held=replace(held, rows=rows[order], groups=groups),
            unit=pairs // max(self.people, 1),
            now=np.isin(pairs, now),
        )


@dataclass(frozen=True)
class Lived:
    """Records by pairs of a unit and one who is or was its member; ``now`` says who is."""

    held: Held
    unit: Whole
    now: Mask
