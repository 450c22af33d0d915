"""A home's linkage held against the truth: figures, where it errs most, and how pairs weigh. Nothing names anybody."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from riskscreen.declare import Deployment
from riskscreen.errors import CallerError
from riskscreen.eventstore.store import EventStore
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.evaluate import CELLS, bcubed, evaluate
from riskscreen.linkage.queue import Step, waterfall
from riskscreen.linkage.truth import Truth, read_truth

WORST = 20


@dataclass(frozen=True)
class Error:
    """People who are one and are not linked, or who are linked and are not one.

    ``persons`` are person numbers, ``people`` how many there truly are, ``records`` how many rows of which feed, and
    ``pairs`` how many pairs of rows are wrong for it. ``steps`` tell of the weightiest pair that was left apart, where
    it is doubtful.
    """

    persons: tuple[int, ...]
    people: int
    records: tuple[tuple[str, int], ...]
    pairs: int
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Bar:
    """How many of the pairs that weigh from ``low`` bits up to the next bar's are truly one, and how many two."""

    low: int
    one: int
    two: int


@dataclass(frozen=True)
class Judged:
    """``figures`` as ``link evaluate --json`` prints them. ``merged`` are wrongly one, ``parted`` wrongly apart, the
    worst first; ``linked`` and ``doubtful`` are the weights of what words linked, and of what was left in doubt.
    """

    figures: dict[str, Any]
    merged: tuple[Error, ...]
    parted: tuple[Error, ...]
    linked: tuple[Bar, ...]
    doubtful: tuple[Bar, ...]


def judge(home: Path, deployment: Deployment, truth: Path | None = None) -> Judged:
    """Hold the current crosswalk of a home against the truth; see :func:`read_truth` for ``truth`` (None: the home's).

    Raises ``CallerError`` where nothing was linked yet or no truth is there, ``HomeError`` where a file is broken.
    """
    store = EventStore.open(home)
    last = store.version.last_known
    if last is None:
        raise CallerError(f"there is no record in {home.name!r}: run `riskscreen ingest` and `link` first")
    found = read_truth(home, deployment, date.fromisoformat(last), truth)
    with in_memory() as db:
        _register(db, store, found)
        cells = db.sql("SELECT feed, wave, person, truth, sum(n)::BIGINT AS n FROM whole GROUP BY ALL")
        figures = evaluate(cells.to_arrow_table().cast(CELLS)) | _kept_figures(store)
        if found.homes.num_rows:
            figures["households"] = bcubed(_homes(db, store, deployment, date.fromisoformat(last)))
        return Judged(figures, _merged(db), _parted(db, store), _linked(db), _doubtful(db, store))


def _register(db: duckdb.DuckDBPyConnection, store: EventStore, found: Truth) -> None:
    """Table ``whole``: what is told of each number, with its person; ``owner``: who a person truly is for the most."""
    db.register("told", found.told)
    db.register("true_homes", found.homes)
    db.register("numbers", store.crosswalk("numbers"))
    _check_linked(db)
    db.execute("""
        CREATE TABLE whole AS SELECT told.*, person FROM told JOIN numbers USING (number);
        CREATE TABLE owner AS
        SELECT person, arg_max(truth, (n, truth)) AS truth FROM (
            SELECT person, truth, sum(n) AS n FROM whole GROUP BY person, truth
        ) GROUP BY person
    """)


def _check_linked(db: duckdb.DuckDBPyConnection) -> None:
    (count,) = db.sql("SELECT count(DISTINCT number) FROM told ANTI JOIN numbers USING (number)").fetchone() or (0,)
    if count:
        raise CallerError(f"{count:,} people were told of since the last link: run `riskscreen link` first")


def _kept_figures(store: EventStore) -> dict[str, Any]:
    """What the link that made this crosswalk counted: compared pairs, and the seconds of its steps together."""
    (said,) = store.crosswalk("linkage").to_pylist()
    figures = json.loads(said["figures"] or "{}")
    steps = figures.get("seconds", {})
    return {
        "candidate_pairs": figures.get("candidate_pairs", 0),
        "seconds": round(sum(steps.values()), 2) if isinstance(steps, dict) else steps,
    }


def _homes(db: duckdb.DuckDBPyConnection, store: EventStore, deployment: Deployment, last: date) -> pa.Table:
    """The household of each person on the last day beside the true home of who it is for the most.

    It is the one that the person's last record told, as the engine of signals takes it. Institutions are left out: true
    homes of more people than a household may have.
    """
    db.execute("""CREATE TABLE said (
        person BIGINT, household BIGINT, happened_on DATE, known_on DATE, "load" INTEGER, "row" BIGINT)""")
    kinds = [name for name, (_, kind) in deployment.record_kinds.items() if kind.household and store.holds(name)]
    for kind in kinds:
        for bucket in store.buckets():
            db.register("records", store.read(kind, bucket))
            db.execute(_SAID, [last])
            db.unregister("records")
    return db.sql(f"""
        WITH now AS (
            SELECT person, arg_max(household, (happened_on, known_on, "load", "row")) AS household FROM said
            GROUP BY person
        ), small AS (
            SELECT home FROM true_homes GROUP BY home HAVING count(*) <= {deployment.place.linkage.largest_household}
        )
        SELECT CASE WHEN coalesce(household, -1) < 0 THEN -1 - owner.person ELSE household END AS person, home AS truth
        FROM owner JOIN true_homes USING (truth) SEMI JOIN small USING (home) LEFT JOIN now USING (person)
    """).to_arrow_table()


_SAID = """
    WITH newest AS (
        FROM records WHERE known_on <= $1
        QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY known_on DESC, "load" DESC, "row" DESC) = 1
    )
    INSERT INTO said
    SELECT person, CASE WHEN void_on <= $1 OR ends_on < $1 THEN -1 ELSE household END, happened_on, known_on,
        "load", "row" FROM newest
    WHERE household IS NOT NULL AND NOT withdrawn AND happened_on <= $1
"""


def _merged(db: duckdb.DuckDBPyConnection) -> tuple[Error, ...]:
    rows = db.sql(f"""
        WITH one AS (SELECT person, truth, sum(n) AS n FROM whole GROUP BY ALL), wrong AS (
            SELECT person, count(*) AS people, ((sum(n) * sum(n) - sum(n * n)) / 2)::BIGINT AS pairs
            FROM one GROUP BY person HAVING count(*) > 1
        ), worst AS (FROM wrong ORDER BY pairs DESC, person LIMIT {WORST})
        SELECT [person], people, pairs, ({_records("w.person = worst.person")}) FROM worst ORDER BY pairs DESC, person
    """).fetchall()
    return tuple(Error(tuple(persons), people, _told(told), pairs) for persons, people, pairs, told in rows)


def _parted(db: duckdb.DuckDBPyConnection, store: EventStore) -> tuple[Error, ...]:
    steps = _evidence(db, store)
    rows = db.sql(f"""
        WITH one AS (SELECT person, truth, sum(n) AS n FROM whole GROUP BY ALL), wrong AS (
            SELECT truth, list(person ORDER BY n DESC, person) AS persons,
                ((sum(n) * sum(n) - sum(n * n)) / 2)::BIGINT AS pairs
            FROM one GROUP BY truth HAVING count(*) > 1
        ), worst AS (FROM wrong ORDER BY pairs DESC, persons LIMIT {WORST})
        SELECT persons, pairs, ({_records("w.truth = worst.truth")}), truth FROM worst ORDER BY pairs DESC, persons
    """).fetchall()
    return tuple(
        Error(tuple(persons), 1, _told(told), pairs, steps.get(truth, ())) for persons, pairs, told, truth in rows
    )


def _records(whose: str) -> str:
    """SQL: how many rows of which feed there are."""
    return f"""SELECT list([feed, c::VARCHAR] ORDER BY feed) FROM (
        SELECT feed, sum(n)::BIGINT AS c FROM whole w WHERE {whose} GROUP BY feed)"""


def _told(pairs: list[list[str]]) -> tuple[tuple[str, int], ...]:
    return tuple((feed, int(count)) for feed, count in pairs)


def _evidence(db: duckdb.DuckDBPyConnection, store: EventStore) -> dict[str, tuple[Step, ...]]:
    """The waterfall of the weightiest doubtful pair of each who is truly one."""
    doubtful = store.crosswalk("doubtful")
    (said,) = store.crosswalk("linkage").to_pylist()
    parameters = json.loads(said["parameters"]) if said.get("parameters") else None
    if not doubtful.num_rows or parameters is None or "stranger" not in doubtful.column_names:
        return {}
    _pair_up(db, doubtful)
    rows = db.sql("""
        SELECT nth, truth FROM paired WHERE truth = other_truth
        QUALIFY row_number() OVER (PARTITION BY truth ORDER BY weight DESC, nth) = 1
    """).fetchall()
    return {truth: tuple(waterfall(parameters, doubtful.slice(nth, 1).to_pylist()[0])) for nth, truth in rows}


def _pair_up(db: duckdb.DuckDBPyConnection, doubtful: pa.Table) -> None:
    """Table ``paired``: the doubtful pairs, and who both truly are."""
    pairs = doubtful.select(["claim", "other", "weight"]).append_column("nth", pa.array(range(doubtful.num_rows)))
    db.register("pairs", pairs)
    db.execute("""
        CREATE OR REPLACE TABLE paired AS
        WITH holder AS (SELECT number, arg_max(truth, (n, truth)) AS truth FROM whole GROUP BY number)
        SELECT nth, weight, a.truth AS truth, b.truth AS other_truth
        FROM pairs JOIN holder a ON a.number = claim JOIN holder b ON b.number = other
    """)
    db.unregister("pairs")


def _linked(db: duckdb.DuckDBPyConnection) -> tuple[Bar, ...]:
    """The weights by which words linked a number to its person."""
    if "weight" not in [name for name, *_ in db.sql("DESCRIBE numbers").fetchall()]:
        return ()
    return _bars(
        db,
        """SELECT weight, bool_or(whole.truth = owner.truth) AS is_one
        FROM whole JOIN numbers USING (number) JOIN owner ON owner.person = whole.person
        WHERE weight IS NOT NULL GROUP BY number, weight""",
    )


def _doubtful(db: duckdb.DuckDBPyConnection, store: EventStore) -> tuple[Bar, ...]:
    """The weights of pairs that were left in doubt."""
    doubtful = store.crosswalk("doubtful")
    if not doubtful.num_rows:
        return ()
    _pair_up(db, doubtful)
    return _bars(db, "SELECT weight, truth = other_truth AS is_one FROM paired")


def _bars(db: duckdb.DuckDBPyConnection, pairs: str) -> tuple[Bar, ...]:
    rows = db.sql(f"""
        WITH pair AS ({pairs}), counted AS (
            SELECT floor(weight)::INT AS low, count(*) FILTER (is_one) AS one, count(*) FILTER (NOT is_one) AS two
            FROM pair GROUP BY low
        )
        SELECT low, coalesce(one, 0), coalesce(two, 0) FROM (
            SELECT unnest(range(min(low), max(low) + 1)) AS low FROM counted
        ) LEFT JOIN counted USING (low) ORDER BY low
    """).fetchall()
    return tuple(Bar(*row) for row in rows)
