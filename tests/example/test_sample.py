"""The made-up deliveries: the same each time, nobody's, and none from the future."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

import riskscreen
from riskscreen.declare import load
from riskscreen.example.sample import FIRST, LAST, write_samples

EXAMPLE = Path(riskscreen.__file__).parent / "example"
OF_A_PERSON = "person_id"


@pytest.fixture(scope="module")
def example():
    return load(EXAMPLE)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_samples(tmp_path_factory.mktemp("samples"), people=400)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def all_rows(files, feed):
    return [row for path in files if path.name.startswith(f"{feed}_") for row in rows(path)]


def test_the_same_seed_gives_the_same_bytes(files, tmp_path):
    again = write_samples(tmp_path, people=400)
    assert [path.name for path in again] == [path.name for path in files]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_another_seed_gives_another_town(files, tmp_path):
    other = write_samples(tmp_path, people=400, seed=2)
    assert other[0].read_bytes() != files[0].read_bytes()


def test_every_feed_has_samples_and_every_sample_a_feed(files, example):
    fed = {feed.name for path in files if (feed := example.feed_of(path.name))}
    assert fed == set(example.feeds)
    assert all(example.feed_of(path.name) for path in files)


def test_a_sample_has_the_columns_of_its_contract(files, example):
    for path in files:
        declared = {column.name for column in example.feed_of(path.name).columns}
        assert set(rows(path)[0]) == declared, path.name


def test_ids_are_obviously_made_up(files):
    people = {row[OF_A_PERSON] for path in files for row in rows(path)}
    assert all(person.startswith("EX") for person in people)


def test_the_last_household_is_whole(files):
    (last,) = [path for path in files if path.name == f"residents_{LAST}.csv"]
    assert 400 <= len(rows(last)) <= 405


def test_nothing_is_known_after_the_last_day(files):
    booked = [date.fromisoformat(row["booked_on"]) for row in all_rows(files, "bills")]
    decided = [date.fromisoformat(row["decided_on"]) for row in all_rows(files, "aid")]
    reported = [date.fromisoformat(row["reported_on"]) for row in all_rows(files, "jobs")]
    assert max(booked) + timedelta(days=3) <= LAST
    assert max(decided) + timedelta(days=2) <= LAST
    assert max(reported) + timedelta(days=2) <= LAST


def test_what_happens_happens_within_the_two_years(files):
    applied = [date.fromisoformat(row["applied_on"]) for row in all_rows(files, "aid")]
    discharged = [date.fromisoformat(row["discharged_on"]) for row in all_rows(files, "bills")]
    assert min(applied) >= FIRST
    assert min(discharged) >= FIRST
    assert min(discharged) < date(2022, 2, 1)


def test_corrections_withdrawals_and_planned_ends_are_in_the_samples(files):
    spells = [row["spell_no"] for row in all_rows(files, "jobs")]
    assert len(set(spells)) < len(spells)
    assert {"booked", "refunded"} == {row["status"] for row in all_rows(files, "bills")}
    assert max(row["until"] for row in all_rows(files, "jobs")) > str(LAST)
    assert any(row["dwelling"] == "dormitory" for row in all_rows(files, "residents"))
    assert any(row["until"] for row in all_rows(files, "residents"))


def test_a_tiny_town_can_be_written_too(tmp_path, example):
    files = write_samples(tmp_path, people=40)
    assert all(rows(path) for path in files)
    assert {"residents", "wages"} <= {example.feed_of(path.name).name for path in files}
