"""A part of the event store as a year of days leaves it: of its rows, those that came last were added day by day."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.eventstore import writing
from riskscreen.eventstore.store import Part, Stored, StoredFile
from riskscreen.eventstore.superseding import SUPERSEDED_ON, whole, with_superseded

# A delivery's records come on as many days, by their ids: a made-up city delivers by the quarter.
QUARTER = 91


@dataclass(frozen=True)
class Arrived:
    """Rows, and on which of the last days each came; 0 is before the first of them. Each day is a load."""

    rows: pa.Table
    day: Any
    record: Any

    @classmethod
    def of(cls, rows: pa.Table, days: int) -> "Arrived":
        """Rows of a part. All versions of a record come as many days after they became known."""
        record = rows["record_id"].combine_chunks().dictionary_encode()
        ids, number = record.dictionary.to_pylist(), record.indices.to_numpy()
        later = np.array([int.from_bytes(each[:4], "big") % QUARTER for each in ids], np.int64)
        day = whole(rows["known_on"]) + later[number] if len(rows) else np.zeros(0, np.int64)
        day = np.maximum(day - day.max(initial=0) + days, 0)
        at = rows.column_names.index("load")
        rows = rows.set_column(at, rows.schema.field(at), pa.array(day + 1).cast(pa.int32()))
        return cls(rows.drop_columns([SUPERSEDED_ON]), day, number)

    def by(self, day: int) -> tuple[pa.Table, pa.Array]:
        """What is told by the end of a day of the records that came on it, and those of them that were there before."""
        told = np.isin(self.record, self.record[self.day == day]) & (self.day <= day)
        old = told & (self.day < day)
        ids = self.rows["record_id"].combine_chunks().filter(pa.array(old)).unique()
        return with_superseded(self.rows.filter(pa.array(told))), ids


def stored(home: Path, part: Part, rows: pa.Table, days: int) -> Stored:
    """A part of some rows, written below a home and then added to on as many days, as links do."""
    arrived = Arrived.of(rows, days)
    before = arrived.rows.filter(pa.array(arrived.day == 0))
    made = writing.Draft(home, 1).write(part, with_superseded(before))
    for day in np.unique(arrived.day[arrived.day > 0]).tolist():
        made = writing.Draft(home, 1 + day).add(part, made, *arrived.by(day))
    return made


def copied(made: Stored, home: Path, to: Path, bucket: int, shifted: Any) -> Stored:
    """The same files as those of another bucket, below another home, with rows as ``shifted`` makes them."""
    files: list[StoredFile] = []
    for file in made.files:
        path = f"events/000001/{file.kind}/bucket-{bucket:04d}-{len(files)}.parquet"
        written = writing._write(to / path, shifted(pq.read_table(home / file.path)))
        files.append(replace(file, bucket=bucket, path=path, bytes=written.bytes, crc32=written.crc32))
    if made.sidecar is None:
        return Stored(tuple(files))
    path = f"events/000001/{made.sidecar.kind}/bucket-{bucket:04d}-sidecar.parquet"
    (to / path).write_bytes((home / made.sidecar.path).read_bytes())
    return Stored(tuple(files), replace(made.sidecar, bucket=bucket, path=path))
