"""A made-up city through the default deployment: taken in nearly whole, and no signal alone tells the outcome."""

import csv
import json

import pytest

from tests.example.conftest import run, run_json
from tests.suzhou.test_declarations import is_valid


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    work = tmp_path_factory.mktemp("suzhou")
    span = ("--from", "2022-01-01", "--to", "2022-03-31")
    run_json("city", "--persons", "800", "--seed", "3", *span, "--out", str(work / "city"))
    code, out = run("--home", str(work / "home"), "ingest", str(work / "city"), "--json")
    return work, code, json.loads(out)


def test_the_city_is_taken_in_with_few_rows_quarantined(home):
    _, code, loads = home
    assert code == 0
    assert {load["feed"] for load in loads} == {
        "police_population",
        "medical_settlement",
        "unemployment",
        "disability",
        "assistance_register",
    }
    read, quarantined = (sum(load[count] for load in loads) for count in ("read", "quarantined"))
    assert 0 < quarantined < 0.005 * read


def test_every_id_in_the_city_is_made_up_and_valid(home):
    with (home[0] / "city" / "truth" / "people.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["citizen_id"] for row in csv.DictReader(file)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("990508") and is_valid(one) for one in ids)


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
    run_json("city", "--persons", "5000", "--seed", "1", "--out", str(work / "city"))
    options = ("--home", str(work / "home"))
    assert run(*options, "ingest", str(work / "city"), "--json")[0] == 0
    run_json(*options, "link")
    return run_json(*options, "train", "household_hardship")


@pytest.mark.long
def test_no_signal_alone_tells_who_comes_onto_the_register(trained):
    assert max(trained["signal_auc"].values()) < 0.9
    assert 0.01 < trained["positives"] / trained["n"] < 0.05


@pytest.mark.long
def test_the_model_finds_more_than_any_simple_order(trained):
    best = max(baseline["average_precision"] for baseline in trained["baselines"].values())
    assert trained["average_precision"] > best
