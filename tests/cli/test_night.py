"""The inbox: what was delivered since the last night is taken by the next one, and by no earlier one."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from riskscreen.declare import load
from riskscreen.errors import HomeError
from riskscreen.identity import load_key
from riskscreen.nightly import Publisher, run_night
from riskscreen.runners import LOCAL
from riskscreen.store import (
    Account,
    Role,
    current_lists,
    current_page,
    left_entries,
    open_case,
    open_store,
    prepare_store,
)
from tests.cli.conftest import BILLS, state

LATER = "citizen,bill,day,yuan\n990104,b5,2024-03-01,7000.00\n"


@pytest.fixture
def inbox(home):
    folder = home / "inbox"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def night(riskscreen):
    def run(day, *words):
        code, out, _ = riskscreen("nightly", "--as-of", day, "--json", *words)
        return code, [step for step in json.loads(out) if step["step"] == "ingest"]

    return run


def test_a_night_takes_what_was_delivered_as_received_on_its_day(inbox, night, riskscreen):
    (inbox / "bills_1.csv").write_text(BILLS)
    code, (step,) = night("2024-02-15")
    assert (code, step["file"], step["read"], step["accepted"], step["quarantined"]) == (0, "bills_1.csv", 4, 4, 0)
    code, _, err = riskscreen("nightly", "--as-of", "2024-02-14")
    assert (code, "the first became known on 2024-02-15" in err) == (2, True)


def test_what_was_taken_is_not_taken_again_and_the_night_run_again_changes_nothing(inbox, night, home):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    before = state(home)
    assert night("2024-02-15") == (0, [])
    assert state(home) == before
    (inbox / "bills_2.csv").write_text(LATER)
    assert [step["file"] for step in night("2024-03-02")[1]] == ["bills_2.csv"]


def test_a_night_before_the_last_delivery_leaves_the_inbox_alone(inbox, night, home):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    night("2024-03-02")
    (inbox / "bills_2.csv").write_text(LATER)
    night("2024-03-02")
    (inbox / "bills_3.csv").write_text(LATER.replace("b5", "b6"))
    code, (step,) = night("2024-02-20")
    assert (code, step["changed"]) == (0, False)
    assert "the inbox was left alone: 2024-02-20 is before the last delivery, of 2024-03-02" in step["sentence"]


def test_a_refused_delivery_is_told_of_and_the_night_goes_on(inbox, night, home):
    (inbox / "bills_1.csv").write_text(BILLS)
    (inbox / "bills_2.csv").write_text(BILLS.replace("yuan", "yaun"))
    code, steps = night("2024-02-15")
    assert code == 3
    assert [(step["file"], step["held_back"]) for step in steps] == [("bills_1.csv", False), ("bills_2.csv", True)]
    assert "lacks 1 declared column" in steps[1]["sentence"]
    assert (home / "lists" / "model=hardship" / "as_of=2024-02-15.parquet").is_file()


def test_a_delivery_that_is_held_lands_nothing_and_the_night_goes_on_without_it(inbox, night, town, home, riskscreen):
    place = town / "__init__.py"
    place.write_text(
        place.read_text()
        .replace("Area, AtLeast", "Action, Area, AtLeast, Expected")
        .replace("quarantine_limit=0.3", "quarantine_limit=0.3, expected=Expected(action=Action.HOLD)")
    )
    (inbox / "bills_1.csv").write_text(BILLS)
    (inbox / "bills_2.csv").write_text(LATER.replace("yuan\n", "yuan,extra\n").replace("7000.00", "7000.00,x"))
    code, steps = night("2024-03-02")
    assert code == 3
    told = [(step["file"], step["changed"], step["held_back"]) for step in steps]
    assert told == [("bills_1.csv", True, False), ("bills_2.csv", False, True)]
    assert "held, nothing of it was landed: 1 undeclared column not read: extra" in steps[1]["sentence"]
    assert (home / "lists" / "model=hardship" / "as_of=2024-03-02.parquet").is_file()
    assert [step["held_back"] for step in night("2024-03-02")[1]] == [True]
    assert riskscreen("ingest", inbox / "bills_2.csv", "--received", "2024-03-02", "--release")[0] == 0
    assert night("2024-03-02") == (0, [])


def test_a_file_of_no_feed_in_the_inbox_is_left(inbox, night):
    (inbox / "readme.txt").write_text("words")
    (inbox / "bills_1.csv").write_text(BILLS)
    assert [step["file"] for step in night("2024-02-15")[1]] == ["bills_1.csv"]


def test_a_shadow_night_takes_nothing(inbox, night, riskscreen, bills):
    riskscreen("ingest", bills)
    (inbox / "bills_2.csv").write_text(LATER)
    assert night("2026-12-31", "--shadow") == (0, [])


WORKER = Account(name="wang", role=Role.WORKER, areas=frozenset({"all"}), disabled=False)


@pytest.fixture
def published(home):
    """What a worker sees of the current list: (day, entries, who left and why)."""

    def look():
        store = open_store(home)
        try:
            page = current_page(store, WORKER, "hardship", "all")
            gone = left_entries(store, WORKER, page.head.id)
        finally:
            store.close()
        return (
            str(page.head.as_of),
            [entry.came.change.value for entry in page.entries],
            [one.because.value for one in gone],
        )

    return look


def test_two_following_nights_publish_who_came_who_stayed_and_who_left(inbox, night, published):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    assert published() == ("2024-02-15", ["first", "first", "first"], [])
    (inbox / "bills_2.csv").write_text(LATER)
    night("2024-03-02")
    assert published() == ("2024-03-02", ["new", "stayed", "stayed"], ["outranked"])


def test_an_earlier_night_is_written_and_does_not_turn_the_published_list_back(inbox, night, published, riskscreen):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    night("2024-03-02")
    code, out, _ = riskscreen("nightly", "--as-of", "2024-02-20")
    assert code == 0
    assert "a list of a later day is published, and stays" in out
    assert published()[0] == "2024-03-02"


def test_whose_bills_are_too_long_ago_leaves_the_cohort_and_the_list(inbox, night, published):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    night("2024-05-05")
    day, _, gone = published()
    assert (day, set(gone)) == ("2024-05-05", {"out_of_cohort"})


def test_a_shadow_night_leaves_the_store_alone(riskscreen, bills, home):
    riskscreen("ingest", bills)
    riskscreen("nightly", "--as-of", "2024-03-01", "--shadow")
    assert not (home / "store.db").exists()


def test_each_list_has_its_audit_event_and_readers_see_when_it_was_made(inbox, night, home):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    store = open_store(home)
    try:
        (head,) = current_lists(store, WORKER)
    finally:
        store.close()
    assert (head.length, str(head.data_up_to), head.model_version) == (3, "2024-02-15", "baseline:most_spent")
    assert head.made_at.astimezone(UTC) <= datetime.now(UTC)


def steps_of(riskscreen, day):
    code, out, _ = riskscreen("nightly", "--as-of", day, "--json")
    assert code == 0
    return {step["step"]: step for step in json.loads(out)}


def test_an_area_that_no_workers_account_sees_is_told_of(riskscreen, bills):
    riskscreen("ingest", bills)
    riskscreen("users", "add", "audit", "--role", "auditor", "--area", "all")
    told = steps_of(riskscreen, "2024-03-01")["workers"]
    assert told["areas"] == ["all"]
    assert "no worker's account sees area all" in told["sentence"]
    riskscreen("users", "add", "wang", "--role", "worker", "--area", "all")
    assert "workers" not in steps_of(riskscreen, "2024-03-02")


def test_where_no_visits_are_left_an_empty_list_takes_the_place_of_the_last(riskscreen, town, bills, home):
    riskscreen("ingest", bills)
    assert steps_of(riskscreen, "2024-03-01")["list"]["entries"] == 3
    place = town / "__init__.py"
    place.write_text(place.read_text().replace("weekly_visits=3", "weekly_visits=0"))
    assert steps_of(riskscreen, "2024-03-02")["list"]["entries"] == 0
    store = open_store(home)
    try:
        page = current_page(store, WORKER, "hardship", "all")
    finally:
        store.close()
    assert (page.head.as_of, page.head.length, page.entries) == (date(2024, 3, 2), 0, ())


def test_an_area_where_nobody_was_ever_listed_has_no_list(riskscreen, town, bills, home):
    place = town / "__init__.py"
    place.write_text(place.read_text().replace("weekly_visits=3", "weekly_visits=0"))
    riskscreen("ingest", bills)
    told = steps_of(riskscreen, "2024-03-01")
    assert (told["list"]["entries"], told["publish"]["changed"], "workers" in told) == (0, False, False)


def test_a_store_that_another_run_holds_ends_the_night_with_code_4_and_as_it_was(riskscreen, bills, home, monkeypatch):
    monkeypatch.setitem(prepare_store.__kwdefaults__, "wait", 0.05)
    riskscreen("ingest", bills)
    riskscreen("nightly", "--as-of", "2024-03-01")
    before = state(home)
    with closing(sqlite3.connect(home / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, err = riskscreen("nightly", "--as-of", "2024-03-02")
    assert (code, "another process is writing to it: wait until that is done" in err) == (4, True)
    assert state(home) == before
    assert riskscreen("nightly", "--as-of", "2024-03-02")[0] == 0


def test_an_open_case_takes_one_of_the_areas_visits_and_is_said_to_be_why_one_left(inbox, night, home, published):
    (inbox / "bills_1.csv").write_text(BILLS)
    night("2024-02-15")
    store = open_store(home)
    try:
        first = current_page(store, WORKER, "hardship", "all").entries[0]
        open_case(store, WORKER, first.id, datetime.now(UTC))
    finally:
        store.close()
    night("2024-02-16")
    assert published() == ("2024-02-16", ["stayed", "stayed"], ["case_open"])
    before = state(home)
    night("2024-02-16")
    assert state(home) == before


DAY = date(2024, 3, 1)


class Failing:
    """A runner that loses a process in its n-th step, as where one is killed."""

    at_once = 1

    def __init__(self, step):
        self.left = step

    def each(self, task, parts, progress=None, *, much=True):
        self.left -= 1
        if self.left < 0:
            raise HomeError("a process was lost")
        return LOCAL.each(task, parts, progress, much=False)


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_night_that_loses_a_process_publishes_nothing_and_run_again_is_as_if_nothing_had_been(
    riskscreen, bills, home, town, step
):
    riskscreen("ingest", bills)
    riskscreen("nightly", "--as-of", DAY, "--shadow")
    publisher = Publisher(None, datetime(2024, 3, 1, tzinfo=UTC))
    key = load_key(home, {})
    with pytest.raises(HomeError, match="a process was lost"):
        run_night(home, load(town), key, DAY, publisher=publisher, runner=Failing(step))
    assert not list((home / "lists").rglob("*.parquet"))
    assert not (home / "store.db").exists()
    assert riskscreen("nightly", "--as-of", DAY)[0] == 0
    for folder in ("scores", "lists"):
        assert state(home / folder) == state(home / "shadow" / folder)


def test_processes_write_what_one_alone_writes(riskscreen, bills, home, monkeypatch):
    riskscreen("ingest", bills)
    riskscreen("nightly", "--as-of", DAY)
    monkeypatch.setattr("riskscreen.features.local.WORTH_A_PROCESS", {"kernel": 0, "reference": 0})
    monkeypatch.setattr("riskscreen.scoring.score.MANY", 0)
    monkeypatch.setattr("riskscreen.scoring.explain.MANY", 0)
    monkeypatch.setenv("RISKSCREEN_PROCESSES", "2")
    riskscreen("nightly", "--as-of", DAY, "--shadow")
    for folder in ("scores", "lists"):
        assert state(home / "shadow" / folder) == state(home / folder)


def test_files_of_scores_that_no_bucket_has_any_more_are_removed(riskscreen, bills, home):
    riskscreen("ingest", bills)
    riskscreen("nightly", "--as-of", DAY, "--shadow")
    folder = home / "shadow" / "scores" / "model=hardship" / f"as_of={DAY}"
    before = state(folder)
    (folder / "part-0900.parquet").write_bytes(b"of another number of buckets")
    (folder / ".0001-unfinished").write_bytes(b"of a process that was lost")
    (home / "shadow" / "lists" / "model=hardship" / f"as_of={DAY}.parquet").unlink()
    riskscreen("nightly", "--as-of", DAY, "--shadow")
    assert state(folder) == before
