"""Files of a home that are either whole or not there: written under another name, then renamed.

A sentence about a file names where it stands in its home, and never what stands in it.
"""

import contextlib
import hashlib
import io
import json
import os
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.errors import HomeError

Fill = Callable[[BinaryIO], object]


def write_table(path: Path, table: pa.Table, random: Collection[str] = ()) -> None:
    """Write a table as a Parquet file, replacing an older one; ``HomeError`` where that fails.

    Columns in ``random`` hold bytes in which no pattern can be found: none is looked for.
    """
    others = [field for field in table.schema if field.name not in random]
    whole = {field.name: "DELTA_BINARY_PACKED" for field in others if pa.types.is_integer(field.type)}
    write_file(
        path,
        lambda file: pq.write_table(
            table,
            file,
            compression={column: "none" if column in random else "zstd" for column in table.column_names},
            use_dictionary=[field.name for field in others if field.name not in whole],
            column_encoding=whole,  # smaller than a dictionary of amounts, and far quicker to make
            write_statistics=[field.name for field in others],
        ),
    )


def write_tables(path: Path, tables: Iterator[pa.Table]) -> None:
    """Write tables of one schema, at least one, one behind the other, as :func:`write_table` writes one."""

    def fill(file: BinaryIO) -> None:
        first = next(tables)
        with pq.ParquetWriter(file, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for table in tables:
                if table.num_rows:
                    writer.write_table(table)

    write_file(path, fill)


def write_json(path: Path, content: object, *, lasting: bool = True) -> None:
    """Write JSON, days as text, replacing an older file; ``HomeError`` where that fails."""
    text = json.dumps(content, ensure_ascii=False, indent=1, default=date.isoformat) + "\n"
    write_file(path, lambda file: file.write(text.encode()), lasting=lasting)


def read_json(path: Path) -> Any:
    """What a JSON file holds, or ``None`` where there is no file; ``HomeError`` where it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
        if content is None:
            raise ValueError
        return content
    except FileNotFoundError:
        return None
    except ValueError:
        raise HomeError(f"{place(path)} is no JSON: put it back from a backup of this home") from None
    except OSError as error:
        raise HomeError(f"{place(path)} cannot be read ({error.strerror}): see to its rights") from None


def write_file(path: Path, fill: Fill, *, lasting: bool = True) -> None:
    """Let ``fill`` write a file, then put it in place in one step; it is on disk before it is seen.

    What can be made anew need not be ``lasting``: after a loss of power it may be cut off or gone.

    Raises ``HomeError`` where the folder is read-only or the disk full; then the older file, if any, stands.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_to_disk(unfinished, fill, lasting)
        unfinished.replace(path)
        if lasting:
            _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise HomeError(
            f"{place(path)} cannot be written ({why}): free space, or give a home you may write to"
        ) from None


class Summed(io.RawIOBase):
    """A file that is written through this, from its beginning to its end: how many bytes, and their CRC-32."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.bytes, self.crc32 = file, 0, 0

    def writable(self) -> bool:
        """It can be written."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self.bytes

    def write(self, data: Any) -> int:
        """Write bytes behind those before."""
        self.crc32 = zlib.crc32(data, self.crc32)
        written = self._file.write(data)
        self.bytes += written
        return written


def file_crc32(path: Path) -> int:
    """The CRC-32 of a file's bytes."""
    found = 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            found = zlib.crc32(data, found)
    return found


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(path: Path) -> str:
    """The end of a path, for sentences: enough to find a file in its home."""
    return "/".join(path.parts[-3:])


def _write_to_disk(path: Path, fill: Fill, lasting: bool) -> None:
    with path.open("wb") as file:
        fill(file)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
