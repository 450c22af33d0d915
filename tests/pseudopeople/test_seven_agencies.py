"""Seven agencies' records of the same people, none of them made here: who is who, and then the whole core."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from riskscreen.cli import main

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "pseudopeople"
LEARNT, JUDGED = "2039-12-31", "2040-12-31"

pytestmark = [
    pytest.mark.long,
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/pseudopeople is not there"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("pseudopeople")


@pytest.fixture(scope="module")
def run(home):
    """Run a command on the deployment pseudopeople; returns what it prints as JSON."""

    def command(capsys, *words):
        with pytest.raises(SystemExit) as left:
            main(["--deployment", str(ROOT / "models" / "pseudopeople"), "--home", str(home), *words, "--json"])
        out, err = capsys.readouterr()
        assert left.value.code == 0, err
        return json.loads(out)

    return command


@pytest.fixture(scope="module")
def told():
    """What the commands said, for the tests that follow."""
    return {}


def test_nearly_every_row_is_accepted_and_the_sums_hold(run, capsys):
    counts = {each["feed"]: each for each in run(capsys, "ingest", *sorted(map(str, DATA.glob("*.parquet"))))}
    read = {"acs": 193, "cps": 796, "census": 32786, "ssa": 16497, "tax_1040": 186356, "w2": 239148, "wic": 3095}
    assert {feed: each["read"] for feed, each in counts.items()} == read
    assert all(each["accepted"] + each["quarantined"] == each["read"] for each in counts.values())
    # Numbers given out on a day that lies ahead or cannot be read, of people whose birth cannot either.
    assert {feed: each["quarantined"] for feed, each in counts.items() if each["quarantined"]} == {"ssa": 38}


def test_records_become_people(run, capsys):
    assert run(capsys, "link")["changed"] is True
    assert run(capsys, "link")["changed"] is False


@pytest.mark.parametrize(
    ("feeds", "precision", "recall"),
    [("wic~census", 0.985, 0.97), ("w2~ssa", 0.993, 0.988), ("census~census", 0.995, 0.98)],
)
def test_the_linkage_is_as_right_as_was_asked_before_it_was_tried(run, capsys, told, feeds, precision, recall):
    told["figures"] = told.get("figures") or run(capsys, "link", "evaluate")
    found = told["figures"]["by_feeds"][feeds]
    assert found["precision"] >= precision
    assert found["recall"] >= recall
    assert told["figures"]["candidate_pairs"] > 0


def test_the_page_of_the_linkage_names_nobody(home, told):
    page = (home / "linkage.html").read_text().lower()
    names = pq.read_table(DATA / "women_infants_and_children.parquet", columns=["last_name"])["last_name"].to_pylist()
    assert "wrongly apart" in page
    assert not [name for name in set(names) if name and len(name) > 5 and name.lower() in page]


def test_a_model_of_small_children_is_better_than_who_had_aid_this_year(run, capsys, told):
    trained = run(capsys, "train", "child_food_aid", "--as-of", LEARNT)
    assert all(gate["passed"] for gate in trained["gates"]), trained["gates"]
    run(capsys, "promote", "child_food_aid")
    judged = run(capsys, "evaluate", "child_food_aid", "--as-of", JUDGED)
    assert judged["n"] > 400
    assert judged["positives"] >= 50
    assert judged["average_precision"] > max(each["average_precision"] for each in judged["baselines"].values())


def test_the_night_lists_children(run, capsys, home):
    steps = {step["step"]: step for step in run(capsys, "nightly", "--as-of", JUDGED)}
    assert steps["list"]["model"] == "child_food_aid"
    rows = pq.read_table(home / "lists" / "model=child_food_aid" / f"as_of={JUDGED}.parquet").to_pylist()
    assert len(rows) == 25
    assert all(row["reasons"] for row in rows)
