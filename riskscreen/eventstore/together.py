"""A part of the event store, read from its files as if it were one: in order, and without rows that hold no longer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.eventstore import between
from riskscreen.eventstore.superseding import NEVER, SUPERSEDED_ON, whole

Whole = npt.NDArray[np.int64]

# In a sidecar: which file of the part, in their order, which row of it, and from which day on that is superseded.
SIDECAR = pa.schema([("file", pa.int16()), ("row", pa.int64()), (SUPERSEDED_ON, pa.date32())])
GONE = np.iinfo(np.int32).min  # as a day: of a row that holds no longer, superseded before anything was known
ORDER = ("person", "happened_on", "known_on", "load", "row")
DECIDES = 3  # how many columns of the order nearly always do: the others are read where they do not


@dataclass(frozen=True)
class Files:
    """The files of a part, oldest first, of which the rows are read of some people (``None``: of everybody).

    ``later`` says of each file whether all its rows are of later loads than those of the files before it (default: not
    known): rows that tie in the first columns of the order then come in that of their files.
    """

    paths: Sequence[Path]
    people: pa.Array | None = None
    later: Sequence[bool] = ()
    _theirs: dict[int, npt.NDArray[np.bool_]] = field(default_factory=dict, init=False)  # which rows of each file

    def columns(self, nth: int, names: Sequence[str] | None) -> pa.Table:
        """Some columns of a file, texts among them as codes; all (``None``) as they are."""
        if self.people is None:
            return _columns(self.paths[nth], names)
        table = _columns(self.paths[nth], None if names is None else list(dict.fromkeys((*names, "person"))))
        theirs = pc.is_in(table["person"], value_set=self.people)
        self._theirs[nth] = theirs.to_numpy()
        return table.select(list(names or table.column_names)).filter(theirs).combine_chunks()

    def said(self, sidecar: pa.Table | None) -> pa.Table:
        """What a sidecar says of the rows that were read, of every file, by their place among those."""
        said = SIDECAR.empty_table() if sidecar is None else sidecar
        if self.people is None or not said.num_rows:
            return said
        theirs = np.concatenate([self._theirs[nth] for nth in range(len(self.paths))])
        begins = _begins([len(self._theirs[nth]) for nth in range(len(self.paths))])
        file, places = whole(said["file"]), np.append(0, np.cumsum(theirs))
        at = begins[file] + whole(said["row"])
        said = said.set_column(1, "row", pa.array(places[at] - places[begins[file]]))
        return said.filter(pa.array(theirs[at]))

    @property
    def in_doubt(self) -> npt.NDArray[np.bool_]:
        """Of each file whether rows of it that tie with others come behind them is not known."""
        return np.array([not (self.later and self.later[nth]) for nth in range(len(self.paths))])


def read(files: Files, sidecar: pa.Table | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows that hold, in their order, with the columns asked for (default: all) and ``superseded_on``.

    Where columns are asked for, texts come as codes and their dictionary. Raises what pyarrow raises.
    """
    count = len(files.paths)
    names = None if columns is None else list(dict.fromkeys((*columns, SUPERSEDED_ON)))
    keys = ORDER[:DECIDES] if count > 1 else ()
    wanted = None if names is None else list(dict.fromkeys((*names, *keys)))
    first, *others = [files.columns(nth, wanted) for nth in range(count)]
    said = files.said(sidecar)
    if not others and not said.num_rows:
        return first
    of_first, of_others = _of_first(said)
    begins = _begins([first.num_rows, *(table.num_rows for table in others)])
    new, gone = _told(pa.concat_tables([first.slice(0, 0), *others]), begins[1:] - begins[1], of_others)
    order, before = _between(files, first, (new, gone, begins), _gone(of_first))
    runs = between.Runs.of(first.num_rows, before, _gone(of_first))
    changed = {SUPERSEDED_ON: (whole(of_first["row"]), of_first[SUPERSEDED_ON])}
    names = names or first.column_names
    return between.put(first.select(names), new.select(names).take(pa.array(order)), runs, changed)


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


def _columns(path: Path, names: Sequence[str] | None) -> pa.Table:
    """Some columns of a file, texts as codes, or all (``None``) as they are.

    They are read by this thread alone: other buckets are read beside it, by other processes.
    """
    if names is None:
        return pq.read_table(path, use_threads=False)
    with pq.ParquetFile(path, read_dictionary=list(names), pre_buffer=False) as file:  # which it does with texts alone
        return file.read(list(names), use_threads=False).select(list(names))


def _begins(rows: Sequence[int]) -> Whole:
    """Where the rows of each file begin among those of all, and at last where they end."""
    return np.concatenate([[0], np.cumsum(rows)]).astype(np.int64)


def _of_first(said: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What a sidecar says of the rows of the first file, and of those of the others, which are then numbered from 0."""
    if not said.num_rows:
        return said, said
    first = pc.equal(said["file"], pa.scalar(0, pa.int16()))
    others = said.filter(pc.invert(first))
    return said.filter(first), others.set_column(0, "file", pc.subtract(others["file"], pa.scalar(1, pa.int16())))


def _gone(said: pa.Table) -> Whole:
    """The rows, of one file, that hold no longer."""
    if not said.num_rows:
        return np.zeros(0, np.int64)
    return whole(said.filter(pc.equal(said[SUPERSEDED_ON].cast(pa.int32()), GONE))["row"])


def _told(table: pa.Table, files: Whole, said: pa.Table) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """Rows of files with what a sidecar says of when they are superseded, and which of them are gone."""
    if not said.num_rows:
        return table, np.zeros(table.num_rows, bool)
    days = np.array(table[SUPERSEDED_ON].cast(pa.int32()).fill_null(NEVER).to_numpy())
    at = files[whole(said["file"])] + whole(said["row"])
    days[at] = said[SUPERSEDED_ON].cast(pa.int32()).fill_null(NEVER).to_numpy()
    superseded = pa.array(days, pa.int32(), mask=days == NEVER).cast(pa.date32())
    return table.set_column(table.column_names.index(SUPERSEDED_ON), SUPERSEDED_ON, superseded), days == GONE


def _between(
    files: Files, first: pa.Table, others: tuple[pa.Table, npt.NDArray[np.bool_], Whole], gone: Whole
) -> tuple[Whole, Whole]:
    """The rows of other files that hold, in order, and before which row of the first file each of them comes.

    ``others`` are those rows, which of them are gone, and where each file's rows begin; ``gone`` those of the first.
    """
    new, no_longer, begins = others
    held = np.flatnonzero(~no_longer)
    of_file = np.searchsorted(begins, held + begins[1], side="right") - 1
    keys = [(_int(first[name]), _int(new[name])[held]) for name in ORDER[:DECIDES]]
    order, before, tie = _merged(keys, of_file, files.in_doubt, gone)
    if tie:
        last = [files.columns(nth, ORDER[DECIDES:]) for nth in range(len(files.paths))]
        rest = pa.concat_tables(last[1:])
        keys += [(_int(last[0][name]), _int(rest[name])[held]) for name in ORDER[DECIDES:]]
        order, before, _ = _merged(keys, of_file, files.in_doubt, gone)
    return held[order], before


def _merged(
    keys: Sequence[tuple[Any, Any]], of_file: Whole, in_doubt: npt.NDArray[np.bool_], gone: Whole
) -> tuple[Whole, Whole, bool]:
    """How to order new rows, before which old one each comes, and whether rows tie whose files' order says nothing."""
    several = len(of_file) > 0 and of_file[0] != of_file[-1]
    order = np.lexsort([new for _, new in reversed(keys)]) if several else np.arange(len(of_file))  # a file has it
    (old_person, person), *rest = [(old, new[order]) for old, new in keys]
    if not len(order):
        return order, np.zeros(0, np.int64), False
    new = np.stack([values.astype(np.int64) for _, values in rest])
    end = np.searchsorted(old_person, person, side="right")
    before, tie = _places(
        (old_person, person), tuple(_alike([old for old, _ in rest])), new, end, in_doubt[of_file[order]], gone
    )
    same = (person[1:] == person[:-1]) & (new[:, 1:] == new[:, :-1]).all(axis=0)
    one, other = of_file[order[1:]], of_file[order[:-1]]
    return order, before, bool(tie or (same & (one != other) & (in_doubt[one] | in_doubt[other])).any())


def _alike(columns: Sequence[Any]) -> Sequence[Any]:
    """Columns of one type, for compiled code: of days alone as they are."""
    kinds = {column.dtype for column in columns}
    return columns if len(kinds) == 1 else [column.astype(np.int64) for column in columns]


def _int(column: pa.ChunkedArray) -> Any:
    """A column of whole numbers or days, without null, as it is read."""
    return (column.cast(pa.int32()) if pa.types.is_date32(column.type) else column).to_numpy()


@numba.njit(cache=True, nogil=True)
def _places(person: Any, keys: Any, new: Any, end: Any, in_doubt: Any, gone: Any) -> Any:
    """Before which old row each new one comes, those that tie behind the old one; ``end`` is where its person's end.

    They are looked at from the last: what is added is mostly later than what stands.
    """
    old, own = person
    before, tie = np.empty(len(end), np.int64), False
    for nth in range(len(end)):
        place = end[nth]
        while place and old[place - 1] == own[nth] and _sign(keys, place - 1, new, nth) > 0:
            place -= 1
        before[nth] = place
        while in_doubt[nth] and place and old[place - 1] == own[nth] and _sign(keys, place - 1, new, nth) == 0:
            place -= 1
            tie |= not _among(gone, place)
    return before, tie


@numba.njit(cache=True, nogil=True)
def _sign(keys: Any, at: Any, new: Any, nth: Any) -> Any:
    """-1, 0 or 1: whether a row comes before a new one, ties with it, or comes after it."""
    for key in range(len(keys)):
        if keys[key][at] != new[key, nth]:
            return -1 if keys[key][at] < new[key, nth] else 1
    return 0


@numba.njit(cache=True, nogil=True)
def _among(sorted_: Any, value: Any) -> Any:
    at = np.searchsorted(sorted_, value)
    return at < len(sorted_) and sorted_[at] == value
