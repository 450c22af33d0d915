"""The truth beside the deliveries: who each row is about, who is who, who lives where, and who is in hardship."""

from datetime import date
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from riskscreen.city.registers import Registers
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import NEVER, YEAR, Column, Table, day_number
from riskscreen.city.step import History
from riskscreen.city.text import Desk
from riskscreen.declare import AreaOf

A_PIECE = 1_000_000  # numbers of people and of homes
ROWS = pa.schema([("file", pa.dictionary(pa.int32(), pa.string())), ("row", pa.int32()), ("person", pa.int64())])
HOUSES = ("", "dormitory", "care_home", "office")


class RowsTruth:
    """``rows/FEED.parquet``: whom each delivered row is about, by the file's name and the row's number, from 0."""

    def __init__(self, folder: Path, feed: str, piece: int) -> None:
        self._path = folder / "rows" / f"{feed}{of_piece(piece)}.parquet"
        self._piece = piece
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> "RowsTruth":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def tell(self, file: str, person: Column) -> None:
        """The people whom the rows of a file are about, in their order."""
        if self._writer is None:
            self._path.parent.mkdir(exist_ok=True)
            self._writer = pq.ParquetWriter(self._path, ROWS, compression="zstd", compression_level=1)
        name = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(person), np.int32)), [file])
        row = pa.array(np.arange(len(person), dtype=np.int32))
        self._writer.write_table(pa.table([name, row, numbers(person, self._piece)], schema=ROWS))


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
    """Write what is true of a piece, up to a day: tables as CSV, and the slack of each month as Parquet.

    Homes and people have their numbers in the city; those of a piece other than the first begin behind its own.
    """
    until, piece = day_number(last), of_piece(desk.piece)
    tables = {
        "people": _people(history, desk.registers),
        "ids": _ids(history, desk),
        "residence": _residence(history, desk),
        "guardians": _guardians(history),
        "houses": _houses(history),
        "hardship": _hardship(history, until),
        "visits": _visits(history, until),
    }
    for name, columns in tables.items():
        pa_csv.write_csv(pa.table(columns), folder / f"{name}{piece}.csv", pa_csv.WriteOptions(quoting_style="needed"))
    slack = _by(history.of("slack"), until)
    table = {"home": numbers(slack["home"], desk.piece), "day": pa.array(slack["day"]).cast(pa.date32())}
    table |= {name: pa.array(slack[name]) for name in ("reserve", "kin", "own_income", "hard", "aided")}
    pq.write_table(pa.table(table), folder / f"slack{piece}.parquet", compression="zstd", compression_level=1)


def numbers(values: Column, piece: int) -> pa.Array:
    """Numbers of people or homes of a piece as the whole city counts them; null where they are negative."""
    return pa.array(values.astype(np.int64) + piece * A_PIECE, mask=values < 0)


def of_piece(piece: int) -> str:
    """What the name of a piece's file ends with: nothing for the first piece."""
    return f"-{piece:02d}" if piece else ""


def _people(history: History, registers: Registers) -> dict[str, pa.Array]:
    people, piece = history.state.people, history.state.piece
    sex = pa.array(np.where(people["male"], "male", "female"))
    who = {"person": numbers(np.arange(len(people)), piece), "citizen_id": registers.ids.own}
    who |= {"name": registers.names, "sex": sex, "born": _days(people["born"])}
    return who | {parent: numbers(people[parent], piece) for parent in ("mother", "father")}


def _ids(history: History, desk: Desk) -> dict[str, pa.Array]:
    """Who stands under which id: everybody under their own, and some, in a register, under another valid one."""
    people = len(history.state.people)
    own = pa.table({"person": np.arange(people), "id": desk.registers.ids.own})
    tables = [
        own.append_column("register", pa.nulls(people, pa.string())).append_column("why", pa.array(["own"] * people))
    ]
    for register in dict.fromkeys(file.held_in for file in desk.way.files):
        for stands in desk.registers.stands(register):
            said = {"person": stands.who, "id": stands.ids}
            said |= {"register": [register] * len(stands.who), "why": [stands.why] * len(stands.who)}
            tables.append(pa.table(said, schema=tables[0].schema))
    whole = pa.concat_tables(tables)
    person = numbers(whole["person"].to_numpy(), desk.piece)
    return {"person": person, "citizen_id": whole["id"], "register": whole["register"], "why": whole["why"]}


def _residence(history: History, desk: Desk) -> dict[str, pa.Array]:
    """Who lived in which home from when to when, where it stands now, and in what house of strangers it is a room."""
    lives, homes, piece = history.of("residence"), history.state.homes, desk.piece
    order = np.lexsort((np.arange(len(lives["person"])), lives["since"], lives["person"]))
    keys = [lives[name][order] for name in ("person", "home", "since")]
    last = np.append(np.any([key[1:] != key[:-1] for key in keys], axis=0), True)[: len(order)]
    rows = {name: column[order[last]] for name, column in lives.items()}
    text = {name: numbers(rows[name], piece) for name in ("person", "home")}
    text |= {"book": numbers(rows["book"], piece), "house": numbers(homes["host"][rows["home"]], piece)}
    text |= {"area": desk.column(AreaOf("area"), rows, len(rows["person"]))}
    return text | {"since": _days(rows["since"]), "until": _days(rows["until"])}


def _guardians(history: History) -> dict[str, pa.Array]:
    """Whose guardian each parent is, wherever they live: from birth, or the child's arrival, to 18 years."""
    people, piece = history.state.people, history.state.piece
    parts = [(np.flatnonzero(people[parent] != NOBODY), parent) for parent in ("mother", "father")]
    child = np.concatenate([who for who, _ in parts])
    guardian = np.concatenate([people[parent][who] for who, parent in parts])
    relation = np.repeat([parent for _, parent in parts], [len(who) for who, _ in parts])
    born = people["born"][child]
    said = {"child": numbers(child, piece), "guardian": numbers(guardian, piece), "relation": pa.array(relation)}
    return said | {"since": _days(born), "until": _days(np.floor(born + 18 * YEAR))}


def _houses(history: History) -> dict[str, pa.Array]:
    """Dormitories, care homes and offices: their number is that of their household book."""
    house = np.flatnonzero(history.state.homes["kind"])
    kind = np.array(HOUSES)[history.state.homes["kind"][house]]
    return {"house": numbers(house, history.state.piece), "kind": pa.array(kind)}


def _hardship(history: History, until: int) -> dict[str, pa.Array]:
    spells = hardship_spells(history, until)
    text = {"home": numbers(spells["home"], history.state.piece)}
    return text | {"since": _days(spells["since"]), "until": _days(spells["until"])}


def _visits(history: History, until: int) -> dict[str, pa.Array]:
    visits = _by(history.of("visit"), until)
    text = {"home": numbers(visits["home"], history.state.piece), "day": _days(visits["day"])}
    return text | {name: pa.array(visits[name]) for name in ("how", "propensity", "in_need")}


def _by(table: Table, until: int) -> Table:
    kept = table["day"] <= until
    return {name: column[kept] for name, column in table.items()}


def _days(days: Column) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=np.abs(days) >= NEVER - 1).cast(pa.date32())
