"""A file of any size is read in pieces: however they fall, the same is landed, also by a run that was stopped."""

import hashlib
import hmac
import random
import string
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare import DayOf, Each, Is, Known
from riskscreen.errors import DeliveryError
from riskscreen.eventstore import Landing
from riskscreen.identity import lanes
from riskscreen.ingest import contract, loading, parquet_files, piece, settling
from riskscreen.ingest.numbering import digest
from riskscreen.ingest.pieces import in_pieces
from riskscreen.ingest.record_ids import record_ids
from tests.cases import cases
from tests.ingest.factories import HEADER, Desk, bills, feed, register


@contextmanager
def limits(rows: int = 1 << 18, many: int = 100_000, at_once: int = 1 << 20):
    """Pieces of so many rows, read plainly from so many on, with so many records compared at once."""
    with (
        mock.patch.object(loading, "PIECE_ROWS", rows),
        mock.patch.object(piece, "MANY", many),
        mock.patch.object(settling, "KEYS_AT_ONCE", at_once),
        mock.patch.object(settling, "RECORDS_AT_ONCE", at_once),
    ):
        yield


PEOPLE = st.sampled_from(["110001", "110002", "１１０００３", "11000x", "", " 110001 "])
DAYS = st.sampled_from(
    ["2024-01-01", "2024-01-02", "03/01/2024", "2024-1-2", "2025-06-01", "", "soon", "２０２４-01-01"]
)
VALUES = st.tuples(
    PEOPLE,
    st.sampled_from(["b1", "b2", "b3", "城", "", "a b"]),
    DAYS,
    DAYS,
    st.sampled_from(["5", "5.00", "+7.1", "-0.05", "1.005", "999", "-", "", ".5", "12345678901234567", "x"]),
    st.sampled_from(["0.5", "1e0", "", "2", "inf", "-0.0", "nan"]),
    st.sampled_from(["3", "7.0", "0", "９", "", "03"]),
    st.sampled_from(["east", "城西", "north", " west", ""]),
    st.sampled_from(["", "taken back", "else"]),
)
FILES = st.lists(st.lists(VALUES, min_size=1, max_size=8), min_size=1, max_size=3)


def everything(desk):
    """All that a home holds, whatever pieces it came in: landed rows, quarantine, counts."""
    return desk.landed(), [desk.quarantined(load) for load in (1, 2, 3)]


def delivered(folder, files, **limit):
    desk = Desk(Path(folder))
    results = []
    for number, rows in enumerate(files):
        text = "\n".join([HEADER, "110009,b9,2024-01-01,,,,,,", *(",".join(row) for row in rows)]) + "\n"
        with limits(**limit):
            results += desk.ingest(desk.file(f"bills.{number}.csv", text), received=f"2024-12-0{number + 1}")
    return everything(desk), results


@settings(max_examples=cases(8))
@given(FILES, st.integers(1, 3), st.sampled_from([1, 3, 100]))
def test_pieces_read_quickly_land_what_one_piece_read_with_care_lands(files, rows, at_once):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert delivered(one, files, rows=rows, many=0, at_once=at_once) == delivered(other, files)


def plain_columns():
    """A file of rows that read plainly, each column in the type that suits it."""
    numbers = range(40)
    return {
        "person": pa.array([f"11000{n % 7}" for n in numbers]).dictionary_encode(),
        "bill": pa.array([f"b{n}" for n in numbers]),
        "day": pa.array([date(2024, 1, 1) + timedelta(n) for n in numbers]),
        "until": pa.array([None if n % 3 else date(2024, 2, 1) + timedelta(n) for n in numbers]).cast(
            pa.timestamp("us")
        ),
        "yuan": pa.array([None if n % 5 == 0 else n * 101 - 300 for n in numbers]).cast(pa.decimal128(28, 2)),
        "size": pa.array([None if n % 4 else n / 40 for n in numbers]),
        "grade": pa.array([n % 9 + 1 for n in numbers], pa.int16()),
        "ward": pa.array([["east", "城西", None][n % 3] for n in numbers]),
        "note": pa.array(["", None] * 20),
    }


CHANGES = [
    {},
    {"yuan": pa.array([n / 100 for n in range(40)])},
    {"yuan": pa.array([n * 1.005 for n in range(40)])},
    {"yuan": pa.array([998, 999, 1000, -1001] * 10)},
    {"yuan": pa.array([99900, 5, None, -100_001] * 10).cast(pa.decimal128(28, 4))},
    {"grade": pa.array([1.0, 2.5, float("nan"), 99.0] * 10)},
    {"grade": pa.array(["1", "02", "+3", ""] * 10)},
    {"size": pa.array([0.1, 1.6, float("inf"), float("nan")] * 10)},
    {"size": pa.array([1, 0, 2, None] * 10)},
    {"day": pa.array(["2024-01-01", "01/02/2024", "2024-02-30", None] * 10)},
    {"day": pa.array([date(9999, 1, 1), date(2024, 1, 1), None, date(1, 1, 1)] * 10)},
    {"person": pa.array([110001, 110002, 99, None] * 10)},
    {"person": pa.array(["110001", "11000l", " 110002", "１１０００３"] * 10)},
    {"bill": pa.array(["b", "账单", "a，b", " b "] * 10)},
]


@pytest.mark.parametrize("changes", CHANGES, ids=[f"{n}" for n in range(len(CHANGES))])
def test_every_type_of_a_parquet_column_reads_quickly_as_it_reads_with_care(tmp_path, changes):
    table = pa.table(plain_columns() | changes)
    quick, careful = Desk(tmp_path / "quick"), Desk(tmp_path / "careful")
    with limits(rows=16, many=0):
        first = quick.ingest(quick.file("bills.parquet", table))
    assert first == careful.ingest(careful.file("bills.parquet", table))
    assert everything(quick) == everything(careful)


def test_plain_rows_are_not_looked_at_with_care(desk, monkeypatch):
    careful = mock.Mock(wraps=contract.check)
    monkeypatch.setattr(contract, "check", careful)
    with limits(many=0):
        desk.ingest(desk.file("bills.parquet", pa.table(plain_columns())))
    assert [call.args[1].num_rows for call in careful.call_args_list] == [0]
    assert len(desk.landed()) == 40


def test_records_of_several_parts_keep_their_ids_in_pieces(tmp_path):
    each = bills(
        each=Each("n", (1, 2)), key=("person", "n", "bill"), happened=DayOf("day"), household=None, when=(Known("day"),)
    )
    desks = [Desk(tmp_path / name, feed(records=(each,))) for name in ("quick", "careful")]
    for desk, many in zip(desks, (0, 100), strict=True):
        with limits(rows=7, many=many):
            desk.ingest(desk.file("bills.parquet", pa.table(plain_columns())))
    assert everything(desks[0]) == everything(desks[1])
    assert len(desks[0].landed()) == 80


def test_a_snapshot_of_many_pieces_withdraws_who_is_absent(tmp_path):
    rows = " ".join(f"11{n:04d},2024-01-01,2024-01-05,1" for n in range(30))
    fewer = " ".join(f"11{n:04d},2024-01-01,2024-02-05,1" for n in range(0, 30, 2))
    desk = Desk(tmp_path)
    with limits(rows=4, many=0, at_once=3):
        desk.deliver(rows, name="register.csv")
        assert desk.deliver(fewer, name="register.csv").landed == 15
    assert [len(desk.visible(as_of, "tier", "listed")) for as_of in ("2024-01-05", "2024-02-05")] == [30, 15]


def test_pieces_have_at_least_the_agreed_rows_and_never_twice_as_many():
    batches = [pa.table({"x": pa.array(range(n), pa.int64())}) for n in (3, 25, 1, 1, 0, 9, 60, 2)]
    pieces = [table.num_rows for table in in_pieces(batches, 10)]
    assert sum(pieces) == sum(batch.num_rows for batch in batches)
    assert all(10 <= rows < 20 for rows in pieces[:-1])
    assert pieces[-1] < 20


@pytest.mark.parametrize("group_rows", [1 << 14, 1 << 20])
def test_reading_a_file_takes_no_more_memory_the_further_it_is_read(tmp_path, group_rows):
    noise = random.Random(1)
    table = pa.table({"a": [noise.randbytes(32).hex() for _ in range(1 << 17)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group_rows)
    before, taken = pa.total_allocated_bytes(), []
    for part, _ in parquet_files.Opened(tmp_path / "a.parquet").pieces(["a"], 1 << 13):
        assert part.num_rows == 1 << 13
        taken.append(pa.total_allocated_bytes() - before)
    assert max(taken) < min(1.2 * taken[0], 0.6 * table.nbytes)


class Killed(BaseException):
    """The run ends where it stands."""


def stopped_after(pieces):
    """``check_piece`` that works so many times."""
    left = iter(range(pieces))

    def check(*arguments):
        if next(left, None) is None:
            raise Killed
        return piece.check_piece(*arguments)

    return mock.patch.object(loading, "check_piece", mock.Mock(side_effect=check))


ROWS = " ".join(f"1100{n:02d},b{n},2024-01-01,,{n}{'x' * (n % 11 == 5)},,,east," for n in range(40)) + (
    " 110001,b1,2024-01-01,,77,,,east, 110002,b2,2024-01-01,,2,,,east,"
)


@pytest.mark.parametrize("pieces", [0, 1, 2, 3])
def test_a_run_that_was_stopped_goes_on_and_leaves_what_one_that_was_not_leaves(tmp_path, pieces):
    whole, stopped = Desk(tmp_path / "whole"), Desk(tmp_path / "stopped")
    for desk in (whole, stopped):
        desk.deliver("110001,b1,2024-01-01,,5,,,east,", name="bills.0.csv", received="2024-02-01")
    with limits(rows=10):
        whole.deliver(ROWS, received="2024-03-01")
        with pytest.raises(Killed), stopped_after(pieces):
            stopped.deliver(ROWS, received="2024-03-01")
        assert [load.number for load in stopped.loads()] == [1]
        assert stopped.landed() == [row for row in whole.landed() if row["load"] == 1]
        with stopped_after(99) as counted:
            stopped.deliver(ROWS, received="2024-03-01")
    assert counted.call_count == 4 - pieces
    assert stopped.state() == whole.state()


@pytest.mark.parametrize("broken", ["manifest", "settling"])
def test_a_run_stopped_on_its_last_steps_goes_on_too(tmp_path, broken):
    whole, stopped = Desk(tmp_path / "whole"), Desk(tmp_path / "stopped")
    place = {"manifest": (Landing, "commit"), "settling": (settling, "land")}[broken]
    with limits(rows=10):
        whole.deliver(ROWS)
        with pytest.raises(Killed), mock.patch.object(*place, side_effect=Killed):
            stopped.deliver(ROWS)
        stopped.deliver(ROWS)
    assert stopped.state() == whole.state()


def test_a_piece_that_is_not_whole_is_checked_again(tmp_path):
    whole, stopped = Desk(tmp_path / "whole"), Desk(tmp_path / "stopped")
    with limits(rows=10):
        whole.deliver(ROWS)
        with pytest.raises(Killed), stopped_after(3):
            stopped.deliver(ROWS)
        path = stopped.home / "landing/bills/00000001-00002.parquet"
        path.write_bytes(path.read_bytes()[:-100])
        with stopped_after(99) as counted:
            stopped.deliver(ROWS)
    assert counted.call_count == 3
    assert stopped.state() == whole.state()


def test_what_a_stopped_run_left_is_gone_with_the_next_run_of_another_file(tmp_path):
    desk, other = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    with limits(rows=10):
        with pytest.raises(Killed), stopped_after(2):
            desk.deliver(ROWS)
        for each in (desk, other):
            each.deliver("110001,b1,2024-01-01,,5,,,east,", name="bills.1.csv")
    assert desk.state() == other.state()


def test_a_refused_file_leaves_nothing_of_its_pieces(desk):
    text = "\n".join([HEADER, *[f"110001,b{n},2024-01-01,,,,,," for n in range(40)], "110001,b1"])
    with limits(rows=10), pytest.raises(DeliveryError, match="line 42: the row has 2 fields"):
        desk.ingest(desk.file("bills.csv", text))
    assert desk.state() == {}


def test_tokens_made_side_by_side_are_those_made_alone():
    chosen, kind, secret = random.Random(1), b"citizen\x1f", b"k" * 40
    texts = ["".join(chosen.choices(string.ascii_letters + string.digits, k=chosen.randint(0, 130))) for _ in range(99)]
    digests, plain = lanes.texts_hmacs(secret, kind, pa.array([*texts, "全", "a b", None])[3:])
    expected = [hmac.digest(secret, kind + text.upper().encode(), "sha256")[:16] for text in texts[3:]]
    assert [digests[16 * n : 16 * n + 16].tobytes() for n in range(96)] == expected
    assert plain.tolist() == [True] * 96 + [False] * 3


def test_record_ids_made_side_by_side_are_hashes_of_their_parts():
    texts, marks, days = (
        ["", "b1", "城" * 50, None],
        [b"t" * 16, None, b"\x00\xff" * 8, b"x" * 16],
        "2024-01-02",
    )
    made = record_ids(["bills", pa.array(marks, pa.binary(16)), pa.array(texts), pa.array([days] * 4)])

    def part(said):
        return b"-" if said is None else str(len(said)).encode() + b":" + said

    for got, mark, text in zip(made.to_pylist(), marks, texts, strict=True):
        parts = [b"bills", mark and mark.hex().encode(), None if text is None else text.encode(), days.encode()]
        assert got == hashlib.md5(b"".join(map(part, parts))).digest()
        assert got == digest(["bills", mark.hex() if mark else None, text, days])


def test_a_register_delivered_in_pieces_is_a_snapshot_all_the_same(tmp_path):
    desk = Desk(tmp_path, register())
    with limits(rows=2):
        desk.deliver("110001,2024-01-01,2024-01-05,1 110002,2024-01-01,2024-01-05,2 bad,x,y,z 110003,2024-01-01,,3",
                     name="register.csv", received="2024-02-01")  # fmt: skip
        result = desk.deliver(
            "110001,2024-01-01,2024-01-05,1 110002,2024-01-01,2024-02-05,zero 110004,2024-01-01,2024-01-05,4",
            name="register.csv", received="2024-03-01",
        )  # fmt: skip
    assert result.warnings == ()
    assert desk.visible("2024-03-01", "tier", "listed") == [1, 2, 4]


def test_a_value_may_be_called_as_ingest_calls_what_is_wrong_with_a_row(tmp_path):
    columns = tuple(replace(column, name={"note": "reason"}.get(column.name, column.name)) for column in feed().columns)
    kept = bills(values=("yuan", "reason"), withdrawn=Is("reason", "taken back"))
    desk = Desk(tmp_path, feed(columns=columns, records=(kept,)))
    rows = "101010,b1,2024-01-01,,1.00,1,1,east,\n101010,b2,2099-01-01,,1.00,1,1,east,\n"
    with limits(many=0):
        (result,) = desk.ingest(desk.file("bills.csv", f"{HEADER.replace('note', 'reason')}\n{rows}"))
    assert (result.accepted, result.quarantined) == (1, 1)
