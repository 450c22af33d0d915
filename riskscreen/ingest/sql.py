"""SQL put together from pieces that cannot carry a stranger's text: names are quoted, values are literals."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import count
from typing import LiteralString

import duckdb
import pyarrow as pa

from riskscreen.errors import HomeError, RiskscreenError


class Sql(str):
    """A piece of SQL that was made here."""

    __slots__ = ()


def name(text: str) -> Sql:
    """An identifier, quoted."""
    return Sql('"' + text.replace('"', '""') + '"')


def literal(value: str | float | date | None) -> Sql:
    """A value: text, number, day or NULL. A float stays a double, a bool is 1 or 0."""
    match value:
        case None:
            return Sql("NULL")
        case bool() | int():
            return Sql(str(int(value)))
        case float():
            return Sql(f"CAST('{value!r}' AS DOUBLE)")
        case date():
            return Sql(f"DATE '{value.isoformat()}'")
    return Sql("'" + value.replace("'", "''") + "'")


def fill(template: LiteralString, **parts: Sql) -> Sql:
    """A template with its ``{parts}`` filled in."""
    return Sql(template.format_map(parts))


def join(separator: LiteralString, parts: Iterable[Sql]) -> Sql:
    """Pieces, one after the other."""
    return Sql(separator.join(parts))


def listed(values: Iterable[str | float]) -> Sql:
    """``(a, b, c)`` for IN; with no value, a list that nothing is in."""
    return Sql("(" + ", ".join([literal(value) for value in values] or ["NULL"]) + ")")


def digested(parts: Iterable[Sql]) -> Sql:
    """Text parts, each with its length before it, so that no two lists of parts read the same; NULL is told apart."""
    return join(" || ", [fill("coalesce(strlen({x}) || ':' || {x}, '-')", x=part) for part in parts])


def connect(threads: int) -> duckdb.DuckDBPyConnection:
    """A database in memory that never writes to disk, reads no file and loads no extension."""
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "threads": threads})
    silence(connection)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET python_enable_replacements = false")
    return connection


def silence(connection: duckdb.DuckDBPyConnection) -> None:
    """Let no bar of the database's own go to where results are printed."""
    try:
        connection.execute("SET enable_progress_bar = false")
    except duckdb.InvalidInputException:  # in a notebook that can show no bar, it cannot be turned off either
        return


@contextmanager
def scratch(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database as :func:`connect` makes one, for a few queries: it is gone behind them."""
    with room(_standing(threads)) as connection:
        yield connection


@contextmanager
def room(standing: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own in one that stands: to start one takes longer than to check or to link a small file."""
    connection, own = standing.cursor(), name(f"room {next(_numbers)}")
    silence(connection)
    try:
        connection.execute(fill("ATTACH ':memory:' AS {room}", room=own))
        connection.execute(fill("USE {room}", room=own))
        yield connection
    finally:
        connection.execute("USE memory")
        connection.execute(fill("DETACH DATABASE IF EXISTS {room}", room=own))
        connection.close()


_numbers = count()


@cache
def _standing(threads: int) -> duckdb.DuckDBPyConnection:
    return connect(threads)


def arrow(connection: duckdb.DuckDBPyConnection, query: Sql) -> pa.Table:
    """The answer to a query as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def number(connection: duckdb.DuckDBPyConnection, query: Sql) -> int:
    """The answer to a query that counts."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def plain_faults(file: str) -> Iterator[None]:
    """Tell what a database cannot do with a file in words of our own: its words may hold values."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise HomeError(f"{file} needs more memory than is free: free some, and ingest it again") from None
    except duckdb.Error as error:
        raise RiskscreenError(f"{file} could not be checked ({type(error).__name__})") from None
