"""Checked rows → records, by the contract's record kinds.

``map_rows`` makes for each kind a table :func:`mapped` with a line for each record: ``row``, ``part`` (which value
of ``each``), the fixed columns of the landing log but ``known_on`` and ``load``, ``stated_on`` (the day that the
contract gives for known_on; without the lag it is ``known_day``), the values as :func:`value` names them, ``content``
(a hash of all that a correction could change), and where the record cannot stand ``reason`` and ``reason_column``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from riskscreen.declare import (
    SAME,
    AtLeast,
    AtMost,
    Code,
    Column,
    ColumnType,
    Condition,
    DayOf,
    Feed,
    FirstCharacters,
    HouseholdKey,
    Id,
    Is,
    Known,
    Money,
    MonthEnd,
    Number,
    Placed,
    RecordKind,
    Whole,
    YearEnd,
)
from riskscreen.identity import Key, tokens
from riskscreen.ingest.contract import plain, value
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import Sql, arrow, digested, fill, join, listed, literal, name

DayExpression = DayOf | YearEnd | MonthEnd
TOKENS = ("person", "household")
SAID = ("collective", "happened_on", "ends_on", "withdrawn")


def mapped(kind: RecordKind) -> Sql:
    """The name of the table with a kind's records."""
    return name(f"records {kind.name}")


@dataclass(frozen=True)
class Part:
    """A kind for one value of its ``each`` variable: resolves the patterns in the kind's declaration."""

    feed: Feed
    kind: RecordKind
    index: int = 0

    def is_variable(self, pattern: str) -> bool:
        """Whether a name stands for the variable itself."""
        return self.kind.each is not None and pattern == self.kind.each.variable

    def column(self, pattern: str) -> Column:
        """The column that a pattern names here."""
        each = self.kind.each
        return self.feed.column(each.name(pattern, each.values[self.index]) if each else pattern)

    def type(self, pattern: str) -> ColumnType:
        """The type of what a pattern names here."""
        return Whole() if self.is_variable(pattern) else self.column(pattern).type

    def value(self, pattern: str) -> Sql:
        """The typed value of what a pattern names here."""
        if self.is_variable(pattern) and self.kind.each is not None:
            return literal(self.kind.each.values[self.index])
        return value(self.column(pattern).name)

    def text(self, pattern: str) -> Sql:
        """The value as text that is the same wherever it is computed; an id as its token."""
        if isinstance(self.type(pattern), Id):
            return fill("lower(hex({x}))", x=self.value(pattern))
        return fill("CAST({x} AS VARCHAR)", x=self.value(pattern))

    def first_column(self, day: DayExpression) -> str:
        """The first column that a day is read from."""
        return next(self.column(field).name for field in day.fields() if not self.is_variable(field))


def parts(feed: Feed, kind: RecordKind) -> list[Part]:
    """A part for each value of ``each``; one where there is no ``each``."""
    return [Part(feed, kind, index) for index in range(len(kind.each.values) if kind.each else 1)]


def record_id(part: Part) -> Sql:
    """128 bits of the kind's name and the key's values.

    MD5 spreads values and keeps no secret: an id takes part as its keyed token.
    """
    values = digested([literal(part.kind.name), *[part.text(pattern) for pattern in part.kind.key]])
    return fill("unhex(md5({values}))", values=values)


def same(part: Part) -> Sql:
    """128 bits that records of a person share which tell of one event; the record's own where that is not known."""
    columns = [part.text(pattern) for pattern in (part.kind.person, *part.kind.same)]
    known = join(" AND ", [fill("{x} IS NOT NULL", x=x) for x in columns])
    values = digested([literal(part.kind.name), *columns])
    return fill(
        "CASE WHEN {known} THEN unhex(md5({values})) ELSE {id} END", known=known, values=values, id=record_id(part)
    )


def content(values: Sequence[Sql]) -> Sql:
    """A hash of what a record says: all but when it was known and how it came. ``values`` are the kind's own."""
    tokens_ = [fill("hex({x})", x=name(column)) for column in TOKENS]
    texts = [fill("CAST({x} AS VARCHAR)", x=x) for x in (*map(name, SAID), *values)]
    return fill("md5({texts})", texts=digested([*tokens_, *texts]))


@dataclass(frozen=True)
class Source:
    """Where rows are mapped from: a table with ``row``, the values, and a token for each way to name a household."""

    table: Sql
    households: dict[Sql, Sql]


def typed_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, key: Key) -> Source:
    """The rows without a fault in the table ``typed`` that ``contract.check`` made."""
    ways = _ways(feed)
    if not ways:
        return Source(Sql("(FROM typed WHERE reason IS NULL)"), {})
    texts = arrow(connection, _household_texts(ways, Sql("typed")))
    connection.register("households", pa.table({"row": texts["row"], **_tokens(ways, texts, key)}))
    return Source(Sql("(FROM typed JOIN households USING (row) WHERE reason IS NULL)"), _names(ways))


def plain_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, values: pa.Table, key: Key) -> Source:
    """The rows of a table with ``row`` and, as :func:`value` and :func:`plain` name them, what is read of each."""
    ways = _ways(feed)
    connection.register("plain rows", values)
    if ways:
        texts = arrow(connection, _household_texts(ways, name("plain rows")))  # in the order of the rows
        connection.unregister("plain rows")
        for h, made in _tokens(ways, texts, key).items():
            values = values.append_column(h, made)
        connection.register("plain rows", values)
    return Source(name("plain rows"), _names(ways))


def records(feed: Feed, kind: RecordKind, source: Source, until: date) -> Sql:
    """Every record of a kind, with what is wrong with it; what happened after ``until`` lies in the future."""
    return join(" UNION ALL ", [_records(part, source, until) for part in parts(feed, kind)])


def map_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, key: Key, *, until: date) -> None:
    """Make the table :func:`mapped` of every kind from the rows that ``contract.check`` let pass."""
    source = typed_rows(connection, feed, key)
    for kind in feed.records:
        selected = records(feed, kind, source, until)
        connection.execute(fill("CREATE TABLE {mapped} AS {selected}", mapped=mapped(kind), selected=selected))


def _ways(feed: Feed) -> dict[Sql, str]:
    """The kind of household by the text of its key, for each way in which the feed names one."""
    ways: dict[Sql, str] = {}
    for kind in feed.records:
        for part in parts(feed, kind) if kind.household else []:
            if kind.household:
                ways.setdefault(_household(part, kind.household), kind.household.kind)
    return ways


def _names(ways: Mapping[Sql, str]) -> dict[Sql, Sql]:
    return {way: name(f"h{at}") for at, way in enumerate(ways)}


def _household_texts(ways: Mapping[Sql, str], table: Sql) -> Sql:
    selected = [Sql("row"), *[fill("{way} AS {h}", way=way, h=name(f"h{at}")) for at, way in enumerate(ways)]]
    return fill("SELECT {selected} FROM {table}", selected=join(", ", selected), table=table)


def _tokens(ways: Mapping[Sql, str], texts: pa.Table, key: Key) -> dict[str, pa.Array]:
    return {f"h{at}": tokens(key, f"household/{kind}", texts[f"h{at}"]) for at, kind in enumerate(ways.values())}


def _household(part: Part, household: HouseholdKey) -> Sql:
    """The text of a household key; null where one of its parts is."""
    texts = [_household_part(part, each) for each in household.of]
    known = join(" AND ", [fill("{text} IS NOT NULL", text=text) for text in texts])
    return fill("CASE WHEN {known} THEN {texts} END", known=known, texts=digested([literal(household.kind), *texts]))


def _household_part(part: Part, of: str | FirstCharacters) -> Sql:
    pattern = of if isinstance(of, str) else of.column
    text = plain(part.column(pattern).name) if isinstance(part.type(pattern), Id) else part.text(pattern)
    if isinstance(of, str):
        return text
    return fill("CASE WHEN length({x}) >= {n} THEN left({x}, {n}) END", x=text, n=literal(of.length))


def _records(part: Part, source: Source, until: date) -> Sql:
    kind = part.kind
    household = source.households[_household(part, kind.household)] if kind.household else Sql("CAST(NULL AS BLOB)")
    known = _day(part, kind.known or kind.happened)
    columns = {
        "row": Sql("row"),
        "part": literal(part.index),
        "person": part.value(kind.person),
        "household": household,
        "collective": _holds(part, kind.household.collective if kind.household else None),
        "record_id": record_id(part),
        **({SAME: same(part)} if kind.same else {}),
        "happened_on": _day(part, kind.happened),
        "known_day": known,
        "stated_on": fill("{known} + {lag}", known=known, lag=literal(kind.lag_days)),
        "ends_on": _day(part, kind.ends) if kind.ends else Sql("CAST(NULL AS DATE)"),
        "withdrawn": _holds(part, kind.withdrawn),
        **{f"v_{column}": part.value(column) for column in kind.values},
    }
    when = join(" AND ", [Sql("TRUE"), *[_holds(part, condition) for condition in kind.when]])
    return fill(
        "SELECT *, {reasons} FROM (SELECT {columns} FROM {table} WHERE {when})",
        table=source.table,
        reasons=_reasons(_faults(part, until)),
        columns=join(", ", [fill("{x} AS {c}", x=x, c=name(c)) for c, x in columns.items()]),
        when=when,
    )


def _day(part: Part, day: DayExpression) -> Sql:
    """The day of an expression; null where it is not known, or no day of the calendar."""
    match day:
        case DayOf(column=column):
            return part.value(column)
        case YearEnd(column=column, plus=plus):
            return _month_end(_year(part, column, plus), literal(12))
        case MonthEnd(year=column, month=month, plus=plus):
            number = fill("TRY_CAST({m} AS SMALLINT)", m=part.value(month))
            return _month_end(_year(part, column, plus), number)


def _month_end(year: Sql, month: Sql) -> Sql:
    return fill(
        "CASE WHEN {y} BETWEEN 1 AND 9999 AND {m} BETWEEN 1 AND 12 THEN last_day(make_date({y}, {m}, 1)) END",
        y=year,
        m=month,
    )


def _year(part: Part, column: str, plus: int) -> Sql:
    year = fill("TRY_CAST({y} AS SMALLINT)", y=part.value(column))
    return fill("(CAST({year} AS INTEGER) + {plus})", year=year, plus=literal(plus))


def _holds(part: Part, condition: Condition | None) -> Sql:
    """Whether a condition holds, false where the value is not known; FALSE without a condition."""
    if condition is None:
        return Sql("FALSE")
    x, is_number = part.value(condition.field), isinstance(part.type(condition.field), Whole | Number | Money)
    match condition:
        case Known():
            return fill("({x} IS NOT NULL)", x=x)
        case Is(values=values):
            fitting = [each for each in values if _comparable(part.type(condition.field), each)]
            return fill("coalesce({x} IN {values}, FALSE)", x=x, values=listed(fitting)) if fitting else Sql("FALSE")
        case AtLeast(bound=bound) if is_number:
            return fill("coalesce({x} >= {bound}, FALSE)", x=x, bound=literal(bound))
        case AtMost(bound=bound) if is_number:
            return fill("coalesce({x} <= {bound}, FALSE)", x=x, bound=literal(bound))
    return Sql("FALSE")


def _comparable(kind: ColumnType, said: str | float) -> bool:
    return (
        isinstance(said, str)
        if isinstance(kind, Code | Placed)
        else isinstance(kind, Whole | Number | Money) and not isinstance(said, str)
    )


def _faults(part: Part, until: date) -> list[tuple[Sql, Reason, str]]:
    """What keeps a record from standing, in the order in which it is told: where it shows, why, in which column."""
    kind, day = part.kind, literal(until)
    happened, known = part.first_column(kind.happened), part.first_column(kind.known or kind.happened)
    stated_late = fill("known_day > {day}", day=day) if isinstance(kind.known, DayOf) else Sql("FALSE")
    return [
        (Sql("person IS NULL"), Reason.REQUIRED_VALUE_MISSING, part.column(kind.person).name),
        (Sql("happened_on IS NULL"), Reason.UNKNOWN_DAY, happened),
        (Sql("known_day IS NULL"), Reason.UNKNOWN_DAY, known),
        (fill("happened_on > {day}", day=day), Reason.IN_THE_FUTURE, happened),
        (stated_late, Reason.IN_THE_FUTURE, known),
        (Sql("happened_on > stated_on"), Reason.IN_THE_FUTURE, happened),
        (Sql("ends_on < happened_on"), Reason.ENDS_BEFORE_IT_BEGINS, part.first_column(kind.ends or kind.happened)),
    ]


def _reasons(faults: Sequence[tuple[Sql, Reason, str]]) -> Sql:
    reasons = [fill("WHEN {shows} THEN {r}", shows=shows, r=literal(why.value)) for shows, why, _ in faults]
    columns = [fill("WHEN {shows} THEN {c}", shows=shows, c=literal(column)) for shows, _, column in faults]
    return fill(
        "CASE {reasons} END AS reason, CASE {columns} END AS reason_column",
        reasons=join(" ", reasons),
        columns=join(" ", columns),
    )
