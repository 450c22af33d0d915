"""The truth beside the deliveries: who is who, who lives where, and who is in hardship, known to anyone or not."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from riskscreen.city.state import NEVER, Column, Table, day_number
from riskscreen.city.step import History
from riskscreen.city.text import Desk
from riskscreen.declare import AreaOf


def hardship_spells(history: History, until: int) -> Table:
    """Spells of hardship that began by day ``until``: home, since, until (``NEVER`` where it goes on)."""
    told = history.of("hardship")
    kept = told["day"] <= until
    order = np.lexsort((told["day"][kept], told["home"][kept]))
    home, day, begins = (told[name][kept][order] for name in ("home", "day", "begins"))
    starts = np.flatnonzero(begins == 1)
    follows = np.minimum(starts + 1, max(len(home) - 1, 0))
    ended = (starts + 1 < len(home)) & (home[follows] == home[starts])
    return {"home": home[starts], "since": day[starts], "until": np.where(ended, day[follows], NEVER)}


def write_truth(history: History, desk: Desk, last: date, folder: Path) -> None:
    """Write people, residences, spells of hardship, visits and aid as CSV, and the slack of each month as Parquet.

    Homes and people have their numbers in the city; those of a piece other than the first begin behind its own.
    """
    state, until, piece = history.state, day_number(last), f"-{desk.piece:02d}" if desk.piece else ""
    people = state.people
    who = {"person": _numbers(np.arange(len(people)), desk.piece), "citizen_id": desk.people["id"]}
    who |= {"born": _days(people["born"]), "mother": _numbers(people["mother"], desk.piece)}
    who |= {"father": _numbers(people["father"], desk.piece)}
    _save(who, folder / f"people{piece}.csv")
    lives = history.of("residence")
    order = np.lexsort((np.arange(len(lives["person"])), lives["person"]))
    rows = {name: column[order] for name, column in lives.items()}
    text = {name: _numbers(rows[name], desk.piece) for name in ("person", "home")}
    text |= {
        "area": desk.column(AreaOf("area"), rows, len(order)),
        "since": _days(rows["since"]),
        "until": _days(rows["until"]),
    }
    _save(text, folder / f"residence{piece}.csv")
    spells = hardship_spells(history, until)
    text = {"home": _numbers(spells["home"], desk.piece)}
    text |= {"since": _days(spells["since"]), "until": _days(spells["until"])}
    _save(text, folder / f"hardship{piece}.csv")
    visits = {name: column[history.of("visit")["day"] <= until] for name, column in history.of("visit").items()}
    text = {"home": _numbers(visits["home"], desk.piece), "day": _days(visits["day"])}
    text |= {name: pa.array(visits[name]) for name in ("how", "propensity", "in_need")}
    _save(text, folder / f"visits{piece}.csv")
    slack = {name: column[history.of("slack")["day"] <= until] for name, column in history.of("slack").items()}
    table = {"home": pa.array(slack["home"] + desk.piece * A_PIECE), "day": pa.array(slack["day"]).cast(pa.date32())}
    table |= {name: pa.array(slack[name]) for name in ("reserve", "kin", "own_income", "hard", "aided")}
    pq.write_table(pa.table(table), folder / f"slack{piece}.parquet", compression="zstd", compression_level=1)


A_PIECE = 1_000_000  # numbers of people and of homes


def _numbers(values: Column, piece: int) -> pa.Array:
    return pa.array(values.astype(np.int64) + piece * A_PIECE, mask=values < 0)


def _days(numbers: Column) -> pa.Array:
    return pa.array(numbers.astype(np.int32), mask=np.abs(numbers) >= NEVER - 1).cast(pa.date32())


def _save(columns: dict[str, pa.Array], path: Path) -> None:
    pa_csv.write_csv(pa.table(columns), path, pa_csv.WriteOptions(quoting_style="needed"))
