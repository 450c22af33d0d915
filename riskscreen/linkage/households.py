"""Who lives with whom, and who owes whom support: households in time, guardians, and families.

A household for aid is people who live in one home and owe each other support. A book in which they are registered
together says that they do, but only of those who also live together: the book alone makes no household, and a home
alone none either. Who moved is, on any day, where they lived then.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from riskscreen.declare.linkage import Linkage

# Who lived where: ``from`` is the first day and ``to`` the first day on which it was over, or null. ``book`` is where
# somebody is registered; ``collective`` says that the home or the book is a dormitory, a barracks, an institution.
STAYS = pa.schema(
    [
        ("person", pa.int64()),
        ("home", pa.int64()),
        ("book", pa.int64()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("known_on", pa.date32()),
        ("collective", pa.bool_()),
    ]
)
# Who is bound to whom, both ways; those of a kind in ``Linkage.support`` owe it to each other.
BONDS = pa.schema(
    [
        ("person", pa.int64()),
        ("other", pa.int64()),
        ("kind", pa.string()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("known_on", pa.date32()),
    ]
)
MEMBERS = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("known_on", pa.date32()),
        ("end_known_on", pa.date32()),
        ("void_on", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Households:
    """Who was a member when, and which people share a life.

    ``members`` has the columns of ``MEMBERS``: a household is named by its place among the stays' homes and first
    members, ``end_known_on`` is the day on which the end became known, and from ``void_on`` on it is known to be no
    household: collective, or of too many at once. ``families`` has ``person`` and ``family``, named by its lowest
    person; ``split`` are the households whose members lie in several families, which are read together.
    """

    members: pa.Table
    families: pa.Table
    split: pa.Table

    def on(self, day: Any) -> dict[int, list[int]]:
        """The members of each household as they were known on a day."""
        with duckdb.connect(config={"temp_directory": ""}) as db:
            db.register("members", self.members)
            return dict(
                db.execute(
                    """SELECT household, list(DISTINCT person ORDER BY person) FROM members
                    WHERE known_on <= $1 AND "from" <= $1 AND coalesce(void_on > $1, true)
                        AND NOT coalesce(end_known_on <= $1 AND "to" <= $1, false) GROUP BY household""",
                    [day],
                ).fetchall()
            )


def households(stays: pa.Table, bonds: pa.Table, settings: Linkage) -> Households:
    """The households of ``stays`` (of ``STAYS``) whose people ``bonds`` (of ``BONDS``) or a book bind."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        db.register("stays", stays)
        db.register("bonds", bonds)
        _end(db)
        _bind(db, settings.support)
        _void(db, settings.largest_household)
        members = db.sql(f'SELECT {_columns(MEMBERS)} FROM member ORDER BY person, "from", household').to_arrow_table()
        families, split = _families(db, settings.largest_family)
        return Households(members.cast(MEMBERS), families, split)


def guardians(relations: pa.Table, links: pa.Table, kinds: tuple[str, ...] = ("guardian", "parent")) -> pa.Table:
    """Whose guardian is who, wherever they live: ``child``, ``guardian``, ``kind``, ``from`` (known), ``to``.

    ``relations`` (of ``RELATIONS``) are between claims, ``links`` (of ``LINKS``) say whose they are. A guardian whom
    several feeds name stands once, from the day on which the first of them did.
    """
    with duckdb.connect(config={"temp_directory": ""}) as db:
        db.register("relations", relations)
        db.register("links", links)
        return db.sql(f"""
            SELECT a.person AS child, b.person AS guardian, relation AS kind, min(r.known_on) AS "from",
                CASE WHEN count(ends_on) = count(*) THEN max(ends_on) END AS "to"
            FROM relations r JOIN links a ON a.claim = r.claim JOIN links b ON b.claim = r.other
            WHERE relation IN {(*kinds, "")} AND a.person <> b.person GROUP BY ALL ORDER BY child, guardian, kind
        """).to_arrow_table()


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)


def _end(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``stay``: each ends, at the latest, where the person's next one elsewhere begins."""
    db.execute("""
        CREATE TABLE stay AS
        WITH whole AS (
            SELECT person, home, book, "from", "to", min(known_on) AS known_on,
                bool_or(coalesce(collective, false)) AS collective
            FROM stays GROUP BY ALL
        ), ahead AS (
            SELECT *, lead("from") OVER w AS next, lead(known_on) OVER w AS next_known FROM whole
            WINDOW w AS (PARTITION BY person ORDER BY "from", known_on, home)
        )
        SELECT row_number() OVER (ORDER BY known_on, person, home, "from", book) - 1 AS nth, person, home, book, "from",
            least("to", next) AS "to", known_on, collective,
            CASE WHEN next IS NOT NULL AND ("to" IS NULL OR next < "to") THEN greatest(known_on, next_known)
                 WHEN "to" IS NOT NULL THEN known_on END AS end_known_on
        FROM ahead
    """)


def _bind(db: duckdb.DuckDBPyConnection, support: tuple[str, ...]) -> None:
    """Table ``member``: stays of one home that a book or a bond joins, named by the first known of them."""
    kinds = (*support, "")
    pairs = db.sql(f"""
        SELECT nth AS l, min(nth) OVER (PARTITION BY home, book) AS r FROM stay WHERE book IS NOT NULL
        UNION ALL SELECT nth, min(nth) OVER (PARTITION BY home, person) FROM stay
        UNION ALL
        SELECT a.nth, b.nth FROM bonds JOIN stay a USING (person)
        JOIN stay b ON b.person = bonds.other AND b.home = a.home
        WHERE kind IN {kinds} AND coalesce(a."from" < b."to", true) AND coalesce(b."from" < a."to", true)
            AND coalesce(bonds."from" < least(a."to", b."to"), true)
            AND coalesce(greatest(a."from", b."from") < bonds."to", true)
    """).fetchnumpy()
    (count,) = db.execute("SELECT count(*) FROM stay").fetchone() or (0,)
    named = _lowest(count, pairs["l"], pairs["r"])
    db.register("named", pa.table({"nth": np.arange(count), "household": named}))
    db.execute("CREATE TABLE member AS SELECT * FROM stay JOIN named USING (nth)")
    db.unregister("named")


def _lowest(count: int, left: Any, right: Any) -> npt.NDArray[np.int64]:
    """The lowest of those with which each is connected."""
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, component, np.arange(count))
    found: npt.NDArray[np.int64] = lowest[component]
    return found


def _void(db: duckdb.DuckDBPyConnection, most: int) -> None:
    """Add ``void_on`` to ``member``."""
    db.execute(f"""
        CREATE TABLE void AS
        WITH large AS (
            SELECT household FROM member GROUP BY household HAVING count(DISTINCT person) > {most}
        ), at_once AS (
            SELECT a.household, a.nth, greatest(a."from", max(b.known_on)) AS day
            FROM member a SEMI JOIN large USING (household) JOIN member b ON b.household = a.household
                AND b."from" <= a."from" AND coalesce(a."from" < b."to", true)
            GROUP BY a.household, a.nth, a."from" HAVING count(DISTINCT b.person) > {most}
        ), days AS (
            SELECT household, day FROM at_once UNION ALL SELECT household, known_on FROM member WHERE collective
        )
        SELECT household, min(day) AS void_on FROM days GROUP BY household;
        CREATE OR REPLACE TABLE member AS SELECT member.*, void_on FROM member LEFT JOIN void USING (household)
    """)


def _families(db: duckdb.DuckDBPyConnection, most: int) -> tuple[pa.Table, pa.Table]:
    """Join people household by household, those told of last first, while a family stays small enough."""
    told = db.sql("""
        WITH alive AS (SELECT * FROM member WHERE coalesce(known_on < void_on, true)),
        last AS (SELECT household, max(greatest(known_on, "from")) AS day FROM alive GROUP BY household),
        pairs AS (SELECT DISTINCT household, person FROM alive)
        SELECT household, person FROM pairs JOIN last USING (household) ORDER BY day DESC, household, person
    """).fetchnumpy()
    people = np.asarray(db.sql("SELECT DISTINCT person FROM member ORDER BY person").fetchnumpy()["person"], np.int64)
    at = np.searchsorted(people, np.asarray(told["person"])).astype(np.int64)
    household = np.asarray(told["household"], np.int64)
    family = _joined(len(people), household, at, most)
    families = pa.table({"person": people, "family": people[family]})
    db.register("told", pa.table({"household": household, "family": people[family[at]]}))
    split = db.sql("""
        SELECT household, list(DISTINCT family ORDER BY family) AS families FROM told GROUP BY household
        HAVING count(DISTINCT family) > 1 ORDER BY household
    """).to_arrow_table()
    db.unregister("told")
    return families, split


@numba.njit(cache=True, nogil=True)
def _root(parent: Any, node: Any) -> Any:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@numba.njit(cache=True, nogil=True)
def _joined(people: Any, household: Any, person: Any, most: Any) -> Any:
    """The first of each person's family. ``household`` comes in runs; a run that would make too many joins nobody."""
    parent, size = np.arange(people), np.ones(people, np.int64)
    start = 0
    while start < len(household):
        end = start
        while end < len(household) and household[end] == household[start]:
            end += 1
        roots = np.unique(np.array([_root(parent, person[at]) for at in range(start, end)]))
        if size[roots].sum() <= most:
            first = roots[0]
            size[first] = size[roots].sum()
            for root in roots:
                parent[root] = first
        start = end
    return np.array([_root(parent, node) for node in range(people)])
