"""The two rules of time, on days alone; over records they stand in tests/features."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.clock import Horizon, Window, is_visible, month_end, parse_day, year_end
from riskscreen.errors import CallerError
from tests.factories import day


@pytest.mark.parametrize(("known", "visible"), [("2024-03-30", True), ("2024-03-31", True), ("2024-04-01", False)])
def test_a_record_is_visible_from_the_day_on_which_it_is_known(known, visible):
    assert is_visible(day(known), day("2024-03-31")) is visible


@pytest.mark.parametrize(
    ("happened", "inside"),
    [("2024-02-28", False), ("2024-02-29", False), ("2024-03-01", True), ("2024-03-30", True), ("2024-03-31", False)],
)
def test_a_window_of_30_days_ends_on_the_day_and_leaves_out_the_30th_before(happened, inside):
    assert Window(30).contains(day(happened), day("2024-03-30")) is inside


@pytest.mark.parametrize(
    ("happened", "inside"),
    [("2024-01-31", False), ("2024-02-01", True), ("2024-02-29", True), ("2024-03-01", True), ("2024-03-02", False)],
)
def test_a_horizon_of_30_days_begins_the_day_after_and_holds_its_last_day(happened, inside):
    assert Horizon(30).contains(day(happened), day("2024-01-31")) is inside


@given(
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.integers(1, 900),
    st.integers(1, 900),
)
def test_no_day_is_both_in_a_window_and_in_a_horizon(happened, as_of, window, horizon):
    assert not (Window(window).contains(happened, as_of) and Horizon(horizon).contains(happened, as_of))


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(1, 900))
def test_a_window_and_the_one_before_it_leave_no_gap_and_share_no_day(as_of, days):
    window = Window(days)
    before = window.before(as_of)
    assert window.contains(as_of, as_of)
    assert not window.contains(before, as_of)
    assert window.contains(before, before)


def test_months_end_on_their_last_day_in_leap_years_too():
    ends = [month_end(2024, month) for month in (1, 2, 4, 12)] + [month_end(2023, 2), month_end(1900, 2)]
    assert [f"{end}" for end in ends] == [
        "2024-01-31", "2024-02-29", "2024-04-30", "2024-12-31", "2023-02-28", "1900-02-28",
    ]  # fmt: skip
    assert year_end(2012) == date(2012, 12, 31)


def test_a_year_ends_on_the_same_day_of_the_next_year_leap_or_not():
    ends = [Horizon(years=1).end(day(of)) for of in ("2011-12-31", "2012-12-31", "2024-02-29", "2023-02-28")]
    assert [f"{end}" for end in ends] == ["2012-12-31", "2013-12-31", "2025-02-28", "2024-02-28"]
    assert Horizon(365).end(day("2011-12-31")) == day("2012-12-30")


def test_a_horizon_is_in_days_or_in_years():
    for given_ in ({}, {"days": 1, "years": 1}):
        with pytest.raises(CallerError, match="days or years, and not both"):
            Horizon(**given_)
    with pytest.raises(CallerError, match="a horizon has 0 years"):
        Horizon(years=0)


@pytest.mark.parametrize("days", [0, -1, 1.5, True, "30"])
def test_a_window_or_horizon_without_a_whole_day_cannot_be_made(days):
    for kind in (Window, Horizon):
        with pytest.raises(CallerError, match="whole number of at least 1"):
            kind(days)


@pytest.mark.parametrize("written", ["", "2024-02-30", "20240131", "2024-1-31", "31.01.2024", "tomorrow"])
def test_a_day_is_written_in_one_way(written):
    with pytest.raises(CallerError, match="write a day as YYYY-MM-DD"):
        parse_day(written, "--as-of")


def test_a_day_that_is_written_well_is_read():
    assert parse_day("2024-02-29") == date(2024, 2, 29)
