"""The database in which linking joins tables."""

import duckdb


def in_memory() -> duckdb.DuckDBPyConnection:
    """A database in memory: nothing of it goes to a disk, and no bar of its own to where results are printed."""
    connection = duckdb.connect(config={"temp_directory": ""})
    connection.execute("SET enable_progress_bar = false")
    return connection
