"""``riskscreen doctor``: what is wrong in a deployment or a home, and what to do; it never writes.

Homes with a champion are examined in ``tests/example/test_pipeline.py``.
"""

import fcntl
import json
import os
import shutil
import sys

import pytest

from riskscreen.cli import care
from riskscreen.errors import CallerError
from tests.cli.conftest import state

ALL = [
    "python",
    "libraries",
    "deployment",
    "card of hardship",
    "home",
    "disk",
    "lock",
    "settings",
    "landing log",
    "key",
    "event store",
    "champion of hardship",
]


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch):
    monkeypatch.delenv("RISKSCREEN_KEY", raising=False)
    monkeypatch.delenv("RISKSCREEN_KEY_FILE", raising=False)


@pytest.fixture
def examine(riskscreen):
    """All checks by name, and what is wrong: its exit code must fit."""

    def run(**given):
        code, out, err = riskscreen("doctor", "--json", **given)
        checks = {check["check"]: check for check in json.loads(out)}
        wrong = {name: check["sentence"] for name, check in checks.items() if not check["ok"]}
        assert code == (2 if wrong else 0)
        assert err == ""
        return checks, wrong

    return run


def test_a_home_that_is_not_there_yet_is_all_right_and_is_not_made(examine, home):
    checks, wrong = examine()
    assert wrong == {}
    assert list(checks) == ALL
    assert checks["home"]["sentence"].endswith("is not there yet: the first ingest makes it")
    assert not home.exists()


def test_a_linked_home_is_all_right_and_no_champion_is_only_a_hint(examine, linked):
    checks, wrong = examine()
    assert wrong == {}
    assert list(checks) == ALL
    assert "riskscreen train hardship" in checks["champion of hardship"]["sentence"]


def test_every_check_is_an_object_of_three(riskscreen):
    _, out, _ = riskscreen("doctor", "--json")
    assert {tuple(check) for check in json.loads(out)} == {("check", "ok", "sentence")}


def test_people_get_a_table_and_a_last_word(riskscreen, town):
    code, out, _ = riskscreen("doctor")
    assert code == 0
    assert out.endswith("nothing is wrong here\n")
    (town / "cards" / "hardship.md").unlink()
    code, out, _ = riskscreen("doctor")
    assert code == 2
    assert "WRONG" in out
    assert out.endswith("1 of 12 checks found something wrong\n")


def test_nothing_is_written(examine, linked):
    before = state(linked), (linked / "lock").read_bytes()
    examine()
    assert (state(linked), (linked / "lock").read_bytes()) == before


def test_a_deployment_that_is_no_python_is_named_with_its_line(examine, town):
    (town / "rules.py").write_text("x = 1\ndef broken(:\n")
    checks, wrong = examine()
    assert list(wrong) == ["deployment"]
    assert "town/rules.py, line 2" in wrong["deployment"]
    assert "home" in checks


def test_a_reference_that_leads_nowhere_is_named(examine, town):
    file = town / "__init__.py"
    file.write_text(file.read_text().replace('signals=("spent", "bills")', 'signals=("spend", "bills")'))
    _, wrong = examine()
    assert "did you mean 'spent'?" in wrong["deployment"]


def test_a_deployment_that_is_not_there_is_named(examine, tmp_path):
    _, wrong = examine(deployment=tmp_path / "nowhere")
    assert "there is no deployment folder" in wrong["deployment"]


def test_a_model_without_a_card_is_named(examine, town):
    (town / "cards" / "hardship.md").unlink()
    _, wrong = examine()
    assert list(wrong) == ["card of hardship"]
    assert "town/cards/hardship.md is missing" in wrong["card of hardship"]


def test_a_home_that_is_a_file_is_named(examine, home):
    home.write_text("mine")
    checks, wrong = examine()
    assert "is a file" in wrong["home"]
    assert "disk" in checks


def test_a_home_that_cannot_be_written_is_named(examine, linked, monkeypatch):
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (path == linked and mode & os.W_OK) and allowed(path, mode)
    )
    _, wrong = examine()
    assert list(wrong) == ["home"]
    assert "cannot be written" in wrong["home"]


def test_a_key_that_others_can_read_is_named(examine, linked):
    (linked / "key").chmod(0o644)
    _, wrong = examine()
    assert list(wrong) == ["key"]
    assert "chmod 600" in wrong["key"]


def test_a_key_that_is_gone_is_named(examine, linked):
    (linked / "key").unlink()
    _, wrong = examine()
    assert list(wrong) == ["key"]


def test_another_key_than_that_of_the_landing_is_named(examine, linked, monkeypatch):
    monkeypatch.setenv("RISKSCREEN_KEY", "ab" * 32)
    _, wrong = examine()
    assert list(wrong) == ["key"]
    assert "this home was built with key" in wrong["key"]


def test_a_landed_file_that_is_gone_is_named_once(examine, linked):
    (file,) = linked.glob("landing/bill/*.parquet")
    file.unlink()
    _, wrong = examine()
    assert list(wrong) == ["landing log"]
    assert "is missing" in wrong["landing log"]


def test_a_landing_manifest_that_cannot_be_read_is_named_once(examine, linked):
    (linked / "landing" / "manifest.json").write_text("{")
    _, wrong = examine()
    assert list(wrong) == ["landing log"]


def test_what_was_landed_and_not_linked_is_named(examine, riskscreen, bills):
    riskscreen("ingest", bills)
    _, wrong = examine()
    assert wrong == {"event store": "nothing was linked yet: run `riskscreen link`"}


def test_another_number_of_buckets_is_named_and_laid_out(examine, riskscreen, linked, town):
    file = town / "__init__.py"
    file.write_text(file.read_text().replace("buckets=2", "buckets=3"))
    _, wrong = examine()
    assert wrong == {"event store": "it has 2 buckets, and 3 are declared: run `riskscreen rebucket`"}
    code, out, err = riskscreen("rebucket", "--json")
    assert (code, err) == (0, "")
    done = json.loads(out)
    assert (done["before"], done["buckets"], done["version"]) == (2, 3, 2)
    assert examine()[1] == {}
    assert riskscreen("rebucket")[1].startswith("in 3 buckets already: ")


def test_a_file_of_the_event_store_that_is_gone_is_named(examine, linked):
    shutil.rmtree(next(linked.glob("events/0*/bill")))
    _, wrong = examine()
    assert list(wrong) == ["event store"]
    assert "run `riskscreen link`" in wrong["event store"]


def test_a_file_of_the_event_store_in_which_a_byte_is_another_is_named_and_made_anew(examine, linked, riskscreen):
    file = max(linked.glob("events/0*/bill/bucket-*.parquet"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _, wrong = examine()
    assert list(wrong) == ["event store"]
    assert f"bill/{file.name} in the event store is not as it was written" in wrong["event store"]
    assert "remove that file and run `riskscreen link` again" in wrong["event store"]
    file.unlink()
    assert riskscreen("link")[0] == 0
    assert examine()[1] == {}


def test_a_byte_of_the_crosswalk_that_is_another_is_named(examine, linked):
    (file,) = linked.glob("events/0*/numbers.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _, wrong = examine()
    assert "numbers.parquet in the event store is not as it was written" in wrong["event store"]
    assert "people then get other numbers" in wrong["event store"]


def test_a_store_whose_manifest_has_no_sums_yet_is_all_right(examine, linked):
    manifest = linked / "events/manifest.json"
    said = json.loads(manifest.read_text())
    for file in said["files"]:
        del file["crc32"]
    del said["crosswalk_crc32"]
    manifest.write_text(json.dumps(said))
    checks, wrong = examine()
    assert wrong == {}
    assert checks["event store"]["sentence"].endswith("; 0 files are as they were written")


def test_a_run_that_holds_the_home_is_named_and_not_waited_for(examine, linked):
    handle = os.open(linked / "lock", os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _, wrong = examine()
    finally:
        os.close(handle)
    assert list(wrong) == ["lock"]
    assert "another run (link, process" in wrong["lock"]


def test_the_lock_is_free_again_after_the_doctor(examine, linked, riskscreen):
    examine()
    assert riskscreen("link")[0] == 0


def test_a_setting_that_is_none_is_named(examine, linked):
    (linked / "riskscreen.toml").write_text("proceses = 2\n")
    _, wrong = examine()
    assert "did you mean processes?" in wrong["settings"]


def test_a_full_disk_is_named(examine, monkeypatch):
    few = shutil.disk_usage("/")._replace(free=10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: few)
    _, wrong = examine()
    assert wrong == {"disk": "0.1 GB are free: free some space, at least 1 GB"}


def test_a_library_that_is_not_installed_is_named(examine, monkeypatch):
    monkeypatch.setattr(care, "find_spec", lambda name: None if name == "mlflow" else name)
    _, wrong = examine()
    assert list(wrong) == ["libraries"]
    assert "not installed: mlflow" in wrong["libraries"]


def test_lightgbm_without_libgomp_is_named_with_its_package(monkeypatch):
    def load(name):
        raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(care, "import_module", load)
    with pytest.raises(CallerError, match="libgomp1"):
        care._load_library("lightgbm")


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(CallerError, match=r"Python is 3\.10\.4: install 3\.11 or later"):
        care._python()


def test_a_champion_list_that_is_broken_is_named(examine, linked):
    (linked / "models" / "hardship").mkdir(parents=True)
    (linked / "models" / "hardship" / "champions.json").write_text("[]")
    _, wrong = examine()
    assert list(wrong) == ["champion of hardship"]


def test_a_file_that_may_not_be_looked_at_is_named(examine, monkeypatch):
    def closed(home):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(care, "_lock", closed)
    _, wrong = examine()
    assert wrong == {"lock": "cannot be looked at (Permission denied): see to its rights"}


def test_a_check_that_fails_in_an_unforeseen_way_is_reported_and_the_others_still_count(examine, monkeypatch):
    def broken(home):
        raise ZeroDivisionError

    monkeypatch.setattr(care, "_disk", broken)
    checks, wrong = examine()
    assert list(checks) == ALL
    assert "ZeroDivisionError" in wrong["disk"]
