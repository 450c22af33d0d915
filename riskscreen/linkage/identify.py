"""Who is who: from claims to persons, with what is doubtful and what is contested beside it.

What has a valid id that nobody contests is joined in sets; the rest is compared by Splink and clustered, round by
round: first with those who share a narrow key, then, if that found nobody, a wide one, and then again, since merged
profiles know more. All of it happens in memory, and nothing is ever spilled to a disk.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from riskscreen.declare.linkage import Linkage
from riskscreen.ingest.sql import silence
from riskscreen.linkage import exact
from riskscreen.linkage.candidates import pair
from riskscreen.linkage.claims import LINKS
from riskscreen.linkage.clusters import Edges, Numbers, average_linkage
from riskscreen.linkage.decisions import Decided, decided
from riskscreen.linkage.estimating import estimate
from riskscreen.linkage.scoring import Parameters, count_terms, score
from riskscreen.linkage.sentences import sentences
from riskscreen.linkage.words import MARK, TIGHTEN, normalise

ROUNDS = 3
# No word of a claim ever goes to a disk.
IN_MEMORY: dict[str, str | bool | int | float | list[str]] = {
    "temp_directory": "",
    "threads": 2,
    "preserve_insertion_order": False,
}


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
    with which clearly different people come, and how many (``parts``), and those whose own statement of birth date or
    sex so many claims ``disagree`` with. ``parameters`` can be stored as JSON and given to the next run. ``sentences``
    say what is odd about the input. ``figures`` count claims, nodes, compared pairs, and seconds by step.
    """

    links: pa.Table
    doubtful: pa.Table
    contested: pa.Table
    parameters: dict[str, Any]
    sentences: tuple[str, ...]
    figures: dict[str, Any]


def identify(
    claims: pa.Table | pa.RecordBatchReader,
    relations: pa.Table,
    decisions: pa.Table,
    settings: Linkage,
    before: Before = Before(),
) -> Identified:
    """The person of each claim. ``claims``, ``relations`` and ``decisions`` are tables of those schemas.

    So that many claims need not lie in memory at once, they may come as a reader of batches, up to a million each.

    Given the links of the last run, its claims keep their persons, but for those about whom somebody has decided since;
    the rest is compared with the persons that share a key with it, and joins no two of them. Without them everything is
    linked anew: the same claims in another order give the same partition. A person is named by its lowest claim.

    Raises ``CallerError`` where decisions contradict each other.
    """
    watch = _Watch()
    with duckdb.connect(config=IN_MEMORY) as db:
        silence(db)
        db.execute("ATTACH ':memory:' AS big (COMPRESS); SET search_path = 'memory,big'")
        normalise(db, claims, relations, settings)
        watch.mark("words")
        says = decided(decisions, _known(db, decisions))
        _start(db, says, before.links)
        exact.forget_placeholders(db)
        exact.learn_variants(db, settings)
        exact.join_by_id(db, settings)
        exact.forget_crowded_homes(db, settings)
        _follow(db, says, settings)
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
            sentences=sentences(db),
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


def _known(db: duckdb.DuckDBPyConnection, decisions: pa.Table) -> pa.ChunkedArray:
    """Of the claims that decisions are about, those that are there."""
    db.register("decisions", decisions)
    known = db.sql(
        "SELECT claim FROM said WHERE claim IN (SELECT claim FROM decisions UNION SELECT other FROM decisions)"
    )
    found = known.to_arrow_table()["claim"]
    db.unregister("decisions")
    return found


def _start(db: duckdb.DuckDBPyConnection, says: Decided, links: pa.Table | None) -> None:
    """Tables ``member`` with those who keep their person, ``old`` of these persons, and ``loose``."""
    db.register("kept_links", LINKS.empty_table() if links is None else links)
    db.register("decided_claims", pa.table({"claim": pa.array(list(says.group), pa.int64())}))
    db.register("loose_claims", pa.table({"claim": pa.array(says.loose, pa.int64())}))
    db.execute("""
        CREATE TABLE loose AS FROM loose_claims;
        CREATE TABLE open_again AS
        SELECT DISTINCT person FROM kept_links WHERE how = 'decision' OR claim IN (FROM decided_claims);
        CREATE TABLE member AS
        SELECT claim, person AS node, 0 AS part FROM kept_links SEMI JOIN said USING (claim)
        WHERE person NOT IN (FROM open_again);
        CREATE TABLE old AS SELECT DISTINCT node FROM member;
        CREATE TABLE kept AS SELECT claim FROM member;
        CREATE TABLE edge (l BIGINT, r BIGINT, weight DOUBLE);
        CREATE TABLE bound (node BIGINT, weight DOUBLE)
    """)
    for view in ("kept_links", "decided_claims", "loose_claims"):
        db.unregister(view)


def _follow(db: duckdb.DuckDBPyConnection, says: Decided, settings: Linkage) -> None:
    """Put together what a register and then what humans said is one, and name the nodes that are to be compared.

    ``first`` keeps the node that a claim had by its id. Table ``narrow`` has all nodes with new claims, and ``open``
    those of them that no id settles.
    """
    told = db.sql("""
        SELECT DISTINCT a.node AS l, b.node AS r
        FROM also f JOIN claim a USING (claim) JOIN claim b ON b.claim = f.other
        WHERE a.node <> b.node AND a.claim NOT IN (FROM loose) AND b.claim NOT IN (FROM loose)
    """).to_arrow_table()
    _merge(db, _joined(told))
    db.execute("UPDATE big.claim SET first = node WHERE first IN (SELECT claim FROM moved)")
    groups = pa.table({"claim": list(says.group), "to": list(says.group.values())}, schema=_PAIR)
    db.register("decided_groups", groups)
    moved = db.sql("""
        SELECT DISTINCT a.node AS l, b.node AS r FROM decided_groups g JOIN claim a ON a.claim = g.claim
        JOIN claim b ON b.claim = g."to" WHERE a.node <> b.node
    """).to_arrow_table()
    db.unregister("decided_groups")
    _merge(db, _joined(moved))
    lone = "false" if settings.checked_ids else "sum(n) = 1 AND node NOT IN (FROM old)"
    db.execute(f"""
        CREATE TABLE narrow AS
        SELECT node, {lone} OR bool_and(disagrees) OR bool_or(id IS NULL OR part > 0 OR loose.claim IS NOT NULL) AS open
        FROM claim LEFT JOIN loose USING (claim) ANTI JOIN kept USING (claim) GROUP BY node;
        CREATE TABLE open AS SELECT node FROM narrow WHERE open;
        ALTER TABLE narrow DROP COLUMN open;
        CREATE TABLE wide AS FROM open WHERE false;
        CREATE TABLE asked AS FROM open WHERE false
    """)


DOUBTFUL = pa.schema(
    [(name, pa.int64()) for name in ("claim", "other", "person", "other_person")] + [("weight", pa.float64())]
)
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
    """Move the claims of nodes (``claim``) to others (``to``), which tables ``moved`` and ``changed`` then name."""
    db.register("moved_nodes", moved)
    db.execute("""
        CREATE OR REPLACE TABLE moved AS SELECT claim, "to" FROM moved_nodes WHERE claim <> "to";
        CREATE OR REPLACE TABLE changed AS SELECT claim AS node FROM moved UNION SELECT "to" FROM moved
    """)
    db.unregister("moved_nodes")
    if db.execute("SELECT count(*) FROM moved").fetchone() != (0,):
        db.execute('UPDATE big.claim SET node = moved."to" FROM moved WHERE claim.node = moved.claim')


def _round(
    db: duckdb.DuckDBPyConnection, parameters: Parameters, settings: Linkage, says: Decided, watch: _Watch
) -> int:
    """Compare who seeks, and cluster. The number of pairs."""
    pairs = pair(db, settings)
    watch.mark("candidates")
    score(db, parameters, settings)
    watch.mark("comparing")
    _merge(db, _clustered(db, settings, says))
    _go_on(db)
    watch.mark("clusters")
    return pairs


def _go_on(db: duckdb.DuckDBPyConnection) -> None:
    """Who seeks in the next round: by narrow keys what was merged; by wide ones what is open and did not before.

    What was merged is open if all of it was. Table ``bound`` keeps the weights that hold persons together.
    """
    db.execute("""
        CREATE OR REPLACE TABLE went AS SELECT claim AS node, "to" FROM moved UNION SELECT "to", "to" FROM moved;
        INSERT INTO bound
        SELECT unnest([l, r]), weight FROM edge JOIN went a ON a.node = l JOIN went b ON b.node = r
        WHERE a."to" = b."to";
        DELETE FROM edge WHERE l IN (FROM changed) OR r IN (FROM changed);
        INSERT INTO asked FROM wide;
        DELETE FROM asked WHERE node IN (FROM changed);
        CREATE OR REPLACE TABLE still AS
        SELECT "to" AS node FROM went GROUP BY "to" HAVING bool_and(node IN (FROM open));
        DELETE FROM open WHERE node IN (FROM changed);
        INSERT INTO open FROM still;
        CREATE OR REPLACE TABLE wide AS FROM open ANTI JOIN asked USING (node);
        CREATE OR REPLACE TABLE narrow AS SELECT DISTINCT "to" AS node FROM moved
    """)
    if _has_evidence(db):
        db.execute("""
            DELETE FROM evidence USING went a, went b WHERE a.node = l AND b.node = r AND a."to" = b."to"
        """)


def _clustered(db: duckdb.DuckDBPyConnection, settings: Linkage, says: Decided) -> pa.Table:
    """Where each node goes (``claim``, ``to``), of those that some edge could join.

    A person keeps its name; a new one is named by its lowest claim.
    """
    db.execute(f"""
        CREATE OR REPLACE TABLE ranked AS
        WITH joinable AS (
            SELECT l AS node FROM edge WHERE weight >= {settings.upper_bits}
            UNION SELECT r FROM edge WHERE weight >= {settings.upper_bits}
        )
        SELECT node, row_number() OVER (ORDER BY min({MARK}), sum({MARK}), node) - 1 AS rank
        FROM claim SEMI JOIN joinable USING (node) GROUP BY node
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
    return pa.table({"claim": node, "to": _named(node, owner, head)}, schema=_PAIR)


def _named(node: Numbers, owner: Numbers, head: Numbers) -> Numbers:
    """The name of each node's cluster: that of the person in it, or the lowest node."""
    count = node.max(initial=0) + 1
    name = np.full(len(node), 2 * count)
    np.minimum.at(name, head, np.where(owner >= 0, node, node + count))
    found: Numbers = name[head] % count
    return found


def _set_apart(db: duckdb.DuckDBPyConnection, says: Decided) -> Numbers:
    """The ranks of nodes that decisions keep apart, two columns."""
    pairs = np.array(sorted(says.apart), dtype=np.int64).reshape(-1, 2)
    db.register("apart_groups", pa.table({"l": pairs[:, 0], "r": pairs[:, 1]}))
    found = db.sql("""
        SELECT a.rank AS l, b.rank AS r FROM apart_groups g
        JOIN claim m ON m.claim = g.l JOIN claim n ON n.claim = g.r
        JOIN ranked a ON a.node = m.node JOIN ranked b ON b.node = n.node
    """).fetchnumpy()
    db.unregister("apart_groups")
    return np.stack([found["l"], found["r"]], axis=1).astype(np.int64)


def _links(db: duckdb.DuckDBPyConnection, says: Decided, before: pa.Table | None) -> pa.Table:
    """The links, those of the last run as they were; ordered by claim."""
    groups = Counter(says.group.values())
    together = [claim for claim, group in says.group.items() if groups[group] > 1]
    db.register("together_claims", pa.table({"claim": pa.array(together, pa.int64())}))
    db.register("kept_links", LINKS.empty_table() if before is None else before)
    db.execute("""
        CREATE TABLE leader AS
        SELECT node, arg_min(first, (id IS NULL, claim)) AS leader, bool_or(id IS NOT NULL) AS has_id
        FROM claim WHERE node IN (SELECT node FROM claim WHERE node <> first) GROUP BY node;
        CREATE TABLE best AS SELECT node AS first, max(weight) AS weight FROM bound GROUP BY node
    """)
    links = [_links_within(db, low, high) for low, high in _ranges(db)]
    for view in ("together_claims", "kept_links"):
        db.unregister(view)
    return pa.concat_tables([LINKS.empty_table(), *links])


def _links_within(db: duckdb.DuckDBPyConnection, low: int, high: int) -> pa.Table:
    """The links of a range of claims."""
    return (
        db.sql(f"""
        WITH made AS (
            SELECT claim, node AS person, known_on AS "from", weight,
                CASE WHEN claim IN (FROM together_claims) THEN 'decision'
                     WHEN coalesce(has_id AND first = leader, id IS NOT NULL) THEN 'id' ELSE 'words' END AS how
            FROM claim LEFT JOIN leader USING (node) LEFT JOIN best USING (first) WHERE claim BETWEEN {low} AND {high}
        ), before AS (FROM kept_links SEMI JOIN kept USING (claim) WHERE claim BETWEEN {low} AND {high})
        SELECT m.claim, m.person, coalesce(k."from", m."from") AS "from", coalesce(k.how, m.how) AS how,
            CASE WHEN k.claim IS NOT NULL THEN k.weight WHEN m.how = 'words' THEN m.weight END AS weight
        FROM made m LEFT JOIN before k USING (claim) ORDER BY claim
    """)
        .to_arrow_table()
        .cast(LINKS)
    )


def _ranges(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """Ranges of claims, first and last, with some millions in each."""
    rows, low, high = db.execute("SELECT count(*), min(claim), max(claim) FROM claim").fetchone() or (0, 0, 0)
    step = -(-(high - low + 1) // -(-rows // TIGHTEN)) if rows else 1
    return ((start, start + step - 1) for start in range(low, high + 1, step)) if rows else iter(())


def _has_evidence(db: duckdb.DuckDBPyConnection) -> bool:
    return bool(db.sql("FROM duckdb_tables() WHERE table_name = 'evidence'").fetchone())


def _doubtful(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """The pairs of persons that are neither one nor clearly two, each by its weightiest pair of nodes."""
    if not _has_evidence(db):
        return DOUBTFUL.empty_table()
    return db.sql("""
        SELECT a.claim, b.claim AS other, a.node AS person, b.node AS other_person, e.* EXCLUDE (l, r)
        FROM evidence e JOIN claim a ON a.claim = e.l JOIN claim b ON b.claim = e.r WHERE a.node <> b.node
        QUALIFY row_number() OVER (
            PARTITION BY least(a.node, b.node), greatest(a.node, b.node)
            ORDER BY e.weight DESC, a.claim, b.claim
        ) = 1
        ORDER BY e.weight DESC, a.claim, b.claim
    """).to_arrow_table()


def _figures(db: duckdb.DuckDBPyConnection, pairs: int) -> dict[str, Any]:
    counts = db.sql("""
        SELECT count(*) AS claims, count(DISTINCT first) AS nodes, count(DISTINCT node) AS persons FROM claim
    """).to_arrow_table()
    return {"candidate_pairs": pairs, **counts.to_pylist()[0]}
