"""The crosswalk: the numbers of ids to persons, stays to households, people to families and buckets.

Persons and households have numbers of their own, which they keep for good: a later link only adds to them. A person is
known by the lowest number of theirs, a household by the stay that was known first: home, number of the id, first day.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.identity import Key, pseudonym
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import MEMBERS, Households

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
    [
        ("household", pa.int64()),
        ("home", pa.int64()),
        ("number", pa.int64()),
        ("from", pa.date32()),
        ("entity_id", pa.string()),
        ("void_on", pa.date32()),
    ]
)
# Who is known to have lived in a household whose people are now of several families; of one family all are in a bucket.
LIVED = pa.schema([("household", pa.int64()), ("person", pa.int64())])
# Who else is read with a bucket: members of its households whose own bucket is another.
GUESTS = pa.schema([("person", pa.int64()), ("bucket", pa.int32())])


@dataclass(frozen=True)
class Crosswalk:
    """Persons by the lowest number of theirs, and households.

    ``persons`` has the columns of ``PERSONS``, ordered by person number; ``households`` those of ``HOUSEHOLDS``,
    ordered likewise, where ``void_on`` is the day from which it is known to be no household: collective, or of too many
    people. Nights before that day still know it as one. ``guests`` has the columns of ``GUESTS``, and follows from
    ``lived``, which has those of ``LIVED``.
    """

    persons: pa.Table
    households: pa.Table
    guests: pa.Table
    lived: pa.Table

    @classmethod
    def empty(cls) -> "Crosswalk":
        """The crosswalk before the first record."""
        return cls(PERSONS.empty_table(), HOUSEHOLDS.empty_table(), GUESTS.empty_table(), LIVED.empty_table())


def dealt(old: Crosswalk, labels: pa.ChunkedArray) -> pa.Table:
    """``person`` and ``number`` (a label) of everybody: those known keep theirs, new ones get the next, in order.

    ``labels`` has each label once.
    """
    known = old.persons["number"].combine_chunks()
    new = labels.filter(pc.invert(pc.is_in(labels, value_set=known)))
    whole = pa.chunked_array([known, *new.chunks], pa.int64())
    return pa.table([np.arange(len(whole)), whole], schema=pa.schema([PERSONS.field(0), PERSONS.field(1)]))


def extend(
    old: Crosswalk, people: pa.Table, found: Households, stays: pa.Table, key: Key, buckets: int
) -> tuple[Crosswalk, Households]:
    """The crosswalk of ``people`` (as :func:`dealt` gives them), and what was ``found`` with households by number.

    ``stays`` say of each stay that was looked at its ``home``, the ``number`` of the id, ``from`` and ``known_on``.
    """
    names = _with_new(old.persons["entity_id"], people.num_rows, partial(pseudonym, key))
    family = np.arange(people.num_rows)
    family[found.families["person"].to_numpy()] = found.families["family"].to_numpy()
    bucket = _buckets(family, old.persons["bucket"].to_numpy(), buckets)
    persons = pa.table([*people.columns, names, family, bucket], schema=PERSONS)
    with in_memory() as db:
        for name, table in {"old": old.households, "persons": persons, "named": found.named}.items():
            db.register(name, table)
        db.register("stays", stays.append_column("stay", pa.array(np.arange(stays.num_rows))))
        _number(db)
        households = _with_names(db, old, key)
        named = _numbered(db, found.named, "stay, known_on")
        members = _numbered(db, found.members, 'person, "from"').cast(MEMBERS)
        split = _numbered(db, found.split, "household")
        lived = _lived(db)
    return Crosswalk(persons, households, _guests(lived, persons), lived), Households(
        named, members, found.families, split
    )


def _buckets(family: np.ndarray, old: np.ndarray, buckets: int) -> np.ndarray:
    """The bucket of each person: that of the family's first member, who keeps the one assigned once."""
    assigned = np.arange(len(family), dtype=np.int32) % buckets
    assigned[: len(old)] = old
    of_family: np.ndarray = assigned[family]
    return of_family


def in_buckets(crosswalk: Crosswalk, buckets: int) -> Crosswalk:
    """A crosswalk whose people are dealt to so many buckets as if none had been assigned yet."""
    persons = crosswalk.persons
    bucket = pa.array(persons["family"].to_numpy() % buckets, pa.int32())
    persons = persons.set_column(persons.column_names.index("bucket"), "bucket", bucket)
    return replace(crosswalk, persons=persons, guests=_guests(crosswalk.lived, persons))


def _number(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``numbered``: each household's number by the stay that names it; new ones in the order of knowledge."""
    db.execute("""
        CREATE TABLE numbered AS
        WITH naming AS (
            SELECT household AS stay, any_value(void_on) AS void_on FROM named GROUP BY household
        ), keyed AS (
            SELECT naming.*, home, number, "from", known_on, old.household
            FROM naming JOIN stays USING (stay) LEFT JOIN old USING (home, number, "from")
        )
        SELECT * REPLACE (coalesce(household, (SELECT count(*) FROM old) + row_number() OVER (
            PARTITION BY household IS NULL ORDER BY known_on, home, number, "from") - 1) AS household)
        FROM keyed
    """)


def _with_names(db: duckdb.DuckDBPyConnection, old: Crosswalk, key: Key) -> pa.Table:
    """All households, those of which nothing stands any more too, for a number means one household for good."""
    table = db.sql("""
        SELECT coalesce(numbered.household, old.household) AS household, coalesce(numbered.home, old.home) AS home,
            coalesce(numbered.number, old.number) AS number, coalesce(numbered."from", old."from") AS "from",
            coalesce(old.entity_id, '') AS entity_id, numbered.void_on
        FROM numbered FULL JOIN old ON old.household = numbered.household ORDER BY 1
    """).to_arrow_table()
    names = _with_new(old.households["entity_id"], table.num_rows, partial(pseudonym, key, kind="household"))
    at = table.column_names.index("entity_id")
    return table.set_column(at, "entity_id", names).cast(HOUSEHOLDS)


def _with_new(names: pa.ChunkedArray, count: int, name: Callable[[int], str]) -> pa.ChunkedArray:
    """The pseudonyms of as many as ``count``: those that are there, and ``name`` of each number behind them."""
    new = pa.array((name(number) for number in range(len(names), count)), pa.string())
    return pa.chunked_array([*names.chunks, new], pa.string())


def _numbered(db: duckdb.DuckDBPyConnection, table: pa.Table, order: str) -> pa.Table:
    """A table with the households' numbers for the stays that name them."""
    db.register("table_", table)
    found = db.sql(f"""
        SELECT table_.* REPLACE (numbered.household AS household)
        FROM table_ JOIN numbered ON numbered.stay = table_.household ORDER BY {order}
    """).to_arrow_table()
    db.unregister("table_")
    return found


def _lived(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """Of each household that some night knows, the people, where they are of several families."""
    found = db.sql("""
        SELECT DISTINCT named.household, persons.person
        FROM named JOIN stays USING (stay) JOIN persons ON persons.person = stays.person
        WHERE coalesce(named.known_on < void_on, true)
        QUALIFY min(family) OVER (PARTITION BY named.household) <> max(family) OVER (PARTITION BY named.household)
        ORDER BY 1, 2
    """).to_arrow_table()
    return found.cast(LIVED)


def _guests(lived: pa.Table, persons: pa.Table) -> pa.Table:
    """For every bucket in which a household's people are, those of them whose own it is not."""
    with in_memory() as db:
        db.register("lived", lived)
        db.register("persons", persons)
        found = db.sql("""
            WITH read_in AS (SELECT DISTINCT household, bucket FROM lived JOIN persons USING (person))
            SELECT DISTINCT person, read_in.bucket
            FROM lived JOIN persons USING (person) JOIN read_in USING (household)
            WHERE persons.bucket <> read_in.bucket ORDER BY 1, 2
        """).to_arrow_table()
    return found.cast(GUESTS)
