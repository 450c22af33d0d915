"""Who lives with whom, in time."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage import households as living
from riskscreen.linkage.claims import LINKS, RELATIONS
from riskscreen.linkage.households import BONDS, STAYS, guardians, households
from tests.cases import cases

FIRST = date(2020, 1, 1)


def table(rows, schema):
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def stay(person, home, begin=FIRST, end=None, **said):
    return {"person": person, "home": home, "from": begin, "to": end, "known_on": begin} | said


def bond(person, other, kind="spouse", begin=None, end=None):
    return {"person": person, "other": other, "kind": kind, "from": begin, "to": end, "known_on": FIRST}


def made(stays, bonds=(), **settings):
    return households(table(stays, STAYS), table(bonds, BONDS), Linkage(**settings))


def together(found, day=date(2024, 1, 1)):
    """Who lives with whom on a day."""
    return sorted(found.on(day).values())


def families(found):
    groups: dict[int, list[int]] = {}
    for row in found.families.to_pylist():
        groups.setdefault(row["family"], []).append(row["person"])
    return sorted(groups.values())


def test_people_of_one_home_and_book_are_a_household():
    assert together(made([stay(1, 100, book=5), stay(2, 100, book=5)])) == [[1, 2]]


def test_the_book_alone_is_no_household():
    assert together(made([stay(1, 100, book=5), stay(2, 200, book=5)])) == [[1], [2]]


def test_a_home_alone_is_none_either():
    assert together(made([stay(1, 100, book=5), stay(2, 100, book=6)])) == [[1], [2]]


@pytest.mark.parametrize(("kind", "expected"), [("spouse", [[1, 2]]), ("tenant", [[1], [2]])])
def test_people_of_one_home_who_owe_each_other_support_are_a_household(kind, expected):
    assert together(made([stay(1, 100), stay(2, 100)], [bond(1, 2, kind)])) == expected


def test_a_place_says_who_owes_whom_support_and_how_many_people_a_household_has():
    pair = [stay(1, 100), stay(2, 100)]
    assert together(made(pair, [bond(1, 2, "sibling")], support=("sibling",))) == [[1, 2]]
    book = [stay(n, 100, book=5) for n in range(3)]
    assert together(made(book, largest_household=2)) == []
    assert families(made(book, largest_family=2)) == [[0], [1], [2]]


def test_who_moved_is_where_they_lived_on_the_day():
    moved = date(2022, 1, 1)
    found = made([stay(1, 100, book=5), stay(2, 100, book=5), stay(3, 200, book=6), stay(2, 200, moved, book=6)])
    assert together(found, moved - timedelta(days=1)) == [[1, 2], [3]]
    assert together(found, moved) == [[1], [2, 3]]


def test_a_move_that_became_known_later_changes_no_day_before():
    known = date(2022, 3, 1)
    moved = stay(2, 200, date(2022, 1, 1), book=5, known_on=known)
    found = made([stay(1, 100, book=5), stay(2, 100, book=5), moved])
    assert together(found, known - timedelta(days=1)) == [[1, 2]]
    assert together(found, known) == [[1], [2]]


def test_a_spouse_who_left_and_the_next_one_are_not_members_on_the_same_day():
    parted, married = date(2021, 1, 1), date(2022, 1, 1)
    stays = [stay(1, 100), stay(2, 100, end=parted), stay(3, 100, married)]
    found = made(stays, [bond(1, 2, end=parted), bond(1, 3, begin=married)])
    assert together(found, date(2020, 6, 1)) == [[1, 2]]
    assert together(found, date(2021, 6, 1)) == [[1]]
    assert together(found, married) == [[1, 3]]


def test_a_bond_that_ended_before_both_lived_there_binds_nobody():
    ended = [bond(1, 2, end=date(2019, 1, 1))]
    assert together(made([stay(1, 100), stay(2, 100)], ended)) == [[1], [2]]


def test_a_collective_home_joins_nobody():
    found = made([stay(1, 100, book=5, collective=True), stay(2, 100, book=5, collective=True)])
    assert together(found) == []
    assert families(found) == [[1], [2]]


@pytest.mark.parametrize(("size", "joined"), [(20, 1), (21, 21)])
def test_more_than_20_at_once_are_no_household(size, joined):
    found = made([stay(n, 100, book=5) for n in range(size)])
    assert len(families(found)) == joined
    assert len(together(found)) == (1 if size == 20 else 0)


def test_more_than_20_one_after_another_are_one():
    days = [FIRST + timedelta(days=30 * n) for n in range(30)]
    found = made([stay(n, 100, days[n], days[n] + timedelta(days=40), book=5) for n in range(30)])
    assert set(found.members["void_on"].to_pylist()) == {None}


def test_the_21st_ends_a_household_on_the_day_on_which_they_are_known():
    late = stay(20, 100, date(2020, 2, 1), book=5, known_on=date(2020, 2, 9))
    found = made([*(stay(n, 100, book=5) for n in range(20)), late])
    assert together(found, date(2020, 2, 8)) == [list(range(20))]
    assert together(found, date(2020, 2, 9)) == []
    assert len(families(found)) == 2


def test_remarriage_does_not_chain_a_city_into_one_family():
    stays = [stay(n + side, n, FIRST + timedelta(days=300 * n)) for n in range(100) for side in (0, 1)]
    found = made(stays, [bond(n, n + 1) for n in range(100)])
    sizes = [len(family) for family in families(found)]
    assert (sum(sizes), max(sizes)) == (101, 20)
    assert found.split.num_rows == 5  # and these are read together
    assert [len(each) for each in found.split["families"].to_pylist()] == [2] * 5


def test_a_marriage_told_of_later_joins_two_people_of_one_home_from_that_day_on():
    told = date(2023, 5, 1)
    found = made([stay(1, 100, book=5), stay(2, 100, book=6)], [bond(1, 2) | {"known_on": told}])
    assert together(found, told - timedelta(days=1)) == [[1], [2]]
    assert together(found, told) == [[1, 2]]


def test_a_version_stands_until_the_next_one_is_known_and_the_one_before_may_come_back():
    away, back = date(2021, 1, 1), date(2022, 1, 1)
    mistaken = stay(2, 200, away, book=6, superseded_on=back)
    found = made([stay(1, 100, book=5), stay(2, 100, book=5), mistaken])
    for day, expected in ((away - timedelta(days=1), [[1, 2]]), (away, [[1], [2]]), (back, [[1, 2]])):
        assert together(found, day) == expected


def lives_in(stays, person, day):
    """The home of a person on a day, as it is known then: plainly."""
    said = [
        (each["from"], each["known_on"], row, each)
        for row, each in enumerate(stays)
        if each["person"] == person and each["from"] <= day and each["known_on"] <= day
        and not (each.get("superseded_on") and each["superseded_on"] <= day)
    ]  # fmt: skip
    last = max(said)[-1] if said else None
    return None if last is None or (last["to"] and last["to"] <= day) else last["home"]


days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))


def some_stay(person, home, begin, lasts, known, stands):
    known_on = begin + timedelta(days=known)
    end = None if lasts is None else begin + timedelta(days=lasts)
    gone = None if stands is None else known_on + timedelta(days=stands)
    return stay(person, home, begin, end, book=home, known_on=known_on, superseded_on=gone)


spans = st.none() | st.integers(0, 20)
some_stays = st.lists(
    st.builds(some_stay, st.integers(1, 4), st.integers(100, 102), days, spans, st.integers(-5, 20), spans), max_size=7
)


@given(some_stays)
@settings(max_examples=cases(15))
def test_on_every_day_people_live_where_the_last_stay_known_then_says(stays):
    found = made(stays)
    told = {each[of] for each in stays for of in ("from", "to", "known_on", "superseded_on") if each.get(of)}
    for day in sorted(told | {day - timedelta(days=1) for day in told}):
        lived = {person: lives_in(stays, person, day) for person in range(1, 5)}
        homes = {home: [p for p in lived if lived[p] == home] for home in set(lived.values()) - {None}}
        assert together(found, day) == sorted(homes.values())


@given(some_stays)
@settings(max_examples=cases(15))
def test_people_who_are_looked_at_range_by_range_live_where_they_do_all_at_once(stays):
    at_once = made(stays)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(living, "AT_ONCE", 1)
        assert made(stays).members.equals(at_once.members)


def test_no_stays_are_no_households():
    found = made([])
    assert (found.members.num_rows, found.families.num_rows, found.split.num_rows) == (0, 0, 0)


def test_a_child_has_its_guardians_wherever_they_live():
    links = [{"claim": claim, "person": person} for claim, person in ((0, 0), (1, 1), (2, 1), (3, 3))]
    told = [
        {"claim": 0, "other": 1, "relation": "guardian", "known_on": date(2023, 1, 1)},
        {"claim": 0, "other": 2, "relation": "guardian", "known_on": date(2022, 1, 1)},
        {"claim": 0, "other": 3, "relation": "neighbour", "known_on": date(2022, 1, 1)},
    ]
    found = guardians(table(told, RELATIONS), table(links, LINKS))
    expected = {"child": 0, "guardian": 1, "kind": "guardian", "from": date(2022, 1, 1), "to": None}
    assert found.to_pylist() == [expected]
