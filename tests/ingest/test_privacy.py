"""No id, name or text stands anywhere in a home, nor in what is said."""

import gzip

import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Column, Id
from riskscreen.errors import DeliveryError, HomeError
from riskscreen.eventstore import Landing
from riskscreen.identity import Key
from tests.ingest.factories import HEADER, Desk, T, columns, feed, register

PLANTED = ("918273", "918274", "9182759182759", "王小明", "a bill with a name", "secret note")
ROWS = f"""{HEADER},simulant
918273,b1,2024-01-01,,5,,,,,1
９１８２７４,b2,2024-01-01,,5,,,,,2
9182759182759,b3,2024-01-01,,5,,,,,3
918273,b4,9182759182759,,5,,,,,4
918273,b5,2024-01-01,,918273.918273,,,,,5
918273,b6,2024-01-01,,5,,9182759182759,,,6
918274,b7,2024-01-01,,5,,,王小明,,7
918274,a bill with a name,2024-01-01,,5,,,nowhere,secret note,8
"""


def everything_in(home):
    for path in home.rglob("*"):
        yield path.name
        if path.suffix == ".parquet":
            yield from (str(cell) for row in pq.read_table(path).to_pylist() for cell in row.values())
        if path.is_file():
            yield path.read_bytes().decode("latin-1")


def test_planted_ids_and_names_are_nowhere(tmp_path):
    truth = Column(name="simulant", type=Id("simulant"), label=T, truth=True)
    desk = Desk(tmp_path, feed(columns=(*columns(), truth)), register())
    result = desk.ingest(desk.file("bills.csv.gz", gzip.compress(ROWS.encode())))[0]
    assert (result.accepted, result.quarantined) == (2, 6)
    said = "\n".join([*everything_in(desk.home), repr(result)])
    assert [planted for planted in PLANTED if planted in said] == []
    assert [planted for planted in PLANTED if planted.encode().decode("latin-1") in said] == []


def test_the_error_of_a_wholly_wrong_file_holds_no_value(desk):
    path = desk.file("bills.csv", f"{HEADER}\n9182759182759,b3,王小明,,5,,,,\n")
    with pytest.raises(DeliveryError) as refusal:
        desk.ingest(path)
    assert "9182" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_truth_is_split_off_and_never_landed(tmp_path):
    truth = Column(name="simulant", type=Id("simulant"), label=T, truth=True)
    desk = Desk(tmp_path, feed(columns=(*columns(), truth)))
    desk.ingest(desk.file("bills.csv", ROWS))
    rows = pq.read_table(desk.home / "truth/bills_feed/00000001.parquet").to_pylist()
    (first, second) = desk.landed()
    assert [(row["row"], row["kind"], row["record_id"], row["person"]) for row in rows] == [
        (landed["row"], "bills", landed["record_id"], landed["person"]) for landed in (first, second)
    ]
    assert rows[0]["simulant"] != rows[1]["simulant"]
    assert "simulant" not in {*first, *desk.quarantined()[0]}


def test_a_file_without_its_truth_column_is_no_worse_for_it(tmp_path):
    truth = Column(name="simulant", type=Id("simulant"), label=T, truth=True, required=True)
    desk = Desk(tmp_path, feed(columns=(*columns(), truth)))
    assert desk.deliver("110001,b1,2024-01-01,,5,,,,").accepted == 1
    assert not (desk.home / "truth").exists()


def test_a_home_keeps_one_key(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,,,")
    before, other = desk.state(), Key.of(b"another secret of the right length")
    with pytest.raises(
        HomeError, match=f"the key is {other.id}, but this home was built with key {Landing(desk.home).key_id}"
    ):
        desk.deliver("110001,b2,2024-01-01,,5,,,,", key=other)
    assert desk.state() == before


def test_columns_may_be_called_like_those_of_the_quarantine(tmp_path):
    extra = tuple(
        Column(name=name, type=Id("x"), label=T) for name in ("reason", "row", "content", "part", "known_day")
    )
    desk = Desk(tmp_path, feed(columns=(*columns(), *extra)))
    text = f"{HEADER},reason,row,content,part,known_day\n110001,b1,2024-01-01,,x,,,,,1,2,3,4,5\n110001,b1,2024-01-01,,1,,,,,1,2,3,4,5\n"
    desk.ingest(desk.file("bills.csv", text))
    (row,) = desk.quarantined()
    assert (row["row"], row["reason"]) == (0, "not_an_amount")
    assert {"row_", "reason_", "content", "part", "known_day"} <= set(row)
