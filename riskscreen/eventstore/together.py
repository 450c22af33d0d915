"""A part of the event store, read from its files as if it were one: in order, and without rows that hold no longer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.eventstore.superseding import NEVER, SUPERSEDED_ON

Whole = npt.NDArray[np.int64]

# In a sidecar: which file of the part, in their order, which row of it, and from which day on that is superseded.
SIDECAR = pa.schema([("file", pa.int16()), ("row", pa.int64()), (SUPERSEDED_ON, pa.date32())])
GONE = np.iinfo(np.int32).min  # as a day: of a row that holds no longer, superseded before anything was known
ORDER = ("person", "happened_on", "known_on", "load", "row")
DECIDES = 3  # how many columns of the order nearly always do: the others are read where they do not


def read(
    paths: Sequence[Path],
    said: pa.Table | None = None,
    columns: Sequence[str] | None = None,
    later: Sequence[bool] | None = None,
) -> pa.Table:
    """The rows that hold, in their order, with the columns asked for (default: all) and ``superseded_on``.

    Where columns are asked for, texts come as codes and their dictionary.

    ``later`` says of each file whether all its rows are of later loads than those of the files before it (default: not
    known): rows that tie in the first columns of the order then come in that of their files. Raises what pyarrow
    raises.
    """
    schema = pq.read_schema(paths[0])
    names = schema.names if columns is None else list(dict.fromkeys((*columns, SUPERSEDED_ON)))
    coded = [] if columns is None else [name for name in names if pa.types.is_string(schema.field(name).type)]
    keys = [name for name in ORDER[:DECIDES] if len(paths) > 1 and name not in names]
    tables = [_columns(path, [*names, *keys], coded) for path in paths]
    files = _begins(tables)
    table = pa.concat_tables(tables)
    superseded, gone = _told(table[SUPERSEDED_ON], files, said)
    if superseded is not None:
        table = table.set_column(table.column_names.index(SUPERSEDED_ON), SUPERSEDED_ON, superseded)
    if len(paths) > 1:
        in_doubt = np.array([not (later and later[at]) for at in range(len(paths))])
        return table.select(names).combine_chunks().take(pa.array(_order(paths, table, files, gone, in_doubt)))
    return table if gone is None else table.filter(pa.array(~gone))


def sidecar(path: Path) -> pa.Table:
    """A sidecar; raises what pyarrow raises."""
    return _columns(path, SIDECAR.names)


def in_order(table: pa.Table) -> Whole:
    """The places of a table's rows in the order of the store; those that tie are ordered by record and withdrawal."""
    keys = [whole(table[name]) for name in ORDER]
    order = np.lexsort(keys[::-1])
    later, earlier = order[1:], order[:-1]
    tied = np.ones(len(later), bool)
    for key in keys:
        tied &= key[later] == key[earlier]
    if tied.any():
        runs = np.concatenate([[0], np.cumsum(~tied)])
        among = np.flatnonzero(np.bincount(runs)[runs] > 1)
        rows = order[among]
        few = table.select(["record_id", "withdrawn"]).take(pa.array(rows))
        few = few.append_column("run", pa.array(runs[among]))
        by = [("run", "ascending"), ("record_id", "ascending"), ("withdrawn", "ascending")]
        order[among] = rows[pc.sort_indices(few, by).to_numpy()]
    return order


def whole(column: pa.ChunkedArray) -> Whole:
    """A column of whole numbers or days, without null."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.to_numpy(), np.int64)


def _columns(path: Path, names: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
    """Some columns of a file, read by this thread alone: other buckets are read beside it, by other processes."""
    with pq.ParquetFile(path, read_dictionary=list(coded)) as file:
        return file.read(list(names), use_threads=False).select(list(names))


def _begins(tables: Sequence[pa.Table]) -> Whole:
    """Where the rows of each file begin among those of all, and at last where they end."""
    return np.concatenate([[0], np.cumsum([table.num_rows for table in tables])]).astype(np.int64)


def _told(
    superseded: pa.ChunkedArray, files: Whole, said: pa.Table | None
) -> tuple[pa.Array | None, npt.NDArray[np.bool_] | None]:
    """What a sidecar changes of when rows are superseded (``None``: nothing), and which rows are gone."""
    if said is None or not said.num_rows:
        return None, None
    days = np.array(superseded.cast(pa.int32()).fill_null(NEVER).to_numpy())
    at = files[whole(said["file"])] + whole(said["row"])
    days[at] = said[SUPERSEDED_ON].cast(pa.int32()).fill_null(NEVER).to_numpy()
    gone = days == GONE
    return pa.array(days, pa.int32(), mask=days == NEVER).cast(pa.date32()), gone if gone.any() else None


def _order(
    paths: Sequence[Path],
    table: pa.Table,
    files: Whole,
    gone: npt.NDArray[np.bool_] | None,
    in_doubt: npt.NDArray[np.bool_],
) -> Whole:
    """The places, among all rows, of those that hold, in order."""
    held = np.ones(files[-1], bool) if gone is None else ~gone
    keys = [np.ascontiguousarray(whole(table[name])) for name in ORDER[:DECIDES]]
    order, tie = _merged_order(keys, held, files, in_doubt)
    if tie:
        last = pa.concat_tables([_columns(path, ORDER[DECIDES:]) for path in paths])
        keys += [whole(last[name]) for name in ORDER[DECIDES:]]
        order, _ = _merged_order(keys, held, files, in_doubt)
    return order


def _merged_order(
    keys: Sequence[Whole], held: npt.NDArray[np.bool_], files: Whole, in_doubt: npt.NDArray[np.bool_]
) -> tuple[Whole, bool]:
    """How to order by some keys, and whether rows tie of which the order of their files says nothing."""
    first = files[1]
    later = first + np.flatnonzero(held[first:])
    later = later[np.lexsort([key[later] for key in reversed(keys)])]
    new = np.stack([key[later] for key in keys])
    of_file = np.searchsorted(files, later, side="right") - 1
    return _merged(new, tuple(keys), held, later, of_file, in_doubt, first)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _sign(keys: Any, at: Any, new: Any, nth: Any) -> Any:
    """-1, 0 or 1: whether a row comes before a new one, ties with it, or comes after it."""
    for key in range(len(keys)):
        if keys[key][at] != new[key, nth]:
            return -1 if keys[key][at] < new[key, nth] else 1
    return 0


@numba.njit(cache=True, nogil=True)
def _ties_with_another_file(new: Any, of_file: Any, in_doubt: Any) -> Any:
    for nth in range(1, len(of_file)):
        one, other = of_file[nth - 1], of_file[nth]
        if one != other and (in_doubt[one] or in_doubt[other]) and (new[:, nth - 1] == new[:, nth]).all():
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _merged(new: Any, keys: Any, held: Any, later: Any, of_file: Any, in_doubt: Any, first: Any) -> Any:
    """Put the places ``later`` between the ``first`` ones; both are in the order of the keys."""
    order, done, at = np.empty(held.sum(), np.int64), 0, 0
    tie = _ties_with_another_file(new, of_file, in_doubt)
    for nth in range(len(later) + 1):
        while at < first:
            sign = -1 if nth == len(later) or not held[at] else _sign(keys, at, new, nth)
            if sign > 0:
                break
            tie |= sign == 0 and in_doubt[of_file[nth]]
            if held[at]:
                order[done] = at
                done += 1
            at += 1
        if nth < len(later):
            order[done] = later[nth]
            done += 1
    return order, tie
