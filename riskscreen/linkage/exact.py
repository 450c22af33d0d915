"""Claims of one id belong together, unless their names or birth dates tell two people apart.

Tables: ``claim`` (see ``words``) becomes ``member(claim, node, part)``. A node is named by its lowest claim, and
``part`` is 0 for the id's own people, 1 and up for those whom the names parted from them.
"""

import duckdb

from riskscreen.declare.linkage import Linkage, Script

# How often an id may be parted: its holder, and three others who used it. What is left stays alone, claim by claim.
PARTS = 4
NAMED = "(given IS NOT NULL OR surname IS NOT NULL)"


def forget_placeholders(db: duckdb.DuckDBPyConnection) -> None:
    """Empty names such as "daughter" or "resident": under equal ids they stand in for many different names.

    A placeholder is seldom an id's commonest name, and no name that it stands for makes up much of its uses.
    """
    db.execute(f"""
        CREATE OR REPLACE TABLE various AS
        SELECT id FROM claim WHERE id IS NOT NULL AND {NAMED} GROUP BY id
        HAVING min(hash(given, middle, surname)) <> max(hash(given, middle, surname))
    """)
    for part, others in (("given", "surname, middle"), ("surname", "given, middle")):
        _forget(db, part, others)


def _forget(db: duckdb.DuckDBPyConnection, part: str, others: str) -> None:
    known = " AND ".join(f"{column} IS NOT NULL" for column in ("id", part, *others.split(", ")))
    db.execute(f"""
        CREATE OR REPLACE TABLE placeholder AS
        WITH said AS (
            SELECT id, {others}, {part} AS value, sum(n) AS n FROM claim SEMI JOIN various USING (id)
            WHERE {known} GROUP BY ALL
        ), led AS (
            SELECT *, first_value(value) OVER (PARTITION BY id, {others} ORDER BY n DESC, value) AS lead,
                count(*) OVER (PARTITION BY id, {others}) AS spellings
            FROM said
        ), uses AS (SELECT value, lead, count(*) AS uses FROM led WHERE spellings > 1 GROUP BY ALL)
        SELECT value FROM uses GROUP BY value
        HAVING max(uses) * 3 <= sum(uses) AND (
            sum(uses) >= 5 AND sum(uses) FILTER (lead = value) IS NULL
            OR sum(uses) >= 20 AND coalesce(sum(uses) FILTER (lead = value), 0) * 10 <= sum(uses)
        );
        UPDATE claim SET {part} = NULL, {part}_sound = NULL WHERE {part} IN (SELECT value FROM placeholder)
    """)


def learn_variants(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Table ``variant(a, b)``: given names that stand for one another under equal ids, surnames and middle names.

    At least three ids must say so: a brother's borrowed id does not repeat over families.
    """
    db.execute("""
        CREATE OR REPLACE TABLE variant AS
        WITH said AS (
            SELECT DISTINCT id, surname, middle, given FROM claim SEMI JOIN various USING (id)
            WHERE given IS NOT NULL AND surname IS NOT NULL AND middle IS NOT NULL
        )
        SELECT x.given AS a, y.given AS b FROM said x JOIN said y USING (id, surname, middle)
        WHERE x.given <> y.given GROUP BY ALL HAVING count(DISTINCT id) >= 3
    """)
    for a, b in settings.variants:
        db.execute("INSERT INTO variant VALUES (?, ?), (?, ?)", [a, b, b, a])
    db.execute("CREATE OR REPLACE TABLE variant AS SELECT DISTINCT a, b FROM variant")


def join_by_id(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Add every claim that is not yet in ``member``: with its id's node, or alone.

    Claims that table ``loose`` names follow no id: somebody decided about them.
    """
    db.execute("""
        CREATE OR REPLACE TABLE free AS SELECT claim FROM claim
        WHERE id IS NOT NULL AND claim NOT IN (SELECT claim FROM member) AND claim NOT IN (SELECT claim FROM loose)
    """)
    _join_known(db, settings)
    _join_plain(db)
    for part in range(PARTS):
        _join_part(db, settings, part)
    db.execute("""
        INSERT INTO member SELECT claim, claim, CASE WHEN id IS NULL THEN 0 ELSE 99 END FROM claim
        WHERE claim NOT IN (SELECT claim FROM member)
    """)


def _join_known(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Join new claims to the persons who have their id already."""
    db.execute(f"""
        CREATE OR REPLACE TABLE holder AS
        SELECT node AS holder, id, given, middle, surname, given_sound, surname_sound, birth, sum(n) AS n
        FROM claim JOIN member USING (claim) SEMI JOIN (SELECT id FROM claim SEMI JOIN free USING (claim)) f USING (id)
        GROUP BY ALL;
        CREATE OR REPLACE TABLE joined AS
        SELECT open.claim, arg_max(holder, (open.given IS NOT DISTINCT FROM l.given, l.n, -holder)) AS node
        FROM claim open SEMI JOIN free USING (claim) JOIN holder l USING (id)
        LEFT JOIN variant v ON v.a = open.given AND v.b = l.given
        WHERE {_one_person(settings)} GROUP BY open.claim;
        INSERT INTO member SELECT claim, node, 0 FROM joined;
        DELETE FROM free WHERE claim IN (SELECT claim FROM joined)
    """)


def _join_plain(db: duckdb.DuckDBPyConnection) -> None:
    """Join the claims of ids under which everybody has one name and one birth date: nearly all of them."""
    name = "hash(given, middle, surname)"
    db.execute(f"""
        CREATE OR REPLACE TABLE joined AS
        WITH open AS (SELECT * FROM claim SEMI JOIN free USING (claim)), plain AS (
            SELECT id, min(claim) AS node FROM open GROUP BY id
            HAVING coalesce(min({name}) FILTER ({NAMED}) = max({name}) FILTER ({NAMED}), true)
               AND coalesce(min(birth) = max(birth), true) AND id NOT IN (SELECT id FROM holder)
        )
        SELECT claim, node FROM open JOIN plain USING (id);
        INSERT INTO member SELECT claim, node, 0 FROM joined;
        CREATE OR REPLACE TABLE free AS SELECT * FROM free ANTI JOIN joined USING (claim)
    """)


def _join_part(db: duckdb.DuckDBPyConnection, settings: Linkage, part: int) -> None:
    """Join, under each id that is left, the claims that go with its commonest name."""
    db.execute(f"""
        CREATE OR REPLACE TABLE joined AS
        WITH open AS (SELECT * FROM claim SEMI JOIN free USING (claim)),
        name AS (
            SELECT id, given, middle, surname, given_sound, surname_sound, sum(n) AS n,
                mode(birth ORDER BY birth) AS birth
            FROM open GROUP BY ALL
        ),
        leader AS (SELECT id, arg_max(name, ({NAMED}, n, given, middle, surname)) AS l FROM name GROUP BY id),
        near AS (
            SELECT open.claim, id FROM open JOIN leader USING (id)
            LEFT JOIN variant v ON v.a = open.given AND v.b = l.given WHERE {_one_person(settings)}
        )
        SELECT claim, min(claim) OVER (PARTITION BY id) AS node FROM near;
        INSERT INTO member
        SELECT claim, node, {part} + (id IN (SELECT id FROM holder))::INT FROM joined JOIN claim USING (claim);
        DELETE FROM free WHERE claim IN (SELECT claim FROM joined)
    """)


def _one_person(settings: Linkage) -> str:
    """SQL: ``open`` and ``l``, of one id, may be one person's: two of three parts of the name must not contradict.

    A claim without a name goes with the id; and birth dates that agree in nothing contradict any name.
    """
    near = _near_latin if settings.script is Script.LATIN else _near_han
    other = "-2" if settings.script is Script.LATIN else f"CASE WHEN {_shares_a_character()} THEN 0 ELSE -2 END"
    given = (
        "CASE WHEN open.given IS NULL OR l.given IS NULL THEN 0 WHEN open.given = l.given THEN 2"
        f" WHEN v.a IS NOT NULL OR {near('given')} THEN 1 ELSE {other} END"
    )
    surname = (
        "CASE WHEN open.surname IS NULL OR l.surname IS NULL THEN 0"
        f" WHEN open.surname = l.surname OR {near('surname')} THEN 1 ELSE -1 END"
    )
    middle = "CASE WHEN open.middle IS NULL OR l.middle IS NULL THEN 0 WHEN open.middle = l.middle THEN 1 ELSE -1 END"
    nameless = "open.given IS NULL AND open.surname IS NULL OR l.given IS NULL AND l.surname IS NULL"
    same = " AND ".join(f"open.{part} IS NOT DISTINCT FROM l.{part}" for part in ("given", "middle", "surname"))
    return f"(({nameless} OR {same} OR ({given}) + ({surname}) + ({middle}) >= 1) AND NOT {_born_apart()})"


def _near_latin(part: str) -> str:
    a, b = f"open.{part}", f"l.{part}"
    return f"(jaro_winkler_similarity({a}, {b}) >= 0.85 OR damerau_levenshtein({a}, {b}) <= 1)"


def _near_han(part: str) -> str:
    return f"coalesce(open.{part}_sound = l.{part}_sound, false)"


def _shares_a_character() -> str:
    return "(length(open.given) > 1 AND (open.given[1:1] = l.given[1:1] OR open.given[-1:] = l.given[-1:]))"


def _born_apart() -> str:
    """SQL: year, month and day all differ, by more than slips of the pen."""
    parts = " AND ".join(f"open.birth[{cut}] <> l.birth[{cut}]" for cut in ("1:4", "5:6", "7:8"))
    return f"coalesce({parts} AND damerau_levenshtein(open.birth, l.birth) > 3, false)"


def forget_crowded_homes(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Empty the addresses of dormitories and barracks: they tell no one apart."""
    most = settings.largest_home
    db.execute(f"""
        CREATE OR REPLACE TABLE crowded AS
        WITH much AS (SELECT home FROM claim WHERE home IS NOT NULL GROUP BY home HAVING count(*) > {most}),
        lives AS (SELECT DISTINCT home, node FROM claim JOIN member USING (claim) SEMI JOIN much USING (home))
        SELECT home FROM lives GROUP BY home HAVING count(*) > {most};
        UPDATE claim SET home = NULL, number = NULL, street = NULL WHERE home IN (SELECT home FROM crowded)
    """)


def contested(db: duckdb.DuckDBPyConnection) -> str:
    """SQL: the ids with which clearly different people come: ``id``, and how many (``parts``)."""
    return """
        SELECT id, count(DISTINCT node) AS parts FROM claim JOIN member USING (claim)
        WHERE id IS NOT NULL AND claim NOT IN (SELECT claim FROM loose) GROUP BY id
        HAVING count(DISTINCT part) > 1 OR bool_or(part = 99)
    """
