"""Sealing what must stay readable to few: AES-256-GCM (NIST SP 800-38D) with a nonce of its own for each text.

What is sealed is bound to its place (``number`` and ``kind`` are authenticated with it), so that sealed texts cannot be
exchanged for each other. A nonce is a block of AES-256 under a second key, over the text's token and number, cut to 96
bits: no two texts share one (but for chance, which allows about 2**32 of them under one key), and the same text sealed
again for the same number is the same bytes, so that a load made again is too.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from riskscreen.errors import HomeError
from riskscreen.identity.keys import Key

NONCE, BLOCK = 12, 16


class Vault:
    """Seals and opens under a key; neither what the tokens are made with nor one another follows from its secrets."""

    def __init__(self, key: Key) -> None:
        self.key_id = key.id
        self._cipher = AESGCM(key.derived(b"riskscreen vault"))
        # A block is enciphered alone on purpose: each is of another token, and what comes out is a nonce.
        self._nonces = Cipher(algorithms.AES(key.derived(b"riskscreen vault nonces")), modes.ECB())

    def seal(self, kind: str, numbers: Sequence[int], tokens: pa.Array, texts: Iterable[str]) -> list[bytes]:
        """Each text sealed for its number: nonce, ciphertext and tag, 28 bytes longer than the text in UTF-8.

        ``tokens`` are the 16-byte tokens of the texts, all of them there.
        """
        cipher, purpose, nonces = self._cipher, kind.encode(), self._drawn(numbers, tokens)
        packed = struct.Struct("<q").pack
        return [
            (nonce := nonces[BLOCK * at : BLOCK * at + NONCE])
            + cipher.encrypt(nonce, text.encode(), purpose + packed(number))
            for at, (number, text) in enumerate(zip(numbers, texts, strict=True))
        ]

    def open(self, kind: str, numbers: Iterable[int], sealed: Iterable[bytes]) -> Iterator[str]:
        """The texts again. Raises ``HomeError`` where one was sealed under another key or for another place."""
        cipher, purpose, packed = self._cipher, kind.encode(), struct.Struct("<q").pack
        try:
            for number, box in zip(numbers, sealed, strict=True):
                yield cipher.decrypt(box[:NONCE], box[NONCE:], purpose + packed(number)).decode()
        except (InvalidTag, ValueError):
            raise HomeError(
                f"the vault cannot be opened with key {self.key_id}: give the key it was sealed with, "
                "or put HOME/identity back from a backup"
            ) from None

    def _drawn(self, numbers: Sequence[int], tokens: pa.Array) -> bytes:
        """For each text a block, of which the nonce is the beginning."""
        halves = np.frombuffer(tokens.buffers()[1], np.int64)[2 * tokens.offset : 2 * (tokens.offset + len(tokens))]
        blocks = halves.copy()
        blocks[1::2] ^= np.asarray(numbers, np.int64)
        return self._nonces.encryptor().update(blocks.tobytes())
