"""Parquet with columns of any plain type, told as the text that a CSV would hold."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.declare import Column, Day, Feed
from riskscreen.errors import DeliveryError
from riskscreen.ingest.sql import Sql, arrow, connect, fill, join, literal, name

ISO = "%Y-%m-%d"
PANDAS_INDEX = "__index_level_"


class Opened:
    """A Parquet file whose footer could be read; ``names`` are its column names."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        try:
            self._parquet = pq.ParquetFile(path, page_checksum_verification=True)
        except (pa.ArrowException, OSError):
            raise self._broken() from None
        self.names = [said for said in self._parquet.schema_arrow.names if not said.startswith(PANDAS_INDEX)]

    def texts(self, wanted: list[str], feed: Feed) -> pa.Table:
        """The wanted columns as text: days as the contract writes them, whole numbers without a point.

        Raises ``DeliveryError`` for a file that is damaged further in, and for a nested column.
        """
        table = self._read(wanted)
        told = [_told(feed.column(column), table.schema.field(column).type) for column in wanted]
        with connect() as connection:
            connection.register("delivered", table)
            return arrow(connection, fill("SELECT {told} FROM delivered", told=join(", ", told)))

    def _read(self, wanted: list[str]) -> pa.Table:
        try:
            table = self._parquet.read(columns=wanted)
            for column in wanted:
                if pa.types.is_nested(table.schema.field(column).type):
                    raise DeliveryError(f"{self.file}: column {column!r} is nested; have it delivered flat")
            plain = pa.table({column: _plain(table[column]) for column in wanted})
            plain.validate(full=True)
            return plain
        except (pa.ArrowException, OSError):
            raise self._broken() from None

    def _broken(self) -> DeliveryError:
        return DeliveryError(f"{self.file} is no whole Parquet file, cut short or damaged: have it delivered again")


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in a type that the database reads without loss."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_null(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pc.local_timestamp(column)
    return column.cast(pa.float32()) if pa.types.is_float16(kind) else column


def _told(column: Column, kind: pa.DataType) -> Sql:
    x, named = name(column.name), name(column.name)
    if pa.types.is_temporal(kind) and not pa.types.is_time(kind) and not pa.types.is_duration(kind):
        x = _day_told(column, x)
    elif pa.types.is_floating(kind):
        x = fill(
            "CASE WHEN isnan({x}) THEN NULL WHEN {x} = trunc({x}) AND abs({x}) < 9007199254740992"
            " THEN CAST(CAST({x} AS BIGINT) AS VARCHAR) ELSE CAST({x} AS VARCHAR) END",
            x=x,
        )
    return fill("CAST({x} AS VARCHAR) AS {named}", x=x, named=named)


def _day_told(column: Column, x: Sql) -> Sql:
    """Of a day column, the day in the contract's first format; elsewhere the time too, where there is one."""
    if isinstance(column.type, Day):
        return fill("strftime({x}, {form})", x=x, form=literal(column.type.formats[0]))
    return fill(
        "CASE WHEN {x} = CAST({x} AS DATE) THEN strftime({x}, {iso}) ELSE CAST({x} AS VARCHAR) END",
        x=x,
        iso=literal(ISO),
    )
