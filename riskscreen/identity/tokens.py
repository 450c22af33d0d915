"""Keyed tokens of ids (HMAC-SHA-256, cut to 128 bits: RFC 2104 section 5), and the names used outside."""

import base64
import hmac
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.identity.keys import Key

TOKEN = pa.binary(16)
MANY = 20_000  # from here on, loading what hashes side by side pays
_PART = b"\x1f"  # no kind holds it, so no kind and id read as another kind and id


def normalise(text: str) -> str:
    """One spelling for one id: full-width becomes half-width, letters upper case, no white space anywhere.

    >>> normalise(" １１０ab x")
    '110ABX'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(plain.upper().split())


def token(key: Key, kind: str, text: str) -> bytes:
    """The 16-byte token of an id, however it is spelt; ids of two kinds never share a token."""
    return hashed(key, kind, normalise(text))


def hashed(key: Key, kind: str, normal: str) -> bytes:
    """The token of an id that is in its one spelling already."""
    return hmac.digest(key.secret, kind.encode() + _PART + normal.encode(), "sha256")[:16]


def tokens(key: Key, kind: str, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Tokens of a column of ids: fixed binary(16), as long as ``ids``; null stays null.

    Of many ids, those that are written plainly are hashed side by side.
    """
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if len(ids) < MANY:
        return _one_by_one(key, kind, ids)
    from riskscreen.identity.lanes import texts_hmacs  # compiled code is slow to load

    digests, plain = texts_hmacs(key.secret, kind.encode() + _PART, ids)
    made = pa.FixedSizeBinaryArray.from_buffers(TOKEN, len(ids), [_bits(plain), pa.py_buffer(digests)])
    others = pc.is_null(made)
    if pc.sum(others).as_py() == ids.null_count:
        return made
    return pc.replace_with_mask(made, others, _one_by_one(key, kind, ids.filter(others)))


def tokens_of_normal(key: Key, kind: str, texts: pa.Array) -> pa.Array:
    """Tokens of texts that are in their one spelling, and of which none comes twice."""
    if len(texts) >= MANY and pc.all(pc.match_substring_regex(texts, r"\A[!-`{-~]*\z")).as_py():
        return tokens(key, kind, texts)
    return pa.array([hashed(key, kind, text) for text in texts.to_pylist()], TOKEN)


def _bits(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def _one_by_one(key: Key, kind: str, ids: pa.Array) -> pa.Array:
    """Each distinct id is hashed once."""
    encoded = ids.dictionary_encode()
    distinct = [token(key, kind, text) for text in encoded.dictionary.to_pylist()]
    return pa.array(distinct, TOKEN).take(encoded.indices)


def pseudonym(key: Key, number: int, kind: str = "entity") -> str:
    """The stable name (``entity_id``) of a person or household number outside: 16 lower-case base32 characters.

    ``kind`` keeps the names of households apart from those of people.
    """
    digest = hmac.digest(key.secret, kind.encode() + _PART + str(number).encode(), "sha256")
    return base64.b32encode(digest[:10]).decode().lower()
