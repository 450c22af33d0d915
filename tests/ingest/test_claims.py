"""What rows say of who somebody is: numbered and sealed at the door, read in memory by linkage alone."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Code, Column, Day, DayOf, FreeText, Id, PersonName, RecordKind, Role, Who, Whole
from riskscreen.errors import DeclarationError, HomeError
from riskscreen.identity import Key
from riskscreen.identity.words import birth, fold
from riskscreen.ingest import zone
from riskscreen.ingest.rotating import rotate
from riskscreen.ingest.zone import CLAIMS, RELATIONS, read_claims
from tests.ingest.factories import KEY, Desk, T, day, feed

HEADER = "person,first,last,born,year,guardian,called,day,yuan"
SELF = Who(
    name="self",
    id="person",
    words=((Role.GIVEN_NAME, "first"), (Role.LAST_NAME, "last"), (Role.BIRTH_DATE, "born")),
    birth_order="MMDDYYYY",
    wave="year",
)
GUARDIAN = Who(name="elder", id="guardian", words=((Role.FULL_NAME, "called"),), to="self", relation="guardian")


def column(name, kind, **said):
    return Column(name=name, type=kind, label=T, **said)


def census(**changes):
    said = {
        "who": (SELF, GUARDIAN), "files": ("census*",),
        "columns": (
            column("person", Id("citizen", r"[0-9]{6}")), column("first", FreeText()), column("last", FreeText()),
            column("born", FreeText()), column("year", Code()), column("guardian", Id("citizen", r"[0-9]{6}")),
            column("called", FreeText()), column("day", Day(), required=True), column("yuan", Whole()),
        ),
    }  # fmt: skip
    return feed(**(said | {"records": (counted(),)} | changes))


def counted(**changes):
    told: dict[str, Any] = {
        "name": "bills", "label": T, "person": "self", "key": ("self", "day"), "happened": DayOf("day"),
        "values": ("yuan",),
    }  # fmt: skip
    return RecordKind(**(told | changes))


def deliver(desk, *rows, name="census.csv", **said):
    return desk.ingest(desk.file(name, "\n".join([HEADER, *rows]) + "\n"), **said)[0]


def told(desk, key=KEY):
    """The claims of a home, by what they say."""
    claims, relations = read_claims(desk.home, key)
    assert relations.schema == RELATIONS
    return pa.Table.from_batches(claims.batches(), CLAIMS).to_pylist(), relations.to_pylist()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, census())


def test_equal_claims_are_one_number_and_others_another(desk):
    deliver(
        desk,
        "110001,Ann,Lee,01/31/2001,1990,,,2024-01-01,1",
        " 110001 , ANN ,lee,O1-31-2OO1,1990,,,2024-01-02,2",
        "110001,Anne,Lee,01/31/2001,2000,,,2024-01-03,3",
        ",Ann,Lee,01/31/2001,1990,,,2024-01-04,4",
    )
    claims, _ = told(desk)
    first, second, third = claims
    assert (first["given"], first["surname"], first["birth"], first["rows"]) == ("ann", "lee", "20010131", 2)
    assert (first["wave"], first["feed"], first["known_on"]) == ("1990", "bills_feed", date(2024, 1, 1))
    assert (second["given"], second["wave"], second["id"]) == ("anne", "2000", first["id"])
    assert (third["id"], third["given"], third["birth"]) == (None, "ann", "20010131")
    assert [row["person"] for row in desk.landed()] == [c["claim"] for c in (first, first, second, third)]


def test_a_claim_told_again_keeps_its_number_and_the_day_on_which_it_was_first_known(desk):
    row = "110001,Ann,Lee,01/31/2001,1990,,,2024-01-01,1"
    deliver(desk, row, name="census.1.csv", received="2024-02-01")
    deliver(desk, row, "110002,Bo,Lee,,1990,,,2024-01-01,1", name="census.2.csv", received="2024-03-01")
    claims, _ = told(desk)
    assert [(c["given"], c["rows"], c["known_on"]) for c in claims] == [
        ("ann", 2, day("2024-02-01")), ("bo", 1, day("2024-03-01")),
    ]  # fmt: skip
    assert len(desk.landed()) == 2


def test_words_that_are_opened_a_part_at_a_time_are_those_of_their_claims(desk, monkeypatch):
    names = ["Ann", "Bo", "Cy", "Di"]
    for nth, some in enumerate([names[:2], names[1:], names]):  # told of in three waves, some first in the second
        rows = [
            f"11000{n},{name},Lee,,{1990 + nth},11000{n + 4},Old {name},2024-01-01,{nth}" for n, name in enumerate(some)
        ]
        deliver(desk, *rows, name=f"census.{nth}.csv")
    at_once = told(desk)
    assert len({claim["claim"] for claim in at_once[0]}) < len(at_once[0])
    assert all(claim["given"] for claim in at_once[0])
    monkeypatch.setattr(zone, "AT_ONCE", 1)
    assert told(desk) == at_once


def test_others_in_a_row_are_claims_too_and_related(desk):
    deliver(desk, "110001,Ann,Lee,,1990,110009,Old Lee,2024-01-01,1", "110002,Bo,Lee,,1990,,,2024-01-02,1")
    claims, relations = told(desk)
    by_name = {claim["given"]: claim for claim in claims}
    assert set(by_name) == {"ann", "bo", "old lee"}
    assert relations == [
        {"claim": by_name["ann"]["claim"], "other": by_name["old lee"]["claim"], "relation": "guardian",
         "known_on": day("2024-01-01"), "ends_on": None},
    ]  # fmt: skip


def test_a_row_that_says_of_nobody_is_quarantined(desk):
    result = deliver(desk, ",,,,1990,,,2024-01-01,1", "110001,,,,1990,,,2024-01-01,1")
    assert (result.accepted, result.quarantined) == (1, 1)
    assert desk.reasons() == [(0, "required_value_missing", "self")]


def lodgers(**changes):
    """Somebody by name and address, who may have a box at the post office instead, and an id that others use."""
    words = (
        (Role.GIVEN_NAME, "first"),
        (Role.STREET_NUMBER, "number"),
        (Role.STREET_NAME, "street"),
        (Role.PO_BOX, "box"),
    )
    said = {
        "who": (Who(words=words, id="person", shared_id=True),), "files": ("lodgers*",),
        "columns": (
            column("person", Id("citizen", r"[0-9]{6}"), wrong_is_missing=True), column("first", PersonName()),
            column("number", Code()), column("street", Code()), column("box", FreeText()),
            column("day", Day(), required=True), column("yuan", Whole()),
        ),
    }  # fmt: skip
    return feed(**(said | {"records": (counted(),)} | changes))


def lodge(desk, *rows):
    return desk.ingest(desk.file("lodgers.csv", "\n".join(["person,first,number,street,box,day,yuan", *rows]) + "\n"))[
        0
    ]


def test_a_box_stands_for_an_address_where_there_is_none(tmp_path):
    desk = Desk(tmp_path, lodgers())
    lodge(desk, "110001,Ann,7,Elm St,99,2024-01-01,1", "110001,Bo,,,99,2024-01-01,1", "110001,Cy,8,,,2024-01-01,1")
    claims, _ = told(desk)
    assert [(c["number"], c["street"]) for c in claims] == [("7", "elm st"), ("99", "po box"), ("8", None)]


def test_an_address_alone_says_of_nobody(tmp_path):
    desk = Desk(tmp_path, lodgers())
    result = lodge(desk, ",,7,Elm St,,2024-01-01,1", "110001,,,,,2024-01-01,1")
    assert (result.accepted, result.quarantined) == (1, 1)


def test_people_who_share_an_id_keep_their_records_where_that_is_declared(tmp_path):
    rows = ("110001,Ann,,,,2024-01-01,1", "110001,Bo,,,,2024-01-01,1")
    shared = Desk(tmp_path / "shared", lodgers())
    assert lodge(shared, *rows).quarantined == 0
    assert len({row["person"] for row in shared.landed()}) == 2
    (own,) = (Who(words=((Role.GIVEN_NAME, "first"),), id="person"),)
    alone = Desk(tmp_path / "alone", lodgers(who=(own,)))
    lodge(alone, *rows)
    assert len(alone.landed()) == 1


def test_nothing_of_a_claim_lies_about_and_it_opens_under_the_homes_key_alone(desk):
    deliver(desk, "110001,Rosalind,Featherstone,01/31/2001,1990,110009,Ermintrude,2024-01-01,1",
            "110001,Rosalind,Featherstone,01/31/2001,1990,110009,Ermintrude,2024-13-01,x")  # fmt: skip
    whole = "".join(path.read_bytes().decode("latin-1").lower() for path in desk.home.rglob("*") if path.is_file())
    cells = [
        str(cell)
        for path in desk.home.rglob("*.parquet")
        for row in pq.read_table(path).to_pylist()
        for cell in row.values()
    ]
    for planted in ("rosalind", "featherstone", "20010131", "01/31/2001", "ermintrude", "110001", "110009"):
        assert planted not in whole
        assert not any(planted in cell.lower() for cell in cells)
    before = desk.state()
    with pytest.raises(HomeError, match="built with key"):
        read_claims(desk.home, Key.of(b"z" * 32))
    assert desk.state() == before


def test_another_key_changes_no_claim(desk):
    deliver(desk, "110001,Ann,Lee,01/31/2001,1990,110009,Old Lee,2024-01-01,1")
    new, before = Key.of(b"another secret of the right length"), told(desk)
    rotate(desk.home, KEY, new)
    assert told(desk, new) == before


def test_claims_of_a_row_that_contradicts_another_are_not_told(desk):
    deliver(desk, "110001,Ann,Lee,,1990,,,2024-01-01,1", "110001,Ann,Lee,,1990,110009,Old,2024-01-01,2")
    claims, relations = told(desk)
    assert [(claim["given"], claim["rows"]) for claim in claims] == [("ann", 1)]
    assert relations == []


def test_claims_are_the_same_however_a_file_falls_into_pieces():
    from tests.ingest.test_pieces import limits

    rows = [f"1100{n % 7:02d},Ann{n % 5},Lee,,1990,1100{n % 3:02d},Old,2024-01-{n + 1:02d},1" for n in range(20)]
    found = []
    for size in (3, 100):
        with tempfile.TemporaryDirectory() as folder, limits(rows=size, many=0):
            desk = Desk(Path(folder), census())
            deliver(desk, *rows)
            found.append((told(desk), desk.landed()))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("19840231", "YYYYMMDD", "19840231"),
        ("2.31.1984", "MMDDYYYY", None),
        ("31/O2/1984", "DDMMYYYY", "19840231"),
        ("", "YYYYMMDD", None),
    ],
)
def test_days_of_birth_are_eight_digits_or_nothing(text, order, expected):
    assert birth(text, order) == expected


def test_words_are_folded_and_nothing_is_none():
    assert (fold("  ＡＮＮ  Lee"), fold(" \u3000"), fold("Émile")) == ("ann lee", None, "émile")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Who(name="self"), "nothing says who"),
        (lambda: Who(words=((Role.SEX, "b"),), shared_id=True), "shares an id and has none"),
        (lambda: Who(id="a", words=((Role.SEX, "b"), (Role.SEX, "c"))), "two columns for one role"),
        (lambda: Who(id="a", words=((Role.FULL_NAME, "b"), (Role.LAST_NAME, "c"))), "two columns for one role"),
        (lambda: Who(id="a", birth_order="DDMMYY"), "days of birth"),
        (lambda: Who(id="a", to="self"), "say to whom, and how"),
        (lambda: census(who=(SELF, SELF)), "the name of somebody else"),
        (lambda: census(who=(SELF, Who(name="yuan", id="guardian"))), "the name of somebody else"),
        (lambda: census(who=(SELF, Who(name="elder", id="day"))), "which is no Id"),
        (lambda: census(who=(SELF, Who(name="elder", id="nowhere"))), "none that may be read"),
        (lambda: census(who=(SELF, Who(name="elder", id="guardian", to="else", relation="head"))), "nobody else in the row"),
        (lambda: census(who=(SELF, Who(name="elder", words=((Role.FULL_NAME, "day"),)))), "whose type tells none"),
    ],
)  # fmt: skip
def test_people_of_a_row_are_checked_when_they_are_declared(wrong, said):
    with pytest.raises(DeclarationError, match=said):
        wrong()
