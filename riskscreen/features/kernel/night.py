"""A day of a bucket: every signal as one column over its people."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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

# Where people asked for are fewer than this part of those who live with them, theirs alone are computed.
FEW = 0.8


def features(bucket: Bucket, as_ofs: Sequence[date], wanted: FeatureSet) -> pa.Table:
    """The wanted signals of everybody in the bucket on each day; schema ``wanted.schema()``.

    Rows are ordered by day, then person.
    """
    return pa.concat_tables([wanted.schema().empty_table(), *features_by_day(bucket, as_ofs, wanted)])


def features_by_day(bucket: Bucket, as_ofs: Sequence[date], wanted: FeatureSet) -> Iterator[pa.Table]:
    """The same, a table a day, each computed when it is asked for: no more than one need be in memory."""
    known = Known(bucket, wanted)
    return (Day(known, as_of).table() for as_of in as_ofs)


class Known:
    """All that is known of a bucket, whenever it became known, and what is to be measured of it on each day."""

    def __init__(self, bucket: Bucket, wanted: FeatureSet) -> None:
        self.wanted = wanted
        self.people, self._of_kind = records_of(bucket.tables)
        self.guests = np.isin(self.people, np.array(sorted(bucket.guests), np.int64))

    def records(self, kind: str) -> Records:
        """The records of a kind."""
        if kind not in self._of_kind:
            self._of_kind[kind] = no_records(self.people, self.wanted.deployment, kind)
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
    def names(self) -> list[str]:
        """The names of all signals."""
        return [signal.name for signal in self.signals]

    @cached_property
    def rolled_up(self) -> list[str]:
        """The names of those over households."""
        return [signal.name for signal in self.signals if isinstance(signal, OverHousehold | CountMembers)]

    @property
    def over_households(self) -> bool:
        """Whether it is of account who lives with whom."""
        return self.wanted.by_household or bool(self.rolled_up)

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

        The cohort's signals are computed for everybody, those of households and what they are made of for all who live
        with its people, and the rest for its people alone.
        """
        everybody = Night(self, np.arange(len(self.known.people)))
        asked = self._asked(everybody)
        together = everybody.among(self.homes.with_members(asked)) if self.known.over_households else everybody
        few = asked.sum() < FEW * len(together.places)
        together.measure(self.known.rolled_up if few else self.known.names, keep=bool(few))
        night = together.among(asked)
        night.measure(self.known.names, keep=False)
        return night.table(together.units if self.known.wanted.by_household else None)

    def _asked(self, everybody: "Night") -> Mask:
        asked = self.known.seen(self.as_of) & ~self.known.guests
        if self.known.wanted.by_household:
            asked &= self.homes.is_first()
        cohort = self.known.wanted.cohort
        return asked & everybody.meets(cohort.where) if cohort else asked


class Night:
    """The signals of some people of a bucket on one day; columns hold a value for each.

    Roll-ups are computed where all who live with them are there too, and taken over from such a night (``of``, with the
    rows in it) by one of fewer people.
    """

    def __init__(self, day: Day, places: Whole, of: "tuple[Night, Whole] | None" = None) -> None:
        self.day = day
        self.known = day.known
        self.as_of = day.as_of
        self.places = places
        self._of = of
        self._views: dict[str, View] = {}
        self._lived: dict[str, Lived] = {}
        self._columns: dict[str, Values] = {}

    def among(self, some: Mask) -> "Night":
        """The night of some of the bucket's people, all of them of this one, with what is computed already."""
        rows = np.flatnonzero(some[self.places])
        return self if len(rows) == len(self.places) else Night(self.day, self.places[rows], (self, rows))

    def column(self, name: str) -> Values:
        """A signal of everybody."""
        if name not in self._columns:
            self._columns[name] = self._taken(name) or self._compute(self.known.wanted.deployment.signals[name])
        return self._columns[name]

    def measure(self, names: Iterable[str], keep: bool) -> None:
        """Compute signals, kind by kind of record; what is measured of each is kept, or is not for more nights."""
        needed = self.known.wanted.deployment.closure(names)
        for kind, signals in _by_kind(one for one in needed if isinstance(one, RecordSignal)).items():
            for signal in signals:
                self.column(signal.name)
            if not keep:
                self._views.pop(kind, None)
        for name in names:
            self.column(name)
        self._lived.clear()

    def _taken(self, name: str) -> Values | None:
        if self._of is None:
            return None
        night, rows = self._of
        found = night._columns.get(name) or night._taken(name)
        return found.take(rows) if found else None

    def meets(self, conditions: Sequence[Condition]) -> Mask:
        """Who meets every condition on signals."""
        held = np.ones(len(self.places), bool)
        for condition in conditions:
            held &= self.column(condition.field).holds(condition)
        return held

    # Rows

    def table(self, units: Units | None) -> pa.Table:
        """A row for everybody; of their ``units`` too, where rows are households."""
        wanted, people = self.known.wanted, self.known.people[self.places]
        schema = wanted.schema()
        columns = {"person": pa.array(people), "as_of": pa.repeat(pa.scalar(self.day.day, pa.date32()), len(people))}
        if units:
            columns |= self._households(units)
        columns |= {name: self.column(name).to_arrow(schema.field(name).type) for name in wanted.signals}
        columns |= self._beside()
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _households(self, units: Units) -> dict[str, pa.Array]:
        numbers = np.append(self.known.statements.numbers, 0)[home := self.day.homes.home[self.places]]
        offsets, members = units.told_of(self.places)
        return {
            "household:number": pa.array(numbers, mask=home == NOWHERE),
            "household:members": pa.ListArray.from_arrays(pa.array(offsets), pa.array(self.known.people[members])),
        }

    def _beside(self) -> dict[str, pa.Array]:
        """What was asked for beside signals."""
        wanted, columns = self.known.wanted, {}
        if wanted.rules:
            fired = np.zeros(len(self.places), np.int64)
            for rule in wanted.deployment.alert_rules.values():
                fired += self.meets(rule.where)
            columns["rules:fired"] = pa.array(fired)
        if wanted.area:
            columns["area:code"] = self._area()
        for name in wanted.audit:
            columns[f"audit:{name}"] = self._audited(wanted.deployment.audit_groups[name])
        return columns

    def _area(self) -> pa.Array:
        deployment = self.known.wanted.deployment
        if deployment.place.area_of is None:
            return pa.repeat(pa.scalar(next(iter(deployment.areas)), pa.string()), len(self.places))
        return _named(self.column(deployment.place.area_of), lambda value: None if value is None else str(value))

    def _audited(self, group: AuditGroup) -> pa.Array:
        records = self.known.records(group.records)
        groups = (records.begin[self.places], records.end[self.places])
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
            self._views[kind] = self._view_taken(kind) or self._view_anew(kind)
        return self._views[kind]

    def _view_taken(self, kind: str) -> View | None:
        if self._of is None:
            return None
        night, rows = self._of
        found = night._views.get(kind) or night._view_taken(kind)
        return found.among(rows) if found else None

    def _view_anew(self, kind: str) -> View:
        records = self.known.records(kind)
        groups = (records.begin[self.places], records.end[self.places])
        return View.of(records, *groups, self.known.plans[kind], self.as_of)


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
