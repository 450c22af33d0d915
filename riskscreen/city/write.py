"""What agencies deliver: dated files by feed, a month each."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from riskscreen.city.places import library
from riskscreen.city.registers import Registers
from riskscreen.city.state import NEVER, Table, day_number
from riskscreen.city.step import History
from riskscreen.city.text import Desk, order_of_rows
from riskscreen.city.truth import RowsTruth, of_piece, write_truth
from riskscreen.clock import month_end
from riskscreen.declare import CityFile, WayOfLife
from riskscreen.errors import CallerError


def write(
    history: History,
    way: WayOfLife,
    last: date,
    folder: Path,
    *,
    months: int = 1,
) -> list[Path]:
    """Write the deliveries up to ``last`` and ``truth/`` into a folder; returns the files, oldest first.

    There is a delivery of each feed every so many ``months``.

    Files of a piece other than the first have its number behind the day.
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    days = delivery_days(history.first, last, months)
    desk = Desk(way, history.state.piece, Registers(history.state, way))
    files: list[Path] = []
    for file in way.files:
        files += _deliveries(history, desk, file, days, folder)
    write_truth(history, desk, last, folder / "truth")
    return sorted(files, key=lambda path: (path.stem.rpartition("_")[2], path.name))


def check_empty(folder: Path) -> None:
    """Raise ``CallerError`` where a folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallerError(f"{folder} holds something already: give an empty or a new folder")


def delivery_days(first: date, last: date, months: int = 1) -> list[date]:
    """The first day, the end of each month (of each third, or as many as ``months`` says), and the last day.

    >>> [str(day) for day in delivery_days(date(2023, 1, 1), date(2023, 2, 10))]
    ['2023-01-01', '2023-01-31', '2023-02-10']
    >>> [str(day) for day in delivery_days(date(2023, 1, 1), date(2023, 8, 10), 3)]
    ['2023-01-01', '2023-03-31', '2023-06-30', '2023-08-10']
    """
    years = range(first.year, last.year + 1)
    ends = [month_end(year, month) for year in years for month in range(months, 13, months)]
    return sorted({first, last, *(day for day in ends if first <= day <= last)})


def _deliveries(history: History, desk: Desk, file: CityFile, days: list[date], folder: Path) -> list[Path]:
    table = _stated(history, desk, file)
    cuts = np.searchsorted(table[file.stated], [day_number(day) for day in days], side="right")
    files, begin = [], 0
    with RowsTruth(folder / "truth", file.feed, desk.piece) as truth:
        for day, end in zip(days, cuts.tolist(), strict=True):
            if end > begin:
                events = {name: column[begin:end] for name, column in table.items()}
                rows = desk.rows(file, events, begin)
                files.append(_save(file, rows, folder / f"{file.feed}_{day}{of_piece(desk.piece)}"))
                if "person" in events:
                    truth.tell(files[-1].name, events["person"][order_of_rows(file, end - begin, begin)])
            begin = end
    return files


def _stated(history: History, desk: Desk, file: CityFile) -> Table:
    """Events of a file's kind in the order in which they were stated, without what is too old to be delivered."""
    if file.events == "address":
        table = library(desk.way.places, desk.piece, history.of("residence"))
    else:
        table = history.of(file.events)
    stated = table[file.stated]
    oldest = day_number(history.first) - (NEVER if file.past_days is None else file.past_days)
    kept = np.flatnonzero(stated >= oldest)
    order = kept[np.argsort(stated[kept], kind="stable")]
    return {name: column[order] for name, column in table.items()}


def _save(file: CityFile, rows: pa.Table, path: Path) -> Path:
    """Write rows as Parquet or CSV; returns the file."""
    if file.parquet:
        path = path.with_name(path.name + ".parquet")
        pq.write_table(rows, path, compression="zstd", compression_level=1)
        return path
    path = path.with_name(path.name + ".csv")
    said = pa.BufferOutputStream()
    pa_csv.write_csv(rows, said, pa_csv.WriteOptions(quoting_style="needed"))
    text = said.getvalue().to_pybytes()
    path.write_bytes(text if file.encoding == "utf-8" else text.decode().encode(file.encoding))
    return path
