"""A day of a bucket: every signal as one column over its people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import AuditGroup, Condition, CountMembers, Derived, OverHousehold, RecordSignal, Signal
from riskscreen.features.bucket import Bucket
from riskscreen.features.kernel.combine import combined, rolled
from riskscreen.features.kernel.groups import Groups, last
from riskscreen.features.kernel.history import Held, History, histories, no_history
from riskscreen.features.kernel.households import Homes, Lived, stated
from riskscreen.features.kernel.strategies import over_records
from riskscreen.features.kernel.values import Mask, Values, Whole, day_number, whole
from riskscreen.features.sets import FeatureSet


def features(bucket: Bucket, as_ofs: Sequence[date], wanted: FeatureSet) -> pa.Table:
    """The wanted signals of everybody in the bucket on each day; schema ``wanted.schema()``.

    Rows are ordered by day, then person.
    """
    people, of_kind = histories(bucket.tables)
    nights = [Night(people, of_kind, as_of, wanted).table() for as_of in as_ofs]
    if bucket.guests:
        guests = pa.array(sorted(bucket.guests), pa.int64())
        nights = [table.filter(pc.invert(pc.is_in(table["person"], guests))) for table in nights]
    return pa.concat_tables([wanted.schema().empty_table(), *nights]).combine_chunks()


class Night:
    """Everything that was known in a bucket on one day; columns hold a value for each of its people."""

    def __init__(self, people: Whole, of_kind: Mapping[str, History], as_of: date, wanted: FeatureSet) -> None:
        self.people = people
        self.day = as_of
        self.as_of = day_number(as_of)
        self.wanted = wanted
        self._visible = {kind: self._held(history) for kind, history in of_kind.items()}
        self.homes = Homes(stated(list(self._visible.values()), self.as_of), len(people), self.as_of)
        self._lived: dict[str, Lived] = {}
        self._columns: dict[str, Values] = {}

    def table(self) -> pa.Table:
        """A row a person of the cohort, or a household, ordered by person."""
        rows = np.flatnonzero(self._asked())
        schema = self.wanted.schema()
        columns = {"person": pa.array(self.people[rows]), "as_of": pa.array([self.day] * len(rows), pa.date32())}
        if self.wanted.by_household:
            columns |= self._households(rows)
        columns |= {
            name: self.column(name).take(rows).to_arrow(schema.field(name).type) for name in self.wanted.signals
        }
        columns |= self._beside(rows)
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def column(self, name: str) -> Values:
        """A signal of everybody."""
        if name not in self._columns:
            self._columns[name] = self._compute(self.wanted.deployment.signals[name])
        return self._columns[name]

    # Rows

    def _asked(self) -> Mask:
        asked = np.zeros(len(self.people), bool)
        for held in self._visible.values():
            asked[held.groups.of] = True
        if self.wanted.by_household:
            asked &= self.homes.is_first()
        return asked & self._meets(self.wanted.cohort.where) if self.wanted.cohort else asked

    def _meets(self, conditions: Sequence[Condition]) -> Mask:
        held = np.ones(len(self.people), bool)
        for condition in conditions:
            held &= self.column(condition.field).holds(condition)
        return held

    def _households(self, rows: Whole) -> dict[str, pa.Array]:
        home, groups = self.homes.home[rows], self.homes.groups
        numbers = np.concatenate([self.homes.stated.numbers, np.zeros(1, np.int64)])[home]  # nowhere is the last place
        counts = groups.counts[self.homes.unit[rows]]
        ends = np.cumsum(counts)
        begins = groups.edges[self.homes.unit[rows]]
        places = np.arange(counts.sum()) + np.repeat(begins - (ends - counts), counts)
        members = self.people[self.homes.members[places]]
        offsets = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int32)
        return {
            "household:number": pa.array(numbers, mask=home < 0),
            "household:members": pa.ListArray.from_arrays(pa.array(offsets), pa.array(members)),
        }

    def _beside(self, rows: Whole) -> dict[str, pa.Array]:
        """What was asked for beside signals."""
        deployment, columns = self.wanted.deployment, {}
        if self.wanted.rules:
            fired = np.zeros(len(self.people), np.int64)
            for rule in deployment.alert_rules.values():
                fired += self._meets(rule.where)
            columns["rules:fired"] = pa.array(fired[rows])
        if self.wanted.area:
            columns["area:code"] = self._area(rows)
        for name in self.wanted.audit:
            columns[f"audit:{name}"] = self._audited(deployment.audit_groups[name], rows)
        return columns

    def _area(self, rows: Whole) -> pa.Array:
        place = self.wanted.deployment.place
        if place.area_of is None:
            return pa.array([next(iter(self.wanted.deployment.areas))] * len(rows), pa.string())
        return _named(self.column(place.area_of).take(rows), lambda value: None if value is None else str(value))

    def _audited(self, group: AuditGroup, rows: Whole) -> pa.Array:
        latest = last(*self._of_kind(group.records).known(group.column))
        return _named(latest.take(rows), group.group_of)

    # Signals

    def _compute(self, signal: Signal) -> Values:
        if isinstance(signal, RecordSignal):
            return over_records(signal, self._of_kind(signal.records), self.as_of)[0]
        if isinstance(signal, Derived):
            return combined(signal.how, [self.column(name) for name in signal.of])
        assert isinstance(signal, OverHousehold | CountMembers), signal
        return self._over_units(signal).take(self.homes.unit)

    def _over_units(self, signal: OverHousehold | CountMembers) -> Values:
        if isinstance(signal, OverHousehold):
            return rolled(signal.how, *self._member_values(signal))
        if signal.where is None:
            return whole(self.homes.groups.counts)
        values, groups = self._member_values(signal)
        return whole(groups.where(values.holds(signal.where)).counts)

    def _member_values(self, signal: OverHousehold | CountMembers) -> tuple[Values, Groups]:
        (name,) = signal.inputs()
        if signal.members == "now":
            return self.column(name).take(self.homes.members), self.homes.groups
        inner = self.wanted.deployment.signals[name]
        assert isinstance(inner, RecordSignal), inner
        lived = self._lived_of(inner.records)
        values, seen = over_records(inner, lived.held, self.as_of)
        counts = lived.now | seen.groups.filled
        return values.take(counts), Groups(lived.unit[counts], self.homes.units)

    def _lived_of(self, kind: str) -> Lived:
        if kind not in self._lived:
            self._lived[kind] = self.homes.lived(self._of_kind(kind), self.as_of)
        return self._lived[kind]

    def _of_kind(self, kind: str) -> Held:
        if kind not in self._visible:
            self._visible[kind] = self._held(no_history(self.people))
        return self._visible[kind]

    def _held(self, history: History) -> Held:
        rows = history.visible(self.as_of)
        return Held(history, rows, Groups(history.person[rows], len(self.people)))


def _named(values: Values, name_of: Callable[[Any], str | None]) -> pa.Array:
    """A word for each value, asked once for each different one."""
    coded = values.texts().dictionary_encode(null_encoding="encode")
    words = pa.array([name_of(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)
