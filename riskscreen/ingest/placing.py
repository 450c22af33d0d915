"""Addresses → where they lie: the columns of a feed that are :class:`~riskscreen.declare.Placed`."""

import duckdb

from riskscreen.declare import Feed, Placed
from riskscreen.ingest.contract import value
from riskscreen.ingest.sql import fill


def place(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Add to ``typed`` the value of every placed column; null where the address is in no library."""
    for column in feed.columns:
        if isinstance(column.type, Placed):
            connection.execute(fill("ALTER TABLE typed ADD COLUMN {v} VARCHAR", v=value(column.name)))
