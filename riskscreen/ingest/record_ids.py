"""``record_id`` for many records at once: MD5 (RFC 1321) of the parts of their keys, 32 records side by side.

It gives what ``numbering.digest`` gives; that one is the definition, and a test holds this one to it.
"""

import math
from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.ingest.plain_text import as_bytes

LANES = 32
TOKEN_BYTES = 16
u32 = numba.uint32

_SINES = np.array([int(abs(math.sin(i + 1)) * (1 << 32)) for i in range(64)], np.uint32)
_TURNS = np.array([7, 12, 17, 22] * 4 + [5, 9, 14, 20] * 4 + [4, 11, 16, 23] * 4 + [6, 10, 15, 21] * 4, np.uint32)
_START = np.array([0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476], np.uint32)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)

Numbers = npt.NDArray[np.int64]


def record_ids(arrays: Sequence[str | pa.Array]) -> pa.Array:
    """The ids of records by the parts of their keys: texts that all share, and arrays of text or marks.

    Each part counts with the number of its bytes before it; an unknown one is told apart.
    """
    count = next(len(array) for array in arrays if not isinstance(array, str))
    lengths = np.zeros(count, np.int64)
    for array in arrays:
        lengths += len(_digested(array)) if isinstance(array, str) else _length(array)
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    content, places = np.zeros(int(ends[-1]), np.uint8), ends[:-1].copy()
    for array in arrays:
        _put(content, places, array)
    digests = np.zeros(TOKEN_BYTES * count, np.uint8)
    blocks = (lengths + 9 + 63) // 64
    for number in np.unique(blocks):
        _digests(content, ends, np.flatnonzero(blocks == number), int(number), digests)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(TOKEN_BYTES), count, [None, pa.py_buffer(digests)])


def _digested(text: str) -> bytes:
    return f"{len(text.encode())}:{text}".encode()


def _length(array: pa.Array) -> Numbers:
    if pa.types.is_fixed_size_binary(array.type):
        lengths = np.full(len(array), 3 + 2 * TOKEN_BYTES)
    else:
        length = np.diff(as_bytes(array)[1])
        lengths = length + 1 + np.searchsorted([10, 100, 1000, 10_000, 100_000, 1_000_000], length, side="right") + 1
    if array.null_count:
        lengths = np.where(array.is_valid().to_numpy(zero_copy_only=False), lengths, 1)
    return lengths


def _put(content: Any, places: Numbers, array: str | pa.Array) -> None:
    if isinstance(array, str):
        _put_same(content, places, np.frombuffer(_digested(array), np.uint8))
        return
    known = array.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_fixed_size_binary(array.type):
        start = array.offset * TOKEN_BYTES
        tokens = np.frombuffer(array.buffers()[1], np.uint8)[start : start + TOKEN_BYTES * len(array)]
        _put_tokens(content, places, tokens, known)
    else:
        _put_texts(content, places, *as_bytes(array), known)


@numba.njit(cache=True, nogil=True)
def _put_same(content: Any, places: Any, text: Any) -> None:
    for one in range(len(places)):
        for byte in text:
            content[places[one]] = byte
            places[one] += 1


@numba.njit(cache=True, nogil=True)
def _put_tokens(content: Any, places: Any, tokens: Any, known: Any) -> None:
    for one in range(len(places)):
        at = places[one]
        if not known[one]:
            content[at] = 45  # -
            places[one] = at + 1
            continue
        content[at], content[at + 1], content[at + 2] = 51, 50, 58  # 32:
        for i in range(TOKEN_BYTES):
            byte = tokens[TOKEN_BYTES * one + i]
            content[at + 3 + 2 * i] = _HEX[byte >> 4]
            content[at + 4 + 2 * i] = _HEX[byte & 15]
        places[one] = at + 3 + 2 * TOKEN_BYTES


@numba.njit(cache=True, nogil=True)
def _put_texts(content: Any, places: Any, texts: Any, ends: Any, known: Any) -> None:
    for one in range(len(places)):
        at = places[one]
        if not known[one]:
            content[at] = 45  # -
            places[one] = at + 1
            continue
        length = ends[one + 1] - ends[one]
        digits = 1
        while length >= 10**digits:
            digits += 1
        left = length
        for i in range(digits):
            content[at + digits - 1 - i] = 48 + left % 10
            left //= 10
        content[at + digits] = 58  # :
        at += digits + 1
        for place in range(ends[one], ends[one + 1]):
            content[at] = texts[place]
            at += 1
        places[one] = at


@numba.njit(inline="always")
def _step(v: Any, w: Any, t: Any, word: Any, kind: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    sine, turn = _SINES[t], _TURNS[t]
    for i in range(LANES):
        x, y, z = v[b * LANES + i], v[c * LANES + i], v[d * LANES + i]
        if kind == 0:
            mixed = u32(u32(x & y) | u32(~x & z))
        elif kind == 1:
            mixed = u32(u32(z & x) | u32(~z & y))
        elif kind == 2:
            mixed = u32(x ^ u32(y ^ z))
        else:
            mixed = u32(y ^ u32(x | u32(~z)))
        total = u32(u32(v[a * LANES + i] + mixed) + u32(sine + w[word * LANES + i]))
        v[a * LANES + i] = u32(x + u32(u32(total << turn) | u32(total >> u32(32 - turn))))


@numba.njit(cache=True, nogil=True)
def _compress(state: Any, v: Any, w: Any) -> None:
    v[:] = state
    for t in range(0, 16, 4):
        _step(v, w, t, t, 0, 0, 1, 2, 3)
        _step(v, w, t + 1, t + 1, 0, 3, 0, 1, 2)
        _step(v, w, t + 2, t + 2, 0, 2, 3, 0, 1)
        _step(v, w, t + 3, t + 3, 0, 1, 2, 3, 0)
    for t in range(16, 32, 4):
        _step(v, w, t, (5 * t + 1) % 16, 1, 0, 1, 2, 3)
        _step(v, w, t + 1, (5 * t + 6) % 16, 1, 3, 0, 1, 2)
        _step(v, w, t + 2, (5 * t + 11) % 16, 1, 2, 3, 0, 1)
        _step(v, w, t + 3, (5 * t + 16) % 16, 1, 1, 2, 3, 0)
    for t in range(32, 48, 4):
        _step(v, w, t, (3 * t + 5) % 16, 2, 0, 1, 2, 3)
        _step(v, w, t + 1, (3 * t + 8) % 16, 2, 3, 0, 1, 2)
        _step(v, w, t + 2, (3 * t + 11) % 16, 2, 2, 3, 0, 1)
        _step(v, w, t + 3, (3 * t + 14) % 16, 2, 1, 2, 3, 0)
    for t in range(48, 64, 4):
        _step(v, w, t, (7 * t) % 16, 3, 0, 1, 2, 3)
        _step(v, w, t + 1, (7 * t + 7) % 16, 3, 3, 0, 1, 2)
        _step(v, w, t + 2, (7 * t + 14) % 16, 3, 2, 3, 0, 1)
        _step(v, w, t + 3, (7 * t + 21) % 16, 3, 1, 2, 3, 0)
    for i in range(4 * LANES):
        state[i] = u32(state[i] + v[i])


@numba.njit(cache=True, nogil=True)
def _digests(content: Any, ends: Any, which: Any, blocks: Any, digests: Any) -> None:
    state, v = np.empty(4 * LANES, np.uint32), np.empty(4 * LANES, np.uint32)
    w, message = np.empty(16 * LANES, np.uint32), np.empty(16 * LANES * blocks, np.uint32)
    for first in range(0, len(which), LANES):
        lanes = min(LANES, len(which) - first)
        message[:] = 0
        for i in range(lanes):
            one, at, word = which[first + i], 0, u32(0)
            for place in range(ends[one], ends[one + 1]):
                word = u32(u32(word >> u32(8)) | u32(u32(content[place]) << u32(24)))
                at += 1
                if at & 3 == 0:
                    message[((at >> 2) - 1) * LANES + i] = word
            word = u32(u32(word >> u32(8)) | u32(0x80000000))
            message[(at >> 2) * LANES + i] = u32(word >> u32(8 * (3 - (at & 3))))
            message[(16 * blocks - 2) * LANES + i] = u32(8 * at)
        for i in range(4 * LANES):
            state[i] = _START[i // LANES]
        for block in range(blocks):
            w[:] = message[block * 16 * LANES : (block + 1) * 16 * LANES]
            _compress(state, v, w)
        for i in range(lanes):
            one = which[first + i]
            for byte in range(16):
                word = state[(byte >> 2) * LANES + i]
                digests[one * 16 + byte] = np.uint8((word >> u32(8 * (byte & 3))) & u32(255))
