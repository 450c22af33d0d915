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
Mask = NDArray[np.bool_]
Numbers = NDArray[Any]  # of int64 or float64

EPOCH = date(1970, 1, 1)
EVER = np.iinfo(np.int64).max


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

    def take(self, rows: Whole | Mask) -> "Values":
        """The column at some rows."""
        return Values(self.numbers[rows], self.known[rows], self.words, self.is_day)

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
            return self.words.take(pa.array(self.numbers, mask=~self.known)).cast(of)
        if self.is_day:
            return pa.array(self.numbers.astype(np.int32), mask=~self.known).cast(of)
        return pa.array(self.numbers, mask=~self.known).cast(of)

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
    return Values(numbers, np.ones(len(numbers), bool))


def nothing(length: int) -> Values:
    """A column of which nothing is known."""
    return Values(np.zeros(length, np.int64), np.zeros(length, bool))


def read(column: pa.ChunkedArray) -> Values:
    """An Arrow column of words, numbers or days."""
    array = column.combine_chunks()
    known = ~np.asarray(array.is_null())
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        coded = array.cast(pa.string()).dictionary_encode()
        return Values(_numbers(coded.indices, pa.int64()), known, coded.dictionary)
    if pa.types.is_floating(array.type):
        return Values(_numbers(array, pa.float64()), known)
    return Values(read_whole(column), known, is_day=pa.types.is_date(array.type))


def read_whole(column: pa.ChunkedArray, absent: int = 0) -> Whole:
    """An Arrow column of whole numbers, truths or days as int64, with a number for null."""
    array = column.combine_chunks()
    if pa.types.is_date(array.type):
        array = array.cast(pa.date32()).cast(pa.int32())
    return _numbers(array, pa.int64(), absent)


def _numbers(array: pa.Array, of: pa.DataType, absent: int = 0) -> Numbers:
    filled = pc.fill_null(array.cast(of), pa.scalar(absent, of)) if array.null_count else array.cast(of)
    return np.asarray(filled.to_numpy(zero_copy_only=False))
