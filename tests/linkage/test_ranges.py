"""Records routed in ranges, by whatever runner: the same files to the byte; what is lost on the way is a sentence."""

import importlib.util
import os
import shutil
import signal
import sys
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from riskscreen.errors import HomeError
from riskscreen.eventstore import files, writing
from riskscreen.eventstore.landing import LandedFile
from riskscreen.eventstore.store import EventStore
from riskscreen.linkage import exchange, link, ranges
from riskscreen.linkage.exchange import Exchange
from riskscreen.linkage.renewed import runs
from riskscreen.runners import Local
from riskscreen.runners.processes import in_processes
from riskscreen.runners.spark import Spark
from tests.linkage.test_appending import FIRST, TOWN, Days
from tests.linkage.test_link import KEY, land, row

linking = sys.modules[link.__module__]  # the package has a function of that name
HERE = Local(1)
DAYS = 4
PUT_TOGETHER = {name: getattr(writing, name) for name in ("ADDED", "TIMES", "FEW")}


def events(home):
    """Every file of the event store, by path."""
    return {str(path.relative_to(home)): path.read_bytes() for path in (home / "events").rglob("*") if path.is_file()}


def linked(home, seed, monkeypatch, decided, count, runner, *, days=DAYS):
    """The files after a link of half the days, one of each day after it, and one that writes all of it anew."""
    come = Days(seed)
    decided.clear()
    with monkeypatch.context() as patch:
        patch.setattr(linking, "ranges_of", lambda rows: count)
        for nth in range(days):
            day = FIRST + timedelta(nth)
            come.decide(day)
            decided.clear()
            decided.update(come.merged)
            told = {kind: come.records(kind, day) for kind in come.told}
            land(home, TOWN, **{kind: rows for kind, rows in told.items() if rows})
            if nth >= days // 2:
                link(home, TOWN, KEY, runner=runner)
        added = events(home)
        patch.setattr(linking, "_base", lambda *_: None)
        link(home, TOWN, KEY, runner=runner)
    return added, events(home)


@pytest.mark.parametrize("seed", [0, *[pytest.param(n, marks=pytest.mark.long) for n in range(1, 8)]])
def test_the_bytes_of_the_store_do_not_depend_on_the_number_of_ranges(tmp_path, monkeypatch, decided, seed):
    found = {count: linked(tmp_path / str(count), seed, monkeypatch, decided, count, HERE) for count in (1, 2, 7)}
    assert found[2] == found[7] == found[1]
    assert any("guests" in path for path in found[1][1])
    assert not list(tmp_path.rglob("between"))


def test_processes_write_what_one_alone_writes(tmp_path, monkeypatch, decided):
    alone = linked(tmp_path / "alone", 0, monkeypatch, decided, 1, HERE, days=2)
    assert linked(tmp_path / "two", 0, monkeypatch, decided, 3, Local(2), days=2) == alone


@pytest.mark.long
@pytest.mark.skipif(
    not (importlib.util.find_spec("pyspark") and shutil.which("java")) and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
    reason="pyspark (make setup-spark) or Java 17 is not installed",
)
def test_spark_writes_what_one_process_writes(tmp_path, monkeypatch, decided):
    for name, value in PUT_TOGETHER.items():  # what is changed here is not changed in Spark's processes
        monkeypatch.setattr(writing, name, value)
    alone = linked(tmp_path / "alone", 0, monkeypatch, decided, 1, HERE)
    spark = Spark("local[2]", {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"})
    try:
        assert linked(tmp_path / "spark", 0, monkeypatch, decided, 3, spark) == alone
    finally:
        spark._context().stop()


def test_landed_files_are_put_together_to_so_many_rows_and_files():
    landed = [LandedFile(path="", rows=rows, sha256="") for rows in (3, 4, 9, 1, 1, 1, 1)]
    told = [[file.rows for file in run] for run in runs(landed, 7, 3)]
    assert told == [[3, 4], [9], [1, 1, 1], [1]]


def test_what_is_sent_arrives_in_order_and_a_file_that_is_gone_is_a_sentence(tmp_path):
    sent = Exchange(tmp_path / "between")
    rows = pa.table({"n": [0, 1, 2, 3], "text": ["a", None, "c", "d"]})
    sent.send("one", rows, np.array([7, 2, 7, 2]))
    sent.send("two", rows, np.array([7, 7, 2]), np.array([3, 0, 3]))
    sent.send("three", rows.slice(0, 0), np.array([], np.int64))
    names = ["one", "two", "three"]
    assert sent.receive(names, 7).to_pydict() == {"n": [0, 2, 3, 0], "text": ["a", "c", "d", "a"]}
    assert sent.receive(names, 2, ["text"]).to_pydict() == {"text": [None, "d", "d"]}
    assert sent.receive(names, 5).num_rows == 0
    (tmp_path / "between" / "two").write_bytes((tmp_path / "between" / "two").read_bytes()[:100])
    with pytest.raises(
        HomeError, match=r"between/two cannot be read, which a step before wrote: let the home lie where"
    ):
        sent.receive(names, 7)
    (tmp_path / "between" / "two").unlink()
    with pytest.raises(HomeError, match="between/two cannot be read"):
        sent.receive(names, 7)


def in_three_ranges(patch):
    patch.setattr(linking, "ranges_of", lambda rows: 3)
    patch.setattr(linking, "AT_ONCE", 0)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home, to be copied, with a version of some people's bills, and more of them landed since."""
    home, people = tmp_path_factory.mktemp("town"), [f"p{n}" for n in range(30)]
    land(home, TOWN, bills=[row(who, id=f"first {who}") for who in people])
    with pytest.MonkeyPatch.context() as patch:
        in_three_ranges(patch)
        link(home, TOWN, KEY, runner=HERE)
    land(home, TOWN, bills=[row(who, id=f"second {who}", happened="2024-02-01") for who in people])
    return home


@pytest.fixture
def town(template, tmp_path, monkeypatch):
    """Such a home, to be routed in three ranges."""
    in_three_ranges(monkeypatch)
    return shutil.copytree(template, tmp_path, dirs_exist_ok=True)


def check_as_it_was(home, before, monkeypatch):
    """The version before is the current one, nothing lies about, and the same command does the work."""
    assert events(home) == before
    monkeypatch.undo()
    monkeypatch.setattr(linking, "ranges_of", lambda rows: 3)
    assert link(home, TOWN, KEY, runner=HERE).records == 60
    assert not list(home.rglob("between"))


class Doomed:
    """A runner whose processes are killed as they begin the step of some name."""

    at_once = 2

    def __init__(self, step):
        self.step = step

    def each(self, task, parts, progress=None, *, much=True):
        if task.func.__name__ != self.step:
            return HERE.each(task, parts)
        return in_processes(killed, parts, 2, lambda done, of: None)


def killed(nth, part):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("_scatter", "scattering"),
        pytest.param("_tell", "settling", marks=pytest.mark.long),
        pytest.param("_settle", "settling", marks=pytest.mark.long),
        ("_route", "routing"),
        ("_gather", "writing"),
    ],
)
def test_a_process_killed_in_any_step_is_a_sentence_and_the_version_before_stands(town, monkeypatch, step, said):
    before = events(town)
    with pytest.raises(HomeError, match=rf"a process was ended by SIGKILL while {said} 'bills', and nothing of it was"):
        link(town, TOWN, KEY, runner=Doomed(step))
    check_as_it_was(town, before, monkeypatch)


@pytest.mark.parametrize("name", ["landed-", "told-", "changed-", "routed-"])
def test_a_disk_that_fills_up_between_steps_is_a_sentence_and_the_version_before_stands(town, monkeypatch, name):
    before, write = events(town), files._write_to_disk

    def fill(path, fill, lasting):
        if path.name.startswith(f".{name}"):
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        write(path, fill, lasting)

    monkeypatch.setattr(files, "_write_to_disk", fill)
    with pytest.raises(HomeError, match=rf"{name}.* cannot be written .No space left on device.: free space"):
        link(town, TOWN, KEY, runner=HERE)
    check_as_it_was(town, before, monkeypatch)


@pytest.mark.parametrize("name", ["landed-", "routed-"])
def test_rows_that_do_not_arrive_are_a_sentence(town, monkeypatch, name):
    before, receive = events(town), exchange.Exchange.receive

    def lose(self, names, *asked):
        return receive(self, [one for one in names if not one.startswith(name)] or names[:1], *asked).slice(1)

    monkeypatch.setattr(exchange.Exchange, "receive", lose)
    with pytest.raises(HomeError, match=r"rows of 'bills' \d+ came from one step to the next: let the home lie where"):
        link(town, TOWN, KEY, runner=HERE)
    check_as_it_was(town, before, monkeypatch)


def test_what_a_link_that_was_killed_left_between_steps_is_gone_after_the_next(town, monkeypatch):
    left = town / "events" / "000002" / "between" / "bills" / "landed-000000.arrow"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    link(town, TOWN, KEY, runner=HERE)
    assert not left.exists()
    assert EventStore.open(town).version.records == 60


def test_ranges_follow_from_rows():
    assert [ranges.ranges_of(n * ranges.ROWS + more) for n, more in ((0, 0), (1, 0), (1, 1), (7, 0))] == [1, 1, 2, 7]
