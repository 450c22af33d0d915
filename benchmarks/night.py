"""A whole night over a city of some size, by the command itself: scores of two models, ranks, lists, reasons, store.

The city is made of copies. One piece of it, some 20,000 people who live there and all who ever did, is made up,
ingested, linked and learnt from by riskscreen's own commands. Its event store is then written once a copy: a bucket
each, with person and household numbers of its own, and names of its own outside. What the night reads, scores, ranks
and writes is so of as many people as are asked for; what is landed, and what only a link reads of the crosswalk, is the
piece's. Workers are as many more as people: five in a thousand reach a list.
"""

import contextlib
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import grown
from benchmarks.tree import Look, alone, cpu_seconds
from riskscreen.declare import AreaTree, Deployment, load
from riskscreen.eventstore import writing
from riskscreen.eventstore.store import EventStore, Part, Stored
from riskscreen.identity import Key, load_key, pseudonym

SIZES = {"S": 200_000, "M": 1_000_000, "L": 5_000_000}
PIECE = 20_000
LISTED = 0.005  # of those who live there, over all models
FIRST = date(2021, 1, 1)
BYTES_A_PERSON = 2_000  # of the event store and all else
TURNS = 3  # how often each night is run, in turn: a machine that does other things makes one in three slow, or two
NOT_COPIED = ("city", "events", "scores", "shadow", "lock", "mlflow.db", "mlartifacts")

# What is told of by itself: a function that the night calls, and what it does.
NIGHT, SCORE, SESSION = "riskscreen.nightly.night", "riskscreen.scoring.score", "riskscreen.cli.session"
TOLD: Mapping[tuple[str, str], str] = {
    (NIGHT, "link_people"): "link, nothing new",
    (NIGHT, "score_all"): "features and scores",
    (SCORE, "_joined"): "ranking",
    (NIGHT, "_write_scores"): "writing scores",
    (NIGHT, "listed"): "lists",
    (NIGHT, "_list"): "lists",
    (NIGHT, "explain_all"): "reasons",
    (NIGHT, "_publish"): "the store",
}
REST = "all else: loading libraries, opening the home"

Figure = dict[str, Any]


def measure(deployment: Path, persons: int, folder: Path | None = None, days: int = 0) -> list[Figure]:
    """The figures of a night for so many people, and of its steps; with ``days``, also of one after so many additions.

    Each night is run :data:`TURNS` times, in turn, and the one is told of that took the least processor time. The
    piece is made in ``folder`` and stays there for the next run; without one it is made elsewhere, and removed. The
    homes with the copies are removed in any case.
    """
    additions = tuple(dict.fromkeys((0, days)))
    with tempfile.TemporaryDirectory() as other:
        place = folder or Path(other)
        _check_room(place, persons * len(additions))
        made = piece(deployment, place, PIECE)
        with tempfile.TemporaryDirectory(dir=place) as temporary:
            homes = {added: Path(temporary) / f"home-{added}" for added in additions}
            for added, home in homes.items():
                laid_out(made, home, max(1, round(persons / PIECE)), added)
            turns = [
                {added: _with_all_as_it_was(deployment, home, persons, added) for added, home in homes.items()}
                for _ in range(TURNS)
            ]
        least = [min((turn[added] for turn in turns), key=lambda figures: figures[0]["cpu_s"]) for added in homes]
        return [figure for figures in least for figure in figures]


def _with_all_as_it_was(deployment: Path, home: Path, persons: int, days: int) -> list[Figure]:
    """The figures of a night in a copy of a home, which has the same event store: no night writes that."""
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        again = Path(folder) / "home"
        shutil.copytree(home, again, ignore=lambda of, _: ("events",) if Path(of) == home else ())
        shutil.copytree(home / "events", again / "events", copy_function=os.link)
        return night(deployment, again, persons, days)


def piece(deployment: Path, folder: Path, persons: int) -> Path:
    """The home of a piece: made up, ingested, linked into one bucket, trees trained and promoted, and a night run."""
    home = folder / f"night-{persons}"
    if home.is_dir():
        return home
    unfinished = folder / f"night-{persons}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _alone(_made, deployment, unfinished, persons)
    before = str(date.fromisoformat(str(EventStore.open(unfinished).version.last_known)) - timedelta(days=1))
    for model in load(deployment).models:
        _command(deployment, unfinished, "train", model, "--as-of", before, "--candidate", "lightgbm")
        _command(deployment, unfinished, "promote", model)
    _alone(_night_before, deployment, unfinished, before)
    unfinished.rename(home)
    return home


def _made(deployment: Path, home: Path, persons: int) -> None:
    """The piece as far as the demo makes one, but with one bucket."""
    from riskscreen.city import LAST, make
    from riskscreen.nightly import Publisher, link_people

    declared = load(deployment)
    assert declared.way_of_life is not None
    make(declared.way_of_life, persons, 1, (FIRST, LAST), home / "city", months=3)
    _command(deployment, home, "ingest", str(home / "city"))
    link_people(home, _larger(declared, 1, 1), load_key(home, {}), Publisher(None, datetime.now(UTC)))
    shutil.rmtree(home / "city")


def _night_before(deployment: Path, home: Path, day: str) -> None:
    """A first night in the piece: so the measured one finds lists, and it is known how long they are."""
    from riskscreen.nightly import Publisher, run_night

    declared, publisher = _larger(load(deployment), 1, 1), Publisher(None, datetime.now(UTC))
    run_night(home, declared, load_key(home, {}), date.fromisoformat(day), publisher=publisher)


def laid_out(made: Path, home: Path, copies: int, days: int = 0) -> EventStore:
    """A home whose event store holds the piece so many times, a bucket each, and was added to on the last ``days``."""
    store, key = EventStore.open(made), load_key(made, {})
    shutil.copytree(made, home, ignore=lambda folder, _: NOT_COPIED if Path(folder) == made else ())
    kept = {name: store.crosswalk(name) for name in store.version.crosswalk}
    with writing.drafted(home, 1) as draft, tempfile.TemporaryDirectory(dir=home) as once:
        parts: list[Stored] = []
        for kind in store.kinds():
            made_once = grown.stored(Path(once), Part(kind, 0), store.read(kind, 0), days)
            for copy in range(copies):
                by = {name: copy * kept[f"{name}s"].num_rows for name in ("person", "household")}
                parts.append(grown.copied(made_once, Path(once), home, copy, partial(_shifted, by=by)))
        for name in ("person", "household"):
            kept[f"{name}s"] = _named(kept[f"{name}s"], name, copies, key)
        people, crosswalk = store.version.people * copies, draft.keep(kept)
        version = replace(store.version, buckets=copies, people=people, crosswalk=crosswalk, **_files(parts))
        draft.finish(version, None)
    return EventStore.open(home)


def _files(parts: Sequence[Stored]) -> dict[str, Any]:
    files = tuple(file for part in parts for file in part.files)
    return {"files": files, "sidecars": tuple(part.sidecar for part in parts if part.sidecar)}


def _shifted(rows: pa.Table, by: Mapping[str, int]) -> pa.Table:
    for name, shift in by.items():
        rows = rows.set_column(rows.column_names.index(name), name, pc.add(rows[name], shift))
    return rows


def _named(rows: pa.Table, name: str, copies: int, key: Key) -> pa.Table:
    """Persons or households of all copies: numbers that go on, and the names that a link would give to them."""
    many = rows.num_rows
    parts = []
    for copy in range(copies):
        numbers = range(copy * many, (copy + 1) * many)
        kind = {"person": "entity", "household": "household"}[name]
        said = {name: list(numbers), "entity_id": [pseudonym(key, number, kind) for number in numbers]}
        if name == "person":
            said |= {"family": pc.add(rows["family"], copy * many), "bucket": [copy] * many}
        parts.append(pa.table([said.get(field.name, rows[field.name]) for field in rows.schema], schema=rows.schema))
    return pa.concat_tables(parts).combine_chunks()


def night(deployment: Path, home: Path, persons: int, days: int = 0) -> list[Figure]:
    """The figures of the night of the last day known in a home to whose event store ``days`` were added."""
    looks: list[Look] = []
    told, figure = alone(int, _night, deployment, home, round(persons * LISTED), looks=looks)
    version, steps = EventStore.open(home).version, told["steps"]
    counts = {name: sum(step.get(name, 0) for step in steps) for name in ("scored", "entries")}
    work = f"{persons:,} people live there, {version.people:,} are known by {version.records:,} records"
    work += f"; {told['signals']} signals, {told['trees']} trees"
    engine = "riskscreen, night" + (f" after {days} additions" if days else "")
    whole = {"engine": engine, "work": work, "rows": version.records, **figure}
    return [whole, *(_of_it(name, spent, counts, version.records, looks) for name, spent in told["spent"].items())]


def _of_it(name: str, spent: "Spent", counts: Mapping[str, int], records: int, looks: Sequence[Look]) -> Figure:
    """The figure of a step; its memory is the most that was seen of all processes while it lasted."""
    many = {
        "ranking": f"{counts['scored']:,} scores",
        "writing scores": f"{counts['scored']:,} scores",
        "lists": f"{counts['entries']:,} entries",
        "reasons": f"{counts['entries']:,} entries",
        "the store": f"{counts['entries']:,} entries",
    }
    seen = [memory for at, memory in looks if any(since <= at <= until for since, until in spent.lasted)]
    return {
        "engine": "of it",
        "work": f"{name}: {many[name]}" if name in many else name,
        "rows": records,
        "cpu_s": max(0.01, round(spent.cpu, 2)),
        "wall_s": round(spent.wall, 2),
        "peak_mb": round(max(seen, default=0) / 1000),
    }


@dataclass
class Spent:
    """Processor and elapsed seconds of a step, and from when to when it lasted."""

    cpu: float = 0.0
    wall: float = 0.0
    lasted: list[tuple[float, float]] = field(default_factory=list)


class Steps:
    """What each step spends: every second is that of the innermost step that is being done."""

    def __init__(self) -> None:
        self.spent = {name: Spent() for name in (*TOLD.values(), REST)}
        self._step, self._cpu, self._since = REST, cpu_seconds(), time.perf_counter()

    def turn_to(self, step: str) -> str:
        """End the step that is being done, whose name is given, and begin another one."""
        cpu, now, before = cpu_seconds(), time.perf_counter(), self._step
        spent = self.spent[before]
        spent.cpu += cpu - self._cpu
        spent.wall += now - self._since
        spent.lasted.append((self._since, now))
        self._step, self._cpu, self._since = step, cpu, now
        return before

    def told(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, whose seconds are those of a step."""

        def timed(*given: Any, **named: Any) -> Any:
            before = self.turn_to(name)
            try:
                return work(*given, **named)
            finally:
                self.turn_to(before)

        return timed


def _night(deployment: Path, home: Path, entries: int) -> dict[str, Any]:
    """Run the command in this process; what its steps cost, and what it says of them."""
    steps = Steps()
    store = EventStore.open(home)
    before = sum(pq.read_metadata(path).num_rows for path in (home / "lists").rglob("*.parquet"))
    declared = _larger(load(deployment), store.version.buckets, entries / before)
    importlib.import_module(SESSION).load = lambda _: declared  # type: ignore[attr-defined]
    for (module, function), name in TOLD.items():
        there = importlib.import_module(module)
        setattr(there, function, steps.told(name, getattr(there, function)))
    said = _said(["--deployment", str(deployment), "--home", str(home), "nightly"], str(store.version.last_known))
    steps.turn_to(REST)
    return {"steps": said, "spent": steps.spent, **_models(declared, home, str(store.version.last_known))}


def _said(command: Sequence[str], day: str) -> list[dict[str, Any]]:
    from riskscreen.cli import main

    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            main([*command, "--as-of", day, "--json"])
        except SystemExit as end:
            if end.code:
                raise SystemExit(f"the night ended with code {end.code}") from None
    steps: list[dict[str, Any]] = json.loads(out.getvalue())
    return steps


def _models(declared: Deployment, home: Path, day: str) -> dict[str, int]:
    """How many trees rank, and how many signals they read, those behind them included."""
    from riskscreen.scoring import ranker_on

    rankers = [ranker_on(home, declared, spec, date.fromisoformat(day)) for spec in declared.models.values()]
    trees = [getattr(getattr(ranker.by, "candidate", None), "booster", None) for ranker in rankers]
    names = {name for ranker in rankers for name in ranker.signals}
    return {
        "trees": sum(booster.num_trees() for booster in trees if booster is not None),
        "signals": len(declared.closure(sorted(names))),
    }


def _larger(deployment: Deployment, buckets: int, times: float) -> Deployment:
    """The deployment with other buckets, and with so many times the visits."""
    areas = [replace(area, weekly_visits=round(area.weekly_visits * times)) for area in deployment.areas.values()]
    return replace(deployment, place=replace(deployment.place, buckets=buckets), areas=AreaTree(areas))


def _command(deployment: Path, home: Path, *words: str) -> None:
    """Run a command of riskscreen; rows that it puts in quarantine do not end it."""
    command = [sys.executable, "-m", "riskscreen", "--deployment", str(deployment), "--home", str(home), *words]
    done = subprocess.run([*command, "--json"], check=False, stdout=subprocess.PIPE)
    if done.returncode not in (0, 3):
        raise SystemExit(f"riskscreen {words[0]} ended with code {done.returncode}")


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    alone(int, work, *arguments)


def _check_room(place: Path, persons: int) -> None:
    free, needed = shutil.disk_usage(place).free, persons * BYTES_A_PERSON
    if free < needed:
        raise SystemExit(f"the homes need {needed >> 30} GB of disk, and {free >> 30} GB are free")
