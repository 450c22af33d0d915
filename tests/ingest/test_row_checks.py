"""Checks between columns and of check characters: each has a row that fails it and rows that pass."""

from collections.abc import Sequence
from typing import Any

import pytest

from riskscreen.declare import (
    AddsUp,
    Check,
    CheckCharacter,
    Code,
    Column,
    Day,
    DayOf,
    FreeText,
    Id,
    InRegion,
    MadeOf,
    Money,
    NotBefore,
    Number,
    OneKnown,
    RecordKind,
    Region,
    Sensitivity,
    Severity,
    Whole,
)
from riskscreen.ingest.check_characters import are_right
from tests.ingest.factories import Desk, T, day, feed

CHECKED = CheckCharacter(weights=(7, 9, 10, 5), characters="10X98765432")
REGIONS = (
    Region(code="11", label=T),
    Region(code="12", label=T, valid_to=day("2012-09-01"), became="13"),
    Region(code="13", label=T, valid_from=day("2012-09-01")),
    Region(code="2", label=T),
)
HEADER = "no,person,begins,ends,total,left,right,weight,parts,number,kind,note"


def columns() -> tuple[Column, ...]:
    return (
        Column(name="no", type=Id("row"), label=T, required=True),
        Column(name="person", type=Id("citizen"), label=T),
        Column(name="begins", type=Day(), label=T, required=True),
        Column(name="ends", type=Day(), label=T),
        Column(name="total", type=Money(), label=T),
        Column(name="left", type=Money(), label=T),
        Column(name="right", type=Money(), label=T),
        Column(name="weight", type=Number(), label=T),
        Column(name="parts", type=Number(), label=T),
        Column(name="number", type=Id("number"), label=T),
        Column(name="kind", type=Whole(), label=T),
        Column(name="note", type=FreeText(), label=T, sensitivity=Sensitivity.SENSITIVE),
    )


def checked(folder, *checks: Check, **changes: Any) -> Desk:
    kind = RecordKind(name="things", label=T, person="no", key=("no",), happened=DayOf("begins"), values=("kind",))
    said = {"columns": columns(), "records": (kind,), "checks": checks, "quarantine_limit": 1.0} | changes
    return Desk(folder, feed(**said))


def rows(said: Sequence[dict[str, str]]) -> str:
    names = HEADER.split(",")
    filled = [{"no": f"n{number}", "begins": "2020-01-01"} | row for number, row in enumerate(said)]
    return "\n".join([HEADER, *(",".join(row.get(name, "") for name in names) for row in filled)]) + "\n"


def deliver(desk: Desk, *said: dict[str, str]):
    """The rows and one more, which no check minds: a file with no row accepted would be refused."""
    result = desk.ingest(desk.file("bills.csv", rows([*said, {"no": "fine"}])))[0]
    assert result.accepted + result.quarantined == result.read == len(said) + 1
    return result


SUM = AddsUp(total="total", parts=("left", "right"), within=1)
LATER = NotBefore(later="ends", earlier="begins")
MADE = MadeOf(whole="number", parts=("person", "kind"), more="(B[1-9])?")
FAILS_AND_PASSES = [
    (SUM, {"total": "3.02", "left": "1.00", "right": "2.00"}, "does_not_add_up", "total"),
    (SUM, {"total": "2.98", "left": "1.00", "right": "2.00"}, "does_not_add_up", "total"),
    (SUM, {"total": "3.01", "left": "1.00", "right": "2.00"}, "", ""),
    (SUM, {"total": "2.99", "left": "1.00", "right": "2.00"}, "", ""),
    (SUM, {"total": "-3.00", "left": "-1.00", "right": "-2.00"}, "", ""),
    (SUM, {"total": "9.00", "left": "1.00", "right": ""}, "", ""),
    (SUM, {"total": "", "left": "1.00", "right": "2.00"}, "", ""),
    (SUM, {"total": "1", "left": "92233720368547758.07", "right": "92233720368547758.07"}, "does_not_add_up", "total"),
    (AddsUp(total="weight", parts=("parts",)), {"weight": "1.5", "parts": "1.25"}, "does_not_add_up", "weight"),
    (AddsUp(total="weight", parts=("parts",)), {"weight": "1.5", "parts": "1.5"}, "", ""),
    (LATER, {"ends": "2019-12-31"}, "before_its_beginning", "ends"),
    (LATER, {"ends": "2020-01-01"}, "", ""),
    (LATER, {"ends": ""}, "", ""),
    (NotBefore(later="left", earlier="right"), {"left": "1.00", "right": "1.01"}, "before_its_beginning", "left"),
    (NotBefore(later="left", earlier="right"), {"left": "1.01", "right": "1.01"}, "", ""),
    (MADE, {"person": "110x", "kind": "7", "number": "110X8"}, "not_made_of_its_parts", "number"),
    (MADE, {"person": "110x", "kind": "7", "number": "110X7C1"}, "not_made_of_its_parts", "number"),
    (MADE, {"person": "110x", "kind": "7", "number": "110X7"}, "", ""),
    (MADE, {"person": "１１０x", "kind": "7", "number": " 110x7b2"}, "", ""),
    (MADE, {"person": "", "kind": "7", "number": "110X8"}, "", ""),
]


@pytest.mark.parametrize(("check", "row", "reason", "column"), FAILS_AND_PASSES)
def test_a_row_that_fails_is_quarantined_with_reason_and_column(tmp_path, check, row, reason, column):
    desk = checked(tmp_path, check)
    deliver(desk, row)
    assert desk.reasons() == ([(0, reason, column)] if reason else [])


def test_a_check_that_warns_lets_the_row_pass_and_says_how_many_failed(tmp_path):
    desk = checked(tmp_path, NotBefore(later="ends", earlier="begins", severity=Severity.WARNING))
    result = deliver(desk, {"ends": "2019-12-31"}, {"ends": "2019-12-30"}, {"ends": "2020-12-31"})
    assert result.quarantined == 0
    assert result.warnings == ("2 rows: 'ends': it lies before, or below, what it may not",)


def test_a_warning_does_not_count_rows_that_are_quarantined(tmp_path):
    desk = checked(tmp_path, NotBefore(later="ends", earlier="begins", severity=Severity.WARNING))
    result = deliver(desk, {"ends": "2019-12-31", "kind": "x"})
    assert (result.quarantined, result.warnings) == (1, ())


def test_a_value_that_is_wrong_by_itself_is_told_before_what_it_is_compared_with(tmp_path):
    desk = checked(tmp_path, SUM)
    deliver(desk, {"total": "9.00", "left": "1.00", "right": "x"})
    assert desk.reasons() == [(0, "not_an_amount", "right")]


@pytest.mark.parametrize(
    ("person", "known"),
    [
        ("11-20130101", True),
        ("2x-20130101", True),
        ("12-20120831", True),
        ("12-20120901", False),  # had ended before
        ("13-19800101", True),  # an id may be given long after birth
        ("99-20130101", False),
        ("12-20139901", True),  # no day stands in it
    ],
)
def test_a_region_that_is_not_known_or_had_ended_is_a_warning(tmp_path, person, known):
    result = deliver(checked(tmp_path, InRegion(id="person", regions=REGIONS, day=3)), {"person": person})
    assert result.quarantined == 0
    assert len(result.warnings) == (not known)
    assert person not in "".join(result.warnings)


def test_a_row_that_names_nobody_is_accepted_makes_no_record_and_is_counted(tmp_path):
    kind = RecordKind(name="things", label=T, person="no", key=("no",), happened=DayOf("begins"))
    desk = checked(tmp_path, OneKnown(of=("person", "number")), records=(kind,))
    result = deliver(desk, {"person": "1"}, {"number": "1"})
    assert result.warnings == ("1 row: nobody is named in 'person' or 'number', so no record was made",)


@pytest.mark.parametrize(
    ("text", "right"),
    [("12343", True), ("12346", False), ("1234X", False), ("1234", False), ("123433", False), ("12A43", False)],
)
def test_a_check_character_follows_from_the_others(text, right):
    assert CHECKED.of("1234") == "10X98765432"[(1 * 7 + 2 * 9 + 3 * 10 + 4 * 5) % 11] == "3"
    assert list(are_right(CHECKED, [text])) == [right]


def test_an_id_with_a_wrong_check_character_is_quarantined(tmp_path):
    right = "1234" + CHECKED.of("1234")
    with_check = [
        Column(name="person", type=Id("citizen", r"\d{4}[\dX]", CHECKED), label=T) if c.name == "person" else c
        for c in columns()
    ]
    desk = checked(tmp_path, columns=tuple(with_check))
    deliver(desk, {"person": right}, {"person": "12340"}, {"person": "12"}, {"person": ""})
    assert desk.reasons() == [(1, "check_character_wrong", "person"), (2, "id_malformed", "person")]


def test_the_reason_of_a_wrong_check_character_quotes_no_id(tmp_path):
    with_check = tuple(
        Column(name="person", type=Id("citizen", ".+", CHECKED), label=T) if c.name == "person" else c
        for c in columns()
    )
    desk = checked(tmp_path, columns=with_check)
    deliver(desk, {"person": "98760"})
    assert "98760" not in repr(desk.quarantined())


def test_free_text_is_neither_landed_nor_quarantined(tmp_path):
    desk = checked(tmp_path)
    deliver(desk, {"note": "planted words"}, {"note": "planted words", "kind": "x"})
    assert len(desk.quarantined()) == 1
    assert "note" not in desk.quarantined()[0]
    assert [path for path in desk.home.rglob("*") if path.is_file() and b"planted" in path.read_bytes()] == []


def test_a_file_has_to_have_its_free_text_column(tmp_path):
    desk = checked(tmp_path)
    path = desk.file("bills.csv", rows([{}]).replace(",note", ",notes"))
    with pytest.raises(Exception, match="lacks 1 declared column: 'note'"):
        desk.ingest(path)


def test_words_of_a_column_are_those_of_its_allowed_values():
    with pytest.raises(Exception, match="has words for"):
        Column(name="x", type=Code(("a", "b")), label=T, words=(("a", T),))
