"""How fast a file is ingested, and in how much memory, beside the same checks in Polars and in DuckDB.

Each engine works in a process of its own. It first does a small file, which loads libraries and compiled code; then
processor and elapsed seconds and the largest memory, of that process and all that it starts, are taken over the file of
the asked size. The peers check and count what is wrong; ``riskscreen, checks`` does the same; ``riskscreen, ingest``
also makes tokens and records, finds duplicates, and lands.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.feed_files import FEEDS, write
from benchmarks.tree import alone
from riskscreen.cli.data import Pace
from riskscreen.declare import Code, Deployment, Feed, Id, Money, load
from riskscreen.identity.keys import create_key
from riskscreen.ingest import Progress, ingest
from riskscreen.ingest.loading import ENOUGH, PIECE_ROWS
from riskscreen.runners import LOCAL, Runner

ROOT = Path(__file__).parent.parent
SIZES = {"S": 1_000_000, "M": 10_000_000, "L": 100_000_000}
MEASURED = {"L": ("medical_settlement",)}  # the widest feed alone; of other sizes all
BYTES_A_ROW = 250  # the file, what is landed of it, and what is kept until then
SECONDS_BETWEEN = 10
WARM_ROWS = 600_000
TODAY = date(2024, 12, 31)
TASKS = "riskscreen, ingest, a process a core"
FILE = "{feed}_2024-01-01.parquet"

Engine = Callable[[Deployment, str, Path], int]
Figure = dict[str, Any]


def measure(size: str, folder: Path | None = None) -> Iterator[Figure]:
    """A figure for each engine and feed at a size: processor and elapsed seconds, and the largest memory in MB.

    Files are made in ``folder`` and stay there for the next run; without one they are made elsewhere, and removed.
    """
    with TemporaryDirectory() as other:
        place = (folder or Path(other)) / f"ingest-{size}"
        place.mkdir(parents=True, exist_ok=True)
        _check_room(place, SIZES[size])
        for feed in MEASURED.get(size, tuple(FEEDS)):
            yield from _of_feed(feed, place, SIZES[size])


def _of_feed(feed: str, place: Path, rows: int) -> Iterator[Figure]:
    files = {count: place / str(count) / FILE.format(feed=feed) for count in (WARM_ROWS, rows)}
    for count, file in files.items():
        if not file.is_file():
            alone(int, _make, file, feed, count)
    for engine in ENGINES:
        if engine != TASKS or rows >= ENOUGH * PIECE_ROWS:
            yield _measured(engine, feed, files[WARM_ROWS], files[rows])


def _make(file: Path, feed: str, rows: int) -> None:
    """Write a file under another name first: one that was cut off is none."""
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    write(unfinished, feed, rows)
    unfinished.rename(file)


def _check_room(place: Path, rows: int) -> None:
    free, needed = shutil.disk_usage(place).free, rows * BYTES_A_ROW
    if free < needed:
        raise SystemExit(f"{rows:,} rows need {needed >> 30} GB of disk, and {free >> 30} GB are free: give a --folder")


def processor() -> str:
    """The model of this machine's processor and the cores given to this process."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").is_file() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else 'unknown'}, {len(os.sched_getaffinity(0))} cores"


def _measured(engine: str, feed: str, small: Path, large: Path) -> Figure:
    wrong, figure = alone(partial(_wrong, engine, feed, small), _wrong, engine, feed, large)
    if wrong:
        raise SystemExit(f"{engine} finds {wrong} wrong rows in a file that has none")
    rows = _rows(large)
    return {"engine": engine, "work": f"{feed}, {rows:,} rows", "rows": rows, **figure}


def _wrong(engine: str, feed: str, path: Path) -> int:
    return ENGINES[engine](_suzhou(), feed, path)


@cache
def _suzhou() -> Deployment:
    return load(ROOT / "models" / "suzhou")


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _ingest(deployment: Deployment, feed: str, path: Path, runner: Runner | None = None) -> int:
    with TemporaryDirectory(dir=path.parent) as home:
        key = create_key(Path(home))  # processes look for it themselves
        (result,) = ingest(
            [path], deployment, Path(home), key, loaded_on=TODAY, feed=feed, progress=_teller(), runner=runner
        )
    return result.quarantined


def _teller() -> Callable[[Progress], None]:
    """Prints rate and time left of a long ingest, every ten seconds."""
    pace, told = Pace(), time.monotonic()

    def tell(at: Progress) -> None:
        nonlocal told
        words = pace.told(at)
        if time.monotonic() - told > SECONDS_BETWEEN:
            told = time.monotonic()
            print(words, file=sys.stderr, flush=True)

    return tell


def _checks(deployment: Deployment, feed: str, path: Path) -> int:
    """The contract's checks as ingest does them, without tokens, records and landing."""
    from riskscreen.ingest.memory import steady_memory
    from riskscreen.ingest.piece import check_only
    from riskscreen.ingest.reading import open_file

    declared = deployment.feeds[feed]
    columns = [column for column in declared.columns if column.is_read]
    pieces = open_file(path).pieces([column.name for column in columns], PIECE_ROWS)
    with steady_memory():
        return sum(int(check_only(declared, columns, table).sum()) for table, _ in pieces)


def _polars(deployment: Deployment, feed: str, path: Path) -> int:
    import polars as pl

    declared = deployment.feeds[feed]
    wrong = pl.any_horizontal(*_polars_columns(declared), *_polars_rows(declared)).fill_null(value=False)
    counted = pl.scan_parquet(path).filter(wrong).select(pl.len()).collect(engine="streaming")
    return int(counted.item())


def _polars_columns(feed: Feed) -> list[Any]:
    import polars as pl

    wrong = []
    for column in feed.columns:
        x, kind = pl.col(column.name), column.type
        if column.required:
            wrong.append(x.is_null())
        if isinstance(kind, Id):
            wrong.append(~x.str.contains(rf"^(?:{kind.pattern})$"))
            if kind.check is not None:
                worth = {letter: at for at, letter in enumerate(kind.check.alphabet)}
                total = pl.sum_horizontal(
                    x.str.slice(at, 1).replace_strict(worth, default=None, return_dtype=pl.Int32) * weight
                    for at, weight in enumerate(kind.check.weights)
                )
                last = dict(enumerate(kind.check.characters))
                right = (total % len(last)).replace_strict(last, default=None, return_dtype=pl.String)
                wrong.append(x.str.slice(-1) != right)
        if isinstance(kind, Code) and kind.allowed:
            wrong.append(~x.is_in(list(kind.allowed)))
        if isinstance(kind, Money) and kind.at_least is not None:
            wrong.append(x < kind.at_least)
    return wrong


def _polars_rows(feed: Feed) -> list[Any]:
    import polars as pl

    from riskscreen.declare import AddsUp, InRegion, NotBefore

    wrong = []
    for check in feed.checks:
        match check:
            case AddsUp(total=total, parts=parts):
                wrong.append((pl.col(total) - pl.sum_horizontal(map(pl.col, parts))).abs() > 0.01)
            case NotBefore(later=later, earlier=earlier):
                wrong.append(pl.col(later) < pl.col(earlier))
            case InRegion(id=column, regions=regions):
                codes: dict[int, list[str]] = {}
                for region in regions:
                    codes.setdefault(len(region.code), []).append(region.code)
                known = [pl.col(column).str.slice(0, length).is_in(among) for length, among in codes.items()]
                wrong.append(~pl.any_horizontal(*known))
    return wrong


def _duckdb(deployment: Deployment, feed: str, path: Path) -> int:
    import duckdb

    declared = deployment.feeds[feed]
    wrong = " OR ".join(f"coalesce({each}, FALSE)" for each in (*_sql_columns(declared), *_sql_rows(declared)))
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {wrong}", [str(path)])  # noqa: S608
        return int((found.fetchone() or (0,))[0])


def _sql_columns(feed: Feed) -> list[str]:
    wrong = []
    for column in feed.columns:
        x, kind = column.name, column.type
        if column.required:
            wrong.append(f"{x} IS NULL")
        if isinstance(kind, Id):
            wrong.append(f"NOT regexp_full_match({x}, '{kind.pattern}')")
            if kind.check is not None:
                total = " + ".join(
                    f"(instr('{kind.check.alphabet}', substr({x}, {at}, 1)) - 1) * {weight}"
                    for at, weight in enumerate(kind.check.weights, start=1)
                )
                last = f"substr('{kind.check.characters}', 1 + ({total}) % {len(kind.check.characters)}, 1)"
                wrong.append(f"right({x}, 1) <> {last}")
        if isinstance(kind, Code) and kind.allowed:
            wrong.append(f"{x} NOT IN ({', '.join(repr(each) for each in kind.allowed)})")
        if isinstance(kind, Money) and kind.at_least is not None:
            wrong.append(f"{x} < {kind.at_least}")
    return wrong


def _sql_rows(feed: Feed) -> list[str]:
    from riskscreen.declare import AddsUp, InRegion, NotBefore

    wrong = []
    for check in feed.checks:
        match check:
            case AddsUp(total=total, parts=parts):
                wrong.append(f"abs({total} - ({' + '.join(parts)})) > 0.01")
            case NotBefore(later=later, earlier=earlier):
                wrong.append(f"{later} < {earlier}")
            case InRegion(id=column, regions=regions):
                codes: dict[int, list[str]] = {}
                for region in regions:
                    codes.setdefault(len(region.code), []).append(region.code)
                known = [
                    f"left({column}, {length}) IN ({', '.join(map(repr, among))})" for length, among in codes.items()
                ]
                wrong.append(f"NOT ({' OR '.join(known)})")
    return wrong


ENGINES: Mapping[str, Engine] = {
    "riskscreen, ingest": _ingest,
    TASKS: partial(_ingest, runner=LOCAL),
    "riskscreen, checks": _checks,
    "Polars, checks": _polars,
    "DuckDB, checks": _duckdb,
}
