"""Keyed tokens of ids (HMAC-SHA-256, cut to 128 bits: RFC 2104 section 5), and the names used outside."""

import base64
import hmac
import unicodedata

import pyarrow as pa

from riskscreen.identity.keys import Key

TOKEN = pa.binary(16)
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

    Each distinct id is hashed once.
    """
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks()
    encoded = ids.dictionary_encode()
    distinct = [token(key, kind, text) for text in encoded.dictionary.to_pylist()]
    return pa.array(distinct, TOKEN).take(encoded.indices)


def pseudonym(key: Key, number: int, kind: str = "entity") -> str:
    """The stable name (``entity_id``) of a person or household number outside: 16 lower-case base32 characters.

    ``kind`` keeps the names of households apart from those of people.
    """
    digest = hmac.digest(key.secret, kind.encode() + _PART + str(number).encode(), "sha256")
    return base64.b32encode(digest[:10]).decode().lower()
