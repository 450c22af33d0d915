"""Values and records that may be wrong without their row: declared so, they are left out, and counted."""

from dataclasses import replace
from datetime import date

import pytest

from riskscreen.declare import Code, Column, Day, DayOf, Id, Known, RecordKind, Whole
from riskscreen.errors import DeclarationError
from tests.ingest.factories import Desk, T, day, feed

HEADER = "person,born,told,age"


def column(name, kind, **said):
    return Column(name=name, type=kind, label=T, **said)


def register(**changes):
    columns = (
        column("person", Id("citizen", r"[0-9]{6}"), required=True),
        column("born", Day(), wrong_is_missing=True),
        column("told", Day(), wrong_is_missing=True),
        column("age", Whole(at_least=0, at_most=120), wrong_is_missing=True),
    )
    said = RecordKind(name="said", label=T, person="person", key=("person",), happened=DayOf("told", otherwise="born"),
                      values=("age",))  # fmt: skip
    birth = RecordKind(name="birth", label=T, person="person", key=("person",), happened=DayOf("born"),
                       known=DayOf("told"), when=(Known("born"),), optional=True)  # fmt: skip
    return feed(**({"columns": columns, "records": (said, birth), "files": ("register*",)} | changes))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, register())


def deliver(desk, *rows):
    return desk.ingest(desk.file("register.csv", "\n".join([HEADER, *rows]) + "\n"))[0]


def test_a_wrong_value_is_not_known_and_counted(desk):
    result = deliver(
        desk, "110001,2001-01-31,2020-01-01,19", "110002,2001-31-01,2020-01-01,4O", "110003,,2020-01-01,400"
    )
    assert (result.accepted, result.quarantined) == (3, 0)
    assert [row["age"] for row in desk.landed("said")] == [19, None, None]
    assert desk.loads()[0].mended == {"born": {"unreadable": 1}, "age": {"unreadable": 2}}
    assert "1 value in 'born' read as meant: not as agreed, so taken as not known" in result.warnings


def test_a_day_that_is_not_known_is_told_by_another_column(desk):
    deliver(desk, "110001,2001-01-31,2020-01-01,19", "110002,2001-01-31,2020-99-01,19")
    assert [row["happened_on"] for row in desk.landed("said")] == [day("2020-01-01"), day("2001-01-31")]


def test_a_row_is_accepted_without_an_optional_record_that_cannot_stand(desk):
    result = deliver(desk, "110001,2001-01-31,2020-01-01,1", "110002,2021-01-31,2020-01-01,1", "110003,2001-01-31,,1")
    assert result.quarantined == 0
    assert [row["row"] for row in desk.landed("birth")] == [0]  # the second is born too late, of the third none told
    assert [row["row"] for row in desk.landed("said")] == [0, 1, 2]


def test_quarantine_shows_the_shape_of_a_wrong_value_alone(desk):
    deliver(desk, "x,O1.O1.1999,,x7", "x,2001-01-31,2020-01-01,19", "110001,,2020-01-01,")
    shown = [(row["born"], row["age"]) for row in desk.quarantined()]
    assert shown == [("A9.A9.9999", "A9"), ("2001-01-31", "19")]


def test_both_ways_of_reading_leave_out_the_same(tmp_path):
    from tests.ingest.test_pieces import limits

    rows = [f"1100{n:02d},2001-01-{n % 40:02d},2020-01-01,{n * 5}" for n in range(40)]
    found = []
    for name, many in (("quick", 0), ("careful", 100_000)):
        with limits(rows=100, many=many):
            desk = Desk(tmp_path / name, register())
            deliver(desk, *rows)
            found.append((desk.landed("said"), desk.landed("birth"), desk.loads()[0].mended))
    assert found[0] == found[1]


def test_made_up_people_may_live_ahead_of_us(tmp_path):
    desk = Desk(tmp_path, register())
    rows = ("110001,2001-01-31,2020-01-01,19", "110002,2001-01-31,2035-01-01,34", "110003,2001-01-31,2041-01-01,40")
    assert deliver(desk, *rows).quarantined == 2  # today is in 2024 there
    ahead = Desk(tmp_path / "ahead", register())
    ahead.town = replace(ahead.town, place=replace(ahead.town.place, made_up_until=date(2040, 12, 31)))
    assert deliver(ahead, *rows).quarantined == 1


def test_a_required_column_is_never_missing():
    with pytest.raises(DeclarationError, match="choose one"):
        column("age", Code(), required=True, wrong_is_missing=True)
