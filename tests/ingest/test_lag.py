"""What was landed keeps the day on which it was known: neither a new lag nor a late delivery changes a past night."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import cases
from tests.ingest.factories import Desk, bills, feed, town

FIRST = date(2024, 1, 1)
DAYS = [f"{FIRST + timedelta(days=n)}" for n in range(0, 160, 7)]

rows = st.dictionaries(
    st.tuples(st.sampled_from(["111111", "222222"]), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.integers(0, 80), st.integers(1, 99)),
    min_size=1,
    max_size=6,
)
lags = st.integers(0, 60)


def written(bills_of):
    """Rows as ``Desk.deliver`` takes them."""
    return " ".join(
        f"{person},{bill},{FIRST + timedelta(days=day)},,{yuan},,,east,"
        for (person, bill), (day, yuan) in bills_of.items()
    )


def with_lag(days):
    return town(feed(records=(bills(lag_days=days),)))


def nights(desk):
    return [desk.visible(day) for day in DAYS]


@settings(max_examples=cases(25))
@given(rows, lags, lags)
def test_a_new_lag_changes_no_night_with_the_same_file_or_the_same_rows_in_another(bills_of, first, second):
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.town = with_lag(first)
        desk.deliver(written(bills_of))
        before, state = nights(desk), desk.state()
        desk.town = with_lag(second)
        assert nights(desk) == before
        desk.deliver(written(bills_of))
        assert desk.state() == state
        desk.deliver(" ".join(reversed(written(bills_of).split())), name="bills.2.csv")
        assert nights(desk) == before


@settings(max_examples=cases(25))
@given(rows, rows, lags, st.integers(12, 20))
def test_a_delivery_changes_no_night_before_the_day_on_which_it_was_received(bills_of, later, lag, week):
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.town = with_lag(lag)
        desk.deliver(written(bills_of))
        before = nights(desk)
        desk.deliver(written(later), name="bills.2.csv", received=DAYS[week])
        assert nights(desk)[:week] == before[:week]


def test_what_is_landed_after_the_lag_was_changed_is_known_by_the_new_one(tmp_path):
    desk = Desk(tmp_path)
    desk.town = with_lag(10)
    desk.deliver("111111,a,2024-01-01,,1,,,east,")
    desk.town = with_lag(3)
    desk.deliver("111111,b,2024-01-01,,2,,,east,", name="bills.2.csv")
    assert desk.landed(columns="yuan known_on") == [(100, date(2024, 1, 11)), (200, date(2024, 1, 4))]
