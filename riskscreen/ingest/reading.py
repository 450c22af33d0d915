"""A delivered file → its declared columns, piece by piece, or a sentence why it is refused as a whole.

A refusal names the file, the line or the column, and never a value.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from riskscreen.declare import Feed
from riskscreen.errors import DeliveryError
from riskscreen.ingest import csv_files, parquet_files

Opened = csv_files.Opened | parquet_files.Opened


def open_file(path: Path) -> Opened:
    """Open a CSV (perhaps gzipped) or a Parquet file; ``DeliveryError`` where it is empty, broken or undecodable."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise DeliveryError(f"{path.name} cannot be read ({error.strerror}): see to its rights") from None
    if not start:
        raise DeliveryError(f"{path.name} is empty (0 bytes): have it delivered again")
    return parquet_files.Opened(path) if start == b"PAR1" or path.suffix == ".parquet" else csv_files.Opened(path)


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
    return [column.name for column in feed.columns if column.name in names and feed.reads(column)]


def _named(missing: str, names: Sequence[str]) -> str:
    """A missing column, with the header's nearest name; far ones are not told: without a header they are values."""
    by_letters = {name.casefold().strip(): name for name in names}
    near = get_close_matches(missing, by_letters, n=1, cutoff=0.75)
    return f"{missing!r} (the header has {by_letters[near[0]]!r})" if near else repr(missing)


def odd_form(opened: Opened, feed: Feed) -> tuple[str, ...]:
    """What to say about the form of a file whose pieces are read: columns of no contract, a last row cut off."""
    return (*_undeclared(opened.names, feed), *_cut_off(opened))


def _cut_off(opened: Opened) -> tuple[str, ...]:
    return ("its last row has no line end, as all others have: it may be cut off",) if opened.ends_open else ()


def _undeclared(names: Sequence[str], feed: Feed) -> tuple[str, ...]:
    declared = {column.name for column in feed.columns}
    others = [name for name in names if name not in declared]
    if not others or feed.other_columns_expected:
        return ()
    named = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
    return (f"{len(others)} undeclared column{'s' * (len(others) > 1)} not read: {named}",)
