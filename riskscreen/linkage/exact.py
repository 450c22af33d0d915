"""Claims of one id belong together, unless their names or birth dates tell two people apart.

Table ``said`` (see ``words``) becomes ``claim``, which has a ``node`` too. A node is named by its lowest claim, and
``part`` is 0 for the id's own people, 1 and up for those whom the names parted from them.
"""

import duckdb

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.linkage.words import SAID, TIGHTEN

# How often an id may be parted: its holder, and three others who used it. What is left stays alone, claim by claim.
PARTS = 4
ALONE = 99
NAMED = "(given IS NOT NULL OR surname IS NOT NULL)"


def forget_placeholders(db: duckdb.DuckDBPyConnection) -> None:
    """Empty names such as "daughter" or "resident": under equal ids they stand in for many different names.

    A placeholder is seldom an id's commonest name, and no name that it stands for makes up much of its uses.
    """
    db.execute(f"""
        CREATE OR REPLACE TABLE various AS
        SELECT id FROM said WHERE id IS NOT NULL AND {NAMED} GROUP BY id
        HAVING min(hash(given, middle, surname)) <> max(hash(given, middle, surname))
    """)
    for part, others in (("given", "surname, middle"), ("surname", "given, middle")):
        _forget(db, part, others)


def _forget(db: duckdb.DuckDBPyConnection, part: str, others: str) -> None:
    known = " AND ".join(f"{column} IS NOT NULL" for column in ("id", part, *others.split(", ")))
    db.execute(f"""
        CREATE OR REPLACE TABLE placeholder AS
        WITH spelt AS (
            SELECT id, {others}, {part} AS value, sum(n) AS n FROM said SEMI JOIN various USING (id)
            WHERE {known} GROUP BY ALL
        ), led AS (
            SELECT *, first_value(value) OVER (PARTITION BY id, {others} ORDER BY n DESC, value) AS lead,
                count(*) OVER (PARTITION BY id, {others}) AS spellings
            FROM spelt
        ), uses AS (SELECT value, lead, count(*) AS uses FROM led WHERE spellings > 1 GROUP BY ALL)
        SELECT value FROM uses GROUP BY value
        HAVING max(uses) * 3 <= sum(uses) AND (
            sum(uses) >= 5 AND sum(uses) FILTER (lead = value) IS NULL
            OR sum(uses) >= 20 AND coalesce(sum(uses) FILTER (lead = value), 0) * 10 <= sum(uses)
        );
        UPDATE big.said SET {part} = NULL, {part}_sound = NULL WHERE {part} IN (SELECT value FROM placeholder)
    """)


def learn_variants(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Table ``variant(a, b)``: given names that stand for one another under equal ids, surnames and middle names.

    At least three ids must say so: a brother's borrowed id does not repeat over families.
    """
    db.execute("""
        CREATE OR REPLACE TABLE variant AS
        WITH spelt AS (
            SELECT DISTINCT id, surname, middle, given FROM said SEMI JOIN various USING (id)
            WHERE given IS NOT NULL AND surname IS NOT NULL AND middle IS NOT NULL
        )
        SELECT x.given AS a, y.given AS b FROM spelt x JOIN spelt y USING (id, surname, middle)
        WHERE x.given <> y.given GROUP BY ALL HAVING count(DISTINCT id) >= 3
    """)
    for a, b in settings.variants:
        db.execute("INSERT INTO variant VALUES (?, ?), (?, ?)", [a, b, b, a])
    db.execute("CREATE OR REPLACE TABLE variant AS SELECT DISTINCT a, b FROM variant")


def join_by_id(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Make table ``claim`` of ``said``: each claim with its id's node, or alone; those in ``member`` keep theirs.

    Claims that table ``loose`` names follow no id: somebody decided about them.
    """
    _find_plain(db)
    db.execute("""
        CREATE OR REPLACE TABLE free AS
        SELECT * FROM said ANTI JOIN plain USING (id) ANTI JOIN member USING (claim) ANTI JOIN loose USING (claim)
        WHERE id IS NOT NULL
    """)
    _join_known(db, settings)
    for part in range(PARTS):
        if (db.execute("SELECT count(*) FROM free").fetchone() or (0,))[0]:
            _join_part(db, settings, part)
    db.execute(f"""
        INSERT INTO member SELECT claim, claim, {ALONE} FROM free;
        INSERT INTO member SELECT claim, claim, CASE WHEN id IS NULL THEN 0 ELSE {ALONE} END
        FROM said SEMI JOIN loose USING (claim) ANTI JOIN member USING (claim);
        DROP TABLE free
    """)
    _put_together(db)


def _find_plain(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``plain(id, node)``: ids under which everybody has one name and one birth date: nearly all of them."""
    name, born = f"hash(given, middle, surname)) FILTER ({NAMED}", "hash(birth)) FILTER (birth IS NOT NULL"
    db.execute(f"""
        CREATE OR REPLACE TABLE plain AS
        SELECT id, min(claim) AS node FROM said ANTI JOIN member USING (claim) ANTI JOIN loose USING (claim)
        WHERE id IS NOT NULL GROUP BY id
        HAVING coalesce(min({name}) = max({name}), true) AND coalesce(min({born}) = max({born}), true);
        DELETE FROM plain WHERE id IN (SELECT id FROM said SEMI JOIN member USING (claim))
    """)


def _join_known(db: duckdb.DuckDBPyConnection, settings: Linkage) -> None:
    """Join new claims to the persons who have their id already."""
    db.execute(f"""
        CREATE OR REPLACE TABLE holder AS
        SELECT node AS holder, id, given, middle, surname, given_sound, surname_sound, birth, sum(n) AS n
        FROM said JOIN member USING (claim) SEMI JOIN free USING (id) GROUP BY ALL;
        CREATE OR REPLACE TABLE joined AS
        SELECT open.claim, arg_max(holder, (open.given IS NOT DISTINCT FROM l.given, l.n, -holder)) AS node
        FROM free open JOIN holder l USING (id)
        LEFT JOIN variant v ON v.a = open.given AND v.b = l.given
        WHERE {_one_person(settings)} GROUP BY open.claim;
        INSERT INTO member SELECT claim, node, 0 FROM joined;
        DELETE FROM free WHERE claim IN (SELECT claim FROM joined)
    """)


def _join_part(db: duckdb.DuckDBPyConnection, settings: Linkage, part: int) -> None:
    """Join, under each id that is left, the claims that go with its commonest name."""
    db.execute(f"""
        CREATE OR REPLACE TABLE joined AS
        WITH name AS (
            SELECT id, given, middle, surname, given_sound, surname_sound, sum(n) AS n,
                mode(birth ORDER BY birth) AS birth
            FROM free GROUP BY ALL
        ),
        leader AS (SELECT id, arg_max(name, ({NAMED}, n, given, middle, surname)) AS l FROM name GROUP BY id),
        near AS (
            SELECT open.claim, id FROM free open JOIN leader USING (id)
            LEFT JOIN variant v ON v.a = open.given AND v.b = l.given WHERE {_one_person(settings)}
        )
        SELECT claim, id, min(claim) OVER (PARTITION BY id) AS node FROM near;
        INSERT INTO member SELECT claim, node, {part} + (id IN (SELECT id FROM holder))::INT FROM joined;
        DELETE FROM free WHERE claim IN (SELECT claim FROM joined)
    """)


def _put_together(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``claim``, in ranges of claims so that little lies loosely at a time; ``first`` is the node by id alone."""
    kinds = SAID | {"node": "BIGINT", "first": "BIGINT", "part": "UTINYINT"}
    db.execute(f"CREATE TABLE big.claim ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
    rows, low, high = db.execute("SELECT count(*), min(claim), max(claim) FROM said").fetchone() or (0, 0, 0)
    step = -(-(high - low + 1) // -(-rows // TIGHTEN)) if rows else 1
    for start in range(low, high + 1, step) if rows else ():
        within = f"claim BETWEEN {start} AND {start + step - 1}"
        db.execute(f"""
            INSERT INTO big.claim BY NAME
            SELECT *, node AS first FROM (
                SELECT s.*, coalesce(m.node, p.node, s.claim) AS node, coalesce(m.part, 0) AS part
                FROM (FROM said WHERE {within}) s LEFT JOIN (FROM member WHERE {within}) m USING (claim)
                LEFT JOIN plain p USING (id)
            )
        """)
        if rows > TIGHTEN:
            db.execute("CHECKPOINT big")
    db.execute("DROP TABLE big.said; DROP TABLE plain; DROP TABLE member; DROP TABLE holder; DROP TABLE joined")


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
        WITH much AS (
            SELECT hash(home) AS mark FROM claim WHERE home IS NOT NULL GROUP BY mark HAVING count(*) > {most}
        ), lives AS (
            SELECT DISTINCT home, node FROM claim WHERE home IS NOT NULL AND hash(home) IN (FROM much)
        )
        SELECT home FROM lives GROUP BY home HAVING count(*) > {most};
        UPDATE big.claim SET home = NULL, number = NULL, street = NULL WHERE home IN (SELECT home FROM crowded)
    """)


def contested(db: duckdb.DuckDBPyConnection) -> str:
    """SQL: the ids with which clearly different people come, or a birth date or sex other than they state.

    ``id``, how many people come with it (``parts``), and how many claims say otherwise than it (``disagree``).
    """
    return """
        WITH c AS (
            SELECT id, min(node) <> max(node) AS several, count_if(disagrees)::INTEGER AS disagree
            FROM claim ANTI JOIN loose USING (claim) WHERE id IS NOT NULL GROUP BY id
        )
        SELECT id, count(DISTINCT node) AS parts, any_value(disagree) AS disagree
        FROM claim JOIN (FROM c WHERE several OR disagree > 0) c USING (id) ANTI JOIN loose USING (claim) GROUP BY id
    """
