"""Checked rows → records, by the contract's record kinds.

``map_rows`` makes for each kind a table :func:`mapped` with a line for each record: ``row``, ``part`` (which value
of ``each``), the fixed columns of the landing log but ``known_on``, ``load`` and those that are made of ids
(``person``, ``household``, ``record_id``: see ``numbering``), ``stated_on`` (the day that the contract gives for
known_on; without the lag it is ``known_day``), the values as :func:`value` names them, and where the record cannot
stand ``reason`` and ``reason_column``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from riskscreen.declare import (
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
from riskscreen.ingest.claiming import disagrees_of, wave_of
from riskscreen.ingest.contract import plain, value
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import Sql, arrow, digested, fill, join, listed, literal, name

DayExpression = DayOf | YearEnd | MonthEnd
SAID = ("person", "household", "collective", "happened_on", "ends_on", "withdrawn")


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
        named = each.name(pattern, each.values[self.index]) if each else pattern
        if any(who.name == named for who in self.feed.who):
            return Column(name=named, type=Id("claim"), label=self.kind.label)  # somebody in the row: their claim
        return self.feed.column(named)

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


def content(kind: RecordKind, values: Sequence[Sql]) -> Sql:
    """A hash of what a record says: all but when it was known and how it came. ``values`` are the kind's own.

    A person by whom records are told apart is the same in both that are compared, however they are called in each.
    """
    said = [each for each in SAID if each != "person" or kind.person not in kind.key]
    texts = [fill("CAST({x} AS VARCHAR)", x=x) for x in (*map(name, said), *values)]
    return fill("md5({texts})", texts=digested(texts))


def records(feed: Feed, kind: RecordKind, table: Sql, until: date) -> Sql:
    """Every record of a kind, with what is wrong with it; what happened after ``until`` lies in the future.

    ``table`` has ``row`` and, as :func:`value` and :func:`plain` name them, what is read of each row.
    """
    return join(" UNION ALL ", [_records(part, table, until) for part in parts(feed, kind)])


def map_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, *, until: date) -> None:
    """Make the table :func:`mapped` of every kind from the rows that ``contract.check`` let pass."""
    for kind in feed.records:
        selected = records(feed, kind, Sql("(FROM typed WHERE reason IS NULL)"), until)
        connection.execute(fill("CREATE TABLE {mapped} AS {selected}", mapped=mapped(kind), selected=selected))


def keyed_columns(feed: Feed, columns: Sequence[Column]) -> list[str]:
    """The columns that persons and records are told by, and truth, as far as they were delivered."""
    used = {column.name for column in columns if column.truth}
    for kind in feed.records:
        for part in parts(feed, kind):
            patterns = [kind.person, *kind.key, *kind.same]
            used |= {part.column(pattern).name for pattern in patterns if not part.is_variable(pattern)}
    people = [who.name for who in feed.who]
    used |= {name for who in feed.who for name in who.ids()}
    return [column.name for column in columns if column.name in used] + people


def written(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: Sql, columns: Sequence[str] = ()
) -> pa.Table | None:
    """What only the database writes of each row: ``row``, values of ``columns``, the text of each household key (as
    :func:`household` names it) and of each fraction that tells records apart (:func:`text_of`); ``None`` if nothing.
    """
    selected = [value(column) for column in columns]
    selected += [name(each) for who in feed.who for each in (wave_of(who), disagrees_of(who))]
    selected += [fill("{way} AS {h}", way=way, h=name(h)) for way, h in _ways(feed).items()]
    selected += [
        fill("CAST({v} AS VARCHAR) AS {t}", v=value(column), t=name(text_of(column))) for column in _fractions(feed)
    ]
    if not selected:
        return None
    query = "SELECT row, {selected} FROM {table} ORDER BY row"
    return arrow(connection, fill(query, selected=join(", ", selected), table=table))


def text_of(column: str) -> str:
    """The name of a value as the database writes it."""
    return f"t_{column}"


def household_kinds(feed: Feed) -> dict[str, str]:
    """What the tokens of household keys and homes are of, by the name of their text, for each way of saying one."""
    found: dict[str, str] = {}
    for kind in feed.records:
        for part in parts(feed, kind) if kind.household else ():
            told = (("household", household(part)), ("home", home(part)))
            found |= {text: f"{what}/{kind.household.kind}" for what, text in told if text and kind.household}
    return dict(sorted(found.items()))


def household(part: Part) -> str | None:
    """The name of the text of a part's household key; ``None`` where its kind has none."""
    return _ways(part.feed)[_household(part, part.kind.household)] if part.kind.household else None


def home(part: Part) -> str | None:
    """The name of the text of the home in which a part's people live; ``None`` where its kind does not say it."""
    way = _home(part, part.kind.household) if part.kind.household else None
    return None if way is None else _ways(part.feed)[way]


def _fractions(feed: Feed) -> list[str]:
    found = {
        part.column(pattern).name
        for kind in feed.records
        for part in parts(feed, kind)
        for pattern in kind.key
        if isinstance(part.type(pattern), Number)
    }
    return sorted(found)


def _ways(feed: Feed) -> dict[Sql, str]:
    """The name of the text of a household key or a home, for each way in which the feed names one."""
    keys = [(part, kind.household) for kind in feed.records if kind.household for part in parts(feed, kind)]
    ways = [way for part, key in keys for way in (_household(part, key), _home(part, key)) if way is not None]
    return {way: f"h{at}" for at, way in enumerate(dict.fromkeys(ways))}


def _household(part: Part, household: HouseholdKey) -> Sql:
    """The text of a household key; null where one of its parts is."""
    texts = [_household_part(part, each) for each in household.of]
    known = join(" AND ", [fill("{text} IS NOT NULL", text=text) for text in texts])
    return fill("CASE WHEN {known} THEN {texts} END", known=known, texts=digested([literal(household.kind), *texts]))


def _home(part: Part, household: HouseholdKey) -> Sql | None:
    """The text of a home; where it is not known, the book's own; ``None`` where the key does not say it."""
    if household.home is None:
        return None
    known = _household_part(part, household.home)
    return fill("coalesce('at:' || {known}, 'of:' || {book})", known=known, book=_household(part, household))


def _household_part(part: Part, of: str | FirstCharacters) -> Sql:
    pattern = of if isinstance(of, str) else of.column
    text = plain(part.column(pattern).name) if isinstance(part.type(pattern), Id) else part.text(pattern)
    if isinstance(of, str):
        return text
    return fill("CASE WHEN length({x}) >= {n} THEN left({x}, {n}) END", x=text, n=literal(of.length))


def _records(part: Part, table: Sql, until: date) -> Sql:
    kind = part.kind
    known = _day(part, kind.known or kind.happened)
    columns = {
        "row": Sql("row"),
        "part": literal(part.index),
        "has_person": fill("{x} IS NOT NULL", x=part.value(kind.person)),
        "collective": _holds(part, kind.household.collective if kind.household else None),
        "happened_on": _day(part, kind.happened),
        "known_day": known,
        "stated_on": fill("{known} + {lag}", known=known, lag=literal(kind.lag_days)),
        "ends_on": _day(part, kind.ends) if kind.ends else Sql("CAST(NULL AS DATE)"),
        "withdrawn": _holds(part, kind.withdrawn),
        **{f"v_{column}": part.value(column) for column in kind.values},
    }
    when = join(" AND ", [Sql("TRUE"), *[_holds(part, condition) for condition in kind.when]])
    found = fill(
        "SELECT *, {reasons} FROM (SELECT {columns} FROM {table} WHERE {when})",
        table=table,
        reasons=_reasons(_faults(part, until)),
        columns=join(", ", [fill("{x} AS {c}", x=x, c=name(c)) for c, x in columns.items()]),
        when=when,
    )
    return fill("SELECT * FROM ({found}) WHERE reason IS NULL", found=found) if kind.optional else found


def _day(part: Part, day: DayExpression) -> Sql:
    """The day of an expression; null where it is not known, or no day of the calendar."""
    match day:
        case DayOf(column=column, otherwise=otherwise):
            days = [part.value(each) for each in (column, otherwise) if each is not None]
            return fill("coalesce({days}, NULL)", days=join(", ", days)) if otherwise else days[0]
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
        (Sql("NOT has_person"), Reason.REQUIRED_VALUE_MISSING, part.column(kind.person).name),
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
