"""A large file is read by tasks: what is landed is to the byte what is landed by reading on, and nothing is told twice."""

import errno
import importlib.util
import os
import pickle
import shutil
import signal
import tempfile
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare import Zone, load
from riskscreen.errors import DeliveryError, HomeError
from riskscreen.eventstore import files as home_files
from riskscreen.identity import Key
from riskscreen.ingest import csv_files, ingest, loading, piece, tasks
from riskscreen.ingest.sealed import SealedFiles
from riskscreen.runners import Local
from tests.ingest.factories import HEADER, KEY, Desk, columns, feed, register
from tests.ingest.test_pieces import FILES, ROWS, plain_columns

SUZHOU = load(Path(__file__).parent.parent.parent / "models/suzhou")
SAMPLES = Path(__file__).parent.parent / "suzhou/samples"
IS_THERE = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))


class Here:
    """A runner that does its tasks in this process, the last first, each as somebody far away would be told of it."""

    at_once = 2

    def __init__(self, steps=99):
        self.told, self.left, self.parts = [], steps, 0

    def each(self, task, parts, progress=None, *, much=True):
        if self.left == 0:
            raise HomeError("the disk is full")
        self.left -= 1
        answers = {}
        for number, part in reversed(parts.items()):
            self.parts += 1
            told = pickle.dumps((task, number, part))
            tasks._last.clear()
            task_there, *part_there = pickle.loads(told)
            answers[number] = task_there(*part_there)
            self.told += [told, pickle.dumps(answers[number])]
        return [answers[number] for number in parts]


@contextmanager
def small(rows=3, block=120, many=0, key=KEY):
    """Pieces of so many rows, two a stretch, a stretch at a time for each task; the key is in the environment."""
    with (
        mock.patch.object(loading, "PIECE_ROWS", rows),
        mock.patch.object(loading, "ENOUGH", 1),
        mock.patch.object(csv_files, "PIECE", block),
        mock.patch.object(piece, "MANY", many),
        mock.patch.object(tasks, "PIECES", 2),
        mock.patch.object(tasks, "AHEAD", 1),
        mock.patch.dict(os.environ, {"RISKSCREEN_KEY": key.secret.hex()}),
    ):
        yield


def both(folder, name, content, feeds=(), runner=None, **received):
    """The homes of those who read on and who read by tasks, and what each was told."""
    runner, desks, results = runner or Here(), [], []
    for each, where in ((None, "on"), (runner, "tasks")):
        desk = Desk(Path(folder) / where, *feeds)
        desks.append(desk)
        results.append(desk.ingest(desk.file(name, content), runner=each, **received))
    return desks, results


ENDS = st.sampled_from(["\n", "\r\n", "\n\n"])


@settings(max_examples=4, deadline=None)
@given(FILES, st.integers(2, 4), ENDS, st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from(["", '"east"']))
def test_tasks_land_to_the_byte_what_reading_on_lands(files, rows, end, mark, ward):
    said = [(*row[:7], ward or row[7], *row[8:]) for each in files for row in each] * 3
    lines = [HEADER, "110009,b9,2024-01-01,,,,,,", *(",".join(row) for row in said)]
    with tempfile.TemporaryDirectory() as folder, small(rows=rows):
        runner = Here()
        desks, results = both(folder, "bills.csv", mark + end.join([*lines, ""]).encode(), runner=runner)
        assert runner.parts > 0
        assert results[0] == results[1]
        assert desks[0].state() == desks[1].state()


@pytest.mark.parametrize(("group", "rows"), [(1, 8), (7, 8), (9, 8), (16, 8), (39, 6)])
def test_row_groups_of_any_length_are_read_in_the_same_pieces(tmp_path, group, rows):
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table(plain_columns()), buffer, row_group_size=group)
    with small(rows=rows):
        runner = Here()
        desks, results = both(tmp_path, "bills.parquet", buffer.getvalue().to_pybytes(), runner=runner)
    assert runner.parts > 0
    assert results[0] == results[1]
    assert desks[0].state() == desks[1].state()
    assert len(desks[0].landed()) == 40


def test_a_snapshot_with_quarantined_rows_and_truth_is_the_same_by_tasks(tmp_path):
    rows = [f"{110001 + n % 9},2024-01-0{n % 9 + 1},2024-01-05,{'zero' if n % 4 == 1 else n + 1}" for n in range(30)]
    first, second = ("\n".join(["person,since,seen,tier", *rows[at::2], ""]) for at in (0, 1))
    desks = [Desk(tmp_path / name, register()) for name in ("on", "tasks")]
    with small():
        for desk, runner in zip(desks, (None, Here()), strict=True):
            desk.ingest(desk.file("register.1.csv", first), received="2024-02-01", runner=runner)
            desk.ingest(desk.file("register.2.csv", second), received="2024-03-01", runner=runner)
    assert desks[0].state() == desks[1].state()
    assert len(desks[0].loads()) == 2


def samples(home, paths, runner):
    home.mkdir()
    results = []
    for path in paths:  # each goes on where the one before it ended
        with small(rows=10, block=1 << 11):
            results += ingest([path], SUZHOU, home, KEY, loaded_on=date(2024, 1, 1), runner=runner)
    return results


@pytest.mark.long
def test_every_feed_of_a_city_is_landed_by_tasks_as_by_reading_on(tmp_path):
    closed = [feed for feed in SUZHOU.feeds.values() if feed.zone is Zone.MEANS_CHECK]
    paths = [path for path in sorted(SAMPLES.iterdir()) if SUZHOU.feed_of(path.name) not in closed]
    runner = Here()
    assert samples(tmp_path / "on", paths, None) == samples(tmp_path / "tasks", paths, runner)
    desks = [Desk(tmp_path), Desk(tmp_path)]
    for desk, name in zip(desks, ("on", "tasks"), strict=True):
        desk.home = tmp_path / name
    assert desks[0].state() == desks[1].state()
    assert runner.parts > 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("110001,b1", "line 32: the row has 2 fields and the header 9"),
        ('110001,"b1,2024-01-01,,5,,,east,', "a quote stands where none may, or is never closed"),
    ],
)
def test_a_refusal_is_that_of_the_first_wrong_row_and_lands_nothing(tmp_path, wrong, sentence):
    rows = [f"110001,b{n},2024-01-01,,5,,,east," for n in range(60)]
    text = "\n".join([HEADER, *rows[:30], wrong, *rows[30:50], "110001", *rows[50:], ""])
    refusals = []
    with small():
        for name, runner in (("on", None), ("tasks", Here())):
            desk = Desk(tmp_path / name)
            with pytest.raises(DeliveryError, match=sentence) as refusal:
                desk.ingest(desk.file("bills.csv", text), runner=runner)
            refusals.append(str(refusal.value))
            assert desk.state() == {}
    assert refusals[0] == refusals[1]


TEXT = "\n".join([HEADER, *ROWS.split(), ""])


@pytest.mark.parametrize(("steps", "then"), [(0, "tasks"), (1, "tasks"), (2, "on"), (3, "tasks")])
def test_what_was_stopped_goes_on_behind_the_last_whole_piece_whoever_goes_on(tmp_path, steps, then):
    whole, stopped = Desk(tmp_path / "whole"), Desk(tmp_path / "stopped")
    with small(rows=6):
        whole.ingest(whole.file("bills.csv", TEXT))
        with pytest.raises(HomeError, match="the disk is full"):
            stopped.ingest(stopped.file("bills.csv", TEXT), runner=Here(steps))
        assert stopped.loads() == ()
        unfinished = stopped.home / "landing/unfinished"
        assert not list(unfinished.glob("*.sealed"))
        assert len([path for path in unfinished.glob("*.json") if path.stem.isdigit()]) >= steps // 2
        again = Here()
        stopped.ingest(stopped.file("bills.csv", TEXT), runner=again if then == "tasks" else None)
    assert stopped.state() == whole.state()


def test_a_disk_that_fills_up_while_a_piece_is_sealed_is_a_sentence_and_lands_nothing(tmp_path):
    desk, whole = Desk(tmp_path / "desk"), Desk(tmp_path / "whole")
    usual, left = home_files._write_to_disk, iter(range(3))

    def write(path, fill, lasting):
        if ".sealed" in path.name and next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        usual(path, fill, lasting)

    with small(rows=6):
        path = desk.file("bills.csv", TEXT)
        with (
            mock.patch.object(home_files, "_write_to_disk", write),
            pytest.raises(HomeError, match=r"sealed cannot be written \(No space left on device\)"),
        ):
            desk.ingest(path, runner=Here())
        assert desk.loads() == ()
        desk.ingest(path, runner=Here())
        whole.ingest(whole.file("bills.csv", TEXT))
    assert desk.state() == whole.state()


class Looking(Here):
    """Looks at every file of a home after each step."""

    def __init__(self, home):
        super().__init__()
        self.home, self.seen = home, []

    def each(self, task, parts, progress=None, *, much=True):
        answers = super().each(task, parts, progress)
        self.seen += [path.read_bytes() for path in self.home.rglob("*") if path.is_file()]
        return answers


def test_no_id_name_or_key_is_in_what_tasks_are_told_answer_or_leave_for_each_other(tmp_path):
    planted = ("918273", "918274", "王小明", "ninebills", "secret note")
    row = "918273,ninebills,2024-01-01,,5,,,east,\n918274,b2,2024-01-01,,5,,,王小明,secret note\n"
    desk = Desk(tmp_path, feed(columns=columns()))
    runner = Looking(desk.home)
    with small(rows=2):
        desk.ingest(desk.file("bills.csv", f"{HEADER}\n" + row.replace("b2", "ninebills") * 9), runner=runner)
    sealed = [each for each in runner.seen if len(each) > 1000]
    assert len(sealed) > 4
    said = b"".join(runner.told + runner.seen)
    assert [word for word in planted if word.encode() in said] == []
    assert KEY.secret not in said
    assert KEY.secret.hex().encode() not in said


def test_a_task_that_finds_another_key_than_the_homes_says_so_and_where_to_give_it(desk):
    other = Key.of(b"another secret of the right length")
    with small(key=other), pytest.raises(HomeError, match=f"the key is {other.id}, and this home has {KEY.id}: give"):
        desk.ingest(desk.file("bills.csv", TEXT), runner=Here())
    assert desk.loads() == ()


def test_what_is_zipped_or_no_utf8_is_read_here(desk):
    runner = Here()
    with small():
        desk.ingest(desk.file("bills.csv", TEXT.replace("east", "城西").encode("gb18030")), runner=runner)
    assert runner.parts == 0
    assert len(desk.loads()) == 1


class Killing:
    """Two processes, of which one is killed by its own hand when it comes to a piece."""

    at_once = 2

    def __init__(self, step):
        self.step = step

    def each(self, task, parts, progress=None, *, much=True):
        self.step -= 1
        return Local(2).each(partial(killed, task) if self.step == 0 else task, parts, progress)


def killed(task, number, part):
    if number > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return task(number, part)


@pytest.fixture
def keyed(tmp_path):
    """Two desks whose homes have the key: processes look for it there."""
    desks = [Desk(tmp_path / name) for name in ("whole", "lost")]
    for desk in desks:
        desk.home.mkdir(parents=True)
        (desk.home / "key").write_text(KEY.secret.hex())
        (desk.home / "key").chmod(0o600)
    return desks


def test_a_process_that_is_killed_is_a_sentence_and_the_next_run_goes_on(keyed):
    whole, lost = keyed
    with small(rows=4):
        whole.ingest(whole.file("bills.csv", TEXT))
        for step in (1, 2):
            with pytest.raises(HomeError, match=r"bills.csv was not read to its end: a process was ended by SIGKILL"):
                lost.ingest(lost.file("bills.csv", TEXT), runner=Killing(step))
            assert lost.loads() == ()
        lost.ingest(lost.file("bills.csv", TEXT), runner=Local(2))
    assert lost.state() == whole.state()


@pytest.mark.long
@pytest.mark.skipif(
    not IS_THERE and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
    reason="pyspark (make setup-spark) or Java 17 is not installed",
)
def test_a_file_read_on_spark_is_landed_to_the_byte_as_one_read_here(keyed):
    from pyspark.sql import SparkSession

    from riskscreen.runners.spark import Spark

    here, spark = keyed
    runner = Spark("local[2]", {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"})
    try:
        with small(rows=4):
            here.ingest(here.file("bills.csv", TEXT))
            spark.ingest(spark.file("bills.csv", TEXT), runner=runner)
    finally:
        if (session := SparkSession.getActiveSession()) is not None:
            session.stop()
    assert spark.state() == here.state()


@pytest.mark.parametrize("change", ["cut", "another", "bit"])
def test_what_is_sealed_opens_only_whole_and_under_its_own_name(tmp_path, change):
    sealed = SealedFiles(tmp_path, KEY)
    sealed.put("1-read", {"ids": pa.array(["110001"] * 200_000), "rows": (1, None)})
    assert sealed.get("1-read")["ids"].equals(pa.array(["110001"] * 200_000))
    path = tmp_path / "1-read.sealed"
    content = path.read_bytes()
    assert b"110001" not in content
    match change:
        case "cut":
            frame = 8 + 12 + 16
            path.write_bytes(content[:-frame])
        case "another":
            (tmp_path / "2-read.sealed").write_bytes(content)
            path = tmp_path / "2-read.sealed"
        case "bit":
            path.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
    with pytest.raises(HomeError, match="cannot be read or is not what was written: ingest the file again"):
        sealed.get(path.stem)


def test_somebody_elses_key_opens_nothing(tmp_path):
    SealedFiles(tmp_path, KEY).put("1-read", [1])
    with pytest.raises(HomeError, match="cannot be read"):
        SealedFiles(tmp_path, Key.of(b"another secret of the right length")).get("1-read")
