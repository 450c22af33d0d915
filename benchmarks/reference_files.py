"""The reference work's files in a folder: event tables for its peers, and the event store of the same records.

``delivered/<kind>/<delivery>.parquet`` is sorted by time of knowledge: the first delivery holds all that was known
before the others began, each of the others what became known in a month. ``laid_out/<kind>/<bucket>.parquet`` holds the
same rows as the event store would: whole households a file, by person and time. ``home/`` is a home with an event
store. Everything goes through small files a piece and kind, so that no more than a piece, or a month of one kind, is in
memory at once.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.reference_people import BEGINS, MAKERS, Piece
from riskscreen.eventstore.landing import FIXED
from riskscreen.eventstore.store import Version
from riskscreen.eventstore.writing import write

FORMAT = 4  # of the files: another one makes them anew
DELIVERIES = 42  # the history, the months in which records happened, and those in which they still become known
ROW_GROUP = 500_000


@dataclass(frozen=True)
class Size:
    """How many people, in how many buckets of the event store."""

    people: int
    buckets: int
    seed: int = 1


SIZES = {"XS": Size(2_000, 2), "S": Size(50_000, 2), "M": Size(500_000, 12), "L": Size(5_000_000, 120)}


@dataclass(frozen=True)
class Files:
    """The files of a size: ``events`` without corrections, and what it cost to write the event store of them."""

    folder: Path
    size: Size
    events: int
    store_cpu_s: float
    store_wall_s: float
    store_bytes: int
    table_bytes: int

    @property
    def home(self) -> Path:
        """A home with the event store."""
        return self.folder / "home"

    def delivered(self, kind: str) -> str:
        """A pattern of the files of a kind, as agencies deliver them."""
        return str(self.folder / "delivered" / kind / "*.parquet")

    def laid_out(self, kind: str, bucket: int) -> str:
        """The file of a kind and bucket."""
        return str(self.folder / "laid_out" / kind / f"{bucket:04d}.parquet")


def files(folder: Path, size: Size) -> Files:
    """The files of a size in a folder; made where it does not hold them whole."""
    complete = folder / "complete.json"
    asked = {"format": FORMAT, **asdict(size)}
    if complete.is_file():
        said = json.loads(complete.read_text(encoding="utf-8"))
        if said.pop("asked") == asked:
            return Files(folder, size, **said)
    shutil.rmtree(folder, ignore_errors=True)
    said = _make(folder, size)
    complete.write_text(json.dumps({"asked": asked, **said}), encoding="utf-8")
    return Files(folder, size, **said)


def _make(folder: Path, size: Size) -> dict[str, Any]:
    spilled = folder / "pieces"
    events = sum(_spill(spilled, _piece(size, bucket)) for bucket in range(size.buckets))
    for kind in MAKERS:
        numbers = _deliver(spilled, kind, folder / "delivered" / kind)
        _lay_out(spilled, kind, folder / "laid_out" / kind, numbers)
    cpu, wall = time.process_time(), time.perf_counter()
    _write_store(folder / "home", size, Spilled(spilled, size.buckets))
    spent = {"store_cpu_s": time.process_time() - cpu, "store_wall_s": time.perf_counter() - wall}
    shutil.rmtree(spilled)
    told = {name: _bytes(folder / below) for name, below in (("store_bytes", "home"), ("table_bytes", "delivered"))}
    return {"events": events, **{name: round(seconds, 1) for name, seconds in spent.items()}, **told}


def _piece(size: Size, bucket: int) -> Piece:
    print(f"piece {bucket + 1} of {size.buckets}", file=sys.stderr)
    return Piece(size.seed, bucket, size.buckets, size.people // size.buckets)


def _spill(folder: Path, piece: Piece) -> int:
    """Write a piece's tables, a batch a delivery: how many records they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    records = 0
    for kind, table in piece.tables().items():
        ends = np.searchsorted(_delivery(table), np.arange(DELIVERIES), side="right")
        begins = np.concatenate([[0], ends[:-1]])
        (whole,) = table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(_place(folder, kind, piece.bucket), table.schema, options=options) as writer:
            for begin, end in zip(begins, ends, strict=True):
                writer.write_batch(whole.slice(begin, end - begin))
        records += pc.sum(pc.equal(table["version"], 1)).as_py() or 0
    return records


def _delivery(table: pa.Table) -> Any:
    """The delivery with which each row came: months since records are made, all before being the first."""
    month = table["known_on"].to_numpy().astype("datetime64[M]").astype(np.int64)
    first = np.int64(BEGINS).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.clip(month - first + 1, 0, DELIVERIES - 1)


def _deliver(spilled: Path, kind: str, folder: Path) -> Any:
    """Write the deliveries of a kind; records are numbered in the order in which they became known: their numbers."""
    folder.mkdir(parents=True)
    pieces = _pieces(spilled, kind)
    numbers = np.zeros(_records(spilled, kind, pieces), np.int64)
    first = 0
    for delivery in range(DELIVERIES):
        whole = pa.Table.from_batches([piece.get_batch(delivery) for piece in pieces]).unify_dictionaries()
        whole = whole.take(np.argsort(whole["known_on"].to_numpy(), kind="stable"))
        record, new = whole["record"].to_numpy(), whole["version"].to_numpy() == 1
        numbers[record[new]] = first + np.arange(new.sum())
        first += int(new.sum())
        _write(folder / f"{delivery:02d}.parquet", whole, numbers)
    return numbers


def _lay_out(spilled: Path, kind: str, folder: Path, numbers: Any) -> None:
    """Write a file a bucket, by person and time."""
    folder.mkdir(parents=True)
    for bucket, piece in enumerate(_pieces(spilled, kind)):
        whole = piece.read_all()
        _write(folder / f"{bucket:04d}.parquet", whole.take(_by_person(whole)), numbers)


def _by_person(table: pa.Table) -> Any:
    return np.lexsort([table[name].to_numpy() for name in ("known_on", "happened_on", "person")])


def _pieces(spilled: Path, kind: str) -> list[Any]:
    return [pa.ipc.open_file(pa.memory_map(str(path))) for path in sorted(spilled.glob(f"{kind}-*.arrow"))]


def _write(path: Path, table: pa.Table, numbers: Any) -> None:
    numbered = table.set_column(0, "record", pa.array(numbers[table["record"].to_numpy()]))
    numbered = numbered.cast(_plain(numbered.schema))
    words = [field.name for field in numbered.schema if pa.types.is_string(field.type)]
    whole = {field.name: "DELTA_BINARY_PACKED" for field in numbered.schema if pa.types.is_integer(field.type)}
    pq.write_table(
        numbered, path, row_group_size=ROW_GROUP, compression="zstd", use_dictionary=words, column_encoding=whole
    )


def _records(spilled: Path, kind: str, pieces: list[Any]) -> int:
    """One more than the largest number of a record among the pieces."""
    columns = [piece.read_all()["record"] for piece in pieces]
    return 1 + max((pc.max(column).as_py() or 0 for column in columns), default=0)


def _plain(schema: pa.Schema) -> pa.Schema:
    return pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema])


def _place(folder: Path, kind: str, bucket: int) -> str:
    return str(folder / f"{kind}-{bucket:04d}.arrow")


@dataclass(frozen=True)
class Spilled(Mapping[tuple[str, int], pa.Table]):
    """The tables of the event store by kind and bucket, each made when it is asked for."""

    folder: Path
    buckets: int

    def __getitem__(self, key: tuple[str, int]) -> pa.Table:
        kind, bucket = key
        return stored(kind, pa.ipc.open_file(pa.memory_map(_place(self.folder, kind, bucket))).read_all())

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return ((kind, bucket) for kind in MAKERS for bucket in range(self.buckets))

    def __len__(self) -> int:
        return len(MAKERS) * self.buckets


def stored(kind: str, table: pa.Table) -> pa.Table:
    """A piece's records as the event store keeps them: by person and time."""
    order = _by_person(table)
    columns = {name: table[name].to_numpy() for name in ("record", "version")}
    count = len(order)
    delivery = _delivery(table)[order].astype(np.int32)
    fixed = {
        "record_id": _ids(columns["record"][order], list(MAKERS).index(kind)),
        "load": delivery,
        "row": columns["record"][order] * 2 + columns["version"][order] - 1,
        "household": pa.nulls(count, pa.int64()),
        "ends_on": pa.nulls(count, pa.date32()),
        "void_on": pa.nulls(count, pa.date32()),
    }
    own = table.cast(_plain(table.schema)).take(order)
    values = [name for name in own.column_names if name not in (*FIXED.names, "record", "version")]
    names = [*(name for name in FIXED.names if name != "collective"), *values]
    names.insert(2, "void_on")
    return pa.table({name: own[name] if name in own.column_names else fixed[name] for name in names})


def _ids(record: Any, kind: int) -> pa.Array:
    """16 bytes a record in which no pattern is found, as those that ingest makes."""
    bits = np.empty((len(record), 2), np.uint64)
    for at in range(2):
        mixed = record.astype(np.uint64) + np.uint64((2 * kind + at + 1) << 40)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 0x9E3779B97F4A7C15)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        bits[:, at] = mixed
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(record), [None, pa.py_buffer(bits.tobytes())])


def _write_store(home: Path, size: Size, tables: Mapping[tuple[str, int], pa.Table]) -> None:
    first, last = (np.datetime64(BEGINS + days, "D").astype(object).isoformat() for days in (-4300, 1300))
    version = Version(1, "made up", size.buckets, size.people, first, last, {}, ())
    write(home, version, tables, {})


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
