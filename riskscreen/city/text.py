"""Events as agencies write them: a column of text for each column of a feed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.city.places import WIDE, address_parts, former_code, spelled
from riskscreen.city.registers import Registers
from riskscreen.city.state import NEVER, Column, Table
from riskscreen.declare import Places, WayOfLife
from riskscreen.declare.city_files import (
    AddressOf,
    Always,
    AreaOf,
    Checked,
    CityFile,
    Coded,
    Joined,
    Numbered,
    Of,
    OfPerson,
    OnDay,
    Where,
    Written,
    Yuan,
)
from riskscreen.errors import CallerError

PIECE_DIGITS = 2
ADDRESS_PARTS = ("district", "town", "village", "grid_code", "road", "gate", "building", "unit", "room")


@dataclass(frozen=True)
class Desk:
    """Where an agency writes a piece's events: the way of life, the piece's number, and what the agencies hold.

    ``register`` is the agency's, and ``first`` says whether it delivers for the first time.
    """

    way: WayOfLife
    piece: int
    registers: Registers
    register: str = ""
    first: bool = False

    def rows(self, file: CityFile, table: Table, before: int) -> pa.Table:
        """Events as rows of a feed; ``before`` is how many rows of the feed were written already.

        The rows of :func:`order_of_rows` are about the events.
        """
        desk = replace(self, register=file.held_in, first=before == 0)
        count = len(next(iter(table.values())))
        columns = {name: desk.column(way, table, count) for name, way in file.columns.items()}
        for fault in file.faults:
            columns[fault.column] = _wrong(columns[fault.column], fault.every, fault.text, before)
        written = pa.table({name: pa.array(column) for name, column in columns.items()})
        return written.take(pa.array(order_of_rows(file, count, before))) if file.twice_every else written

    def column(self, way: Written, table: Table, count: int) -> pa.Array:
        """A column as an agency writes it."""
        match way:
            case Always(text=text):
                return pa.array([text] * count, pa.string()) if text else pa.nulls(count, pa.string())
            case Joined(parts=parts):
                return pc.binary_join_element_wise(*(self.column(part, table, count) for part in parts), "")
            case Where(field=field, values=values, then=then):
                there = pa.array(np.isin(table[field], values))
                return pc.if_else(there, self.column(then, table, count), pa.nulls(count, pa.string()))
            case Of() | OfPerson() | AddressOf():
                return self._said(way, table)
            case _:
                return self._value(way, table)

    def _said(self, way: Of | OfPerson | AddressOf, table: Table) -> pa.Array:
        match way:
            case Of(field=field):
                return self._field(field, table)
            case OfPerson(what=what, person=person):
                return self.registers.column(self.register, what, first=self.first).take(_known(table[person]))
            case AddressOf(grid=grid, dwelling=dwelling):
                return spelled(self.way.places, self.piece, table[grid], table[dwelling])

    def _field(self, field: str, table: Table) -> pa.Array:
        if field in ADDRESS_PARTS:
            former = table.get("former")
            return address_parts(self.way.places, self.piece, table["grid"], table["dwelling"], former)[field]
        return pa.array(table[field], from_pandas=True).cast(pa.string())

    def _value(self, way: OnDay | Yuan | Coded | Numbered | Checked | AreaOf, table: Table) -> pa.Array:
        match way:
            case OnDay(field=field, month=month):
                return _days(table[field], month)
            case Yuan(field=field, decimals=decimals):
                return _decimal(table[field], decimals)
            case Coded(field=field, words=words):
                return _coded(table[field], words)
            case AreaOf(field=field, former_every=every):
                areas = self.way.places.district(self.piece).areas
                said = _coded(table[field], {number: area.code for number, area in enumerate(areas)})
                return _former(self.way.places, self.piece, said, table["person"] % every == 0) if every else said
            case Numbered():
                return numbered(way, self.piece, table[way.field])
            case Checked(number=number):
                return _checked(way, numbered(number, self.piece, table[number.field]))


def numbered(way: Numbered, piece: int, values: Column) -> pa.Array:
    """Numbers of papers: the piece's digits, then the number's; ``CallerError`` where it has too many."""
    room = 10 ** (way.digits - PIECE_DIGITS)
    if values.max(initial=0) >= room or piece >= 10**PIECE_DIGITS:
        raise CallerError(f"a piece of the city has over {room:,} numbers {way.before!r}: take pieces of fewer people")
    there = values >= 0
    digits = pc.utf8_lpad(pa.array(values + np.int64(piece) * room).cast(pa.string()), way.digits, "0")
    text = pc.binary_join_element_wise(way.before, digits, "")
    return text if there.all() else pc.if_else(pa.array(there), text, pa.nulls(len(values), pa.string()))


def _checked(way: Checked, first: pa.Array) -> pa.Array:
    once = first.dictionary_encode()
    codes = pa.array([one + way.check.of(one) for one in once.dictionary.to_pylist()], pa.string())
    return codes.take(once.indices)


def order_of_rows(file: CityFile, count: int, before: int) -> Column:
    """Which of ``count`` events each row is about: those that come twice stand at the end once more."""
    if not file.twice_every:
        return np.arange(count)
    twice = np.flatnonzero((np.arange(count) + before) % file.twice_every == file.twice_every - 1)
    return np.concatenate([np.arange(count), twice])


def _former(places: Places, piece: int, codes: pa.Array, there: Column) -> pa.Array:
    """Codes of areas, some of them as they were before the districts merged."""
    words = {code: former_code(places, piece, code) for code in codes.unique().to_pylist()}
    former = pa.array([words[code] for code in codes.to_pylist()], pa.string())
    return pc.if_else(pa.array(there), former, codes)


def _known(numbers: Column) -> pa.Array:
    return pa.array(numbers, mask=np.asarray(numbers) < 0)


def _days(numbers: Column, month: bool) -> pa.Array:
    days = pa.array(numbers.astype(np.int32), mask=np.abs(numbers) >= NEVER - 1).cast(pa.date32()).cast(pa.string())
    return pc.utf8_slice_codeunits(days, 0, 7) if month else days


def _decimal(values: Column, decimals: int) -> pa.Array:
    whole = pa.array(values.astype(np.int64)).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, decimals), len(whole), whole.buffers()).cast(pa.string())


def _coded(values: Column, words: Mapping[int, str]) -> pa.Array:
    least = min(words)
    texts = pa.array([words.get(number) or None for number in range(least, max(words) + 1)], pa.string())
    return texts.take(pa.array(values.astype(np.int64) - least))


def _wrong(column: pa.Array, every: int, text: str | None, before: int) -> pa.Array:
    """The column, wrong in some rows."""
    rows = np.flatnonzero((np.arange(len(column)) + before) % every == every - 1)
    if not len(rows):
        return column
    said = [
        text if text is not None else (one or "").translate(WIDE) for one in column.take(pa.array(rows)).to_pylist()
    ]
    wrong = np.zeros(len(column), bool)
    wrong[rows] = True
    return pc.replace_with_mask(column, pa.array(wrong), pa.array(said, pa.string()))
