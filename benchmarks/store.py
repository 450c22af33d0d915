"""What the event store costs: to build it, to add a day to it, and to read it after a year of days.

Made-up people have records of four kinds of suzhou: contributions, hospital bills, attendance, and homes, three people
to each. One load brings three years and is linked. Some days then bring a day's share of a year, corrections of one
record in a hundred, of any day, and moves, and are linked one by one. A year of days without moves, which leave who is
who and who lives where as they were, is then routed and added day by day, and at last all of it written anew.
"""

import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from riskscreen.declare import SAME, Deployment, load
from riskscreen.eventstore.landing import Landing, Load, contract_fingerprint, landed_schema
from riskscreen.eventstore.store import EventStore
from riskscreen.eventstore.writing import drafted
from riskscreen.features import FeatureSet
from riskscreen.features.local import compute
from riskscreen.identity import Key
from riskscreen.linkage import link, rebucket
from riskscreen.runners import Local, processes

SIZES = {"S": (10_000, 1), "M": (40_000, 2), "L": (300_000, 4)}  # people, buckets
KINDS = {"contribution": 12, "settlement": 4, "attendance": 6, "residence": 0.03}  # records a person and year
HISTORY, LINKED, ADDED = 3, 5, 365  # years, days, days
FIRST = date(2021, 1, 1)
CORRECTED = 0.01
KEY = Key("benchmark".ljust(16), b"s" * 32)
HERE = Local(1)  # whose processor seconds are counted
CYCLE = 73  # days in which what is added comes to a twentieth of the store, and is put together with it
LONG = 10.0  # a night is short: so many are counted as take so long, of either store in turn

Figure = dict[str, Any]
linking: Any = sys.modules[link.__module__]  # the package has a function of that name


def measure(deployment: Path, size: str) -> list[Figure]:
    """The figures of a size: one a day's link, all days at once, and nights over either store.

    All is done in one process, with the memory that those of a night have.
    """
    with processes.environment(), multiprocessing.get_context("spawn").Pool(1, processes.begin) as pool:
        return pool.apply(_measured, (deployment, *SIZES[size]))


@dataclass
class Spent:
    """Processor and elapsed seconds of some work."""

    cpu: float = 0.0
    wall: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.cpu + other.cpu, self.wall + other.wall)

    def during(self, work: Callable[..., Any], *given: Any) -> Any:
        """What the work answers; its seconds are counted."""
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            return work(*given)
        finally:
            self.cpu += time.process_time() - cpu
            self.wall += time.perf_counter() - wall


class Nights:
    """All signals of one day over two stores in turn: one that is added to, and one that was written at once."""

    def __init__(self, deployment: Deployment) -> None:
        self.wanted = FeatureSet(deployment, tuple(deployment.signals))
        self.as_of = FIRST + timedelta(365 * (HISTORY + 1))
        self.added, self.built = Spent(), Spent()
        self.nights, self.records = 0, {"added": 0, "built": 0}

    def over(self, added: EventStore, built: EventStore, *, counted: bool = True) -> None:
        """A night over each; the first of all is for what it loads, and is not ``counted``."""
        for store, name in ((built, "built"), (added, "added")):
            spent = getattr(self, name) if counted else Spent()
            spent.during(compute, store, [self.as_of], self.wanted)
            self.records[name] += store.version.records * counted
        self.nights += counted

    def figures(self, built: str, added: str) -> list[Figure]:
        """Both stores' figures, and how much more the seconds a record are in the one that was added to."""
        least = self.built.cpu / self.records["built"]
        work = f"{self.nights} nights, {len(self.wanted.deployment.signals)} signals, store"
        told = ((built, self.built, self.records["built"]), (added, self.added, self.records["added"]))
        return [
            _figure(f"{work} {name}, {spent.cpu / records / least:.2f} of one built at once", spent, records)
            for name, spent, records in told
        ]


def _measured(folder: Path, people: int, buckets: int) -> list[Figure]:
    deployment, dice = load(folder), np.random.default_rng(1)
    deployment = replace(deployment, place=replace(deployment.place, buckets=buckets))
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        figures = _linked(home, deployment, "the first three years", [_history(deployment, people, dice)])
        days = [_day(deployment, people, day, dice) for day in range(LINKED + ADDED)]
        figures += _linked(home, deployment, f"{LINKED} days, one by one", days[:LINKED])
        still = [{kind: rows for kind, rows in day.items() if kind != "residence"} for day in days[LINKED:]]
        many, cycle = still[: ADDED - CYCLE], still[ADDED - CYCLE :]
        spent, rows = _added(home, deployment, many)
        built, daily = _anew(home, Path(temporary) / "anew", deployment), Nights(deployment)
        daily.over(EventStore.open(home), built, counted=False)
        more, more_rows = _added(home, deployment, cycle, then=lambda store: daily.over(store, built))
        figures.append(
            _figure(f"records to the store, {ADDED} days without moves, one by one", spent + more, rows + more_rows)
        )
        added = EventStore.open(home)
        figures.append(
            _figure(
                "records to the store, the same and all before it, at once", *_added(home, deployment, [{}], anew=True)
            )
        )
        figures += _nights(deployment, EventStore.open(home), added)
        figures += daily.figures(f"built at once {CYCLE} days before", "added to, after each of these days")
        figures.append(_laid_out(home, 4 * buckets))
    return [
        {"engine": f"riskscreen, {people:,} people, {buckets} bucket{'s' * (buckets > 1)}", **figure}
        for figure in figures
    ]


def _linked(home: Path, deployment: Deployment, what: str, loads: Sequence[Mapping[str, pa.Table]]) -> list[Figure]:
    """Each load landed and linked; and how much of that is routing and writing records."""
    linked, stored, rows = Spent(), Spent(), 0
    write = linking._stored
    linking._stored = lambda *given: stored.during(write, *given)
    for tables in loads:
        rows += _land(home, deployment, tables)
        linked.during(partial(link, home, deployment, KEY, runner=HERE))
    linking._stored = write
    return [_figure(f"link, {what}", linked, rows), _figure("of it, records to the store", stored, rows)]


def _added(
    home: Path,
    deployment: Deployment,
    loads: Sequence[Mapping[str, pa.Table]],
    *,
    anew: bool = False,
    then: Callable[[EventStore], None] = lambda store: None,
) -> tuple[Spent, int]:
    """Each load landed and added as a link does it, whose crosswalk stays as it is; or the whole store written anew.

    ``then`` is called with the store after each load; what it takes is not counted.
    """
    spent, rows, landing = Spent(), 0, Landing(home)
    base = linking._base
    for tables in loads:
        rows += _land(home, deployment, tables) if tables else _rows_of(landing)
        store = EventStore.open(home)
        kept = {name: store.crosswalk(name) for name in store.version.crosswalk}
        linking._base = (lambda *_: None) if anew else base
        with drafted(home, store.version.number + 1) as draft:
            log = spent.during(linking._log, landing, linking._schemas(landing, deployment), deployment)
            crosswalk = draft.keep(kept)
            stored, small = spent.during(linking._stored, draft, log, crosswalk, HERE, lambda _: None)
            version = linking._version(log, "", store.version.people, {**crosswalk, **small}, stored)
            draft.finish(version, store.version)
        then(EventStore.open(home))
    linking._base = base
    return spent, rows


def _anew(home: Path, other: Path, deployment: Deployment) -> EventStore:
    """The store of a copy of a home, written at once."""
    shutil.copytree(home, other)
    _added(other, deployment, [{}], anew=True)
    return EventStore.open(other)


def _rows_of(landing: Landing) -> int:
    """How many rows were landed."""
    rows: int = sum(landing.rows(kind) for kind in KINDS)
    return rows


def _nights(deployment: Deployment, built: EventStore, added: EventStore) -> list[Figure]:
    """Nights over either store, in turn, until each has taken long enough to be compared."""
    nights = Nights(deployment)
    nights.over(added, built, counted=False)
    while nights.nights < 3 or nights.built.cpu < LONG:
        nights.over(added, built)
    return nights.figures(f"built at once: {_shape(built)}", f"added to {ADDED} times: {_shape(added)}")


def _laid_out(home: Path, buckets: int) -> Figure:
    """All records laid out in another number of buckets."""
    spent = Spent()
    version = spent.during(partial(rebucket, home, buckets, runner=HERE))
    return _figure(f"rebucket, {buckets} buckets", spent, version.records)


def _shape(store: EventStore) -> str:
    files = sum(len(part.files) for part in store.version.parts.values())
    return f"{files} files, {sum(sidecar.rows for sidecar in store.version.sidecars):,} rows in sidecars"


def _figure(work: str, spent: Spent, rows: int) -> Figure:
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    seconds = {"cpu_s": round(spent.cpu, 2), "wall_s": round(spent.wall, 2)}
    return {"work": f"{work}: {rows:,} records", "rows": rows, **seconds, "peak_mb": peak}


def _land(home: Path, deployment: Deployment, tables: Mapping[str, pa.Table]) -> int:
    """Land tables as one load; how many rows they have."""
    landing, rows = Landing(home), 0
    number = len(landing.loads()) + 1
    for table in tables.values():
        rows += int(table.num_rows)
    feed = next(iter(deployment.feeds.values()))
    numbered = {kind: _with(table, "load", np.full(table.num_rows, number)) for kind, table in tables.items()}
    landing.append(
        Load(
            number=number, feed=feed.name, file_sha256=str(number), received=None, loaded_on=FIRST, delivered_on=None,
            key_id=KEY.id, contract=contract_fingerprint(feed), read=rows, accepted=rows, quarantined=0, warnings=0,
            files={},
        ),
        numbered,
    )  # fmt: skip
    return rows


def _history(deployment: Deployment, people: int, dice: Any) -> dict[str, pa.Table]:
    tables = {}
    for kind, often in KINDS.items():
        count = people if kind == "residence" else round(people * often * HISTORY)
        known = np.zeros(count, int) if kind == "residence" else np.sort(dice.integers(0, 365 * HISTORY, count))
        tables[kind] = _rows(deployment, kind, people, known, np.arange(count), dice)
    return tables


def _day(deployment: Deployment, people: int, day: int, dice: Any) -> dict[str, pa.Table]:
    """A day's new records and corrections; of the latter half are of the day before, the others of any day."""
    tables = {}
    for kind, often in KINDS.items():
        new = max(1, round(people * often / 365))
        old = dice.binomial(new, CORRECTED)
        first = people if kind == "residence" else round(people * often * HISTORY)
        begun = first + day * new
        ids = np.concatenate([begun + np.arange(new), dice.integers(0, begun, old)])
        known = np.full(new + old, 365 * HISTORY + day)
        tables[kind] = _rows(deployment, kind, people, known, ids, dice)
    return tables


def _rows(deployment: Deployment, kind: str, people: int, known: Any, ids: Any, dice: Any) -> pa.Table:
    """Landed rows of a kind; who a record is of depends on its id alone. Who moves does so to somebody else's home."""
    schema, count = landed_schema(*deployment.record_kinds[kind]), len(ids)
    who = ids % people if kind == "residence" else _mixed(ids) % people
    homes = np.where(ids < people, who // 3, dice.integers(0, people // 3, count))
    known = (np.datetime64(FIRST) + known).astype("datetime64[D]")
    columns = {
        "person": who,
        "household": homes if kind == "residence" else None,
        "home": homes if kind == "residence" else None,
        "collective": np.zeros(count, bool),
        "record_id": _ids(ids, list(KINDS).index(kind)),
        SAME: None,
        "happened_on": known - dice.integers(0, 30, count),
        "known_on": known,
        "withdrawn": np.zeros(count, bool),
        "load": np.zeros(count, np.int32),
        "row": np.arange(count),
    }
    arrays = [_array(field, columns.get(field.name, ...), count, dice) for field in schema]
    return pa.table(arrays, schema=schema)


def _array(field: Any, given: Any, count: int, dice: Any) -> pa.Array:
    if given is None or (given is ... and field.name == "ends_on"):
        return pa.nulls(count, field.type)
    if given is not ...:
        return given if isinstance(given, pa.Array) else pa.array(given).cast(field.type)
    if pa.types.is_string(field.type):
        return pa.array(["a", "b", "c", "d"]).take(pa.array(dice.integers(0, 4, count)))
    if pa.types.is_date32(field.type):
        return pa.array(np.full(count, np.datetime64(FIRST))).cast(field.type)
    return pa.array(dice.integers(100, 900_000, count)).cast(field.type)


def _mixed(numbers: Any) -> Any:
    """Other numbers, without pattern."""
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed ^ (mixed >> np.uint64(32))) % np.uint64(1 << 62)).astype(np.int64)


def _ids(numbers: Any, kind: int) -> pa.Array:
    """Ids without pattern, 16 bytes each."""
    halves = np.stack([_mixed(numbers * 7 + kind), _mixed(numbers * 11 + kind)], axis=1)
    return pa.Array.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(halves.tobytes())])


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    at = table.column_names.index(column)
    return table.set_column(at, table.schema.field(at), pa.array(values).cast(table.schema.field(at).type))
