"""Figures of data quality, from what a home holds: counts, reasons, shares, ranges and lags; nothing of one person.

Every range is that of the middle 98 in 100 values, and none is told of fewer than :data:`FEWEST` values.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from riskscreen.declare import Day, Deployment, Feed, Money, RecordKind
from riskscreen.eventstore.landing import Landing, Load, landed_schema
from riskscreen.linkage.database import in_memory

FEWEST = 20
ENDS = (0.01, 0.99)
LAGS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class ValueQuality:
    """A value of a record kind: the share that is missing, and between what the rest lies (``None``: not told)."""

    column: str
    missing: float
    low: str | None
    high: str | None


@dataclass(frozen=True)
class KindQuality:
    """A kind's landed records: how many, withdrawals, days of lag at :data:`LAGS`, records by month, and its values."""

    kind: str
    records: int
    withdrawn: int
    lags: tuple[int, ...]
    months: tuple[tuple[str, int], ...]
    values: tuple[ValueQuality, ...]


@dataclass(frozen=True)
class FeedQuality:
    """A feed: its deliveries as they were landed, how often which column failed for which reason, its record kinds.

    ``mended`` are the values that were not written as agreed: column, what was mended, how many.
    """

    feed: Feed
    loads: tuple[Load, ...]
    reasons: tuple[tuple[str, str, int], ...]
    mended: tuple[tuple[str, str, int], ...]
    kinds: tuple[KindQuality, ...]


def quality(home: Path, deployment: Deployment) -> list[FeedQuality]:
    """The quality of every feed of which something was delivered, in the order of their declarations.

    Raises ``HomeError`` where the landing log cannot be read.
    """
    landing = Landing(home)
    loads = landing.manifest()
    found = []
    for feed in deployment.feeds.values():
        own = tuple(load for load in loads if load.feed == feed.name)
        if own:
            kinds = tuple(_kind(landing, feed, kind) for kind in feed.records if landing.rows(kind.name))
            found.append(FeedQuality(feed, own, _reasons(home, own), _mended(own), kinds))
    return found


def _reasons(home: Path, loads: Sequence[Load]) -> tuple[tuple[str, str, int], ...]:
    """Column, reason and number of quarantined rows, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for load in loads:
        path = home / f"quarantine/{load.feed}/{load.number:08d}.parquet"
        if load.quarantined and path.is_file():
            table = pq.read_table(path, columns=["column", "reason"])
            counts.update(zip(table["column"].to_pylist(), table["reason"].to_pylist(), strict=True))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple((column or "", reason, rows) for (column, reason), rows in ordered)


def _mended(loads: Sequence[Load]) -> tuple[tuple[str, str, int], ...]:
    """Column, what was mended and number of values, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for load in loads:
        counts.update({(column, mend): rows for column, mends in load.mended.items() for mend, rows in mends.items()})
    return tuple(
        (column, mend, rows) for (column, mend), rows in sorted(counts.items(), key=lambda one: (-one[1], one))
    )


def _kind(landing: Landing, feed: Feed, kind: RecordKind) -> KindQuality:
    with in_memory() as connection:
        connection.register("landed", landing.scan(kind.name, landed_schema(feed, kind)))
        records, withdrawn, lags = _row(
            connection,
            "SELECT count(*), count(*) FILTER (withdrawn), quantile_disc(known_on - happened_on, ?) FROM landed",
            [list(LAGS)],
        )
        months = connection.execute(
            "SELECT strftime(happened_on, '%Y-%m') AS month, count(*) FROM landed GROUP BY month ORDER BY month"
        ).fetchall()
        values = tuple(_value(connection, feed, kind, name) for name in kind.values)
    return KindQuality(kind.name, records, withdrawn, tuple(map(int, lags or ())), tuple(months), values)


def _value(connection: duckdb.DuckDBPyConnection, feed: Feed, kind: RecordKind, name: str) -> ValueQuality:
    column = feed.column(kind.filled_in(name))
    quoted = '"' + name.replace('"', '""') + '"'
    is_told = column.is_number or isinstance(column.type, Day)
    ends = f"quantile_disc({quoted}, {list(ENDS)})" if is_told else "NULL"
    known, total, found = _row(connection, f"SELECT count({quoted}), count(*), {ends} FROM landed", [])  # noqa: S608
    low, high = found if found and known >= FEWEST else (None, None)
    return ValueQuality(name, 1 - known / total, _told(column.type, low), _told(column.type, high))


def _told(kind: object, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(kind, Money):
        return f"{value / 10**kind.decimals:,.{kind.decimals}f}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _row(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> tuple[Any, ...]:
    return connection.execute(query, values).fetchone() or ()
