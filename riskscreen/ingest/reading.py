"""A delivered file → a table of text with the declared columns, or a sentence why it is refused as a whole.

A refusal names the file, the line or the column, and never a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from riskscreen.declare import Feed
from riskscreen.errors import DeliveryError
from riskscreen.ingest import csv_files, parquet_files


@dataclass(frozen=True)
class Delivered:
    """The rows of a file: a text column for each declared one that is read (a truth column may be absent)."""

    table: pa.Table
    warnings: tuple[str, ...]


def read(path: Path, feed: Feed) -> Delivered:
    """Read a CSV (perhaps gzipped) or a Parquet file.

    Raises ``DeliveryError`` where the file is empty, broken or undecodable, where a row has another number of fields
    than the header, where a declared column is missing, and where the header names a column twice.
    """
    try:
        start = path.open("rb").read(4)
    except OSError as error:
        raise DeliveryError(f"{path.name} cannot be read ({error.strerror}): see to its rights") from None
    if not start:
        raise DeliveryError(f"{path.name} is empty (0 bytes): have it delivered again")
    if start == b"PAR1" or path.suffix == ".parquet":
        opened: parquet_files.Opened | csv_files.Opened = parquet_files.Opened(path)
    else:
        opened = csv_files.Opened(path)
    wanted = check_header(path.name, opened.names, feed)
    table = opened.texts(wanted, feed)
    return Delivered(table, _warnings(opened.names, table, feed))


def check_header(file: str, names: Sequence[str], feed: Feed) -> list[str]:
    """The declared columns to read, in the contract's order; ``DeliveryError`` where the header is wrong."""
    missing = [column.name for column in feed.columns if column.is_delivered and column.name not in names]
    if missing:
        named = ", ".join(_named(name, names) for name in missing)
        raise DeliveryError(
            f"{file} lacks {len(missing)} declared column{'s' * (len(missing) > 1)}: {named}; "
            f"have it delivered as feed {feed.name} was agreed, columns parted by commas"
        )
    twice = next((name for name in names if list(names).count(name) > 1), None)
    if twice is not None:
        first, second = [index + 1 for index, name in enumerate(names) if name == twice][:2]
        raise DeliveryError(f"{file} names columns {first} and {second} alike ({twice!r}): have one of them renamed")
    return [column.name for column in feed.columns if column.name in names and column.is_read]


def _named(missing: str, names: Sequence[str]) -> str:
    """A missing column, with the header's nearest name; far ones are not told: without a header they are values."""
    by_letters = {name.casefold().strip(): name for name in names}
    near = get_close_matches(missing, by_letters, n=1, cutoff=0.75)
    return f"{missing!r} (the header has {by_letters[near[0]]!r})" if near else repr(missing)


def _warnings(names: Sequence[str], table: pa.Table, feed: Feed) -> tuple[str, ...]:
    declared = {column.name for column in feed.columns}
    others = [name for name in names if name not in declared]
    said = []
    if others and not feed.other_columns_expected:
        named = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        said.append(f"{len(others)} undeclared column{'s' * (len(others) > 1)} not read: {named}")
    if not table.num_rows:
        said.append("the file has a header and no rows")
    return tuple(said)
