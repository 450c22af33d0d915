"""The whole core on real people: MEPS panels 17 and 18, where the data stand beside the project."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from riskscreen.cli import main
from riskscreen.declare import load
from riskscreen.eventstore import EventStore
from riskscreen.features import ENGINES, FeatureSet, compute
from riskscreen.store import Account, Action, AuditEvent, Role, create_account, issue_token, open_store
from serving.app import Settings, create_app
from tests.factories import check_same

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "meps"
DAY = "2013-12-31"
NOW, HOUR = datetime(2014, 1, 1, tzinfo=UTC), timedelta(hours=1)

pytestmark = [
    pytest.mark.long,
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/meps is not there"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("meps")


@pytest.fixture(scope="module")
def run(home):
    """Run a command on the deployment meps; returns what it prints as JSON."""

    def command(capsys, *words):
        with pytest.raises(SystemExit) as left:
            main(["--deployment", str(ROOT / "models" / "meps"), "--home", str(home), *words, "--json"])
        out, err = capsys.readouterr()
        assert left.value.code == 0, err
        return json.loads(out)

    return command


@pytest.fixture(scope="module")
def told():
    """What the commands said, for the tests that follow."""
    return {}


def test_real_files_are_ingested_and_linked(run, capsys, told):
    files = sorted(str(path) for path in DATA.glob("*.gz"))
    assert run(capsys, "ingest", *files) == [
        {"feed": "people", "read": 34637, "accepted": 34637, "quarantined": 0, "warnings": 0},
        {"feed": "plans", "read": 60625, "accepted": 60625, "quarantined": 0, "warnings": 0},
    ]
    assert run(capsys, "link")["changed"] is True


def test_both_engines_give_the_same_features_and_the_kernel_is_faster(home):
    deployment, store = load(ROOT / "models" / "meps"), EventStore.open(home)
    wanted = FeatureSet.of_model(deployment, deployment.models["coverage_loss"])
    answers, seconds = {}, {}
    for engine in ENGINES:
        began = time.perf_counter()
        answers[engine] = compute(store, [date.fromisoformat(DAY)], wanted, engine=engine)
        seconds[engine] = round(time.perf_counter() - began, 2)
    print(f"seconds for {answers['kernel'].num_rows} people: {seconds}")
    check_same(answers["kernel"], answers["reference"])
    assert seconds["kernel"] < seconds["reference"] / 3


def test_two_trainings_give_the_same_model_byte_for_byte(run, capsys, told):
    told["first"] = run(capsys, "train", "coverage_loss", "--as-of", DAY)
    second = run(capsys, "train", "coverage_loss", "--as-of", DAY)
    assert (second["version"], second["sha256"]) == (2, told["first"]["sha256"])
    assert (told["first"]["n"], told["first"]["positives"]) == (14225, 451)  # panel 17 alone is known on that day
    assert all(gate["passed"] for gate in told["first"]["gates"])


def test_the_model_is_at_least_as_good_as_a_careful_script_on_a_panel_it_never_saw(run, capsys, told):
    run(capsys, "promote", "coverage_loss", "--version", "1")
    figures = run(capsys, "evaluate", "coverage_loss", "--version", "1", "--as-of", DAY)
    assert (figures["n"], figures["positives"]) == (13598, 338)
    assert figures["roc_auc"] >= 0.877
    assert figures["average_precision"] >= 0.212
    assert figures["precision_at"]["0.05"] >= 0.229
    assert figures["calibration_error"] <= 0.01
    low, high = figures["intervals"]["average_precision"]
    assert low < figures["average_precision"] < high
    rule = figures["baselines"]["lapsed_then_share"]
    assert [round(rule["roc_auc"], 3), round(rule["average_precision"], 3)] == [0.762, 0.145]
    published = json.loads((ROOT / "docs" / "figures" / "coverage_loss.json").read_text())
    assert figures["roc_auc"] == pytest.approx(published["evaluation"]["roc_auc"], abs=0.005)
    assert figures["average_precision"] == pytest.approx(published["evaluation"]["average_precision"], abs=0.01)


def test_the_logistic_candidate_is_at_least_as_good_as_the_scripts(run, capsys):
    trained = run(capsys, "train", "coverage_loss", "--as-of", DAY, "--candidate", "logistic")
    assert trained["chosen"] == "logistic"
    figures = run(capsys, "evaluate", "coverage_loss", "--version", str(trained["version"]), "--as-of", DAY)
    assert figures["roc_auc"] >= 0.849
    assert figures["average_precision"] >= 0.179


def test_the_night_writes_scores_and_a_list_with_three_reasons_and_run_again_changes_nothing(run, capsys, home):
    steps = run(capsys, "nightly", "--as-of", DAY)
    assert [step["step"] for step in steps] == ["link", "score", "list", "publish", "workers"]
    rows = pq.read_table(home / "lists" / "model=coverage_loss" / f"as_of={DAY}.parquet").to_pylist()
    assert len(rows) == 50
    assert [row["rank"] for row in rows] == list(range(1, 51))
    assert all(len(row["reasons"]) == 3 for row in rows)
    assert not any("_" in reason["en"] for row in rows for reason in row["reasons"])  # no column's name
    scored = [pq.read_table(path) for path in (home / "scores").rglob("*.parquet")]
    assert sum(table.num_rows for table in scored) == steps[1]["scored"] == 13706  # 108 are scored but not judged
    before = contents(home)
    assert [step["changed"] for step in run(capsys, "nightly", "--as-of", DAY)] == [False] * 4
    assert contents(home) == before


def test_the_api_serves_the_list_that_the_night_published(home):
    store = open_store(home)
    try:
        account = Account("wang", Role.WORKER, frozenset({"all"}))
        made = AuditEvent(NOW, "test", Action.ACCOUNT_CREATED, "account:wang")
        create_account(store, account, "correct horse battery", made)
        issued = issue_token(store, "wang", NOW + HOUR, AuditEvent(NOW, "test", Action.TOKEN_ISSUED, "account:wang"))
        with TestClient(create_app(store, Settings(now=lambda: NOW))) as client:
            asked = {"Authorization": f"Bearer {issued.token}"}
            listed = client.get("/api/v1/watchlists/coverage_loss", headers=asked).json()
    finally:
        store.close()
    assert (listed["as_of"], listed["length"], listed["next"]) == (DAY, 50, None)
    assert [entry["position"] for entry in listed["entries"]] == list(range(1, 51))
    assert all(len(entry["reasons"]) == 3 for entry in listed["entries"])


def test_an_earlier_night_cannot_know_the_champion(run, capsys):
    steps = run(capsys, "nightly", "--as-of", "2012-12-31")
    (listed,) = [step for step in steps if step["step"] == "list"]
    assert listed["model_version"] == "baseline:lapsed_then_share"


def test_no_file_of_the_home_holds_a_persons_id(home):
    people = pq_ids()
    for name, content in contents(home).items():
        assert not any(person in content for person in people), name
    for path in home.rglob("*.parquet"):
        table = pq.read_table(path)
        texts = [table[f.name].unique().to_pylist() for f in table.schema if str(f.type) in ("string", "large_string")]
        assert not {str(value) for column in texts for value in column} & {person.decode() for person in people}, path


def pq_ids():
    import gzip

    lines = gzip.decompress((DATA / "meps_long_p17_p18.csv.gz").read_bytes()).splitlines()[1:]
    return [line.split(b",")[0] for line in lines[::700]]


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
