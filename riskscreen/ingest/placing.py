"""Addresses → where they lie: the columns of a feed that are :class:`~riskscreen.declare.Placed`.

An address is placed by what it says and nothing else. It fits the entries of its library whose road is the same and
whose numbers begin with its own (a part that may be lacking may be), which no mark and no area that it names
contradicts; districts count as the same where one became the other. Where all entries that fit best and are valid on
the day have one value, that is where it lies. Else it is listed in ``HOME/unplaced/<feed>/<load>.parquet``: ``row``
(from 0), ``column`` and why; never its text.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from riskscreen.declare import Address, Feed, Placed
from riskscreen.ingest import references
from riskscreen.ingest.contract import value
from riskscreen.ingest.library import SEVERAL, Library
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name

NO_LIBRARY = "no_library"
UNPLACED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("reason", pa.string())])


Asked = tuple[str, tuple[str, ...], int]  # a library, the parts asked for, and how many loads of it there are


def libraries(
    feeds: Mapping[str, Feed], feed: Feed, home: Path, threads: int, ready: dict[Asked, Library]
) -> dict[str, Library]:
    """The libraries, among ``feeds``, that a feed's addresses are looked up in, by name, with the parts that it keeps.

    ``ready`` keeps those that were made ready: it takes longer than to look an address up.
    """
    names = {column.type.library for column in feed.columns if isinstance(column.type, Address)}
    found = {}
    for library in sorted(names):
        parts = sorted({placed.part for placed in _wanted(feed, library).values()})
        if parts:
            asked = (library, tuple(parts), len(references.paths(home, library)))
            found[library] = ready.setdefault(asked, Library(feeds[library], parts, home, threads))
    return found


def place(connection: duckdb.DuckDBPyConnection, feed: Feed, among: Mapping[str, Library]) -> None:
    """Add to ``typed`` the value of every placed column; null where the address cannot be placed.

    Makes the table ``unplaced``: ``row``, ``column``, ``reason``.
    """
    connection.execute('CREATE TABLE unplaced (row BIGINT, "column" VARCHAR, reason VARCHAR)')
    for library in among.values():
        wanted = _wanted(feed, library.feed.name)
        asked = _asked(connection, wanted)
        answers = library.where(asked) if library.is_there and asked.num_rows else _no_answers(asked, library.parts)
        connection.register("answers", answers)
        for column, placed in wanted.items():
            _fill_in(connection, column, placed)
        connection.unregister("answers")


def place_plain(
    connection: duckdb.DuckDBPyConnection, feed: Feed, among: Mapping[str, Library], values: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """The same of rows that were read plainly, in their order: with a value for every placed column, and ``unplaced``.

    ``values`` has ``row``, and what is read of each column as :func:`value` names it.
    """
    placed = {column.name: column.type for column in feed.columns if isinstance(column.type, Placed)}
    needed = sorted({f"v_{column}" for kind in placed.values() for column in (kind.address, kind.on)})
    connection.register("plain rows", values.select(["row", *needed]))
    connection.execute('CREATE TABLE typed AS FROM "plain rows"')
    connection.unregister("plain rows")
    place(connection, feed, among)
    kept = join(", ", [value(column) for column in placed])
    found = arrow(connection, fill("SELECT {kept} FROM typed ORDER BY row", kept=kept))
    for column in found.column_names:
        values = values.append_column(column, found[column])
    return values, arrow(connection, Sql('SELECT row, "column", reason FROM unplaced')).cast(UNPLACED)


def unplaced(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The addresses of accepted rows that could not be placed, in the schema ``UNPLACED``."""
    query = 'SELECT row, "column", reason FROM unplaced ANTI JOIN rejected USING (row) ORDER BY row, "column"'
    return arrow(connection, Sql(query)).cast(UNPLACED)


def sentences(feed: Feed, tables: Sequence[pa.Table]) -> tuple[str, ...]:
    """A sentence for each column and reason for which addresses could not be placed, over all pieces."""
    whole = pa.concat_tables([table.cast(UNPLACED) for table in tables]) if tables else UNPLACED.empty_table()
    counts = whole.group_by(["column", "reason"]).aggregate([([], "count_all")])
    order = [("column", "ascending"), ("reason", "ascending")]
    said = counts.sort_by(order).to_pylist()
    return tuple(_sentence(feed, each["column"], each["reason"], each["count_all"]) for each in said)


def _sentence(feed: Feed, column: str, reason: str, count: int) -> str:
    these = f"{count:,} address{'es' * (count > 1)} in {column!r}"
    if reason == NO_LIBRARY:
        return f"{these} not placed, as no address library was landed: ingest it first"
    why = "in several places" if reason == SEVERAL else "not in the library on their day"
    return f"{these} not placed, being {why}: see HOME/unplaced/{feed.name}"


def _wanted(feed: Feed, library: str) -> dict[str, Placed]:
    placed = {column.name: column.type for column in feed.columns if isinstance(column.type, Placed)}
    return {column: kind for column, kind in placed.items() if feed.column(kind.address).type == Address(library)}


def _asked(connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, Placed]) -> pa.Table:
    """Each address with each day for which it is asked: ``text``, ``day``."""
    each = [
        fill("SELECT {a} AS text, {on} AS day FROM typed", a=value(placed.address), on=value(placed.on))
        for placed in wanted.values()
    ]
    query = "SELECT DISTINCT * FROM ({all}) WHERE text IS NOT NULL AND day IS NOT NULL"
    return arrow(connection, fill(query, all=join(" UNION ALL ", each)))


def _no_answers(asked: pa.Table, parts: Sequence[str]) -> pa.Table:
    for part in parts:
        asked = asked.append_column(part, pa.nulls(asked.num_rows, pa.string()))
    return asked.append_column("reason", pa.array([NO_LIBRARY] * asked.num_rows, pa.string()))


def _fill_in(connection: duckdb.DuckDBPyConnection, column: str, placed: Placed) -> None:
    """Put the answers into ``typed``, and what has none into ``unplaced``."""
    parts = {
        "v": value(column), "c": literal(column), "a": value(placed.address), "on": value(placed.on),
        "p": name(placed.part),
    }  # fmt: skip
    connection.execute(  # far faster than to update
        fill(
            "CREATE OR REPLACE TABLE typed AS SELECT typed.*, answers.{p} AS {v} FROM typed"
            " LEFT JOIN answers ON typed.{a} = answers.text AND typed.{on} = answers.day",
            **parts,
        )
    )
    connection.execute(
        fill(
            "INSERT INTO unplaced SELECT row, {c}, answers.reason FROM typed"
            " JOIN answers ON typed.{a} = answers.text AND typed.{on} = answers.day WHERE {v} IS NULL",
            **parts,
        )
    )
