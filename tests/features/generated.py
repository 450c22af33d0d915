"""Generated declarations and records: late, corrected, withdrawn, moved to another person, on one day, long ago, to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    AtMost,
    Average,
    Cohort,
    Column,
    Count,
    CountMembers,
    Day,
    DaysSinceFirst,
    DaysSinceLast,
    Derived,
    Distinct,
    Is,
    Known,
    Largest,
    Latest,
    OverHousehold,
    Share,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from riskscreen.features import FeatureSet, arrow_type
from tests.factories import VALUES, T, bills, columns, deployment, feed, group, homes, place, rule, signal, spells

AS_OF = date(2024, 3, 1)
days = st.integers(-400, 60).map(lambda n: AS_OF + timedelta(days=n))
yuan = st.none() | st.integers(-500, 5000)


def over(kind, name, **said):
    return signal(kind, name=name, **({"records": "bills", "window": Window(90)} | said))


EVERY_KIND = [
    over(Count, "count", where=(Is("ward", "a"),)),
    over(Total, "total", column="yuan"),
    over(Largest, "largest", column="yuan"),
    over(Smallest, "smallest", column="yuan"),
    over(Average, "average", column="yuan"),
    over(Latest, "latest", column="yuan", window=None),
    over(Distinct, "distinct", column="ward"),
    over(DaysSinceLast, "last"),
    over(DaysSinceFirst, "first", window=None),
    over(Share, "share", column="own", whole="yuan"),
    over(Trend, "trend", column="yuan"),
    signal(StateAt, name="state", records="spells"),
    signal(SpellLength, name="spell", records="spells"),
    signal(OverHousehold, name="home_now", of="total", how="sum"),
    signal(OverHousehold, name="home_then", of="total", how="sum", members="then"),
    signal(OverHousehold, name="home_mean", of="largest", how="mean"),
    signal(OverHousehold, name="home_any", of="state", how="any", members="then"),
    signal(CountMembers, name="members"),
    signal(CountMembers, name="ill", where=AtLeast("count", 1), members="then"),
    signal(Derived, name="per_head", how="ratio", of=("home_now", "members")),
]
FEED = feed(
    columns=(*columns(), Column(name="seen", type=Day(), label=T)),
    records=(bills(values=(*VALUES, "seen")), spells(values=(*VALUES, "seen")), homes()),
)
GROUPS = {
    "sexes": group("sexes"),
    "sizes": group("sizes", column="size", bands=(-1, 0, 1)),
    "grades": group("grades", records="spells", column="grade"),
    "days": group("days", column="seen"),
}


def town_of(signals, **said):
    return deployment(*signals, feeds={"town_feed": FEED}, audit_groups=GROUPS, **said)


TOWN = town_of(EVERY_KIND)

KINDS = ("bills", "spells", "homes")
happenings = days | days | days | st.sampled_from([date(1931, 5, 1), date(1969, 12, 31), AS_OF, AS_OF + timedelta(1)])
quarters = st.integers(-8, 8).map(lambda n: n / 4)
contents = st.fixed_dictionaries(
    {
        "yuan": yuan,
        "own": yuan,
        "size": st.none() | quarters,
        "grade": st.none() | st.integers(0, 3),
        "ward": st.sampled_from([None, "a", "b"]),
        "sex": st.sampled_from([None, "f", "m"]),
        "seen": st.none() | st.sampled_from([AS_OF, AS_OF - timedelta(40)]),
    }
)


@st.composite
def versions(draw, kind):
    """One to three versions of one record of a kind; where one goes to another person, it is withdrawn from the first."""
    person, identity = draw(st.integers(1, 4)), draw(st.integers(0, 10**6))
    happened = draw(happenings)
    rows: list[dict[str, Any]] = []
    for load in range(draw(st.integers(1, 3))):
        moved = happened + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, -30])))
        row = {
            "person": person,
            "household": draw(st.none() | st.integers(1, 2)) if kind != "bills" else None,
            "void_on": draw(st.sampled_from([None, None, None, AS_OF, AS_OF + timedelta(1), date(2023, 6, 1)])),
            "record_id": f"{kind} {identity}".encode(),
            "happened_on": moved,
            "known_on": happened + timedelta(days=draw(st.sampled_from([0, 0, 1, 30, 200]))),
            "ends_on": moved + timedelta(days=draw(st.integers(0, 90))) if draw(st.booleans()) else None,
            "withdrawn": draw(st.sampled_from([False, False, False, True])),
            "load": load,
            **draw(contents),
        }
        if rows and draw(st.sampled_from([False, False, True])):
            rows.append({**row, "withdrawn": True})
            person = draw(st.sampled_from([other for other in range(1, 5) if other != person]))
        rows.append({**row, "person": person})
    return rows


def numbered(many):
    """The rows of many records, each with its own row number, as in a landed file."""
    return [{**row, "row": at} for at, row in enumerate(row for rows in many for row in rows)]


def histories():
    """Rows by record kind, as ``tests.factories.bucket`` takes them."""
    return st.fixed_dictionaries({kind: st.lists(versions(kind), max_size=6).map(numbered) for kind in KINDS})


# Declarations

NUMBERS = ("yuan", "own", "size", "grade")
bounds = st.sampled_from([0, 1, 2, 0.5, 100, 1000.5, -0.25, 3.0, float("inf"), float("-inf")])
is_some: Mapping[str, Any] = {
    "ward": st.sampled_from([("a",), ("a", "nowhere"), ("nowhere",), (1, "b")]),
    "seen": st.sampled_from([(AS_OF,), ("2024-03-01",), (19783,)]),
    **{name: st.sampled_from([(0,), (1, 2.0), (True,), (0.5,), ("1",), (10**20,)]) for name in NUMBERS},
}
windows = st.none() | st.sampled_from([1, 30, 90, 365]).map(Window)


def conditions(column):
    bounded = [st.builds(kind, st.just(column), bounds) for kind in (AtLeast, AtMost)]
    return st.one_of(is_some[column].map(lambda values: Is(column, *values)), st.just(Known(column)), *bounded)


wheres = st.lists(st.sampled_from(sorted(is_some)).flatmap(conditions), max_size=2).map(tuple)
number = st.sampled_from(NUMBERS)
READS: Mapping[type, Mapping[str, Any]] = {
    **{kind: {"window": windows} for kind in (Count, DaysSinceLast, DaysSinceFirst)},
    **{kind: {"window": windows, "column": number} for kind in (Total, Largest, Smallest, Average)},
    Latest: {"window": windows, "column": number | st.sampled_from(["ward", "seen"])},
    Distinct: {"window": windows, "column": number | st.sampled_from(["ward", "seen", "happened_on"])},
    Share: {"window": windows, "column": number, "whole": number},
    Trend: {"window": windows.filter(bool), "column": st.none() | number},
    **{kind: {"records": st.just("spells")} for kind in (StateAt, SpellLength)},
}


@st.composite
def record_signals(draw, name, kind):
    said = {"records": st.sampled_from(["bills", "spells"]), "where": wheres, **READS[kind]}
    return signal(kind, name=name, **{part: draw(of) for part, of in said.items()})


@dataclass(frozen=True)
class Declared:
    """Signals declared so far, by what they may be used for."""

    records: list[Any]
    people: list[Any]
    all: list[Any]

    def numbers(self, among, of=None):
        town = town_of(self.all)
        return [s.name for s in among if town.is_number(s.name) and (of is None or arrow_type(town, s.name) == of)]


@st.composite
def roll_ups(draw, name, said):
    members = draw(st.sampled_from(["now", "then"]))
    among = said.records if members == "then" else said.people
    numbers = said.numbers(among)
    if numbers and draw(st.booleans()):
        how = draw(st.sampled_from(["sum", "max", "min", "mean", "any"]))
        return signal(OverHousehold, name=name, of=draw(st.sampled_from(numbers)), how=how, members=members)
    if members == "now" and draw(st.booleans()):
        return signal(CountMembers, name=name)
    return signal(CountMembers, name=name, where=draw(on_signals(said, among)), members=members)


@st.composite
def on_signals(draw, said, among):
    """A condition on a signal; bounds on fractions are none that a fraction reaches, give or take its last digits."""
    name = draw(st.sampled_from([s.name for s in among]))
    if str(arrow_type(town_of(said.all), name)) == "double":
        return draw(st.sampled_from([AtLeast(name, 0.12345), AtMost(name, 1.54321), Known(name)]))
    values: tuple[Any, ...] = draw(st.sampled_from([(0,), (1, 2.0), ("a",), (AS_OF,), (True,)]))
    return draw(
        st.sampled_from([Is(name, *values), Known(name), AtLeast(name, draw(bounds)), AtMost(name, draw(bounds))])
    )


@st.composite
def derived(draw, name, said, among):
    whole = said.numbers(among, of="int64")
    numbers = st.sampled_from(said.numbers(among))
    how = draw(st.sampled_from(["sum", "difference", "product", "ratio", "largest", "smallest", "first_known"]))
    first = draw(numbers)
    if how == "ratio":  # by a whole number, which is exactly nothing or is not
        return signal(Derived, name=name, how=how, of=(first, draw(st.sampled_from(whole))))
    others = draw(st.lists(numbers, min_size=1, max_size=1 if how == "difference" else 2))
    return signal(Derived, name=name, how=how, of=(first, *others))


@st.composite
def feature_sets(draw):
    """What is asked of a town with signals of every sort, and for whom."""
    kinds = draw(st.lists(st.sampled_from(sorted(READS, key=str)), min_size=1, max_size=6))
    records = [signal(Count, name="records", records="bills")]
    records += [draw(record_signals(f"of_{at}", kind)) for at, kind in enumerate(kinds)]
    people = [*records, draw(derived("combined", Declared(records, records, records), records))]
    every = list(people)
    for at in range(draw(st.integers(0, 4))):
        every.append(draw(roll_ups(f"home_{at}", Declared(records, people, every))))
    every.append(draw(derived("at_last", Declared(records, people, every), every)))
    return draw(asked(Declared(records, people, every)))


@st.composite
def asked(draw, said):
    condition = on_signals(said, said.all)
    units = st.sampled_from([None, "person", "household"])
    unit = draw(units)
    where = tuple(draw(st.lists(condition, min_size=1, max_size=2)))
    exact = [s.name for s in said.all if str(arrow_type(town_of(said.all), s.name)) != "double"]
    town = town_of(
        said.all,
        alert_rules={name: rule(name, draw(condition)) for name in ("one", "two")},
        place=place(area_of=draw(st.none() | st.sampled_from(exact))),
    )
    cohort = Cohort(label=T, where=where, unit=unit) if unit else None
    names = tuple(signal.name for signal in said.all)
    return FeatureSet(town, names, cohort, tuple(GROUPS), rules=draw(st.booleans()), area=draw(st.booleans()))
