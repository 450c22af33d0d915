"""Checks between columns that plain rows pass for certain, told without a database.

What ``row_checks`` says of a row is the definition. Here a row passes only where that is beyond doubt; of all others
the database is asked.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import AddsUp, Check, InRegion, NotBefore, OneKnown, Region
from riskscreen.ingest.plain_text import as_bytes

Flags = npt.NDArray[np.bool_]
SMALL = 1 << 53  # a few numbers up to here add up without overflow
LONGEST = 7  # digits of a region's code for which a table is kept
ZERO, NINE = b"09"


def in_doubt(checks: Sequence[Check], values: Mapping[str, pa.Array], texts: Mapping[str, pa.Array]) -> Flags:
    """Which rows may fail a check, by the columns' values and the ids' texts; there is at least one check."""
    return reduce(np.logical_or, [~_passing(check, values, texts) for check in checks])


def _passing(check: Check, values: Mapping[str, pa.Array], texts: Mapping[str, pa.Array]) -> Flags:
    match check:
        case AddsUp(total=total, parts=parts, within=within):
            return _adding_up(values[total], [values[part] for part in parts], within)
        case NotBefore(later=later, earlier=earlier) if not pa.types.is_floating(values[later].type):
            return _flags(pc.fill_null(pc.greater_equal(values[later], values[earlier]), True))
        case InRegion(id=column, regions=regions) if column in texts:
            return _in_region(texts[column], regions)
        case OneKnown(of=columns):
            return reduce(np.logical_or, [_flags(pc.is_valid(values[column])) for column in columns])
    return np.zeros(len(next(iter(values.values()))), np.bool_)


def _flags(array: pa.Array) -> Flags:
    flags: Flags = array.to_numpy(zero_copy_only=False)
    return flags


def _adding_up(total: pa.Array, parts: Sequence[pa.Array], within: float) -> Flags:
    """Whole numbers alone, all of them there: the others are few."""
    numbers = [total, *parts]
    if not all(array.type == pa.int64() for array in numbers):
        return np.zeros(len(total), np.bool_)
    whole, *others = (pc.fill_null(array, SMALL).to_numpy() for array in numbers)
    left, small = whole.copy(), np.abs(whole) < SMALL
    for other in others:
        left -= other
        small &= np.abs(other) < SMALL
    fine: Flags = small & (np.abs(left) <= within)
    return fine


def _in_region(ids: pa.Array, regions: Sequence[Region]) -> Flags:
    """Whether an id begins with the code of a region that stands; where there is no id, nothing is wrong."""
    fine = _flags(pc.is_null(ids))
    standing = [region.code for region in regions if region.valid_to is None]
    codes = {code for code in standing if code.isascii() and code.isdigit() and len(code) <= LONGEST}
    for length in sorted({len(code) for code in codes}):
        known = np.zeros(10**length, np.bool_)
        known[[int(code) for code in codes if len(code) == length]] = True
        _begin_with(*as_bytes(ids), length, known, fine)
    return fine


@numba.njit(cache=True, nogil=True)
def _begin_with(
    content: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], length: int, known: Flags, fine: Flags
) -> None:
    for one in range(len(ends) - 1):
        if ends[one + 1] - ends[one] < length:
            continue
        number, digits = 0, True
        for place in range(ends[one], ends[one] + length):
            byte = content[place]
            digits = digits and ZERO <= byte <= NINE
            number = number * 10 + (byte - ZERO)
        if digits and known[number]:
            fine[one] = True
