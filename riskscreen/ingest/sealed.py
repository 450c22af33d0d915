"""What a piece of a file is before its ids have numbers, kept in sealed files of a home while a file is ingested.

It holds what was delivered, ids and names too, so it lies nowhere but under the home's key: AES-256-GCM, frame by
frame, each bound to its place in its file and to the file's name, so that none can be cut off or exchanged. Only what
was sealed here is ever read again.
"""

import os
import pickle
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, count, pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import place, write_file
from riskscreen.identity import Key

FRAME = 1 << 20
NONCE, TAG = 12, 16
HEAD = struct.Struct("<q")


@dataclass(frozen=True)
class SealedFiles:
    """Things by name, each in a file of a folder, sealed under a key derived from the home's."""

    folder: Path
    key: Key

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key.derived(b"riskscreen pieces"))

    def put(self, name: str, thing: object) -> None:
        """Keep a thing, replacing an older one of that name; ``HomeError`` where it cannot be written."""
        parts: list[memoryview] = []
        told = pickle.dumps(thing, protocol=5, buffer_callback=lambda buffer: parts.append(buffer.raw()))
        sizes = pickle.dumps([len(part) for part in parts])
        parts = [memoryview(HEAD.pack(len(each)) + each) for each in (sizes, told)] + parts
        write_file(self._path(name), lambda file: file.writelines(self._frames(name, parts)), lasting=False)

    def get(self, name: str) -> Any:
        """A thing that was kept; ``HomeError`` where it is missing, cut off or not as it was written."""
        try:
            content = memoryview(self._opened(name))
        except (OSError, InvalidTag):
            raise HomeError(
                f"{place(self._path(name))} cannot be read or is not what was written: ingest the file again"
            ) from None
        sizes, content = _first(content)
        told, content = _first(content)
        ends = [0, *accumulate(pickle.loads(sizes))]  # noqa: S301 - nobody without the key can have written it
        return pickle.loads(told, buffers=[content[start:end] for start, end in pairwise(ends)])  # noqa: S301

    def drop(self, *names: str) -> None:
        """Remove things, if they are there."""
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.sealed"

    def _frames(self, name: str, parts: Iterable[memoryview]) -> Iterator[bytes]:
        """Each frame with the number of its bytes and its place in the file; behind the last one without any."""
        pieces = (part[start : start + FRAME] for part in parts for start in range(0, len(part), FRAME))
        for at, frame in enumerate(chain(pieces, [memoryview(b"")])):
            nonce = os.urandom(NONCE)
            yield HEAD.pack(len(frame)) + nonce + self._cipher.encrypt(nonce, frame, self._bound(name, at))

    def _opened(self, name: str) -> bytearray:
        content = bytearray()
        with self._path(name).open("rb") as file:
            for at in count():
                head = file.read(HEAD.size + NONCE)
                length = HEAD.unpack_from(head.ljust(HEAD.size, b"\0"))[0]
                sealed = file.read(min(max(length, 0), FRAME) + TAG)
                frame = self._cipher.decrypt(head[HEAD.size :].ljust(NONCE, b"\0"), sealed, self._bound(name, at))
                if not frame:
                    return content
                content += frame
        raise AssertionError

    @staticmethod
    def _bound(name: str, at: int) -> bytes:
        return f"{name}/{at}".encode()


def _first(content: memoryview) -> tuple[memoryview, memoryview]:
    """What begins with its length, and the rest."""
    start, (length,) = HEAD.size, HEAD.unpack_from(content)
    return content[start : start + length], content[start + length :]
