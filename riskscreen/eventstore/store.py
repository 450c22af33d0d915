"""The bucketed event store: immutable Parquet by record kind and bucket, one manifest a version.

A reader opens the manifest once and reads only the files that it names, so it never sees half a version; the version
before the current one is kept for readers that opened it.
"""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.files import read_json, write_json, write_table

FORMAT = 2


@dataclass(frozen=True)
class StoredFile:
    """One Parquet file of a version, by record kind and bucket.

    ``guests`` says that it is of people of other buckets who share a household with somebody of this one: it is read
    beside the bucket, and nobody in it has a row of their own there.
    """

    kind: str
    bucket: int
    path: str
    rows: int
    guests: bool = False


@dataclass(frozen=True)
class Version:
    """A version of the store: which landing it was made from, and its files.

    ``first_known`` and ``last_known`` are the first and last day on which a record became known.
    """

    number: int
    landing: str
    buckets: int
    people: int
    first_known: str | None
    last_known: str | None
    crosswalk: Mapping[str, str]
    files: tuple[StoredFile, ...]


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
        for file in version.files:
            if not (home / file.path).is_file():
                raise HomeError(f"the event store names {file.path}, which is missing: run `riskscreen link` again")
        return cls(home, version)

    def buckets(self) -> range:
        """The numbers of the buckets."""
        return range(self.version.buckets)

    def kinds(self) -> list[str]:
        """The record kinds of which there are records."""
        return sorted({file.kind for file in self.version.files})

    def holds(self, kind: str) -> bool:
        """Whether there is any record of a kind."""
        return any(file.kind == kind for file in self.version.files)

    def read(self, kind: str, bucket: int) -> pa.Table:
        """The records of a kind in a bucket, every version of each; ``HomeError`` where a file is broken."""
        return self._read(kind, bucket, guests=False)

    def guests(self, kind: str, bucket: int) -> pa.Table | None:
        """The records of a bucket's guests, as :meth:`read` gives those of its people; ``None`` without any."""
        has_guests = any(file.guests and (file.kind, file.bucket) == (kind, bucket) for file in self.version.files)
        return self._read(kind, bucket, guests=True) if has_guests else None

    def _read(self, kind: str, bucket: int, *, guests: bool) -> pa.Table:
        wanted = (kind, bucket, guests)
        paths = [file.path for file in self.version.files if (file.kind, file.bucket, file.guests) == wanted]
        try:
            return pa.concat_tables([pq.read_table(self.home / path) for path in paths])
        except (OSError, pa.ArrowException):
            raise HomeError(
                f"bucket {bucket} of {kind!r} in the event store cannot be read: run `riskscreen link` again"
            ) from None

    def crosswalk(self, name: str) -> pa.Table:
        """A table of the crosswalk that this version was routed by."""
        try:
            return pq.read_table(self.home / self.version.crosswalk[name])
        except (KeyError, OSError, pa.ArrowException):
            raise HomeError(f"the crosswalk's {name} cannot be read: run `riskscreen link` again") from None

    def check_covers(self, as_of: date) -> None:
        """Raise ``CallerError`` where no record was known by ``as_of``."""
        first = self.version.first_known
        if first is None:
            raise CallerError("the event store holds no record: run `riskscreen ingest` and `link` first")
        if as_of < date.fromisoformat(first):
            raise CallerError(
                f"no record was known on {as_of}: the first became known on {first}; ask for that or later"
            )


def current(home: Path) -> Version | None:
    """The current version as its manifest states it; ``None`` before the first."""
    path = home / "events" / "manifest.json"
    if not path.exists():
        return None
    try:
        said = dict(read_json(path))
        if said.pop("format") != FORMAT:
            raise ValueError(FORMAT)
        files = tuple(StoredFile(**file) for file in said.pop("files"))
        return Version(**said, files=files)
    except (ValueError, TypeError, KeyError):
        raise HomeError("events/manifest.json is broken: remove HOME/events and run `riskscreen link` again") from None


def write(
    home: Path,
    version: Version,
    tables: Mapping[tuple[str, int], pa.Table],
    crosswalk: Mapping[str, pa.Table],
    guests: Mapping[tuple[str, int], pa.Table] | None = None,
) -> Version:
    """Write a version's files and then its manifest, which makes it the current one.

    ``tables`` and ``guests`` are by record kind and bucket; ``version.files`` and ``version.crosswalk`` are filled in
    here.
    """
    folder = Path("events") / f"{version.number:06d}"
    shutil.rmtree(home / folder, ignore_errors=True)
    files = []
    for are_guests, of_bucket in ((False, tables), (True, guests or {})):
        for kind, bucket in sorted(of_bucket):
            path = folder / kind / f"{'guests' if are_guests else 'bucket'}-{bucket:04d}.parquet"
            write_table(home / path, of_bucket[kind, bucket])
            files.append(StoredFile(kind, bucket, str(path), of_bucket[kind, bucket].num_rows, are_guests))
    paths = {name: str(folder / f"{name}.parquet") for name in crosswalk}
    for name, table in crosswalk.items():
        write_table(home / paths[name], table)
    done = Version(**{**version.__dict__, "files": tuple(files), "crosswalk": paths})
    write_json(home / "events" / "manifest.json", {"format": FORMAT, **asdict(done)})
    _remove_older(home, keep=(version.number, version.number - 1))
    return done


def _remove_older(home: Path, keep: tuple[int, ...]) -> None:
    names = {f"{number:06d}" for number in keep}
    for folder in (home / "events").iterdir():
        if folder.is_dir() and folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)
