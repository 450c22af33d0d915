"""The crosswalk: tokens to person and household numbers, people to families and buckets.

Numbers are dealt in the order in which tokens were landed, and kept for good: a later link only adds to them.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from riskscreen.identity import Key, pseudonym

# A family is joined through households of at most this many people: more than that is a dormitory or a fault.
LARGEST_HOUSEHOLD = 20

PERSONS = pa.schema(
    [
        ("person", pa.int64()),
        ("token", pa.binary(16)),
        ("entity_id", pa.string()),
        ("family", pa.int64()),
        ("bucket", pa.int32()),
    ]
)
HOUSEHOLDS = pa.schema([("household", pa.int64()), ("token", pa.binary(16)), ("joins", pa.bool_())])


@dataclass(frozen=True)
class Crosswalk:
    """Persons and households by token.

    ``persons`` has the columns of ``PERSONS``, ordered by person number; ``households`` those of ``HOUSEHOLDS``, where
    ``joins`` says whether its members share one life: small enough, and not collective.
    """

    persons: pa.Table
    households: pa.Table

    @classmethod
    def empty(cls) -> "Crosswalk":
        """The crosswalk before the first record."""
        return cls(PERSONS.empty_table(), HOUSEHOLDS.empty_table())


def extend(old: Crosswalk, members: pa.Table, key: Key, buckets: int) -> Crosswalk:
    """The crosswalk with everybody in ``members`` added, families and buckets brought up to date.

    ``members`` has the columns ``person`` and ``household`` (tokens; household may be null) and ``collective``, each
    combination once, in the order of landing.
    """
    person_tokens = _dealt(old.persons.column("token").to_pylist(), members.column("person").to_pylist())
    household_tokens = _dealt(old.households.column("token").to_pylist(), members.column("household").to_pylist())
    pairs = _pairs(members, person_tokens, household_tokens)
    joins = _joins(pairs, members, household_tokens)
    family = _families(len(person_tokens), len(household_tokens), [pair for pair in pairs if joins[pair[1]]])
    bucket = _buckets(family, old.persons.column("bucket").to_numpy(), buckets)
    numbers = np.arange(len(person_tokens))
    names = old.persons.column("entity_id").to_pylist()
    names += [pseudonym(key, number) for number in range(len(names), len(person_tokens))]
    persons = pa.table([numbers, list(person_tokens), names, family, bucket], schema=PERSONS)
    households = pa.table([np.arange(len(joins)), list(household_tokens), joins], schema=HOUSEHOLDS)
    return Crosswalk(persons, households)


def _dealt(known: list[bytes], landed: list[bytes | None]) -> dict[bytes, int]:
    """Token to number: those known keep theirs, new ones get the next."""
    tokens = dict.fromkeys(known) | dict.fromkeys(token for token in landed if token is not None)
    return {token: number for number, token in enumerate(tokens)}


def _pairs(members: pa.Table, persons: dict[bytes, int], households: dict[bytes, int]) -> list[tuple[int, int]]:
    columns = (members.column("person").to_pylist(), members.column("household").to_pylist())
    return [(persons[person], households[home]) for person, home in zip(*columns, strict=True) if home is not None]


def _joins(pairs: list[tuple[int, int]], members: pa.Table, households: dict[bytes, int]) -> list[bool]:
    size = Counter(household for _, household in set(pairs))
    landed = zip(members.column("household").to_pylist(), members.column("collective").to_pylist(), strict=True)
    collective = {households[token] for token, flag in landed if token is not None and flag}
    return [size[number] <= LARGEST_HOUSEHOLD and number not in collective for number in range(len(households))]


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
