"""Two records of one event are counted once on every day, whichever came first, and whatever is taken back."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.linkage.same import settle_same
from tests.cases import cases

FIRST = date(2024, 1, 1)
SCHEMA = pa.schema(
    [
        ("record_id", pa.binary(16)), ("same", pa.binary(16)), ("known_on", pa.date32()), ("withdrawn", pa.bool_()),
        ("load", pa.int32()), ("row", pa.int64()),
    ]
)  # fmt: skip


def key(text):
    return None if text is None else text.encode().ljust(16, b".")


def log(*versions):
    """Landed versions, each as: record, event, day on which it is known, whether it takes the record back."""
    rows = [
        {"record_id": key(record), "same": key(same), "known_on": FIRST + timedelta(day), "withdrawn": gone,
         "load": load, "row": 0}
        for load, (record, same, day, gone) in enumerate(versions)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def newest(table, day):
    """The newest version of each record as of a day."""
    found = {}
    for row in sorted(table.to_pylist(), key=lambda row: (row["known_on"], row["load"], row["row"])):
        if row["known_on"] <= FIRST + timedelta(day):
            found[row["record_id"]] = row
    return found


def standing(table, day):
    return sorted(record.rstrip(b".").decode() for record, row in newest(table, day).items() if not row["withdrawn"])


def expected(table, day):
    """The obvious way: of the records that stand and tell of one event, the one known first, then of the lowest id."""
    known: dict[bytes, date] = {}
    for row in table.to_pylist():
        known[row["record_id"]] = min(row["known_on"], known.get(row["record_id"], date.max))
    first: dict[bytes, tuple[date, bytes]] = {}
    for record, row in newest(table, day).items():
        if not row["withdrawn"]:
            event = row["same"] or record
            first[event] = min((known[record], record), first.get(event, (date.max, b"")))
    return sorted(record.rstrip(b".").decode() for _, record in first.values())


VERSIONS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["x", "y", None]), st.integers(0, 6), st.booleans()
    ),
    max_size=12,
)


@settings(max_examples=cases(25))
@given(VERSIONS)
def test_what_stands_on_each_day_is_what_the_obvious_way_finds(versions):
    table = log(*versions)
    settled = settle_same(table)
    assert [standing(settled, day) for day in range(8)] == [expected(table, day) for day in range(8)]


@settings(max_examples=cases(25))
@given(VERSIONS, st.integers(0, 6), st.randoms())
def test_only_what_was_known_by_a_day_has_a_say_in_it_in_whatever_order_it_stands(versions, day, chance):
    table = log(*versions)
    known = [row for row in table.to_pylist() if row["known_on"] <= FIRST + timedelta(day)]
    chance.shuffle(known)
    early = settle_same(pa.Table.from_pylist(known, schema=SCHEMA))
    assert standing(early, day) == standing(settle_same(table), day)


def test_an_event_told_of_twice_counts_once_and_the_other_comes_back_when_the_first_is_withdrawn():
    settled = settle_same(log(("a", "x", 0, False), ("b", "x", 2, False), ("a", "x", 4, True)))
    assert [standing(settled, day) for day in (0, 2, 3, 4)] == [["a"], ["a"], ["a"], ["b"]]


def test_a_correction_that_tells_of_another_event_sets_both_free():
    settled = settle_same(log(("a", "x", 0, False), ("b", "x", 2, False), ("b", "y", 4, False), ("a", "y", 6, False)))
    assert [standing(settled, day) for day in (2, 4, 6)] == [["a"], ["a", "b"], ["a"]]


def test_a_correction_of_the_record_that_rests_rests_too():
    settled = settle_same(log(("a", "x", 0, False), ("b", "x", 1, False), ("b", "x", 2, False), ("a", "x", 3, True)))
    assert [standing(settled, day) for day in (1, 2, 3)] == [["a"], ["a"], ["b"]]


def test_many_records_of_one_event_take_no_more_time_than_they_are():
    settled = settle_same(log(*[(f"r{n}", "x", n % 5, False) for n in range(20_000)]))
    assert standing(settled, 5) == ["r0"]


def test_a_kind_that_does_not_say_what_is_the_same_stays_as_it_is():
    table = log(("a", "x", 0, False), ("b", "x", 0, False)).drop_columns(["same"])
    assert settle_same(table) is table
