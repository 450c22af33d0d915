"""What is kept of rejected rows, and of truth columns.

A quarantined value that passed its own check stands as it came, an id as its token. A value that failed, and free
text about a person, stand as their shape (every digit 9, every letter A, every other letter 字): a value in the wrong
column may be an id or a name. Sensitive columns are left out.
"""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from riskscreen.declare import Address, Code, Column, FreeText, Id, PersonName, Sensitivity
from riskscreen.identity import Key, hashed
from riskscreen.ingest.contract import fault, plain, raw, value
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name

QUARANTINE = ("row", "reason", "column")
TRUTH = ("row", "kind", "record_id", "person")


def quarantined(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], key: Key) -> pa.Table:
    """The rejected rows: ``row`` (from 0), ``reason``, ``column``, then the contract's columns as text.

    A contract's column that is called like one of the first three has ``_`` behind its name. An id is told by its
    token, and the key's id stands in the schema's metadata.
    """
    kept = [column for column in columns if column.sensitivity is not Sensitivity.SENSITIVE and not column.truth]
    kept = [column for column in kept if not isinstance(column.type, Address | FreeText | PersonName)]
    selected = [Sql("row"), Sql("rejected.reason"), Sql('rejected.reason_column AS "column"'), *map(_shown, kept)]
    query = "SELECT {selected} FROM rejected JOIN typed USING (row) JOIN cleaned USING (row) ORDER BY row"
    table = arrow(connection, fill(query, selected=join(", ", selected)))
    for column in kept:
        if isinstance(column.type, Id):
            at = table.column_names.index(_named(column, QUARANTINE))
            table = table.set_column(at, table.field(at), _as_tokens(key, column.type.kind, table.column(at)))
    return table.replace_schema_metadata({"key": key.id})


def _as_tokens(key: Key, kind: str, texts: pa.ChunkedArray) -> pa.Array:
    encoded = texts.combine_chunks().dictionary_encode()
    told = [hashed(key, kind, text).hex() for text in encoded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(encoded.indices)


def truths(columns: Sequence[Column], values: pa.Table, records: Mapping[str, pa.Table]) -> pa.Table | None:
    """The truth columns by record: ``row``, ``kind``, ``record_id``, ``person``, then each as its type, an id as mark.

    A line for each record that an accepted row gives, in a new version or not; ``None`` where no truth was delivered.
    ``values`` are the rows' by ``row``, in its order.
    """
    told = [column for column in columns if column.truth]
    if not told:
        return None
    tables = []
    for kind, table in records.items():
        at = np.searchsorted(values["row"].to_numpy(), table["row"].to_numpy())
        said = {_named(column, TRUTH): values[f"v_{column.name}"].take(pa.array(at)) for column in told}
        fixed = {"row": table["row"], "kind": pa.repeat(kind, len(at)), **{c: table[c] for c in TRUTH[2:]}}
        tables.append(_marks_fixed(pa.table({**fixed, **said})))
    return pa.concat_tables(tables)


def _shown(column: Column) -> Sql:
    if isinstance(column.type, Id):
        return fill("{text} AS {c}", text=plain(column.name), c=_called(column, QUARANTINE))
    if isinstance(column.type, Code) and not column.type.allowed and column.sensitivity > Sensitivity.ORDINARY:
        return fill("{shape} AS {c}", shape=_shape(raw(column.name)), c=_called(column, QUARANTINE))
    fails = fill("{v} IS NULL", v=value(column.name)) if column.wrong_is_missing else Sql("FALSE")
    return fill(
        "CASE WHEN {e} IS NULL AND NOT {fails} THEN {raw} ELSE {shape} END AS {c}",
        e=fault(column.name),
        fails=fails,
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


def _marks_fixed(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(field.name, pa.binary(16) if pa.types.is_binary(field.type) else field.type) for field in table.schema
    ]
    return table.cast(pa.schema(fields))
