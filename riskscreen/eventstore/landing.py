"""The landing log: every accepted record, by kind and load, as its feed stated it.

``HOME/landing/manifest.json`` lists the loads in the order in which they came. A load writes Parquet files for each
record kind, one for each piece that its file was read in, then replaces the manifest: that is the commit, and a file
that no manifest names is nothing. Files are never changed afterwards. A row of a landed file has the columns of
:data:`FIXED`, then the kind's values (see :func:`landed_schema`).

``HOME/identity`` is part of it: for each load, the numbers that it dealt first (see :data:`IDENTITY`). With another key
those files are written anew, under other names, and the manifest names them instead; no landed record changes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from riskscreen.declare import (
    HOME,
    SAME,
    Code,
    ColumnType,
    Day,
    Expected,
    Feed,
    Money,
    Number,
    Placed,
    RecordKind,
    Whole,
)
from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256, read_json, write_file, write_table

MANIFEST = "landing/manifest.json"
IDENTITIES = "identity"
UNFINISHED = "unfinished"  # a folder of landing/: what a load keeps until it is landed
FORMAT = 3
FIXED = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
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
# A number, the token that has it, what it is the token of (a kind of id), and that id, sealed (see identity.vault).
IDENTITY = pa.schema([("number", pa.int64()), ("token", pa.binary(16)), ("kind", pa.string()), ("sealed", pa.binary())])
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

    Between them a kind has ``home``, a number like ``household``, where its household key says where people live, and
    ``same``, 16 bytes that two records of one event share, where it says when they are that.

    Codes are text, whole numbers int64, numbers float64, money int64 of the smallest unit, days date32. A
    value is named as in the kind's ``values``.
    """
    columns = {name: feed.column(kind.filled_in(name)) for name in kind.values}
    home = [pa.field(HOME, pa.int64())] if kind.household and kind.household.home else []
    same = [pa.field(SAME, pa.binary(16))] if kind.same else []
    return pa.schema(
        [*FIXED, *home, *same, *[pa.field(name, ARROW_TYPES[type(c.type)]) for name, c in columns.items()]]
    )


def contract_fingerprint(feed: Feed) -> str:
    """16 hex digits of what a contract says of a file's rows.

    The lag is left out: it says when records yet to be landed will have been known, and changes none that stand. So is
    what is expected of a delivery.
    """
    kinds = tuple(replace(kind, lag_days=0) for kind in feed.records)
    return hashlib.sha256(repr(replace(feed, records=kinds, expected=Expected())).encode()).hexdigest()[:16]


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
    count the file's rows, ``warnings`` the sentences that ingest gave, ``mended`` the values by column and by what was
    mended of them; ``files`` holds, for each record kind that the load added to, its files in the order of their rows,
    ``identities`` the files with the numbers that it dealt first, their tokens being made with the key ``key_id``, and
    ``zone`` the files with what its rows say of people, for linkage: ``claims`` and ``relations``.
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
    files: Mapping[str, tuple[LandedFile, ...]]
    mended: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    identities: tuple[LandedFile, ...] = ()
    zone: Mapping[str, LandedFile] = field(default_factory=dict)

    @property
    def private_files(self) -> list[LandedFile]:
        """The files of ``HOME/identity``."""
        return [*self.identities, *self.zone.values()]

    @property
    def all_files(self) -> list[LandedFile]:
        """The files of every kind of record."""
        return [file for files in self.files.values() for file in files]


class Landing:
    """The landing log of a home. ``home`` need not exist: then nothing was landed."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def loads(self) -> tuple[Load, ...]:
        """Every load, oldest first, as the manifest names them. Raises ``HomeError`` where it cannot be read."""
        return _listed(self.home / MANIFEST).loads

    def manifest(self) -> tuple[Load, ...]:
        """Every load, oldest first, after a look at each of their files.

        Raises ``HomeError`` where the manifest cannot be read, or names a file that is not there.
        """
        loads = self.loads()
        for load in loads:
            for file in (*load.all_files, *load.private_files):
                if not (self.home / file.path).is_file():
                    raise HomeError(f"HOME/{file.path} is missing, which the manifest names: put it back from a backup")
        return loads

    @property
    def key_id(self) -> str | None:
        """The id of the key under which this home's tokens were made; ``None`` before the first load."""
        loads = self.loads()
        return loads[0].key_id if loads else None

    def check_key(self, key_id: str) -> None:
        """Raise ``HomeError`` where this home's tokens were made under another key."""
        if self.key_id not in (None, key_id):
            raise HomeError(f"the key is {key_id}, but this home was built with key {self.key_id}: give that one")

    def append(self, load: Load, tables: Mapping[str, pa.Table]) -> Load:
        """Land a load of one piece: its tables by record kind, then the manifest. Returns the load with its ``files``.

        Kinds without rows get no file. Raises as :meth:`write` and :meth:`commit` do.
        """
        self._check_next(load)
        written = {kind: table for kind, table in tables.items() if table.num_rows}
        files = {kind: (self.write(kind, load.number, 1, table),) for kind, table in written.items()}
        return self.commit(replace(load, files=files))

    def write(self, kind: str, number: int, piece: int, table: pa.Table) -> LandedFile:
        """Write the file of a kind, load and piece (from 1), replacing one that was written before.

        It is nothing until a load that names it is committed. ``table`` must begin with the columns of :data:`FIXED`.
        Raises ``HomeError`` where it cannot be written.
        """
        if table.schema.names[: len(FIXED)] != FIXED.names or table.schema.types[: len(FIXED)] != FIXED.types:
            raise TypeError(f"a table of {kind} does not begin with the columns of the landing log")
        name = f"landing/{kind}/{number:08d}{f'-{piece:05d}' if piece > 1 else ''}.parquet"
        write_table(self.home / name, table, random=("record_id", SAME))
        return LandedFile(path=name, rows=table.num_rows, sha256=file_sha256(self.home / name))

    def write_identities(self, key_id: str, number: int, piece: int, table: pa.Table) -> LandedFile:
        """Write what a load and piece (from 1) dealt first; it has the columns of :data:`IDENTITY`.

        It is nothing until a load that names it is committed. Raises ``HomeError`` where it cannot be written.
        """
        name = f"{IDENTITIES}/{number:08d}-{piece:05d}-{key_id}.parquet"
        write_table(self.home / name, table, random=("token", "sealed"))
        return LandedFile(path=name, rows=table.num_rows, sha256=file_sha256(self.home / name))

    def identities(self, columns: Sequence[str]) -> Iterator[tuple[Load, LandedFile, pa.Table]]:
        """Every file of ``HOME/identity`` with some of its columns, in the order of its numbers.

        Raises ``HomeError`` where a file cannot be read, or has not the rows that the manifest says.
        """
        for load in self.loads():
            for file in load.identities:
                yield load, file, self.read_identities(file, columns)

    def write_zone(self, name: str, number: int, table: pa.Table) -> LandedFile:
        """Write what a load's rows say of people: its ``claims`` or ``relations``; see :meth:`write_identities`."""
        path = f"{IDENTITIES}/{name}/{number:08d}.parquet"
        write_table(self.home / path, table)
        return LandedFile(path=path, rows=table.num_rows, sha256=file_sha256(self.home / path))

    def read_identities(self, file: LandedFile, columns: Sequence[str]) -> pa.Table:
        """Some columns of a file of ``HOME/identity``; see :meth:`identities`."""
        try:
            table = pq.read_table(self.home / file.path, columns=list(columns))
        except (pa.ArrowException, OSError):
            table = None
        if table is None or table.num_rows != file.rows:
            raise HomeError(f"HOME/{file.path} cannot be read or is cut off: put HOME/identity back from a backup")
        return table

    def rotate(self, key_id: str, marks: str, identities: Mapping[int, Sequence[LandedFile]]) -> None:
        """Replace the files with numbers of every load by those written with another key: in one step.

        ``marks`` is what :attr:`marks` is then. Raises ``HomeError`` where the manifest cannot be written.
        """
        loads = tuple(
            replace(load, key_id=key_id, identities=tuple(identities.get(load.number, ()))) for load in self.loads()
        )
        _write_manifest(self.home / MANIFEST, _Listed(loads, tuple(map(_text, loads)), marks))

    @property
    def marks(self) -> str:
        """The sealed secret of the marks (hexadecimal); empty while they are made with the home's first key."""
        return _listed(self.home / MANIFEST).marks

    def commit(self, load: Load) -> Load:
        """Put a load whose files are written into the manifest: in one step it is landed.

        ``load.number`` must be the next one. Raises ``HomeError`` where it is not, or where the manifest cannot be
        written; then nothing was landed.
        """
        self._check_next(load)
        listed = _listed(self.home / MANIFEST)
        _write_manifest(
            self.home / MANIFEST, _Listed((*listed.loads, load), (*listed.texts, _text(load)), listed.marks)
        )
        return load

    def clean(self, keep: Iterable[str] = ()) -> None:
        """Remove what an interrupted run left: files that no manifest names and that are not in ``keep``."""
        named = {file.path for load in self.loads() for file in (*load.all_files, *load.private_files)} | set(keep)
        written = (*(self.home / "landing").glob("*/*.parquet*"), *(self.home / IDENTITIES).rglob("*.parquet*"))
        for path in written:
            if path.parent.name != UNFINISHED and path.relative_to(self.home).as_posix() not in named:
                path.unlink(missing_ok=True)

    def _check_next(self, load: Load) -> None:
        before = len(self.loads())
        if load.number != before + 1:
            raise HomeError(f"load {load.number} does not follow load {before}: another run changed this home")

    def files(self, kind: str) -> list[LandedFile]:
        """The files of a record kind, oldest load first."""
        return [file for load in self.loads() for file in load.files.get(kind, ())]

    def paths(self, kind: str) -> list[Path]:
        """Where the files of a record kind stand, oldest load first."""
        return [self.home / file.path for file in self.files(kind)]

    def scan(self, kind: str, schema: pa.Schema | None = None, among: Sequence[LandedFile] | None = None) -> ds.Dataset:
        """The files of a kind (all, or those ``among`` them) as one dataset, oldest load first, to be read in part.

        ``schema`` (default: what the files together have; without a file, the fixed columns) may name columns
        that older files lack: they are null there. Raises ``HomeError`` where a file cannot be read.
        """
        paths = [self.home / file.path for file in (self.files(kind) if among is None else among)]
        with _reading(kind):
            if schema is None:
                schema = pa.unify_schemas([FIXED, *[ds.dataset(path).schema for path in paths]])
            return ds.dataset([str(path) for path in paths], schema=schema, format="parquet")

    def batches(
        self, kind: str, schema: pa.Schema, among: Sequence[LandedFile] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The landed rows of a kind in the order of :meth:`read`, a part at a time; see :meth:`scan`."""
        with _reading(kind):
            scanned = self.scan(kind, schema, among)
            yield from scanned.to_batches(columns=schema.names, batch_readahead=2, fragment_readahead=1)

    def rows(self, kind: str) -> int:
        """How many rows of a kind were landed."""
        return sum(file.rows for load in self.loads() for file in load.files.get(kind, ()))

    def read(self, kind: str, columns: list[str] | None = None, schema: pa.Schema | None = None) -> pa.Table:
        """The landed rows of a kind, oldest load first, in each load by row; see :meth:`scan`."""
        with _reading(kind):
            return self.scan(kind, schema).to_table(columns=columns)


@contextmanager
def _reading(kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError):
        raise HomeError(
            f"a file in HOME/landing/{kind} cannot be read: put the folder back from a backup of this home"
        ) from None


@dataclass(frozen=True)
class _Listed:
    """What a manifest lists: its loads, each of them as text, a line each, and the secret of the marks, sealed."""

    loads: tuple[Load, ...] = ()
    texts: tuple[str, ...] = ()
    marks: str = ""


Stamp = tuple[int, int, int]
_known: dict[Path, tuple[Stamp, _Listed]] = {}  # the last manifest that was read or written, for as long as it stands


def _listed(path: Path) -> _Listed:
    """A manifest, read where it is not the one known."""
    stamp = _stamp(path)
    known = _known.get(path.absolute())
    if stamp is not None and known is not None and known[0] == stamp:
        return known[1]
    content = read_json(path)
    loads = _loads(content)
    listed = _Listed(loads, tuple(map(_text, loads)), content.get("marks", "") if content else "")
    _remember(path, stamp, listed)
    return listed


def _write_manifest(path: Path, listed: _Listed) -> None:
    lines = ",\n".join(listed.texts)
    text = f'{{"format": {FORMAT}, "marks": {json.dumps(listed.marks)}, "loads": [\n{lines}\n]}}\n'
    write_file(path, lambda file: file.write(text.encode()))
    _remember(path, _stamp(path), listed)


def _remember(path: Path, stamp: Stamp | None, listed: _Listed) -> None:
    _known.clear()
    if stamp is not None:
        _known[path.absolute()] = (stamp, listed)


def _stamp(path: Path) -> Stamp | None:
    """What changes with every replacement of a file; ``None`` where there is none."""
    try:
        said = path.stat()
    except OSError:
        return None
    return said.st_ino, said.st_mtime_ns, said.st_size


def _text(load: Load) -> str:
    return json.dumps(asdict(load), ensure_ascii=False, default=date.isoformat)


def _loads(content: Any) -> tuple[Load, ...]:
    if content is None:
        return ()
    try:
        if content["format"] in (1, 2):
            raise HomeError("this home keeps tokens, which is no longer read: ingest its deliveries into a new home")
        if content["format"] != FORMAT:
            raise HomeError(f"HOME/{MANIFEST} has format {content['format']!r}: use the riskscreen that wrote it")
        return tuple(_load(said) for said in content["loads"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise HomeError(f"HOME/{MANIFEST} does not list loads: put it back from a backup of this home") from None


def _load(said: dict[str, Any]) -> Load:
    days = {name: _day(said[name]) for name in ("received", "loaded_on", "delivered_on")}
    files = {kind: _files(files) for kind, files in said["files"].items()}
    zone = {name: LandedFile(**file) for name, file in said["zone"].items()}
    return Load(**{**said, **days, "files": files, "identities": _files(said["identities"]), "zone": zone})


def _files(said: list[dict[str, Any]]) -> tuple[LandedFile, ...]:
    return tuple(LandedFile(**file) for file in said)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
