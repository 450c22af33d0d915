"""Corrections, withdrawals, absence, loads in any order: what is believed on which day."""

import hashlib
import itertools

import pytest

from riskscreen.declare import (
    Column,
    DayOf,
    Each,
    FirstCharacters,
    HouseholdKey,
    Id,
    Is,
    Known,
    MonthEnd,
    RecordKind,
    Whole,
    YearEnd,
)
from riskscreen.errors import DeliveryError
from riskscreen.eventstore import Landing
from tests.ingest.factories import HEADER, Desk, T, bills, day, feed


@pytest.mark.parametrize(
    ("received", "known_on"),
    [(None, "2024-01-15"), ("2024-01-10", "2024-01-15"), ("2024-01-15", "2024-01-15"), ("2024-02-01", "2024-02-01")],
)
def test_the_day_of_receipt_makes_a_record_known_later_and_never_earlier(tmp_path, received, known_on):
    desk = Desk(tmp_path, feed(records=(bills(lag_days=14),)))
    desk.deliver("110001,b1,2024-01-01,,5,,,,", received=received)
    assert desk.landed(columns="happened_on known_on") == [(day("2024-01-01"), day(known_on))]


def test_the_same_file_twice_changes_nothing(desk):
    rows = "110001,b1,2024-01-01,,5,,,, 110001,b2,2024-01-01,,x,,,,"
    first, before = desk.deliver(rows), desk.state()
    for again in (
        desk.deliver(rows),
        desk.deliver(rows, name="bills.other.csv"),
        desk.deliver(rows, received="2024-05-01"),
    ):
        assert (again.read, again.accepted, again.quarantined) == (first.read, 1, 1)
        assert again.warnings == ("this file was ingested before: nothing was changed",)
        assert (again.landed, again.load) == (0, None)
    assert desk.state() == before


def test_files_that_overlap_land_each_record_once(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,")
    result = desk.deliver("110001,b1,2024-01-01,,5.00,,,, 110001,b2,2024-01-02,,7,,,,")
    assert (result.accepted, result.landed) == (2, 1)
    assert desk.visible("2024-06-01") == [500, 700]


def test_a_correction_is_believed_from_the_day_it_came(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,", received="2024-01-02")
    desk.deliver("110001,b1,2024-01-01,,6,,,,", received="2024-03-01")
    assert desk.landed(columns="load yuan known_on") == [(1, 500, day("2024-01-02")), (2, 600, day("2024-03-01"))]
    assert [desk.visible(as_of) for as_of in ("2024-01-01", "2024-01-02", "2024-02-29", "2024-03-01")] == [
        [], [500], [500], [600],
    ]  # fmt: skip


def test_a_correction_known_on_the_same_day_goes_to_the_later_load(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,")
    desk.deliver("110001,b1,2024-01-01,,6,,,,")
    assert desk.visible("2024-01-01") == [600]


def test_a_value_may_go_from_a_to_b_and_back_to_a(desk):
    for yuan, received in ((5, "2024-01-02"), (6, "2024-02-01"), (5, "2024-03-01")):
        desk.deliver(f"110001,b1,2024-01-01,,{yuan},,,,", received=received)
    assert [desk.visible(as_of) for as_of in ("2024-01-31", "2024-02-01", "2024-03-01")] == [[500], [600], [500]]


def test_a_withdrawn_record_is_gone_from_the_day_it_was_taken_back(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,", received="2024-01-02")
    taken_back = desk.file("bills_2.csv", f"{HEADER}\n110001,b1,2024-01-01,,5,,,,taken back\n")
    desk.ingest(taken_back, received="2024-02-01")
    assert desk.landed(columns="load withdrawn") == [(1, False), (2, True)]
    assert [desk.visible(as_of) for as_of in ("2024-01-31", "2024-02-01")] == [[500], []]


def history(desk, files):
    for number, (yuan, known) in enumerate(files):
        desk.deliver(f"110001,b1,2024-01-01,{known},{yuan},,,,", name=f"bills.{number}.csv")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_history_may_be_loaded_in_any_order(tmp_path, order):
    files = [(5, "2024-01-10"), (6, "2024-01-20"), (5, "2024-01-30")]
    desk = Desk(tmp_path, feed(records=(bills(known=DayOf("until"), ends=None),)))
    history(desk, [files[at] for at in order])
    history(desk, files)
    assert [desk.visible(f"2024-01-{as_of}") for as_of in (10, 19, 20, 29, 30)] == [
        [500], [500], [600], [600], [500],
    ]  # fmt: skip


def test_versions_in_one_file_are_all_history_but_only_the_last_when_received(tmp_path):
    rows = "110001,b1,2024-01-01,2024-01-10,5,,,, 110001,b1,2024-01-01,2024-01-20,6,,,,"
    kinds = (bills(known=DayOf("until"), ends=None),)
    old, new = Desk(tmp_path / "a", feed(records=kinds)), Desk(tmp_path / "b", feed(records=kinds))
    assert old.deliver(rows).landed == 2
    assert new.deliver(rows, received="2024-02-01").quarantined == 0
    assert (old.visible("2024-01-10"), new.visible("2024-01-31"), new.visible("2024-02-01")) == ([500], [], [600])


FIRST = "110001,2024-01-01,2024-01-05,1 110002,2024-01-01,2024-01-05,2"


def test_who_is_absent_from_a_snapshot_is_withdrawn_on_its_day(desk):
    desk.deliver(FIRST, name="register.csv")
    desk.deliver("110001,2024-01-01,2024-02-05,1", name="register.csv")
    assert desk.landed("listed", "load person withdrawn known_on row tier") == [
        (1, 0, False, day("2024-01-05"), 0, 1),
        (1, 1, False, day("2024-01-05"), 1, 2),
        (2, 1, True, day("2024-02-05"), -1, 2),
    ]
    assert [desk.visible(as_of, "tier", "listed") for as_of in ("2024-02-04", "2024-02-05")] == [[1, 2], [1]]


def test_who_comes_back_to_a_snapshot_is_listed_again(desk):
    for number, rows in enumerate([FIRST, "110001,2024-01-01,2024-01-05,1", FIRST], start=1):
        desk.deliver(rows, name="register.csv", received=f"2024-0{number}-15")
    assert [desk.visible(f"2024-0{month}-15", "tier", "listed") for month in (1, 2, 3)] == [[1, 2], [1], [1, 2]]


def test_a_quarantined_row_is_not_absent(desk):
    desk.deliver(FIRST, name="register.csv")
    desk.deliver("110001,2024-01-01,2024-02-05,1 110002,2024-01-01,2024-02-05,zero", name="register.csv")
    assert desk.visible("2024-03-01", "tier", "listed") == [1, 2]


def test_nobody_is_absent_while_a_quarantined_row_may_be_anybody(desk):
    desk.deliver(FIRST, name="register.csv")
    result = desk.deliver("110001,2024-01-01,2024-02-05,1 11000,2024-01-01,2024-02-05,2", name="register.csv")
    assert result.warnings == (
        "no listed was withdrawn for being absent: a quarantined row does not say which one it is",
    )
    assert desk.visible("2024-03-01", "tier", "listed") == [1, 2]


def test_an_older_snapshot_is_refused_but_one_of_the_same_day_is_not(desk):
    desk.deliver(FIRST, name="register.csv", received="2024-02-01")
    before = desk.state()
    with pytest.raises(DeliveryError, match="a snapshot of 2024-01-31, older than that of 2024-02-01"):
        desk.deliver("110001,2024-01-01,2024-01-05,3", name="register.csv", received="2024-01-31")
    assert desk.state() == before
    desk.deliver("110001,2024-01-01,2024-01-05,3", name="register.csv", received="2024-02-01")
    assert desk.visible("2024-02-01", "tier", "listed") == [3]


def test_a_snapshot_loaded_again_is_not_taken_for_an_older_one(desk):
    desk.deliver(FIRST, name="register.csv")
    desk.deliver("110001,2024-01-01,2024-02-05,1", name="register.csv")
    before = desk.state()
    assert desk.deliver(FIRST, name="register.csv").landed == 0
    assert desk.state() == before


def test_an_empty_snapshot_needs_its_day_and_then_withdraws_everybody(desk):
    desk.deliver(FIRST, name="register.csv")
    with pytest.raises(DeliveryError, match="its day is unknown: give it with --received"):
        desk.deliver("", name="register.csv")
    desk.deliver("", name="register.csv", received="2024-02-01")
    assert [desk.visible(as_of, "tier", "listed") for as_of in ("2024-01-31", "2024-02-01")] == [[1, 2], []]


def test_a_snapshot_does_not_withdraw_before_the_record_itself_is_known(desk):
    desk.deliver("110001,2024-01-01,2024-06-05,1 110002,2024-01-01,2024-01-05,2", name="register.csv")
    desk.deliver("110002,2024-01-01,2024-01-05,2", name="register.csv", received="2024-06-05")
    assert desk.visible("2024-12-01", "tier", "listed") == [2]


def months_feed():
    months = [Column(name=f"covered{month}", type=Whole(), label=T) for month in (1, 2, 12)]
    kind = RecordKind(
        name="covered", label=T, person="person", key=("person", "month"), each=Each("month", (1, 2, 12)),
        happened=MonthEnd("year", "month", plus=1), when=(Is("covered{month}", 1),),
    )  # fmt: skip
    whole = RecordKind(name="years", label=T, person="person", key=("person", "year"), happened=YearEnd("year"),
                       when=(Known("covered1"),), values=("year",))  # fmt: skip
    columns = (Column(name="person", type=Id("citizen"), label=T), Column(name="year", type=Whole(), label=T), *months)
    return feed(files=("months*",), columns=columns, records=(kind, whole))


def test_each_gives_a_record_a_month_on_its_last_day(tmp_path):
    desk = Desk(tmp_path, months_feed())
    text = "person,year,covered1,covered2,covered12\np,2022,2,1,1\nq,2021,1,1,\nr,2021,,,\n"
    (result,) = desk.ingest(desk.file("months.csv", text))
    assert (result.accepted, result.landed) == (3, 6)
    assert [str(happened) for (happened,) in desk.landed("covered", "happened_on")] == [
        "2023-02-28", "2023-12-31", "2022-01-31", "2022-02-28",
    ]  # fmt: skip
    assert [(str(happened), year) for happened, year in desk.landed("years", "happened_on year")] == [
        ("2022-12-31", 2022), ("2021-12-31", 2021),
    ]  # fmt: skip


@pytest.mark.parametrize("year", ["0", "-1", "9999", "99999999999", ""])
def test_a_year_that_no_calendar_has_is_an_unknown_day(tmp_path, year):
    desk = Desk(tmp_path, months_feed())
    text = f"person,year,covered1,covered2,covered12\np,2022,1,1,1\nq,{year},1,1,1\n"
    desk.ingest(desk.file("months.csv", text))
    assert desk.reasons() == [(1, "unknown_day", "year")]


def test_the_household_is_null_where_a_part_is_unknown_and_collective_where_the_contract_says(desk):
    desk.deliver(
        """110001,b1,2024-01-01,,,,9,east, 110002,b2,2024-01-01,,,,1,east,
           110002,b3,2024-01-01,,,,,west, 110001,b4,2024-01-01,,,,,,"""
    )
    first, second, third, fourth = desk.landed(columns="household collective")
    assert (first[1], second[1], fourth) == (True, False, (None, False))
    assert first[0] == second[0] != third[0]


def test_a_home_has_a_number_beside_that_of_the_book_and_another_home_is_a_correction(tmp_path):
    book = HouseholdKey("book", (FirstCharacters("person", 3),), home="ward")
    desk = Desk(tmp_path, feed(records=(bills(household=book, values=("yuan",)),)))
    desk.deliver(
        """110001,b1,2024-01-01,,,,,east, 110002,b2,2024-01-01,,,,,east, 110003,b3,2024-01-01,,,,,west,
           110004,b4,2024-01-01,,,,,, 110005,b5,2024-01-01,,,,,,"""
    )
    east, too, west, own, same = desk.landed(columns="household home")
    assert len({household for household, _ in (east, too, west, own, same)}) == 1
    assert (east[1] == too[1], own[1] == same[1], len({east[1], west[1], own[1], east[0]})) == (True, True, 4)
    desk.deliver("110001,b1,2024-01-01,,,,,west,")
    assert west[1] in [home for (home,) in desk.landed(columns="home")[5:]]


def test_the_record_id_is_a_hash_of_kind_and_key_in_which_an_id_is_its_number(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,, 110002,b1,2024-01-01,,5,,,,")
    written = ["5:bills1:02:b1", "5:bills1:12:b1"]
    assert desk.landed(columns="record_id") == [(hashlib.md5(said.encode()).digest(),) for said in written]


def test_a_manifest_entry_says_what_came_and_when(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,", received="2024-02-01")
    (load,) = Landing(desk.home).manifest()
    assert (load.number, load.feed, load.received, load.delivered_on) == (
        1, "bills_feed", day("2024-02-01"), day("2024-02-01"),
    )  # fmt: skip
    assert (load.read, load.accepted, load.quarantined, load.warnings, load.loaded_on) == (
        1,
        1,
        0,
        0,
        day("2024-12-31"),
    )
