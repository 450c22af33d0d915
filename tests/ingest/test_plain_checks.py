"""What is told of plain rows without a database holds what the database and regular expressions would say."""

import re
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.declare import AddsUp, ColumnType, Day, Id, InRegion, NotBefore, OneKnown, Region, Text, Whole
from riskscreen.ingest import row_checks
from riskscreen.ingest.plain_checks import in_doubt
from riskscreen.ingest.plain_text import as_bytes, fitting, places_of
from riskscreen.ingest.sql import arrow, name, scratch

REGIONS = (
    Region(code="9905", label=Text("a", "a")),
    Region(code="990508", label=Text("b", "b")),
    Region(code="990502", label=Text("c", "c"), valid_to=date(2012, 9, 1)),
)
CHECKS = (
    AddsUp(total="total", parts=("left", "right"), within=1),
    NotBefore(later="end", earlier="start"),
    InRegion(id="person", regions=REGIONS, day=6),
    OneKnown(of=("total", "left")),
)
TYPES: dict[str, ColumnType] = {
    "total": Whole(),
    "left": Whole(),
    "right": Whole(),
    "start": Day(),
    "end": Day(),
    "person": Id("person"),
}
AMOUNTS = st.none() | st.integers(-3, 3) | st.sampled_from([1 << 53, -(1 << 53), (1 << 53) - 1, (1 << 63) - 1])
DAYS = st.none() | st.integers(0, 3).map(lambda days: date(2024, 1, 1) + timedelta(days))
IDS = st.none() | st.sampled_from(["9905", "990", "99050819800101", "99050219800101", "99050220130101", "98", "99O508"])
ROWS = st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, DAYS, DAYS, IDS), min_size=1, max_size=30)


@given(ROWS)
def test_a_row_that_fails_a_check_is_always_in_doubt(rows):
    total, left, right, start, end, person = map(list, zip(*rows, strict=True))
    values = {"total": total, "left": left, "right": right}
    values = {column: pa.array(numbers, pa.int64()) for column, numbers in values.items()}
    values |= {"start": pa.array(start, pa.date32()), "end": pa.array(end, pa.date32())}
    texts = {"person": pa.array(person, pa.string())}
    table = {"row": np.arange(len(rows)), "n_person": texts["person"]} | {f"v_{c}": a for c, a in values.items()}
    with scratch(1) as connection:
        connection.register("said", pa.table(table))
        failing = arrow(connection, row_checks.failing(name("said"), CHECKS, TYPES))["row"].to_pylist()
    assert in_doubt(CHECKS, values, texts)[failing].all()


def test_a_row_that_passes_plainly_is_not_in_doubt():
    values = {column: pa.array([said], pa.int64()) for column, said in (("total", 5), ("left", 3), ("right", 2))}
    values |= {"start": pa.array([date(2024, 1, 1)]), "end": pa.array([None], pa.date32())}
    assert in_doubt(CHECKS, values, {"person": pa.array(["990508198001011234"])}).tolist() == [False]


@pytest.mark.parametrize("pattern", [r"\d{3}", r"\d{2}[\dX]", r"\d{2}S\d", "[0-9A-HJ-NP]{3}", "ab"])
@given(st.lists(st.text("019ABIJSXabsx- ５é", max_size=5)))
def test_a_pattern_told_place_by_place_fits_what_the_expression_fits(pattern, texts):
    places = places_of(pattern)
    assert places is not None
    assert fitting(*as_bytes(pa.array(texts, pa.string())), places).tolist() == [
        text.isascii() and re.fullmatch(pattern, text.upper()) is not None for text in texts
    ]


@pytest.mark.parametrize("pattern", [r"\d+", "a|b", r"\d{3,4}", "(a)", r"\w"])
def test_a_pattern_that_is_more_than_its_places_is_left_to_the_expression(pattern):
    assert places_of(pattern) is None
