"""The truth beside what was landed: whom each row is truly about, and where they live; read by evaluation alone.

It is told by the truth columns of feeds, which ingest puts into ``HOME/truth``, or by a folder ``truth`` beside the
deliveries: ``rows/FEED.parquet`` (file, row, person), and of homes ``residence.csv`` (person, home, since, until).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.declare import Deployment, Feed
from riskscreen.errors import CallerError
from riskscreen.eventstore.files import file_sha256
from riskscreen.eventstore.landing import Landing, Load
from riskscreen.linkage.database import in_memory

RECENT = timedelta(days=366)  # where somebody lives is told by a row of the last year
# How many rows of a feed and wave told the number's holder, who truly is ``truth``.
TOLD = pa.schema(
    [
        ("feed", pa.string()),
        ("wave", pa.string()),
        ("number", pa.int64()),
        ("truth", pa.string()),
        ("n", pa.int64()),
    ]
)
HOMES = pa.schema([("truth", pa.string()), ("home", pa.string())])


@dataclass(frozen=True)
class Truth:
    """``told`` has the columns of ``TOLD``, ``homes`` those of ``HOMES``: where each lives on the last day."""

    told: pa.Table
    homes: pa.Table


def read_truth(home: Path, deployment: Deployment, last: date, folder: Path | None = None) -> Truth:
    """The truth of a home, or of a ``folder`` called truth that stands beside the deliveries, up to the day ``last``.

    Raises ``CallerError`` where no truth tells of a row that was landed.
    """
    landing = Landing(home)
    landed = landing.manifest()
    with in_memory() as db:
        db.execute("CREATE TABLE told (feed VARCHAR, wave VARCHAR, number BIGINT, truth VARCHAR, n BIGINT)")
        db.execute("CREATE TABLE lived (truth VARCHAR, home VARCHAR, day DATE)")
        for feed in deployment.feeds.values():
            loads = [load for load in landed if load.feed == feed.name]
            if loads and feed.records:
                rows = _delivered(home, deployment, loads) if folder is None else _beside(folder, feed.name, loads)
                _tell(db, landing, feed, rows)
        (count,) = db.sql("SELECT count(*) FROM told").fetchone() or (0,)
        if not count:
            where = "this home: no feed has delivered a truth column" if folder is None else f"{folder}"
            raise CallerError(f"there is no truth of landed rows in {where}; give the folder with --truth")
        told = db.sql("FROM told ORDER BY feed, wave, number, truth").to_arrow_table().cast(TOLD)
        return Truth(told, _homes(db, last, folder))


def _delivered(home: Path, deployment: Deployment, loads: list[Load]) -> Iterator[str]:
    """SQL for each load with truth columns: load, row, truth, home; a line a row."""
    linkage = deployment.place.linkage
    for load in loads:
        path = home / "truth" / load.feed / f"{load.number:08d}.parquet"
        names = pq.read_schema(path).names if path.is_file() else []
        if linkage.true_person in names:
            lives = f'any_value(hex("{linkage.true_household}"))' if linkage.true_household in names else "NULL"
            yield f"""
                SELECT {load.number} AS load, "row", any_value(hex("{linkage.true_person}")) AS truth, {lives} AS home
                FROM read_parquet({_quoted(path)}) GROUP BY "row"
            """


def _beside(folder: Path, feed: str, loads: list[Load]) -> Iterator[str]:
    """The same of a folder; a load is known by the hash of its file, which lies beside the folder."""
    number = {load.file_sha256: load.number for load in loads}
    for path in sorted((folder / "rows").glob(f"{feed}*.parquet")):
        if not re.fullmatch(rf"{feed}(-\d\d)?", path.stem):
            continue
        for name in pq.read_table(path, columns=["file"])["file"].unique().to_pylist():
            for file in sorted(folder.parent.rglob(name)):
                if folder not in file.parents and (load := number.get(file_sha256(file))) is not None:
                    yield f"""
                        SELECT {load} AS load, "row", person::VARCHAR AS truth, NULL AS home
                        FROM read_parquet({_quoted(path)}) WHERE file = {_quoted(name)} AND person IS NOT NULL
                    """


def _tell(db: duckdb.DuckDBPyConnection, landing: Landing, feed: Feed, rows: Iterator[str]) -> None:
    """Add to ``told`` and ``lived`` what is true of the rows of a feed, by the number of whom they are about."""
    said = list(rows)
    if not said:
        return
    kinds = [kind.name for kind in feed.records if kind.person == feed.records[0].person and landing.rows(kind.name)]
    for at, kind in enumerate(kinds):
        db.register(f"kind_{at}", landing.scan(kind))
    landed = " UNION ".join(f'SELECT load, "row", person, happened_on FROM kind_{at}' for at in range(len(kinds)))
    wave = "happened_on::VARCHAR" if any(who.wave for who in feed.who) else "NULL"
    db.execute(f"""
        CREATE OR REPLACE TABLE one AS
        SELECT load, "row", arg_max(person, happened_on) AS number, max(happened_on) AS happened_on
        FROM ({landed or 'SELECT 0 AS load, 0 AS "row", 0 AS person, NULL::DATE AS happened_on WHERE false'})
        GROUP BY load, "row"
    """)
    for query in said:
        db.execute(f"""
            CREATE OR REPLACE TABLE known AS SELECT * FROM one JOIN ({query}) USING (load, "row");
            INSERT INTO told SELECT '{feed.name}', {wave}, number, truth, count(*) FROM known GROUP BY ALL;
            INSERT INTO lived SELECT truth, arg_max(home, happened_on), max(happened_on) FROM known
            WHERE home IS NOT NULL GROUP BY truth
        """)
    for at in range(len(kinds)):
        db.unregister(f"kind_{at}")


def _homes(db: duckdb.DuckDBPyConnection, last: date, folder: Path | None) -> pa.Table:
    """Where each lives on the last day: as told last, or as the folder says."""
    if folder is None:
        query = "SELECT truth, arg_max(home, day) AS home FROM lived WHERE day > $1 AND day <= $2 GROUP BY truth"
        return db.execute(query, [last - RECENT, last]).to_arrow_table().cast(HOMES)
    files = sorted(folder.glob("residence*.csv"))
    if not files:
        return HOMES.empty_table()
    listed = ", ".join(map(_quoted, files))
    query = f"""
        SELECT person::VARCHAR AS truth, arg_max(home::VARCHAR, since) AS home FROM read_csv([{listed}])
        WHERE coalesce(since <= $1, true) AND coalesce("until" > $1, true) GROUP BY person
    """
    return db.execute(query, [last]).to_arrow_table().cast(HOMES)


def _quoted(text: Path | str) -> str:
    return "'" + str(text).replace("'", "''") + "'"
