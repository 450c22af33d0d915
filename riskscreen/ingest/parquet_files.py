"""Parquet with columns of any plain type, told as the text that a CSV would hold."""

from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.declare import Column, Day, Feed
from riskscreen.errors import DeliveryError
from riskscreen.ingest.pieces import Span, Stretch, cut, in_pieces
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name, scratch

ISO = "%Y-%m-%d"
PANDAS_INDEX = "__index_level_"
BUFFER = 1 << 20
FEW = 2  # bytes a row


class Opened:
    """A Parquet file whose footer could be read; ``names`` are its column names, ``rows`` says how many it has."""

    ends_open = False  # what has a footer has all of its rows

    def __init__(self, path: Path) -> None:
        self.file, self.path = path.name, path.absolute()
        self.names = [said for said in self._parquet.schema_arrow.names if not said.startswith(PANDAS_INDEX)]
        self.rows: int | None = self._parquet.metadata.num_rows

    def __getstate__(self) -> dict[str, Any]:
        """Without the file, which is opened again where it is read."""
        return {name: value for name, value in self.__dict__.items() if name != "_parquet"}

    @cached_property
    def _parquet(self) -> pq.ParquetFile:
        try:
            few = _of_few_values(pq.read_metadata(self.path))
            # Buffered ahead, a row group would be in memory whole, and stay there until the last is read.
            return pq.ParquetFile(
                self.path, page_checksum_verification=True, buffer_size=BUFFER, pre_buffer=False, read_dictionary=few
            )
        except (pa.ArrowException, OSError):
            raise self._broken() from None

    def pieces(self, wanted: list[str], rows: int) -> Iterator[tuple[pa.Table, float]]:
        """The wanted columns, ``rows`` rows at a time, and the share of the file that is read; one piece at least.

        Raises ``DeliveryError`` for a file that is damaged further in, and for a nested column.
        """
        self._check_flat(wanted)
        done = 0
        for table in in_pieces(self._batches(wanted, rows), rows):
            done += table.num_rows
            yield table, done / (self.rows or 1)

    def told(self, table: pa.Table, feed: Feed) -> pa.Table:
        """Rows as text: days as the contract writes them, whole numbers without a point."""
        table = pa.table({column: _plain(table[column]) for column in table.column_names})
        told = [_told(feed.column(field.name), field.type) for field in table.schema]
        with scratch(1) as connection:
            connection.register("delivered", table)
            return arrow(connection, fill("SELECT {told} FROM delivered", told=join(", ", told)))

    def about(self, rows: int) -> int:
        """How many pieces it has that can be read by themselves, roughly: those of one row group cannot."""
        return (self.rows or 0) // rows if self._parquet.num_row_groups > 1 else 0

    def stretches(self, wanted: list[str], rows: int, pieces: int) -> Iterator[tuple[Stretch, float]]:
        """Where the pieces lie that :meth:`pieces` gives, ``pieces`` together, and the share of the file up to there.

        A stretch ends with the first piece that begins in another row group: so the next one has less than a piece to
        skip. Raises ``DeliveryError`` for a nested column.
        """
        self._check_flat(wanted)
        number, first_row, total, ends = 1, 0, self.rows or 0, self._ends()
        for end in ends:
            until = min(-(-end // rows) * rows, total)
            if until > first_row and (until == total or until - first_row >= pieces * rows):
                sizes = [min(rows, until - at) for at in range(first_row, until, rows)]
                spans, skip = _groups(ends, first_row, until)
                yield Stretch(number, first_row, tuple(sizes), spans, skip), until / total
                number, first_row = number + len(sizes), until

    def read(self, stretch: Stretch, wanted: list[str]) -> Iterator[pa.Table]:
        """The pieces of a stretch."""
        groups = [group for (group,) in stretch.spans]
        try:
            yield from cut(self._batches(wanted, max(stretch.sizes), groups), stretch)
        except ValueError:
            raise self._broken() from None

    def _ends(self) -> list[int]:
        """How many rows there are up to the end of each row group."""
        metadata = self._parquet.metadata
        return list(accumulate(metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)))

    def _check_flat(self, wanted: list[str]) -> None:
        for column in wanted:
            if pa.types.is_nested(self._parquet.schema_arrow.field(column).type):
                raise DeliveryError(f"{self.file}: column {column!r} is nested; have it delivered flat")

    def _batches(self, wanted: list[str], rows: int, groups: list[int] | None = None) -> Iterator[pa.Table]:
        schema = pa.schema([self._parquet.schema_arrow.field(column) for column in wanted])
        if not self.rows:
            yield schema.empty_table()
        try:
            for batch in self._parquet.iter_batches(rows, groups, wanted, use_threads=False):
                _check_whole(batch)
                yield pa.Table.from_batches([batch]).select(wanted)
        except (pa.ArrowException, OSError):
            raise self._broken() from None

    def _broken(self) -> DeliveryError:
        return DeliveryError(f"{self.file} is no whole Parquet file, cut short or damaged: have it delivered again")


def _groups(ends: list[int], first_row: int, until: int) -> tuple[tuple[Span, ...], int]:
    """The row groups that hold some rows, and how many rows of the first of them stand before."""
    starts = [0, *ends[:-1]]
    held = [at for at, end in enumerate(ends) if starts[at] < until and end > first_row]
    return tuple((at,) for at in held), first_row - starts[held[0]]


def _check_whole(batch: pa.RecordBatch) -> None:
    """Raise ``ArrowInvalid`` where text is no UTF-8, or stands where there is none."""
    for column in batch.columns:
        if not (pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type)):
            column.validate(full=True)


def _of_few_values(metadata: pq.FileMetaData) -> list[str]:
    """The columns of text that take so little room that they must be a dictionary: they are read as one."""
    if not metadata.num_row_groups:
        return []
    group = metadata.row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]
    return [
        column.path_in_schema
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and column.total_uncompressed_size < FEW * group.num_rows
    ]


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
