"""90 signals of a person and 35 of the household; a number at the end of a name is its window in days."""

from collections.abc import Iterable
from typing import Any, TypeVar

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    AtMost,
    Average,
    Condition,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Distinct,
    Is,
    Largest,
    Latest,
    OverHousehold,
    RecordSignal,
    Share,
    Signal,
    Smallest,
    SpellLength,
    StateAt,
    Text,
    Total,
    Trend,
)

WINDOWS = (30, 90, 180, 365)
HALF_YEAR_ON, YEAR = (180, 365), (365,)
INPATIENT = (Is("ward", "inpatient"),)
LARGE_BILLS = AtLeast("own_365", 10_000_00)

AnySignal = TypeVar("AnySignal", bound=Signal)
AnyRecordSignal = TypeVar("AnyRecordSignal", bound=RecordSignal)


def _one(kind: type[AnySignal], name: str, theme: str, **said: Any) -> AnySignal:
    return kind(name=name, label=Text(name, name), theme=theme, reason=Text("{value}", "{value}"), **said)


def _of(records: str, kind: type[AnyRecordSignal], name: str, **said: Any) -> AnyRecordSignal:
    """A signal of all that happened, or of the day itself."""
    return _one(kind, name, "person", records=records, **said)


def _each(
    records: str, kind: type[AnyRecordSignal], name: str, windows: Iterable[int] = WINDOWS, **said: Any
) -> list[AnyRecordSignal]:
    """A signal a window."""
    return [_of(records, kind, f"{name}_{days}", window=Window(days), **said) for days in windows]


def _home(how: Any, of: str, members: Any = "now") -> OverHousehold:
    return _one(OverHousehold, f"home_{how}_{of}_{members}", "household", of=of, how=how, members=members)


def _members(name: str, where: Condition | None = None, members: Any = "now") -> CountMembers:
    return _one(CountMembers, f"members_{name}_{members}", "household", where=where, members=members)


of_contributions = [
    *_each("contributions", Count, "months"),
    *(
        signal
        for column in ("base", "pension", "medical", "housing")
        for signal in _each("contributions", Total, column, column=column)
    ),
    *_each("contributions", Average, "mean_base", column="base"),
    *_each("contributions", Largest, "largest_base", YEAR, column="base"),
    *_each("contributions", Smallest, "smallest_base", YEAR, column="base"),
    *_each("contributions", Share, "housing_in_base", HALF_YEAR_ON, column="housing", whole="base"),
    *_each("contributions", Trend, "base_trend", (30, 90, 180), column="base"),
    *_each("contributions", Trend, "months_trend", (90, 180)),
    *_each("contributions", Count, "months_in_arrears", where=(AtLeast("arrears", 1),)),
    *_each("contributions", Distinct, "employers", HALF_YEAR_ON, column="employer"),
    _of("contributions", Latest, "latest_base", column="base"),
    _of("contributions", DaysSinceLast, "days_since_contribution"),
    *_each("contributions", DaysSinceFirst, "days_since_first_contribution", YEAR),
]
of_bills = [
    *_each("bills", Count, "bills"),
    *_each("bills", Total, "total", column="total"),
    *_each("bills", Total, "own", column="own"),
    *_each("bills", Largest, "largest_own", column="own"),
    *_each("bills", Share, "own_in_total", HALF_YEAR_ON, column="own", whole="total"),
    *_each("bills", Distinct, "diagnoses", HALF_YEAR_ON, column="diagnosis"),
    *_each("bills", Distinct, "bill_days", YEAR, column="happened_on"),
    *_each("bills", Count, "inpatient", where=INPATIENT),
    _of("bills", DaysSinceLast, "days_since_inpatient", where=INPATIENT),
    *_each("bills", Trend, "own_trend", (90, 180), column="own"),
    *_each("bills", Average, "mean_days", YEAR, column="days", where=INPATIENT),
]
of_spells = [
    _of("employment", StateAt, "employed"),
    _of("employment", SpellLength, "employed_days"),
    *_each("employment", Count, "jobs", YEAR),
    _of("employment", Latest, "latest_wage", column="wage"),
    _of("disability", StateAt, "disabled"),
    _of("disability", SpellLength, "disabled_days"),
    _of("disability", Latest, "grade", column="grade"),
]
of_months = [
    *_each("attendance", Total, "absent", column="absent"),
    *_each("attendance", Count, "months_often_absent", YEAR, where=(AtLeast("absent", 3),)),
    _of("attendance", DaysSinceLast, "days_since_absent", where=(AtLeast("absent", 1),)),
    *_each("benefits", Total, "benefit", column="amount"),
    *_each("benefits", Count, "benefits", YEAR),
    _of("benefits", DaysSinceLast, "days_since_benefit"),
]
of_the_household = [
    _members("all"),
    *(_home("sum", f"{name}_{days}") for name in ("own", "base", "benefit") for days in WINDOWS),
    *(_home("sum", f"absent_{days}") for days in (90, 365)),
    *(_home("max", name) for name in ("largest_own_365", "days_since_contribution", "grade")),
    *(_home("min", name) for name in ("latest_base", "mean_base_365")),
    *(_home("mean", name) for name in ("base_365", "own_365", "latest_wage")),
    *(_home("any", name) for name in ("disabled", "employed", "months_in_arrears_365")),
    _members("employed", Is("employed", 1)),
    _members("disabled", Is("disabled", 1)),
    _members("with_large_bills", LARGE_BILLS),
    _members("without_contribution", AtMost("months_365", 0)),
    *(_home("sum", name, "then") for name in ("own_365", "benefit_365")),
    _home("max", "largest_own_365", "then"),
    _home("any", "inpatient_365", "then"),
    _members("with_large_bills", LARGE_BILLS, "then"),
]
