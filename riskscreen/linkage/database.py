"""The database in which linking joins tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb
import pyarrow as pa

from riskscreen.ingest.sql import room, silence


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, with as many threads as Arrow.

    Nothing of it goes to a disk, and no bar of its own to where results are printed.
    """
    with room(_standing(pa.cpu_count())) as connection:
        yield connection


@cache
def _standing(threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "threads": threads})
    silence(connection)
    return connection
