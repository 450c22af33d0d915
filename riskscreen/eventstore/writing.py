"""The next version of the event store: parts written whole, or added to; then its manifest, which makes it current.

Adding to a part writes what is new to a file of its own, and to the sidecar what became known of the rows that stand.
So that a part stays quick to read, an addition now and then puts files together: all that has less than ten thousand
rows or is not at least four times as large as what comes after it, and the whole part where what comes after its first
file, with what is said of its rows, is more than a twentieth of that. However long a store is added to, day by day, for
each row that is added to a part of a hundred thousand some fifty-five are written in the end, to one of a million some
twenty-five; and a part has at most five files.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.eventstore import together
from riskscreen.eventstore.files import Summed, file_crc32, write_file, write_json, write_table
from riskscreen.eventstore.store import MANIFEST, Part, Sidecar, Stored, StoredFile, Version, current
from riskscreen.eventstore.superseding import SUPERSEDED_ON, whole, with_superseded

# Share of a part that what was added, and said of its rows, may be: reading it costs a copy of the part, made of so
# many pieces. Less would be quicker to read, and written as much more often (see `benchmarks store`).
ADDED = 0.05
# How many times as large as all that was added after it a file is, or it is put together with that.
TIMES = 4
# Rows of a file that is put together with whatever is added, the first file too: to write so few costs a few
# thousandths of a second more than to write a file beside it, which each night then has to open and to put between.
FEW = 10_000
# What one row of a part is known by, so that a link finds it among those that it made anew.
ROW = ("person", "household", "void_on", "known_on", "withdrawn", "load", "row")
INCREASING = ("person", "row")


class Written(NamedTuple):
    """How many bytes a file has, and their CRC-32."""

    bytes: int
    crc32: int


@dataclass(frozen=True)
class Draft:
    """A version in the making: nobody reads its files before :meth:`finish`."""

    home: Path
    number: int

    def write(self, part: Part, rows: pa.Table) -> Stored:
        """A part written whole: rows with ``superseded_on``, in any order. ``HomeError`` where it cannot be written."""
        file = self._file(part, rows)
        return Stored((file,) if file.rows or not part.guests else ())

    def add(self, part: Part, stored: Stored, rows: pa.Table, touched: pa.Array) -> Stored:
        """A part with other rows of some records.

        ``rows``, as for :meth:`write`, are all that hold now of records that are new or ``touched``, which are the ids
        of those of which rows may stand; what stands of them and is not among ``rows`` holds no longer.
        """
        if not stored.files:
            return self.write(part, rows)
        before = _sidecar(self.home, stored)
        new, said = _compared(_standing(self.home, stored, before, touched), rows)
        if not new.num_rows and not said.num_rows:
            return stored
        said = _newest(before, said)
        start = _not_at_rest([file.rows for file in stored.files], new.num_rows, said.num_rows)
        if start < len(stored.files):
            above = said.filter(pc.greater_equal(said["file"], start))
            above = above.set_column(0, "file", pc.subtract(above["file"], pa.scalar(start, pa.int16())))
            old = together.read(together.Files([self.home / file.path for file in stored.files[start:]]), above)
            new = pa.concat_tables([old, new.select(old.column_names)])
        kept = [_dated(self.home, file, said, at) for at, file in enumerate(stored.files[:start])]
        added = [self._file(part, new)] if new.num_rows or not start else []
        files = tuple(file for file in (*kept, *added) if file.rows or not part.guests)
        return Stored(files, self._beside(part, said.filter(pc.less(said["file"], start)), stored, before))

    def keep(self, crosswalk: Mapping[str, pa.Table]) -> dict[str, str]:
        """Write the tables of the crosswalk; gives their paths from the home, for ``Version.crosswalk``."""
        paths = {name: str(self._folder / f"{name}.parquet") for name in crosswalk}
        for name, table in crosswalk.items():
            write_table(self.home / paths[name], table, random=("record_id", "same"))
        return paths

    def finish(self, version: Version, old: Version | None) -> Version:
        """Write the manifest; files that neither this version nor the one before names are removed.

        ``version.number``, ``version.crosswalk_crc32`` and ``version.before`` are filled in here.
        """
        sums = {name: file_crc32(self.home / path) for name, path in version.crosswalk.items()}
        done = replace(version, number=self.number, crosswalk_crc32=sums)
        done = replace(done, before=tuple(sorted(old.paths - done.paths)) if old else ())
        write_json(self.home / MANIFEST, asdict(done))
        _remove_all_but(self.home, done.paths | set(done.before))
        return done

    @property
    def between(self) -> Path:
        """A folder for what tasks that make this version hand on to each other; it is no part of the version."""
        return self.home / self._folder / "between"

    @property
    def _folder(self) -> Path:
        return Path("events") / f"{self.number:06d}"

    def _file(self, part: Part, rows: pa.Table) -> StoredFile:
        rows = rows.take(pa.array(together.in_order(rows))).combine_chunks()  # how they came is not to be seen in bytes
        path = self._folder / part.kind / f"{'guests' if part.guests else 'bucket'}-{part.bucket:04d}.parquet"
        written = _write(self.home / path, rows)
        loads = pc.min_max(rows["load"]).as_py()
        first, last = _days(rows["known_on"])
        return StoredFile(
            part.kind, part.bucket, str(path), rows.num_rows, part.guests, written.bytes, first, last, loads["min"],
            loads["max"], written.crc32,
        )  # fmt: skip

    def _beside(self, part: Part, said: pa.Table, stored: Stored, before: pa.Table) -> Sidecar | None:
        if not said.num_rows:
            return None
        if said.equals(before):
            return stored.sidecar
        path = self._folder / part.kind / f"{'guests' if part.guests else 'bucket'}-{part.bucket:04d}-sidecar.parquet"
        written, gone = _write(self.home / path, said), int(_gone(said).sum())
        return Sidecar(
            part.kind, part.bucket, str(path), said.num_rows, written.bytes, gone, part.guests, written.crc32
        )


@contextmanager
def drafted(home: Path, number: int) -> Iterator[Draft]:
    """A draft of a version; where it is not finished, for whatever reason, its files are removed."""
    folder = home / "events" / f"{number:06d}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Draft(home, number)
    except BaseException:
        if not _is_current(home, number):  # it may be, where what comes after its manifest fails
            shutil.rmtree(folder, ignore_errors=True)
        raise


def write(
    home: Path,
    version: Version,
    tables: Mapping[tuple[str, int], pa.Table],
    crosswalk: Mapping[str, pa.Table],
) -> Version:
    """Write a version of which all stands in tables, by record kind and bucket, one after the other; see `Draft`."""
    with drafted(home, version.number) as draft:
        parts = [draft.write(Part(*of), with_superseded(tables[of])) for of in sorted(tables)]
        files = tuple(file for part in parts for file in part.files)
        return draft.finish(replace(version, files=files, crosswalk=draft.keep(crosswalk)), None)


def known_between(files: Iterable[StoredFile]) -> tuple[str | None, str | None]:
    """The first and last day on which a row of some files became known."""
    files = list(files)
    first = [file.first_known for file in files if file.first_known is not None]
    last = [file.last_known for file in files if file.last_known is not None]
    return min(first, default=None), max(last, default=None)


def _write(path: Path, table: pa.Table) -> Written:
    """Write a Parquet file to be read a few columns at a time, and say what was written; the choice is measured.

    Record ids are random: nothing shortens them. Numbers that increase are told by their differences, and of the
    others each distinct one once, as long as they are few. LZ4 is nearly as quick to read as nothing, at half the size.
    """
    fields = {field.name: field.type for field in table.schema}
    random = {name for name, kind in fields.items() if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind)}
    written = []

    def fill(file: BinaryIO) -> None:
        through = Summed(file)
        pq.write_table(
            table,
            through,
            compression={name: "none" if name in random else "lz4" for name in fields},
            use_dictionary=[name for name in fields if name not in random and name not in INCREASING],
            column_encoding={name: "DELTA_BINARY_PACKED" for name in INCREASING if name in fields},
            write_statistics=[name for name in fields if name not in random],
        )
        written.append(Written(through.bytes, through.crc32))

    write_file(path, fill)
    return written[0]


def _sidecar(home: Path, stored: Stored) -> pa.Table:
    if stored.sidecar is None:
        return together.SIDECAR.empty_table()
    return _read(home / stored.sidecar.path, stored.sidecar.part).cast(together.SIDECAR)


def _standing(home: Path, stored: Stored, sidecar: pa.Table, touched: pa.Array) -> pa.Table:
    """The rows that hold of touched records: what each is known by, its file, its place in it, and its day."""
    empty = pa.table({name: pa.array([], pa.int64()) for name in ("file", "at")})
    tables = []
    for nth, file in enumerate(stored.files if len(touched) else ()):
        ids = _read(home / file.path, file.part, ["record_id"])["record_id"]
        at = np.flatnonzero(pc.is_in(ids.cast(touched.type), value_set=touched).to_numpy())
        if len(at):
            rows = _read(home / file.path, file.part, ["record_id", *ROW, SUPERSEDED_ON]).take(pa.array(at))
            own = _of_file(sidecar, nth)
            places, days = whole(own["row"]), own[SUPERSEDED_ON]
            rows = rows.append_column("file", pa.array(np.full(len(at), nth)))
            tables.append(_overridden(rows.append_column("at", pa.array(at)), places, days))
    return pa.concat_tables(tables) if tables else empty


def _overridden(rows: pa.Table, places: Any, days: pa.ChunkedArray) -> pa.Table:
    """Rows with the days that a sidecar tells of their places, without those that are gone."""
    if not len(places):
        return rows
    said = dict(zip(places.tolist(), days.cast(pa.int32()).to_pylist(), strict=True))
    old = zip(whole(rows["at"]).tolist(), rows[SUPERSEDED_ON].cast(pa.int32()).to_pylist(), strict=True)
    now = pa.array([said.get(at, day) for at, day in old], pa.int32())
    rows = rows.set_column(rows.column_names.index(SUPERSEDED_ON), SUPERSEDED_ON, now.cast(pa.date32()))
    return rows.filter(pc.fill_null(pc.not_equal(now, together.GONE), fill_value=True))


def _compared(standing: pa.Table, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows that do not stand yet, and what is to be said of those that do, as ``SIDECAR``."""
    if not standing.num_rows:
        return rows, together.SIDECAR.empty_table()
    stood = dict(zip(_keys(standing), _ints(standing, "file", "at", SUPERSEDED_ON), strict=True))
    new, said = [], []
    for nth, (key, (day,)) in enumerate(zip(_keys(rows), _ints(rows, SUPERSEDED_ON), strict=True)):
        file, at, before = stood.pop(key, (None, None, None))
        if file is None:
            new.append(nth)
        elif before != day:
            said.append((file, at, day))
    said += [(file, at, together.GONE) for file, at, _ in stood.values()]
    columns = zip(*said, strict=True) if said else ([], [], [])
    types = (pa.int16(), pa.int64(), pa.int32())
    arrays = [pa.array(list(values), kind) for values, kind in zip(columns, types, strict=True)]
    told = pa.table([*arrays[:2], arrays[2].cast(pa.date32())], schema=together.SIDECAR)
    return rows.take(pa.array(new, pa.int64())), told


def _keys(table: pa.Table) -> Iterator[tuple[bytes, tuple[Any, ...]]]:
    return zip(table["record_id"].to_pylist(), _ints(table, *ROW), strict=True)


def _ints(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    """Rows of some columns, days as whole numbers."""
    columns = [table[name] for name in names]
    columns = [c.cast(pa.int32()) if pa.types.is_date32(c.type) else c for c in columns]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def _newest(before: pa.Table, said: pa.Table) -> pa.Table:
    """Of what was ever said of a row the last, ordered by file and row."""
    both = pa.concat_tables([before, said])
    keys = np.stack([whole(both["file"]), whole(both["row"])])[:, ::-1]
    _, last = np.unique(keys, axis=1, return_index=True)
    return both.take(pa.array(both.num_rows - 1 - last))


def _not_at_rest(files: Sequence[int], new: int, said: int) -> int:
    """The first of the files, by their rows, that is put together with what comes after it; see the module."""
    after = np.cumsum([new, *reversed(files)])[-2::-1]
    if files[0] < FEW or files[0] * ADDED < after[0] + said:
        return 0
    return next((at for at in range(1, len(files)) if files[at] < max(FEW, TIMES * after[at])), len(files))


def _dated(home: Path, file: StoredFile, said: pa.Table, nth: int) -> StoredFile:
    """A file with the days between which what still holds of it became known."""
    own = _of_file(said, nth)
    gone = whole(own["row"])[_gone(own)]
    if not len(gone):
        return file
    held = np.ones(file.rows, bool)
    held[gone] = False
    first, last = _days(_read(home / file.path, file.part, ["known_on"])["known_on"].filter(pa.array(held)))
    return replace(file, first_known=first, last_known=last)


def _of_file(sidecar: pa.Table, nth: int) -> pa.Table:
    return sidecar.filter(pc.equal(sidecar["file"], pa.scalar(nth, pa.int16())))


def _gone(sidecar: pa.Table) -> Any:
    days = sidecar[SUPERSEDED_ON].cast(pa.int32())
    return pc.fill_null(pc.equal(days, together.GONE), fill_value=False).to_numpy()


def _days(known_on: pa.ChunkedArray) -> tuple[str | None, str | None]:
    first, last = (day and day.isoformat() for day in pc.min_max(known_on).as_py().values())
    return first, last


def _read(path: Path, part: Part, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowException):
        raise part.unreadable() from None


def _is_current(home: Path, number: int) -> bool:
    version = current(home)
    return version is not None and version.number == number


def _remove_all_but(home: Path, kept: set[str]) -> None:
    """Remove files that no version names, and folders that hold none."""
    events = home / "events"
    named = {home / path for path in kept} | {home / MANIFEST}
    for path in sorted(events.rglob("*"), reverse=True):  # what a folder holds comes before it
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()
            elif path not in named:
                path.unlink()
