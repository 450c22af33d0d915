"""The reference engine: one obvious function a signal kind, for believing, not for speed.

Times follow :mod:`riskscreen.clock`. What a signal is when nothing was seen stands in
:mod:`riskscreen.declare.signals`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import singledispatch
from statistics import fmean
from typing import Any

import pyarrow as pa

from riskscreen.clock import is_visible
from riskscreen.declare import (
    HAPPENED_ON,
    Average,
    Cohort,
    Condition,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Derived,
    Distinct,
    Largest,
    Latest,
    Outcome,
    OverHousehold,
    RecordSignal,
    Share,
    Signal,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from riskscreen.features.bucket import Bucket, Record
from riskscreen.features.sets import FeatureSet

Value = Any
Records = Sequence[Record]


def features(bucket: Bucket, as_ofs: Sequence[date], wanted: FeatureSet) -> pa.Table:
    """The wanted signals of everybody in the bucket on each day; schema ``wanted.schema()``.

    Rows are ordered by day, then person.
    """
    records = list(bucket.records())
    rows = [
        row for as_of in as_ofs for row in Night(records, as_of, wanted).rows() if row["person"] not in bucket.guests
    ]
    return pa.Table.from_pylist(rows, schema=wanted.schema())


def labels(bucket: Bucket, as_ofs: Sequence[date], outcome: Outcome, known_by: date) -> pa.Table:
    """What came true after each day, as far as it was known on ``known_by``: ``person, as_of, label``.

    ``label`` is 1 or 0, and null where it cannot be judged. A row for everybody of whom the bucket holds an outcome
    record; for all others :func:`label` of no record holds.
    """
    records = [record for record in bucket.records() if record.kind == outcome.records]
    of_person = group_by_person(visible(records, known_by))
    rows = [
        {"person": person, "as_of": as_of, "label": label(of_person.get(person, []), as_of, outcome, known_by)}
        for as_of in as_ofs
        for person in sorted({record.person for record in records})
    ]
    schema = pa.schema([("person", pa.int64()), ("as_of", pa.date32()), ("label", pa.int8())])
    return pa.Table.from_pylist(rows, schema=schema)


def label(records: Records, as_of: date, outcome: Outcome, known_by: date) -> int | None:
    """Whether an outcome came true for one person, given the outcome records visible on ``known_by``."""
    inside = [record for record in records if outcome.horizon.contains(record.happened_on, as_of)]
    if any(meets(record, outcome.where) for record in inside):
        return 1
    if outcome.judged_by == "record":
        return 0 if inside else None
    return 0 if outcome.known_by(as_of) <= known_by else None


def visible(records: Iterable[Record], as_of: date) -> list[Record]:
    """The newest version, as of a day, of each record that was not withdrawn by then, oldest happening first.

    Versions are compared within a person: where a correction gives a record to somebody else, the store withdraws it
    from the earlier person.
    """
    newest: dict[tuple[int, bytes], Record] = {}
    for record in records:
        if is_visible(record.known_on, as_of):
            known = newest.get((record.person, record.record_id))
            if known is None or record.version > known.version:
                newest[record.person, record.record_id] = record
    return sorted((record for record in newest.values() if not record.withdrawn), key=lambda record: record.order)


def group_by_person(records: Iterable[Record]) -> dict[int, list[Record]]:
    """The records of each person, in their order."""
    of_person: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        of_person[record.person].append(record)
    return of_person


class Night:
    """Everything that was known in a bucket on one day, and the signals of its people."""

    def __init__(self, records: Iterable[Record], as_of: date, wanted: FeatureSet) -> None:
        self.as_of = as_of
        self.wanted = wanted
        self.signals = wanted.deployment.signals
        self.of_person = group_by_person(visible(records, as_of))
        self.members = self._members()
        self._values: dict[tuple[int, str], Value] = {}

    def rows(self) -> list[dict[str, Value]]:
        """One row a person of the cohort, or a household, ordered by person."""
        asked = [person for person in sorted(self.of_person) if not self.wanted.by_household or self._is_first(person)]
        return [self._row(person) for person in asked if self._belongs(person, self.wanted.cohort)]

    def value(self, person: int, name: str) -> Value:
        """A signal of a person; ``None`` is "not known"."""
        if (person, name) not in self._values:
            self._values[person, name] = self._compute(person, self.signals[name])
        return self._values[person, name]

    def last_day(self, person: int, name: str) -> date | None:
        """The day of the latest record that a signal of a person rests on."""
        signal = self.signals[name]
        if isinstance(signal, RecordSignal):
            days = [record.happened_on for record in counted(signal, self._own(person, signal.records), self.as_of)]
        elif isinstance(signal, Derived):
            days = [day for part in signal.of if (day := self.last_day(person, part))]
        elif isinstance(signal, OverHousehold | CountMembers) and signal.members == "then":
            days = [record.happened_on for record in self._counted_then(person, signal)]
        else:
            inner = signal.inputs()
            days = [day for part in inner for q in self._household(person) if (day := self.last_day(q, part))]
        return max(days, default=None)

    # People and households

    def _own(self, person: int, kind: str) -> list[Record]:
        return [record for record in self.of_person.get(person, []) if record.kind == kind]

    def household_on(self, person: int, day: date) -> int | None:
        """Where a person lived on a day, as far as is known now: the last record up to it that states a household.

        ``None`` where that ended before the day (who died or left lives nowhere after), or is known to be no household:
        a dormitory, or a fault of linkage.
        """
        stated = [r for r in self.of_person.get(person, []) if r.household is not None and r.happened_on <= day]
        if not stated or (stated[-1].ends_on is not None and stated[-1].ends_on < day):
            return None
        return stated[-1].household if self._is_household(stated[-1]) else None

    def _is_household(self, record: Record) -> bool:
        return record.void_on is None or self.as_of < record.void_on

    def _members(self) -> dict[int, list[int]]:
        """Everybody who ever was a member of a household, by household, as far as is known now."""
        members: dict[int, set[int]] = defaultdict(set)
        for person, records in self.of_person.items():
            for record in records:
                if record.household is not None and record.happened_on <= self.as_of and self._is_household(record):
                    members[record.household].add(person)
        return {household: sorted(people) for household, people in members.items()}

    def _household(self, person: int) -> list[int]:
        """The members now of a person's household; the person alone where none is known."""
        household = self.household_on(person, self.as_of)
        if household is None:
            return [person]
        return [q for q in self.members[household] if self.household_on(q, self.as_of) == household]

    def _is_first(self, person: int) -> bool:
        """Whether a person is the member by whom the household is told of."""
        return self._household(person)[0] == person

    def _belongs(self, person: int, cohort: Cohort | None) -> bool:
        return cohort is None or all(condition.holds(self.value(person, condition.field)) for condition in cohort.where)

    # Signals

    def _compute(self, person: int, signal: Signal) -> Value:
        if isinstance(signal, RecordSignal):
            return over_records(signal, self._own(person, signal.records), self.as_of)
        if isinstance(signal, Derived):
            return COMBINE[signal.how]([self.value(person, name) for name in signal.of])
        if isinstance(signal, OverHousehold):
            return ROLL[signal.how]([v for v in self._member_values(person, signal) if v is not None])
        assert isinstance(signal, CountMembers), signal
        if signal.where is None and signal.members == "now":
            return len(self._household(person))
        values = self._member_values(person, signal)
        return len(values) if signal.where is None else sum(signal.where.holds(value) for value in values)

    def _member_values(self, person: int, signal: OverHousehold | CountMembers) -> list[Value]:
        now = self._household(person)
        if signal.members == "now":
            (name,) = signal.inputs()
            return [self.value(q, name) for q in now]
        inner, lived = self._lived(person, signal)
        return [
            over_records(inner, records, self.as_of)
            for q, records in lived.items()
            if q in now or counted(inner, records, self.as_of)
        ]

    def _lived(self, person: int, signal: OverHousehold | CountMembers) -> tuple[RecordSignal, dict[int, list[Record]]]:
        """What a roll-up ``then`` is made of: the records of each member, past or present, from when they were one."""
        (name,) = signal.inputs()
        inner, household = self.signals[name], self.household_on(person, self.as_of)
        assert isinstance(inner, RecordSignal), inner
        if household is None:
            return inner, {person: self._own(person, inner.records)}
        return inner, {
            q: [r for r in self._own(q, inner.records) if self.household_on(q, r.happened_on) == household]
            for q in self.members[household]
        }

    def _counted_then(self, person: int, signal: OverHousehold | CountMembers) -> list[Record]:
        inner, lived = self._lived(person, signal)
        return [record for records in lived.values() for record in counted(inner, records, self.as_of)]

    # Rows

    def _row(self, person: int) -> dict[str, Value]:
        deployment = self.wanted.deployment
        row: dict[str, Value] = {"person": person, "as_of": self.as_of}
        if self.wanted.by_household:
            row["household:number"] = self.household_on(person, self.as_of)
            row["household:members"] = self._household(person)
        row |= {name: self.value(person, name) for name in self.wanted.signals}
        if self.wanted.rules:
            rules = deployment.alert_rules.values()
            row["rules:fired"] = sum(all(c.holds(self.value(person, c.field)) for c in rule.where) for rule in rules)
        if self.wanted.area:
            row["area:code"] = self._area(person)
        for name in self.wanted.audit:
            group = deployment.audit_groups[name]
            row[f"audit:{name}"] = group.group_of(latest(self._own(person, group.records), group.column))
        return row

    def _area(self, person: int) -> str | None:
        place = self.wanted.deployment.place
        if place.area_of is None:
            return next(iter(self.wanted.deployment.areas))
        value = self.value(person, place.area_of)
        return None if value is None else str(value)


def meets(record: Record, conditions: Iterable[Condition]) -> bool:
    """Whether a record's values meet every condition."""
    return all(condition.holds(record.values[condition.field]) for condition in conditions)


def counted(signal: RecordSignal, records: Records, as_of: date) -> list[Record]:
    """The records of one person that a signal counts on a day."""
    if isinstance(signal, StateAt | SpellLength):
        inside = [r for r in records if r.happened_on <= as_of and (r.ends_on is None or r.ends_on >= as_of)]
    elif signal.window is None:
        inside = [r for r in records if r.happened_on <= as_of]
    else:
        inside = [r for r in records if signal.window.contains(r.happened_on, as_of)]
    return [record for record in inside if meets(record, signal.where)]


def over_records(signal: RecordSignal, records: Records, as_of: date) -> Value:
    """A record signal of one person, given all visible records of its kind, oldest first."""
    return strategy(signal, counted(signal, records, as_of), records, as_of)


@singledispatch
def strategy(signal: RecordSignal, seen: Records, records: Records, as_of: date) -> Value:
    """A signal's value from the records it counts (``seen``); ``records`` are all of them, for trends."""
    raise TypeError(f"signal kind {type(signal).__name__} has no strategy in the reference engine")


def known(records: Records, column: str) -> list[Any]:
    """The values of a column that are known; ``happened_on`` is a column of every record."""
    if column == HAPPENED_ON:
        return [record.happened_on for record in records]
    return [record.values[column] for record in records if record.values[column] is not None]


def latest(records: Records, column: str) -> Any:
    """The last known value of a column; ``None`` without one."""
    values = known(records, column)
    return values[-1] if values else None


@strategy.register
def _count(signal: Count, seen: Records, records: Records, as_of: date) -> int:
    return len(seen)


@strategy.register
def _total(signal: Total, seen: Records, records: Records, as_of: date) -> Value:
    return sum(known(seen, signal.column))


@strategy.register
def _largest(signal: Largest, seen: Records, records: Records, as_of: date) -> Value:
    return max(known(seen, signal.column), default=None)


@strategy.register
def _smallest(signal: Smallest, seen: Records, records: Records, as_of: date) -> Value:
    return min(known(seen, signal.column), default=None)


@strategy.register
def _average(signal: Average, seen: Records, records: Records, as_of: date) -> float | None:
    values = known(seen, signal.column)
    return fmean(values) if values else None


@strategy.register
def _latest(signal: Latest, seen: Records, records: Records, as_of: date) -> Value:
    return latest(seen, signal.column)


@strategy.register
def _distinct(signal: Distinct, seen: Records, records: Records, as_of: date) -> int:
    return len(set(known(seen, signal.column)))


@strategy.register
def _days_since_last(signal: DaysSinceLast, seen: Records, records: Records, as_of: date) -> int | None:
    return (as_of - max(record.happened_on for record in seen)).days if seen else None


@strategy.register
def _days_since_first(signal: DaysSinceFirst, seen: Records, records: Records, as_of: date) -> int | None:
    return (as_of - min(record.happened_on for record in seen)).days if seen else None


@strategy.register
def _share(signal: Share, seen: Records, records: Records, as_of: date) -> float | None:
    whole = sum(known(seen, signal.whole))
    return sum(known(seen, signal.column)) / whole if whole else None


@strategy.register
def _trend(signal: Trend, seen: Records, records: Records, as_of: date) -> Value:
    assert signal.window is not None, signal
    before = counted(signal, records, signal.window.before(as_of))
    if signal.column is None:
        return len(seen) - len(before)
    return sum(known(seen, signal.column)) - sum(known(before, signal.column))


@strategy.register
def _state_at(signal: StateAt, seen: Records, records: Records, as_of: date) -> int:
    return int(bool(seen))


@strategy.register
def _spell_length(signal: SpellLength, seen: Records, records: Records, as_of: date) -> int:
    return (as_of - min(record.happened_on for record in seen)).days + 1 if seen else 0


def _of_known(combine: Callable[[list[Any]], Value]) -> Callable[[list[Any]], Value]:
    return lambda values: None if any(value is None for value in values) else combine(values)


def _product(values: list[Any]) -> Value:
    result = 1
    for value in values:
        result = result * value
    return result


COMBINE: dict[str, Callable[[list[Any]], Value]] = {
    "sum": _of_known(sum),
    "difference": _of_known(lambda values: values[0] - values[1]),
    "product": _of_known(_product),
    "ratio": _of_known(lambda values: values[0] / values[1] if values[1] else None),
    "largest": _of_known(max),
    "smallest": _of_known(min),
    "first_known": lambda values: next((value for value in values if value is not None), None),
}

ROLL: dict[str, Callable[[list[Any]], Value]] = {
    "sum": lambda values: sum(values) if values else None,
    "max": lambda values: max(values, default=None),
    "min": lambda values: min(values, default=None),
    "mean": lambda values: fmean(values) if values else None,
    "any": lambda values: int(any(value > 0 for value in values)),
}
