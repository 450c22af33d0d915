"""The landing log: every accepted record, by kind and load, as its feed stated it.

``HOME/landing/manifest.json`` lists the loads in the order in which they came. A load writes one Parquet
file for each record kind, then replaces the manifest: that is the commit, and a file that no manifest names
is nothing. Files are never changed afterwards. A row of a landed file has the columns of :data:`FIXED`, then
the kind's values.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from riskscreen.declare import Code, ColumnType, Day, Feed, Money, Number, Placed, RecordKind, Whole
from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256, read_json, write_json, write_table

MANIFEST = "landing/manifest.json"
FORMAT = 1
FIXED = pa.schema(
    [
        ("person", pa.binary(16)),
        ("household", pa.binary(16)),
        ("collective", pa.bool_()),
        ("record_id", pa.binary(16)),
        ("happened_on", pa.date32()),
        ("known_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("withdrawn", pa.bool_()),
        ("load", pa.int32()),
        ("row", pa.int64()),
    ]
)
ARROW_TYPES: Mapping[type[ColumnType], pa.DataType] = {
    Code: pa.string(),
    Whole: pa.int64(),
    Number: pa.float64(),
    Money: pa.int64(),
    Day: pa.date32(),
    Placed: pa.string(),
}


def landed_schema(feed: Feed, kind: RecordKind) -> pa.Schema:
    """The columns of a kind's landed files, in their order: the fixed ones, then the values.

    Codes are text, whole numbers int64, numbers float64, money int64 of the smallest unit, days date32. A
    value is named as in the kind's ``values``.
    """
    columns = {name: feed.column(kind.filled_in(name)) for name in kind.values}
    return pa.schema([*FIXED, *[pa.field(name, ARROW_TYPES[type(c.type)]) for name, c in columns.items()]])


def contract_fingerprint(feed: Feed) -> str:
    """16 hex digits of what a contract says of a file's rows.

    The lag is left out: it says when records yet to be landed will have been known, and changes none that stand.
    """
    kinds = tuple(replace(kind, lag_days=0) for kind in feed.records)
    return hashlib.sha256(repr(replace(feed, records=kinds)).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class LandedFile:
    """A file of the landing log: its path from the home (forward slashes), its rows, its bytes' hash."""

    path: str
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Load:
    """One delivered file as it was landed.

    ``delivered_on`` is the day the delivery speaks for: ``received``, or without it the latest day on which
    one of its records was known, or ``None`` where it has none. ``read``, ``accepted`` and ``quarantined``
    count the file's rows, ``warnings`` the sentences that ingest gave; ``files`` holds a file for each record
    kind that the load added to.
    """

    number: int
    feed: str
    file_sha256: str
    received: date | None
    loaded_on: date
    delivered_on: date | None
    key_id: str
    contract: str
    read: int
    accepted: int
    quarantined: int
    warnings: int
    files: Mapping[str, LandedFile]


class Landing:
    """The landing log of a home. ``home`` need not exist: then nothing was landed."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def manifest(self) -> tuple[Load, ...]:
        """Every load, oldest first.

        Raises ``HomeError`` where the manifest cannot be read, or names a file that is not there.
        """
        loads = _loads(read_json(self.home / MANIFEST))
        for load in loads:
            for file in load.files.values():
                if not (self.home / file.path).is_file():
                    raise HomeError(f"HOME/{file.path} is missing, which the manifest names: put it back from a backup")
        return loads

    @property
    def key_id(self) -> str | None:
        """The id of the key under which this home's tokens were made; ``None`` before the first load."""
        loads = self.manifest()
        return loads[0].key_id if loads else None

    def append(self, load: Load, tables: Mapping[str, pa.Table]) -> Load:
        """Land a load: its tables by record kind, then the manifest. Returns the load with its ``files``.

        ``load.number`` must be the next one, and every table must begin with the columns of :data:`FIXED`.
        Kinds without rows get no file. Raises ``HomeError`` where something cannot be written; then nothing
        was landed.
        """
        loads = self.manifest()
        if load.number != len(loads) + 1:
            raise HomeError(f"load {load.number} does not follow load {len(loads)}: another run changed this home")
        written = {kind: table for kind, table in tables.items() if table.num_rows}
        files = {kind: self._write(kind, load.number, table) for kind, table in written.items()}
        landed = replace(load, files=files)
        all_loads = [asdict(one) for one in (*loads, landed)]
        write_json(self.home / MANIFEST, {"format": FORMAT, "loads": all_loads})
        return landed

    def paths(self, kind: str) -> list[Path]:
        """The files of a record kind, oldest load first."""
        return [self.home / load.files[kind].path for load in self.manifest() if kind in load.files]

    def scan(self, kind: str, schema: pa.Schema | None = None) -> ds.Dataset:
        """The files of a kind as one dataset, oldest load first, to be read in part.

        ``schema`` (default: what the files together have; without a file, the fixed columns) may name columns
        that older files lack: they are null there. Raises ``HomeError`` where a file cannot be read.
        """
        paths = self.paths(kind)
        with _reading(kind):
            if schema is None:
                schema = pa.unify_schemas([FIXED, *[ds.dataset(path).schema for path in paths]])
            return ds.dataset([str(path) for path in paths], schema=schema, format="parquet")

    def read(self, kind: str, columns: list[str] | None = None, schema: pa.Schema | None = None) -> pa.Table:
        """The landed rows of a kind, oldest load first, in each load by row; see :meth:`scan`."""
        with _reading(kind):
            return self.scan(kind, schema).to_table(columns=columns)

    def _write(self, kind: str, number: int, table: pa.Table) -> LandedFile:
        if table.schema.names[: len(FIXED)] != FIXED.names or table.schema.types[: len(FIXED)] != FIXED.types:
            raise TypeError(f"a table of {kind} does not begin with the columns of the landing log")
        name = f"landing/{kind}/{number:08d}.parquet"
        write_table(self.home / name, table)
        return LandedFile(path=name, rows=table.num_rows, sha256=file_sha256(self.home / name))


@contextmanager
def _reading(kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError):
        raise HomeError(
            f"a file in HOME/landing/{kind} cannot be read: put the folder back from a backup of this home"
        ) from None


def _loads(content: Any) -> tuple[Load, ...]:
    if content is None:
        return ()
    try:
        if content["format"] != FORMAT:
            raise HomeError(f"HOME/{MANIFEST} has format {content['format']!r}: use the riskscreen that wrote it")
        return tuple(_load(said) for said in content["loads"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise HomeError(f"HOME/{MANIFEST} does not list loads: put it back from a backup of this home") from None


def _load(said: dict[str, Any]) -> Load:
    days = {name: _day(said[name]) for name in ("received", "loaded_on", "delivered_on")}
    files = {kind: LandedFile(**file) for kind, file in said["files"].items()}
    return Load(**{**said, **days, "files": files})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
