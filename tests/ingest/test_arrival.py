"""A delivery that is not as its feed leads one to expect is named, and held or landed as the feed says."""

import gzip
import json

import pytest

from riskscreen.declare import Action, Expected
from riskscreen.errors import DeclarationError, DeliveryError
from tests.ingest.factories import HEADER, Desk, feed, register

HOLDING = Expected(action=Action.HOLD)


def rows(count, start=0, day="2024-01-01"):
    return " ".join(f"110001,b{n},{day},,{n},,,east," for n in range(start, start + count))


def with_history(folder, expected=None, files=3, count=20):
    """A desk at which so many usual deliveries came."""
    desk = Desk(folder, feed(expected=expected or Expected()), register())
    for number in range(files):
        desk.deliver(rows(count, number * count), name=f"bills.{number}.csv")
    return desk


@pytest.mark.parametrize(
    ("count", "said"),
    [(3, "far fewer"), (4, None), (20, None), (39, None), (40, "far more")],
)
def test_a_delivery_that_shrinks_or_doubles_is_named(tmp_path, count, said):
    result = with_history(tmp_path).deliver(rows(count, 100), name="bills.9.csv")
    assert result.landed == count
    assert [warning for warning in result.warnings if said and said in warning] == list(result.warnings)
    assert len(result.warnings) == (said is not None)


@pytest.mark.parametrize(("usual", "count", "is_named"), [(4, 12, False), (4, 19, False), (4, 20, True), (20, 3, True)])
def test_what_is_small_may_double_by_chance(tmp_path, usual, count, is_named):
    result = with_history(tmp_path, count=usual).deliver(rows(count, 100), name="bills.9.csv")
    assert bool(result.warnings) == is_named


def test_the_first_deliveries_of_a_feed_are_not_judged(tmp_path):
    assert with_history(tmp_path, files=2).deliver(rows(1, 100), name="bills.9.csv").warnings == ()


def test_what_is_held_is_listed_and_lands_nothing_until_it_is_released(tmp_path):
    desk = with_history(tmp_path, HOLDING)
    before = desk.landed()
    path = desk.file("bills.9.csv", "\n".join([HEADER, *rows(2, 100).split(), ""]))
    (held,) = desk.ingest(path)
    assert held.held == ("it has 2 rows, and deliveries of feed bills_feed usually have 20: far fewer",)
    assert (held.read, held.accepted, held.quarantined, held.landed, held.load) == (0, 0, 0, 0, None)
    assert held.warnings[-1].endswith("see that it is right, then ingest it with --release")
    assert desk.landed() == before
    (listed,) = (desk.home / "held/bills_feed").iterdir()
    assert json.loads(listed.read_text())["file"] == "bills.9.csv"
    (released,) = desk.ingest(path, release=True)
    assert (released.landed, released.held, released.warnings) == (2, (), held.held)
    assert list((desk.home / "held/bills_feed").iterdir()) == []


def test_a_snapshot_that_shrinks_is_held_unless_the_feed_says_otherwise(tmp_path):
    for number, expected in enumerate([Expected(), Expected(action=Action.WARN)]):
        desk = Desk(tmp_path / f"{number}", register(expected=expected))
        for month in (1, 2, 3):
            listed = " ".join(f"1100{n:02d},2024-01-01,2024-01-05,{month}" for n in range(20))
            desk.deliver(listed, name="register.csv", received=f"2024-0{month}-10")
        result = desk.deliver("110001,2024-01-01,2024-01-05,1", name="register.csv", received="2024-04-10")
        assert bool(result.held) == (number == 0)
        assert len(desk.visible("2024-05-01", "tier", "listed")) == (20 if result.held else 1)


@pytest.mark.parametrize(
    ("name", "day", "warned"),
    [
        ("bills_2024-02-01.csv", "2024-01-15", False),
        ("bills_20240201.csv", "2024-01-15", False),
        ("bills_2024-02-01.csv", "2023-12-15", True),
        ("bills_2024-02-01.csv", "2024-02-02", True),
        ("bills_2024-13-01.csv", "2023-12-15", False),
        ("bills.csv", "2023-12-15", False),
    ],
)
def test_a_delivery_for_another_month_than_its_name_says_is_named(tmp_path, name, day, warned):
    desk = Desk(tmp_path, feed(expected=Expected(period_days=31)))
    desk.deliver(rows(4, 10, "2023-12-31"), name="bills.2024-01-01.csv")
    (result,) = desk.ingest(desk.file(name, "\n".join([HEADER, *rows(4, day=day).split(), ""])))
    assert [("it may be for another month" in warning) for warning in result.warnings] == [True] * warned


def test_the_first_delivery_may_hold_all_that_there_is_and_a_later_one_what_has_come_since(tmp_path):
    desk = Desk(tmp_path, feed(expected=Expected(period_days=31)))
    assert desk.deliver(rows(4, 0, "2019-05-05"), name="bills.2023-10-01.csv").warnings == ()
    assert desk.deliver(rows(4, 4, "2023-09-25"), name="bills.2023-10-02.csv").warnings == ()
    assert desk.deliver(rows(4, 8, "2023-10-15"), name="bills.2024-01-01.csv").warnings == ()
    assert len(desk.deliver(rows(4, 12, "2023-09-15"), name="bills.2024-02-01.csv").warnings) == 1


@pytest.mark.parametrize("name", ["bills.csv", "bills.csv.gz"])
@pytest.mark.parametrize("action", [Action.WARN, Action.HOLD])
@pytest.mark.parametrize(
    ("end", "is_cut"), [("\n", False), ("", True), ("\r\n", False), ("\n\n", False), ("\n ", False)]
)
def test_a_csv_whose_last_row_has_no_line_end_is_named_and_held_or_landed(tmp_path, name, action, end, is_cut):
    desk = Desk(tmp_path, feed(expected=Expected(action=action)))
    text = f"{HEADER}\n{rows(1)}\n110001,b7,2024-01-01,,5,,,,taken back"[: None if end else -5] + end
    content = text.encode() if name.endswith("csv") else gzip.compress(text.encode())
    (result,) = desk.ingest(desk.file(name, content))
    said = ("its last row has no line end, as all others have: it may be cut off",) * is_cut
    assert (result.held, result.read) == ((said, 0) if is_cut and action is Action.HOLD else ((), 2))
    assert all(sentence in result.warnings[-1] for sentence in said)
    assert len(result.warnings) == is_cut


def test_a_column_that_was_added_holds_a_delivery_where_the_feed_says_so(tmp_path):
    desk = Desk(tmp_path, feed(expected=HOLDING))
    text = f"extra,{HEADER}\nsecret,{rows(1)}\n"
    assert desk.ingest(desk.file("bills.csv", text))[0].held == ("1 undeclared column not read: extra",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("ward", "district", "lacks 1 declared column: 'ward'"),
        ("yuan", "Yuan", "'yuan' .the header has 'Yuan'."),
        (",note", "", "lacks 1 declared column: 'note'"),
    ],
)
def test_a_column_that_was_renamed_or_is_gone_is_refused_by_name(desk, old, new, sentence):
    with pytest.raises(DeliveryError, match=sentence):
        desk.ingest(desk.file("bills.csv", f"{HEADER}\n{rows(1)}\n".replace(old, new)))


def test_a_column_that_changed_its_type_is_refused_with_its_name(desk):
    with pytest.raises(DeliveryError, match=r"column 'day': this is not a day in an agreed format"):
        desk.ingest(desk.file("bills.csv", f"{HEADER}\n110001,b1,45293,,5,,,east,\n"))


def test_the_same_rows_under_another_name_are_named_and_change_nothing(tmp_path):
    desk = with_history(tmp_path, files=1)
    text = "\n".join([HEADER, *reversed(rows(20).split()), ""])
    (result,) = desk.ingest(desk.file("bills_again.csv", text))
    assert result.warnings == ("nothing in it is new: it may have come before under another name",)
    assert (result.accepted, result.landed) == (20, 0)


def test_what_is_expected_takes_no_part_in_what_a_file_means(tmp_path):
    desk = with_history(tmp_path, files=1)
    desk.town = with_history(tmp_path / "other", HOLDING, files=0).town
    assert desk.deliver(rows(20), name="bills.0.csv").warnings == (
        "this file was ingested before: nothing was changed",
    )


@pytest.mark.parametrize("wrong", [{"fewest": 1.0}, {"most": 1.0}, {"fewest": -0.1}, {"after": 0}, {"period_days": 0}])
def test_an_expectation_that_nothing_can_meet_is_refused(wrong):
    with pytest.raises(DeclarationError, match="what is expected of a delivery: give"):
        Expected(**wrong)
