"""What agencies deliver: dated files by feed, a month each; and beside them the truth, which nobody delivers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from riskscreen.city.state import EPOCH, NEVER, Column, Table, day_of
from riskscreen.city.step import History
from riskscreen.clock import month_end
from riskscreen.declare import CityFile, WayOfLife
from riskscreen.declare.city import Always, Coded, Joined, Of, Patterned, Written, Yuan
from riskscreen.errors import CallerError

DAYS = {
    "begin", "benefit_from", "benefit_until", "born", "day", "decided", "end", "applied", "issued", "registered",
    "since", "stated", "until", "updated",
}  # fmt: skip
PAST_DAYS = {"bill": 730}  # how old what is in the first delivery may be; else as old as the city
DELIVERED_BY = {"bill": "updated"}  # the day on which an event is written down; else ``stated``


def write(
    history: History, way: WayOfLife, last: date, folder: Path, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write the deliveries up to ``last`` and ``truth/`` into an empty folder; returns the files, oldest first."""
    check_empty(folder)
    days = delivery_days(history.first, last)
    people = _people(history, way)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for done, file in enumerate(way.files):
        files += _deliveries(history, way, file, days, people, folder)
        if progress:
            progress(done + 1, len(way.files))
    _write_truth(history, last, people, folder / "truth")
    return sorted(files, key=lambda path: (path.stem[-10:], path.name))


def check_empty(folder: Path) -> None:
    """Raise ``CallerError`` where a folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallerError(f"{folder} holds something already: give an empty or a new folder")


def delivery_days(first: date, last: date) -> list[date]:
    """The first day, the end of each month, and the last day.

    >>> [str(day) for day in delivery_days(date(2023, 1, 1), date(2023, 2, 10))]
    ['2023-01-01', '2023-01-31', '2023-02-10']
    """
    ends = [month_end(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    return sorted({first, last, *(day for day in ends if first <= day <= last)})


def _deliveries(
    history: History, way: WayOfLife, file: CityFile, days: list[date], people: Table, folder: Path
) -> list[Path]:
    table = history.of(file.events)
    stated = table[DELIVERED_BY.get(file.events, "stated")]
    oldest = (history.first - EPOCH).days - PAST_DAYS.get(file.events, NEVER)
    kept = np.flatnonzero(stated >= oldest)
    order = kept[np.argsort(stated[kept], kind="stable")]
    table, stated = {name: column[order] for name, column in table.items()}, stated[order]
    cuts = np.searchsorted(stated, [(day - EPOCH).days for day in days], side="right")
    written = _written(file, table, cuts[-1], people)
    files, begin = [], 0
    for day, end in zip(days, cuts, strict=True):
        if end > begin:
            path = folder / f"{file.feed}_{day}.csv"
            _write_csv(written.slice(begin, end - begin), path)
            files.append(path)
        begin = end
    return files


def _written(file: CityFile, table: Table, rows: int, people: Table) -> pa.Table:
    """The first rows of a feed as text; what is about a person may name the person's own fields."""
    known = {name: column[:rows] for name, column in table.items()}
    of_person = {name: column[known["person"]] for name, column in people.items()}
    fields = of_person | known
    columns = {name: _text(way, fields, rows) for name, way in file.columns.items()}
    if file.fault_every:
        faulty = np.arange(rows) % file.fault_every == file.fault_every - 1
        columns[file.fault_column] = np.where(faulty, file.fault, columns[file.fault_column].astype(object))
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _text(way: Written, fields: Table, rows: int) -> Column:
    """A column as an agency writes it."""
    if isinstance(way, Always):
        return np.full(rows, way.text, object)
    if isinstance(way, Joined):
        return np.asarray(np.sum([_text(part, fields, rows) for part in way.parts], axis=0, dtype=object))
    values = fields[way.field]
    if isinstance(way, Of):
        return _days(values) if way.field in DAYS else values.astype(str).astype(object)
    return np.array([_one(way, value) for value in values.tolist()], object)


def _one(way: Yuan | Coded | Patterned, value: int) -> str:
    match way:
        case Yuan():
            return f"{value // 100}.{value % 100:02d}"
        case Coded(words=words):
            return words[value]
        case Patterned(pattern=pattern):
            return pattern.format(value) if value >= 0 else ""


def _days(numbers: Column) -> Column:
    text = np.datetime_as_string(numbers.astype("datetime64[D]")).astype(object)
    return np.where(np.abs(numbers) == NEVER, "", text)


def _people(history: History, way: WayOfLife) -> Table:
    """Each person's id, name and day of birth."""
    born, male = history.state.people["born"], history.state.people["male"]
    alike: dict[tuple[int, bool], int] = {}
    ids, names = [], []
    for number, key in enumerate(zip(born.tolist(), male.tolist(), strict=True)):
        rank = alike.get(key, 0)
        alike[key] = rank + 1
        ids.append(way.person_id.of(day_of(key[0]), key[1], rank))
        names.append(way.names.of(number))
    years = born.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + EPOCH.year
    who: Table = {"id": np.array(ids, object), "name": np.array(names, object)}
    return who | {"born": born, "birth_year": years, "male": male.astype(int)}


def _write_truth(history: History, last: date, people: Table, folder: Path) -> None:
    """Who is who, who lives where from when to when, and when each home was in hardship, known to anyone or not."""
    until = (last - EPOCH).days
    numbers = np.arange(len(people["id"])).astype(str)
    who = {"person": numbers, "citizen_id": people["id"], "born": _days(people["born"])}
    _write_csv(_strings(who), folder / "people.csv")
    lives = history.of("residence")
    order = np.lexsort((np.arange(len(lives["person"])), lives["person"]))
    rows = {name: column[order] for name, column in lives.items()}
    text = {name: rows[name].astype(str) for name in ("person", "home", "area")}
    text |= {name: _days(rows[name]) for name in ("since", "until")}
    _write_csv(_strings(text), folder / "residence.csv")
    spells = hardship_spells(history, until)
    text = {"home": spells["home"].astype(str), "since": _days(spells["since"]), "until": _days(spells["until"])}
    _write_csv(_strings(text), folder / "hardship.csv")


def hardship_spells(history: History, until: int) -> Table:
    """Spells of hardship that began by day ``until``: home, since, until (``NEVER`` where it goes on)."""
    told = history.of("hardship")
    kept = told["day"] <= until
    order = np.lexsort((told["day"][kept], told["home"][kept]))
    home, day, begins = (told[name][kept][order] for name in ("home", "day", "begins"))
    starts = np.flatnonzero(begins == 1)
    follows = np.minimum(starts + 1, len(home) - 1)
    ended = (starts + 1 < len(home)) & (home[follows] == home[starts])
    return {"home": home[starts], "since": day[starts], "until": np.where(ended, day[follows], NEVER)}


def _strings(columns: Table) -> pa.Table:
    return pa.table({name: pa.array(column.astype(object), pa.string()) for name, column in columns.items()})


def _write_csv(table: pa.Table, path: Path) -> None:
    pa_csv.write_csv(table, path, pa_csv.WriteOptions(quoting_style="needed"))
