"""HMAC-SHA-256 of many short texts at once (RFC 2104, FIPS 180-4): 32 of them side by side, one in each lane.

The compression is written so that a compiler can keep a lane in each part of a vector register: the eight working
words stand in one flat array, a round names them by constants, and every step says that it has 32 bits.
"""

import hashlib
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

BLOCK = 64
DIGEST = 16  # bytes that are kept of a digest
LANES = 32
INNER, OUTER = 0x36, 0x5C


def _roots(numbers: list[int], power: int) -> list[int]:
    """The first 32 bits of the fractional part of each number's root, found with whole numbers alone."""
    roots = []
    for number in numbers:
        wanted, root = number << (32 * power), 1 << 40
        while (better := ((power - 1) * root + wanted // root ** (power - 1)) // power) < root:
            root = better
        roots.append(root & 0xFFFFFFFF)
    return roots


_PRIMES = [n for n in range(2, 312) if all(n % d for d in range(2, int(n**0.5) + 1))]
_K = np.array(_roots(_PRIMES, 3), np.uint32)
_START = np.array(_roots(_PRIMES[:8], 2), np.uint32)

u32 = numba.uint32

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint32]


@numba.njit(inline="always")
def _turned(x: Any, n: Any) -> Any:
    return u32(u32(x >> u32(n)) | u32(x << u32(32 - n)))


@numba.njit(inline="always")
def _round(v: Any, w: Any, t: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> None:
    k = _K[t]
    for i in range(LANES):
        x, y = v[e * LANES + i], v[a * LANES + i]
        chosen = u32(u32(x & v[f * LANES + i]) ^ u32(~x & v[g * LANES + i]))
        most = u32(u32(y & v[b * LANES + i]) ^ u32(y & v[c * LANES + i]) ^ u32(v[b * LANES + i] & v[c * LANES + i]))
        first = u32(v[h * LANES + i] + u32(_turned(x, 6) ^ _turned(x, 11) ^ _turned(x, 25)))
        first = u32(u32(first + chosen) + u32(k + w[t * LANES + i]))
        v[d * LANES + i] = u32(v[d * LANES + i] + first)
        v[h * LANES + i] = u32(first + u32(u32(_turned(y, 2) ^ _turned(y, 13) ^ _turned(y, 22)) + most))


@numba.njit(cache=True, nogil=True)
def _compress(state: Words, v: Words, w: Words) -> None:
    """One block in each lane: ``w`` holds its 16 words and room for 48 more, ``v`` is room for the working words."""
    for t in range(16, 64):
        for i in range(LANES):
            a, b = w[(t - 15) * LANES + i], w[(t - 2) * LANES + i]
            low = u32(w[(t - 16) * LANES + i] + u32(_turned(a, 7) ^ _turned(a, 18) ^ u32(a >> u32(3))))
            high = u32(w[(t - 7) * LANES + i] + u32(_turned(b, 17) ^ _turned(b, 19) ^ u32(b >> u32(10))))
            w[t * LANES + i] = u32(low + high)
    v[:] = state
    for t in range(0, 64, 8):
        _round(v, w, t, 0, 1, 2, 3, 4, 5, 6, 7)
        _round(v, w, t + 1, 7, 0, 1, 2, 3, 4, 5, 6)
        _round(v, w, t + 2, 6, 7, 0, 1, 2, 3, 4, 5)
        _round(v, w, t + 3, 5, 6, 7, 0, 1, 2, 3, 4)
        _round(v, w, t + 4, 4, 5, 6, 7, 0, 1, 2, 3)
        _round(v, w, t + 5, 3, 4, 5, 6, 7, 0, 1, 2)
        _round(v, w, t + 6, 2, 3, 4, 5, 6, 7, 0, 1)
        _round(v, w, t + 7, 1, 2, 3, 4, 5, 6, 7, 0)
    for i in range(8 * LANES):
        state[i] = u32(state[i] + v[i])


@numba.njit(cache=True, nogil=True)
def _pack(message: Words, lane: int, blocks: int, prefix: Bytes, text: Bytes) -> None:
    """Put a message with its padding into a lane: four bytes a word, letters of the text as upper case."""
    at, word = 0, u32(0)
    for byte in prefix:
        word = u32(u32(word << u32(8)) | byte)
        at += 1
        if at & 3 == 0:
            message[((at >> 2) - 1) * LANES + lane] = word
    for byte in text:
        word = u32(u32(word << u32(8)) | (byte - 32 if 97 <= byte <= 122 else byte))
        at += 1
        if at & 3 == 0:
            message[((at >> 2) - 1) * LANES + lane] = word
    word = u32(u32(word << u32(8)) | u32(0x80))
    message[(at >> 2) * LANES + lane] = u32(word << u32(8 * (3 - (at & 3))))
    message[(16 * blocks - 1) * LANES + lane] = u32(8 * (BLOCK + at))


@numba.njit(cache=True, nogil=True)
def _digests(content: Bytes, ends: Any, which: Any, prefix: Bytes, states: Words, blocks: int, digests: Bytes) -> None:
    """Fill in the digests of the texts ``which``, all of whose messages fill ``blocks`` blocks with their padding."""
    state, v = np.empty(8 * LANES, np.uint32), np.empty(8 * LANES, np.uint32)
    w, message = np.empty(64 * LANES, np.uint32), np.empty(16 * LANES * blocks, np.uint32)
    for first in range(0, len(which), LANES):
        lanes = min(LANES, len(which) - first)
        message[:] = 0
        for i in range(lanes):
            one = which[first + i]
            _pack(message, i, blocks, prefix, content[ends[one] : ends[one + 1]])
        for i in range(8 * LANES):
            state[i] = states[i // LANES]
        for block in range(blocks):
            w[: 16 * LANES] = message[block * 16 * LANES : (block + 1) * 16 * LANES]
            _compress(state, v, w)
        w[: 8 * LANES] = state
        w[8 * LANES : 16 * LANES] = 0
        w[8 * LANES : 9 * LANES] = np.uint32(0x80000000)
        w[15 * LANES : 16 * LANES] = np.uint32(8 * (64 + 32))
        for i in range(8 * LANES):
            state[i] = states[8 + i // LANES]
        _compress(state, v, w)
        for i in range(lanes):
            one = which[first + i]
            for byte in range(16):
                word = state[(byte >> 2) * LANES + i]
                digests[one * 16 + byte] = np.uint8((word >> np.uint32(24 - 8 * (byte & 3))) & np.uint32(255))


@numba.njit(cache=True, nogil=True)
def are_printable(content: Any, ends: Any) -> Any:
    """Which texts are of visible ASCII alone: text i is ``content[ends[i]:ends[i + 1]]``."""
    fine = np.ones(len(ends) - 1, np.bool_)
    for one in range(len(ends) - 1):
        for place in range(ends[one], ends[one + 1]):
            if content[place] < 33 or content[place] > 126:
                fine[one] = False
                break
    return fine


def texts_hmacs(secret: bytes, prefix: bytes, texts: pa.Array) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """What :func:`hmacs` gives of an array of text, and for which texts: those that are there, of visible ASCII."""
    texts = texts.cast(pa.large_string())
    _, ends, content = texts.buffers()
    at = still(np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1])
    characters = still(np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8))
    plain = are_printable(characters, at)
    if texts.null_count:
        plain &= texts.is_valid().to_numpy(zero_copy_only=False)
    return hmacs(secret, prefix, characters, at), plain


def hmacs(secret: bytes, prefix: bytes, content: Bytes, ends: npt.NDArray[np.int64]) -> Bytes:
    """The first 16 bytes of HMAC-SHA-256 of ``prefix`` and each text, one after the other.

    Text i is ``content[ends[i]:ends[i + 1]]``, of visible ASCII characters; its letters count as upper case.
    """
    content, ends = still(content), still(ends)
    digests = np.zeros(DIGEST * (len(ends) - 1), np.uint8)
    states = _states(secret)
    blocks = (len(prefix) + np.diff(ends) + 9 + BLOCK - 1) // BLOCK
    start = np.frombuffer(prefix, np.uint8)
    for number in np.unique(blocks):
        _digests(content, ends, np.flatnonzero(blocks == number), start, states, int(number), digests)
    return digests


def still(array: Any) -> Any:
    """An array in one piece that cannot be written to: what takes it is compiled once, be it from Arrow or not."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _states(secret: bytes) -> Words:
    """What is left of both keyed hashes after the key's own block: it is the same for every text."""
    key = (secret if len(secret) <= BLOCK else hashlib.sha256(secret).digest()).ljust(BLOCK, b"\0")
    state, v, w = (np.empty(words * LANES, np.uint32) for words in (8, 8, 64))
    states = []
    for pad in (INNER, OUTER):
        words = np.frombuffer(bytes(byte ^ pad for byte in key), ">u4").astype(np.uint32)
        w[: 16 * LANES] = np.repeat(words, LANES)
        state[:] = np.repeat(_START, LANES)
        _compress(state, v, w)
        states.append(state[::LANES].copy())
    return np.concatenate(states)
