"""A run that is killed in the middle of a large file, at any moment, is finished by the next one."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.feed_files import write
from riskscreen.eventstore import Landing

ROOT = Path(__file__).parent.parent.parent
FEED = "medical_settlement"


def start(home: Path, file: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "riskscreen", "--home", str(home), "ingest", str(file), "--received", "2024-06-30"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pieces_done(home: Path) -> int:
    return len([path for path in (home / "landing/unfinished").glob("*.json") if path.stem.isdigit()])


def contents(home: Path) -> dict[str, bytes]:
    """All that a home holds but what says when it was made."""
    files = [path for path in home.rglob("*") if path.is_file() and path.name not in ("lock", "key")]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


@pytest.mark.long
def test_a_run_killed_again_and_again_leaves_what_one_left_alone_leaves(tmp_path):
    file, whole, killed = tmp_path / f"{FEED}_2024-06-30.parquet", tmp_path / "whole", tmp_path / "killed"
    write(file, FEED, 2_000_000)
    for home in (whole, killed):
        home.mkdir()
        (home / "key").write_text("6b" * 32)
        (home / "key").chmod(0o600)
    assert start(whole, file).wait() == 0
    for pieces, seconds in ((0, 0.1), (1, 0.0), (3, 0.3), (5, 0.05), (7, 0.6)):
        run = start(killed, file)
        while run.poll() is None and pieces_done(killed) < pieces:
            time.sleep(0.02)
        time.sleep(seconds)
        run.kill()
        run.wait()
        if run.returncode == 0:
            break
        assert Landing(killed).manifest() == ()
    assert start(killed, file).wait() == 0
    assert contents(killed) == contents(whole)
