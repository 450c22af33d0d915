"""A store that is laid out in another number of buckets is the one that is written anew with that number."""

import copy
import errno
import importlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore import files
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet
from riskscreen.features.local import compute
from riskscreen.linkage import is_current, link, rebucket
from riskscreen.runners import Local
from tests.factories import check_same
from tests.linkage.test_appending import FIRST, TOWN, Days, check_equal, contents, linking
from tests.linkage.test_link import KEY, land

ASKED = [FIRST + timedelta(n) for n in (0, 3, 9)], FeatureSet(TOWN, tuple(TOWN.signals))


def town(buckets):
    return replace(TOWN, place=replace(TOWN.place, buckets=buckets))


def live(home, days, *, nights=5):
    """Days that come and are linked one by one: records, corrections, moves."""
    for nth in range(nights):
        rows = {kind: days.records(kind, FIRST + timedelta(nth)) for kind in days.told}
        land(home, TOWN, **{kind: some for kind, some in rows.items() if some})
        link(home, TOWN, KEY)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home of three nights, to be copied, and the days that came."""
    home, days = tmp_path_factory.mktemp("lived"), Days(1)
    live(home, days, nights=3)
    return home, days


@pytest.fixture
def days(template, tmp_path):
    """The days that came to the home at ``tmp_path``."""
    home, days = template
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return copy.deepcopy(days)


def everything(home):
    return {path: path.read_bytes() for path in (home / "events").rglob("*") if path.is_file()}


def rows_of_everybody(store):
    """Every row of each kind, whichever bucket it is in."""
    rows = {kind: [row for b in store.buckets() for row in store.read(kind, b).to_pylist()] for kind in store.kinds()}
    return {kind: sorted(some, key=repr) for kind, some in rows.items()}


@pytest.mark.usefixtures("decided")
@pytest.mark.parametrize(
    ("seed", "buckets"), [(2, 7), *[pytest.param(n, n, marks=pytest.mark.long) for n in (2, *range(4, 12))]]
)
def test_a_store_laid_out_in_buckets_is_the_one_that_is_written_anew_with_that_number(
    tmp_path, monkeypatch, seed, buckets
):
    home, anew = tmp_path / "home", tmp_path / "anew"
    live(home, days := Days(seed))
    shutil.copytree(home, anew)
    before = EventStore.open(home)
    held, people = contents(before), before.crosswalk("persons").drop_columns(["bucket"])
    rebucket(home, buckets)

    after = EventStore.open(home)
    assert (after.version.buckets, after.version.number) == (buckets, before.version.number + 1)
    assert after.crosswalk("persons").drop_columns(["bucket"]) == people
    assert rows_of_everybody(after) == rows_of_everybody(before)
    check_equal(contents(before), held)  # whoever opened the version before still reads it
    check_same(compute(after, *ASKED), compute(before, *ASKED))

    monkeypatch.setattr(linking, "can_rebucket", lambda store: False)  # so that the link writes everything anew
    link(anew, town(buckets), KEY)
    check_equal(contents(after), contents(EventStore.open(anew)))
    for name in ("persons", "guests", "lived"):
        assert after.crosswalk(name) == EventStore.open(anew).crosswalk(name), name
    assert days.count > 10


def test_processes_lay_out_what_one_process_lays_out(tmp_path, monkeypatch):
    alone, several = tmp_path / "alone", tmp_path / "several"
    live(alone, Days(2))
    shutil.copytree(alone, several)
    rebucket(alone, 7, runner=Local(1))
    monkeypatch.setattr(importlib.import_module("riskscreen.linkage.rebucket"), "ROWS", 0)
    rebucket(several, 7, runner=Local(2))
    assert {path.relative_to(alone): data for path, data in everything(alone).items()} == {
        path.relative_to(several): data for path, data in everything(several).items()
    }
    assert not list((several / "events").rglob("between"))


def test_a_process_that_is_killed_is_told_of_and_leaves_the_buckets_as_they_were(tmp_path, monkeypatch):
    live(tmp_path, Days(1), nights=3)
    before = everything(tmp_path)
    room = importlib.import_module("riskscreen.linkage.rebucket")
    monkeypatch.setattr(room, "ROWS", 0)
    monkeypatch.setattr(room, "_write", killed)
    with pytest.raises(HomeError, match=r"a process was ended .* while writing '[a-z]+', and nothing of it was kept"):
        rebucket(tmp_path, 5, runner=Local(2))
    assert everything(tmp_path) == before


def test_guests_are_those_of_the_new_buckets(tmp_path):
    live(tmp_path, Days(3))
    rebucket(tmp_path, 1)
    assert EventStore.open(tmp_path).crosswalk("guests").num_rows == 0
    assert not any(file.guests for file in EventStore.open(tmp_path).version.files)


@pytest.mark.usefixtures("days")
def test_the_same_number_changes_nothing(tmp_path):
    before = everything(tmp_path)
    assert rebucket(tmp_path, TOWN.place.buckets) == EventStore.open(tmp_path).version
    assert everything(tmp_path) == before


def test_a_link_lays_out_anew_what_is_declared_otherwise_and_then_adds_to_it(tmp_path, days):
    number = EventStore.open(tmp_path).version.number
    assert link(tmp_path, town(5), KEY).changed is True
    assert (EventStore.open(tmp_path).version.number, EventStore.open(tmp_path).version.buckets) == (number + 1, 5)
    assert link(tmp_path, town(5), KEY).changed is False
    land(tmp_path, TOWN, bills=[days.new("bills", FIRST)])
    assert link(tmp_path, town(5), KEY).changed is True
    assert EventStore.open(tmp_path).version.records == sum(
        map(len, rows_of_everybody(EventStore.open(tmp_path)).values())
    )


@pytest.mark.usefixtures("days")
def test_a_store_of_which_a_file_is_lost_is_not_laid_out_but_made_anew_by_a_link(tmp_path):
    store = EventStore.open(tmp_path)
    rows = rows_of_everybody(store)
    (tmp_path / store.version.files[0].path).unlink()
    with pytest.raises(HomeError, match="missing"):
        rebucket(tmp_path, 5)
    link(tmp_path, town(5), KEY)
    assert rows_of_everybody(EventStore.open(tmp_path)) == rows


def test_there_must_be_a_store(tmp_path):
    with pytest.raises(CallerError, match="there is no event store"):
        rebucket(tmp_path, 5)


@pytest.mark.usefixtures("days")
@pytest.mark.parametrize("full_after", [3, *[pytest.param(n, marks=pytest.mark.long) for n in (0, 9, 15)]])
def test_a_disk_that_fills_up_leaves_the_buckets_as_they_were(tmp_path, monkeypatch, full_after):
    before, written, write = everything(tmp_path), [], files._write_to_disk

    def fill(path, fill, lasting):
        written.append(path)
        if len(written) > full_after:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, fill, lasting)

    monkeypatch.setattr(files, "_write_to_disk", fill)
    with pytest.raises(HomeError, match=r"cannot be written .No space left on device.: free space"):
        rebucket(tmp_path, 4)
    assert everything(tmp_path) == before


def killed(kind, names, number, _):
    """A task whose process is killed, for want of memory say."""
    os.kill(os.getpid(), signal.SIGKILL)


KILLED = """
import sys, time
from pathlib import Path
from riskscreen.eventstore import writing
from riskscreen.linkage import rebucket
write, count = writing._write, []
def stop(path, table):
    count.append(path)
    if len(count) > 4:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        print("here", flush=True)
        time.sleep(60)
    return write(path, table)
writing._write = stop
rebucket(Path(sys.argv[1]), 4)
"""


@pytest.mark.usefixtures("days")
def test_one_that_is_killed_leaves_the_buckets_as_they_were_and_can_be_given_again(tmp_path):
    before, rows = everything(tmp_path), rows_of_everybody(EventStore.open(tmp_path))
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=Path(__file__).parent.parent.parent, stdout=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"here\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    after = everything(tmp_path)
    assert {path: after[path] for path in before} == before
    assert EventStore.open(tmp_path).version.buckets == TOWN.place.buckets
    rebucket(tmp_path, 4)
    version = EventStore.open(tmp_path).version
    assert rows_of_everybody(EventStore.open(tmp_path)) == rows
    named = {tmp_path / path for path in version.paths | set(version.before)}
    assert set(everything(tmp_path)) == named | {tmp_path / "events/manifest.json"}
    assert is_current(tmp_path, town(4))
