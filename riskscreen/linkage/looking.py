"""The routes of some records, looked up in those of all: in a link's memory, or in files that many processes map.

A file lies on the disk as it lies in memory: processes that look into it share it, and read of it what they look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import write_file
from riskscreen.eventstore.store import AGAIN
from riskscreen.linkage.crosswalk import Crosswalk
from riskscreen.linkage.routing import PLACED, Routes

# What routing asks of the tables of the crosswalk; each is ordered by the first of these columns.
LOOKED_UP: Mapping[str, Sequence[str]] = {
    "numbers": ("number", "person", "from"),
    "persons": ("person", "bucket"),
    "guests": ("person", "bucket"),
    "households": ("household", "void_on"),
}
LAID_OUT = "-routes"  # the folder of a draft's between: no record kind has such a name


def read_routes(home: Path, crosswalk: Mapping[str, str]) -> Routes:
    """Where all records go by the crosswalk's files. Raises ``HomeError`` where one cannot be read."""
    tables = {name: _read(home / crosswalk[name], columns) for name, columns in LOOKED_UP.items()}
    return _routes(tables, _read(home / crosswalk["placed"], PLACED.names))


def lay_out(home: Path, crosswalk: Mapping[str, str], folder: Path) -> None:
    """Write what routing asks of the crosswalk into a folder, for :func:`laid_out`; an older one is replaced."""
    for name, columns in LOOKED_UP.items():
        _write(folder / f"{name}.arrow", _read(home / crosswalk[name], columns))
    placed = _read(home / crosswalk["placed"], PLACED.names)
    for kind in pc.unique(placed["kind"]).to_pylist():
        _write(folder / f"placed-{kind}.arrow", placed.filter(pc.equal(placed["kind"], kind)))


def laid_out(folder: Path, kind: str) -> Routes:
    """Where a kind's records go, as :func:`lay_out` wrote it; ``HomeError`` where that cannot be read."""
    placed = folder / f"placed-{kind}.arrow"
    tables = {name: _mapped(folder / f"{name}.arrow") for name in LOOKED_UP}
    return _routes(tables, _mapped(placed) if placed.exists() else PLACED.empty_table())


def routes_of(routes: Routes, numbers: pa.ChunkedArray, placed: pa.Table) -> Routes:
    """Of all routes those of the records of some numbers; ``placed`` are those of their rows, or more."""
    of_numbers = _those(routes.numbers, numbers)
    crosswalk = replace(
        Crosswalk.empty(),
        persons=_those(routes.crosswalk.persons, of_numbers["person"]),
        guests=_those_of_several(routes.crosswalk.guests, of_numbers["person"]),
        households=_those(routes.crosswalk.households, placed["household"]),
    )
    return Routes(of_numbers, crosswalk, placed)


def _routes(tables: Mapping[str, pa.Table], placed: pa.Table) -> Routes:
    told = {name: tables[name] for name in ("persons", "guests", "households")}
    return Routes(tables["numbers"], replace(Crosswalk.empty(), **told), placed)


def _those(table: pa.Table, asked: pa.ChunkedArray) -> pa.Table:
    """The rows of a table, which is ordered by its first column and has each value once, of values asked for."""
    wanted = np.unique(asked.drop_null().to_numpy())
    keys = table[0].to_numpy()
    at = np.searchsorted(keys, wanted)
    there = at < len(keys)
    there[there] = keys[at[there]] == wanted[there]
    return table.take(pa.array(at[there]))


def _those_of_several(table: pa.Table, asked: pa.ChunkedArray) -> pa.Table:
    """As :func:`_those`, of a table of few rows that may have a value several times."""
    return table.filter(pc.is_in(table[0], value_set=asked.combine_chunks()))


def _read(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        return pq.read_table(path, columns=list(columns)).combine_chunks()
    except (OSError, pa.ArrowException):
        raise HomeError(f"the crosswalk's {path.stem} cannot be read: {AGAIN}") from None


def _write(path: Path, table: pa.Table) -> None:
    def fill(file: object) -> None:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table.combine_chunks())

    write_file(path, fill, lasting=False)


def _mapped(path: Path) -> pa.Table:
    try:
        with pa.memory_map(str(path)) as file:
            return pa.ipc.open_file(file).read_all()
    except (OSError, pa.ArrowException):
        raise HomeError(f"the crosswalk's {path.stem} cannot be read: {AGAIN}") from None
