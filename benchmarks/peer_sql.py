"""The reference work in SQL, for DuckDB: one query a day, written from the same declarations.

Only the 1% of versions that correct others are looked up to know what a correction replaced; distinct counts keep the
last day of each value, so that one grouping serves all windows; where people lived is an interval a stay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from riskscreen.declare.signals import HAPPENED_ON, columns_read

REGISTER = "residence"
Days = Callable[[str], str]


@dataclass(frozen=True)
class Dialect:
    """How an engine reads the event tables of a kind, and counts the days between two."""

    source: Callable[[str], str]
    days: Callable[[str, str], str]


def day(on: date) -> str:
    """A day as a literal."""
    return f"DATE '{on}'"


def sums_of(deployment: Deployment, as_of: date, dialect: Dialect, only: Condition | None = None) -> str:
    """A query that gives the number of people and the sum of every signal; with ``only``, of people who meet it."""
    names = ", ".join(f"sum({name}) AS {name}" for name in deployment.signals)
    among = " WHERE person IN (SELECT person FROM cohort)" if only else ""
    made = tables(deployment, as_of, dialect, only)
    told = ", ".join(f"{name} AS ({query})" for name, query in made.items())
    return f"WITH {told} SELECT count(*) AS people, {names} FROM answer{among}"


def tables(deployment: Deployment, as_of: date, dialect: Dialect, only: Condition | None = None) -> dict[str, str]:
    """The queries of tables by name, each of those before it; the last is ``answer``, a row a person.

    With ``only``, a condition on a record signal, just the records of those who meet it, and of all who live or lived
    in their households, are worked on.
    """
    kinds = [kind for kind in deployment.record_kinds if kind != REGISTER]
    signals = list(deployment.signals.values())
    made = {f"visible_{kind}": _visible(kind, columns_of(deployment, kind), as_of, dialect) for kind in kinds}
    made[f"visible_{REGISTER}"] = _visible(REGISTER, ("household", "ends_on"), as_of, dialect)
    if only is not None:
        made = _narrowed(made, deployment.signals[only.field], only, as_of, dialect)
    for kind in kinds:
        of_kind = [signal for signal in signals if isinstance(signal, RecordSignal) and signal.records == kind]
        made[f"of_{kind}"] = _grouped(kind, of_kind, as_of, dialect)
        made |= {f"distinct_{s.name}": _distinct(s, as_of) for s in of_kind if isinstance(s, Distinct)}
    made["lived"] = f"""
        SELECT person, household, ends_on, happened_on AS since,
            lead(happened_on) OVER (PARTITION BY person ORDER BY happened_on) AS until
        FROM visible_{REGISTER}
    """
    everybody = " UNION ".join(f"SELECT person FROM {table}" for table in (*(f"of_{kind}" for kind in kinds), "lived"))
    made["people"] = f"""
        SELECT person, household, coalesce(household, -1 - person) AS unit
        FROM ({everybody}) LEFT JOIN (SELECT person, household FROM lived WHERE {_at("lived", day(as_of))})
            USING (person)
    """
    made["own_signals"] = _joined(kinds, signals)
    made |= _then(signals, as_of, dialect)
    made["of_unit"] = _rolled(signals)
    made["answer"] = _answer(signals)
    return made


def _narrowed(
    made: Mapping[str, str], signal: Signal, only: Condition, as_of: date, dialect: Dialect
) -> dict[str, str]:
    assert isinstance(signal, RecordSignal)
    found = {name.replace("visible", "all"): query for name, query in made.items()}
    found["cohort"] = f"""
        SELECT person FROM (
            SELECT person, {_of_records(signal, as_of, dialect)} AS {signal.name} FROM all_{signal.records}
            GROUP BY person
        ) WHERE {holds(only)}
    """
    found["near"] = f"""
        SELECT person FROM all_{REGISTER} WHERE household IN (
            SELECT household FROM all_{REGISTER} WHERE person IN (SELECT person FROM cohort)
        ) UNION SELECT person FROM cohort
    """
    for name in made:
        everybody = name.replace("visible", "all")
        found[name] = f"SELECT * FROM {everybody} WHERE person IN (SELECT person FROM near)"
    return found


def columns_of(deployment: Deployment, kind: str) -> tuple[str, ...]:
    """The columns of a kind that its signals read."""
    signals = [s for s in deployment.signals.values() if isinstance(s, RecordSignal) and s.records == kind]
    spell = ("ends_on",) if any(isinstance(signal, StateAt | SpellLength) for signal in signals) else ()
    return (*spell, *sorted(set().union(*map(columns_read, signals))))


def _visible(kind: str, columns: Iterable[str], as_of: date, dialect: Dialect) -> str:
    source, on = dialect.source(kind), day(as_of)
    return f"""
        SELECT person, happened_on, {", ".join(columns)}
        FROM {source} AS stated LEFT JOIN (
            SELECT record, max(version) AS newest FROM {source} WHERE version > 1 AND known_on <= {on} GROUP BY record
        ) AS later ON later.record = stated.record
        WHERE known_on <= {on} AND happened_on <= {on} AND NOT withdrawn AND (newest IS NULL OR version = newest)
    """


def _grouped(kind: str, signals: Sequence[RecordSignal], as_of: date, dialect: Dialect) -> str:
    told = ", ".join(
        f"{_of_records(signal, as_of, dialect)} AS {signal.name}"
        for signal in signals
        if not isinstance(signal, Distinct)
    )
    return f"SELECT person, {told} FROM visible_{kind} GROUP BY person"


def _distinct(signal: Distinct, as_of: date) -> str:
    inner = f"SELECT person, {signal.column} AS value FROM visible_{signal.records} WHERE {_inside(signal, as_of)}"
    return f"""
        SELECT person, count(*) AS {signal.name}
        FROM (SELECT DISTINCT person, value FROM ({inner} AND {signal.column} IS NOT NULL)) GROUP BY person
    """


def _inside(signal: RecordSignal, as_of: date, shift: int = 0) -> str:
    """The records that a signal counts, of those that happened up to ``as_of``; ``shift`` is in days."""
    end = as_of - timedelta(shift)
    said = [f"happened_on <= {day(end)}"] if shift else []
    if isinstance(signal, StateAt | SpellLength):
        said.append(f"(ends_on IS NULL OR ends_on >= {day(as_of)})")
    elif signal.window is not None:
        said.append(f"happened_on > {day(end - timedelta(signal.window.days))}")
    return " AND ".join([*said, *map(holds, signal.where)]) or "TRUE"


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


def _of_records(signal: RecordSignal, as_of: date, dialect: Dialect) -> str:
    return EXPRESSIONS[type(signal)](
        signal, _inside(signal, as_of), lambda found: dialect.days(day(as_of), found), as_of
    )


def _where(inside: str, column: str) -> str:
    return f"CASE WHEN {inside} THEN {column} END"


def _added(column: str | None, inside: str) -> str:
    """How many, or a column's sum: exact as a double below 2**53, and faster than in whole numbers of 128 bits."""
    if column is None:
        return f"count({_where(inside, '1')})"
    return f"coalesce(sum({_where(inside, f'CAST({column} AS DOUBLE)')}), 0)"


def _trend(signal: Trend, inside: str, days: Days, as_of: date) -> str:
    assert signal.window is not None
    return f"{_added(signal.column, inside)} - {_added(signal.column, _inside(signal, as_of, signal.window.days))}"


# What each kind of signal is: of the signal, the rows it counts, and how the days since a day are written.
EXPRESSIONS: Mapping[type[RecordSignal], Callable[[Any, str, Days, date], str]] = {
    Count: lambda signal, inside, days, as_of: _added(None, inside),
    Total: lambda signal, inside, days, as_of: _added(signal.column, inside),
    Largest: lambda signal, inside, days, as_of: f"max({_where(inside, signal.column)})",
    Smallest: lambda signal, inside, days, as_of: f"min({_where(inside, signal.column)})",
    Average: lambda signal, inside, days, as_of: f"avg({_where(inside, signal.column)})",
    Latest: lambda signal, inside, days, as_of: f"max_by({signal.column}, {_where(inside, HAPPENED_ON)})",
    DaysSinceLast: lambda signal, inside, days, as_of: days(f"max({_where(inside, HAPPENED_ON)})"),
    DaysSinceFirst: lambda signal, inside, days, as_of: days(f"min({_where(inside, HAPPENED_ON)})"),
    Share: lambda signal, inside, days, as_of: (
        f"{_added(signal.column, inside)} / nullif({_added(signal.whole, inside)}, 0)"
    ),
    StateAt: lambda signal, inside, days, as_of: f"max({_where(inside, '1')})",
    SpellLength: lambda signal, inside, days, as_of: f"{days(f'min({_where(inside, HAPPENED_ON)})')} + 1",
    Trend: _trend,
}


def _at(lived: str, on: str) -> str:
    """Whether a stay holds on a day."""
    still = f"({lived}.until IS NULL OR {on} < {lived}.until) AND ({lived}.ends_on IS NULL OR {on} <= {lived}.ends_on)"
    return f"{lived}.since <= {on} AND {still}"


NOT_ZERO = (Largest, Smallest, Average, Latest, DaysSinceLast, DaysSinceFirst, Share)


def _joined(kinds: Sequence[str], signals: Sequence[Signal]) -> str:
    """Everybody's own signals; of whom nothing was seen, what counts is 0 and the rest not known."""
    own = [signal for signal in signals if isinstance(signal, RecordSignal)]
    told = ", ".join(s.name if isinstance(s, NOT_ZERO) else f"coalesce({s.name}, 0) AS {s.name}" for s in own)
    apart = [f"distinct_{signal.name}" for signal in own if isinstance(signal, Distinct)]
    joins = " ".join(f"LEFT JOIN {table} USING (person)" for table in (*(f"of_{kind}" for kind in kinds), *apart))
    return f"SELECT person, household, unit, {told} FROM people {joins}"


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


def _then(signals: Sequence[Signal], as_of: date, dialect: Dialect) -> Mapping[str, str]:
    """Roll-ups of records by who lived together when they happened: a table by unit and person, then one by unit."""
    made = {}
    for kind, (rolled, inner) in then_kinds(signals).items():
        seen = " OR ".join(f"({_inside(signal, as_of)})" for signal in inner.values())
        told = ", ".join(f"{_of_records(signal, as_of, dialect)} AS {name}" for name, signal in inner.items())
        made[f"lived_{kind}"] = f"""
            SELECT unit, person, {told} FROM (
                SELECT lived.household AS unit, seen.* FROM visible_{kind} AS seen
                JOIN lived ON lived.person = seen.person AND {_at("lived", "seen.happened_on")} WHERE {seen}
                UNION ALL
                SELECT people.unit, seen.* FROM visible_{kind} AS seen
                JOIN people ON people.person = seen.person WHERE people.household IS NULL AND ({seen})
            ) GROUP BY unit, person
        """
        told = ", ".join(f"{_roll(signal)} AS {signal.name}" for signal in rolled)
        made[f"then_{kind}"] = f"SELECT unit, {told} FROM lived_{kind} GROUP BY unit"
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


def _rolled(signals: Sequence[Signal]) -> str:
    now = [s for s in signals if isinstance(s, OverHousehold | CountMembers) and not is_then(s)]
    told = ", ".join(f"{_roll(signal)} AS {signal.name}" for signal in now)
    return f"SELECT unit, {told} FROM own_signals GROUP BY unit"


def _answer(signals: Sequence[Signal]) -> str:
    kinds = {s.name: s for s in signals if isinstance(s, RecordSignal)}
    then = [s for s in signals if is_then(s)]
    joined = dict.fromkeys(f"then_{kinds[signal.inputs()[0]].records}" for signal in then)
    columns = [
        f"coalesce({s.name}, 0) AS {s.name}" if is_then(s) and not may_be_unknown(s, kinds) else s.name for s in signals
    ]
    joins = " ".join(f"LEFT JOIN {table} USING (unit)" for table in joined)
    return f"SELECT person, {', '.join(columns)} FROM own_signals JOIN of_unit USING (unit) {joins}"


def may_be_unknown(signal: Signal, kinds: Mapping[str, RecordSignal]) -> bool:
    """Whether a roll-up ``then`` is not known of a household of which nothing was seen."""
    return isinstance(signal, OverHousehold) and signal.how != "any" and isinstance(kinds[signal.of], NOT_ZERO)
