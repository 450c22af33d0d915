"""Another key: tokens and seals are made anew, and nothing else; or, where that fails, nothing at all is changed."""

from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Column, Id
from riskscreen.errors import DeliveryError, HomeError
from riskscreen.eventstore import EventStore, Landing
from riskscreen.eventstore.files import file_sha256
from riskscreen.identity import Key, token
from riskscreen.identity.vault import Vault
from riskscreen.ingest import loading, rotating
from riskscreen.ingest.rotating import rotate
from riskscreen.linkage import link
from tests.ingest.factories import HEADER, KEY, Desk, T, bills, columns, feed

NEW = Key.of(b"another secret of the right length")
FIRST = "110001,b1,2024-01-01,,5,,,east, 110002,b2,2024-01-01,,6,,,west, 110001,b3,2024-01-02,,x,,,east,"
SECOND = "110003,b4,2024-02-01,,7,,,east, 110001,b5,2024-02-01,,8,,,west,"
THIRD = "110008,b8,2024-03-01,,1,,,east,"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("full"))
    desk.deliver(FIRST, name="bills.1.csv", received="2024-01-05")
    desk.deliver(SECOND, name="bills.2.csv", received="2024-02-05")
    desk.deliver("110001,b6,2024-03-01,,9,,,east,", name="bills.3.csv", received="2024-03-05")
    return desk


@pytest.fixture
def full(template, tmp_path):
    """A home of two loads with numbers, and one without new ones."""
    return template.copied(tmp_path)


def identities(desk):
    files = sorted((desk.home / "identity").glob("*.parquet"))
    return pa.concat_tables(pq.read_table(path) for path in files).sort_by("number").to_pylist()


def opened(desk, key):
    rows = identities(desk)
    return [next(Vault(key).open(row["kind"], [row["number"]], [row["sealed"]])) for row in rows]


def test_every_new_id_gets_the_next_number_and_is_sealed_for_it(full):
    rows = identities(full)
    assert [row["number"] for row in rows] == list(range(5))
    people = [row for row in rows if row["kind"] == "citizen"]
    assert [(row["number"], row["token"]) for row in people] == [
        (0, token(KEY, "citizen", "110001")), (2, token(KEY, "citizen", "110002")), (4, token(KEY, "citizen", "110003")),
    ]  # fmt: skip
    assert opened(full, KEY)[::2] == ["110001", "110002", "110003"]
    assert {row["kind"] for row in rows} == {"citizen", "household/home"}
    assert full.landed(columns="person") == [(0,), (2,), (4,), (0,), (0,)]
    assert [len(load.identities) for load in full.loads()] == [1, 1, 0]


def test_after_a_rotation_the_same_deliveries_say_nothing_new_and_numbers_go_on(full):
    before, texts, landed = full.state(), opened(full, KEY), full.landed()
    link(full.home, full.town, KEY)
    assert rotate(full.home, KEY, NEW) == 5
    assert opened(full, NEW) == texts
    tokens = {token(KEY, "citizen", text) for text in texts}
    assert not tokens & {row["token"] for row in identities(full)}
    changed = {path for path, digest in full.state().items() if before.get(path, digest) != digest}
    assert changed == {"landing/manifest.json"}
    assert link(full.home, full.town, NEW).changed is False
    again = full.deliver(FIRST + " 110004,b9,2024-01-01,,1,,,,", name="bills.4.csv", received="2024-04-05", key=NEW)
    assert again.landed == 1
    assert full.landed() == [*landed, full.landed()[-1]]
    assert full.landed()[-1]["person"] == 5
    with pytest.raises(HomeError, match=f"built with key {NEW.id}"):
        full.deliver(FIRST, key=KEY)


def test_names_outside_stay_and_new_people_get_further_ones(full):
    link(full.home, full.town, KEY)
    names = EventStore.open(full.home).crosswalk("persons")["entity_id"].to_pylist()
    rotate(full.home, KEY, NEW)
    full.deliver("110009,b9,2024-01-01,,1,,,east,", name="bills.4.csv", received="2024-04-05", key=NEW)
    link(full.home, full.town, NEW)
    after = EventStore.open(full.home).crosswalk("persons")["entity_id"].to_pylist()
    assert (after[:3], len(set(after))) == (names, 4)


def test_marks_stay_under_every_key(full):
    record_ids = full.landed(columns="record_id")
    rotate(full.home, KEY, NEW)
    third = Key.of(b"yet another secret, long enough ...")
    rotate(full.home, NEW, third)
    full.deliver(FIRST, name="bills.9.csv", received="2024-04-05", key=third)
    assert full.landed(columns="record_id") == record_ids


class Stopped(BaseException):
    """The run ends where it stands."""


@pytest.mark.parametrize("place", ["write_identities", "rotate"])
@pytest.mark.parametrize("fault", [HomeError("the disk is full"), Stopped()])
def test_a_rotation_that_fails_changes_nothing(full, place, fault):
    before = full.state()
    real = getattr(Landing, place)
    calls = iter([True, False] if place == "write_identities" else [False])

    def fail(*arguments):
        if next(calls):
            return real(*arguments)
        raise fault

    with mock.patch.object(Landing, place, fail), pytest.raises(type(fault)):
        rotate(full.home, KEY, NEW)
    assert full.state() == before
    assert rotate(full.home, KEY, NEW) == 5


def test_what_a_killed_rotation_left_is_gone_with_the_next_delivery(full):
    killed = mock.patch.object(rotating, "_remove"), mock.patch.object(Landing, "rotate", side_effect=Stopped)
    with killed[0], killed[1], pytest.raises(Stopped):
        rotate(full.home, KEY, NEW)
    assert list((full.home / "identity").glob(f"*{NEW.id}*"))
    full.deliver("110009,b9,2024-01-01,,1,,,east,", name="bills.4.csv", received="2024-04-05")
    assert not list((full.home / "identity").glob(f"*{NEW.id}*"))


@pytest.mark.parametrize("old", [NEW, Key.of(b"z" * 40)])
def test_a_wrong_key_rotates_nothing(full, old):
    before = full.state()
    with pytest.raises(HomeError, match=r"this home was built with key|the new key is the one"):
        rotate(full.home, old, NEW)
    assert full.state() == before


def test_numbers_that_are_missing_or_cut_off_are_told_and_nothing_is_landed(full):
    path = full.home / full.loads()[0].identities[0].path
    whole = path.read_bytes()
    for content in (None, whole[:-20], b""):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        before = full.state()
        for change in (lambda: full.deliver(THIRD, name="bills.7.csv"), lambda: rotate(full.home, KEY, NEW)):
            with pytest.raises(HomeError, match=r"HOME/identity/.* backup"):
                change()
            assert full.state() == before


def rewritten(desk, change):
    """The first file of numbers with other rows, which the manifest takes for its own."""
    landing, (load, *others) = Landing(desk.home), desk.loads()
    path = desk.home / load.identities[0].path
    pq.write_table(change(pq.read_table(path)), path)
    text = (desk.home / "landing/manifest.json").read_text()
    (desk.home / "landing/manifest.json").write_text(text.replace(load.identities[0].sha256, file_sha256(path)))
    return landing, others


def test_a_row_of_the_vault_that_was_moved_to_another_place_does_not_open(full):
    rewritten(full, lambda table: table.set_column(3, "sealed", table["sealed"].take([1, 0, 2, 3])))
    before = full.state()
    with pytest.raises(HomeError, match="the vault cannot be opened with key"):
        rotate(full.home, KEY, NEW)
    assert full.state() == before


def test_numbers_in_another_order_are_told(full):
    rewritten(full, lambda table: table.take([1, 0, 2, 3]))
    with pytest.raises(HomeError, match="is not the file that was written"):
        full.deliver(THIRD, name="bills.7.csv")


def test_a_file_that_is_refused_takes_no_number(full):
    rows = [f"1103{n:02d},b{n},2024-01-01,,,,,,," for n in range(40)]
    bad = full.file("bills.bad.csv", "\n".join([HEADER, *[row[:-1] for row in rows], "110001,b1"]))
    good = full.file("bills.good.csv", f"{HEADER}\n110005,b9,2024-01-01,,1,,,,\n")
    with mock.patch.object(loading, "PIECE_ROWS", 10), pytest.raises(DeliveryError):
        full.ingest(bad)
    full.ingest(good, received="2024-04-05")
    assert [row["number"] for row in identities(full)] == list(range(6))


def test_ids_that_name_nobody_get_no_number(tmp_path):
    of_bill = Column(name="number", type=Id("bill"), label=T, required=True)
    desk = Desk(tmp_path, feed(columns=(*columns(), of_bill), records=(bills(key=("number",), household=None),)))
    header = "person,bill,day,until,yuan,size,grade,ward,note,number"
    rows = [f"110001,b,2024-01-0{n},,{n},,,,,n{n}" for n in (1, 2, 3)]
    desk.ingest(desk.file("bills.csv", "\n".join([header, *rows]) + "\n"))
    assert [row["kind"] for row in identities(desk)] == ["citizen"]
    assert len(set(desk.landed(columns="record_id"))) == 3
