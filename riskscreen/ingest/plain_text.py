"""Texts as bytes: what is written plainly is read here, a column at a time, and all else is marked as odd.

Text i of a column is ``content[ends[i]:ends[i + 1]]``. Each function gives what it read and which texts it could
read; a text that it could not read is not wrong, but has to be looked at with care.
"""

import re
from functools import cache
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.declare import CheckCharacter
from riskscreen.identity.lanes import are_printable, still

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Wholes = npt.NDArray[np.int64]

DAYS_BEFORE_MONTH = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
EPOCH = 719_162  # days from 0001-01-01 to 1970-01-01
ZERO, NINE, POINT, PLUS, MINUS = b"09.+-"
ANY, YEAR, MONTH, DAY = 0, 1, 2, 3
PARTS = {"Y": (YEAR, 4), "m": (MONTH, 2), "d": (DAY, 2)}
MOST_DIGITS = 17
PLACE = r"(\\d|\[(\\d|[0-9A-Za-z-])+\]|[0-9A-Za-z])(?:\{(\d+)\})?"  # of a pattern
STRANGE = -1


def as_bytes(texts: pa.Array) -> tuple[Bytes, Wholes]:
    """The bytes of an array of text and where each text ends, the first end being that of no text."""
    texts = texts.cast(pa.large_string())
    _, ends, content = texts.buffers()
    at = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return still(np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)), still(at)


def printable(content: Bytes, ends: Wholes) -> Flags:
    """Whether each text is visible ASCII throughout; an empty one is."""
    fine: Flags = are_printable(content, ends)
    return fine


def wholes(content: Bytes, ends: Wholes, decimals: int) -> tuple[Wholes, Flags]:
    """Numbers of digits, perhaps a sign, and at most ``decimals`` digits behind a point, in smallest units."""
    values, fine = np.zeros(len(ends) - 1, np.int64), np.zeros(len(ends) - 1, np.bool_)
    _wholes(content, ends, decimals, values, fine)
    return values, fine


def days(content: Bytes, ends: Wholes, form: str) -> tuple[npt.NDArray[np.int32], Flags]:
    """Days from 1970-01-01 on, of texts in a strptime format with all digits; a month counts as its first day."""
    values, fine = np.zeros(len(ends) - 1, np.int32), np.zeros(len(ends) - 1, np.bool_)
    layout = _layout(form)
    if layout is not None:
        _days(content, ends, *layout, values, fine)
    return values, fine


def fitting(content: Bytes, ends: Wholes, places: Flags) -> Flags:
    """Whether each text has, at each of its places, one of the characters that :func:`places_of` says."""
    fine = np.zeros(len(ends) - 1, np.bool_)
    _fitting(content, ends, places, fine)
    return fine


@cache
def places_of(pattern: str) -> Flags | None:
    """For each place of a text that fits an id's pattern, which visible characters may stand there.

    Letters count as upper case. ``None`` where a pattern is more than a row of characters, each of them required.
    """
    if re.fullmatch(f"({PLACE})+", pattern) is None:
        return None
    places = []
    for one, _, count in re.findall(PLACE, pattern):
        may = [33 <= at <= 126 and re.fullmatch(one, chr(at).upper()) is not None for at in range(256)]
        places += [may] * int(count or 1)
    table: Flags = still(np.array(places, np.bool_))
    return table


def in_check(content: Bytes, ends: Wholes, check: CheckCharacter) -> Flags:
    """Whether each text ends in its check character, as ``check_characters.are_right`` says."""
    fine = np.zeros(len(ends) - 1, np.bool_)
    worth = np.full(256, STRANGE, np.int64)
    worth[np.frombuffer(check.alphabet.encode(), np.uint8)] = np.arange(len(check.alphabet))
    characters = still(np.frombuffer(check.characters.encode(), np.uint8))
    _in_check(content, ends, still(worth), still(np.array(check.weights)), characters, fine)
    return fine


def _layout(form: str) -> tuple[Bytes, Bytes] | None:
    """What stands at each place of a day: a part of it, or a literal; ``None`` where a place may be left out."""
    parts: list[int] = []
    literals: list[int] = []
    at = 0
    while at < len(form):
        if form[at] != "%":
            part, width = ANY, 1
        elif form[at + 1 : at + 2] in PARTS:
            at += 1
            part, width = PARTS[form[at]]
        else:
            return None
        parts += [part] * width
        literals += [ord(form[at]) if ord(form[at]) < 128 else 0] * width
        at += 1
    if sorted(part for part in parts if part) not in ([YEAR] * 4 + [MONTH] * 2, [YEAR] * 4 + [MONTH] * 2 + [DAY] * 2):
        return None
    return still(np.array(parts, np.uint8)), still(np.array(literals, np.uint8))


@numba.njit(cache=True, nogil=True)
def _fitting(content: Any, ends: Any, places: Any, fine: Any) -> None:
    for one in range(len(ends) - 1):
        start = ends[one]
        fits = ends[one + 1] - start == len(places)
        for at in range(len(places) if fits else 0):
            fits &= places[at, content[start + at]]
        fine[one] = fits


@numba.njit(cache=True, nogil=True)
def _in_check(content: Any, ends: Any, worth: Any, weights: Any, characters: Any, fine: Any) -> None:
    for one in range(len(ends) - 1):
        start, total, known = ends[one], 0, ends[one + 1] - ends[one] == len(weights) + 1
        for at in range(len(weights) if known else 0):
            value = worth[content[start + at]]
            known = known and value != STRANGE
            total += value * weights[at]
        fine[one] = known and content[start + len(weights)] == characters[total % len(characters)]


@numba.njit(cache=True, nogil=True)
def _wholes(content: Any, ends: Any, decimals: int, values: Any, fine: Any) -> None:
    for one in range(len(ends) - 1):
        place, end = ends[one], ends[one + 1]
        negative = place < end and content[place] == MINUS
        if place < end and (negative or content[place] == PLUS):
            place += 1
        value, digits, behind = 0, 0, -1
        while place < end:
            byte = content[place]
            if byte == POINT and behind < 0 and digits > 0 and decimals > 0:
                behind = 0
            elif ZERO <= byte <= NINE and behind < decimals:
                value = value * 10 + (byte - ZERO)
                digits += 1
                if behind >= 0:
                    behind += 1
            else:
                break
            place += 1
        for _ in range(decimals - max(behind, 0)):
            value *= 10
        values[one] = -value if negative else value
        fine[one] = place == end and digits > 0 and digits + decimals - max(behind, 0) <= MOST_DIGITS


@numba.njit(cache=True, nogil=True)
def _days(content: Any, ends: Any, parts: Any, literals: Any, values: Any, fine: Any) -> None:
    has_day = False
    for part in parts:
        has_day = has_day or part == DAY
    for one in range(len(ends) - 1):
        if ends[one + 1] - ends[one] != len(parts):
            continue
        year, month, day = 0, 0, 0 if has_day else 1
        reads = True
        for at in range(len(parts)):
            byte = content[ends[one] + at]
            if parts[at] == ANY:
                reads = reads and byte == literals[at]
                continue
            reads = reads and ZERO <= byte <= NINE
            if parts[at] == YEAR:
                year = year * 10 + (byte - ZERO)
            elif parts[at] == MONTH:
                month = month * 10 + (byte - ZERO)
            else:
                day = day * 10 + (byte - ZERO)
        if not reads or year < 1 or month < 1 or month > 12 or day < 1:
            continue
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1] + (1 if leap and month == 2 else 0)
        if day > last:
            continue
        before = year - 1
        number = before * 365 + before // 4 - before // 100 + before // 400 + DAYS_BEFORE_MONTH[month - 1] + day - 1
        values[one] = number + (1 if leap and month > 2 else 0) - EPOCH
        fine[one] = True
