"""Which pairs of nodes are compared: those that share one of several rough keys.

A key that too many share says nothing and makes no pairs, so a block of a million costs no more than counting it.
Narrow keys come first, and bring settled nodes together too: that finds one person under two ids. Wide keys are asked
only of those whom no id settles and who are still open after that.
"""

from collections.abc import Mapping

import duckdb

from riskscreen.declare.linkage import Linkage

AT_ONCE = 40_000_000  # claims whose keys are counted at once
SPREAD = 20  # claims of a node, on average, above which those of a key are not told apart by node
Key = tuple[str, ...]  # SQL of what must be equal
DAY = "CASE WHEN birth[7:8] <> '00' THEN birth END"

# Several rough ones, none of which needs all parts; narrow ones also bring settled nodes together.
NARROW: Mapping[str, Key] = {
    "id": ("id",),
    "name and birth": ("given", "surname", DAY),
    "name and home": ("given", "surname", "home"),
    "birth and home": (DAY, "home", "given[1:1]"),
    "birth and phone": (DAY, "phone"),
}
WIDE: Mapping[str, Key] = {
    "birth": (DAY,),
    "birth and sound": (DAY, "surname_sound"),
    "name": ("given", "surname"),
    "name either way": ("least(given, surname)", "greatest(given, surname)"),
    "sounds and year": ("given_sound", "surname_sound", "birth[1:4]"),
    "home and surname": ("home", "surname[1:2]"),
    "home and given name": ("home", "given[1:2]"),
    "name and street": ("given[1:3]", "surname[1:3]", "street"),
    "sound and year": ("surname_sound", "given[1:1]", "birth[1:4]"),
    "given name and day": ("given", f"({DAY})[5:8]"),
    "surname and day": ("surname", f"({DAY})[5:8]"),
    "given name and month": ("given", "birth[1:6]"),
    "surname and month": ("surname", "birth[1:6]"),
    "number and surname": ("number", "surname"),
    "number and given name": ("number", "given"),
    "surname and street": ("surname", "street"),
    "given name and street": ("given[1:3]", "street"),
    "surname and place": ("surname", "place"),
    "given name and place": ("given", "place"),
    "phone": ("phone",),
}


def pair(db: duckdb.DuckDBPyConnection, settings: Linkage) -> int:
    """Make table ``pair(l, r)`` of the nodes to compare that table ``edge`` does not have, l < r; how many they are.

    Each pair has at least one node of table ``narrow`` that shares a narrow key with the other, or one of ``wide`` that
    shares a wide one.
    """
    db.execute("CREATE OR REPLACE TABLE found (l BIGINT, r BIGINT)")
    for seekers, keys in (("narrow", NARROW), ("wide", WIDE)):
        some, rest = _set_seekers(db, seekers)
        for name, key in keys.items() if some else ():
            _add(db, name, key, settings.largest_block, rest > 0)
    db.execute("""
        CREATE OR REPLACE TABLE pair AS SELECT DISTINCT l, r FROM found ANTI JOIN edge USING (l, r);
        DROP TABLE found; DROP TABLE IF EXISTS seeking
    """)
    (pairs,) = db.execute("SELECT count(*) FROM pair").fetchone() or (0,)
    return int(pairs)


def _set_seekers(db: duckdb.DuckDBPyConnection, seekers: str) -> tuple[int, int]:
    """How many claims are of those who seek, and of others; where there are both, table ``seeking`` has the former."""
    some, rest = db.execute(f"""
        SELECT count(*) FILTER (node IN (FROM {seekers})), count(*) FILTER (node NOT IN (FROM {seekers})) FROM claim
    """).fetchone() or (0, 0)
    if some and rest:
        db.execute(f"CREATE OR REPLACE TABLE seeking AS SELECT * FROM claim SEMI JOIN {seekers} USING (node)")
    return some, rest


def _add(db: duckdb.DuckDBPyConnection, name: str, key: Key, most: int, few: bool) -> None:
    """Add the pairs of one kind of key to ``found``, a range of keys at a time."""
    (claims,) = db.execute("SELECT count(*) FROM claim").fetchone() or (0,)
    digest, known = f"hash('{name}', {', '.join(key)})", " AND ".join(f"({part}) IS NOT NULL" for part in key)
    parts = -(-claims // AT_ONCE)
    for part in range(parts):
        within = f"AND {digest} % {parts} = {part}" if parts > 1 else ""
        said = f"SELECT node, {digest} AS key FROM {{}} WHERE {known} {within}"
        if few:
            db.execute(f"CREATE OR REPLACE TABLE sought AS SELECT DISTINCT * FROM ({said.format('seeking')})")
            if db.execute("SELECT count(*) FROM sought").fetchone() == (0,):
                continue
        _share(db, said.format("claim"), most, few)
        one = "sought" if few else "keyed"
        db.execute(f"""
            INSERT INTO found
            SELECT DISTINCT least(a.node, b.node), greatest(a.node, b.node)
            FROM {one} a JOIN keyed b ON a.key = b.key AND a.node {"<>" if few else "<"} b.node
        """)


def _share(db: duckdb.DuckDBPyConnection, said: str, most: int, few: bool) -> None:
    """Table ``keyed(node, key)``: who has a key that two nodes share, and not too many.

    Claims of a key are counted first, without a list of whose they are: so a crowded key costs nothing but its count.
    """
    sought = "SEMI JOIN (SELECT DISTINCT key FROM sought) USING (key)" if few else ""
    db.execute(f"""
        CREATE OR REPLACE TABLE shared AS SELECT key FROM ({said}) {sought} GROUP BY key
        HAVING min(node) <> max(node) AND count(*) <= {most * SPREAD};
        CREATE OR REPLACE TABLE keyed AS
        WITH k AS MATERIALIZED (SELECT DISTINCT node, key FROM ({said}) SEMI JOIN shared USING (key)),
        small AS (SELECT key FROM k GROUP BY key HAVING count(*) <= {most})
        SELECT node, key FROM k SEMI JOIN small USING (key)
    """)
