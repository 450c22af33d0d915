"""The reference work beside its peers: 125 signals of everybody, each engine in a process of its own.

An engine answers the sum of every signal, so that nothing is left out and all can be held against each other. Before it
is measured it does a small size, which loads libraries and compiled code.
"""

import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.reference_files import SIZES, Files, files
from benchmarks.reference_people import MAKERS
from benchmarks.tree import alone
from riskscreen.clock import month_end
from riskscreen.declare import AtLeast, Cohort, Deployment, Text, load

DECLARED = Path(__file__).parent / "reference_work"
ONE_DAY = (date(2024, 12, 31),)
TWELVE_DAYS = tuple(month_end(2024, month) for month in range(1, 13))
A_FIFTH = AtLeast("bills_365", 4)  # holds for about a fifth of the people

Sums = dict[str, float]
Engine = Callable[[Files, Sequence[date], bool], Sums]
Figure = dict[str, Any]


def measure(size: str, folder: Path | None = None, engines: Sequence[str] = ()) -> Iterator[Figure]:
    """The figures of a size: each engine over one day, then over twelve days of a fifth of the people.

    Files are made in ``folder``, by default one under the system's temporary files, and stay there. Of engines that
    would need more memory than there is, or hours, there is no figure.
    """
    made = {name: _made(folder or Path(tempfile.gettempdir()), name) for name in (WARM, size)}
    yield _building(made[size])
    for days, part in ((ONE_DAY, False), (TWELVE_DAYS, True)):
        first: Sums = {}
        for name, (engine, sizes) in ENGINES.items():
            if size in sizes[part] and (not engines or name in engines):
                sums, figure = _measured(name, engine, made[WARM], made[size], days, part)
                first = first or sums
                _check_same(name, sums, first)
                yield figure


def _check_same(name: str, sums: Sums, expected: Sums) -> None:
    """Counts and money are the same; other sums to nine digits."""
    if "people" not in sums:
        return
    wrong = [each for each, value in expected.items() if abs(sums[each] - value) > 1e-9 * max(abs(value), 1)]
    if wrong:
        raise SystemExit(f"{name} gives another sum of {', '.join(wrong)}: one of the engines is wrong")


def _made(folder: Path, name: str) -> Files:
    """The files of a size, made in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(files, (folder / f"features-{name}", SIZES[name]))


def _building(made: Files) -> Figure:
    what = f"writing the event store: {made.store_bytes / 1e6:,.0f} MB, tables {made.table_bytes / 1e6:,.0f} MB"
    spent = {"cpu_s": made.store_cpu_s, "wall_s": made.store_wall_s, "peak_mb": 0}
    return {"engine": "riskscreen, its event store", "work": what, "rows": made.events, **spent}


def _measured(
    name: str, engine: Engine, small: Files, large: Files, days: Sequence[date], part: bool
) -> tuple[Sums, Figure]:
    sums, figure = alone(partial(engine, small, days[-1:], part), engine, large, days, part)
    who = f"{len(days)} days, a fifth of " if part else ""
    work = f"{who}{large.size.people:,} people, {large.events:,} events"
    return sums, {"engine": name, "work": work, "rows": large.events * len(days), **figure}


def declared() -> Deployment:
    """The reference work's declarations."""
    return load(DECLARED)


def _riskscreen(made: Files, days: Sequence[date], part: bool) -> Sums:
    from riskscreen.eventstore.store import EventStore
    from riskscreen.features.local import compute_each
    from riskscreen.features.sets import FeatureSet

    deployment = declared()
    cohort = Cohort(label=Text("a fifth", "五分之一"), where=(A_FIFTH,)) if part else None
    wanted = FeatureSet(deployment, tuple(deployment.signals), cohort)
    return _added(compute_each(EventStore.open(made.home), days, wanted, _sums))


def _sums(bucket: int, days: Any) -> Sums:
    import pyarrow.compute as pc

    told: Counter[str] = Counter()
    for features in days:
        names = [name for name in features.column_names if name not in ("person", "as_of")]
        told.update({"people": features.num_rows, **{name: pc.sum(features[name]).as_py() or 0 for name in names}})
    return dict(told)


def _added(parts: Sequence[Mapping[str, Any]]) -> Sums:
    whole: Counter[str] = Counter()
    for each in parts:
        whole.update({name: value or 0 for name, value in each.items()})
    return {name: float(value) for name, value in whole.items()}


def _duckdb(made: Files, days: Sequence[date], part: bool) -> Sums:
    return _by_duckdb(made, days, part, [made.delivered])


def _duckdb_laid_out(made: Files, days: Sequence[date], part: bool) -> Sums:
    return _by_duckdb(made, days, part, _buckets(made))


def _by_duckdb(made: Files, days: Sequence[date], part: bool, parts: Sequence[Callable[[str], str]]) -> Sums:
    import duckdb

    from benchmarks.peer_sql import Query, sums_of

    answers, deployment, only = [], declared(), A_FIFTH if part else None
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        connection.execute("SET enable_progress_bar = false")  # it would go to where figures are printed
        for place in parts:
            told = connection.execute(sums_of(Query(deployment, tuple(days), partial(_source, place), only)))
            answers.append(dict(zip([column[0] for column in told.description], told.fetchone() or (), strict=True)))
    return _added(answers)


def _source(place: Callable[[str], str], kind: str) -> str:
    return f"read_parquet('{place(kind)}')"


def _polars(made: Files, days: Sequence[date], part: bool) -> Sums:
    return _by_polars(days, part, [made.delivered])


def _polars_laid_out(made: Files, days: Sequence[date], part: bool) -> Sums:
    return _by_polars(days, part, _buckets(made))


def _by_polars(days: Sequence[date], part: bool, parts: Sequence[Callable[[str], str]]) -> Sums:
    import polars as pl

    from benchmarks.peer_polars import answer, sums

    deployment, only = declared(), A_FIFTH if part else None
    scans = [lambda kind, at=place: pl.scan_parquet(at(kind)) for place in parts]
    return _added([sums(answer(deployment, as_of, scan, only)) for scan in scans for as_of in days])


def _buckets(made: Files) -> list[Callable[[str], str]]:
    return [partial(made.laid_out, bucket=bucket) for bucket in range(made.size.buckets)]


def _pandas(made: Files, days: Sequence[date], part: bool) -> Sums:
    from benchmarks.peer_pandas import answer, sums

    def read(kind: str, columns: list[str]) -> Any:
        import pyarrow.dataset as ds

        table = ds.dataset(Path(made.delivered(kind)).parent).to_table(columns)
        return table.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)

    return _added([sums(answer(declared(), as_of, read)) for as_of in days])


def _spark(made: Files, days: Sequence[date], part: bool) -> Sums:
    from benchmarks.peer_spark import session, sums

    spark = session()

    def read(kind: str) -> Any:
        return spark.read.parquet(str(Path(made.delivered(kind)).parent))

    return _added([sums(declared(), as_of, read) for as_of in days])


def _scan(made: Files, days: Sequence[date], part: bool) -> Sums:
    """Reads the columns that the work needs, once."""
    import pyarrow.parquet as pq

    from benchmarks.peer_sql import columns_of

    deployment, cells = declared(), 0
    for kind in MAKERS:
        own = ("household", "ends_on") if kind == "residence" else columns_of(deployment, kind)
        for path in sorted(Path(made.delivered(kind)).parent.iterdir()):
            columns = ["record", "version", "person", "happened_on", "known_on", "withdrawn", *own]
            for batch in pq.ParquetFile(path).iter_batches(1 << 17, columns=columns):
                cells += batch.num_rows * batch.num_columns
    return {"cells": cells}


# Each engine, and the sizes at which it is measured: over one day, and over twelve days of a fifth of the people.
ALL, NONE = ("XS", "S", "M", "L"), ()
WARM = "XS"
ENGINES: Mapping[str, tuple[Engine, tuple[Sequence[str], Sequence[str]]]] = {
    "riskscreen": (_riskscreen, (ALL, ALL)),
    "Polars, as delivered": (_polars, (ALL, NONE)),
    "Polars, by bucket": (_polars_laid_out, (ALL, ALL)),
    "DuckDB, as delivered": (_duckdb, (ALL, ("XS", "S", "M"))),
    "DuckDB, by bucket": (_duckdb_laid_out, (ALL, ALL)),
    "pandas": (_pandas, (("XS", "S", "M"), NONE)),
    "PySpark, local[2]": (_spark, (("XS", "S", "M"), NONE)),
    "one scan of the columns, pyarrow": (_scan, (ALL, NONE)),
}
