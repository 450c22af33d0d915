"""Small declarations and small tables, so that a test shows its data."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from riskscreen.declare import (
    AlertRule,
    Area,
    AreaTree,
    AuditGroup,
    Code,
    Column,
    Day,
    DayOf,
    Deployment,
    Feed,
    HouseholdKey,
    Id,
    Money,
    Number,
    Place,
    RecordKind,
    Signal,
    Text,
    Whole,
)
from riskscreen.eventstore.superseding import SUPERSEDED_ON, superseded_on
from riskscreen.features import ENGINES, Bucket, Engine, FeatureSet
from riskscreen.features.bucket import RECORD_COLUMNS
from riskscreen.features.sets import value_type

T = Text("words", "文字")
ENGINE: Engine = "reference"  # what `answer` asks; the fixture `either_engine` changes it


def text(words: str) -> Text:
    return Text(words, words)


def day(written: str) -> date:
    return date.fromisoformat(written)


def place(**changes: Any) -> Place:
    said: dict[str, Any] = {
        "name": "town", "label": T, "time_zone": "Asia/Shanghai", "currency": "yuan",
        "themes": {"health": T}, "buckets": 2,
    }  # fmt: skip
    return Place(**(said | changes))


def columns() -> tuple[Column, ...]:
    return (
        Column(name="person", type=Id("person"), label=T, required=True),
        Column(name="bill", type=Id("bill"), label=T),
        Column(name="home", type=Code(), label=T),
        Column(name="day", type=Day(), label=T, required=True),
        Column(name="known", type=Day(), label=T),
        Column(name="until", type=Day(), label=T),
        Column(name="yuan", type=Money(), label=T, unit="yuan"),
        Column(name="own", type=Money(), label=T, unit="yuan"),
        Column(name="size", type=Number(), label=T),
        Column(name="grade", type=Whole(), label=T),
        Column(name="ward", type=Code(), label=T),
        Column(name="sex", type=Code(), label=T, protected=True),
    )


VALUES = ("yuan", "own", "size", "grade", "ward", "sex")


def bills(**changes: Any) -> RecordKind:
    said: dict[str, Any] = {
        "name": "bills", "label": T, "person": "person", "key": ("bill",), "happened": DayOf("day"),
        "known": DayOf("known"),         "values": VALUES,
    }  # fmt: skip
    return RecordKind(**(said | changes))


def spells(**changes: Any) -> RecordKind:
    return bills(**({"name": "spells", "ends": DayOf("until")} | changes))


def homes(**changes: Any) -> RecordKind:
    return bills(**({"name": "homes", "values": (), "household": HouseholdKey("home", ("home",))} | changes))


def feed(**changes: Any) -> Feed:
    said: dict[str, Any] = {
        "name": "town_feed", "label": T, "owner": Text("Town hall", "镇政府"), "legal_basis": T, "purpose": T,
        "cadence": T, "retention_days": 365, "files": ("town_*.csv",), "columns": columns(), "records": (bills(), spells(), homes()),
    }  # fmt: skip
    return Feed(**(said | changes))


def deployment(*signals: Signal, **changes: Any) -> Deployment:
    said: dict[str, Any] = {
        "place": place(),
        "feeds": {"town_feed": feed()},
        "signals": {signal.name: signal for signal in signals},
        "models": {},
        "alert_rules": {},
        "audit_groups": {},
        "areas": AreaTree([Area(code="town", label=T, weekly_visits=2)]),
        "folder": Path("town"),
    }
    return Deployment(**(said | changes))


def signal(kind: type[Signal], **changes: Any) -> Any:
    """A signal called ``it``."""
    said: dict[str, Any] = {"name": "it", "label": T, "theme": "health", "reason": T}
    return kind(**(said | changes))


def rule(name: str, *where: Any) -> AlertRule:
    return AlertRule(name=name, label=T, where=where)


def group(name: str, **changes: Any) -> AuditGroup:
    said: dict[str, Any] = {"name": name, "label": T, "records": "bills", "column": "sex"}
    return AuditGroup(**(said | changes))


def record(person: int, happened: str, **said: Any) -> dict[str, Any]:
    """One version of a record; known on the day it happened unless ``known`` says otherwise."""
    row: dict[str, Any] = {
        "person": person,
        "household": said.pop("household", None),
        "void_on": day(void) if (void := said.pop("void", None)) else None,
        "record_id": str(said.pop("id", (person, happened, sorted(said.items())))).encode(),
        "happened_on": day(happened),
        "known_on": day(said.pop("known", happened)),
        "ends_on": day(until) if (until := said.pop("until", None)) else None,
        "withdrawn": said.pop("withdrawn", False),
        "load": said.pop("load", 1),
        "row": said.pop("row", 0),
    }
    return row | said


def bucket(town: Deployment, **rows: Sequence[Mapping[str, Any]]) -> Bucket:
    """A bucket from rows by record kind; values that a row does not name are not known."""
    whole, days = pa.int64(), pa.date32()
    types = (whole, whole, days, pa.binary(), days, days, days, pa.bool_(), pa.int32(), whole)
    own = list(zip(RECORD_COLUMNS, types, strict=True))
    tables = {}
    for kind, given in rows.items():
        values = [(name, value_type(town, kind, name)) for name in town.record_kinds[kind][1].values]
        schema = pa.schema(own + values)
        full = [{name: row.get(name) for name in schema.names} for row in given]
        table = pa.Table.from_pylist(full, schema=schema)
        tables[kind] = table.append_column(SUPERSEDED_ON, superseded_on(table))
    return Bucket(tables)


def answer(town: Deployment, as_of: str, wanted: FeatureSet, **rows: Any) -> list[dict[str, Any]]:
    """The rows of features on a day."""
    return ENGINES[ENGINE](bucket(town, **rows), [day(as_of)], wanted).to_pylist()


def value(it: Signal, as_of: str, person: int = 1, others: Sequence[Signal] = (), **rows: Any) -> Any:
    """A signal of a person on a day."""
    town = deployment(*others, it)
    (found,) = [
        row[it.name] for row in answer(town, as_of, FeatureSet(town, (it.name,)), **rows) if row["person"] == person
    ]
    return found


def check_same(answer: pa.Table, expected: pa.Table) -> None:
    """Two engines' answers are equal; fractions to 1e-9."""
    assert answer.schema == expected.schema
    answer.validate(full=True)
    for name in expected.column_names:
        given, wanted = answer[name], expected[name]
        if pa.types.is_floating(wanted.type):
            assert given.is_null().to_pylist() == wanted.is_null().to_pylist(), name
            np.testing.assert_allclose(given.to_numpy(), wanted.to_numpy(), rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert given.to_pylist() == wanted.to_pylist(), name
