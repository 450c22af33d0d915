"""Dense numbers for tokens: 0, 1, 2 … in the order of first sight, kept for good.

The table is open addressing with linear probing on the first half of a token, which is as good as random; both halves
are compared. It takes 24 to 32 bytes a token.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.identity.tokens import TOKEN

Rows = npt.NDArray[np.int64]
Halves = npt.NDArray[np.uint64]

SMALLEST = 1 << 10
UNKNOWN = -1


class Numbers:
    """Which number each token has.

    >>> numbers = Numbers()
    >>> tokens = pa.array([b"b" * 16, b"a" * 16, None, b"b" * 16], TOKEN)
    >>> numbers.deal(tokens)[0].to_pylist()
    [0, 1, None, 0]
    """

    def __init__(self) -> None:
        self._halves: Halves = np.zeros((SMALLEST, 2), np.uint64)
        self._slots = np.full(2 * SMALLEST, UNKNOWN, np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def of(self, tokens: pa.Array) -> pa.Array:
        """The number of each token, int64; null where it has none, or there is no token."""
        return _numbers(_find(_halves(tokens), self._halves, self._slots), tokens)

    def deal(self, tokens: pa.Array) -> tuple[pa.Array, Rows]:
        """The number of each token, int64 (null for null), and where the new ones stand, in the order of their numbers.

        A token that has no number gets the next one.
        """
        halves = _halves(tokens)
        known = _valid(tokens)
        self._make_room(len(halves))
        found, first = _deal(halves, known, self._halves, self._slots, self._count)
        self._count += len(first)
        return _numbers(found, tokens), first

    def forget(self, count: int) -> None:
        """Take back all numbers from ``count`` on, as if they had never been dealt."""
        _clear(self._halves, self._slots, count, self._count)
        self._count = min(count, self._count)

    def _make_room(self, more: int) -> None:
        """Room for so many new tokens."""
        wanted = self._count + more
        if wanted > len(self._halves):
            size = max(wanted, self._count + self._count // 2)
            self._halves = np.concatenate([self._halves[: self._count], np.zeros((size - self._count, 2), np.uint64)])
        if 2 * wanted > len(self._slots):
            self._slots = np.full(1 << (2 * wanted - 1).bit_length(), UNKNOWN, np.int32)
            _fill(self._halves, self._slots, self._count)


def _halves(tokens: pa.Array) -> Halves:
    if tokens.type != TOKEN:
        raise TypeError(f"tokens are {TOKEN}, not {tokens.type}")
    content = tokens.buffers()[1]
    if content is None:
        return np.zeros((len(tokens), 2), np.uint64)
    found: Halves = np.frombuffer(content, np.uint64)[2 * tokens.offset : 2 * (tokens.offset + len(tokens))]
    return found.reshape(-1, 2)


def _valid(tokens: pa.Array) -> npt.NDArray[np.bool_]:
    if tokens.null_count == 0:
        return np.ones(len(tokens), np.bool_)
    valid: npt.NDArray[np.bool_] = tokens.is_valid().to_numpy(zero_copy_only=False)
    return valid


def _numbers(found: Rows, tokens: pa.Array) -> pa.Array:
    unknown = found == UNKNOWN
    if tokens.null_count:
        unknown |= ~_valid(tokens)
    return pa.array(found, pa.int64(), mask=unknown if unknown.any() else None)


@numba.njit(inline="always")
def _slot(halves: Any, row: Any, known: Any, slots: Any) -> Any:
    """Where a token's number stands, or would stand."""
    mask = np.uint64(len(slots) - 1)
    at = halves[row, 0] & mask
    while True:
        number = slots[at]
        if number == UNKNOWN or (known[number, 0] == halves[row, 0] and known[number, 1] == halves[row, 1]):
            return at
        at = (at + np.uint64(1)) & mask


@numba.njit(cache=True, nogil=True)
def _find(halves: Any, known: Any, slots: Any) -> Any:
    found = np.empty(len(halves), np.int64)
    for row in range(len(halves)):
        found[row] = slots[_slot(halves, row, known, slots)]
    return found


@numba.njit(cache=True, nogil=True)
def _deal(halves: Any, valid: Any, known: Any, slots: Any, count: Any) -> Any:
    found, first = np.empty(len(halves), np.int64), np.empty(len(halves), np.int64)
    new = 0
    for row in range(len(halves)):
        if not valid[row]:
            found[row] = UNKNOWN
            continue
        at = _slot(halves, row, known, slots)
        if slots[at] == UNKNOWN:
            slots[at] = count + new
            known[count + new, 0], known[count + new, 1] = halves[row, 0], halves[row, 1]
            first[new] = row
            new += 1
        found[row] = slots[at]
    return found, first[:new].copy()


@numba.njit(cache=True, nogil=True)
def _fill(known: Any, slots: Any, count: Any) -> None:
    for number in range(count):
        slots[_slot(known, number, known, slots)] = number


@numba.njit(cache=True, nogil=True)
def _clear(known: Any, slots: Any, first: Any, count: Any) -> None:
    """The last comes out first: then no token stands behind the gap that another leaves."""
    for number in range(count - 1, first - 1, -1):
        slots[_slot(known, number, known, slots)] = UNKNOWN
