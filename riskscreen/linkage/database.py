"""The database in which linking joins tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count

import duckdb
import pyarrow as pa

from riskscreen.ingest.sql import fill, name, silence


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory: nothing of it goes to a disk, and no bar of its own to where results are printed.

    It is a room of its own in one that stands: to start a database takes longer than to link a day of a small city. It
    has as many threads as Arrow.
    """
    connection, room = _standing(pa.cpu_count()).cursor(), name(f"room {next(_numbers)}")
    silence(connection)
    try:
        connection.execute(fill("ATTACH ':memory:' AS {room}", room=room))
        connection.execute(fill("USE {room}", room=room))
        yield connection
    finally:
        connection.execute("USE memory")
        connection.execute(fill("DETACH DATABASE IF EXISTS {room}", room=room))
        connection.close()


_numbers = count()


@cache
def _standing(threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "threads": threads})
    silence(connection)
    return connection
