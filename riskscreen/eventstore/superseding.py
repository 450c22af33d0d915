"""From which day on a version of a record is superseded: the day on which a newer one is known."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]
SUPERSEDED_ON = "superseded_on"
NEVER = np.iinfo(np.int32).max  # as a day: later than any that a date32 of ours holds


def superseded_on(table: pa.Table) -> pa.Array:
    """For each row (a version of a record about a person) the first day on which a newer one is known; null: never.

    ``table`` has ``record_id, person, known_on, load, row``. Versions are those of one record and person, the newest
    the one of the greatest (known_on, load, row), and the first in the table of those that tie. A version that is
    superseded on the day on which it is known was never visible.
    """
    days = _superseded(table)
    return pa.array(days.astype(np.int32), pa.int32(), mask=days == NEVER).cast(pa.date32())


def _superseded(table: pa.Table) -> Whole:
    days = np.full(table.num_rows, NEVER, np.int64)
    coded = _coded(table["record_id"])
    several = np.flatnonzero(np.bincount(coded)[coded] > 1) if len(coded) else coded
    if not len(several):  # most records have one version, and only the others are sorted
        return days
    versions = table.select(["person", "known_on", "load", "row"]).take(pa.array(several))
    person, known_on, load, row = (whole(column) for column in versions.columns)
    coded = coded[several]
    order = np.lexsort((-np.arange(len(several)), row, load, known_on, coded, person))
    older, newer = order[:-1], order[1:]
    same = (person[newer] == person[older]) & (coded[newer] == coded[older])
    days[several[older[same]]] = known_on[newer[same]]
    return days


def _coded(ids: pa.ChunkedArray) -> Whole:
    """A number for each id; equal ids have equal ones."""
    chunk: Any = ids.combine_chunks()
    return np.asarray(chunk.dictionary_encode().indices.to_numpy(zero_copy_only=False), np.int64)


def whole(column: pa.ChunkedArray) -> Whole:
    """A column of whole numbers or days, without null."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.to_numpy(), np.int64)


def with_superseded(table: pa.Table) -> pa.Table:
    """A table with the column ``superseded_on``, without the versions that no day sees; see :func:`superseded_on`."""
    days = superseded_on(table)
    seen = pc.fill_null(pc.less(table["known_on"], days), fill_value=True)
    table = table.append_column(SUPERSEDED_ON, days)
    return table if pc.all(seen).as_py() else table.filter(seen)
