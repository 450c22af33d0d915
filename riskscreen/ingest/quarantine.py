"""What is kept of rejected rows, and of truth columns.

A quarantined value that passed its own check stands as it came, an id as its token. A value that failed, and free
text about a person, stand as their shape (every digit 9, every letter A, every other letter 字): a value in the wrong
column may be an id or a name. Sensitive columns are left out.
"""

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from riskscreen.declare import Address, Code, Column, Feed, Id, PersonName, Sensitivity
from riskscreen.ingest.contract import fault, raw, value
from riskscreen.ingest.mapping import mapped
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name

QUARANTINE = ("row", "reason", "column")
TRUTH = ("row", "kind", "record_id", "person")


def quarantined(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> pa.Table:
    """The rejected rows: ``row`` (from 0), ``reason``, ``column``, then the contract's columns as text.

    A contract's column that is called like one of the first three has ``_`` behind its name.
    """
    kept = [column for column in columns if column.sensitivity is not Sensitivity.SENSITIVE and not column.truth]
    kept = [column for column in kept if not isinstance(column.type, Address | PersonName)]
    selected = [Sql("row"), Sql("rejected.reason"), Sql('rejected.reason_column AS "column"'), *map(_shown, kept)]
    return arrow(
        connection,
        fill(
            "SELECT {selected} FROM rejected JOIN typed USING (row) JOIN cleaned USING (row) ORDER BY row",
            selected=join(", ", selected),
        ),
    )


def truths(connection: duckdb.DuckDBPyConnection, feed: Feed, columns: Sequence[Column]) -> pa.Table | None:
    """The truth columns by record: ``row``, ``kind``, ``record_id``, ``person``, then each as its type, an id as token.

    A line for each record that an accepted row gives, in a new version or not; ``None`` where no truth was delivered.
    """
    told = [column for column in columns if column.truth]
    if not told:
        return None
    records = [
        fill("SELECT row, {kind} AS kind, record_id, person FROM {m}", kind=literal(kind.name), m=mapped(kind))
        for kind in feed.records
    ]
    values = [fill("{v} AS {c}", v=value(column.name), c=_called(column, TRUTH)) for column in told]
    query = fill(
        "SELECT DISTINCT row, kind, record_id, person, {values} FROM ({records}) ANTI JOIN rejected USING (row)"
        " JOIN typed USING (row) ORDER BY row, kind, record_id",
        values=join(", ", values),
        records=join(" UNION ALL ", records),
    )
    return _tokens_fixed(arrow(connection, query))


def truths_of_plain(
    columns: Sequence[Column], values: Mapping[str, pa.Array], records: Mapping[str, pa.Table], first_row: int
) -> pa.Table | None:
    """The same of rows that were read plainly: their values by column, from ``first_row`` on, and their records."""
    told = [column for column in columns if column.truth]
    if not told:
        return None
    tables = []
    for kind, table in records.items():
        at = table["row"].to_numpy() - first_row
        said = {_named(column, TRUTH): values[column.name].take(at) for column in told}
        fixed = {"row": table["row"], "kind": pa.repeat(kind, len(at)), **{c: table[c] for c in TRUTH[2:]}}
        tables.append(pa.table({**fixed, **said}))
    return pa.concat_tables(tables)


def _shown(column: Column) -> Sql:
    if isinstance(column.type, Id):
        return fill("lower(hex({v})) AS {c}", v=value(column.name), c=_called(column, QUARANTINE))
    if isinstance(column.type, Code) and not column.type.allowed and column.sensitivity > Sensitivity.ORDINARY:
        return fill("{shape} AS {c}", shape=_shape(raw(column.name)), c=_called(column, QUARANTINE))
    return fill(
        "CASE WHEN {e} IS NULL THEN {raw} ELSE {shape} END AS {c}",
        e=fault(column.name),
        raw=raw(column.name),
        shape=_shape(raw(column.name)),
        c=_called(column, QUARANTINE),
    )


def _called(column: Column, taken: Sequence[str]) -> Sql:
    return name(_named(column, taken))


def _named(column: Column, taken: Sequence[str]) -> str:
    return f"{column.name}_" if column.name in taken else column.name


def _shape(x: Sql) -> Sql:
    digits = fill("regexp_replace({x}, {any}, '9', 'g')", x=x, any=literal(r"\pN"))
    letters = fill("regexp_replace({x}, '[A-Za-z]', 'A', 'g')", x=digits)
    return fill("regexp_replace({x}, {any}, '字', 'g')", x=letters, any=literal(r"[^\x00-\x7F]"))


def _tokens_fixed(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(field.name, pa.binary(16) if pa.types.is_binary(field.type) else field.type) for field in table.schema
    ]
    return table.cast(pa.schema(fields))
