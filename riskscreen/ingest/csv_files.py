"""CSV: UTF-8 or GB18030, plain or gzipped, fields parted by commas, quotes as in RFC 4180, read strictly.

Arrow's reader is fast but forgiving: it takes a quote that stands alone as text, and one never closed as the rest
of the file. So quotes are checked before, over the bytes as one array.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from riskscreen.declare import Feed
from riskscreen.errors import DeliveryError

BOM = codecs.BOM_UTF8
PIECE = 1 << 24
HEADER_BYTES = 1 << 20
COMMA, QUOTE, NEWLINE, RETURN = b',"\n\r'

Bytes = bytes | memoryview
Array = npt.NDArray[np.uint8]


class Opened:
    """A CSV file in memory as UTF-8; ``names`` are its column names, trimmed."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.content = decoded(self.file, _content(path))
        if not bytes(self.content[:HEADER_BYTES]).strip():
            raise DeliveryError(f"{self.file} holds nothing but blanks: have it delivered again")
        check_quotes(self.file, self.content)
        self.names, self._has_rows = self._header()

    def texts(self, wanted: list[str], feed: Feed) -> pa.Table:
        """The wanted columns as text, blank where blank; ``DeliveryError`` for a row of another length."""
        if not self._has_rows:
            return pa.table({name: pa.array([], pa.string()) for name in wanted})
        try:
            return pc.read_csv(
                pa.py_buffer(self.content),
                pc.ReadOptions(column_names=self.names, skip_rows_after_names=1, block_size=PIECE),
                pc.ParseOptions(newlines_in_values=QUOTE in _array(self.content)),
                pc.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted),
            )
        except pa.ArrowInvalid:
            raise DeliveryError(_odd_row(self.file, self.content, len(self.names))) from None

    def _header(self) -> tuple[list[str], bool]:
        start = bytes(self.content[:HEADER_BYTES]).decode("utf-8", "ignore")
        lines = io.StringIO(start, newline="")
        reader = csv.reader(lines, strict=True)
        try:
            names = next((row for row in reader if row), [])
            return [name.strip() for name in names], bool(lines.read().strip()) or len(self.content) > HEADER_BYTES
        except csv.Error:
            raise DeliveryError(f"{self.file}, line 1: the header is no CSV; have it delivered again") from None


def decoded(file: str, content: Bytes) -> Bytes:
    """The content as UTF-8 without a mark; it may come as UTF-8 or GB18030. ``DeliveryError`` where it is neither."""
    marked = content[: len(BOM)] == BOM
    content = content[len(BOM) :] if marked else content
    broken = _first_undecodable(content, "utf-8")
    if broken is None:
        return content
    if not marked and not _mostly_utf8(content, broken):
        broken = _first_undecodable(content, "gb18030")
        if broken is None:
            return b"".join(text.encode() for text in _pieces(content, "gb18030"))
    raise DeliveryError(
        f"{file}, line {_line(content, broken)}: the bytes are neither UTF-8 nor GB18030; have it delivered as UTF-8"
    )


def check_quotes(file: str, content: Bytes) -> None:
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
        raise DeliveryError(
            f"{file}, line {_line(content, int(wrong.min()))}: a quote stands where none may, or is never closed; "
            'have fields with quotes written as "a ""b"" c"'
        )


def _field_starts(opening: npt.NDArray[np.int64], closing: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each opening quote, where its field began: the same, but for one that follows a doubled quote."""
    first = np.ones(len(opening), bool)
    first[1:] = opening[1:] != closing[: len(opening) - 1] + 1
    return opening[np.maximum.accumulate(np.where(first, np.arange(len(opening)), 0))]


def _content(path: Path) -> Bytes:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    if not zipped and path.suffix != ".gz":
        return memoryview(pa.memory_map(str(path)).read_buffer()).cast("B")
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, OSError, zlib.error):
        raise DeliveryError(f"{path.name} is cut short or no gzip file: have it delivered again") from None


def _pieces(content: Bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for start in range(0, len(content), PIECE):
        yield decoder.decode(content[start : start + PIECE], final=start + PIECE >= len(content))


def _first_undecodable(content: Bytes, encoding: str) -> int | None:
    """Where the first bytes stand that are not of the encoding (at most a few bytes later)."""
    piece = -1
    try:
        for piece, _ in enumerate(_pieces(content, encoding)):  # noqa: B007 - counts the pieces that were fine
            pass
    except UnicodeDecodeError as error:
        return min((piece + 1) * PIECE + error.start, len(content) - 1)
    return None


def _mostly_utf8(content: Bytes, broken: int) -> bool:
    """Whether the text around a broken place is UTF-8 all the same, so that GB18030 would read it as nonsense."""
    around = bytes(content[max(0, broken - (1 << 16)) : broken + (1 << 16)]).decode("utf-8", "replace")
    bad = around.count("\ufffd")
    return sum(not letter.isascii() for letter in around) - bad > bad


def _odd_row(file: str, content: Bytes, width: int) -> str:
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
    line = _line(content, int(starts[odd[0]]))
    return (
        f"{file}, line {line}: the row has {fields[odd[0]]} fields and the header {width}; "
        "have it delivered again, fields with commas in quotes"
    )


def _array(content: Bytes) -> Array:
    return np.frombuffer(content, np.uint8)


def _line(content: Bytes, at: int) -> int:
    return int(np.count_nonzero(_array(content)[:at] == NEWLINE)) + 1
