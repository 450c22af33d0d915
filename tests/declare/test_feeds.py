"""What a feed may not say: each is refused when the declarations are read, with a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from riskscreen.clock import Window
from riskscreen.declare import (
    Address,
    AddsUp,
    CheckCharacter,
    Code,
    Column,
    Count,
    Day,
    DayOf,
    FreeText,
    Id,
    InRegion,
    MadeOf,
    NotBefore,
    OneKnown,
    Part,
    Placed,
    RecordKind,
    Reference,
    Region,
    Severity,
    Spelling,
    Zone,
)
from riskscreen.errors import DeclarationError
from tests.ingest.factories import T, bills, columns, day, feed, town

LIBRARY = Reference(
    key=("path",), valid_from="day", valid_to="until",
    spelling=Spelling(
        areas=(Part("ward", ("ward",)),), road="road", numbers=(Part("gate", ("no",)),), region_code="path", regions=()
    ),
)  # fmt: skip


def library(**changes: Any):
    said: dict[str, Any] = {
        "name": "library", "files": ("library*",), "records": (), "reference": LIBRARY,
        "columns": tuple(
            Column(name=name, type=Day() if name in ("day", "until") else Code(), label=T)
            for name in ("path", "ward", "road", "gate", "day", "until")
        ),
    }  # fmt: skip
    return feed(**(said | changes))


def placing(kind: Placed) -> tuple[Column, ...]:
    address = Column(name="address", type=Address("library"), label=T)
    return (*columns(), address, Column(name="ward_of_address", type=kind, label=T))


def signal(records: str = "bills") -> Count:
    return Count(name="n", label=T, theme="t", records=records, window=Window(30), reason=T)


def test_no_signal_reads_a_feed_for_means_checks():
    place = town(feed(zone=Zone.MEANS_CHECK))
    themes = replace(place.place, themes={"t": T})
    with pytest.raises(
        DeclarationError, match="signal 'n' reads 'bills' of feed 'bills_feed', which is for means checks"
    ):
        replace(place, place=themes, signals={"n": signal()})
    assert replace(town(feed()), place=themes, signals={"n": signal()}).signals


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (AddsUp(total="yuan", parts=("grade",)), "cannot compare yuan, grade"),
        (AddsUp(total="day", parts=("until",)), "cannot compare"),
        (AddsUp(total="yuan", parts=("yuann",)), "names column 'yuann'"),
        (NotBefore(later="until", earlier="yuan"), "cannot compare"),
        (NotBefore(later="ward", earlier="ward"), "cannot compare"),
        (MadeOf(whole="ward", parts=("person",)), "cannot compare"),
        (InRegion(id="ward", regions=(Region(code="1", label=T),), day=6), "cannot compare"),
        (OneKnown(of=("nobody",)), "names column 'nobody'"),
    ],
)
def test_a_check_is_refused_that_cannot_be_judged(check, sentence):
    with pytest.raises(DeclarationError, match=f"the check {type(check).__name__} of feed 'bills_feed' {sentence}"):
        feed(checks=(check,))


def test_a_region_check_only_warns():
    with pytest.raises(DeclarationError, match="InRegion warns"):
        InRegion(id="person", regions=(Region(code="1", label=T),), day=6, severity=Severity.ERROR)


@pytest.mark.parametrize("kind", [FreeText(), Address("library")])
def test_no_record_keeps_free_text_or_an_address(kind):
    column = Column(name="said", type=kind, label=T)
    with pytest.raises(DeclarationError, match="free text and addresses are not kept"):
        feed(columns=(*columns(), column), records=(bills(values=("said",)),))


@pytest.mark.parametrize("kind", [FreeText(), Placed("address", "ward", "day")])
def test_what_is_not_read_cannot_be_required(kind):
    with pytest.raises(DeclarationError, match="required, but its values are not delivered to be checked"):
        Column(name="said", type=kind, label=T, required=True)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Placed("ward", "ward", "day"), "placed by 'ward', which is no Address"),
        (Placed("address", "ward", "ward"), "placed by 'ward', which is no Day"),
    ],
)
def test_a_placed_column_names_an_address_and_a_day(kind, sentence):
    with pytest.raises(DeclarationError, match=sentence):
        feed(columns=placing(kind))


def test_a_placed_column_names_a_library_and_a_column_of_it():
    fine = feed(columns=placing(Placed("address", "ward", "day")))
    assert town(fine, library()).feeds
    with pytest.raises(DeclarationError, match="names the address library 'library', which is not declared"):
        town(fine)
    with pytest.raises(DeclarationError, match="names the column 'wards', which is not declared: did you mean 'ward'"):
        town(feed(columns=placing(Placed("address", "wards", "day"))), library())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"records": (bills(),), "columns": columns()}, "is a reference and has records"),
        ({"reference": None}, "maps its rows to no record"),
        ({"reference": replace(LIBRARY, valid_to="gate")}, "'gate' says when an entry is valid, and is no Day"),
        ({"reference": replace(LIBRARY, key=("number",))}, "its reference names 'number', which is no column"),
    ],
)
def test_a_reference_names_its_own_columns_and_has_no_records(changes, sentence):
    with pytest.raises(DeclarationError, match=sentence):
        library(**changes)


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        ({"code": ""}, "has no code"),
        ({"valid_from": day("2012-01-01"), "valid_to": day("2012-01-01")}, "ends before it begins"),
        ({"became": "2"}, "does not say when"),
    ],
)
def test_a_region_that_cannot_be_is_refused(region, sentence):
    with pytest.raises(DeclarationError, match=sentence):
        Region(**({"code": "1", "label": T} | region))


def test_a_region_became_one_that_is_declared():
    gone = Region(code="1", label=T, valid_to=day("2012-01-01"), became="2")
    assert replace(town(), regions={"1": gone, "2": Region(code="2", label=T)}).regions
    with pytest.raises(DeclarationError, match="region '1' names the region '2', which is not declared"):
        replace(town(), regions={"1": gone})


def test_a_check_character_needs_an_alphabet_in_which_none_stands_twice():
    with pytest.raises(DeclarationError, match="none stands twice"):
        CheckCharacter(weights=(1,), characters="01", alphabet="00")


def test_the_lag_of_a_feed_is_the_longest_of_its_records():
    kinds = [
        RecordKind(name=f"k{lag}", label=T, person="person", key=("bill",), happened=DayOf("day"), lag_days=lag)
        for lag in (3, 60, 1)
    ]
    assert feed(records=tuple(kinds)).lag_days == 60


def test_an_id_says_how_its_check_character_is_made():
    assert Id("citizen", check=CheckCharacter(weights=(1, 1), characters="0123456789")).check
