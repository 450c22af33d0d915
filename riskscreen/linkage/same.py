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

from riskscreen.declare import SAME
from riskscreen.linkage.database import in_memory

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
    """
    if SAME not in landed.column_names:
        return landed
    changes = [change for stints in _events(landed) for change in _changes(stints)]
    landed = landed.drop_columns([SAME])
    if not changes:
        return landed
    known_on, withdrawn = landed["known_on"].to_pylist(), landed["withdrawn"].to_numpy(zero_copy_only=False).copy()
    later = [change for change in changes if change.known_on > known_on[change.place]]
    withdrawn[[change.place for change in changes if change.known_on == known_on[change.place]]] = True
    again = landed.take(pa.array([change.place for change in later], pa.int64()))
    again = _with(again, "known_on", pa.array([change.known_on for change in later], pa.date32()))
    again = _with(again, "withdrawn", pa.array([change.withdrawn for change in later], pa.bool_()))
    return pa.concat_tables([_with(landed, "withdrawn", pa.array(withdrawn)), again])


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def _events(landed: pa.Table) -> Iterator[Sequence[_Stint]]:
    """For each event of which more than one record ever told, the stints of its records that stand."""
    columns = ["record_id", SAME, "known_on", "withdrawn", "load", "row"]
    narrow = landed.select(columns).append_column("place", pa.array(np.arange(landed.num_rows)))
    with in_memory() as connection:
        connection.register("landed", narrow)
        found = connection.sql("""
            with shared as (
                select same from landed where same is not null group by same having min(record_id) <> max(record_id)
            ), told as (
                select * from landed where record_id in (select record_id from landed semi join shared using (same))
            ), stints as (
                select *, lead(known_on, 1, date '9999-12-31') over records as ends,
                    min(known_on) over (partition by record_id) as first_known
                from (
                    select * from told
                    qualify row_number() over (partition by record_id, known_on order by load desc, "row" desc) = 1
                )
                window records as (partition by record_id order by known_on)
            )
            select same, first_known, record_id, place, known_on, ends from stints semi join shared using (same)
            where not withdrawn order by same, known_on, place
        """).fetchall()
    for _, alike in groupby(found, key=lambda row: row[0]):
        yield [_Stint((first, id_), place, begins, ends) for _, first, id_, place, begins, ends in alike]


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
