"""From landed records to those of the event store: whose each is, in which household, in which bucket it is read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME
from riskscreen.eventstore.store import Part
from riskscreen.eventstore.superseding import with_superseded
from riskscreen.linkage.crosswalk import GUESTS, Crosswalk
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import Households

Whole = npt.NDArray[np.int64]

# In which household a landed row of a kind (see LANDED_STAYS) is from ``stated_on`` on, and from when on that is none.
PLACED = pa.schema(
    [
        ("kind", pa.string()),
        ("load", pa.int32()),
        ("row", pa.int64()),
        ("record", pa.uint64()),
        ("landed_on", pa.date32()),
        ("household", pa.int64()),
        ("stated_on", pa.date32()),
        ("void_on", pa.date32()),
    ]
)
# What routing asks of a landed row; the rest of it is taken along.
ASKED = ["person", "record_id", "known_on", "withdrawn", "load", "row"]
MADE = ("person", "household", "void_on", "record_id", "happened_on", "known_on", "ends_on", "withdrawn", "load", "row")


@dataclass(frozen=True)
class Routes:
    """Where records go: ``numbers`` with ``person`` and ``from``, the crosswalk, and ``placed`` (of ``PLACED``).

    For some records it is enough of their numbers, people and households.
    """

    numbers: pa.Table
    crosswalk: Crosswalk
    placed: pa.Table


def placed(live: Households, stays: pa.Table) -> pa.Table:
    """The household of each landed row, as ``PLACED``; ``stays`` are those of which ``live`` names the households."""
    of = stays.select(PLACED.names[:5]).take(live.named["stay"])
    columns = [live.named[name] for name in ("household", "known_on", "void_on")]
    return pa.table([*of.columns, *columns], schema=PLACED)


def routed(kind: str, landed: pa.Table, routes: Routes) -> pa.Table:
    """A kind's records with persons for the numbers of ids, and with ``bucket``; ``landed`` are whole records of it.

    A record is known of a person from the day on which it was known whose it is.
    A record that a correction gives to another person is withdrawn from the earlier one on the day of the correction.
    Where the household that it is in changes from some day on, there is a version more. Versions that no day sees are
    left out; the others have ``superseded_on``.
    """
    rows = _rows(kind, landed, routes)
    others = [name for name in landed.column_names if name not in (*MADE, "collective", HOME)]
    told = landed.select(["happened_on", "ends_on", "record_id", "load", "row", *others]).take(rows["place"])
    columns = {name: rows[name] if name in rows.column_names else told[name] for name in (*MADE, *others, "bucket")}
    return with_superseded(pa.table(columns))


def read_in(rows: pa.Table, guests: pa.Table) -> tuple[Whole, Whole]:
    """Where rows with ``person`` and ``bucket`` are read: the number of a part (see :func:`part`), and a row's place.

    ``guests`` has the columns of ``GUESTS`` and is ordered by them.
    """
    own = np.asarray(rows["bucket"].to_numpy(), np.int64)
    people, visitor = rows["person"].to_numpy(), guests["person"].to_numpy()
    first = np.searchsorted(visitor, people, side="left")
    times = np.searchsorted(visitor, people, side="right") - first
    at = np.repeat(np.arange(len(own)), times)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    visited = np.asarray(guests["bucket"].to_numpy(), np.int64)[np.repeat(first, times) + nth]
    return np.concatenate([2 * own, 2 * visited + 1]), np.concatenate([np.arange(len(own)), at])


def part(kind: str, number: int) -> Part:
    """The part of a kind that has a number: even ones hold a bucket's people, odd ones its guests."""
    return Part(kind, number // 2, guests=bool(number % 2))


def by_part(rows: pa.Table, guests: pa.Table) -> dict[int, pa.Table]:
    """Rows with ``person`` and ``bucket`` by the number of the part in which they are read, without ``bucket``."""
    numbers, at = read_in(rows, guests)
    order = np.argsort(numbers, kind="stable")
    found, begins = np.unique(numbers[order], return_index=True)
    whole = rows.drop_columns(["bucket"]).combine_chunks()
    places = np.split(at[order], begins[1:]) if len(order) else []
    return {int(number): whole.take(pa.array(own)) for number, own in zip(found, places, strict=True)}


def with_buckets(told: pa.Table, routes: Routes) -> pa.Table:
    """A table with a ``number`` of an id, and with ``person`` and ``bucket`` beside it; of a number without, no row."""
    with in_memory() as db:
        db.register("told", told)
        db.register("numbers", routes.numbers)
        db.register("persons", routes.crosswalk.persons)
        found = db.sql("""
            SELECT told.*, numbers.person, bucket
            FROM told JOIN numbers USING (number) JOIN persons ON persons.person = numbers.person ORDER BY ALL
        """).to_arrow_table()
    types = [*told.schema.types, pa.int64(), pa.int32()]
    return found.cast(pa.schema(list(zip(found.column_names, types, strict=True))))


def moved_numbers(old: Routes, new: Routes) -> pa.Array:
    """The numbers whose records go elsewhere than before: to another person, from another day on, to another bucket.

    Persons are numbered from 0 on, without a gap.
    """
    number, person, since = _columns(old.numbers, "number", "person", "from")
    numbers, persons, sinces = _columns(new.numbers, "number", "person", "from")
    at = np.minimum(np.searchsorted(numbers, number), max(len(numbers) - 1, 0))
    if not len(numbers):
        return pa.array(number)
    here, before = (_columns(routes.crosswalk.persons, "bucket")[0] for routes in (new, old))
    visits = _other_visits(old.crosswalk.guests, new.crosswalk.guests)
    moved = (numbers[at] != number) | (persons[at] != person) | (sinces[at] != since)
    moved |= (here[persons[at]] != before[person]) | np.isin(person, visits)
    return pa.array(number[moved])


def _columns(table: pa.Table, *names: str) -> list[Whole]:
    columns = [table[name] for name in names]
    return [np.asarray(c.cast(pa.int32()) if pa.types.is_date32(c.type) else c) for c in columns]


def _other_visits(old: pa.Table, new: pa.Table) -> Whole:
    """The people who are guests of other buckets than before."""
    with in_memory() as db:
        db.register("old", old.cast(GUESTS))
        db.register("new", new.cast(GUESTS))
        found = db.sql("SELECT person FROM ((FROM old EXCEPT FROM new) UNION ALL (FROM new EXCEPT FROM old))")
        return np.asarray(found.to_arrow_table()["person"].to_numpy(), np.int64)


def moved_rows(old: Routes, new: Routes) -> pa.Table:
    """The landed rows whose households are others than before: ``kind``, ``load`` and ``row``."""
    with in_memory() as db:
        db.register("old", old.placed)
        db.register("new", new.placed)
        return db.sql("""
            SELECT DISTINCT kind, load, "row" FROM ((FROM old EXCEPT FROM new) UNION ALL (FROM new EXCEPT FROM old))
        """).to_arrow_table()


def _rows(kind: str, landed: pa.Table, routes: Routes) -> pa.Table:
    with in_memory() as db:
        db.register("landed", landed.select(ASKED).append_column("place", pa.array(range(landed.num_rows), pa.int64())))
        db.register("numbers", routes.numbers)
        db.register("persons", routes.crosswalk.persons)
        db.register("households", routes.crosswalk.households)
        db.register("placed", routes.placed.filter(pc.equal(routes.placed["kind"], kind)))
        return db.sql("""
            WITH known AS (
                SELECT place, record_id, numbers.person, placed.household, landed.load, landed."row", withdrawn,
                    greatest(coalesce(stated_on, landed.known_on), numbers."from") AS known_on
                FROM landed JOIN numbers ON numbers.number = landed.person
                LEFT JOIN placed ON placed.load = landed.load AND placed."row" = landed."row"
                    AND placed.record = hash(landed.record_id) AND placed.landed_on = landed.known_on
            ), versions AS (
                SELECT *, lag(person) OVER (PARTITION BY record_id ORDER BY known_on, load, "row") AS earlier FROM known
            ), moved AS (
                SELECT * EXCLUDE (earlier) REPLACE (earlier AS person, true AS withdrawn) FROM versions
                WHERE earlier IS NOT NULL AND earlier <> person
            )
            SELECT place, bucket, whole.person, whole.household, void_on, known_on, withdrawn
            FROM (FROM known UNION ALL BY NAME FROM moved) whole
            JOIN persons ON persons.person = whole.person
            LEFT JOIN households ON households.household = whole.household
            ORDER BY place, whole.person, known_on, withdrawn
        """).to_arrow_table()
