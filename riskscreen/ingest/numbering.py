"""What records are told by: the numbers of person and household, and ``record_id``, made of numbers and marks.

``record_id`` is 128 bits of the kind's name and the key's values. MD5 spreads values and keeps no secret: an id takes
part as its number, or as its mark.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME, SAME, Feed, Number, RecordKind
from riskscreen.ingest import mapping
from riskscreen.ingest.dealing import NONE, Names, Rows, Used

MANY = 20_000  # from here on, loading what hashes side by side pays
ID = pa.binary(16)


@dataclass(frozen=True)
class Told:
    """Rows as they were read: their values by ``row``, in its order, of which those in ``names`` are places there."""

    feed: Feed
    values: pa.Table
    names: Mapping[str, Names]

    @cached_property
    def _rows(self) -> Rows:
        rows: Rows = self.values["row"].to_numpy()
        return rows

    def used(self, records: Mapping[str, pa.Table]) -> dict[str, Used]:
        """Of each column of names what the rows of records use."""
        if not self.names:
            return {}
        used = np.zeros(len(self._rows), np.bool_)
        for table in records.values():
            used[self.at(table["row"].to_numpy())] = True
        at = np.flatnonzero(used)
        return {column: Used.by(names, self.places(column)[at], self._rows[at]) for column, names in self.names.items()}

    def without_ids(self) -> "Told":
        """The same, with nothing told of the names but how many there are."""
        return replace(self, names={column: names.counted() for column, names in self.names.items()})

    def at(self, rows: Rows) -> Rows:
        """Where rows stand."""
        first = self._rows[0] if len(self._rows) else 0
        together = len(self._rows) and self._rows[-1] - first + 1 == len(self._rows)
        return rows - first if together else np.searchsorted(self._rows, rows)

    def places(self, column: str) -> Rows:
        """The places of a column."""
        array = self.values[self._column(column)].combine_chunks()
        places: Rows = (array.fill_null(NONE) if array.null_count else array).to_numpy(zero_copy_only=False)
        return places

    def _column(self, column: str) -> str:
        return column if column in self.values.column_names else f"v_{column}"

    def numbered(self, kind: RecordKind, records: pa.Table, numbers: Mapping[str, Rows]) -> pa.Table:
        """The records of a kind (``row``, ``part`` …) with the numbers and digests that it is landed with.

        ``numbers`` are those of the names, by column; at a name without a number stands ``NONE``.
        """
        made = _Made(self, kind, self.at(records["row"].to_numpy()), records["part"].to_numpy(), numbers)
        records = records.append_column("person", made.persons()).append_column("household", made.households())
        if kind.household and kind.household.home:
            records = records.append_column(HOME, made.homes())
        ids = made.digests(kind.key)
        if kind.same:
            shared = made.digests((kind.person, *kind.same), all_known=True)
            records = records.append_column(SAME, pc.coalesce(shared, ids))
        return records.append_column("record_id", ids)

    def ids(self, kind: RecordKind, rows: Rows, numbers: Mapping[str, Rows]) -> pa.Array:
        """The ids of all records that rows may give; without those of which an id has no number: they are new."""
        of_kind = len(mapping.parts(self.feed, kind))
        at, part = np.repeat(self.at(rows), of_kind), np.tile(np.arange(of_kind), len(rows))
        made = _Made(self, kind, at, part, numbers)
        return made.digests(kind.key).filter(pa.array(~made.are_new(kind.key)))


@dataclass(frozen=True)
class _Made:
    """What is made for records of a kind, each of a row (where it stands) and a part."""

    told: Told
    kind: RecordKind
    at: Rows
    part: npt.NDArray[np.integer]
    numbers: Mapping[str, Rows]

    def persons(self) -> pa.Array:
        return self._numbers([part.column(self.kind.person).name for part in self._parts])

    def households(self) -> pa.Array:
        if self.kind.household is None:
            return pa.nulls(len(self.at), pa.int64())
        return self._numbers([mapping.household(part) or "" for part in self._parts])

    def homes(self) -> pa.Array:
        return self._numbers([mapping.home(part) or "" for part in self._parts])

    @cached_property
    def _parts(self) -> list[mapping.Part]:
        return mapping.parts(self.told.feed, self.kind)

    def _numbers(self, columns: Sequence[str]) -> pa.Array:
        found = np.full(len(self.at), NONE)
        for index, column in enumerate(columns):
            mine = self._of_part(index)
            found[mine] = self._of(column, self.at[mine])
        return _known(found)

    def _of_part(self, index: int) -> npt.NDArray[np.bool_] | slice:
        return slice(None) if len(self._parts) == 1 else self.part == index

    def _of(self, column: str, at: Rows) -> Rows:
        of_column: Rows = self.numbers[column][self.told.places(column)[at]]
        return of_column

    def _told_by(self, column: str, at: Rows) -> Rows:
        """The number that an id's records are told by; of somebody in a row their id's, or else their claim's."""
        numbers = self._of(column, at)
        people = [who for who in self.told.feed.who if who.name == column and not who.shared_id]
        ids = [each for who in people for each in who.ids()]
        for of_id in (self._of(each, at) for each in reversed(ids)):
            numbers = np.where(of_id == NONE, numbers, of_id)
        return numbers

    def digests(self, patterns: Sequence[str], *, all_known: bool = False) -> pa.Array:
        """A digest of what stands in columns; null, if asked for, where not all of it is known."""
        order, made = [np.zeros(0, np.int64)], [pa.nulls(0, ID)]
        for index, part in enumerate(self._parts):
            mine = np.arange(len(self.at))[self._of_part(index)]
            if len(mine):
                said = [self._said(part, pattern, self.at[mine]) for pattern in patterns]
                digests = _digests([self.kind.name, *said], len(mine))
                order.append(mine)
                made.append(_where_known(digests, said) if all_known else digests)
        place, digests = np.concatenate(order), pa.concat_arrays(made)
        return digests if len(self._parts) == 1 else digests.take(pa.array(np.argsort(place)))

    def are_new(self, patterns: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Of which a column in ``patterns`` holds an id that has no number."""
        new = np.zeros(len(self.at), np.bool_)
        for index, part in enumerate(self._parts):
            mine = self._of_part(index)
            columns = {part.column(pattern).name for pattern in patterns if not part.is_variable(pattern)}
            for column in columns & self.told.names.keys():
                at = self.at[mine]
                new[mine] |= (self._told_by(column, at) == NONE) & (self.told.places(column)[at] != NONE)
        return new

    def _said(self, part: mapping.Part, pattern: str, at: Rows) -> str | pa.Array:
        """What stands in a part of a record's key, for the rows at those places, as text or mark."""
        if part.is_variable(pattern) and part.kind.each is not None:
            return str(part.kind.each.values[part.index])
        column, values = part.column(pattern).name, self.told.values
        if column in self.told.names:
            return _known(self._told_by(column, at)).cast(pa.string())
        is_fraction = isinstance(part.type(pattern), Number)
        array = values[mapping.text_of(column) if is_fraction else f"v_{column}"].combine_chunks()
        in_order = len(at) == len(array) and bool((at == np.arange(len(at))).all())  # records need not be by row
        array = array if in_order else array.take(pa.array(at))
        if pa.types.is_binary(array.type) or pa.types.is_fixed_size_binary(array.type):
            return array.cast(ID)
        return array.cast(pa.string())


def digest(parts: Sequence[str | None]) -> bytes:
    """The digest of parts, each with the number of its bytes before it, so that no two lists of parts read the same."""
    told = [b"-" if part is None else b"%d:%b" % (len(part.encode()), part.encode()) for part in parts]
    return hashlib.md5(b"".join(told), usedforsecurity=False).digest()


def _digests(parts: Sequence[str | pa.Array], count: int) -> pa.Array:
    if count >= MANY:
        from riskscreen.ingest.record_ids import record_ids  # compiled code is slow to load

        return record_ids(parts)
    columns = [[part] * count if isinstance(part, str) else _texts(part) for part in parts]
    return pa.array([digest(said) for said in zip(*columns, strict=True)], ID)


def _texts(array: pa.Array) -> list[str | None]:
    said = array.to_pylist()
    return said if pa.types.is_string(array.type) else [None if mark is None else mark.hex() for mark in said]


def _known(numbers: Rows) -> pa.Array:
    missing = numbers == NONE
    return pa.array(numbers, mask=missing if missing.any() else None)


def _where_known(digests: pa.Array, said: Sequence[str | pa.Array]) -> pa.Array:
    unknown = [pc.is_null(array) for array in said if not isinstance(array, str) and array.null_count]
    for nulls in unknown:
        digests = pc.if_else(nulls, pa.scalar(None, digests.type), digests)
    return digests
