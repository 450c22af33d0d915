"""The reference work in SQL, for DuckDB: one query for all days, written from the same declarations.

Only the 1% of versions that correct others are looked up to know what a correction replaced; distinct counts keep the
least age of each value, so that one grouping serves all windows; where people lived is an interval a stay. Of several
days the day is one more key, so that tables are read, and the query is planned, once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from riskscreen.declare import (
    AtLeast,
    AtMost,
    Average,
    Condition,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Deployment,
    Distinct,
    Is,
    Known,
    Largest,
    Latest,
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
from riskscreen.declare.signals import columns_read

REGISTER = "residence"


@dataclass(frozen=True)
class Query:
    """The work to be done: of which days, from which event table a kind, and, with ``only``, of which people."""

    deployment: Deployment
    days: tuple[date, ...]
    source: Callable[[str], str]
    only: Condition | None = None

    @cached_property
    def on(self) -> str:
        """The day, as an expression."""
        return day(self.days[0]) if len(self.days) == 1 else "as_of"

    def keys(self, name: str) -> str:
        """What tells rows of all days apart that ``name`` tells apart on one day."""
        return name if len(self.days) == 1 else f"as_of, {name}"

    @cached_property
    def signals(self) -> list[Signal]:
        """All signals."""
        return list(self.deployment.signals.values())

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of records but the register."""
        return [kind for kind in self.deployment.record_kinds if kind != REGISTER]


def day(on: date) -> str:
    """A day as a literal."""
    return f"DATE '{on}'"


def sums_of(query: Query) -> str:
    """A query that gives the number of people and the sum of every signal, added over the days."""
    names = ", ".join(f"sum({name}) AS {name}" for name in query.deployment.signals)
    among = f" WHERE ({query.keys('person')}) IN (SELECT {query.keys('person')} FROM cohort)" if query.only else ""
    told = ", ".join(f"{name} AS ({one})" for name, one in tables(query).items())
    return f"WITH {told} SELECT count(*) AS people, {names} FROM answer{among}"


def tables(query: Query) -> dict[str, str]:
    """The queries of tables by name, each of those before it; the last is ``answer``, a row a person and day.

    With ``only``, a condition on a record signal, just the records of those who meet it, and of all who live or lived
    in their households, are worked on.
    """
    kinds, keys = query.kinds, query.keys("person")
    made = _near(query) if query.only else {}
    among = "near" if query.only else ""
    for kind in kinds:
        made[f"visible_{kind}"] = _visible(query, kind, columns_of(query.deployment, kind), among)
    made[f"visible_{REGISTER}"] = _visible(query, REGISTER, ("household", "ends_on"), among)
    for kind in kinds:
        of_kind = [s for s in query.signals if isinstance(s, RecordSignal) and s.records == kind]
        made[f"of_{kind}"] = _grouped(query, kind, of_kind)
    made |= {f"distinct_{signals[0].name}": _distinct(query, signals) for signals in distincts(query.signals)}
    made["lived"] = f"""
        SELECT {keys}, household, ends_on, happened_on AS since,
            lead(happened_on) OVER (PARTITION BY {keys} ORDER BY happened_on) AS until
        FROM visible_{REGISTER}
    """
    everybody = " UNION ".join(f"SELECT {keys} FROM {table}" for table in (*(f"of_{kind}" for kind in kinds), "lived"))
    made["people"] = f"""
        SELECT {keys}, household, coalesce(household, -1 - person) AS unit
        FROM ({everybody}) LEFT JOIN (SELECT {keys}, household FROM lived WHERE {_at("lived", query.on)})
            USING ({keys})
    """
    made["own_signals"] = _joined(query)
    made |= _then(query)
    made["of_unit"] = _rolled(query)
    made["answer"] = _answer(query)
    return made


def _near(query: Query) -> dict[str, str]:
    """Those who meet a condition, and all who live or lived in a household of theirs."""
    assert query.only is not None
    signal, keys = query.deployment.signals[query.only.field], query.keys("person")
    assert isinstance(signal, RecordSignal), signal
    homes = query.keys("household")
    return {
        "all_asked": _visible(query, signal.records, columns_of(query.deployment, signal.records)),
        "all_lived": _visible(query, REGISTER, ("household",)),
        "cohort": f"""
            SELECT {keys} FROM (
                SELECT {keys}, {_of_records(query, signal)} AS {signal.name} FROM all_asked GROUP BY {keys}
            ) WHERE {holds(query.only)}
        """,
        "near": f"""
            SELECT {keys} FROM all_lived WHERE ({homes}) IN (
                SELECT ({homes}) FROM all_lived WHERE ({keys}) IN (SELECT ({keys}) FROM cohort)
            ) UNION SELECT {keys} FROM cohort
        """,
    }


def columns_of(deployment: Deployment, kind: str) -> tuple[str, ...]:
    """The columns of a kind that its signals read."""
    signals = [s for s in deployment.signals.values() if isinstance(s, RecordSignal) and s.records == kind]
    spell = ("ends_on",) if any(isinstance(signal, StateAt | SpellLength) for signal in signals) else ()
    return (*spell, *sorted(set().union(*map(columns_read, signals))))


def _visible(query: Query, kind: str, columns: Iterable[str], among: str = "") -> str:
    """The records seen on each day, with their age in days; ``among``: of the people of a table alone."""
    many, on, source = len(query.days) > 1, query.on, query.source(kind)
    days = f"*, unnest([{', '.join(map(day, query.days))}]) AS as_of" if many and not among else "*"
    stated = f"(SELECT {days} FROM {source})"
    of_people = f"JOIN {among} USING (person)" if among else ""
    told = ", ".join(["happened_on", f"({on} - happened_on)::INTEGER AS age", *columns])
    return f"""
        SELECT {query.keys("person")}, {told}
        FROM {stated} AS stated LEFT JOIN (
            SELECT record, version - 1 AS version, known_on AS until FROM {source} WHERE version > 1
        ) AS later USING (record, version) {of_people}
        WHERE known_on <= {on} AND happened_on <= {on} AND NOT withdrawn AND (until IS NULL OR {on} < until)
    """


def _grouped(query: Query, kind: str, signals: Sequence[RecordSignal]) -> str:
    told = ", ".join(
        f"{_of_records(query, signal)} AS {signal.name}" for signal in signals if not isinstance(signal, Distinct)
    )
    keys = query.keys("person")
    return f"SELECT {keys}, {told} FROM visible_{kind} GROUP BY {keys}"


def distincts(signals: Iterable[Signal]) -> list[list[Distinct]]:
    """The distinct counts, those together that differ in nothing but their window."""
    found: dict[Any, list[Distinct]] = {}
    for signal in signals:
        if isinstance(signal, Distinct):
            found.setdefault((signal.records, signal.column, signal.where), []).append(signal)
    return list(found.values())


def _distinct(query: Query, signals: Sequence[Distinct]) -> str:
    keys, (first, *_) = query.keys("person"), signals
    told = ", ".join(f"count({_where(_window(signal), '1')}) AS {signal.name}" for signal in signals)
    said = " AND ".join(
        [f"({' OR '.join(map(_window, signals))})", f"{first.column} IS NOT NULL", *map(holds, first.where)]
    )
    least = f"SELECT {keys}, {first.column} AS value, min(age) AS age FROM visible_{first.records} WHERE {said}"
    return f"SELECT {keys}, {told} FROM ({least} GROUP BY ALL) GROUP BY {keys}"


def _window(signal: RecordSignal, before: bool = False) -> str:
    """The ages in a signal's window, or in one of its length ``before``."""
    if signal.window is None:
        return "TRUE"
    days = signal.window.days
    return f"age >= {days} AND age < {2 * days}" if before else f"age < {days}"


def _inside(query: Query, signal: RecordSignal, before: bool = False) -> str:
    """The visible records that a signal counts; with ``before``, in the window before its own."""
    is_spell = isinstance(signal, StateAt | SpellLength)
    age = f"(ends_on IS NULL OR ends_on >= {query.on})" if is_spell else _window(signal, before)
    return " AND ".join([age, *map(holds, signal.where)])


def holds(condition: Condition) -> str:
    """A condition on a column."""
    match condition:
        case Is(field=field, values=values):
            return f"{field} IN ({', '.join(map(repr, values))})"
        case AtLeast(field=field, bound=bound):
            return f"{field} >= {bound}"
        case AtMost(field=field, bound=bound):
            return f"{field} <= {bound}"
        case Known(field=field):
            return f"{field} IS NOT NULL"


def _of_records(query: Query, signal: RecordSignal) -> str:
    if isinstance(signal, Trend):
        return (
            f"{_added(signal.column, _inside(query, signal))} - {_added(signal.column, _inside(query, signal, True))}"
        )
    return EXPRESSIONS[type(signal)](signal, _inside(query, signal))


def _where(inside: str, column: str) -> str:
    return f"CASE WHEN {inside} THEN {column} END"


def _added(column: str | None, inside: str) -> str:
    """How many, or a column's sum: exact as a double below 2**53, and faster than in whole numbers of 128 bits."""
    if column is None:
        return f"count({_where(inside, '1')})"
    return f"coalesce(sum({_where(inside, f'CAST({column} AS DOUBLE)')}), 0)"


# What each kind of signal is: of the signal, and of the rows that it counts.
EXPRESSIONS: Mapping[type[RecordSignal], Callable[[Any, str], str]] = {
    Count: lambda signal, inside: _added(None, inside),
    Total: lambda signal, inside: _added(signal.column, inside),
    Largest: lambda signal, inside: f"max({_where(inside, signal.column)})",
    Smallest: lambda signal, inside: f"min({_where(inside, signal.column)})",
    Average: lambda signal, inside: f"avg({_where(inside, signal.column)})",
    Latest: lambda signal, inside: f"min_by({signal.column}, {_where(inside, 'age')})",
    DaysSinceLast: lambda signal, inside: f"min({_where(inside, 'age')})",
    DaysSinceFirst: lambda signal, inside: f"max({_where(inside, 'age')})",
    Share: lambda signal, inside: f"{_added(signal.column, inside)} / nullif({_added(signal.whole, inside)}, 0)",
    StateAt: lambda signal, inside: f"max({_where(inside, '1')})",
    SpellLength: lambda signal, inside: f"max({_where(inside, 'age')}) + 1",
}


def _at(lived: str, on: str, left: str = "ends_on") -> str:
    """Whether a stay holds on a day."""
    still = f"({lived}.until IS NULL OR {on} < {lived}.until) AND ({lived}.{left} IS NULL OR {on} <= {lived}.{left})"
    return f"{lived}.since <= {on} AND {still}"


NOT_ZERO = (Largest, Smallest, Average, Latest, DaysSinceLast, DaysSinceFirst, Share)


def _joined(query: Query) -> str:
    """Everybody's own signals; of whom nothing was seen, what counts is 0 and the rest not known."""
    own, keys = [signal for signal in query.signals if isinstance(signal, RecordSignal)], query.keys("person")
    told = ", ".join(s.name if isinstance(s, NOT_ZERO) else f"coalesce({s.name}, 0) AS {s.name}" for s in own)
    apart = [f"distinct_{signals[0].name}" for signals in distincts(own)]
    joins = " ".join(f"LEFT JOIN {table} USING ({keys})" for table in (*(f"of_{kind}" for kind in query.kinds), *apart))
    return f"SELECT {keys}, household, unit, {told} FROM people {joins}"


Inner = Mapping[str, RecordSignal]
Rolled = Sequence[OverHousehold | CountMembers]


def then_kinds(signals: Sequence[Signal]) -> dict[str, tuple[Rolled, Inner]]:
    """What is rolled up of each kind of record by who lived together then, and the signals that this is made of."""
    named = {signal.name: signal for signal in signals if isinstance(signal, RecordSignal)}
    then = [s for s in signals if isinstance(s, OverHousehold | CountMembers) and is_then(s)]
    found: dict[str, tuple[Rolled, Inner]] = {}
    for kind in dict.fromkeys(named[signal.inputs()[0]].records for signal in then):
        rolled = [signal for signal in then if named[signal.inputs()[0]].records == kind]
        found[kind] = (rolled, {name: named[name] for signal in rolled for name in signal.inputs()})
    return found


def _then(query: Query) -> Mapping[str, str]:
    """Roll-ups of records by who lived together when they happened: a table by unit and person, then one by unit."""
    made = {}
    of_person, of_unit = query.keys("person"), query.keys("unit")
    for kind, (rolled, inner) in then_kinds(query.signals).items():
        seen = " OR ".join(f"({_inside(query, signal)})" for signal in inner.values())
        told = ", ".join(f"{_of_records(query, signal)} AS {name}" for name, signal in inner.items())
        made[f"lived_{kind}"] = f"""
            SELECT {of_unit}, person, {told} FROM (
                SELECT lived.household AS unit, seen.* FROM (SELECT * FROM visible_{kind} WHERE {seen}) AS seen
                JOIN (SELECT {of_person}, household, since, until, ends_on AS left_on FROM lived) AS lived
                    USING ({of_person})
                WHERE {_at("lived", "seen.happened_on", "left_on")}
                UNION ALL
                SELECT people.unit, seen.* FROM (SELECT * FROM visible_{kind} WHERE {seen}) AS seen
                JOIN people USING ({of_person}) WHERE people.household IS NULL
            ) GROUP BY {of_unit}, person
        """
        told = ", ".join(f"{_roll(signal)} AS {signal.name}" for signal in rolled)
        made[f"then_{kind}"] = f"SELECT {of_unit}, {told} FROM lived_{kind} GROUP BY {of_unit}"
    return made


def _roll(signal: OverHousehold | CountMembers) -> str:
    if isinstance(signal, CountMembers):
        return f"count({_where(holds(signal.where), '1')})" if signal.where else "count(*)"
    if signal.how == "any":
        return f"max(CAST(coalesce({signal.of}, 0) > 0 AS INT))"
    return f"{'avg' if signal.how == 'mean' else signal.how}({signal.of})"


def is_then(signal: Signal) -> bool:
    """Whether a roll-up is over those who lived together when a record happened."""
    return getattr(signal, "members", "now") == "then"


def _rolled(query: Query) -> str:
    now = [s for s in query.signals if isinstance(s, OverHousehold | CountMembers) and not is_then(s)]
    told = ", ".join(f"{_roll(signal)} AS {signal.name}" for signal in now)
    keys = query.keys("unit")
    return f"SELECT {keys}, {told} FROM own_signals GROUP BY {keys}"


def _answer(query: Query) -> str:
    signals, keys = query.signals, query.keys("unit")
    kinds = {s.name: s for s in signals if isinstance(s, RecordSignal)}
    then = [s for s in signals if is_then(s)]
    joined = dict.fromkeys(f"then_{kinds[signal.inputs()[0]].records}" for signal in then)
    columns = [
        f"coalesce({s.name}, 0) AS {s.name}" if is_then(s) and not may_be_unknown(s, kinds) else s.name for s in signals
    ]
    joins = " ".join(f"LEFT JOIN {table} USING ({keys})" for table in joined)
    return f"SELECT {query.keys('person')}, {', '.join(columns)} FROM own_signals JOIN of_unit USING ({keys}) {joins}"


def may_be_unknown(signal: Signal, kinds: Mapping[str, RecordSignal]) -> bool:
    """Whether a roll-up ``then`` is not known of a household of which nothing was seen."""
    return isinstance(signal, OverHousehold) and signal.how != "any" and isinstance(kinds[signal.of], NOT_ZERO)
