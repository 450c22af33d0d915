"""What each signal kind is, on tables small enough to count by hand."""

import pytest

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    AtMost,
    Average,
    Count,
    Derived,
    Distinct,
    Is,
    Known,
    Largest,
    Latest,
    Share,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from tests.factories import record, signal, value

pytestmark = pytest.mark.usefixtures("either_engine")

BILLS = [
    record(1, "2024-01-10", yuan=100_00, own=20_00, ward="a", grade=1),
    record(1, "2024-02-10", yuan=300_00, own=90_00, ward="b", grade=2),
    record(1, "2024-03-10", yuan=200_00, own=None, ward="b", grade=3),
    record(1, "2024-03-11", yuan=None, own=5_00, ward=None, grade=None),
    record(2, "2024-03-11", yuan=9_999_00, own=9_999_00, ward="z", grade=9),
]
NONE = [record(1, "2019-01-01", ward="old")]


def bill(kind, **said):
    return signal(kind, records="bills", **({"window": Window(365)} | said))


@pytest.mark.parametrize(
    ("it", "expected", "when_nothing_was_seen"),
    [
        (bill(Count), 4, 0),
        (bill(Total, column="yuan"), 100_00 + 300_00 + 200_00, 0),
        (bill(Largest, column="yuan"), 300_00, None),
        (bill(Smallest, column="yuan"), 100_00, None),
        (bill(Average, column="yuan"), (100_00 + 300_00 + 200_00) / 3, None),
        (bill(Latest, column="yuan"), 200_00, None),  # the last one is not known
        (bill(Distinct, column="ward"), 2, 0),
        (bill(Share, column="own", whole="yuan"), (20_00 + 90_00 + 5_00) / (100_00 + 300_00 + 200_00), None),
        (bill(Trend, window=Window(30)), 2 - 1, 0),  # 03-02…03-31 against 02-01…03-01
        (bill(Trend, window=Window(30), column="yuan"), 200_00 - 300_00, 0),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, int | float) else "",
)
def test_a_kind_over_one_persons_bills(it, expected, when_nothing_was_seen):
    assert value(it, "2024-03-31", bills=BILLS) == expected
    assert value(it, "2024-03-31", bills=NONE) == when_nothing_was_seen


def test_a_share_of_nothing_is_not_known():
    rows = [record(1, "2024-03-10", yuan=0, own=0)]
    assert value(bill(Share, column="own", whole="yuan"), "2024-03-31", bills=rows) is None


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        ((Is("ward", "b"),), 2),
        ((Is("ward", "a", "b"),), 3),
        ((AtLeast("yuan", 200_00),), 2),
        ((AtMost("yuan", 200_00),), 2),
        ((Known("own"),), 3),
        ((Is("ward", "b"), AtLeast("grade", 3)), 1),
        ((Is("ward", "nowhere"),), 0),
    ],
)
def test_conditions_must_all_hold_and_what_is_not_known_never_holds(where, counted):
    assert value(bill(Count, where=where), "2024-03-31", bills=BILLS) == counted


def test_the_latest_of_two_records_on_one_day_is_the_one_known_later():
    rows = [
        record(1, "2024-03-10", id="a", yuan=1, known="2024-03-12"),
        record(1, "2024-03-10", id="b", yuan=2, known="2024-03-11"),
    ]
    assert value(bill(Latest, column="yuan"), "2024-03-31", bills=rows) == 1


@pytest.mark.parametrize(
    ("as_of", "state", "length"),
    [
        ("2024-03-09", 0, 0),  # one before it begins
        ("2024-03-10", 1, 1),
        ("2024-03-20", 1, 11),  # its last day
        ("2024-03-21", 0, 0),  # one after
    ],
)
def test_a_spell_holds_from_its_first_to_its_last_day(as_of, state, length):
    rows = [record(1, "2024-03-10", until="2024-03-20"), record(1, "2020-01-01", until="2020-01-02")]
    assert value(signal(StateAt, records="spells"), as_of, spells=rows) == state
    assert value(signal(SpellLength, records="spells"), as_of, spells=rows) == length


def test_a_spell_without_an_end_still_holds_and_the_longest_counts():
    rows = [record(1, "2024-03-01"), record(1, "2024-03-10", until="2099-01-01")]
    assert value(signal(SpellLength, records="spells"), "2024-03-31", spells=rows) == 31


def test_an_end_that_becomes_known_later_ends_the_spell_only_then():
    rows = [
        record(1, "2024-03-01", id="spell"),
        record(1, "2024-03-01", id="spell", until="2024-03-10", known="2024-03-20"),
    ]
    it = signal(StateAt, records="spells")
    assert value(it, "2024-03-19", spells=rows) == 1
    assert value(it, "2024-03-20", spells=rows) == 0


TWO = signal(Total, name="two", records="bills", column="grade", where=(Is("ward", "a"),))
THREE = signal(Total, name="three", records="bills", column="grade", where=(Is("ward", "b"),))
UNKNOWN = signal(Largest, name="unknown", records="bills", column="grade", where=(Is("ward", "c"),))
ZERO = signal(Count, name="zero", records="bills", where=(Is("ward", "c"),))
PARTS = [TWO, THREE, UNKNOWN, ZERO]
GRADES = [record(1, "2024-03-01", ward="a", grade=2), record(1, "2024-03-02", ward="b", grade=3)]


@pytest.mark.parametrize(
    ("how", "of", "expected"),
    [
        ("sum", ("two", "three"), 5),
        ("difference", ("two", "three"), -1),
        ("product", ("two", "three"), 6),
        ("ratio", ("two", "three"), 2 / 3),
        ("ratio", ("two", "zero"), None),
        ("largest", ("two", "three"), 3),
        ("smallest", ("two", "three"), 2),
        ("first_known", ("unknown", "three"), 3),
        ("sum", ("two", "unknown"), None),
        ("first_known", ("unknown", "unknown"), None),
    ],
)
def test_signals_combined(how, of, expected):
    it = signal(Derived, how=how, of=of)
    assert value(it, "2024-03-31", others=PARTS, bills=GRADES) == expected
