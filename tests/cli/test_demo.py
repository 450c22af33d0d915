"""The demo: from nothing to lists that somebody can log in to and read."""

import socket

import pytest
from fastapi.testclient import TestClient

from riskscreen.cli import main
from riskscreen.store import open_store
from serving.app import Settings, create_app
from tests.cli.conftest import state
from tests.example.conftest import run_json
from tests.serving.conftest import log_in

SMALL = ("demo", "--persons", "300", "--seed", "2")


@pytest.fixture(scope="module")
def demos(tmp_path_factory):
    """Two homes in which the same small demo ran under one key: (home, what it printed)."""
    done = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKSCREEN_KEY", "6b" * 32)
        for name in ("one", "two"):
            home = tmp_path_factory.mktemp(name) / "home"
            done.append((home, run_json("--home", str(home), *SMALL, "--no-serve")))
    return done


@pytest.mark.long
def test_the_demo_ends_with_a_list_of_each_model(demos):
    (home, told), _ = demos
    entries = {one["model"]: one["entries"] for one in told["lists"]}
    assert entries["household_hardship"] == 24  # the visits of all areas
    assert 6 <= entries["child_at_risk"] <= 24
    assert (home / "city" / "truth").is_dir()


@pytest.mark.long
def test_the_same_seed_gives_the_same_lists(demos):
    (one, _), (two, _) = demos
    lists = [
        {name: of for name, of in state(home).items() if name.startswith(("lists", "scores"))} for home in (one, two)
    ]
    assert len(lists[0]) > 4
    assert lists[0] == lists[1]


@pytest.mark.long
def test_who_logs_in_as_the_demo_says_reads_a_ranked_list_with_reasons(demos):
    home, told = demos[0]
    store = open_store(home)
    try:
        with TestClient(create_app(store, Settings()), follow_redirects=True) as client:
            page = log_in(client, told["account"], told["password"])
            assert page.status_code == 200
            listed = client.get("/api/v1/watchlists/household_hardship").json()
    finally:
        store.close()
    assert [entry["position"] for entry in listed["entries"]] == [1, 2, 3, 4, 5]
    assert listed["entries"][0]["reasons"]  # of so few people the last may meet no alert rule
    assert {entry["change"] for entry in listed["entries"]} <= {"new", "stayed"}


@pytest.mark.long
def test_the_demo_run_again_gives_a_new_password_and_no_new_list(demos, monkeypatch):
    home, told = demos[1]
    monkeypatch.setenv("RISKSCREEN_KEY", "6b" * 32)
    before = {name: of for name, of in state(home).items() if not name.startswith("store.db")}
    again = run_json("--home", str(home), *SMALL, "--no-serve")
    assert again["lists"] == told["lists"]
    assert again["password"] != told["password"]
    assert {name: of for name, of in state(home).items() if not name.startswith("store.db")} == before


def refused(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return left.value.code, capsys.readouterr().err


def test_a_home_with_other_records_is_left_alone(tmp_path, capsys):
    (tmp_path / "landing").mkdir()
    code, said = refused(capsys, "--home", str(tmp_path), "demo")
    assert (code, "holds records that no demo made" in said) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = refused(capsys, "--home", str(tmp_path / "home"), "demo", "--port", str(taken.getsockname()[1]))
    assert (code, "give another port" in said) == (2, True)
    assert not (tmp_path / "home").exists()


def test_a_deployment_without_a_way_of_life_has_no_demo(tmp_path, capsys):
    code, said = refused(capsys, "--deployment", "meps", "--home", str(tmp_path / "home"), "demo")
    assert (code, "declares no way of life" in said) == (2, True)
