"""From ``init`` to the night through the command line, and what ``doctor`` says of such a home."""

import csv
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from riskscreen.declare import load
from riskscreen.eventstore import EventStore
from riskscreen.features import ENGINES, FeatureSet, compute
from tests.example.conftest import run, run_json
from tests.factories import check_same

MODEL = "hardship"


@pytest.fixture
def copy(town, tmp_path, monkeypatch):
    """The deployment and its home once more, to be broken."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(town.folder, tmp_path / "smalltown")
    shutil.copytree(town.home, tmp_path / "var" / "smalltown")
    return tmp_path / "smalltown", tmp_path / "var" / "smalltown"


def examined(folder):
    code, out = run("--deployment", str(folder), "doctor", "--json")
    return code, {check["check"]: check for check in json.loads(out)}


def wrong(folder):
    code, checks = examined(folder)
    found = {name: check["sentence"] for name, check in checks.items() if not check["ok"]}
    assert code == (2 if found else 0)
    return found


def test_init_prints_the_way_to_the_first_list(town):
    assert list(town.results) == ["ingest", "link", "train", "promote", "nightly"]


def test_the_samples_are_landed_with_a_few_rows_quarantined(town):
    counts = {feed["feed"]: feed for feed in town.results["ingest"]}
    assert set(counts) == {"aid", "bills", "jobs", "residents", "wages"}
    assert all(feed["read"] == feed["accepted"] + feed["quarantined"] for feed in counts.values())
    assert {name for name, feed in counts.items() if feed["quarantined"]} == {"bills"}


def test_everybody_in_the_register_is_a_person(town):
    assert 1500 <= town.results["link"]["people"] <= 1505


def test_both_engines_give_the_same_features(town):
    deployment, store = load(town.folder), EventStore.open(town.home)
    days = [date(2023, 6, 30), date(2023, 12, 31)]
    everything = FeatureSet(deployment, tuple(deployment.signals), audit=tuple(deployment.audit_groups), area=True)
    for wanted in (everything, FeatureSet.of_model(deployment, deployment.models[MODEL])):
        answers = {engine: compute(store, days, wanted, engine=engine) for engine in ENGINES}
        assert answers["kernel"].num_rows > 2000
        check_same(answers["kernel"], answers["reference"])


def test_the_model_learns_something_real_and_nothing_alone_tells_the_outcome(town):
    trained = town.results["train"]
    assert 0.75 <= trained["roc_auc"] <= 0.9
    assert 0.03 <= trained["positives"] / trained["n"] <= 0.06
    best = max(baseline["average_precision"] for baseline in trained["baselines"].values())
    assert trained["average_precision"] > 1.3 * best
    assert max(trained["signal_auc"].values()) < 0.85
    assert [gate["name"] for gate in trained["gates"] if not gate["passed"]] == []


def test_the_champion_holds_from_the_day_of_its_training(town):
    assert town.results["promote"]["holds_from"] == "2023-12-31"


def test_the_night_lists_as_many_as_each_area_can_visit(town):
    listed = [step for step in town.results["nightly"] if step["step"] == "list"]
    areas = load(town.folder).areas.values()
    assert [step["entries"] for step in listed] == [sum(area.weekly_visits for area in areas)]
    assert listed[0]["model_version"] == "1"


def test_a_second_night_changes_nothing(town, copy):
    folder, home = copy
    files = sorted(home.glob("lists/**/*.parquet"))
    before = [path.read_bytes() for path in files]
    steps = run_json("--deployment", str(folder), "nightly", "--as-of", "2023-12-31")
    assert [step["changed"] for step in steps if step["step"] == "list"] == [False]
    assert [path.read_bytes() for path in files] == before


def test_a_list_gives_reasons_in_both_languages(town):
    import pyarrow.parquet as pq

    entries = pq.read_table(town.home / "lists" / f"model={MODEL}" / "as_of=2023-12-31.parquet").to_pylist()
    assert all(entry["reasons"] for entry in entries)
    assert all(reason["en"] and reason["zh"] for entry in entries for reason in entry["reasons"])


def texts_in(path):
    """What can be read in a file: its bytes, and in a Parquet file, which is compressed, every cell."""
    if path.suffix == ".parquet":
        yield from (str(column.to_pylist()) for column in pq.read_table(path).columns)
    yield path.read_bytes().decode("latin-1")


def test_no_id_and_no_name_stands_anywhere_after_a_whole_run(town):
    sample = (town.folder / "samples" / "residents_2023-12-31.csv").read_text(encoding="utf-8")
    names = {row["name"].lower() for row in csv.DictReader(sample.splitlines())}
    assert len(names) > 500
    ids, two_words = re.compile(r"\bEXH?\d{5,7}\b"), re.compile(r"(?=\b([a-z]+ [a-z]+)\b)")
    assert names <= set(two_words.findall(sample.lower()))
    written = [path for path in (*town.home.rglob("*"), *town.temporary.rglob("*")) if path.is_file()]
    places = {path.relative_to(town.home).parts[0] for path in written if town.home in path.parents}
    assert {"identity", "landing", "quarantine", "events", "models", "mlflow.db", "store.db", "lists"} <= places
    assert not names & set(two_words.findall(str(town.results).lower()))
    for path in written:
        for text in texts_in(path):
            assert ids.search(text) is None, path.name
            assert not names & set(two_words.findall(text.lower())), path.name


def test_the_doctor_finds_nothing_wrong_in_a_home_with_a_champion(copy):
    folder, _ = copy
    assert wrong(folder) == {}
    _, checks = examined(folder)
    assert "version 1" in checks[f"champion of {MODEL}"]["sentence"]


def test_the_doctor_writes_nothing(copy):
    folder, home = copy
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    examined(folder)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_the_doctor_finds_a_champion_whose_files_changed(copy):
    folder, home = copy
    (file,) = home.glob(f"models/{MODEL}/version-*/model.json")
    file.write_text(file.read_text(encoding="utf-8").replace("hardship", "hardships", 1), encoding="utf-8")
    found = wrong(folder)
    assert list(found) == [f"champion of {MODEL}"]
    assert "promote" in found[f"champion of {MODEL}"]


def test_the_doctor_finds_signals_that_changed_since_the_training(copy):
    folder, _ = copy
    edit(folder / "signals" / "health.py", "HALF_YEAR = Window(180)", "HALF_YEAR = Window(182)")
    assert wrong(folder) == {
        f"champion of {MODEL}": "the signals of version 1 have changed since it was trained: "
        f"run `riskscreen train {MODEL}` and promote the new version"
    }


def test_the_doctor_finds_a_store_that_is_older_than_what_was_landed(copy, tmp_path):
    folder, _ = copy
    late = tmp_path / "bills_2024-01-31.csv"
    lines = (folder / "samples" / "bills_2023-12-31.csv").read_text(encoding="utf-8").splitlines()
    late.write_text("\n".join([lines[0], lines[1].replace("EXB0", "EXB9")]) + "\n", encoding="utf-8")
    run_json("--deployment", str(folder), "ingest", str(late))
    assert wrong(folder) == {"event store": "it is older than what was landed or decided since: run `riskscreen link`"}


def edit(path: Path, old: str, new: str) -> None:
    said = path.read_text(encoding="utf-8")
    assert old in said
    path.write_text(said.replace(old, new), encoding="utf-8")


def test_a_promotion_that_the_registry_refuses_changes_nothing(copy, monkeypatch):
    from riskscreen.errors import HomeError

    def refuse(*_):
        raise HomeError("the model registry could not be used: see that it can be reached")

    folder, home = copy
    monkeypatch.setattr("riskscreen.learning.registry.Registry.set_champion", refuse)
    for known in (True, False):
        path = home / "models" / MODEL / "champions.json"
        if not known:
            path.unlink()
        before = path.read_bytes() if path.exists() else None
        assert run("--deployment", str(folder), "promote", MODEL)[0] == 2
        assert (path.read_bytes() if path.exists() else None) == before


def features_of(folder, out):
    run_json("--deployment", str(folder), "features", "--as-of", "2023-12-31", "--out", str(out))
    return (out / "features.parquet").read_bytes()


def test_another_key_changes_no_feature_and_the_same_deliveries_say_nothing_new(copy, tmp_path):
    folder, home = copy
    before, shown = features_of(folder, tmp_path / "before"), run_json("--deployment", str(folder), "keys", "show")
    lists = {path: path.read_bytes() for path in (home / "lists").rglob("*.parquet")}
    done = run_json("--deployment", str(folder), "keys", "rotate")
    after = run_json("--deployment", str(folder), "keys", "show")
    assert (done["old"], done["new"], after) == (shown["key"], after["key"], shown | {"key": done["new"]})
    assert done["numbers"] == sum(shown["numbers"].values())
    assert set(shown["numbers"]) == {"claim/residents/resident", "household/registered", "person"}
    landed = run_json("--deployment", str(folder), "ingest", str(folder / "samples"))
    assert sum(feed["warnings"] for feed in landed) >= len(landed)  # of each: it was ingested before
    assert run_json("--deployment", str(folder), "link")["changed"] is False
    assert features_of(folder, tmp_path / "after") == before
    assert lists == {path: path.read_bytes() for path in (home / "lists").rglob("*.parquet")} != {}
    assert wrong(folder) == {}


def test_a_rotation_killed_behind_its_last_step_is_finished_by_the_next(copy, monkeypatch):
    folder, home = copy
    with monkeypatch.context() as patch:
        patch.setattr("riskscreen.cli.keys.take_next", lambda home: 1 / 0)
        assert run("--deployment", str(folder), "keys", "rotate")[0] == 1
    assert (home / "key.next").is_file()
    assert run_json("--deployment", str(folder), "link")["changed"] is False
    first = run_json("--deployment", str(folder), "keys", "show")["key"]
    assert run_json("--deployment", str(folder), "keys", "rotate")["old"] == first
    assert not (home / "key.next").exists()
    assert wrong(folder) == {}


def test_a_key_from_the_environment_is_followed_by_one_from_there(copy, monkeypatch):
    folder, home = copy
    monkeypatch.setenv("RISKSCREEN_KEY", (home / "key").read_text().strip())
    (home / "key").unlink()
    assert run("--deployment", str(folder), "keys", "rotate")[0] == 2
    monkeypatch.setenv("RISKSCREEN_NEW_KEY", "cd" * 32)
    run_json("--deployment", str(folder), "keys", "rotate")
    assert run("--deployment", str(folder), "link")[0] == 2
    monkeypatch.setenv("RISKSCREEN_KEY", "cd" * 32)
    assert run_json("--deployment", str(folder), "link")["changed"] is False
    assert not list(home.glob("key*"))
