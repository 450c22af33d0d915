"""Feature sets: what is asked of the engine, and the Arrow types of the answer."""

from dataclasses import dataclass

import pyarrow as pa

from riskscreen.declare import (
    Average,
    Cohort,
    CountMembers,
    Deployment,
    Derived,
    Largest,
    Latest,
    ModelSpec,
    OverHousehold,
    RecordSignal,
    Share,
    Signal,
    SignalOrder,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from riskscreen.declare.signals import columns_read
from riskscreen.eventstore.landing import ARROW_TYPES

# What says who was known when, of every kind.
TIMES = ("person", "happened_on", "known_on", "withdrawn", "superseded_on")


@dataclass(frozen=True)
class FeatureSet:
    """The signals wanted, for whom, and what audits and rule baselines need beside them.

    With a ``cohort`` only its members are answered, else everybody of whom a record is visible. ``audit`` names
    audit groups (columns ``audit:<name>``); ``rules`` adds how many alert rules fire; ``area`` adds the area's code.
    """

    deployment: Deployment
    signals: tuple[str, ...]
    cohort: Cohort | None = None
    audit: tuple[str, ...] = ()
    rules: bool = False
    area: bool = False

    @classmethod
    def of_model(cls, deployment: Deployment, spec: ModelSpec) -> "FeatureSet":
        """All that training, evaluation and the night need of one model."""
        ordered = [b.signal for b in spec.baselines if isinstance(b, SignalOrder) and b.signal not in spec.signals]
        signals = (*spec.signals, *dict.fromkeys(ordered))
        return cls(deployment, signals, spec.cohort, spec.audit, rules=True, area=True)

    def closure(self) -> list[Signal]:
        """All signals that must be computed for this, inputs first, each once."""
        conditions = list(self.cohort.where) if self.cohort else []
        if self.rules:
            conditions += [condition for rule in self.deployment.alert_rules.values() for condition in rule.where]
        place = [self.deployment.place.area_of] if self.area and self.deployment.place.area_of else []
        return self.deployment.closure([*self.signals, *(condition.field for condition in conditions), *place])

    @property
    def by_household(self) -> bool:
        """Whether a row is a household, told of by its member of the lowest number."""
        return self.cohort is not None and self.cohort.unit == "household"

    def schema(self) -> pa.Schema:
        """The columns of the answer: ``person, as_of``, the signals, then what else was asked for.

        Of a household also ``household:number`` (null for somebody without one) and ``household:members`` at ``as_of``.
        """
        fields = [pa.field("person", pa.int64()), pa.field("as_of", pa.date32())]
        if self.by_household:
            fields += [pa.field("household:number", pa.int64()), pa.field("household:members", pa.list_(pa.int64()))]
        fields += [pa.field(name, arrow_type(self.deployment, name)) for name in self.signals]
        fields += [pa.field("rules:fired", pa.int64())] if self.rules else []
        fields += [pa.field("area:code", pa.string())] if self.area else []
        fields += [pa.field(f"audit:{name}", pa.string()) for name in self.audit]
        return pa.schema(fields)


def columns_needed(wanted: FeatureSet) -> dict[str, tuple[str, ...]]:
    """The columns of each record kind that the kernel reads for a feature set, by the kind's name.

    Of every kind it reads who was known when; of kinds that nothing is asked of, nothing else.
    """
    signals, deployment = wanted.closure(), wanted.deployment
    needed = {kind: set(TIMES) for kind in deployment.record_kinds}
    for signal in signals:
        if isinstance(signal, RecordSignal):
            ends = {"ends_on"} if isinstance(signal, StateAt | SpellLength) else set()
            needed[signal.records] |= columns_read(signal) | ends
    for group in (deployment.audit_groups[name] for name in wanted.audit):
        needed[group.records].add(group.column)
    if wanted.by_household or any(isinstance(signal, OverHousehold | CountMembers) for signal in signals):
        for kind, columns in _household_columns(deployment).items():
            needed[kind] |= columns
    return {kind: tuple(sorted(columns)) for kind, columns in needed.items()}


def _household_columns(deployment: Deployment) -> dict[str, set[str]]:
    """What is read of the kinds that state households; where several do, also what orders records of one day."""
    stating = [name for name, (_, kind) in deployment.record_kinds.items() if kind.household]
    ties = {"load", "row"} if len(stating) > 1 else set()
    return {kind: {"household", "void_on", "ends_on"} | ties for kind in stating}


def arrow_type(deployment: Deployment, name: str) -> pa.DataType:
    """The Arrow type of a signal's values; money is a whole number of the smallest unit."""
    signal = deployment.signals[name]
    if isinstance(signal, Average | Share):
        return pa.float64()
    if isinstance(signal, Total | Largest | Smallest | Latest | Trend):
        return _column_type(deployment, signal.records, signal.column)
    if isinstance(signal, OverHousehold):
        return _rolled_type(deployment, signal)
    if isinstance(signal, Derived):
        return _derived_type(deployment, signal)
    return pa.int64()


def value_type(deployment: Deployment, records: str, column: str) -> pa.DataType:
    """The Arrow type of a column that a record kind keeps."""
    return ARROW_TYPES[type(deployment.column_of(records, column).type)]


def _column_type(deployment: Deployment, records: str, column: str | None) -> pa.DataType:
    return pa.int64() if column is None else value_type(deployment, records, column)


def _rolled_type(deployment: Deployment, signal: OverHousehold) -> pa.DataType:
    if signal.how == "any":
        return pa.int64()
    return pa.float64() if signal.how == "mean" else arrow_type(deployment, signal.of)


def _derived_type(deployment: Deployment, signal: Derived) -> pa.DataType:
    whole = all(arrow_type(deployment, name) == pa.int64() for name in signal.of)
    return pa.int64() if whole and signal.how != "ratio" else pa.float64()
