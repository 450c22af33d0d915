"""The event store's files: put together in order, added to, and never taken for whole when they are not."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.errors import HomeError
from riskscreen.eventstore import files, writing
from riskscreen.eventstore.store import EventStore, Part, Version
from riskscreen.eventstore.superseding import with_superseded
from riskscreen.eventstore.writing import Draft
from riskscreen.linkage import link
from tests.linkage.test_link import KEY, TOWN, land, people, records, row

COLUMNS = pa.schema(
    [
        ("person", pa.int64()),
        ("household", pa.int64()),
        ("void_on", pa.date32()),
        ("record_id", pa.binary(16)),
        ("happened_on", pa.date32()),
        ("known_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("withdrawn", pa.bool_()),
        ("load", pa.int32()),
        ("row", pa.int64()),
        ("yuan", pa.int64()),
    ]
)
NEW_YEAR = date(2024, 1, 1)
BILLS = Part("bills", 0)


def version(record, person=1, day=0, load=1, at=0, **said):
    known = NEW_YEAR + timedelta(days=day)
    return {
        "person": person, "record_id": record.encode().ljust(16), "happened_on": NEW_YEAR, "known_on": known,
        "withdrawn": False, "load": load, "row": at, "yuan": 1,
    } | said  # fmt: skip


def table(*rows):
    return with_superseded(pa.Table.from_pylist(list(rows), COLUMNS))


def ids(*records):
    return pa.array([record.encode().ljust(16) for record in records], pa.binary(16))


def store_of(home, stored):
    sidecars = (stored.sidecar,) if stored.sidecar else ()
    return EventStore(home, Version(1, "", 1, 1, None, None, {}, stored.files, sidecars))


def told(home, stored, columns=None):
    """The record, and from which day of January on it is superseded, of each row that is read."""
    rows = store_of(home, stored).read("bills", 0, columns).to_pylist()
    return [(r["record_id"].decode().strip(), r["superseded_on"] and r["superseded_on"].day) for r in rows]


@pytest.fixture
def small_files(monkeypatch):
    """Additions stay apart, however small what they are added to is."""
    monkeypatch.setattr(writing, "ADDED", 100)
    monkeypatch.setattr(writing, "_not_at_rest", lambda files, *_: len(files))


@pytest.mark.usefixtures("small_files")
def test_files_are_read_in_one_order_with_what_a_sidecar_says_and_without_what_holds_no_longer(tmp_path):
    stored = Draft(tmp_path, 1).write(BILLS, table(version("c", 3), version("a", 1), version("b", 2)))
    new = [version("a", 1), version("a", 1, day=4, load=2), version("ab", 1, load=2)]
    stored = Draft(tmp_path, 2).add(BILLS, stored, table(*new), ids("a", "b"))
    assert told(tmp_path, stored) == [("a", 5), ("ab", None), ("a", None), ("c", None)]
    assert told(tmp_path, stored, ["record_id"]) == told(tmp_path, stored)
    assert store_of(tmp_path, stored).read("bills", 0, ["yuan"]).column_names == ["yuan", "superseded_on"]
    assert store_of(tmp_path, stored).version.records == 4


@pytest.mark.usefixtures("small_files")
def test_rows_of_an_earlier_load_that_come_later_stand_where_they_belong(tmp_path):
    stored = Draft(tmp_path, 1).write(BILLS, table(version("b", at=2), version("d", load=2)))
    stored = Draft(tmp_path, 2).add(BILLS, stored, table(version("c", at=3), version("a", at=1)), ids())
    assert [record for record, _ in told(tmp_path, stored)] == ["a", "b", "c", "d"]
    assert stored.later == [True, False]


@pytest.mark.usefixtures("small_files")
def test_what_a_sidecar_said_before_holds_until_it_is_said_anew(tmp_path):
    stored = Draft(tmp_path, 1).write(BILLS, table(version("a"), version("b", at=1)))
    first, second, third = version("a"), version("a", day=4, load=2), version("a", day=2, load=3)
    stored = Draft(tmp_path, 2).add(BILLS, stored, table(first, second), ids("a"))
    assert told(tmp_path, stored) == [("a", 5), ("b", None), ("a", None)]
    stored = Draft(tmp_path, 3).add(BILLS, stored, table(first, second, third), ids("a"))
    assert told(tmp_path, stored) == [("a", 3), ("b", None), ("a", 5), ("a", None)]
    stored = Draft(tmp_path, 4).add(BILLS, stored, table(third), ids("a"))
    assert told(tmp_path, stored) == [("b", None), ("a", None)]
    stored = Draft(tmp_path, 5).add(BILLS, stored, table(first, third), ids("a"))
    assert told(tmp_path, stored) == [("a", 3), ("b", None), ("a", None)]


@pytest.mark.usefixtures("small_files")
def test_the_days_on_which_records_became_known_are_of_those_that_hold(tmp_path):
    stored = Draft(tmp_path, 1).write(BILLS, table(version("a"), version("b", day=3), version("c", day=9)))
    stored = Draft(tmp_path, 2).add(BILLS, stored, table(), ids("a", "c"))
    assert writing.known_between(stored.files) == ("2024-01-04", "2024-01-04")


@pytest.mark.parametrize(("first", "written"), [(100_000, 55), (1_000_000, 27)])
def test_years_of_daily_additions_leave_few_files_and_write_so_many_rows_for_each(first, written):
    rows, most, worst, total = [first], 0, 0.0, 0
    dice = random.Random(1)
    for _ in range(3 * 365):
        day = dice.randint(first // 1250, first // 770)
        start = writing._not_at_rest(rows, day, 0)
        total += sum(rows[start:]) + day
        rows = [*rows[:start], sum(rows[start:]) + day]
        most, worst = max(most, len(rows)), max(worst, sum(rows[1:]) / rows[0])
    assert (most <= 5, worst <= writing.ADDED, round(total / (sum(rows) - first))) == (True, True, written), (
        most,
        worst,
    )


def test_what_is_said_of_a_twentieth_of_a_file_is_written_into_it(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "FEW", 0)
    stored = Draft(tmp_path, 1).write(BILLS, table(*[version(f"r{n}", at=n) for n in range(50)]))
    again = [version(f"r{n}", at=n, household=7) for n in range(2)]
    stored = Draft(tmp_path, 2).add(BILLS, stored, table(*again[:1]), ids("r0"))
    assert stored.sidecar is not None
    assert (len(stored.files), stored.sidecar.rows) == (2, 1)
    stored = Draft(tmp_path, 3).add(BILLS, stored, table(*again), ids("r0", "r1"))
    assert (len(stored.files), stored.sidecar, stored.files[0].rows) == (1, None, 50)


def as_format_2(home):
    """The store of a home as it was written when nothing was said of when a row is superseded."""
    store = EventStore.open(home)
    whole = {}
    for file in store.version.files:
        rows = store._read(file.part, None).drop_columns(["superseded_on"])
        whole[file.part] = rows
    for part, rows in whole.items():
        path = home / f"events/000001/{part.kind}/bucket-{part.bucket:04d}.parquet"
        pq.write_table(rows, path)
    said = asdict(store.version)
    files = [
        {"kind": f["kind"], "bucket": f["bucket"], "path": f["path"], "rows": f["rows"], "guests": f["guests"]}
        for f in said["files"]
    ]
    kept = ("number", "landing", "buckets", "people", "first_known", "last_known")
    crosswalk = {name: path for name, path in said["crosswalk"].items() if name != "placed"}
    old = {"format": 2, **{name: said[name] for name in kept}, "crosswalk": crosswalk, "files": files}
    (home / "events/manifest.json").write_text(json.dumps(old))


def test_a_store_of_the_format_before_is_read_and_brought_up_by_the_next_link(tmp_path):
    land(tmp_path, bills=[row("ann", id="b1"), row("bob")], homes=[row("ann", "h1")])
    land(tmp_path, bills=[row("ann", id="b1", known="2024-03-01")])
    link(tmp_path, TOWN, KEY)
    expected = {kind: records(tmp_path, kind) for kind in ("bills", "homes")}
    as_format_2(tmp_path)
    old = EventStore.open(tmp_path)
    assert {kind: records(tmp_path, kind) for kind in expected} == expected
    assert {str(r["superseded_on"]) for r in records(tmp_path)} == {"None", "2024-03-01"}
    assert old.read("bills", 0, ["person"]).column_names == ["person", "superseded_on"]
    assert link(tmp_path, TOWN, KEY).changed is True
    assert EventStore.open(tmp_path).version.format == 3
    assert {kind: records(tmp_path, kind) for kind in expected} == expected
    assert sum(old.read("bills", bucket).num_rows for bucket in old.buckets()) == 3


def town(home, day=1):
    land(home, bills=[row(f"p{n}", happened=f"2024-01-0{day}") for n in range(40)])


@pytest.mark.parametrize("harm", ["cut in half", "missing"])
def test_a_file_that_was_lost_or_cut_is_a_sentence_and_made_anew_by_the_next_link(tmp_path, harm):
    town(tmp_path)
    link(tmp_path, TOWN, KEY)
    expected, numbers = records(tmp_path), people(tmp_path)
    path = tmp_path / EventStore.open(tmp_path).version.files[0].path
    content = path.read_bytes()
    path.unlink()
    if harm == "cut in half":
        path.write_bytes(content[: len(content) // 2])
    with pytest.raises(HomeError, match=r"cut off|missing"):
        EventStore.open(tmp_path)
    assert link(tmp_path, TOWN, KEY).changed is True
    assert (records(tmp_path), people(tmp_path)) == (expected, numbers)


def test_a_manifest_that_is_none_is_a_sentence(tmp_path):
    town(tmp_path)
    link(tmp_path, TOWN, KEY)
    manifest = tmp_path / "events/manifest.json"
    manifest.write_text(manifest.read_text()[:-30])
    with pytest.raises(HomeError, match=r"events/manifest\.json is broken"):
        EventStore.open(tmp_path)


def everything(home):
    return {path: path.read_bytes() for path in (home / "events").rglob("*") if path.is_file()}


@pytest.mark.parametrize("full_after", [0, 2, 5, 9])
def test_a_disk_that_fills_up_in_the_middle_leaves_the_version_before_and_nothing_else(
    tmp_path, monkeypatch, full_after
):
    town(tmp_path)
    link(tmp_path, TOWN, KEY)
    before = everything(tmp_path)
    town(tmp_path, day=2)
    written, write = [], files._write_to_disk

    def fill(path, fill, lasting):
        written.append(path)
        if "events" in path.parts and len(written) > full_after:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, fill, lasting)

    monkeypatch.setattr(files, "_write_to_disk", fill)
    with pytest.raises(HomeError, match=r"cannot be written .No space left on device.: free space"):
        link(tmp_path, TOWN, KEY)
    assert everything(tmp_path) == before
    monkeypatch.undo()
    assert link(tmp_path, TOWN, KEY).records == 80


def test_what_fails_after_the_manifest_leaves_the_version_that_it_made_current(tmp_path, monkeypatch):
    town(tmp_path)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_remove_all_but", stop)
    with pytest.raises(KeyboardInterrupt):
        link(tmp_path, TOWN, KEY)
    assert len(records(tmp_path)) == 40


KILLED = """
import sys
from pathlib import Path
from riskscreen.eventstore import writing
from riskscreen.linkage import link
from tests.linkage.test_link import KEY, TOWN
home, after = Path(sys.argv[1]), int(sys.argv[2])
write, count = writing._write, []
def stop(path, table):
    count.append(path)
    if len(count) > after:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        print("here", flush=True)
        import time; time.sleep(60)
    return write(path, table)
writing._write = stop
link(home, TOWN, KEY)
"""


def test_a_link_that_is_killed_leaves_the_version_before_and_the_next_one_does_the_work(tmp_path):
    town(tmp_path)
    link(tmp_path, TOWN, KEY)
    before = everything(tmp_path)
    town(tmp_path, day=2)
    root = Path(__file__).parent.parent.parent
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), "1"], cwd=root, stdout=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stdout.readline() == b"here\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    after = everything(tmp_path)
    assert {path: after[path] for path in before} == before
    assert len(after) > len(before)
    assert len(records(tmp_path)) == 40
    assert link(tmp_path, TOWN, KEY).records == 80
    version = EventStore.open(tmp_path).version
    named = {tmp_path / path for path in version.paths | set(version.before)}
    assert set(everything(tmp_path)) == named | {tmp_path / "events/manifest.json"}


@pytest.mark.long
def test_100000_people_whom_a_fault_puts_into_one_home_and_one_book_make_no_large_bucket(tmp_path):
    everybody = 100_000
    town = replace(TOWN, place=replace(TOWN.place, buckets=10))
    first = row("p", "h1", id="r")
    lives = [first | {"person": n, "record_id": n.to_bytes(16)} for n in range(everybody)]
    land(tmp_path, town, homes=lives)
    begun = time.process_time()
    link(tmp_path, town, KEY)
    version = EventStore.open(tmp_path).version
    assert [file.rows for file in version.files if not file.guests] == [everybody // 10] * 10
    assert not any(file.guests for file in version.files)
    assert time.process_time() - begun < 60
