"""How rightly a made-up city's deliveries are linked, how fast, and what its crosswalk of today tells of the past.

The city lives three years and delivers by the quarter, with every error of its way of life, and then by the day. Its
files are ingested as a user would, and linked: the three years from nothing, and the day after them, each measured in a
process of its own, with all processes that it starts. Truth beside the deliveries is read for scoring alone.
"""

import argparse
import json
import os
import re
import shutil
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from benchmarks.tree import Look, alone, cpu_seconds
from riskscreen.city import LAST, make
from riskscreen.declare import Deployment, load
from riskscreen.eventstore.landing import Landing
from riskscreen.eventstore.store import EventStore
from riskscreen.identity.keys import Key, create_key
from riskscreen.ingest import ingest
from riskscreen.linkage import link
from riskscreen.linkage.judging import judge

FIRST = date(2021, 1, 1)
PAST = date(2022, 12, 31)  # the day of which today's crosswalk is asked
WITHIN = timedelta(days=180)  # after it, in which help begins
OUTCOME = "aid"
PAGE = Path("docs/linkage.md")
DAY = re.compile(r"_(\d{4}-\d\d-\d\d)[.-]")  # of a large city's pieces the number stands behind the day
TABLES = {name: re.compile(f"<!-- {name} -->.*?<!-- /{name} -->", re.DOTALL) for name in ("city", "steps", "past")}
STEPS = ("who is who", "people and households", "crosswalk")  # what a link tells before the record kinds
RECORDS = "records to the store"
INGEST = "ingest.json"

Mark = tuple[str, float, float]  # a step that begins, when, and the processor's seconds until then


def measure(deployment: Path, persons: int, seed: int, folder: Path | None = None) -> dict[str, Any]:
    """The figures of a city of so many people: how right links are, seconds and memory in MB, whole and step by step.

    What is ingested stays in ``folder``, if one is given, with what that took, and is not made again where it stands.
    """
    with TemporaryDirectory() as temporary:
        own = (folder or Path(temporary)) / f"{persons}-{seed}"
        town = _ready(deployment, persons, seed, own)
        landed = json.loads((own / INGEST).read_text(encoding="utf-8"))
        home = Path(shutil.copytree(own / "home", own / "linked", copy_function=os.link))
        try:
            first = _measured(deployment, home)
            judged = judge(home, town, own / "city" / "truth").figures
            taken = _ingested(deployment, home, sorted((own / "day").iterdir()), LAST + timedelta(days=1))
            day = _measured(deployment, home)
        finally:
            shutil.rmtree(home)
    kept = ("pairwise", "bcubed", "households", "candidate_pairs")
    right = {name: judged[name] for name in kept if name in judged}
    return {"persons": persons, "seed": seed, "ingest": landed, **first, **right, "day": {**day, "ingest": taken}}


def _ready(deployment: Path, persons: int, seed: int, own: Path) -> Deployment:
    """A home that holds three years of deliveries, in a folder of its own, beside those of the day after them."""
    town = load(deployment)
    if (own / "home").is_dir():
        return town
    _made(deployment, persons, seed, own / "city", LAST + timedelta(days=1))
    (own / "day").mkdir()
    for path in sorted((own / "city").glob("*.*")):
        if _day(path) > LAST:
            path.rename(own / "day" / path.name)
    taken = _ingested(deployment, own / "landed", sorted((own / "city").glob("*.*")), LAST)
    (own / INGEST).write_text(json.dumps(taken), encoding="utf-8")
    (own / "landed").rename(own / "home")
    return town


def _ingested(deployment: Path, home: Path, files: list[Path], on: date) -> dict[str, Any]:
    """How many rows an ingest of files accepted, and what it took."""
    rows, spent = alone(_nothing, _taken, deployment, home, files, on)
    return {"rows": rows, **spent}


def _taken(deployment: Path, home: Path, files: list[Path], on: date) -> int:
    return _take(home, load(deployment), files, on)


def _measured(deployment: Path, home: Path) -> dict[str, Any]:
    """What a link of a home found and took."""
    looks: list[Look] = []
    (found, marks), spent = alone(_nothing, _linked, deployment, home, looks=looks)
    return {**found, **spent, "steps": _steps(marks, looks)}


def _steps(marks: list[Mark], looks: list[Look]) -> dict[str, dict[str, float]]:
    """Processor seconds and largest memory of each step; those of all record kinds are one."""
    found: dict[str, dict[str, float]] = {}
    for (name, begun, before), (_, ended, after) in pairwise(marks):
        step = found.setdefault(name if name in STEPS else RECORDS, {"cpu_s": 0.0, "peak_mb": 0})
        step["cpu_s"] = round(step["cpu_s"] + after - before, 2)
        seen = [memory for when, memory in looks if begun <= when <= ended]
        step["peak_mb"] = max(step["peak_mb"], round(max(seen, default=0) / 1000))
    return found


def _nothing() -> None:
    """What a process that ingests or links prepares."""


def measure_past(deployment: Path, persons: int, seed: int) -> list[dict[str, Any]]:
    """What a crosswalk made later tells of a past day that the one of that day did not, grown and made anew."""
    with TemporaryDirectory() as folder:
        files, then = Path(folder) / "city", Path(folder) / "then"
        town = _made(deployment, persons, seed, files)
        before = [path for path in sorted(files.glob("*.*")) if _day(path) <= PAST]
        _take(then, town, before)
        anew, grown = Path(folder) / "anew", Path(folder) / "grown"
        shutil.copytree(then, anew)
        link(then, town, _key(then))
        shutil.copytree(then, grown)
        figures = []
        for name, home in (("grown night by night", grown), ("made anew", anew)):
            _take(home, town, [path for path in sorted(files.glob("*.*")) if _day(path) > PAST])
            link(home, town, _key(home))
            figures.append({"persons": persons, "seed": seed, "crosswalk": name, **_told(then, home)})
        return figures


def _made(deployment: Path, persons: int, seed: int, files: Path, last: date = LAST) -> Deployment:
    town = load(deployment)
    assert town.way_of_life is not None
    make(town.way_of_life, persons, seed, (FIRST, last), files, months=3)
    return town


def _day(path: Path) -> date:
    found = DAY.search(path.name)
    return date.fromisoformat(found[1]) if found else date.min


def _take(home: Path, town: Deployment, files: list[Path], on: date = LAST) -> int:
    """Ingest files; gives how many rows were accepted."""
    home.mkdir(exist_ok=True)
    key = _key(home) if (home / "key").exists() else create_key(home)
    taken = ingest([path for path in files if path.is_file()], town, home, key, loaded_on=on)
    return sum(result.accepted for result in taken)


def _key(home: Path) -> Key:
    from riskscreen.identity.keys import load_key

    return load_key(home, {})


def _linked(deployment: Path, home: Path) -> tuple[dict[str, Any], list[Mark]]:
    marks: list[Mark] = []

    def mark(step: str) -> None:
        marks.append((step, time.perf_counter(), cpu_seconds()))

    done = link(home, load(deployment), _key(home), mark)
    mark("")
    return {"records": done.records, "doubtful": done.doubtful}, marks


def _told(then: Path, now: Path) -> dict[str, Any]:
    """Of the records known by the past day: how many another person has now, and how many of these soon get help.

    A person is the same where the same numbers of that day are theirs.
    """
    with duckdb.connect() as db:
        for name, home in (("then", then), ("now", now)):
            db.register(f"{name}_numbers", EventStore.open(home).crosswalk("numbers"))
        db.execute("CREATE TABLE records (number BIGINT, known_on DATE)")
        landing = Landing(then)
        for kind in sorted({kind for each in landing.manifest() for kind in each.files}):
            db.register("kind", landing.scan(kind))
            db.execute("INSERT INTO records SELECT person, known_on FROM kind")
        db.register("helped", Landing(now).scan(OUTCOME))
        return dict(db.execute(TOLD, {"past": PAST, "until": PAST + WITHIN}).to_arrow_table().to_pylist()[0])


TOLD = """
    WITH known AS (
        SELECT number, count(*) AS n FROM records WHERE known_on <= $past GROUP BY number
    ), old AS (
        SELECT number, n, bit_xor(hash(number)) OVER (PARTITION BY person) AS who
        FROM known JOIN then_numbers USING (number)
    ), new AS (
        SELECT number, person, bit_xor(hash(number)) OVER (PARTITION BY person) AS who
        FROM known JOIN now_numbers USING (number) WHERE "from" <= $past
    ), soon AS (
        SELECT DISTINCT now_numbers.person FROM helped JOIN now_numbers ON number = helped.person
        WHERE happened_on > $past AND happened_on <= $until
    ), compared AS (
        SELECT n, new.who IS NOT DISTINCT FROM old.who AS same, person, person IN (SELECT person FROM soon) AS helped
        FROM old LEFT JOIN new USING (number)
    )
    SELECT sum(n)::BIGINT AS records, coalesce(sum(n) FILTER (NOT same), 0)::BIGINT AS of_others,
        count(DISTINCT person) AS people, count(DISTINCT person) FILTER (NOT same) AS changed,
        count(DISTINCT person) FILTER (helped) AS helped,
        count(DISTINCT person) FILTER (helped AND NOT same) AS changed_helped
    FROM compared
"""


def keep(root: Path, name: str, figures: list[dict[str, Any]]) -> None:
    """Keep figures in docs/figures, beside those of other cities, and their table in the page."""
    path = root / _kept(name)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    both = {_which(one): one for one in [*kept, *figures]}
    path.write_text(json.dumps([both[key] for key in sorted(both)], indent=1) + "\n", encoding="utf-8")
    (root / PAGE).write_text(with_tables(root), encoding="utf-8")


def _which(figure: dict[str, Any]) -> tuple[int, int, str]:
    return figure.get("persons", 0), figure.get("seed", 0), figure.get("crosswalk", "")


def with_tables(root: Path) -> str:
    """The page's text with the tables that the kept figures give."""
    text = (root / PAGE).read_text(encoding="utf-8")
    for name, place in TABLES.items():
        said = table(name, json.loads((root / _kept("past" if name == "past" else "city")).read_text(encoding="utf-8")))
        first, last = f"<!-- {name} -->", f"<!-- /{name} -->"
        text = place.sub(f"{first}\n\n{said}\n\n{last}", text)
    return text


def _kept(name: str) -> Path:
    return Path(f"docs/figures/link_{name}.json")


def table(name: str, figures: list[dict[str, Any]]) -> str:
    """Figures as a table."""
    head, rows = {"city": _city_rows, "steps": _step_rows, "past": _past_rows}[name](figures)
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---", *["---:"] * (len(head) - 1)], *rows)]
    return "\n".join(lines)


def _city_rows(figures: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    head = ["city", "records", "precision", "recall", "households, F1", "doubtful pairs", "processor s", "s", "MB"]
    return head, [
        [
            f"{one['persons']:,} people, seed {one['seed']}", f"{one['records']:,}",
            f"{one['pairwise']['precision']:.5f}", f"{one['pairwise']['recall']:.5f}",
            f"{one['households']['f1']:.4f}" if "households" in one else "", f"{one['doubtful']:,}",
            f"{one['cpu_s']:.0f}", f"{one['wall_s']:.0f}", f"{one['peak_mb']:,}",
        ]
        for one in figures
    ]  # fmt: skip


def _step_rows(figures: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Ingest, the steps of the link, and all of it, of the three years and of the day after them."""
    head = ["city", "step", "processor s", "MB", "the day after: processor s", "MB"]
    rows = []
    for one in figures:
        day, city = one["day"], f"{one['persons']:,} people, seed {one['seed']}"
        taken = [one["ingest"], day["ingest"]]
        ingested = f"ingest: {taken[0]['rows']:,} rows, then {taken[1]['rows']:,}"
        steps = {ingested: taken} | {step: [one["steps"][step], day["steps"][step]] for step in (*STEPS, RECORDS)}
        steps["link, all of it"] = [one, day]
        for step, both in steps.items():
            cells = [cell for took in both for cell in (f"{took['cpu_s']:,.1f}", f"{took['peak_mb']:,}")]
            rows.append([city, step, *cells])
    return head, rows


def _past_rows(figures: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    head = ["today's crosswalk", "records known then", "of another person now", "people changed"]
    head += ["of these helped soon", "of all helped soon"]
    return head, [
        [
            one["crosswalk"], f"{one['records']:,}", f"{one['of_others']:,} ({one['of_others'] / one['records']:.3%})",
            f"{one['changed']:,} of {one['people']:,}", f"{one['changed_helped'] / max(one['changed'], 1):.1%}",
            f"{one['helped'] / one['people']:.1%}",
        ]
        for one in figures
    ]  # fmt: skip


def main(deployment: Path, root: Path, arguments: argparse.Namespace) -> None:
    """Measure what ``arguments.name`` says, print, and keep it if asked."""
    seeds, of_past = arguments.seeds, arguments.name == "link_past"
    measured = []
    for seed in seeds:
        measured += (
            measure_past(deployment, arguments.persons, seed)
            if of_past
            else [measure(deployment, arguments.persons, seed, arguments.folder)]
        )
    name = "past" if of_past else "city"
    tables = [name] if of_past else [name, "steps"]
    print(json.dumps(measured, indent=1) if arguments.json else "\n\n".join(table(each, measured) for each in tables))
    if arguments.keep:
        keep(root, name, measured)
