"""The quick reading: columns that already have their type, or are written as plainly as can be, without a database.

A row is *plain* where every value reads without a doubt and passes its column's checks. All other rows are *odd*, and
``contract.check`` looks at those with care, so nothing is decided here about what is wrong. Both ways read a plain
row alike; a test holds them to that.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Address, Code, Column, Day, Feed, Id, Money, Number, Placed, Whole
from riskscreen.identity import tokens
from riskscreen.ingest import plain_text
from riskscreen.ingest.contract import SPACES, WIDE
from riskscreen.ingest.dealing import Ids, Names

Flags = npt.NDArray[np.bool_]
FIRST_DAY, LAST_DAY = (date(1, 1, 1) - date(1970, 1, 1)).days, (date(9999, 12, 31) - date(1970, 1, 1)).days
EXACT = 1 << 53  # whole numbers up to here are exact as doubles
NUMBER = r"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z"
MARKS = "[" + WIDE.replace("－", "").replace("／", "") + "－／" + SPACES + "]"
AS_TEXT = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_null,
)
MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Wanted:
    """What is read on from: columns whose values are, and ids whose text is too (for household keys and checks)."""

    values: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def by(cls, feed: Feed) -> "Wanted":
        """What the records of a feed are made from, what its checks compare, and its truth."""
        values = {name for kind in feed.records for name in kind.columns()}
        placed = [column.type for column in feed.columns if isinstance(column.type, Placed)]
        values |= {name for kind in placed for name in (kind.address, kind.on)}
        values |= {column.name for column in feed.columns if column.truth}
        compared = {name for check in feed.checks for name in check.columns()}
        keys = [(kind, kind.household) for kind in feed.records if kind.household]
        named = {name for _, key in keys for name in key.fields()}
        texts = {name for kind, _ in keys for pattern in named for name in _filled(kind.each, pattern)}
        return cls(frozenset(values | compared), frozenset(texts | compared))


@dataclass(frozen=True)
class Read:
    """A column's values (``None``: nobody reads them), an id's text where wanted, and the odd rows (``None``: none).

    Where ids get numbers, the values are places in ``names``.
    """

    values: pa.Array | None
    odd: Flags | None = None
    text: pa.Array | None = None
    names: Names | None = None


@dataclass(frozen=True)
class Plain:
    """The values of a piece by column, an id's text and names by column, and for each row whether it is odd."""

    values: Mapping[str, pa.Array]
    texts: Mapping[str, pa.Array]
    names: Mapping[str, Names]
    odd: Flags


def read_plainly(table: pa.Table, columns: Sequence[Column], wanted: Wanted, ids: Ids | None, threads: int) -> Plain:
    """Read a piece of a file, a column to each thread in turn; without ``ids`` no id has a value."""

    def one(column: Column) -> Read:
        return _column(column, _whole(table[column.name]), wanted, ids)

    with ThreadPoolExecutor(threads) as pool:
        read = dict(zip([column.name for column in columns], pool.map(one, columns), strict=True))
    odd = np.zeros(table.num_rows, np.bool_)
    for each in read.values():
        if each.odd is not None:
            odd |= each.odd
    values = {name: each.values for name, each in read.items() if each.values is not None}
    texts = {name: each.text for name, each in read.items() if each.text is not None}
    return Plain(values, texts, {name: each.names for name, each in read.items() if each.names is not None}, odd)


def _filled(each: object, pattern: str) -> Sequence[str]:
    from riskscreen.declare import Each

    return list(each.names(pattern)) if isinstance(each, Each) else [pattern]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _column(column: Column, array: pa.Array, wanted: Wanted, ids: Ids | None) -> Read:
    if isinstance(array, pa.ChunkedArray):  # of no chunks, or too long for one
        return Read(None, np.ones(len(array), np.bool_))
    if isinstance(array, pa.DictionaryArray):
        return _spread(_column(column, array.dictionary, wanted, ids), column, array)
    reader = READERS.get(type(column.type))
    read = reader(column, array, wanted, ids) if reader else None
    if read is None:
        return Read(None, np.ones(len(array), np.bool_))
    odd = read.odd
    if column.required and array.null_count:
        odd = _or(odd, _flags(pc.is_null(array)))
    return Read(read.values if column.name in wanted.values else None, odd, read.text, read.names)


def _spread(read: Read, column: Column, array: pa.DictionaryArray) -> Read:
    """What was read of the distinct values, for each row."""
    odd = None
    if read.odd is not None and read.odd.any():
        odd = _flags(pc.fill_null(pc.take(pa.array(read.odd), array.indices), False))
    if column.required and array.null_count:
        odd = _or(odd, _flags(pc.is_null(array)))
    values, text = (None if each is None else each.take(array.indices) for each in (read.values, read.text))
    return Read(values, odd, text, read.names)


def _or(first: Flags | None, second: Flags) -> Flags:
    return second if first is None else first | second


def _flags(array: pa.Array) -> Flags:
    flags: Flags = array.to_numpy(zero_copy_only=False)
    return flags


def _odd_where(array: pa.Array, fine: Flags) -> Flags:
    """Rows with a value that is not fine; one that is not there is not odd."""
    return ~fine if not array.null_count else ~fine & _flags(pc.is_valid(array))


# Texts. Blank ones, and those that the contract calls missing, are taken for null first.


def _text(column: Column, array: pa.Array) -> Read | None:
    """The column as text with nulls for what is missing; ``None`` where it is of another type than text or whole."""
    if not any(is_type(array.type) for is_type in AS_TEXT):
        return None
    array = array.cast(pa.string())
    blank = pc.is_in(array, pa.array(["", *(spelling.strip(SPACES) for spelling in column.missing)]))
    if not pc.any(blank).as_py():
        return Read(array)
    odd = _flags(pc.fill_null(blank, False)) if column.required else None
    return Read(pc.if_else(blank, pa.scalar(None, pa.string()), array), odd)


def _code(column: Column, array: pa.Array, wanted: Wanted, _: Ids | None) -> Read | None:
    read = _text(column, array)
    if read is None or read.values is None:
        return None
    texts = read.values
    if isinstance(column.type, Code) and column.type.allowed:
        fine = _flags(pc.is_in(texts, pa.array(column.type.allowed)))
    elif column.name in wanted.values:
        fine = _is_clean(texts)
    elif column.required:
        fine = _says_something(column, texts)
    else:
        return Read(None)
    return Read(texts, _or(read.odd, _odd_where(texts, fine)))


def _is_clean(texts: pa.Array) -> Flags:
    """Whether each text stands as it is: nothing to trim, nothing wide."""
    fine = plain_text.printable(*plain_text.as_bytes(texts))
    if not fine.all():
        fine |= ~_flags(pc.fill_null(pc.match_substring_regex(texts, MARKS), True))
    return fine


def _says_something(column: Column, texts: pa.Array) -> Flags:
    longest = max([0, *(len(spelling) for spelling in column.missing)])
    left = pc.utf8_length(pc.utf8_trim(texts, characters=SPACES))
    return _flags(pc.fill_null(pc.greater(left, longest), False)) | plain_text.printable(*plain_text.as_bytes(texts))


def _id(column: Column, array: pa.Array, wanted: Wanted, ids: Ids | None) -> Read | None:
    read = _text(column, array)
    if read is None or read.values is None or not isinstance(column.type, Id):
        return None
    texts = read.values
    fine = _fits(texts, column.type.pattern)
    if fine is None:
        return None
    texts = pc.ascii_upper(texts)
    if column.type.check is not None:
        fine &= plain_text.in_check(*plain_text.as_bytes(texts), column.type.check)
    made, names = (
        _told_apart(column.name, column.type.kind, texts, ids) if column.name in wanted.values else (None, None)
    )
    return Read(made, _or(read.odd, _odd_where(texts, fine)), texts if column.name in wanted.texts else None, names)


def _told_apart(column: str, kind: str, texts: pa.Array, ids: Ids | None) -> tuple[pa.Array | None, Names | None]:
    """The ids of a column as marks, or as places in their names."""
    if ids is None:
        return None, None
    if column not in ids.numbered:
        return tokens(ids.secrets.marks, kind, texts), None
    return places(kind, tokens(ids.secrets.key, kind, texts), texts)


def places(kind: str, hashes: pa.Array, texts: pa.Array) -> tuple[pa.Array, Names]:
    """Where each id stands among the distinct ones, and those."""
    from riskscreen.identity.numbers import Numbers  # compiled code is slow to load

    at, first = Numbers().deal(hashes)
    return at, Names(kind, hashes.take(pa.array(first)), texts.take(pa.array(first)))


def _fits(texts: pa.Array, pattern: str) -> Flags | None:
    """Whether each text is of visible ASCII and an id; ``None`` where the pattern is more than can be told here."""
    places = plain_text.places_of(pattern)
    if places is not None:
        return plain_text.fitting(*plain_text.as_bytes(texts), places)
    fine = plain_text.printable(*plain_text.as_bytes(texts))
    try:
        found = pc.match_substring_regex(pc.ascii_upper(texts), rf"\A(?:{pattern})\z")
    except pa.ArrowInvalid:
        return None
    return fine & _flags(pc.fill_null(found, False))


def _of_text(column: Column, array: pa.Array, read: Callable[[pa.Array], tuple[pa.Array, Flags]]) -> Read | None:
    cleaned = _text(column, array)
    if cleaned is None or cleaned.values is None:
        return None
    values, fine = read(cleaned.values)
    return Read(_as_null(values, cleaned.values), _or(cleaned.odd, _odd_where(cleaned.values, fine)))


def _as_null(values: pa.Array, texts: pa.Array) -> pa.Array:
    return values if not texts.null_count else pc.if_else(pc.is_valid(texts), values, pa.scalar(None, values.type))


# Numbers.


def _whole_number(column: Column, array: pa.Array, _: Wanted, __: Ids | None) -> Read | None:
    return _units(column, array, 0)


def _money(column: Column, array: pa.Array, _: Wanted, __: Ids | None) -> Read | None:
    return _units(column, array, column.type.decimals) if isinstance(column.type, Money) else None


def _units(column: Column, array: pa.Array, decimals: int) -> Read | None:
    """Whole numbers of the unit that ``decimals`` makes the smallest."""
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_null(array.type):
        read = _of_text(column, array, lambda texts: _wholes_of(texts, decimals))
    elif pa.types.is_decimal128(array.type):
        read = _of_decimals(array, decimals)
    elif pa.types.is_integer(array.type) and array.type != pa.uint64():
        read = _of_integers(array, decimals)
    elif pa.types.is_float64(array.type):
        read = _of_doubles(array, decimals)
    else:
        return None
    return _in_range(column, array, read, 10**decimals)


def _wholes_of(texts: pa.Array, decimals: int) -> tuple[pa.Array, Flags]:
    values, fine = plain_text.wholes(*plain_text.as_bytes(texts), decimals)
    return pa.array(values), fine


def _of_decimals(array: pa.Array, decimals: int) -> Read:
    """Of a decimal its digits as they are stored, where its point stands no further back than agreed."""
    words = np.frombuffer(array.buffers()[1], np.int64)[2 * array.offset : 2 * (array.offset + len(array))]
    low, high = words[0::2], words[1::2]
    fine, factor = high == (low >> 63), 10 ** (decimals - array.type.scale) if array.type.scale <= decimals else 0
    if factor == 0:
        factor_back = 10 ** (array.type.scale - decimals)
        values = low // factor_back
        fine = fine & (values * factor_back == low)
    else:
        values = low * factor if factor > 1 else low.copy()
        fine = fine & (np.abs(low) <= (1 << 62) // factor)
    return Read(_with_nulls(values, array), _odd_where(array, fine))


def _of_integers(array: pa.Array, decimals: int) -> Read:
    whole = array.cast(pa.int64())
    if decimals == 0:
        return Read(whole)
    numbers = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False)
    return Read(
        _with_nulls(numbers * 10**decimals, array), _odd_where(array, np.abs(numbers) <= (1 << 62) // 10**decimals)
    )


def _of_doubles(array: pa.Array, decimals: int) -> Read:
    """A double is the amount whose digits it was written with, where those are few enough to be told."""
    numbers = array.to_numpy(zero_copy_only=False)
    missing = np.isnan(numbers)
    numbers = np.where(missing, 0, numbers)
    most = EXACT if decimals == 0 else 10**14
    fine = np.abs(numbers) * 10**decimals < most
    units = np.rint(np.where(fine, numbers, 0) * 10**decimals)
    fine &= units / 10**decimals == numbers
    return Read(pa.array(units.astype(np.int64), mask=missing if missing.any() else None), ~fine)


def _with_nulls(values: npt.NDArray[np.int64], like: pa.Array) -> pa.Array:
    if not like.null_count:
        return pa.array(values)
    return pa.array(values, mask=_flags(pc.is_null(like)))


def _number(column: Column, array: pa.Array, _: Wanted, __: Ids | None) -> Read | None:
    if pa.types.is_float64(array.type):
        numbers = array.to_numpy(zero_copy_only=False) + 0.0  # no -0.0
        missing = np.isnan(numbers)
        made = pa.array(numbers, mask=missing if missing.any() else None)
        read = Read(made, np.isinf(numbers))
    elif pa.types.is_string(array.type) or pa.types.is_null(array.type):
        read = _of_text(column, array, _doubles_of) or Read(None)
    else:
        return None
    return _in_range(column, array, read, 1)


def _doubles_of(texts: pa.Array) -> tuple[pa.Array, Flags]:
    fine = pc.fill_null(pc.match_substring_regex(texts, NUMBER), False)
    made = pc.if_else(fine, texts, pa.scalar(None, pa.string())).cast(pa.float64())
    numbers = pc.fill_null(made, 0.0).to_numpy(zero_copy_only=False) + 0.0
    return pa.array(numbers), _flags(fine) & np.isfinite(numbers)


def _in_range(column: Column, array: pa.Array, read: Read | None, unit: int) -> Read | None:
    """Marks what lies outside the agreed range, and what may be a number that means missing."""
    if read is None or read.values is None:
        return read
    odd, kind, values = read.odd, column.type, read.values
    if isinstance(kind, Whole | Number | Money):
        for bound, outside in ((kind.at_least, pc.less), (kind.at_most, pc.greater)):
            if bound is not None:
                odd = _or(odd, _flags(pc.fill_null(outside(values, pa.scalar(bound, values.type)), False)))
    if not pa.types.is_string(array.type):
        if column.required and values.null_count:  # not a number
            odd = _or(odd, _flags(pc.is_null(values)))
        for number in filter(None, map(_as_number, column.missing)):
            odd = _or(odd, _flags(pc.fill_null(pc.equal(values, pa.scalar(number * unit).cast(values.type)), False)))
    return Read(values, odd, read.text)


def _as_number(spelling: str) -> float | None:
    try:
        number = float(spelling)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


# Days.


def _day(column: Column, array: pa.Array, _: Wanted, __: Ids | None) -> Read | None:
    if not isinstance(column.type, Day):
        return None
    form = column.type.formats[0]
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_null(array.type):
        return _of_text(column, array, lambda texts: _days_of(texts, form))
    parts = {form[at : at + 2] for at in range(len(form))}
    days = _day_numbers(array)
    if days is None or not {"%Y", "%m"} <= parts:
        return None
    days = days if "%d" in parts else _first_of_month(days)
    numbers = pc.fill_null(days, 0).to_numpy(zero_copy_only=False)
    odd = (numbers < FIRST_DAY) | (numbers > LAST_DAY)
    for spelling in column.missing:
        odd |= numbers == _day_number(spelling, form)
    return Read(days.cast(pa.date32()), _odd_where(array, ~odd))


def _days_of(texts: pa.Array, form: str) -> tuple[pa.Array, Flags]:
    values, fine = plain_text.days(*plain_text.as_bytes(texts), form)
    return pa.array(values).cast(pa.date32()), fine


def _day_numbers(array: pa.Array) -> pa.Array | None:
    """The day of a day or time, counted from 1970-01-01; ``None`` for a type that is neither."""
    if pa.types.is_date32(array.type):
        return array.cast(pa.int32())
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        array = pc.local_timestamp(array)
    if pa.types.is_timestamp(array.type) or pa.types.is_date64(array.type):
        times = pc.fill_null(array.cast(pa.timestamp("us"), safe=False).cast(pa.int64()), 0)
        numbers = times.to_numpy(zero_copy_only=False) // MICROSECONDS_A_DAY
        return pa.array(numbers.astype(np.int32), mask=_flags(pc.is_null(array)) if array.null_count else None)
    return None


def _first_of_month(days: pa.Array) -> pa.Array:
    numbers = pc.fill_null(days, 0).to_numpy(zero_copy_only=False)
    first = numbers.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    return pa.array(first, mask=_flags(pc.is_null(days)) if days.null_count else None)


def _day_number(spelling: str, form: str) -> int:
    try:
        return (datetime.strptime(spelling, form).date() - date(1970, 1, 1)).days  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return LAST_DAY + 1


READERS: Mapping[type, Callable[[Column, pa.Array, Wanted, Ids | None], Read | None]] = {
    Code: _code,
    Address: _code,
    Id: _id,
    Whole: _whole_number,
    Money: _money,
    Number: _number,
    Day: _day,
}
