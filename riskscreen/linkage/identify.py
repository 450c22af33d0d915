"""Who is who: from claims to persons, with what is doubtful and what is contested beside it.

What has a valid id that nobody contests is joined in sets; the rest is compared by Splink and clustered, twice: the
second time the merged profiles know more. All of it happens in memory, and nothing is ever spilled to a disk.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage import exact
from riskscreen.linkage.candidates import pair
from riskscreen.linkage.claims import LINKS
from riskscreen.linkage.clusters import Edges, average_linkage
from riskscreen.linkage.decisions import Decided, decided
from riskscreen.linkage.estimating import estimate
from riskscreen.linkage.scoring import Parameters, count_terms, score
from riskscreen.linkage.words import normalise

ROUNDS = 2
THREADS = 2


@dataclass(frozen=True)
class Before:
    """What the last run left: its links, or None to link everything anew, and its parameters, or None."""

    links: pa.Table | None = None
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Identified:
    """Persons, and how sure they are.

    ``links`` has the columns of ``LINKS``: ``how`` is ``id``, ``words`` or ``decision``. ``doubtful`` are pairs of
    claims (``claim``, ``other``) that stand for two persons, between the thresholds or above and kept apart, with
    ``weight``, its parts, and for each comparison the level (``gamma_``) and the bits (``mw_``). ``contested`` are ids
    with which clearly different people come, and how many (``parts``). ``parameters`` can be stored as JSON and given
    to the next run. ``figures`` count claims, nodes, compared pairs, and seconds by step.
    """

    links: pa.Table
    doubtful: pa.Table
    contested: pa.Table
    parameters: dict[str, Any]
    figures: dict[str, Any]


def identify(
    claims: pa.Table,
    relations: pa.Table,
    decisions: pa.Table,
    settings: Linkage,
    before: Before = Before(),
) -> Identified:
    """The person of each claim. ``claims``, ``relations`` and ``decisions`` are tables of those schemas.

    Given the links of the last run, its claims keep their persons, but for those about whom somebody has decided since;
    the rest is compared with the persons that share a key with it, and joins no two of them. Without them everything is
    linked anew: the same claims in another order give the same partition. A person is named by its lowest claim.

    Raises ``CallerError`` where decisions contradict each other.
    """
    says = decided(decisions, claims["claim"])
    watch = _Watch()
    with duckdb.connect(config={"temp_directory": "", "threads": THREADS}) as db:
        db.execute("SET enable_progress_bar = false")
        normalise(db, claims, relations, settings)
        watch.mark("words")
        _start(db, says, before.links)
        exact.forget_placeholders(db)
        exact.learn_variants(db, settings)
        exact.join_by_id(db, settings)
        exact.forget_crowded_homes(db, settings)
        _follow(db, says)
        count_terms(db)
        watch.mark("ids")
        parameters = Parameters(**before.parameters) if before.parameters else estimate(db, settings)
        watch.mark("parameters")
        pairs = [_round(db, parameters, settings, says, watch) for _ in range(ROUNDS)]
        return Identified(
            links=_links(db, says, before.links),
            doubtful=_doubtful(db),
            contested=db.sql(f"{exact.contested(db)} ORDER BY id").to_arrow_table(),
            parameters=parameters.stored(),
            figures=_figures(db, sum(pairs)) | {"seconds": watch.seconds},
        )


class _Watch:
    """How many seconds each step took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def mark(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(self.seconds.get(step, 0) + now - self._last, 2)
        self._last = now


def _start(db: duckdb.DuckDBPyConnection, says: Decided, links: pa.Table | None) -> None:
    """Tables ``member`` with those who keep their person, ``old`` of these persons, and ``loose``."""
    db.register("kept_links", LINKS.empty_table() if links is None else links)
    db.register("decided_claims", pa.table({"claim": pa.array(list(says.group), pa.int64())}))
    db.register("loose_claims", pa.table({"claim": pa.array(says.loose, pa.int64())}))
    db.execute("""
        CREATE OR REPLACE TABLE loose AS FROM loose_claims;
        CREATE OR REPLACE TABLE open_again AS
        SELECT DISTINCT person FROM kept_links WHERE how = 'decision' OR claim IN (FROM decided_claims);
        CREATE OR REPLACE TABLE member AS
        SELECT claim, person AS node, 0 AS part FROM kept_links SEMI JOIN claim USING (claim)
        WHERE person NOT IN (FROM open_again);
        CREATE OR REPLACE TABLE old AS SELECT DISTINCT node FROM member;
        CREATE OR REPLACE TABLE kept AS SELECT claim FROM member;
        CREATE OR REPLACE TABLE edge (l BIGINT, r BIGINT, weight DOUBLE);
        CREATE OR REPLACE TABLE bound (node BIGINT, weight DOUBLE)
    """)
    for view in ("kept_links", "decided_claims", "loose_claims"):
        db.unregister(view)


def _follow(db: duckdb.DuckDBPyConnection, says: Decided) -> None:
    """Put together what was decided so, and name in ``active`` the nodes that are to be compared.

    ``first`` keeps the node that a claim had by its id.
    """
    db.execute("CREATE OR REPLACE TABLE member AS SELECT *, node AS first FROM member")
    groups = pa.table({"claim": list(says.group), "to": list(says.group.values())}, schema=_PAIR)
    db.register("decided_groups", groups)
    moved = db.sql("""
        SELECT DISTINCT a.node AS l, b.node AS r FROM decided_groups g JOIN member a ON a.claim = g.claim
        JOIN member b ON b.claim = g."to" WHERE a.node <> b.node
    """).to_arrow_table()
    db.unregister("decided_groups")
    _merge(db, _joined(moved))
    db.execute("""
        CREATE OR REPLACE TABLE active AS
        SELECT node, sum(n) = 1 OR bool_or(id IS NULL OR part > 0 OR loose.claim IS NOT NULL) AS open
        FROM member JOIN claim USING (claim) LEFT JOIN loose USING (claim) ANTI JOIN kept USING (claim) GROUP BY node
    """)


_PAIR = pa.schema([("claim", pa.int64()), ("to", pa.int64())])


def _joined(pairs: pa.Table) -> pa.Table:
    """Each node that pairs connect, and the lowest of those with which they connect it."""
    lowest: dict[int, int] = {}

    def find(node: int) -> int:
        while lowest.setdefault(node, node) != node:
            node = lowest[node]
        return node

    for a, b in zip(*(pairs[name].to_pylist() for name in ("l", "r")), strict=True):
        one, other = sorted((find(a), find(b)))
        lowest[other] = one
    moved = {node: find(node) for node in lowest}
    return pa.table({"claim": list(moved), "to": list(moved.values())}, schema=_PAIR)


def _merge(db: duckdb.DuckDBPyConnection, moved: pa.Table) -> None:
    """Move the members of nodes (``claim``) to others (``to``), and name both in table ``changed``."""
    db.register("moved_nodes", moved)
    db.execute("""
        CREATE OR REPLACE TABLE moved AS SELECT claim, "to" FROM moved_nodes WHERE claim <> "to";
        CREATE OR REPLACE TABLE changed AS SELECT claim AS node FROM moved UNION SELECT "to" FROM moved;
        UPDATE member SET node = moved."to" FROM moved WHERE member.node = moved.claim
    """)
    db.unregister("moved_nodes")


def _round(
    db: duckdb.DuckDBPyConnection, parameters: Parameters, settings: Linkage, says: Decided, watch: _Watch
) -> int:
    """Compare the active nodes and cluster; what was merged is active in the next round. The number of pairs."""
    pairs = pair(db, settings)
    watch.mark("candidates")
    score(db, parameters, settings)
    watch.mark("comparing")
    _merge(db, _clustered(db, settings, says))
    db.execute("""
        INSERT INTO bound SELECT l, weight FROM edge JOIN member a ON a.claim = l JOIN member b ON b.claim = r
        WHERE a.node = b.node;
        INSERT INTO bound SELECT r, weight FROM edge JOIN member a ON a.claim = l JOIN member b ON b.claim = r
        WHERE a.node = b.node;
        CREATE OR REPLACE TABLE active AS SELECT DISTINCT "to" AS node, true AS open FROM moved;
        DELETE FROM edge WHERE l IN (FROM changed) OR r IN (FROM changed)
    """)
    watch.mark("clusters")
    return pairs


def _clustered(db: duckdb.DuckDBPyConnection, settings: Linkage, says: Decided) -> pa.Table:
    """Where each node goes (``claim``, ``to``), of those that some edge could join."""
    db.execute(f"""
        CREATE OR REPLACE TABLE ranked AS
        WITH joinable AS (
            SELECT l AS node FROM edge WHERE weight >= {settings.upper_bits}
            UNION SELECT r FROM edge WHERE weight >= {settings.upper_bits}
        )
        SELECT node, row_number() OVER (ORDER BY min(mark), sum(mark), node) - 1 AS rank
        FROM member JOIN claim USING (claim) SEMI JOIN joinable USING (node) GROUP BY node
    """)
    nodes = db.sql("""
        SELECT node, CASE WHEN node IN (FROM old) THEN node ELSE -1 END AS owner FROM ranked ORDER BY rank
    """).fetchnumpy()
    near = db.sql("""
        SELECT a.rank AS l, b.rank AS r, weight FROM edge JOIN ranked a ON a.node = l JOIN ranked b ON b.node = r
    """).fetchnumpy()
    left, right, owner, node = (
        np.asarray(each, np.int64) for each in (near["l"], near["r"], nodes["owner"], nodes["node"])
    )
    edges = Edges(len(node), left, right, np.asarray(near["weight"], float), _set_apart(db, says), owner)
    head = average_linkage(edges, settings.upper_bits)
    return pa.table({"claim": node, "to": node[head]}, schema=_PAIR)


def _set_apart(db: duckdb.DuckDBPyConnection, says: Decided) -> np.ndarray:
    """The ranks of nodes that decisions keep apart, two columns."""
    pairs = np.array(sorted(says.apart), dtype=np.int64).reshape(-1, 2)
    db.register("apart_groups", pa.table({"l": pairs[:, 0], "r": pairs[:, 1]}))
    found = db.sql("""
        SELECT a.rank AS l, b.rank AS r FROM apart_groups g
        JOIN member m ON m.claim = g.l JOIN member n ON n.claim = g.r
        JOIN ranked a ON a.node = m.node JOIN ranked b ON b.node = n.node
    """).fetchnumpy()
    db.unregister("apart_groups")
    return np.stack([found["l"], found["r"]], axis=1).astype(np.int64)


def _links(db: duckdb.DuckDBPyConnection, says: Decided, before: pa.Table | None) -> pa.Table:
    """The links, those of the last run as they were; ordered by claim."""
    together = [claim for claim, group in says.group.items() if list(says.group.values()).count(group) > 1]
    db.register("together_claims", pa.table({"claim": pa.array(together, pa.int64())}))
    db.register("kept_links", LINKS.empty_table() if before is None else before)
    db.execute("""
        CREATE OR REPLACE TABLE person AS
        SELECT node, min(claim) AS person, arg_min(first, (id IS NULL, claim)) AS leader,
            bool_or(id IS NOT NULL) AS has_id
        FROM member JOIN claim USING (claim) GROUP BY node
    """)
    links = db.sql("""
        WITH best AS (SELECT node AS first, max(weight) AS weight FROM bound GROUP BY node), made AS (
            SELECT claim, person, known_on AS "from",
                CASE WHEN claim IN (FROM together_claims) THEN 'decision'
                     WHEN has_id AND first = leader THEN 'id' ELSE 'words' END AS how,
                weight
            FROM member JOIN claim USING (claim) JOIN person USING (node) LEFT JOIN best USING (first)
        )
        SELECT m.claim, m.person, coalesce(k."from", m."from") AS "from", coalesce(k.how, m.how) AS how,
            CASE WHEN k.claim IS NOT NULL THEN k.weight WHEN m.how = 'words' THEN m.weight END AS weight
        FROM made m LEFT JOIN (FROM kept_links SEMI JOIN kept USING (claim)) k USING (claim) ORDER BY claim
    """).to_arrow_table()
    for view in ("together_claims", "kept_links"):
        db.unregister(view)
    return links.cast(LINKS)


def _doubtful(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """The pairs of persons that are neither one nor clearly two, each by its weightiest pair of nodes."""
    return db.sql("""
        SELECT a.claim, b.claim AS other, x.person, y.person AS other_person, e.* EXCLUDE (l, r)
        FROM evidence e JOIN member a ON a.claim = e.l JOIN member b ON b.claim = e.r
        JOIN person x ON x.node = a.node JOIN person y ON y.node = b.node WHERE x.person <> y.person
        QUALIFY row_number() OVER (
            PARTITION BY least(x.person, y.person), greatest(x.person, y.person)
            ORDER BY e.weight DESC, a.claim, b.claim
        ) = 1
        ORDER BY e.weight DESC, a.claim, b.claim
    """).to_arrow_table()


def _figures(db: duckdb.DuckDBPyConnection, pairs: int) -> dict[str, Any]:
    counts = db.sql("""
        SELECT count(*) AS claims, count(DISTINCT first) AS nodes, count(DISTINCT node) AS persons FROM member
    """).to_arrow_table()
    return {"candidate_pairs": pairs, **counts.to_pylist()[0]}
