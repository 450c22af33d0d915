"""From which day on a version is superseded, by hand."""

from datetime import date

import pyarrow as pa

from riskscreen.eventstore.superseding import superseded_on

COLUMNS = {
    "record_id": pa.binary(),
    "person": pa.int64(),
    "known_on": pa.date32(),
    "load": pa.int32(),
    "row": pa.int64(),
}


def days_of(*rows):
    """What is found of rows ``record person day load row``, as days of May."""
    split = [row.split() for row in rows]
    told = [
        (identity.encode(), int(person), date(2024, 5, int(day)), int(load), int(at))
        for identity, person, day, load, at in split
    ]
    table = pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in told], pa.schema(COLUMNS))
    return [day and day.day for day in superseded_on(table).to_pylist()]


def test_a_version_is_superseded_on_the_day_on_which_the_next_one_is_known_wherever_it_stands():
    assert days_of("a 1 9 3 0", "a 1 1 1 0", "b 1 2 1 1", "a 1 4 2 0") == [None, 4, None, 9]


def test_of_one_day_the_later_load_is_newer_then_the_later_row_and_of_those_that_tie_the_first():
    assert days_of("a 1 5 1 9", "a 1 5 2 0", "a 1 5 2 1") == [5, 5, None]
    assert days_of("a 1 5 1 1", "a 1 5 1 1", "a 1 7 1 1") == [7, 5, None]


def test_versions_about_two_people_do_not_supersede_each_other():
    assert days_of("a 1 1 1 0", "a 2 4 2 0", "a 1 4 2 0") == [4, None, None]


def test_no_rows_have_no_days():
    assert days_of() == []
