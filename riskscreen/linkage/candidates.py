"""Which pairs of nodes are compared: those that share one of several rough keys.

A key that too many share says nothing and makes no pairs, so a block of a million costs no more than counting it. What
is settled by an id meets only what is open, but for the narrow keys, which find one person under two ids.
"""

from collections.abc import Mapping

import duckdb

from riskscreen.declare.linkage import Linkage

DAY = "CASE WHEN birth[7:8] <> '00' THEN birth END"

# Several rough ones, none of which needs all parts; narrow ones also bring settled nodes together.
NARROW: Mapping[str, str] = {
    "id": "id::VARCHAR",
    "name and birth": f"given || ' ' || surname || ' ' || {DAY}",
    "name and home": "given || ' ' || surname || ' ' || home",
    "birth and home": f"{DAY} || ' ' || home || ' ' || given[1:1]",
    "birth and phone": f"{DAY} || ' ' || phone",
}
WIDE: Mapping[str, str] = {
    "birth": DAY,
    "birth and sound": f"{DAY} || ' ' || surname_sound",
    "name": "given || ' ' || surname",
    "name either way": "least(given, surname) || ' ' || greatest(given, surname)",
    "sounds and year": "given_sound || ' ' || surname_sound || ' ' || birth[1:4]",
    "home and surname": "home || ' ' || surname[1:2]",
    "home and given name": "home || ' ' || given[1:2]",
    "name and street": "given[1:3] || ' ' || surname[1:3] || ' ' || street",
    "sound and year": "surname_sound || ' ' || given[1:1] || ' ' || birth[1:4]",
    "given name and day": f"given || ' ' || ({DAY})[5:8]",
    "surname and day": f"surname || ' ' || ({DAY})[5:8]",
    "given name and month": "given || ' ' || birth[1:6]",
    "surname and month": "surname || ' ' || birth[1:6]",
    "number and surname": "number || ' ' || surname",
    "number and given name": "number || ' ' || given",
    "surname and street": "surname || ' ' || street",
    "given name and street": "given[1:3] || ' ' || street",
    "surname and place": "surname || ' ' || place",
    "given name and place": "given || ' ' || place",
    "phone": "phone",
}


def pair(db: duckdb.DuckDBPyConnection, settings: Linkage) -> int:
    """Make table ``pair(l, r)`` of the nodes to compare, l < r; the number of pairs.

    Table ``active(node, open)`` names the nodes that are new or changed: each pair has at least one of them. One that
    is open is compared by every key, others by the narrow keys.
    """
    db.execute("CREATE OR REPLACE TABLE found (l BIGINT, r BIGINT)")
    for which, keys in (("true", NARROW), ("open", WIDE)):
        db.execute(f"CREATE OR REPLACE TABLE seeker AS SELECT node FROM active WHERE {which}")
        (seekers,) = db.execute("SELECT count(*) FROM seeker").fetchone() or (0,)
        for name, key in keys.items() if seekers else ():
            _add(db, f"hash('{name}', {key})", key, settings.largest_block)
    db.execute("CREATE OR REPLACE TABLE pair AS SELECT DISTINCT l, r FROM found; DROP TABLE found")
    (pairs,) = db.execute("SELECT count(*) FROM pair").fetchone() or (0,)
    return int(pairs)


def _add(db: duckdb.DuckDBPyConnection, digest: str, key: str, most: int) -> None:
    """Add the pairs of one kind of key to ``found``."""
    said = f"SELECT node, {digest} AS key FROM claim JOIN member USING (claim) WHERE ({key}) IS NOT NULL"
    db.execute(f"""
        CREATE OR REPLACE TABLE sought AS SELECT DISTINCT node, key FROM ({said} AND node IN (FROM seeker));
        CREATE OR REPLACE TABLE keyed AS
        WITH k AS (SELECT DISTINCT node, key FROM ({said}) SEMI JOIN (SELECT DISTINCT key FROM sought) s USING (key)),
        few AS (SELECT key FROM k GROUP BY key HAVING count(*) BETWEEN 2 AND {most})
        SELECT node, key FROM k SEMI JOIN few USING (key);
        INSERT INTO found
        SELECT DISTINCT least(a.node, b.node), greatest(a.node, b.node)
        FROM sought a JOIN keyed b ON a.key = b.key AND a.node <> b.node
    """)
