"""Seven feeds of one record kind each: what the columns are, and nothing that a contract checks beyond their types."""

from collections.abc import Mapping

from riskscreen.declare import (
    Code,
    Column,
    ColumnType,
    Day,
    DayOf,
    Feed,
    HouseholdKey,
    Id,
    Money,
    RecordKind,
    Text,
    Whole,
)

PERSON, RECORD = Id("person"), Id("record")
Values = Mapping[str, ColumnType]


def _text(name: str) -> Text:
    return Text(name, name)


def _feed(name: str, values: Values, *, spells: bool = False, household: bool = False) -> Feed:
    days = ("happened_on", "known_on", *(("ends_on",) if spells else ()))
    types = {"person": PERSON, "record": RECORD, **dict.fromkeys(days, Day()), **values}
    types |= {"home": Id("home")} if household else {}
    kind = RecordKind(
        name=name,
        label=_text(name),
        person="person",
        key=("record",),
        happened=DayOf("happened_on"),
        known=DayOf("known_on"),
        ends=DayOf("ends_on") if spells else None,
        values=tuple(values),
        household=HouseholdKey("home", ("home",)) if household else None,
    )
    return Feed(
        name=name,
        label=_text(name),
        owner=_text("made up"),
        legal_basis=_text("made up"),
        purpose=_text("measurement"),
        cadence=_text("monthly"),
        retention_days=3650,
        files=(f"{name}_*.parquet",),
        columns=tuple(Column(name=column, type=of, label=_text(column)) for column, of in types.items()),
        records=(kind,),
    )


contributions = _feed(
    "contributions",
    dict.fromkeys(("base", "pension", "medical", "housing", "unemployment", "injury"), Money())
    | {"arrears": Whole(), "employer": Code(), "insured_as": Code()},
)
bills = _feed("bills", {"total": Money(), "own": Money(), "days": Whole(), "ward": Code(), "diagnosis": Code()})
employment = _feed("employment", {"wage": Money(), "industry": Code()}, spells=True)
disability = _feed("disability", {"grade": Whole(), "impairment": Code()}, spells=True)
attendance = _feed("attendance", {"absent": Whole(), "late": Whole(), "school": Code()})
benefits = _feed("benefits", {"amount": Money(), "programme": Code()})
residence = _feed("residence", {}, spells=True, household=True)
