"""How right a linkage is, against the truth: over pairs of records, and over records (B-cubed).

Pairwise figures ask of each pair of records whether it is rightly together; large clusters count most. B-cubed figures
(Bagga and Baldwin 1998) ask for each record how much of its cluster is right, and how much of its truth is there.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from riskscreen.linkage.database import in_memory

RECORDS = pa.schema(
    [
        ("feed", pa.string()),
        ("wave", pa.string()),
        ("person", pa.int64()),
        ("truth", pa.string()),
    ]
)
# Records that say the same of the same person: ``n`` of them.
CELLS = RECORDS.append(pa.field("n", pa.int64()))
Figures = dict[str, float]


def evaluate(records: pa.Table) -> dict[str, Any]:
    """Figures of ``records`` (of ``RECORDS``, a row a record, or of ``CELLS``): what is right of all pairs
    (``pairwise``), of each record's cluster (``bcubed``), and of the pairs across feeds (``by_feeds``).

    ``by_feeds`` has the pairs of records of two feeds, named ``a~b`` and ``b~a``, and of two waves of one, ``a~a``.
    """
    with in_memory() as db:
        db.register("records", records)
        n = "sum(n)" if "n" in records.column_names else "count(*)"
        db.execute(f"""
            CREATE TABLE cell AS SELECT person, truth, feed, coalesce(wave, '') AS wave, {n}::BIGINT AS n
            FROM records GROUP BY ALL
        """)
        return {
            "pairwise": _within(db),
            "bcubed": _bcubed(db),
            "by_feeds": dict(_by_feeds(db)),
        }


def bcubed(records: pa.Table) -> Figures:
    """B-cubed figures alone of ``person`` against ``truth``: of households, give theirs."""
    with in_memory() as db:
        db.register("records", records)
        db.execute("CREATE TABLE cell AS SELECT person, truth, count(*) AS n FROM records GROUP BY ALL")
        return _bcubed(db)


def _within(db: duckdb.DuckDBPyConnection) -> Figures:
    pairs = (_number(db, f"sum(c * (c - 1) / 2) FROM (SELECT sum(n) AS c FROM cell GROUP BY {by})") for by in _GROUPS)
    return _shares(*pairs)


_GROUPS = ("person, truth", "person", "truth")


def _bcubed(db: duckdb.DuckDBPyConnection) -> Figures:
    precision, recall = db.sql("""
        WITH a AS (SELECT person, truth, sum(n) AS c FROM cell GROUP BY ALL),
        x AS (SELECT c, sum(c) OVER (PARTITION BY person) AS k, sum(c) OVER (PARTITION BY truth) AS t FROM a)
        SELECT coalesce(sum(c * c / k) / sum(c), 1), coalesce(sum(c * c / t) / sum(c), 1) FROM x
    """).fetchone() or (1.0, 1.0)
    return _figures(float(precision), float(recall))


def _by_feeds(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Figures]]:
    feeds = [feed for (feed,) in db.sql("SELECT DISTINCT feed FROM cell ORDER BY feed").fetchall()]
    for at, one in enumerate(feeds):
        if _number(db, f"count(DISTINCT wave) FROM cell WHERE feed = '{one}'") > 1:
            yield f"{one}~{one}", _shares(*(_between_waves(db, one, by) for by in _GROUPS))
        for other in feeds[at + 1 :]:
            figures = _shares(*(_across(db, one, other, by) for by in _GROUPS))
            yield f"{one}~{other}", figures
            yield f"{other}~{one}", figures


def _across(db: duckdb.DuckDBPyConnection, one: str, other: str, by: str) -> float:
    sides = (f"(SELECT {by}, sum(n) AS c FROM cell WHERE feed = '{feed}' GROUP BY ALL)" for feed in (one, other))
    return _number(db, f"sum(a.c * b.c) FROM {' a JOIN '.join(sides)} b USING ({by})")


def _between_waves(db: duckdb.DuckDBPyConnection, feed: str, by: str) -> float:
    waves = f"SELECT {by}, wave, sum(n) AS c FROM cell WHERE feed = '{feed}' GROUP BY ALL"
    return _number(db, f"sum(t * t - q) / 2 FROM (SELECT sum(c) AS t, sum(c * c) AS q FROM ({waves}) GROUP BY {by})")


def _number(db: duckdb.DuckDBPyConnection, query: str) -> float:
    (value,) = db.sql(f"SELECT {query}").fetchone() or (0,)
    return float(value or 0)


def _shares(both: float, said: float, true: float) -> Figures:
    return _figures(both / said if said else 1.0, both / true if true else 1.0)


def _figures(precision: float, recall: float) -> Figures:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}
