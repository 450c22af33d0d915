"""Feeds about no person: their accepted rows become ``HOME/reference/<feed>/<load>.parquet``, valid in time."""

from pathlib import Path

import duckdb
import pyarrow as pa

from riskscreen.declare import Feed
from riskscreen.eventstore.landing import Landing
from riskscreen.ingest.contract import value
from riskscreen.ingest.sql import arrow, fill, join, literal, name


def entries(connection: duckdb.DuckDBPyConnection, feed: Feed, load: int) -> pa.Table | None:
    """The accepted rows of a reference: ``load``, ``row``, and a typed column each (an id as its token).

    ``None`` of any other feed.
    """
    if feed.reference is None:
        return None
    selected = [fill("{v} AS {c}", v=value(column.name), c=name(column.name)) for column in feed.columns]
    query = "SELECT {load} AS load, row, {selected} FROM typed ANTI JOIN rejected USING (row) ORDER BY row"
    return arrow(connection, fill(query, load=literal(load), selected=join(", ", selected)))


def path(home: Path, feed: str, load: int) -> Path:
    """Where a load's entries stand."""
    return home / f"reference/{feed}/{load:08d}.parquet"


def paths(home: Path, feed: str) -> list[Path]:
    """The files with a reference's entries, oldest load first."""
    loads = [load.number for load in Landing(home).loads() if load.feed == feed]
    return [each for each in (path(home, feed, number) for number in loads) if each.is_file()]
