"""From landed records to those of the event store: whose each is, in which household, in which bucket it is read."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME
from riskscreen.eventstore.store import Part
from riskscreen.eventstore.superseding import with_superseded
from riskscreen.linkage.crosswalk import GUESTS, Crosswalk
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import Households

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
    """Where records go: ``numbers`` with ``person`` and ``from``, the crosswalk, and ``placed`` (of ``PLACED``)."""

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


def parts_in(kind: str, rows: pa.Table, guests: pa.Table) -> list[Part]:
    """The parts of the store in which routed records are read; ``guests`` has the columns of ``GUESTS``."""
    visiting = guests.filter(pc.is_in(guests["person"], value_set=pc.unique(rows["person"])))
    own = [Part(kind, bucket) for bucket in pc.unique(rows["bucket"]).to_pylist()]
    return sorted(own + [Part(kind, bucket, guests=True) for bucket in pc.unique(visiting["bucket"]).to_pylist()])


def of_part(rows: pa.Table, guests: pa.Table, part: Part) -> pa.Table:
    """Those of routed records that are read in a part."""
    mask = pc.equal(rows["bucket"], part.bucket)
    if part.guests:
        people = guests.filter(pc.equal(guests["bucket"], part.bucket))["person"].combine_chunks()
        mask = pc.is_in(rows["person"], value_set=people)
    return rows.drop_columns(["bucket"]).filter(mask)


def parts_of(kind: str, people: pa.Array, crosswalk: Crosswalk) -> set[Part]:
    """The parts of a kind in which some people are read."""
    own = crosswalk.persons.filter(pc.is_in(crosswalk.persons["person"], value_set=people))
    visiting = crosswalk.guests.filter(pc.is_in(crosswalk.guests["person"], value_set=people))
    mine = {Part(kind, bucket) for bucket in pc.unique(own["bucket"]).to_pylist()}
    return mine | {Part(kind, bucket, guests=True) for bucket in pc.unique(visiting["bucket"]).to_pylist()}


def moved_numbers(old: Routes, new: Routes) -> pa.Array:
    """The numbers whose records go elsewhere than before: to another person, from another day on, to another bucket."""
    with in_memory() as db:
        for name, routes in {"old": old, "new": new}.items():
            db.register(f"{name}_numbers", routes.numbers)
            db.register(f"{name}_persons", routes.crosswalk.persons)
            db.register(f"{name}_guests", routes.crosswalk.guests.cast(GUESTS))
            db.execute(f"""
                CREATE TABLE {name} AS
                WITH visits AS (
                    SELECT person, list(bucket ORDER BY bucket) AS visits FROM {name}_guests GROUP BY person
                )
                SELECT numbers.number, person, "from", bucket, visits
                FROM {name}_numbers numbers JOIN {name}_persons USING (person) LEFT JOIN visits USING (person)
            """)
        found = db.sql("""
            SELECT DISTINCT number FROM (FROM old EXCEPT FROM new) ORDER BY number
        """).to_arrow_table()
    return found["number"].combine_chunks()


def moved_rows(kind: str, old: Routes, new: Routes) -> pa.Table:
    """The landed rows of a kind whose households are others than before: ``load`` and ``row``."""
    with in_memory() as db:
        db.register("old", old.placed.filter(pc.equal(old.placed["kind"], kind)))
        db.register("new", new.placed.filter(pc.equal(new.placed["kind"], kind)))
        return db.sql("""
            SELECT DISTINCT load, "row" FROM ((FROM old EXCEPT FROM new) UNION ALL (FROM new EXCEPT FROM old))
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
