"""Few rows put between many, column by column: of the many whole runs are copied, and nothing is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Runs:
    """Which runs of old rows are kept, from ``begin`` to before ``end``, and behind which of them a new row comes."""

    begin: Whole
    end: Whole
    new_behind: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, rows: int, before: Whole, gone: Whole) -> "Runs":
        """Of so many old rows those that are not ``gone`` are kept; ``before`` which of them each new row comes."""
        at = np.concatenate([before, gone])
        is_gone = np.repeat([False, True], [len(before), len(gone)])
        order = np.lexsort([is_gone, at])
        at, is_gone = at[order], is_gone[order]
        begin = np.concatenate([[0], at + is_gone]).astype(np.int64)
        return cls(begin, np.append(at, rows), np.append(~is_gone, False))

    @cached_property
    def rows(self) -> int:
        """How many rows there are then."""
        return int((self.end - self.begin).sum() + self.new_behind.sum())

    def places(self, old: Whole) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Where old rows then stand; and whether each is kept."""
        length = self.end - self.begin
        starts = np.concatenate([[0], np.cumsum(length + self.new_behind)[:-1]])
        run = np.searchsorted(self.begin, old, side="right") - 1
        return starts[run] + old - self.begin[run], old < self.end[run]

    def order(self) -> Whole:
        """The same as places among the old rows and, behind them, the new ones."""
        old = int(self.end[-1])
        return _put(np.arange(old), np.arange(old, old + self.new_behind.sum()), self)  # type: ignore[no-any-return]


Changes = Mapping[str, tuple[Whole, pa.ChunkedArray]]


def put(old: pa.Table, new: pa.Table, runs: Runs, changed: Changes) -> pa.Table:
    """The runs of ``old`` with the rows of ``new`` behind them; ``changed`` has other values of some old rows."""
    columns = [_column(old[name], new[name], runs, changed.get(name)) for name in old.column_names]
    return pa.Table.from_arrays(columns, schema=old.schema)


def _column(
    many: pa.ChunkedArray, few: pa.ChunkedArray, runs: Runs, changed: tuple[Whole, pa.ChunkedArray] | None
) -> pa.Array:
    old, new = _one(many), _one(few)
    if pa.types.is_dictionary(old.type):
        indices, words = _in_words_of(old, new)
        return pa.DictionaryArray.from_arrays(_fixed(old.indices, indices, runs, None), words)
    if pa.types.is_primitive(old.type):
        return _fixed(old, new, runs, changed)
    return pa.concat_arrays([old, new]).take(pa.array(runs.order()))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _in_words_of(old: pa.Array, new: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The indices of new codes in the words of old ones, and these with those that they lack behind them."""
    lacking = pc.is_in(new.dictionary, value_set=old.dictionary)
    words = pa.concat_arrays([old.dictionary, new.dictionary.filter(pc.invert(lacking))])
    return pc.index_in(new.dictionary, value_set=words).take(new.indices).cast(old.indices.type), words


def _fixed(old: pa.Array, new: pa.Array, runs: Runs, changed: tuple[Whole, pa.ChunkedArray] | None) -> pa.Array:
    """A column whose values are all of one width."""
    values = _put(_values(old), _values(new), runs)
    whole = changed is None and not old.null_count and not new.null_count
    valid = None if whole else _put(_valid(old), _valid(new), runs)
    if changed is not None and valid is not None:
        places, kept = runs.places(changed[0])
        said = _one(changed[1]).filter(pa.array(kept))
        values[places[kept]], valid[places[kept]] = _values(said), _valid(said)
    held = np.packbits(values, bitorder="little") if pa.types.is_boolean(old.type) else values
    bits = None if valid is None else np.packbits(valid, bitorder="little")
    buffers = [None if each is None else pa.py_buffer(each) for each in (bits, held)]
    return pa.Array.from_buffers(old.type, runs.rows, buffers)


def _put(old: Any, new: Any, runs: Runs) -> Any:
    # Memory of Arrow's, which keeps what was given back to it: fresh memory costs more than what is copied into it.
    out = np.frombuffer(pa.allocate_buffer(runs.rows * old.dtype.itemsize), old.dtype)
    _copy(out, (old, new), runs.begin, runs.end, runs.new_behind)
    return out


def _values(array: pa.Array) -> Any:
    """The values as they lie in memory, whatever they mean; those of booleans a byte each."""
    _, buffer = array.buffers()
    if buffer is None:
        return np.zeros(len(array), np.uint8)
    if pa.types.is_boolean(array.type):
        return _bits(buffer, array)
    values = np.frombuffer(buffer, f"u{array.type.bit_width // 8}")
    return values[array.offset : array.offset + len(array)]


def _valid(array: pa.Array) -> Any:
    """Whether each value is there, a byte each."""
    buffer, _ = array.buffers()
    return np.ones(len(array), np.uint8) if buffer is None else _bits(buffer, array)


def _bits(buffer: pa.Buffer, array: pa.Array) -> Any:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little", count=array.offset + len(array))
    return bits[array.offset :]


@numba.njit(cache=True, nogil=True)
def _copy(out: Any, rows: Any, begin: Any, end: Any, new_behind: Any) -> Any:
    old, new = rows
    done, nth = 0, 0
    for run in range(len(begin)):
        length = end[run] - begin[run]
        out[done : done + length] = old[begin[run] : end[run]]
        done += length
        if new_behind[run]:
            out[done] = new[nth]
            done, nth = done + 1, nth + 1
