"""The commands that the documentation shows, run as they stand there."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.fences import ROOT, fences, section

MEPS = ROOT.parent / "shared" / "data" / "meps"
ENOUGH = 1200  # seconds, on a machine that does other things

pytestmark = pytest.mark.long


def commands(page: str, heading: str) -> list[str]:
    """The commands of the one fence in a section of a page that calls riskscreen."""
    text = section((ROOT / page).read_text(encoding="utf-8"), heading)
    (found,) = [fence.commands() for fence in fences(text) if any("riskscreen" in line for line in fence.lines)]
    return found


def run(lines: list[str], folder: Path) -> str:
    """What bash prints in a folder, with nothing set but where the commands of this environment are."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=ENOUGH,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def quick_start(tmp_path_factory):
    """The folder in which the README's quick start was run."""
    folder = tmp_path_factory.mktemp("quick-start")
    run(commands("README.md", "Quick start"), folder)
    return folder


def test_the_quick_start_ends_with_a_list(quick_start):
    (made,) = (quick_start / "var" / "town" / "lists").rglob("*.parquet")
    assert made.stem == "as_of=2023-12-31"


def test_the_quick_start_quarantines_the_bills_that_are_written_wrongly(quick_start):
    assert [path.name for path in (quick_start / "var" / "town" / "quarantine").iterdir()] == ["bills"]


def test_a_home_holds_what_the_architecture_says(quick_start):
    text = section((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), "The home")
    (tree,) = (fence for fence in fences(text) if fence.language == "text")
    said = {word.split("/")[0] for line in tree.lines for word in line.split("  ")[0].split(", ")}
    not_needed = {"truth", "riskscreen-faults.log"}  # no column of the town is truth, and nothing went wrong
    not_needed |= {"city"}  # only of a demo
    not_needed |= {"reference", "unplaced"}  # it has no address library
    not_needed |= {"inbox", "shadow", "held"}  # its files came by ingest, as expected, and its night was a real one
    not_needed |= {"key.next"}  # only while the key is being changed
    not_needed |= {"riskscreen.toml"}  # only of those who have settings
    not_needed |= {"store.db-wal", "store.db-shm"}  # only while the store is open
    assert {path.name for path in (quick_start / "var" / "town").iterdir()} == said - not_needed


def test_the_quick_start_is_what_init_prints(tmp_path):
    init, *others = commands("README.md", "Quick start")
    assert shlex.split(init)[:2] == ["riskscreen", "init"]
    assert json.loads(run([f"{init} --json"], tmp_path))["next"] == others


@pytest.mark.shared
@pytest.mark.skipif(not MEPS.is_dir(), reason="there is no ../shared/data/meps with the files of the survey")
def test_the_commands_on_real_people_run_in_their_order(tmp_path):
    here = tmp_path / "project"
    here.mkdir()
    (tmp_path / "shared").symlink_to(ROOT.parent / "shared")
    assert "coverage_loss: 50 entries; champion version 1" in run(commands("docs/meps.md", "To repeat it"), here)


@pytest.mark.long
def test_the_commands_on_the_city_end_with_a_list_in_chinese(tmp_path):
    printed = run(commands("README.md", "A city of made-up people"), tmp_path)
    assert "champion version 1" in printed
    assert "家庭半年内陷入困难,2024-01-31" in printed
