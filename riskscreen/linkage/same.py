"""Two records of one event: of those that stand, the one known first counts, and the others rest as if withdrawn.

Two records of a person tell of one event where they share ``same`` (see ``RecordKind``). Which of them counts is
settled day by day: a record that rests comes back on the day on which the one before it is withdrawn or corrected to
tell of another event, and goes to rest on the day on which one that was known earlier tells of its event too. Only what
was known by a day has a say in it, and the order in which files came has none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import SAME
from riskscreen.linkage.database import in_memory

ASKED = ("record_id", SAME, "known_on", "withdrawn", "load", "row")
# From when to before when the version at a place of the log is its record's newest; the event of which it tells, and
# the day on which the record was known first.
STINTS = pa.schema(
    [
        (SAME, pa.binary(16)),
        ("first_known", pa.date32()),
        ("record_id", pa.binary(16)),
        ("place", pa.int64()),
        ("known_on", pa.date32()),
        ("ends", pa.date32()),
    ]
)
# From a day on, the version at a place is withdrawn, or stands again.
CHANGES = pa.schema([("place", pa.int64()), ("known_on", pa.date32()), ("withdrawn", pa.bool_())])
Rank = tuple[date, bytes]  # known first, and of those of one day the lower id


@dataclass(frozen=True)
class _Stint:
    """From ``begins`` to before ``ends`` the version at a ``place`` of the log is its record's newest."""

    rank: Rank
    place: int
    begins: date
    ends: date


@dataclass(frozen=True)
class _Change:
    """From a day on, the version at a place is withdrawn, or stands again."""

    place: int
    known_on: date
    withdrawn: bool


def settle_same(landed: pa.Table) -> pa.Table:
    """The landed records of a kind without the column ``same``, every event of them counted once on every day.

    A version that rests from the beginning is withdrawn; where a later day changes that, it is there once more,
    known on that day. A table without that column stays as it is.

    Where no process holds all records of a kind, it is done in three steps: :func:`stints` asks for whole records,
    :func:`changes` for all stints of an event, and :func:`settled` for the changes of some records.
    """
    if SAME not in landed.column_names:
        return landed
    return settled(landed, changes(stints(landed, among=_sharing(landed))))


def stints(landed: pa.Table, first_place: int = 0, among: pa.Array | None = None) -> pa.Table:
    """From when to when each version tells of an event, as ``STINTS``; ``landed`` are all versions of some records.

    Places are counted from ``first_place``. ``among`` are ids of records (default: all) that are looked at.
    """
    places = pa.array(np.arange(first_place, first_place + landed.num_rows))
    narrow = landed.select(ASKED).append_column("place", places)
    if among is not None:
        narrow = narrow.filter(pc.is_in(narrow["record_id"], value_set=among))
    with in_memory() as connection:
        connection.register("landed", narrow)
        return (
            connection.sql("""
            with told as (
                select *, lead(known_on, 1, date '9999-12-31') over records as ends,
                    min(known_on) over (partition by record_id) as first_known
                from (
                    from landed
                    qualify row_number() over (partition by record_id, known_on order by load desc, "row" desc) = 1
                )
                window records as (partition by record_id order by known_on)
            )
            select same, first_known, record_id, place, known_on, ends from told
            where same is not null and not withdrawn order by place
        """)
            .to_arrow_table()
            .cast(STINTS)
        )


def changes(told: pa.Table) -> pa.Table:
    """What changes, as ``CHANGES``, for the records of some events; ``told`` are all ``STINTS`` of each of them."""
    with in_memory() as connection:
        connection.register("told", told)
        found = connection.sql("""
            with shared as (select same from told group by same having min(record_id) <> max(record_id))
            select same, first_known, record_id, place, known_on, ends from told semi join shared using (same)
            order by same, known_on, place
        """).fetchall()
    changed = []
    for _, alike in groupby(found, key=lambda row: row[0]):
        own = [_Stint((first, id_), place, begins, ends) for _, first, id_, place, begins, ends in alike]
        changed += [(change.place, change.known_on, change.withdrawn) for change in _changes(own)]
    columns = zip(*sorted(changed), strict=True) if changed else ([], [], [])
    return pa.table(
        [pa.array(list(values), field.type) for values, field in zip(columns, CHANGES, strict=True)], CHANGES
    )


def settled(landed: pa.Table, changed: pa.Table) -> pa.Table:
    """Landed records without ``same``, as changes at their places say; see :func:`settle_same`."""
    landed = landed.drop_columns([SAME])
    if not changed.num_rows:
        return landed
    at = changed["place"].to_numpy()
    before = pc.take(landed["known_on"], changed["place"])
    at_once = pc.equal(changed["known_on"], before).to_numpy()
    withdrawn = landed["withdrawn"].to_numpy().copy()
    withdrawn[at[at_once]] = True
    later = changed.filter(pc.greater(changed["known_on"], before))
    again = landed.take(later["place"])
    again = _with(again, "known_on", later["known_on"])
    again = _with(again, "withdrawn", later["withdrawn"])
    return pa.concat_tables([_with(landed, "withdrawn", pa.array(withdrawn)), again])


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def _sharing(landed: pa.Table) -> pa.Array:
    """The ids of records that tell, or told, of an event of which another one does, or did."""
    with in_memory() as connection:
        connection.register("landed", landed.select(["record_id", SAME]))
        found = connection.sql("""
            with shared as (
                select same from landed where same is not null group by same having min(record_id) <> max(record_id)
            )
            select distinct record_id from landed semi join shared using (same)
        """).to_arrow_table()
    return found["record_id"].cast(landed.schema.field("record_id").type).combine_chunks()


def _changes(stints: Sequence[_Stint]) -> Iterator[_Change]:
    """What changes for the records of one event, whose stints come in the order of their days."""
    standing: list[tuple[Rank, int]] = []  # what stands, and perhaps what did: the first is looked at
    counts: _Stint | None = None
    begun = 0
    for day in sorted({day for stint in stints for day in (stint.begins, stint.ends)}):
        first_new = begun
        while begun < len(stints) and stints[begun].begins == day:
            heappush(standing, (stints[begun].rank, begun))
            begun += 1
        while standing and stints[standing[0][1]].ends <= day:
            heappop(standing)
        first = stints[standing[0][1]] if standing else None
        yield from (_Change(stint.place, day, True) for stint in stints[first_new:begun] if stint is not first)
        if first is not counts:
            if counts is not None and counts.ends > day:
                yield _Change(counts.place, day, True)
            if first is not None and first.begins < day:
                yield _Change(first.place, day, False)
        counts = first
