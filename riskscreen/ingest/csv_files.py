"""CSV: UTF-8 or GB18030, plain or gzipped, fields parted by commas, quotes as in RFC 4180, read strictly.

A file is read twice, block by block: once to know its encoding, once for its rows.

Arrow's reader is fast but forgiving: it takes a quote that stands alone as text, and one never closed as the rest
of the file. So quotes are checked before, over the bytes as one array.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from riskscreen.declare import Feed
from riskscreen.errors import DeliveryError
from riskscreen.ingest.pieces import Span, Stretch, cut, in_pieces, in_stretches

BOM = codecs.BOM_UTF8
PIECE = 1 << 24
HEADER_BYTES = 1 << 20
LONGEST_ROW = 1 << 26
AROUND = 1 << 16
COMMA, QUOTE, NEWLINE, RETURN = b',"\n\r'

Array = npt.NDArray[np.uint8]


class Opened:
    """A CSV file that is text throughout; ``names`` are its column names, trimmed. It is read anew for its pieces.

    Once all pieces are read, ``ends_open`` says whether the last row lacks the line end that all others have.
    """

    rows: int | None = None  # it does not say
    ends_open = False

    def __init__(self, path: Path) -> None:
        self.file, self.path = path.name, path.absolute()
        self._encoding = _encoding(path)
        first = next(self._blocks(), (b"", 1, 0.0))[0]
        if not first.strip():
            raise DeliveryError(f"{self.file} holds nothing but blanks: have it delivered again")
        self.names, self._has_rows = self._header(first)

    def pieces(self, wanted: list[str], rows: int) -> Iterator[tuple[pa.Table, float]]:
        """The wanted columns as text, blank where blank, ``rows`` rows at a time, and the share of the file read.

        One piece at least. Raises ``DeliveryError`` for a row of another length, and for quotes that do not pair.
        """
        self._share = 0.0
        for table in in_pieces(self._tables(wanted), rows):
            yield table, self._share

    def told(self, table: pa.Table, feed: Feed) -> pa.Table:
        """Rows as text, which they are."""
        return table

    def about(self, rows: int) -> int:
        """How many pieces it has that can be read by themselves, roughly; 0 where it can be read from its start only.

        So it is with what is zipped, and with what is no UTF-8.
        """
        return 0 if self._encoding != "utf-8" or _is_zipped(self.path) else self.path.stat().st_size // PIECE

    def stretches(self, wanted: list[str], rows: int, pieces: int) -> Iterator[tuple[Stretch, float]]:
        """Where the pieces lie that :meth:`pieces` gives, ``pieces`` together, and the share of the file up to there.

        The file is read for it, but no value in it. Raises as :meth:`pieces` does, for what comes first in the file.
        """
        self._share = 0.0
        for stretch in in_stretches(self._counted(wanted), rows, pieces):
            yield stretch, self._share

    def read(self, stretch: Stretch, wanted: list[str]) -> Iterator[pa.Table]:
        """The pieces of a stretch."""
        try:
            yield from cut(self._tables_of(stretch.spans, wanted), stretch)
        except (OSError, ValueError):
            raise DeliveryError(f"{self.file} was changed while it was read: ingest it again") from None

    def _counted(self, wanted: list[str]) -> Iterator[tuple[Span, int]]:
        """Each block's first byte, its bytes and its first line, and how many rows it has."""
        at = start = len(BOM) if _start(self.path, len(BOM)) == BOM else 0
        for block, line, share in self._blocks():
            self.ends_open = at > start and not block.endswith(b"\n") and bool(block.strip())
            count = _lines(block) if at > start and _is_simple(block) else self._rows(block, line, wanted, at == start)
            self._share = share
            yield (at, len(block), line), count
            at += len(block)

    def _rows(self, block: bytes, line: int, wanted: list[str], is_first: bool) -> int:
        check_quotes(self.file, block, line)
        table = self._of_block(block, line, wanted[:1], is_first)
        return table.num_rows if table is not None else 0

    def _tables_of(self, spans: Sequence[Span], wanted: list[str]) -> Iterator[pa.Table]:
        with self.path.open("rb") as file:
            for start, length, line in spans:
                file.seek(start)
                block = file.read(length)
                check_quotes(self.file, block, line)
                table = self._of_block(block, line, wanted, is_first=line == 1)
                if table is not None:
                    yield table

    def _tables(self, wanted: list[str]) -> Iterator[pa.Table]:
        yield pa.table({name: pa.array([], pa.string()) for name in wanted})
        for at, (block, line, share) in enumerate(self._blocks()):
            check_quotes(self.file, block, line)
            self._share = share
            self.ends_open = at > 0 and not block.endswith(b"\n") and bool(block.strip())
            table = self._of_block(block, line, wanted, is_first=at == 0)
            if table is not None:
                yield table

    def _of_block(self, block: bytes, line: int, wanted: list[str], is_first: bool) -> pa.Table | None:
        """The rows of a block, if it has any; that of the header is the first."""
        if self._has_rows if is_first else block.strip():
            return self._table(block, line, wanted, 1 if is_first else 0)
        return None

    def _table(self, block: bytes, line: int, wanted: list[str], header: int) -> pa.Table:
        try:
            return pc.read_csv(
                pa.py_buffer(block),
                pc.ReadOptions(column_names=self.names, skip_rows_after_names=header, block_size=PIECE),
                pc.ParseOptions(newlines_in_values=b'"' in block),
                pc.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted),
            )
        except pa.ArrowInvalid:
            raise DeliveryError(_odd_row(self.file, block, len(self.names), line)) from None

    def _blocks(self) -> Iterator[tuple[bytes, int, float]]:
        """Whole rows as UTF-8, the line on which the first stands, and the share of the file up to their end."""
        left, line = b"", 1
        for text, share in _texts(self.path, self._encoding):
            block = left + text
            end = _last_row_end(block)
            if not end and len(block) > LONGEST_ROW:
                check_quotes(self.file, block, line)
            if end:
                yield block[:end], line, share
                line += block.count(b"\n", 0, end)
            left = block[end:]
        if left:
            yield left, line, 1.0

    def _header(self, first: bytes) -> tuple[list[str], bool]:
        start = first[:HEADER_BYTES].decode("utf-8", "ignore")
        lines = io.StringIO(start, newline="")
        reader = csv.reader(lines, strict=True)
        try:
            names = next((row for row in reader if row), [])
            return [name.strip() for name in names], bool(lines.read().strip()) or len(first) > HEADER_BYTES
        except csv.Error:
            raise DeliveryError(f"{self.file}, line 1: the header is no CSV; have it delivered again") from None


def _is_simple(block: bytes) -> bool:
    """Whether every line of a block is a row: it has no quote, no blank line, and no line that ends otherwise."""
    if b'"' in block or block[:1] in (b"\n", b"\r") or b"\n\n" in block:
        return False
    return b"\r" not in block or (b"\n\r" not in block and block.count(b"\r") == block.count(b"\r\n"))


def _lines(block: bytes) -> int:
    return block.count(b"\n") + (not block.endswith(b"\n"))


def _last_row_end(block: bytes) -> int:
    """Behind the last newline that stands in no quotes; 0 where there is none."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    array = _array(block)
    outside = np.bitwise_xor.accumulate(array == QUOTE) ^ True
    ends = np.flatnonzero((array == NEWLINE) & outside)
    return int(ends[-1]) + 1 if len(ends) else 0


def _start(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def _is_zipped(path: Path) -> bool:
    return path.suffix == ".gz" or _start(path, 2) == b"\x1f\x8b"


def _chunks(path: Path) -> Iterator[tuple[bytes, float]]:
    """The bytes of a file, gzipped or not, and the share of it that they end at."""
    size = path.stat().st_size or 1
    with path.open("rb") as file:
        zipped = _is_zipped(path)
        opened = gzip.GzipFile(fileobj=file) if zipped else file
        try:
            while chunk := opened.read(PIECE):
                yield chunk, min(file.tell() / size, 1.0)
        except (EOFError, OSError, zlib.error):
            if not zipped:
                raise DeliveryError(f"{path.name} cannot be read to its end: have it delivered again") from None
            raise DeliveryError(f"{path.name} is cut short or no gzip file: have it delivered again") from None


def _texts(path: Path, encoding: str) -> Iterator[tuple[bytes, float]]:
    """The text of a file as UTF-8 without a mark, perhaps cut within a letter."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for at, (chunk, share) in enumerate(_chunks(path)):
        if encoding != "utf-8":
            yield decoder.decode(chunk).encode(), share
        else:
            yield chunk[len(BOM) :] if at == 0 and chunk[: len(BOM)] == BOM else chunk, share


def _encoding(path: Path) -> str:
    """``utf-8`` or ``gb18030``, whichever a file is in to its end; ``DeliveryError`` where it is neither."""
    broken = _first_broken(path, "utf-8")
    if broken is None:
        return "utf-8"
    if not broken.marked and not broken.mostly_utf8:
        broken = _first_broken(path, "gb18030")
        if broken is None:
            return "gb18030"
    raise DeliveryError(
        f"{path.name}, line {broken.line}: the bytes are neither UTF-8 nor GB18030; have it delivered as UTF-8"
    )


@dataclass(frozen=True)
class _Broken:
    """Where bytes stand that are not of an encoding, and whether the text around them is UTF-8 all the same."""

    line: int
    mostly_utf8: bool
    marked: bool


def _first_broken(path: Path, encoding: str) -> _Broken | None:
    decoder, line, marked, before = codecs.getincrementaldecoder(encoding)("strict"), 1, False, b""
    for chunk, _ in _with_end(_chunks(path)):
        if not before and encoding == "utf-8" and chunk[: len(BOM)] == BOM:
            chunk, marked = chunk[len(BOM) :], True  # noqa: PLW2901 - the mark is no text
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            around = (before[-AROUND:] + chunk[: error.start + AROUND]).decode("utf-8", "replace")
            bad = around.count("\ufffd")
            letters = sum(not letter.isascii() for letter in around) - bad
            return _Broken(line + chunk.count(b"\n", 0, max(error.start, 0)), letters > bad, marked)
        line += chunk.count(b"\n")
        before = chunk
    return None


def _with_end(chunks: Iterator[tuple[bytes, float]]) -> Iterator[tuple[bytes, float]]:
    yield from chunks
    yield b"", 1.0


def check_quotes(file: str, content: bytes, first_line: int = 1) -> None:
    """Raise ``DeliveryError`` where a quote opens or closes inside a field, or is never closed."""
    array = _array(content)
    at = np.flatnonzero(array == QUOTE)
    if not len(at):
        return
    opening, closing = at[0::2], at[1::2]
    fine_before = np.isin(array[opening - 1], [COMMA, NEWLINE, RETURN]) | (opening == 0)
    fine_before[1:] |= opening[1:] == closing[: len(opening) - 1] + 1  # "" in a quoted field is one quote
    after = array[np.minimum(closing + 1, len(array) - 1)]
    fine_after = np.isin(after, [COMMA, NEWLINE, RETURN, QUOTE]) | (closing == len(array) - 1)
    wrong = np.concatenate([opening[~fine_before], _field_starts(opening, closing)[: len(closing)][~fine_after]])
    if len(at) % 2:
        wrong = np.append(wrong, _field_starts(opening, closing)[-1])
    if len(wrong):
        line = _line(content, int(wrong.min()), first_line)
        raise DeliveryError(
            f"{file}, line {line}: a quote stands where none may, or is never closed; "
            'have fields with quotes written as "a ""b"" c"'
        )


def _field_starts(opening: npt.NDArray[np.int64], closing: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each opening quote, where its field began: the same, but for one that follows a doubled quote."""
    first = np.ones(len(opening), bool)
    first[1:] = opening[1:] != closing[: len(opening) - 1] + 1
    return opening[np.maximum.accumulate(np.where(first, np.arange(len(opening)), 0))]


def _odd_row(file: str, content: bytes, width: int, first_line: int) -> str:
    array = _array(content)
    outside = np.bitwise_xor.accumulate(array == QUOTE) ^ True
    ends = np.append(np.flatnonzero((array == NEWLINE) & outside), len(array))
    starts = np.append(0, ends[:-1] + 1)
    commas = np.flatnonzero((array == COMMA) & outside)
    fields = np.searchsorted(commas, ends) - np.searchsorted(commas, starts) + 1
    blank = (ends <= starts) | ((ends == starts + 1) & (array[np.minimum(starts, len(array) - 1)] == RETURN))
    odd = np.flatnonzero((fields != width) & ~blank)
    if not len(odd):
        return f"{file} is no CSV that can be read: have it delivered again"
    line = _line(content, int(starts[odd[0]]), first_line)
    return (
        f"{file}, line {line}: the row has {fields[odd[0]]} fields and the header {width}; "
        "have it delivered again, fields with commas in quotes"
    )


def _array(content: bytes) -> Array:
    return np.frombuffer(content, np.uint8)


def _line(content: bytes, at: int, first_line: int) -> int:
    return content.count(b"\n", 0, at) + first_line
