"""Columns as numpy arrays beside a mask of what is known."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from riskscreen.declare import AtLeast, AtMost, Condition, Is

Whole = NDArray[np.int64]
Days = NDArray[np.int32]
Mask = NDArray[np.bool_]
Numbers = NDArray[Any]  # of int64 or float64

EPOCH = date(1970, 1, 1)
EVER = np.iinfo(np.int32).max  # as a day


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Arrow counts them."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Values:
    """A column: whole or real numbers, days since 1970, or the places of words in ``words``."""

    numbers: Numbers
    known: Mask
    words: pa.Array | None = None
    is_day: bool = False

    def take(self, rows: Whole) -> "Values":
        """The column at some rows."""
        known = all_known(len(rows)) if self.is_known else self.known.take(rows)
        return Values(self.numbers.take(rows), known, self.words, self.is_day)

    @property
    def is_known(self) -> bool:
        """Whether it was said of the whole column that it is known."""
        return self.known.strides == (0,)

    def holds(self, condition: Condition) -> Mask:
        """Where a condition holds; never where the value is not known."""
        if isinstance(condition, Is):
            return self.known & self._is_one_of(condition.values)
        if isinstance(condition, AtLeast | AtMost):
            return self.known & self._is_within(condition)
        return self.known

    def texts(self) -> pa.Array:
        """The values as Arrow values of their own type, null where not known."""
        if self.words is not None:
            return self.to_arrow(pa.string())
        own = pa.float64() if self.numbers.dtype.kind == "f" else pa.int64()
        return self.to_arrow(pa.date32() if self.is_day else own)

    def to_arrow(self, of: pa.DataType) -> pa.Array:
        """The column as an Arrow type, null where not known."""
        if not self.known.any():
            return pa.nulls(len(self.known), of)
        if self.words is not None:
            return self.words.take(_to_arrow(self.numbers, self.known)).cast(of)
        numbers = self.numbers.astype(np.int32) if self.is_day else self.numbers
        return _cast(_to_arrow(numbers, self.known), of)

    def _is_within(self, condition: AtLeast | AtMost) -> Mask:
        if self.words is not None or self.is_day:
            return np.zeros(len(self.known), bool)
        bound = condition.bound
        rounds = self.numbers.dtype.kind == "i" and math.isfinite(bound)
        if isinstance(condition, AtLeast):
            return np.asarray(self.numbers >= (math.ceil(bound) if rounds else bound))
        return np.asarray(self.numbers <= (math.floor(bound) if rounds else bound))

    def _is_one_of(self, wanted: tuple[Any, ...]) -> Mask:
        if self.words is not None:
            return self._is_a_word(pa.array([value for value in wanted if isinstance(value, str)], pa.string()))
        kind = date if self.is_day else int | float
        found = np.zeros(len(self.known), bool)
        for value in wanted:
            if isinstance(value, kind):
                found |= self.numbers == (day_number(value) if isinstance(value, date) else value)
        return found

    def _is_a_word(self, wanted: pa.Array) -> Mask:
        if not len(self.words or ()):
            return np.zeros(len(self.known), bool)
        flags = pc.is_in(self.words, value_set=wanted).to_numpy(zero_copy_only=False)
        return np.asarray(flags[self.numbers], bool)


def whole(numbers: Numbers) -> Values:
    """Numbers that are all known."""
    return Values(numbers, all_known(len(numbers)))


def nothing(length: int) -> Values:
    """A column of which nothing is known."""
    return Values(np.zeros(length, np.int64), np.zeros(length, bool))


def all_known(length: int) -> Mask:
    """The mask of a column that is known everywhere; it takes no room."""
    return np.ndarray((length,), bool, b"\1", strides=(0,))


def read(column: pa.ChunkedArray) -> Values:
    """An Arrow column of words, numbers or days, not copied where nothing is unknown."""
    array = _whole_array(column)
    known = all_known(len(array)) if not array.null_count else _numpy(array.is_valid())
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    if pa.types.is_dictionary(array.type):
        return Values(_numpy(array.indices), known, array.dictionary.cast(pa.string()))
    if pa.types.is_date(array.type):
        return Values(read_days(column, 0), known, is_day=True)
    return Values(_numpy(_cast(array, pa.float64() if pa.types.is_floating(array.type) else pa.int64())), known)


def read_days(column: pa.ChunkedArray, absent: int) -> Days:
    """An Arrow column of days since 1970, with a day for null."""
    return _numpy(_cast(_whole_array(column), pa.date32()).view(pa.int32()), absent)


def read_whole(column: pa.ChunkedArray) -> Whole:
    """An Arrow column of whole numbers, with 0 for null."""
    return _numpy(_cast(_whole_array(column), pa.int64()))


def read_truth(column: pa.ChunkedArray) -> Mask:
    """An Arrow column of truths; null is false."""
    return np.asarray(pc.fill_null(_whole_array(column), False).to_numpy(zero_copy_only=False))


def _whole_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _cast(array: pa.Array, of: pa.DataType) -> pa.Array:
    return array if array.type == of else array.cast(of)


def _numpy(array: pa.Array, absent: int = 0) -> Numbers:
    filled = pc.fill_null(array, pa.scalar(absent, array.type)) if array.null_count else array
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def _to_arrow(numbers: Numbers, known: Mask) -> pa.Array:
    """Numbers as an Arrow array that shares their memory."""
    numbers = np.ascontiguousarray(numbers)
    if known.strides == (0,) or known.all():
        return pa.array(numbers)
    bits = np.packbits(known, bitorder="little")
    buffers = [pa.py_buffer(bits), pa.py_buffer(numbers)]
    return pa.Array.from_buffers(pa.from_numpy_dtype(numbers.dtype), len(numbers), buffers)
