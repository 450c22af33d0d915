"""The inbox: what was delivered since the last night is taken by the next one, and by no earlier one."""

import json

import pytest

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


def test_a_file_of_no_feed_in_the_inbox_is_left(inbox, night):
    (inbox / "readme.txt").write_text("words")
    (inbox / "bills_1.csv").write_text(BILLS)
    assert [step["file"] for step in night("2024-02-15")[1]] == ["bills_1.csv"]


def test_a_shadow_night_takes_nothing(inbox, night, riskscreen, bills):
    riskscreen("ingest", bills)
    (inbox / "bills_2.csv").write_text(LATER)
    assert night("2026-12-31", "--shadow") == (0, [])
