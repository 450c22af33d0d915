"""A kind's records routed in ranges, as tasks of a runner: no process holds all records of a kind.

A range is a share of the ids of records: all versions of a record are in one, so what routing asks of a record is
answered within its range. Landed rows are first *scattered* by range; where two records may tell of one event (see
:mod:`same <riskscreen.linkage.same>`), what each range says of events comes together event by event, and what changes
for it goes back to the ranges; a range is then *routed*, and each bucket *gathers* what all ranges have for it. A kind
of few rows is one range, routed where it is asked for. The parts of the store are to the byte the same either way.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import SAME
from riskscreen.errors import HomeError
from riskscreen.eventstore.landing import LandedFile
from riskscreen.eventstore.store import AGAIN, Stored
from riskscreen.eventstore.writing import Draft
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.exchange import Exchange, Whole
from riskscreen.linkage.looking import laid_out, routes_of
from riskscreen.linkage.renewed import KindLanded, runs
from riskscreen.linkage.routing import Routes, by_part, part, read_in, routed
from riskscreen.linkage.same import ASKED, CHANGES, changes, settle_same, settled, stints
from riskscreen.runners import Lost, Runner

Answer = TypeVar("Answer")

ROWS = 1_000_000  # about so many landed rows are a range: a process takes some 700 bytes for each
PLACE_BITS = 40  # a place within a range, in the number of a place among all


@dataclass(frozen=True)
class Kind:
    """A kind that is routed whole: what was landed of it, the draft with its parts, and the routes.

    ``routes`` is the folder in which they are :func:`laid out <riskscreen.linkage.looking.lay_out>`.
    """

    draft: Draft
    told: KindLanded
    routes: Path
    buckets: int
    ranges: int

    @property
    def exchange(self) -> Exchange:
        """What its tasks hand on."""
        return Exchange(self.draft.between / self.told.kind)


def ranges_of(rows: int) -> int:
    """In how many ranges so many rows are routed."""
    return max(1, -(-rows // ROWS))


def route_kind(kind: Kind, runner: Runner) -> list[Stored]:
    """Every part of a kind, written anew; each bucket has a file, if one without rows.

    Raises ``HomeError`` where a file cannot be read or written, or a process was lost.
    """
    if kind.ranges == 1:
        landed = settle_same(kind.told.landing.read(kind.told.kind, schema=kind.told.schema))
        rows, routes = _routed(kind, landed, None)
        parts = by_part(rows, routes.crosswalk.guests)
        empty = rows.drop_columns(["bucket"]).slice(0, 0)
        return [
            kind.draft.write(part(kind.told.kind, number), parts.get(number, empty))
            for number in sorted({*parts, *range(0, 2 * kind.buckets, 2)})
        ]
    stored = _gathered(kind, runner, _routed_ranges(kind, runner))
    shutil.rmtree(kind.exchange.folder, ignore_errors=True)
    return stored


def _routed_ranges(kind: Kind, runner: Runner) -> Mapping[str, int]:
    """The files of routed rows, and how many each has."""
    files = [*kind.told.old, *kind.told.new]
    scattered = each(runner, kind.told.kind, partial(_scatter, kind), dict(enumerate(runs(files, ROWS))), "scattering")
    names, ranges = [name for of_task in scattered for name in of_task], range(kind.ranges)
    changed: list[str] = []
    if SAME in kind.told.schema.names:
        told = each(runner, kind.told.kind, partial(_tell, kind, names), dict.fromkeys(ranges), "settling")
        changed = each(runner, kind.told.kind, partial(_settle, kind, told), dict.fromkeys(ranges), "settling")
    done = each(runner, kind.told.kind, partial(_route, kind, names, changed), dict.fromkeys(ranges), "routing")
    _check(kind, sum(file.rows for file in files), sum(landed for _, landed, _ in done))
    for name in names:
        (kind.exchange.folder / name).unlink(missing_ok=True)
    return {name: sent for name, _, sent in done}


def _gathered(kind: Kind, runner: Runner, sent: Mapping[str, int]) -> list[Stored]:
    """The parts that buckets make of routed rows."""
    buckets = dict.fromkeys(range(kind.buckets))
    parts = [
        one
        for some in each(runner, kind.told.kind, partial(_gather, kind, list(sent)), buckets, "writing")
        for one in some
    ]
    _check(kind, sum(sent.values()), sum(file.rows for one in parts for file in one.files))
    return parts


def each(
    runner: Runner, kind: str, task: Callable[[int, Any], Answer], parts: Mapping[int, Any], step: str
) -> list[Answer]:
    """What each task of a step answers; ``HomeError``, which names step and kind, where one was lost."""
    try:
        return runner.each(task, parts)
    except Lost as lost:
        raise HomeError(
            f"{lost.how} while {step} {kind!r}, and nothing of it was kept: see to it that there is memory "
            "(fewer processes), then give the same command again"
        ) from None


def _check(kind: Kind, sent: int, received: int) -> None:
    """Nothing is lost between steps: a disk that not all machines share would lose rows."""
    if sent != received:
        raise HomeError(
            f"of {sent:,} rows of {kind.told.kind!r} {received:,} came from one step to the next: let the home lie "
            f"where all machines see it, then {AGAIN}"
        )


def _scatter(kind: Kind, nth: int, files: Sequence[LandedFile]) -> list[str]:
    """Send the rows of some landed files to their ranges; gives the files, in the order of the rows."""
    names: list[str] = []
    held: list[pa.RecordBatch] = []

    def send() -> None:
        rows = pa.Table.from_batches(held, schema=kind.told.schema)
        names.append(kind.exchange.send(f"landed-{nth:06d}-{len(names):06d}.arrow", rows, _ranges(rows, kind.ranges)))
        held.clear()

    for batch in kind.told.landing.batches(kind.told.kind, kind.told.schema, files):
        held.append(batch)
        if sum(one.num_rows for one in held) >= ROWS:
            send()
    if held or not names:
        send()
    return names


def _ranges(rows: pa.Table, ranges: int, column: str = "record_id") -> Whole:
    """The range of each row: by the hash that ``PLACED`` has of a record, too."""
    with in_memory() as db:
        db.register("rows", rows.select([column]))
        found = db.sql(f"SELECT hash({column}) % {ranges} AS at FROM rows").to_arrow_table()["at"]
        return np.asarray(found.to_numpy(), np.int64)


def _tell(kind: Kind, names: Sequence[str], nth: int, _: None) -> str:
    """Send what a range says of events to where each event comes together."""
    told = stints(kind.exchange.receive(names, nth, ASKED), nth << PLACE_BITS)
    return kind.exchange.send(f"told-{nth:06d}.arrow", told, _ranges(told, kind.ranges, SAME))


def _settle(kind: Kind, names: Sequence[str], nth: int, _: None) -> str:
    """Send what changes for the records of some events to the ranges in which these are."""
    changed = changes(kind.exchange.receive(names, nth))
    to = changed["place"].to_numpy() >> PLACE_BITS
    return kind.exchange.send(f"changed-{nth:06d}.arrow", changed, to)


def _route(kind: Kind, names: Sequence[str], changed: Sequence[str], nth: int, _: None) -> tuple[str, int, int]:
    """Route a range and send it to buckets; gives the file, and how many landed and routed rows it was."""
    landed = kind.exchange.receive(names, nth)
    found, routes = _routed(kind, settled(landed, _changes(kind, changed, nth)) if changed else landed, nth)
    to, at = read_in(found, routes.crosswalk.guests)
    name = kind.exchange.send(f"routed-{nth:06d}.arrow", found.drop_columns(["bucket"]), to, at)
    return name, landed.num_rows, len(to)


def _changes(kind: Kind, names: Sequence[str], nth: int) -> pa.Table:
    """What changes for the records of a range, at their places in it."""
    found = kind.exchange.receive(names, nth)
    at = pc.subtract(found["place"], pa.scalar(nth << PLACE_BITS))
    return pa.table([at, *found.columns[1:]], CHANGES).sort_by([("place", "ascending"), ("known_on", "ascending")])


def _gather(kind: Kind, names: Sequence[str], bucket: int, _: None) -> list[Stored]:
    """Write the parts of a bucket: that of its people, and that of its guests if there are any."""
    parts = []
    for number in (2 * bucket, 2 * bucket + 1):
        rows = kind.exchange.receive(names, number)
        if rows.num_rows or number == 2 * bucket:
            parts.append(kind.draft.write(part(kind.told.kind, number), rows))
    return parts


def _routed(kind: Kind, landed: pa.Table, nth: int | None) -> tuple[pa.Table, Routes]:
    """The routed rows of a range (``None``: of all), and the routes of its records."""
    all_routes = laid_out(kind.routes, kind.told.kind)
    placed = all_routes.placed
    if nth is not None:
        placed = placed.filter(pa.array(placed["record"].to_numpy() % np.uint64(kind.ranges) == nth))
    routes = routes_of(all_routes, landed["person"], placed)
    return routed(kind.told.kind, landed, routes), routes
