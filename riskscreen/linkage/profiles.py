"""Profiles: what all the claims of a node say together, each part's spellings by weight."""

import duckdb

# Parts whose spellings count by the rows that say so; one that is five times rarer than the commonest is a slip.
WEIGHED = ("given", "middle", "surname", "given_sound", "surname_sound", "birth", "sex", "place", "town", "phone", "id")
# Addresses count by claim, and all are kept: people move.
ADDRESSES = ("street", "number", "home")
PARTS = (*WEIGHED, *ADDRESSES)
RARER = 5
MOST = 12  # spellings of a part


def profile(db: duckdb.DuckDBPyConnection, wanted: str, table: str = "profile", single: bool = False) -> None:
    """Make a table of profiles of the nodes in table ``wanted(node)``, or of single claims in ``wanted(node, claim)``.

    For each part ``x``, ``xs`` lists its spellings, weightiest first, and ``x`` is the first of them. ``unique_id`` is
    the node, ``slots`` its waves, ``variants`` the given names that stand for its own, ``full`` and ``reverse`` the
    whole name either way.
    """
    whole = f"SELECT * FROM claim SEMI JOIN {wanted} USING (node)"
    if single:
        whole = f"SELECT w.node, claim.* EXCLUDE (node) FROM {wanted} w JOIN claim USING (claim)"
    ends = ", ".join(f"min({part}) AS {part}_first, max({part}) AS {part}_last" for part in PARTS)
    db.execute(f"""
        CREATE OR REPLACE TABLE told AS {whole};
        CREATE OR REPLACE TABLE ends AS SELECT node, {ends} FROM told GROUP BY node
    """)
    _list_spellings(db)
    lists = ", ".join(
        f"CASE WHEN {part}_first = {part}_last THEN [{part}_first::VARCHAR] ELSE s.{part}s END AS {part}s"
        for part in PARTS
    )
    firsts = ", ".join(f"p.{part}s[1] AS {part}" for part in PARTS if part != "id")
    db.execute(f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH p AS (SELECT ends.node, {lists} FROM ends LEFT JOIN spellings s USING (node)),
        w AS (SELECT node, list_sort(list(DISTINCT slot)) AS slots FROM told JOIN slot USING (claim) GROUP BY node),
        h AS (
            SELECT node, list_sort(list(DISTINCT relative)) AS relatives FROM told JOIN relative USING (claim)
            GROUP BY node
        ), v AS (
            SELECT p.node, list_sort(list(DISTINCT b)) AS variants FROM p, unnest(givens) u(g) JOIN variant ON a = g
            GROUP BY p.node
        )
        SELECT p.node AS unique_id, w.slots, h.relatives, v.variants, p.* EXCLUDE (node), {firsts},
            p.givens[1] || ' ' || p.surnames[1] AS "full", p.surnames[1] || ' ' || p.givens[1] AS reverse
        FROM p LEFT JOIN w USING (node) LEFT JOIN h USING (node) LEFT JOIN v USING (node) ORDER BY p.node;
        DROP TABLE told; DROP TABLE ends; DROP TABLE spellings
    """)


def _list_spellings(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``spellings``: the lists of those parts that a node spells in more than one way, which is seldom."""
    several = [
        f"SELECT node, '{part}' AS part, {part}::VARCHAR AS value, {'n' if part in WEIGHED else '1'} AS n FROM told"
        f" WHERE {part} IS NOT NULL AND node IN (SELECT node FROM ends WHERE {part}_first <> {part}_last)"
        for part in PARTS
    ]
    lists = ", ".join(f"any_value(spellings) FILTER (part = '{part}') AS {part}s" for part in PARTS)
    db.execute(f"""
        CREATE OR REPLACE TABLE spellings AS
        WITH said AS (SELECT node, part, value, sum(n) AS n FROM ({" UNION ALL ".join(several)}) GROUP BY ALL),
        weighed AS (SELECT *, max(n) OVER (PARTITION BY node, part) AS top FROM said),
        part AS (
            SELECT node, part, list(value ORDER BY n DESC, value)[1:{MOST}] AS spellings FROM weighed
            WHERE n * {RARER} >= top OR part IN {ADDRESSES} GROUP BY node, part
        )
        SELECT node, {lists} FROM part GROUP BY node
    """)
