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
import pyarrow as pa

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.database import in_memory

AT_ONCE = 500_000  # stays of people whose days are looked at together
# Who lived where, as one version of a record says: ``from`` is the first day and ``to`` the first day on which it was
# over, or null. ``book`` is where somebody is registered; ``collective`` says that the home or the book is a dormitory,
# a barracks, an institution. It stands from ``known_on`` to before ``superseded_on``, when another version took its
# place, or none. Of versions that tie the later row counts.
STAYS = pa.schema(
    [
        ("person", pa.int64()),
        ("home", pa.int64()),
        ("book", pa.int64()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("known_on", pa.date32()),
        ("superseded_on", pa.date32()),
        ("collective", pa.bool_()),
    ]
)
# Who is bound to whom, stated one way or both; those of a kind in ``Linkage.support`` owe it to each other.
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
# Which household a stay is in, from a day on. A household is named by the stay that was known first.
NAMED = pa.schema(
    [("stay", pa.int64()), ("household", pa.int64()), ("known_on", pa.date32()), ("void_on", pa.date32())]
)
# Who is known to live in which household, from one day to before another.
MEMBERS = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("void_on", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Households:
    """Who was a member when, and which people share a life. Households and stays are named by their place in the stays.

    ``named`` has the columns of ``NAMED``, ``members`` those of ``MEMBERS``, as it was known day by day. From
    ``void_on`` on a household is known to be none: collective, or of too many at once. ``families`` has ``person`` and
    ``family``, named by its lowest person; ``split`` are the households whose members lie in several families, which
    are read together: ``household`` and ``families``.
    """

    named: pa.Table
    members: pa.Table
    families: pa.Table
    split: pa.Table

    def on(self, day: Any) -> dict[int, list[int]]:
        """The members of each household as they were known on a day."""
        with in_memory() as db:
            db.register("members", self.members)
            return dict(
                db.execute(
                    """SELECT household, list(person ORDER BY person) FROM members
                    WHERE "from" <= $1 AND coalesce($1 < "to", true) AND coalesce($1 < void_on, true)
                    GROUP BY household""",
                    [day],
                ).fetchall()
            )


def households(stays: pa.Table, bonds: pa.Table, settings: Linkage) -> Households:
    """The households of ``stays`` (of ``STAYS``) whose people ``bonds`` (of ``BONDS``) or a book bind.

    Nothing that became known after a day has a say in who lived with whom on it: a bond that is told of later joins two
    households on the day on which it is.
    """
    with in_memory() as db:
        db.register("stays", stays.append_column("stay", pa.array(np.arange(stays.num_rows))))
        db.register("bonds", bonds)
        _stand(db)
        _name(db, settings.support)
        _live(db)
        _void(db, settings.largest_household)
        members = db.sql(f'SELECT {_columns(MEMBERS)} FROM member ORDER BY person, "from"').to_arrow_table()
        named = db.sql(f"SELECT {_columns(NAMED)} FROM named ORDER BY stay, known_on").to_arrow_table()
        families, split = _families(db, settings.largest_family)
        return Households(named.cast(NAMED), members.cast(MEMBERS), families, split)


def guardians(relations: pa.Table, links: pa.Table, kinds: tuple[str, ...] = ("guardian", "parent")) -> pa.Table:
    """Whose guardian is who, wherever they live: ``child``, ``guardian``, ``kind``, ``from`` (known), ``to``.

    ``relations`` (of ``RELATIONS``) are between claims, ``links`` (of ``LINKS``) say whose they are. A guardian whom
    several feeds name stands once, from the day on which the first of them did.
    """
    with in_memory() as db:
        db.register("relations", relations)
        db.register("links", links)
        db.execute(f"""
            CREATE TABLE pairs AS  -- in one query with what follows, everybody would be paired with everybody first
            SELECT a.person AS child, b.person AS guardian, relation AS kind, r.known_on, ends_on
            FROM relations r JOIN links a ON a.claim = r.claim JOIN links b ON b.claim = r.other
            WHERE relation IN {(*kinds, "")}
        """)
        return db.sql("""
            SELECT child, guardian, kind, min(known_on) AS "from",
                CASE WHEN count(ends_on) = count(*) THEN max(ends_on) END AS "to"
            FROM pairs WHERE child <> guardian GROUP BY ALL ORDER BY child, guardian, kind
        """).to_arrow_table()


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)


def _stand(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``stood``: the stays that ever stood, in the order in which they became known; for bonds, ``over`` is when
    one was over at the latest, as a later one elsewhere begins.
    """
    db.execute("""
        CREATE TABLE stood AS
        WITH whole AS (FROM stays WHERE coalesce(known_on < superseded_on, true)), elsewhere AS (
            SELECT a.stay, min(b."from") AS day FROM whole a JOIN whole b USING (person)
            WHERE a.home <> b.home AND a."from" < b."from" AND b.superseded_on IS NULL GROUP BY a.stay
        )
        SELECT row_number() OVER (ORDER BY known_on, person, home, "from", book, stay) - 1 AS nth, whole.*,
            least("to", elsewhere.day) AS over
        FROM whole LEFT JOIN elsewhere USING (stay)
    """)


def _name(db: duckdb.DuckDBPyConnection, support: tuple[str, ...]) -> None:
    """Table ``named``: stays of one home that a book or a bond joins, from the day on which that is known."""
    kinds = (*support, "")
    joins = db.sql(f"""
        SELECT known_on AS day, nth AS l, min(nth) OVER (PARTITION BY home, book) AS r FROM stood WHERE book IS NOT NULL
        UNION ALL SELECT known_on, nth, min(nth) OVER (PARTITION BY home, person) FROM stood
        UNION ALL
        SELECT greatest(a.known_on, b.known_on, bonds.known_on) AS told_on, a.nth, b.nth
        FROM bonds JOIN stood a USING (person) JOIN stood b ON b.person = bonds.other AND b.home = a.home
        WHERE kind IN {kinds} AND coalesce(a."from" < b.over, true) AND coalesce(b."from" < a.over, true)
            AND coalesce(bonds."from" < least(a.over, b.over), true)
            AND coalesce(greatest(a."from", b."from") < bonds."to", true)
            AND coalesce(told_on < least(a.superseded_on, b.superseded_on), true)
        ORDER BY day, l, r
    """).to_arrow_table()
    (count,) = db.execute("SELECT count(*) FROM stood").fetchone() or (0,)
    told = _renamed(count, *(joins[side].to_numpy().astype(np.int64) for side in ("l", "r")))
    again = pa.table({"nth": told[:, 1], "first": told[:, 2], "day": joins["day"].take(pa.array(told[:, 0]))})
    db.register("again", again)
    db.execute("""
        CREATE TABLE named AS
        WITH every AS (SELECT nth, nth AS first, known_on AS day FROM stood UNION ALL FROM again), last AS (
            SELECT nth, min(first) AS first, day AS known_on FROM every GROUP BY nth, day
        )
        SELECT a.stay, b.stay AS household, last.known_on,
            coalesce(lead(last.known_on) OVER of_stay, a.superseded_on) AS superseded_on,
            a.person, a."from", a."to", coalesce(a.collective, false) AS collective
        FROM last JOIN stood a USING (nth) JOIN stood b ON b.nth = last.first
        WHERE coalesce(last.known_on < a.superseded_on, true)
        WINDOW of_stay AS (PARTITION BY nth ORDER BY last.known_on)
    """)
    db.unregister("again")


def _live(db: duckdb.DuckDBPyConnection) -> None:
    """Table ``member``: on each day somebody lives where the last stay by then says, unless that is over by then.

    People are looked at one range after the other: every day of theirs with every stay is much to hold at once.
    """
    db.execute('CREATE TABLE member (person BIGINT, household BIGINT, "from" DATE, "to" DATE)')
    rows, first, last = db.execute("SELECT count(*), min(person), max(person) FROM named").fetchone() or (0, 0, 0)
    step = -(-(last - first + 1) // -(-rows // AT_ONCE)) if rows else 1
    for low in range(first, last + 1, step) if rows else ():
        db.execute(f"""
            INSERT INTO member BY NAME
            WITH own AS (
                FROM named WHERE person BETWEEN {low} AND {low + step - 1}
            ), days AS (
                SELECT DISTINCT person, unnest([known_on, superseded_on, "from", "to"]) AS day FROM own
            ), told AS (  -- an outer join on more than equality would compare every day with every stay
                SELECT days.person, day,
                    arg_max({{'household': household, 'over': coalesce("to" <= day, false)}}, ("from", known_on, stay))
                    AS it
                FROM days JOIN own ON own.person = days.person
                WHERE known_on <= day AND "from" <= day AND coalesce(day < superseded_on, true) GROUP BY ALL
            ), lives AS (
                SELECT person, day, CASE WHEN NOT it.over THEN it.household END AS household
                FROM days LEFT JOIN told USING (person, day) WHERE day IS NOT NULL
            ), changes AS (
                FROM lives QUALIFY household IS DISTINCT FROM lag(household) OVER (PARTITION BY person ORDER BY day)
            ), spans AS (
                SELECT person, household, day AS "from", lead(day) OVER (PARTITION BY person ORDER BY day) AS "to"
                FROM changes
            )
            FROM spans WHERE household IS NOT NULL
        """)


@numba.njit(cache=True, nogil=True)
def _renamed(count: Any, left: Any, right: Any) -> Any:
    """Rows of join (by its place), stay and the lower name that it gave it, join by join."""
    name, after = np.arange(count), np.arange(count)  # each group is a ring
    told, done = np.empty((max(count, 16), 3), np.int64), 0
    for at in range(len(left)):
        low, high = min(name[left[at]], name[right[at]]), max(name[left[at]], name[right[at]])
        if low == high:
            continue
        node = high
        while True:
            if done == len(told):
                told = np.concatenate((told, np.empty_like(told)))
            told[done] = at, node, low
            done += 1
            name[node] = low
            node = after[node]
            if node == high:
                break
        after[low], after[high] = after[high], after[low]
    return told[:done]


def _void(db: duckdb.DuckDBPyConnection, most: int) -> None:
    """Add ``void_on`` to ``named`` and ``member``."""
    db.execute(f"""
        CREATE TABLE void AS
        WITH large AS (
            SELECT household FROM member GROUP BY household HAVING count(DISTINCT person) > {most}
        ), at_once AS (
            SELECT a.household, a."from" AS day
            FROM (SELECT DISTINCT household, "from" FROM member SEMI JOIN large USING (household)) a
            JOIN member b ON b.household = a.household AND b."from" <= a."from" AND coalesce(a."from" < b."to", true)
            GROUP BY a.household, a."from" HAVING count(DISTINCT b.person) > {most}
        ), days AS (
            SELECT household, day FROM at_once UNION ALL SELECT household, known_on FROM named WHERE collective
        )
        SELECT household, min(day) AS void_on FROM days GROUP BY household;
        CREATE OR REPLACE TABLE member AS SELECT member.*, void_on FROM member LEFT JOIN void USING (household);
        CREATE OR REPLACE TABLE named AS SELECT named.*, void_on FROM named LEFT JOIN void USING (household)
    """)


def _families(db: duckdb.DuckDBPyConnection, most: int) -> tuple[pa.Table, pa.Table]:
    """Join people household by household, those told of last first, while a family stays small enough."""
    told = db.sql("""
        WITH alive AS (SELECT * FROM named WHERE coalesce(known_on < void_on, true)),
        last AS (SELECT household, max(greatest(known_on, "from")) AS day FROM alive GROUP BY household),
        pairs AS (SELECT DISTINCT household, person FROM alive)
        SELECT household, person FROM pairs JOIN last USING (household) ORDER BY day DESC, household, person
    """).fetchnumpy()
    people = np.asarray(db.sql("SELECT DISTINCT person FROM named ORDER BY person").fetchnumpy()["person"], np.int64)
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
