"""The database in which linking joins tables."""

import duckdb

from riskscreen.ingest.sql import silence


def in_memory() -> duckdb.DuckDBPyConnection:
    """A database in memory: nothing of it goes to a disk, and no bar of its own to where results are printed."""
    connection = duckdb.connect(config={"temp_directory": ""})
    silence(connection)
    return connection
