"""The crosswalk: the numbers of ids to persons and households, people to families and buckets.

Persons and households have numbers of their own, dealt in the order in which they were landed, and kept for good: a
later link only adds to them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from riskscreen.identity import Key, pseudonym

# A household is shared by at most this many people: more than that is a dormitory or a fault of linkage.
LARGEST_HOUSEHOLD = 20

PERSONS = pa.schema(
    [
        ("person", pa.int64()),
        ("number", pa.int64()),
        ("entity_id", pa.string()),
        ("family", pa.int64()),
        ("bucket", pa.int32()),
    ]
)
HOUSEHOLDS = pa.schema(
    [("household", pa.int64()), ("number", pa.int64()), ("entity_id", pa.string()), ("void_on", pa.date32())]
)


class Membership(NamedTuple):
    """One person told of as a member of one household, with the days on which that became known."""

    person: int
    known_on: date
    collective_on: date | None


@dataclass(frozen=True)
class Crosswalk:
    """Persons and households by the number that their id, or their household key, was dealt.

    ``persons`` has the columns of ``PERSONS``, ordered by person number; ``households`` those of ``HOUSEHOLDS``, where
    ``void_on`` is the day from which it is known to be no household: collective, or of too many people. Nights before
    that day still know it as one.
    """

    persons: pa.Table
    households: pa.Table

    @classmethod
    def empty(cls) -> "Crosswalk":
        """The crosswalk before the first record."""
        return cls(PERSONS.empty_table(), HOUSEHOLDS.empty_table())


def extend(old: Crosswalk, members: pa.Table, key: Key, buckets: int) -> Crosswalk:
    """The crosswalk with everybody in ``members`` added, families and buckets brought up to date.

    ``members`` has the columns ``person`` and ``household`` (landed numbers; household may be null), ``known_on``
    (first told of) and ``collective_on`` (first told of as collective, or null), each combination once, in the order
    of landing.
    """
    of_person = _dealt(old.persons.column("number").to_pylist(), members.column("person").to_pylist())
    of_household = _dealt(old.households.column("number").to_pylist(), members.column("household").to_pylist())
    told = _told(members, of_person, of_household)
    void_on = [_void_on(told.get(household, [])) for household in range(len(of_household))]
    family = _families(len(of_person), len(of_household), _joined(told, void_on))
    bucket = _buckets(family, old.persons.column("bucket").to_numpy(), buckets)
    names = old.persons.column("entity_id").to_pylist()
    names += [pseudonym(key, person) for person in range(len(names), len(of_person))]
    persons = pa.table([np.arange(len(of_person)), list(of_person), names, family, bucket], schema=PERSONS)
    homes = old.households.column("entity_id").to_pylist()
    homes += [pseudonym(key, household, "household") for household in range(len(homes), len(void_on))]
    households = pa.table([np.arange(len(void_on)), list(of_household), homes, void_on], schema=HOUSEHOLDS)
    return Crosswalk(persons, households)


def _dealt(known: list[int], landed: list[int | None]) -> dict[int, int]:
    """The person or household of each landed number: those known keep theirs, new ones get the next."""
    numbers = dict.fromkeys(known) | dict.fromkeys(number for number in landed if number is not None)
    return {number: dealt for dealt, number in enumerate(numbers)}


def _told(members: pa.Table, persons: dict[int, int], households: dict[int, int]) -> dict[int, list[Membership]]:
    """Who was ever told of as a member, by household."""
    told: dict[int, list[Membership]] = defaultdict(list)
    columns = [members.column(name).to_pylist() for name in ("person", "household", "known_on", "collective_on")]
    for person, household, known_on, collective_on in zip(*columns, strict=True):
        if household is not None:
            told[households[household]].append(Membership(persons[person], known_on, collective_on))
    return told


def _void_on(members: list[Membership]) -> date | None:
    """The day on which a household was first told of as collective, or its 21st member became known."""
    collective = [member.collective_on for member in members if member.collective_on is not None]
    known = sorted(member.known_on for member in members)
    return min([*collective, *known[LARGEST_HOUSEHOLD:]], default=None)


def _joined(told: Mapping[int, list[Membership]], void_on: list[date | None]) -> list[tuple[int, int]]:
    """The pairs of person and household that some night knows as sharing a life: they must lie in one bucket."""
    return [
        (member.person, household)
        for household, members in told.items()
        for member in members
        if (void := void_on[household]) is None or member.known_on < void
    ]


def _families(people: int, households: int, pairs: list[tuple[int, int]]) -> np.ndarray:
    """The family of each person, named after its lowest person number."""
    rows = np.array([person for person, _ in pairs], dtype=np.int64)
    columns = np.array([people + household for _, household in pairs], dtype=np.int64)
    size = people + households
    graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    lowest = np.full(size, people, dtype=np.int64)
    np.minimum.at(lowest, component[:people], np.arange(people))
    family: np.ndarray = lowest[component[:people]]
    return family


def _buckets(family: np.ndarray, old: np.ndarray, buckets: int) -> np.ndarray:
    """The bucket of each person: that of the family's first member, who keeps the one assigned once."""
    assigned = np.arange(len(family), dtype=np.int32) % buckets
    assigned[: len(old)] = old
    of_family: np.ndarray = assigned[family]
    return of_family
