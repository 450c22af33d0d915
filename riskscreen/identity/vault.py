"""Sealing what must stay readable to few: AES-256-GCM (NIST SP 800-38D) with a nonce of its own for each text.

What is sealed is bound to its place (``number`` and ``kind`` are authenticated with it), so that sealed texts cannot be
exchanged for each other. 96-bit nonces drawn at random are good for about 2**32 texts under one key.
"""

import os
import struct
from collections.abc import Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from riskscreen.errors import HomeError
from riskscreen.identity.keys import Key

NONCE = 12


class Vault:
    """Seals and opens under one key, which is not the key of the tokens."""

    def __init__(self, key: Key) -> None:
        self.key_id = key.id
        self._cipher = AESGCM(key.derived(b"riskscreen vault"))

    def seal(self, kind: str, numbers: Sequence[int], texts: Iterable[str]) -> list[bytes]:
        """Each text sealed for its number: nonce, ciphertext and tag, 28 bytes longer than the text in UTF-8."""
        cipher, purpose = self._cipher, kind.encode()
        nonces = os.urandom(NONCE * len(numbers))
        return [
            (nonce := nonces[NONCE * at : NONCE * (at + 1)])
            + cipher.encrypt(nonce, text.encode(), purpose + struct.pack("<q", number))
            for at, (number, text) in enumerate(zip(numbers, texts, strict=True))
        ]

    def open(self, kind: str, numbers: Iterable[int], sealed: Iterable[bytes]) -> Iterator[str]:
        """The texts again. Raises ``HomeError`` where one was sealed under another key or for another place."""
        cipher, purpose = self._cipher, kind.encode()
        try:
            for number, box in zip(numbers, sealed, strict=True):
                yield cipher.decrypt(box[:NONCE], box[NONCE:], purpose + struct.pack("<q", number)).decode()
        except InvalidTag:
            raise HomeError(
                f"the vault cannot be opened with key {self.key_id}: give the key it was sealed with, "
                "or put HOME/identity back from a backup"
            ) from None
