"""Values that are not written as agreed and were read as what they mean: how many, by column, and what was mended.

What is said of a value is a sum of bits, in the column :func:`mended` of the table ``typed``; zero where it is clean.
"""

import enum
import unicodedata
from collections.abc import Mapping, Sequence

import duckdb

from riskscreen.declare import Address, Code, Column, Day, Feed, FreeText, Id, PersonName, Placed
from riskscreen.declare.text import Text
from riskscreen.ingest.sql import Sql, fill, join, literal, name

Mended = Mapping[str, Mapping[str, int]]  # rows by column, and by what was mended


class Mend(enum.IntFlag):
    """What was mended; the name in small letters is what stands in the manifest."""

    WIDE = 1
    BLANKS = 2
    LETTERS = 4
    OLDER = 8
    SCRIPT = 16
    NUMERALS = 32
    ENDED = 64
    UNREADABLE = 128

    @property
    def text(self) -> Text:
        """It in words."""
        return TEXTS[self]


TEXTS = {
    Mend.WIDE: Text("full-width characters", "全角字符"),
    Mend.BLANKS: Text("blanks around or within", "多余空格"),
    Mend.LETTERS: Text("letters typed for digits", "字母误作数字"),
    Mend.OLDER: Text("an older form of the id", "旧式编号"),
    Mend.SCRIPT: Text("characters of another script", "异体或繁体字"),
    Mend.NUMERALS: Text("numbers in words", "汉字数字"),
    Mend.ENDED: Text("the code of a region that had ended on the day of the row", "当日已撤销的区划代码"),
    Mend.UNREADABLE: Text("not as agreed, so taken as not known", "不合约定,视为缺失"),
}


def mended(column: str) -> Sql:
    """The name of what was mended of a column."""
    return name(f"m_{column}")


def at_cleaning(column: str) -> Sql:
    """The name of what cleaning mended."""
    return name(f"b_{column}")


def within(column: str) -> Sql:
    """The name of what was mended inside an id."""
    return name(f"i_{column}")


def of_id(text: str, normal: str, new: str, older: bool) -> int:
    """What was mended of an id: as delivered, in its one spelling, and as it is taken."""
    bits = Mend(0)
    if not text.isascii() and unicodedata.normalize("NFKC", text) != text:
        bits |= Mend.WIDE
    if len(text.split()) > 1:
        bits |= Mend.BLANKS
    if older:
        bits |= Mend.OLDER
    elif new != normal:
        bits |= Mend.LETTERS
    return int(bits)


def kinds(feed: Feed, columns: Sequence[Column]) -> list[tuple[str, Mend]]:
    """What can be mended of the columns that are read; of a code that no record is made from nothing is told."""
    used = {name for kind in feed.records for name in kind.columns()}
    found: list[tuple[str, Mend]] = []
    for column in columns:
        match column.type:
            case FreeText() | PersonName() | Address() | Placed():
                continue
            case Code(allowed=allowed) if not allowed and column.name not in used and not feed.reference:
                continue
        found += [(column.name, mend) for mend in (Mend.WIDE, Mend.BLANKS, *_own(column), *_unread(column))]
    return found


def _own(column: Column) -> list[Mend]:
    match column.type:
        case Id(mistaken=mistaken, older=older):
            return [Mend.LETTERS] * bool(mistaken[0]) + [Mend.OLDER] * (older is not None)
        case Code(alike=alike, regions=regions):
            return [Mend.SCRIPT] * bool(alike[0]) + [Mend.ENDED] * bool(regions)
        case Day(numerals=numerals):
            return [Mend.NUMERALS] * (numerals is not None)
    return []


def _unread(column: Column) -> list[Mend]:
    return [Mend.UNREADABLE] * column.wrong_is_missing


def count(connection: duckdb.DuckDBPyConnection, told: Sequence[tuple[str, Mend]]) -> tuple[int, ...]:
    """For each of :func:`kinds` the accepted rows of which it holds; reads ``typed`` and ``rejected``."""
    if not told:
        return ()
    columns = dict.fromkeys(mended(column) for column, _ in told)
    counts = [
        fill("count(*) FILTER ({m} & {bit} <> 0)", m=mended(column), bit=literal(int(mend))) for column, mend in told
    ]
    query = fill(
        "SELECT {counts} FROM typed ANTI JOIN rejected USING (row) WHERE ({any}) <> 0",
        counts=join(", ", counts),
        any=join(" | ", columns),
    )
    return connection.execute(query).fetchone() or ()


def by_column(told: Sequence[tuple[str, Mend]], counts: Sequence[Sequence[int]]) -> dict[str, dict[str, int]]:
    """The counts of all pieces by column and by what was mended, without zeros."""
    found: dict[str, dict[str, int]] = {}
    for (column, mend), *rows in zip(told, *counts, strict=True):
        if sum(rows):
            found.setdefault(column, {})[str(mend.name).lower()] = sum(rows)
    return found


def text(mend: str) -> Text:
    """What stands in a manifest, in words."""
    return Mend[mend.upper()].text


def sentences(said: Mended) -> tuple[str, ...]:
    """A sentence for each column and what was mended there."""
    return tuple(
        f"{rows:,} value{'s' * (rows > 1)} in {column!r} read as meant: {text(mend).en}"
        for column, mends in said.items()
        for mend, rows in mends.items()
    )
