"""The two rules of time, at every boundary."""

import pytest

from riskscreen.clock import Window
from riskscreen.declare import Count, DaysSinceFirst, DaysSinceLast, Distinct, Latest
from tests.factories import record, signal, value

pytestmark = pytest.mark.usefixtures("either_engine")

COUNT_30 = signal(Count, records="bills", window=Window(30))


@pytest.mark.parametrize(
    ("happened", "counted"),
    [
        ("2024-03-31", 1),  # the day itself
        ("2024-03-30", 1),
        ("2024-03-02", 1),  # the first day of the window: 31 - 30 + 1
        ("2024-03-01", 0),  # one before
    ],
)
def test_a_window_of_30_days_holds_as_of_and_the_29_days_before(happened, counted):
    rows = [record(1, happened), record(1, "2020-01-01", id="so that the person is known")]
    assert value(COUNT_30, "2024-03-31", bills=rows) == counted


def test_one_day_after_as_of_is_not_in_the_window_even_where_it_was_announced_before():
    rows = [record(1, "2024-04-01", known="2024-03-01"), record(1, "2024-03-31")]
    assert value(COUNT_30, "2024-03-31", bills=rows) == 1


@pytest.mark.parametrize(("as_of", "counted"), [("2024-03-01", 1), ("2024-03-29", 1), ("2024-03-30", 0)])
def test_a_leap_day_is_a_day_like_any_other(as_of, counted):
    rows = [record(1, "2024-02-29")]
    assert value(COUNT_30, as_of, bills=rows) == counted


def test_365_days_reach_one_day_less_far_in_a_leap_year():
    rows = [record(1, "2023-12-31", id="a"), record(1, "2024-01-01", id="b"), record(1, "2024-01-02", id="c")]
    year = signal(Count, records="bills", window=Window(365))
    assert value(year, "2024-12-31", bills=rows) == 1  # 2024-01-02 alone
    assert value(year, "2023-12-31", bills=rows[:1]) == 1


@pytest.mark.parametrize(("known", "counted"), [("2024-03-30", 1), ("2024-03-31", 1), ("2024-04-01", 0)])
def test_a_record_counts_from_the_day_on_which_it_became_known(known, counted):
    rows = [record(1, "2024-03-15", known=known), record(1, "2020-01-01", id="so that the person is known")]
    assert value(COUNT_30, "2024-03-31", bills=rows) == counted


def test_without_a_window_everything_up_to_as_of_counts():
    rows = [record(1, "1990-01-01"), record(1, "2024-03-31"), record(1, "2024-04-01", known="2024-01-01")]
    assert value(signal(Count, records="bills"), "2024-03-31", bills=rows) == 2


def test_a_correction_replaces_the_record_from_the_day_on_which_it_is_known():
    rows = [
        record(1, "2024-03-10", id="bill 7", yuan=500_00),
        record(1, "2024-03-10", id="bill 7", yuan=300_00, known="2024-03-20"),
    ]
    latest = signal(Latest, records="bills", column="yuan")
    assert value(latest, "2024-03-19", bills=rows) == 500_00
    assert value(latest, "2024-03-20", bills=rows) == 300_00
    assert value(COUNT_30, "2024-03-20", bills=rows) == 1


def test_a_correction_may_move_a_record_out_of_the_window():
    rows = [
        record(1, "2024-03-10", id="bill 7"),
        record(1, "2023-03-10", id="bill 7", known="2024-03-20"),
    ]
    assert value(COUNT_30, "2024-03-19", bills=rows) == 1
    assert value(COUNT_30, "2024-03-20", bills=rows) == 0


def test_a_withdrawal_takes_the_record_back_and_a_later_version_gives_it_again():
    rows = [
        record(1, "2024-03-01", id="bill 7"),
        record(1, "2024-03-01", id="bill 7", known="2024-03-10", withdrawn=True),
        record(1, "2024-03-01", id="bill 7", known="2024-03-20"),
        record(1, "2020-01-01", id="so that the person is known"),
    ]
    assert [value(COUNT_30, f"2024-03-{d}", bills=rows) for d in ("09", "10", "19", "20")] == [1, 0, 0, 1]


def test_of_two_versions_known_on_one_day_the_later_load_wins():
    rows = [
        record(1, "2024-03-01", id="bill 7", yuan=2, load=2),
        record(1, "2024-03-01", id="bill 7", yuan=1, load=1),
    ]
    assert value(signal(Latest, records="bills", column="yuan"), "2024-03-01", bills=rows) == 2


def test_a_record_given_to_somebody_else_leaves_the_first_person():
    rows = [
        record(1, "2024-03-01", id="bill 7"),
        record(1, "2024-03-01", id="bill 7", known="2024-03-10", withdrawn=True),  # as linkage routes it
        record(2, "2024-03-01", id="bill 7", known="2024-03-10"),
        record(1, "2020-01-01", id="so that person 1 is known"),
    ]
    assert value(COUNT_30, "2024-03-10", person=1, bills=rows) == 0
    assert value(COUNT_30, "2024-03-10", person=2, bills=rows) == 1


@pytest.mark.parametrize(("happened", "days"), [("2024-03-31", 0), ("2024-03-30", 1), ("2024-02-29", 31)])
def test_days_since_counts_the_day_itself_as_0(happened, days):
    rows = [record(1, happened)]
    assert value(signal(DaysSinceLast, records="bills"), "2024-03-31", bills=rows) == days
    assert value(signal(DaysSinceFirst, records="bills"), "2024-03-31", bills=rows) == days


def test_days_since_first_and_last_are_of_the_window():
    rows = [record(1, "2023-01-01"), record(1, "2024-03-10"), record(1, "2024-03-20")]
    assert value(signal(DaysSinceFirst, records="bills", window=Window(30)), "2024-03-31", bills=rows) == 21
    assert value(signal(DaysSinceLast, records="bills", window=Window(30)), "2024-03-31", bills=rows) == 11
    assert value(signal(DaysSinceLast, records="bills", window=Window(5)), "2024-03-31", bills=rows) is None


def test_distinct_days_count_a_day_once():
    rows = [record(1, "2024-03-10", id="a"), record(1, "2024-03-10", id="b"), record(1, "2024-03-11", id="c")]
    it = signal(Distinct, records="bills", column="happened_on", window=Window(30))
    assert value(it, "2024-03-31", bills=rows) == 2
