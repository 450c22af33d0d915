"""A made-up city through the default deployment: taken in nearly whole, and no signal alone tells the outcome."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from riskscreen.declare import Zone, load
from tests.city.conftest import with_a_brief_past
from tests.example.conftest import run, run_json
from tests.suzhou.test_declarations import is_valid

SUZHOU = Path(__file__).parents[2] / "models" / "suzhou"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    work = tmp_path_factory.mktemp("suzhou")
    span = ("--from", "2022-01-01", "--to", "2022-01-31")
    with pytest.MonkeyPatch.context() as patch:
        with_a_brief_past(patch)
        run_json("city", "--persons", "1500", "--seed", "3", *span, "--out", str(work / "city"))
    code, out = run("--home", str(work / "home"), "ingest", str(work / "city"), "--json")
    return work, code, json.loads(out)


def test_the_city_is_taken_in_with_few_rows_quarantined(home):
    _, code, loads = home
    assert code == 0
    deployment = load(SUZHOU)
    closed = {feed.name for feed in deployment.feeds.values() if feed.zone is Zone.MEANS_CHECK}
    rare = {"child_welfare", "court", "custody", "rural_monitoring"}  # too few people for them
    assert set(deployment.feeds) - closed - rare <= {one["feed"] for one in loads}
    read, quarantined = (sum(one[count] for one in loads) for count in ("read", "quarantined"))
    assert 0 < quarantined < 0.005 * read
    mistyped = {"employment_insurance", "provident_fund", "medical_status", "housing"}
    assert {one["feed"] for one in loads if one["quarantined"]} <= {"medical_settlement", *mistyped}


def test_every_id_in_the_city_is_made_up_and_valid(home):
    with (home[0] / "city" / "truth" / "people.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["citizen_id"] for row in csv.DictReader(file)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("99") and is_valid(one) for one in ids)
    regions = load(SUZHOU).regions
    assert all(one[:6] in regions or one[:4] in regions for one in ids)


def test_nobody_born_here_since_2012_has_an_id_of_a_district_that_had_ended(home):
    with (home[0] / "city" / "truth" / "people.csv").open(encoding="utf-8", newline="") as file:
        people = [(row["citizen_id"][:6], row["born"]) for row in csv.DictReader(file)]
    former = {"990502", "990503", "990504"}
    assert {region for region, _ in people} > former
    assert [born for region, born in people if region in former and born >= "2012-09-01"] == []
    assert [born for region, born in people if region == "990508" and born < "2012-09-01"] == []


def test_a_folder_that_holds_something_is_refused_with_a_sentence(home, capsys):
    code, _ = run("city", "--out", str(home[0] / "city"))
    assert code == 2
    assert "holds something already" in capsys.readouterr().err


def test_a_deployment_without_a_way_of_life_has_no_city(tmp_path, capsys):
    code, _ = run("--deployment", "meps", "city", "--out", str(tmp_path / "city"))
    assert code == 2
    assert "declares no way of life" in capsys.readouterr().err


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    work = tmp_path_factory.mktemp("large")
    size = ("--persons", "5000", "--seed", "1", "--from", "2021-01-01", "--months", "3")
    run_json("city", *size, "--out", str(work / "city"))
    options = ("--home", str(work / "home"))
    assert run(*options, "ingest", str(work / "city"), "--json")[0] == 0
    run_json(*options, "link")
    return run_json(*options, "train", "household_hardship")


@pytest.mark.long
def test_no_signal_alone_tells_who_comes_onto_the_register(trained):
    assert max(trained["signal_auc"].values()) < 0.9
    # Of households, which are of one home: a book whose people live in two is two of them.
    assert 0.005 < trained["positives"] / trained["n"] < 0.05


@pytest.mark.long
def test_the_model_finds_more_than_any_simple_order(trained):
    best = max(baseline["average_precision"] for baseline in trained["baselines"].values())
    assert trained["average_precision"] > best


NUMBERS_OF_VERSION = {"3": "a8c7fbfbd493a22e"}


def test_a_number_of_the_citys_life_that_changes_calls_for_another_version_and_new_figures():
    """Whoever changes one: another version, `python -m benchmarks city_truth`, and its hash here."""
    way = load(SUZHOU).way_of_life
    assert way is not None
    files = {
        field: getattr(way, field) for field in ("people", "families", "illness", "disability", "work", "children")
    }
    files |= {field: getattr(way, field) for field in ("means", "wealth", "school", "cases", "reports", "help")}
    files |= {field: getattr(way, field) for field in ("collective", "person_id", "names", "mess", "places", "files")}
    assert hashlib.sha256(repr(files).encode()).hexdigest()[:16] == NUMBERS_OF_VERSION[way.version]
