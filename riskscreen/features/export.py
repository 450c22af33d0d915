"""Features as Parquet: ``entity_id, as_of, <signal>…``; one file, or one a bucket where no process holds them all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256, place, write_table
from riskscreen.eventstore.store import EventStore
from riskscreen.features.local import compute, compute_each, last_record_ids
from riskscreen.features.sets import FeatureSet
from riskscreen.runners import Progress, Runner


@dataclass(frozen=True)
class _Named:
    """How a table of features is told to the outside: ``kinds`` are those of which the last record's id is told."""

    store: EventStore
    as_ofs: tuple[date, ...]
    kinds: tuple[str, ...]

    def table(self, features: pa.Table, buckets: Iterable[int]) -> pa.Table:
        if self.kinds:
            found = last_record_ids(self.store, buckets, self.as_ofs, self.kinds)
            keys = zip(features["as_of"].to_pylist(), features["person"].to_pylist(), strict=True)
            features = features.append_column("record_id", pa.array([found.get(key) for key in keys], pa.string()))
        names = pc.take(self.store.crosswalk("persons")["entity_id"], features["person"])
        return features.set_column(0, "entity_id", names)


def export(
    store: EventStore,
    deployment: Deployment,
    as_ofs: Sequence[date],
    out: Path,
    record_ids_of: str | None = None,
    progress: Progress | None = None,
) -> tuple[Path, int]:
    """Write every declared signal of everybody on each day to one file; returns it and its number of rows.

    ``record_ids_of`` names a feed: the column ``record_id`` then holds, in hexadecimal, each person's latest visible
    record of it. Raises ``CallerError`` for a day before any record was known.
    """
    named = _named(store, deployment, as_ofs, record_ids_of)
    table = compute(store, as_ofs, FeatureSet(deployment, tuple(deployment.signals)), progress)
    path = out / "features.parquet"
    write_table(path, named.table(table, store.buckets()))
    return path, table.num_rows


def export_parts(
    store: EventStore,
    deployment: Deployment,
    as_ofs: Sequence[date],
    out: Path,
    record_ids_of: str | None = None,
    progress: Progress | None = None,
    *,
    runner: Runner,
) -> tuple[list[str], int]:
    """Write the same to a file a bucket, ``part-<bucket>.parquet``, where it was made; returns hashes and rows.

    Raises ``HomeError`` where a file that was written is not seen here.
    """
    named = _named(store, deployment, as_ofs, record_ids_of)
    wanted = FeatureSet(deployment, tuple(deployment.signals))
    written = compute_each(store, as_ofs, wanted, partial(_write_part, named, out), progress, runner=runner)
    for bucket in store.buckets():
        if not _part(out, bucket).is_file():
            raise HomeError(f"{place(_part(out, bucket))} was written elsewhere: give a folder that all machines share")
    return [sha256 for sha256, _ in written], sum(rows for _, rows in written)


def _named(store: EventStore, deployment: Deployment, as_ofs: Sequence[date], record_ids_of: str | None) -> _Named:
    for as_of in as_ofs:
        store.check_covers(as_of)
    records = deployment.feeds[record_ids_of].records if record_ids_of is not None else ()
    return _Named(store, tuple(as_ofs), tuple(kind.name for kind in records))


def _part(out: Path, bucket: int) -> Path:
    return out / f"part-{bucket:04d}.parquet"


def _write_part(named: _Named, out: Path, bucket: int, days: Iterable[pa.Table]) -> tuple[str, int]:
    features = pa.concat_tables(days)
    write_table(_part(out, bucket), named.table(features, [bucket]))
    return file_sha256(_part(out, bucket)), features.num_rows
