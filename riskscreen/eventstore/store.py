"""The bucketed event store: immutable Parquet by record kind and bucket, one manifest a version.

A reader opens the manifest once and reads only the files that it names, so it never sees half a version; the version
before the current one is kept for readers that opened it. A kind's records in a bucket lie in one or more files, the
first of them large and the others what was appended since. Beside them a sidecar tells of their rows what became known
later: from which day on one is superseded, and which hold no longer at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore import together
from riskscreen.eventstore.files import file_crc32, read_json
from riskscreen.eventstore.superseding import SUPERSEDED_ON, with_superseded

FORMAT = 3
WITHOUT_SIDECARS = 2  # the format before: a file a bucket, and nothing said of when its rows are superseded
MANIFEST = "events/manifest.json"
AGAIN = "run `riskscreen link` again"
AS_WRITTEN = f"remove that file and {AGAIN}"
LOST = f"put HOME/events back from a backup, or remove it and {AGAIN}; people then get other numbers"


@dataclass(frozen=True)
class StoredFile:
    """One Parquet file of a version, by record kind and bucket.

    ``guests`` says that it is of people of other buckets who share a household with somebody of this one: it is read
    beside the bucket, and nobody in it has a row of their own there. ``bytes`` is its size, ``crc32`` their sum (older
    manifests have none); ``first_known`` and ``last_known`` are the days between which its rows that hold became known;
    its rows are of the loads from ``first_load`` to ``last_load``.
    """

    kind: str
    bucket: int
    path: str
    rows: int
    guests: bool = False
    bytes: int | None = None
    first_known: str | None = None
    last_known: str | None = None
    first_load: int | None = None
    last_load: int | None = None
    crc32: int | None = None

    @property
    def part(self) -> "Part":
        """The part of the store that it is of."""
        return Part(self.kind, self.bucket, self.guests)


@dataclass(frozen=True)
class Sidecar:
    """What became known of the rows of a part's files: how many rows it tells of, and how many hold no longer."""

    kind: str
    bucket: int
    path: str
    rows: int
    bytes: int
    gone: int
    guests: bool = False
    crc32: int | None = None

    @property
    def part(self) -> "Part":
        """The part of the store that it is of."""
        return Part(self.kind, self.bucket, self.guests)


@dataclass(frozen=True, order=True)
class Part:
    """What is read at a time: a record kind in a bucket, of its people or of its guests."""

    kind: str
    bucket: int
    guests: bool = False

    def unreadable(self) -> HomeError:
        """What to raise where a file of it is not what was written."""
        return HomeError(f"bucket {self.bucket} of {self.kind!r} in the event store cannot be read: {AGAIN}")


@dataclass(frozen=True)
class Stored:
    """The files of a part, oldest first, and their sidecar."""

    files: tuple[StoredFile, ...] = ()
    sidecar: Sidecar | None = None

    @property
    def later(self) -> list[bool]:
        """Whether all rows of each file are of later loads than those of the files before it."""
        last = accumulate((-1 if file.last_load is None else file.last_load for file in self.files), max, initial=-1)
        return [file.first_load is None or file.first_load > load for file, load in zip(self.files, last, strict=False)]


@dataclass(frozen=True)
class Version:
    """A version of the store: which landing it was made from, and its files.

    ``first_known`` and ``last_known`` are the first and last day on which a record became known. ``loads`` and
    ``loaded`` are how many loads are in it, and a hash of their files; ``columns`` in which columns each kind was read.
    ``before`` are files that only the version before names; ``crosswalk_crc32`` are sums of the crosswalk's files.
    """

    number: int
    landing: str
    buckets: int
    people: int
    first_known: str | None
    last_known: str | None
    crosswalk: Mapping[str, str]
    files: tuple[StoredFile, ...]
    sidecars: tuple[Sidecar, ...] = ()
    loads: int = 0
    loaded: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    crosswalk_crc32: Mapping[str, int] = field(default_factory=dict)
    format: int = FORMAT

    @cached_property
    def parts(self) -> Mapping[Part, Stored]:
        """The files and sidecar of each part."""
        files: dict[Part, list[StoredFile]] = {}
        for file in self.files:
            files.setdefault(file.part, []).append(file)
        beside = {sidecar.part: sidecar for sidecar in self.sidecars}
        return {part: Stored(tuple(files[part]), beside.get(part)) for part in files}

    @property
    def paths(self) -> set[str]:
        """The paths of all files that it names."""
        sidecars = {sidecar.path for sidecar in self.sidecars}
        return {file.path for file in self.files} | sidecars | set(self.crosswalk.values())

    @property
    def records(self) -> int:
        """How many rows hold, without those of guests."""
        gone = sum(sidecar.gone for sidecar in self.sidecars if not sidecar.guests)
        return sum(file.rows for file in self.files if not file.guests) - gone


@dataclass(frozen=True)
class EventStore:
    """The event store of a home at one version."""

    home: Path
    version: Version

    @classmethod
    def open(cls, home: Path) -> "EventStore":
        """The current version; ``CallerError`` where nothing was linked yet, ``HomeError`` where a file is missing."""
        version = current(home)
        if version is None:
            raise CallerError(f"there is no event store in {home.name!r}: run `riskscreen ingest` and `link` first")
        store = cls(home, version)
        store.check_whole()
        return store

    def check_whole(self) -> None:
        """Raise ``HomeError`` where a file that the version names is missing or was cut off."""
        written = [(file.path, file.bytes) for file in self.version.files]
        written += [(sidecar.path, sidecar.bytes) for sidecar in self.version.sidecars]
        for path, size in written:
            _check(self.home / path, path, size)

    def check_bytes(self) -> int:
        """Read every file whose sum was kept, and raise ``HomeError`` where one is not as it was written; how many."""
        crosswalk = self.version.crosswalk
        kept = [(file.path, file.crc32, AS_WRITTEN) for file in self.version.files]
        kept += [(sidecar.path, sidecar.crc32, AS_WRITTEN) for sidecar in self.version.sidecars]
        kept += [(crosswalk[name], crc32, LOST) for name, crc32 in self.version.crosswalk_crc32.items()]
        summed = [(path, crc32, remedy) for path, crc32, remedy in kept if crc32 is not None]
        for path, crc32, remedy in summed:
            _check_bytes(self.home / path, path, crc32, remedy)
        return len(summed)

    def buckets(self) -> range:
        """The numbers of the buckets."""
        return range(self.version.buckets)

    def kinds(self) -> list[str]:
        """The record kinds of which there are records."""
        return sorted({part.kind for part in self.version.parts})

    def holds(self, kind: str) -> bool:
        """Whether there is any record of a kind."""
        return any(part.kind == kind for part in self.version.parts)

    def read(
        self, kind: str, bucket: int, columns: Sequence[str] | None = None, people: pa.Array | None = None
    ) -> pa.Table:
        """The records of a kind in a bucket: every version of each that some day sees, or that withdraws it.

        They are ordered by person, happened_on, known_on, load and row; ``columns`` are those that are read (default:
        all; else texts come as codes), beside ``superseded_on``: from which day on a newer version of the record is
        known, or null; ``people`` are those of whom records are read (default: everybody). Raises ``HomeError`` where a
        file is broken.
        """
        return self._read(Part(kind, bucket), columns, people)

    def guests(
        self, kind: str, bucket: int, columns: Sequence[str] | None = None, people: pa.Array | None = None
    ) -> pa.Table | None:
        """The records of a bucket's guests, as :meth:`read` gives those of its people; ``None`` without any."""
        part = Part(kind, bucket, guests=True)
        table = self._read(part, columns, people) if part in self.version.parts else None
        return table if table is not None and table.num_rows else None

    def _read(self, part: Part, columns: Sequence[str] | None, people: pa.Array | None = None) -> pa.Table:
        try:
            stored = self.version.parts[part]
            paths = [self.home / file.path for file in stored.files]
            if self.version.format == WITHOUT_SIDECARS:
                return _without_sidecars(paths, columns, people)
            sidecar = stored.sidecar and together.sidecar(self.home / stored.sidecar.path)
            return together.read(together.Files(paths, people, stored.later), sidecar, columns)
        except (KeyError, OSError, pa.ArrowException):
            raise part.unreadable() from None

    def crosswalk(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table of the crosswalk that this version was routed by; ``columns`` are those that are read (default: all).

        Raises ``HomeError`` where it cannot be read.
        """
        try:
            return pq.read_table(self.home / self.version.crosswalk[name], columns=columns)
        except (KeyError, OSError, pa.ArrowException):
            raise HomeError(f"the crosswalk's {name} cannot be read: {LOST}") from None

    def check_covers(self, as_of: date) -> None:
        """Raise ``CallerError`` where no record was known by ``as_of``."""
        first = self.version.first_known
        if first is None:
            raise CallerError("the event store holds no record: run `riskscreen ingest` and `link` first")
        if as_of < date.fromisoformat(first):
            raise CallerError(
                f"no record was known on {as_of}: the first became known on {first}; ask for that or later"
            )


def is_whole(store: EventStore) -> bool:
    """Whether every file of a store is there, and as long as it was written."""
    try:
        store.check_whole()
    except HomeError:
        return False
    return True


def current(home: Path) -> Version | None:
    """The current version as its manifest states it; ``None`` before the first."""
    path = home / MANIFEST
    if not path.exists():
        return None
    try:
        said = dict(read_json(path))
        if said["format"] not in (WITHOUT_SIDECARS, FORMAT):
            raise ValueError(said["format"])
        files = tuple(StoredFile(**file) for file in said.pop("files"))
        sidecars = tuple(Sidecar(**sidecar) for sidecar in said.pop("sidecars", ()))
        return Version(**{**said, "before": tuple(said.get("before", ()))}, files=files, sidecars=sidecars)
    except (ValueError, TypeError, KeyError, HomeError):
        raise HomeError(f"{MANIFEST} is broken: remove HOME/events and {AGAIN}") from None


def _check(path: Path, named: str, size: int | None) -> None:
    try:
        found = path.stat().st_size
    except OSError:
        raise HomeError(f"the event store names {named}, which is missing: {AGAIN}") from None
    if size is not None and found != size:
        raise HomeError(f"{named} in the event store was cut off ({found:,} of {size:,} bytes): {AGAIN}")


def _check_bytes(path: Path, named: str, crc32: int, remedy: str) -> None:
    try:
        found = file_crc32(path)
    except OSError:
        raise HomeError(f"{named} in the event store cannot be read: {remedy}") from None
    if found != crc32:
        raise HomeError(f"{named} in the event store is not as it was written, the disk may be failing: {remedy}")


def _without_sidecars(paths: Sequence[Path], columns: Sequence[str] | None, people: pa.Array | None) -> pa.Table:
    whole = with_superseded(pa.concat_tables([pq.read_table(path) for path in paths]))
    whole = whole if people is None else whole.filter(pc.is_in(whole["person"], value_set=people))
    return whole if columns is None else whole.select(list(dict.fromkeys((*columns, SUPERSEDED_ON))))
