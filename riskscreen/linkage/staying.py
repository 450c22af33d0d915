"""What landed records say of who lives where: stays and bonds, with persons for the numbers of ids."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from riskscreen.declare import HOME
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import BONDS, STAYS

# Beside what a stay is: the number of the id that it was landed with, the kind, and the landed row that tells of it, on
# the day on which that stands: a record that rested is told of once more. ``record`` is a hash of its record's id.
LANDED_STAYS = pa.schema(
    [
        *STAYS,
        ("number", pa.int64()),
        ("kind", pa.string()),
        ("load", pa.int32()),
        ("row", pa.int64()),
        ("record", pa.uint64()),
        ("landed_on", pa.date32()),
    ]
)


def stays(landed: Mapping[str, pa.Table], numbers: pa.Table) -> pa.Table:
    """The stays, as ``LANDED_STAYS``, that the landed records of each kind tell of; ``numbers`` have ``person``.

    Each version of a record is one, until the next is known. A record's end is its last day. Without a home the
    household key is book and home.
    """
    tables = [LANDED_STAYS.empty_table(), *[_stays(kind, table, numbers) for kind, table in landed.items()]]
    return pa.concat_tables(tables)


def bonds(relations: pa.Table, numbers: pa.Table) -> pa.Table:
    """Who is related to whom, as ``BONDS``: from ``RELATIONS``, which are between claims."""
    with in_memory() as db:
        db.register("relations", relations)
        db.register("numbers", numbers)
        db.execute("""
            CREATE TABLE pairs AS  -- in one query with what follows, everybody would be paired with everybody first
            SELECT a.person, b.person AS other, relation AS kind, ends_on, r.known_on
            FROM relations r JOIN numbers a ON a.number = r.claim JOIN numbers b ON b.number = r.other
        """)
        found = db.sql("""
            SELECT person, other, kind, NULL::DATE AS "from", max(ends_on) AS "to", min(known_on) AS known_on
            FROM pairs WHERE person <> other GROUP BY person, other, kind, ends_on IS NULL ORDER BY ALL
        """).to_arrow_table()
    return found.cast(BONDS)


def _stays(kind: str, landed: pa.Table, numbers: pa.Table) -> pa.Table:
    home = f"coalesce({HOME}, household)" if HOME in landed.column_names else "household"
    with in_memory() as db:
        db.register("landed", landed.append_column("place", pa.array(np.arange(landed.num_rows))))
        db.register("numbers", numbers)
        found = db.sql(f"""
            WITH versions AS (
                SELECT *, lead(known_on) OVER (PARTITION BY record_id ORDER BY known_on, load, "row") AS superseded_on
                FROM landed
            )
            SELECT numbers.person, {home} AS home, household AS book, happened_on AS "from", ends_on + 1 AS "to",
                greatest(known_on, numbers."from") AS known_on, superseded_on, collective,
                versions.person AS number, '{kind}' AS kind, load, "row", hash(record_id) AS record,
                known_on AS landed_on
            FROM versions JOIN numbers ON numbers.number = versions.person
            WHERE NOT withdrawn AND {home} IS NOT NULL ORDER BY load, "row", place
        """).to_arrow_table()
    return found.cast(LANDED_STAYS)
