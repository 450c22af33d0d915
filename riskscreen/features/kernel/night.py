"""A day of a bucket: every signal as one column over its people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from riskscreen.declare import AuditGroup, Condition, CountMembers, Derived, OverHousehold, RecordSignal, Signal
from riskscreen.features.bucket import Bucket
from riskscreen.features.kernel import passes
from riskscreen.features.kernel.combine import Groups, combined, rolled, tallied
from riskscreen.features.kernel.households import NOWHERE, Homes, Lived, Statements, Units, statements
from riskscreen.features.kernel.plan import Plan
from riskscreen.features.kernel.records import Records, no_records, records_of
from riskscreen.features.kernel.strategies import needs
from riskscreen.features.kernel.values import Mask, Values, Whole, day_number, whole
from riskscreen.features.kernel.view import View, at, counted_need
from riskscreen.features.sets import FeatureSet


def features(bucket: Bucket, as_ofs: Sequence[date], wanted: FeatureSet) -> pa.Table:
    """The wanted signals of everybody in the bucket on each day; schema ``wanted.schema()``.

    Rows are ordered by day, then person.
    """
    known = Known(bucket, wanted)
    tables = [Day(known, as_of).table() for as_of in as_ofs]
    return (
        tables[0] if len(tables) == 1 else pa.concat_tables([wanted.schema().empty_table(), *tables]).combine_chunks()
    )


Rows = Whole | slice  # some of the people, or all


class Known:
    """All that is known of a bucket, whenever it became known, and what is to be measured of it on each day."""

    def __init__(self, bucket: Bucket, wanted: FeatureSet) -> None:
        self.wanted = wanted
        self.people, self._of_kind = records_of(bucket.tables)
        self.guests = np.isin(self.people, np.array(sorted(bucket.guests), np.int64))

    def records(self, kind: str) -> Records:
        """The records of a kind."""
        if kind not in self._of_kind:
            self._of_kind[kind] = no_records(self.people)
        return self._of_kind[kind]

    @cached_property
    def statements(self) -> Statements:
        """The households that records state."""
        return statements(list(self._of_kind.values()), len(self.people))

    @cached_property
    def signals(self) -> list[Signal]:
        """The signals that are asked for, and all that they are made of."""
        return self.wanted.closure()

    @cached_property
    def over_households(self) -> bool:
        """Whether it is of account who lives with whom."""
        return self.wanted.by_household or any(isinstance(one, OverHousehold | CountMembers) for one in self.signals)

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """What is to be measured of each kind."""
        of_kind = _by_kind(one for one in self.signals if isinstance(one, RecordSignal))
        return {kind: Plan.of(need for one in signals for need in needs(one)) for kind, signals in of_kind.items()}

    @cached_property
    def plans_then(self) -> dict[str, Plan]:
        """What is to be measured of each kind for roll-ups ``then``."""
        rolled_up = [one for one in self.signals if isinstance(one, OverHousehold | CountMembers)]
        names = [name for one in rolled_up if one.members == "then" for name in one.inputs()]
        inner = [one for name in names if isinstance(one := self.wanted.deployment.signals[name], RecordSignal)]
        return {
            kind: Plan.of(need for one in signals for need in (*needs(one), counted_need(one)))
            for kind, signals in _by_kind(inner).items()
        }

    def seen(self, as_of: int) -> Mask:
        """The people of whom a record is visible on a day."""
        seen = np.zeros(len(self.people), bool)
        for one in self._of_kind.values():
            seen = passes.seen(one.begin, one.end, one.known_on, one.until, as_of, seen)
        return seen


@dataclass(frozen=True)
class Day:
    """What is known on one day, and who is asked for."""

    known: Known
    day: date

    @property
    def as_of(self) -> int:
        """Days since 1970."""
        return day_number(self.day)

    @cached_property
    def homes(self) -> Homes:
        """Who lives where."""
        return Homes(self.known.statements, len(self.known.people), self.as_of)

    def table(self) -> pa.Table:
        """A row a person of the cohort, or a household, ordered by person.

        The cohort's signals are computed for everybody, all others for its people and those who live with them.
        """
        everybody = Night(self, np.arange(len(self.known.people)))
        asked = self._asked(everybody)
        night = everybody.among(self.homes.with_members(asked) if self.known.over_households else np.flatnonzero(asked))
        del everybody
        return night.table(asked[night.places])

    def _asked(self, everybody: "Night") -> Mask:
        asked = self.known.seen(self.as_of) & ~self.known.guests
        if self.known.wanted.by_household:
            asked &= self.homes.is_first()
        cohort = self.known.wanted.cohort
        return asked & everybody.meets(cohort.where) if cohort else asked


class Night:
    """The signals of some people of a bucket on one day, with all who live with them; columns hold a value for each."""

    def __init__(self, day: Day, places: Whole) -> None:
        self.day = day
        self.known = day.known
        self.as_of = day.as_of
        self.places = places
        self._views: dict[str, View] = {}
        self._lived: dict[str, Lived] = {}
        self._columns: dict[str, Values] = {}

    def among(self, places: Whole) -> "Night":
        """The night of fewer people, with what is computed already."""
        if len(places) == len(self.places):
            return self
        night = Night(self.day, places)
        night._columns = {name: values.take(places) for name, values in self._columns.items()}
        return night

    def column(self, name: str) -> Values:
        """A signal of everybody."""
        if name not in self._columns:
            self._columns[name] = self._compute(self.known.wanted.deployment.signals[name])
        return self._columns[name]

    def meets(self, conditions: Sequence[Condition]) -> Mask:
        """Who meets every condition on signals."""
        held = np.ones(len(self.places), bool)
        for condition in conditions:
            held &= self.column(condition.field).holds(condition)
        return held

    # Rows

    def table(self, asked: Mask) -> pa.Table:
        """A row for everybody who is asked for."""
        self._measure()
        wanted = self.known.wanted
        schema, rows = wanted.schema(), None if asked.all() else np.flatnonzero(asked)
        people = self.known.people[self.places[asked]]
        columns = {"person": pa.array(people), "as_of": pa.repeat(pa.scalar(self.day.day, pa.date32()), len(people))}
        if wanted.by_household:
            columns |= self._households(np.flatnonzero(asked))
        columns |= {name: self._answer(name, rows).to_arrow(schema.field(name).type) for name in wanted.signals}
        columns |= self._beside(rows)
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _measure(self) -> None:
        """Compute the signals over records kind by kind, so that what is measured of one need not stay."""
        of_records = _by_kind(one for one in self.known.signals if isinstance(one, RecordSignal))
        for kind, needed in of_records.items():
            for signal in needed:
                self.column(signal.name)
            self._views.pop(kind, None)
        for name in self.known.wanted.signals:
            self.column(name)
        self._lived.clear()

    def _answer(self, name: str, rows: Whole | None) -> Values:
        return self.column(name) if rows is None else self.column(name).take(rows)

    def _households(self, rows: Whole) -> dict[str, pa.Array]:
        home, units = self.day.homes.home[self.places[rows]], self.units
        numbers = np.concatenate([self.known.statements.numbers, np.zeros(1, np.int64)])[
            home
        ]  # nowhere: the last place
        begins, counts = units.edges[units.of[rows]], np.diff(units.edges)[units.of[rows]]
        ends = np.cumsum(counts)
        places = np.arange(counts.sum()) + np.repeat(begins - (ends - counts), counts)
        members = self.known.people[self.places[units.members[places]]]
        offsets = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int32)
        return {
            "household:number": pa.array(numbers, mask=home == NOWHERE),
            "household:members": pa.ListArray.from_arrays(pa.array(offsets), pa.array(members)),
        }

    def _beside(self, rows: Whole | None) -> dict[str, pa.Array]:
        """What was asked for beside signals."""
        wanted, columns = self.known.wanted, {}
        some = slice(None) if rows is None else rows
        if wanted.rules:
            fired = np.zeros(len(self.places), np.int64)
            for rule in wanted.deployment.alert_rules.values():
                fired += self.meets(rule.where)
            columns["rules:fired"] = pa.array(fired[some])
        if wanted.area:
            columns["area:code"] = self._area(some)
        for name in wanted.audit:
            columns[f"audit:{name}"] = self._audited(wanted.deployment.audit_groups[name], some)
        return columns

    def _area(self, rows: Rows) -> pa.Array:
        deployment = self.known.wanted.deployment
        if deployment.place.area_of is None:
            area = pa.scalar(next(iter(deployment.areas)), pa.string())
            return pa.repeat(area, len(self.places[rows]))
        named = _named(self.column(deployment.place.area_of), lambda value: None if value is None else str(value))
        return named if isinstance(rows, slice) else named.take(pa.array(rows))

    def _audited(self, group: AuditGroup, rows: Rows) -> pa.Array:
        records = self.known.records(group.records)
        groups = (records.begin[self.places][rows], records.end[self.places][rows])
        held = records.held((), group.column)
        found = passes.newest_known(*groups, records.known_on, records.until, self.as_of, held)
        return _named(at(records.column(group.column), found), group.group_of)

    # Signals

    @cached_property
    def units(self) -> Units:
        """Who lives with whom."""
        return Units(self.day.homes, self.places)

    def _compute(self, signal: Signal) -> Values:
        if isinstance(signal, RecordSignal):
            return self._view(signal.records).signal(signal)
        if isinstance(signal, Derived):
            return combined(signal.how, [self.column(name) for name in signal.of])
        assert isinstance(signal, OverHousehold | CountMembers), signal
        return self._over_units(signal).take(self.units.of)

    def _over_units(self, signal: OverHousehold | CountMembers) -> Values:
        if isinstance(signal, CountMembers) and signal.where is None:
            return whole(np.diff(self.units.edges))
        values, groups = self._member_values(signal)
        if isinstance(signal, OverHousehold):
            return rolled(signal.how, values, groups)
        assert signal.where is not None, signal
        return whole(tallied(values.holds(signal.where), groups))

    def _member_values(self, signal: OverHousehold | CountMembers) -> tuple[Values, Groups]:
        (name,) = signal.inputs()
        if signal.members == "now":
            return self.column(name), Groups(self.units.members, self.units.edges)
        inner = self.known.wanted.deployment.signals[name]
        assert isinstance(inner, RecordSignal), inner
        lived = self._lived_of(inner.records)
        values = lived.view.signal(inner)
        counts = values.known & (lived.now | lived.view.counted(inner))
        places = np.arange(len(counts))
        return Values(values.numbers, counts, values.words, values.is_day), Groups(places, lived.edges)

    def _lived_of(self, kind: str) -> Lived:
        if kind not in self._lived:
            plan = self.known.plans_then[kind]
            self._lived[kind] = self.units.lived(self.known.records(kind), plan, self.as_of)
        return self._lived[kind]

    def _view(self, kind: str) -> View:
        if kind not in self._views:
            records = self.known.records(kind)
            groups = (records.begin[self.places], records.end[self.places])
            self._views[kind] = View(records, *groups, self.known.plans[kind], self.as_of)
        return self._views[kind]


def _by_kind(signals: Iterable[RecordSignal]) -> dict[str, list[RecordSignal]]:
    of_kind: dict[str, list[RecordSignal]] = {}
    for signal in signals:
        of_kind.setdefault(signal.records, []).append(signal)
    return of_kind


def _named(values: Values, name_of: Callable[[Any], str | None]) -> pa.Array:
    """A word for each value, asked once for each different one."""
    coded = values.texts().dictionary_encode(null_encoding="encode")
    words = pa.array([name_of(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)
