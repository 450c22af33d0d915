"""The routes of some records are found in those of all, in memory and in files; and who moved is told by comparing."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import write_table
from riskscreen.linkage.crosswalk import GUESTS, Crosswalk
from riskscreen.linkage.looking import laid_out, lay_out, read_routes, routes_of
from riskscreen.linkage.routing import PLACED, Routes, moved_numbers, moved_rows

DAY, LATER = date(2024, 1, 1), date(2024, 2, 1)
# Numbers are those of ids, far apart; 7 and 70 are one person's.
TABLES = {
    "numbers": pa.table({
        "number": [7, 30, 70, 1 << 50], "person": [0, 1, 0, 2], "from": pa.array([DAY, DAY, LATER, DAY], pa.date32()),
        "how": ["id", "id", "words", "id"],
    }),
    "persons": pa.table({"person": [0, 1, 2], "bucket": pa.array([1, 0, 2], pa.int32()), "family": [0, 1, 2]}),
    "guests": pa.table({"person": [1, 1, 2], "bucket": [1, 2, 1]}, GUESTS),
    "households": pa.table({"household": [0, 1], "void_on": pa.array([None, LATER], pa.date32())}),
    "placed": pa.table(
        {
            "kind": ["homes", "homes", "stays"], "load": [1, 2, 1], "row": [0, 0, 5], "record": [8, 9, 8],
            "landed_on": [DAY] * 3, "household": [1, 0, 0], "stated_on": [DAY] * 3, "void_on": [LATER, None, None],
        },
        PLACED,
    ),
}  # fmt: skip


def whole(**other):
    tables = TABLES | other
    crosswalk = replace(Crosswalk.empty(), **{name: tables[name] for name in ("persons", "guests", "households")})
    return Routes(tables["numbers"], crosswalk, tables["placed"])


def written(home):
    paths = {name: f"{name}.parquet" for name in TABLES}
    for name, table in TABLES.items():
        write_table(home / paths[name], table)
    return paths


def column(table, name):
    return table[name].to_pylist()


@pytest.fixture(params=["in memory", "in files", "mapped"])
def routes(request, tmp_path):
    if request.param == "in memory":
        return whole()
    paths = written(tmp_path)
    if request.param == "in files":
        return read_routes(tmp_path, paths)
    lay_out(tmp_path, paths, tmp_path / "routes")
    return laid_out(tmp_path / "routes", "homes")


def test_the_routes_of_some_numbers_are_those_of_their_people_and_households(routes):
    asked = pa.chunked_array([[1 << 50, None, 70], [70, 8]], pa.int64())
    found = routes_of(routes, asked, routes.placed.slice(0, 1))
    assert (column(found.numbers, "number"), column(found.numbers, "from")) == ([70, 1 << 50], [LATER, DAY])
    assert column(found.crosswalk.persons, "bucket") == [1, 2]
    assert column(found.crosswalk.guests, "person") == [2]
    assert column(found.crosswalk.households, "void_on") == [LATER]


def test_of_no_numbers_there_are_no_routes(routes):
    found = routes_of(routes, pa.chunked_array([], pa.int64()), routes.placed.slice(0, 0))
    assert (found.numbers.num_rows, found.crosswalk.persons.num_rows, found.crosswalk.households.num_rows) == (0, 0, 0)
    none = routes_of(
        Routes(routes.numbers.slice(0, 0), Crosswalk.empty(), routes.placed),
        pa.chunked_array([[7]]),
        routes.placed.slice(0, 0),
    )
    assert none.numbers.num_rows == 0


def test_a_kind_has_its_own_places_or_none(tmp_path):
    lay_out(tmp_path, written(tmp_path), tmp_path / "routes")
    placed = [column(laid_out(tmp_path / "routes", kind).placed, "record") for kind in ("homes", "stays", "bills")]
    assert placed == [[8, 9], [8], []]


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    paths = written(tmp_path)
    lay_out(tmp_path, paths, tmp_path / "routes")
    (tmp_path / "routes" / "persons.arrow").write_bytes(b"half")
    with pytest.raises(HomeError, match=r"the crosswalk's persons cannot be read: run `riskscreen link` again"):
        laid_out(tmp_path / "routes", "homes")
    (tmp_path / paths["numbers"]).unlink()
    with pytest.raises(HomeError, match=r"the crosswalk's numbers cannot be read: run `riskscreen link` again"):
        read_routes(tmp_path, paths)


NUMBERS = TABLES["numbers"]
PERSONS = TABLES["persons"]
MOVES = {
    "nobody moved": ({}, []),
    "another person": ({"numbers": NUMBERS.set_column(1, "person", [[0, 1, 2, 2]])}, [70]),
    "from another day on": (
        {"numbers": NUMBERS.set_column(2, "from", pa.array([DAY, LATER, LATER, DAY], pa.date32()))}, [30],
    ),
    "a number is gone, and another new": (
        {"numbers": NUMBERS.set_column(0, "number", [[7, 30, 70, 1 << 51]])}, [1 << 50],
    ),
    "another bucket of both numbers": ({"persons": PERSONS.set_column(1, "bucket", [[2, 0, 2]])}, [7, 70]),
    "a guest elsewhere too": ({"guests": pa.table({"person": [0, 1, 1, 2], "bucket": [2, 1, 2, 1]}, GUESTS)}, [7, 70]),
    "a guest no more": ({"guests": TABLES["guests"].slice(0, 2)}, [1 << 50]),
    "nobody is there any more": ({"numbers": NUMBERS.slice(0, 0)}, [7, 30, 70, 1 << 50]),
}  # fmt: skip


@pytest.mark.parametrize("move", MOVES)
def test_numbers_move_with_their_person_day_bucket_and_visits(move):
    changed, expected = MOVES[move]
    assert moved_numbers(whole(), whole(**changed)).to_pylist() == expected


def test_rows_move_where_their_household_is_another_whichever_of_both_links_tells_of_them():
    placed = TABLES["placed"]
    now = pa.concat_tables([placed.slice(1), placed.slice(0, 1).set_column(1, "load", pa.array([9], pa.int32()))])
    found = moved_rows(whole(), whole(placed=now)).sort_by("load").to_pylist()
    assert found == [{"kind": "homes", "load": 1, "row": 0}, {"kind": "homes", "load": 9, "row": 0}]
    assert moved_rows(whole(), whole()).num_rows == 0
