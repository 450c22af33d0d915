"""Of whom something was landed, since when that is known, and where it was landed first."""

from collections.abc import Mapping

import pyarrow as pa

from riskscreen.linkage.database import in_memory
from riskscreen.linkage.renewed import KindLanded

# ``known_on`` is the first day on which anything was known of a number; ``place`` is of the first landed row: its load,
# and in the low 40 bits the row.
TOLD = pa.schema([("number", pa.int64()), ("known_on", pa.date32()), ("place", pa.int64())])


def told_of(landed: Mapping[str, KindLanded], before: pa.Table | None) -> pa.Table:
    """Every number of whom something was landed, as ``TOLD``, ordered by number.

    ``before`` is that of the old files of each kind; without it they are read. A kind is read as it is asked for, never
    whole. Raises ``HomeError`` where a landed file cannot be read.
    """
    with in_memory() as db:
        db.register("before", TOLD.empty_table() if before is None else before)
        db.execute("CREATE TABLE told AS FROM before")
        for told in landed.values():
            files = [*(told.old if before is None else ()), *told.new]
            if files:
                db.register("landed", told.landing.scan(told.kind, told.schema, files))
                db.execute("""
                    INSERT INTO told SELECT person, min(known_on), min((load::BIGINT << 40) + "row") FROM landed
                    GROUP BY person
                """)
        found = db.sql("""
            SELECT number, min(known_on) AS known_on, min(place) AS place FROM told GROUP BY number ORDER BY number
        """).to_arrow_table()
    return found.cast(TOLD)
