"""The reference work in Polars: one lazy query a day for the streaming engine, written from the same declarations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

import polars as pl

from benchmarks.peer_sql import (
    NOT_ZERO,
    REGISTER,
    Inner,
    Rolled,
    columns_of,
    distincts,
    is_then,
    may_be_unknown,
    then_kinds,
)
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
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from riskscreen.declare.signals import HAPPENED_ON

Scan = Callable[[str], pl.LazyFrame]
happened = pl.col(HAPPENED_ON)


def answer(deployment: Deployment, as_of: date, scan: Scan, only: Condition | None = None) -> pl.LazyFrame:
    """A row a person with every signal; ``scan`` gives the event table of a kind.

    With ``only``, a condition on a record signal, a row for each who meets it: just their records, and those of all who
    live or lived in their households, are worked on.

    What is grouped is collected before it is joined: the engine itself would read the tables again for each use.
    """
    signals = list(deployment.signals.values())
    own = [signal for signal in signals if isinstance(signal, RecordSignal)]
    kinds = [kind for kind in deployment.record_kinds if kind != REGISTER]
    visible = {kind: _visible(scan(kind), columns_of(deployment, kind), as_of) for kind in kinds}
    lived = _visible(scan(REGISTER), ("household", "ends_on"), as_of)
    cohort = None
    if only is not None:
        cohort = _cohort(visible, next(s for s in own if s.name == only.field), only, as_of)
        near = _near(cohort, lived)
        visible = {kind: rows.join(near, on="person", how="semi") for kind, rows in visible.items()}
        lived = lived.join(near, on="person", how="semi")
    parts = [_grouped(visible[kind], [s for s in own if s.records == kind], as_of) for kind in kinds]
    parts += [_distinct(visible[together[0].records], together, as_of) for together in distincts(own)]
    together = {kind: visible[kind].filter(_any(rolled, as_of)) for kind, (_, rolled) in then_kinds(signals).items()}
    *found, stays = pl.collect_all([*parts, *together.values(), lived], engine="streaming")
    homes = _lived(stays.lazy())
    whole = _joined([part.lazy() for part in found[: len(parts)]], homes, own, as_of).collect(engine="streaming").lazy()
    seen = dict(zip(together, (part.lazy() for part in found[len(parts) :]), strict=True))
    now = [s for s in signals if isinstance(s, OverHousehold | CountMembers) and not is_then(s)]
    of_unit = [whole.group_by("unit").agg(_roll(signal).alias(signal.name) for signal in now)]
    of_unit += [_then(seen[kind], *said, homes, whole, as_of) for kind, said in then_kinds(signals).items()]
    rolled = reduce(lambda one, two: one.join(two, on="unit", how="left"), of_unit, whole)
    named = {signal.name: signal for signal in own}
    counted = [s.name for s in signals if is_then(s) and not may_be_unknown(s, named)]
    rows = rolled.with_columns(pl.col(counted).fill_null(0)).select("person", *deployment.signals)
    return rows if cohort is None else rows.join(cohort, on="person", how="semi")


def _cohort(visible: Mapping[str, pl.LazyFrame], signal: RecordSignal, only: Condition, as_of: date) -> pl.LazyFrame:
    """Those who meet a condition."""
    of_signal = visible[signal.records].group_by("person").agg(_of_records(signal, as_of).alias(signal.name))
    return of_signal.filter(holds(only)).select("person").collect(engine="streaming").lazy()


def _near(cohort: pl.LazyFrame, lived: pl.LazyFrame) -> pl.LazyFrame:
    """A cohort, and all who live or lived in a household of theirs."""
    homes = lived.join(cohort, on="person", how="semi").select("household").unique()
    others = lived.join(homes, on="household", how="semi").select("person")
    return pl.concat([cohort, others]).unique().collect(engine="streaming").lazy()


def sums(rows: pl.LazyFrame) -> dict[str, Any]:
    """How many people, and the sum of every signal."""
    told = rows.select(pl.len().alias("people"), pl.exclude("person").sum()).collect(engine="streaming")
    return told.to_dicts()[0]


def _joined(
    parts: Sequence[pl.LazyFrame], lived: pl.LazyFrame, own: Sequence[RecordSignal], as_of: date
) -> pl.LazyFrame:
    """Everybody's own signals and home; of whom nothing was seen, what counts is 0 and the rest not known."""
    homes = lived.filter(_at(as_of)).select("person", "household")
    everybody = [*parts, homes, lived.select("person").unique()]
    people = reduce(lambda one, two: one.join(two, on="person", how="full", coalesce=True), everybody)
    unit = pl.coalesce("household", -1 - pl.col("person")).alias("unit")
    return people.with_columns(unit, *(pl.col(s.name).fill_null(0) for s in own if not isinstance(s, NOT_ZERO)))


def _visible(stated: pl.LazyFrame, columns: Sequence[str], as_of: date) -> pl.LazyFrame:
    known = stated.filter(pl.col("known_on") <= as_of)
    newest = known.filter(pl.col("version") > 1).group_by("record").agg(pl.col("version").max().alias("newest"))
    return (
        known.filter(happened <= as_of)
        .join(newest, on="record", how="left")
        .filter((pl.col("newest").is_null() | (pl.col("version") == pl.col("newest"))) & ~pl.col("withdrawn"))
        .select("person", HAPPENED_ON, *columns)
    )


def _lived(statements: pl.LazyFrame) -> pl.LazyFrame:
    until = happened.shift(-1).over("person").alias("until")
    return statements.sort("person", HAPPENED_ON).with_columns(until).rename({HAPPENED_ON: "since"})


def _at(day: Any) -> pl.Expr:
    """Whether a stay holds on a day."""
    after: pl.Expr = pl.col("until").is_null() | (
        pl.lit(day) < pl.col("until") if isinstance(day, date) else day < pl.col("until")
    )
    left = pl.col("ends_on").is_null() | (pl.col("ends_on") >= day)
    held: pl.Expr = (pl.col("since") <= day) & after & left
    return held


def _grouped(visible: pl.LazyFrame, signals: Sequence[RecordSignal], as_of: date) -> pl.LazyFrame:
    told = [_of_records(s, as_of).alias(s.name) for s in signals if not isinstance(s, Distinct)]
    return visible.group_by("person").agg(told)


def _distinct(visible: pl.LazyFrame, signals: Sequence[Distinct], as_of: date) -> pl.LazyFrame:
    """Distinct counts that differ in their windows alone: each value counts where it was seen last."""
    value = pl.col(signals[0].column)
    inside = [_inside(signal, as_of) for signal in signals]
    seen = visible.filter(reduce(lambda one, two: one | two, inside) & value.is_not_null())
    values = seen.group_by("person", value.alias("value")).agg(happened.max())
    told = [_inside(replace(s, where=()), as_of).cast(pl.Int64).sum().alias(s.name) for s in signals]
    return values.group_by("person").agg(told)


def _inside(signal: RecordSignal, as_of: date, shift: int = 0) -> pl.Expr:
    """The records that a signal counts, of those that happened up to ``as_of``; ``shift`` is in days."""
    end = as_of - timedelta(shift)
    said = [happened <= end] if shift else []
    if isinstance(signal, StateAt | SpellLength):
        said.append(pl.col("ends_on").is_null() | (pl.col("ends_on") >= as_of))
    elif signal.window is not None:
        said.append(end - timedelta(signal.window.days) < happened)
    said += map(holds, signal.where)
    return reduce(lambda one, two: one & two, said) if said else pl.lit(value=True)


def holds(condition: Condition) -> pl.Expr:
    """A condition on a column."""
    column = pl.col(condition.field)
    match condition:
        case Is(values=values):
            return column.is_in(list(values)) if len(values) > 1 else column == values[0]
        case AtLeast(bound=bound):
            return column >= bound
        case AtMost(bound=bound):
            return column <= bound
        case Known():
            return column.is_not_null()


def _of_records(signal: Any, as_of: date) -> pl.Expr:
    return EXPRESSIONS[type(signal)](signal, _inside(signal, as_of), as_of)


def _where(inside: pl.Expr, column: str) -> pl.Expr:
    return pl.when(inside).then(pl.col(column))


def _added(column: str | None, inside: pl.Expr) -> pl.Expr:
    return inside.cast(pl.Int64).sum() if column is None else _where(inside, column).sum()


def _days(as_of: date, days: pl.Expr) -> pl.Expr:
    return (pl.lit(as_of) - days).dt.total_days()


def _trend(signal: Trend, inside: pl.Expr, as_of: date) -> pl.Expr:
    assert signal.window is not None
    return _added(signal.column, inside) - _added(signal.column, _inside(signal, as_of, signal.window.days))


EXPRESSIONS: Mapping[type[RecordSignal], Callable[[Any, pl.Expr, date], pl.Expr]] = {
    Count: lambda signal, inside, as_of: _added(None, inside),
    Total: lambda signal, inside, as_of: _added(signal.column, inside),
    Largest: lambda signal, inside, as_of: _where(inside, signal.column).max(),
    Smallest: lambda signal, inside, as_of: _where(inside, signal.column).min(),
    Average: lambda signal, inside, as_of: _where(inside, signal.column).mean(),
    Latest: lambda signal, inside, as_of: pl.col(signal.column).max_by(_where(inside, HAPPENED_ON)),
    DaysSinceLast: lambda signal, inside, as_of: _days(as_of, _where(inside, HAPPENED_ON).max()),
    DaysSinceFirst: lambda signal, inside, as_of: _days(as_of, _where(inside, HAPPENED_ON).min()),
    Share: lambda signal, inside, as_of: _ratio(_added(signal.column, inside), _added(signal.whole, inside)),
    StateAt: lambda signal, inside, as_of: inside.any().cast(pl.Int64),
    SpellLength: lambda signal, inside, as_of: (_days(as_of, _where(inside, HAPPENED_ON).min()) + 1).fill_null(0),
    Trend: _trend,
}


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole != 0).then(part / whole)


def _roll(signal: OverHousehold | CountMembers) -> pl.Expr:
    if isinstance(signal, CountMembers):
        return (holds(signal.where).cast(pl.Int64).sum() if signal.where else pl.len()).cast(pl.Int64)
    column = pl.col(signal.of)
    if signal.how == "any":
        return (column.fill_null(0) > 0).any().cast(pl.Int64)
    return {"sum": column.sum, "max": column.max, "min": column.min, "mean": column.mean}[signal.how]()


def _any(inner: Inner, as_of: date) -> pl.Expr:
    return reduce(lambda one, two: one | two, [_inside(signal, as_of) for signal in inner.values()])


def _then(
    seen: pl.LazyFrame, rolled: Rolled, inner: Inner, lived: pl.LazyFrame, people: pl.LazyFrame, as_of: date
) -> pl.LazyFrame:
    housed = seen.join(lived, on="person").filter(_at(happened)).with_columns(pl.col("household").alias("unit"))
    alone = seen.join(people.filter(pl.col("household").is_null()).select("person", "unit"), on="person")
    columns = [*seen.collect_schema().names(), "unit"]
    both = pl.concat([housed.select(columns), alone.select(columns)])
    by_person = both.group_by("unit", "person").agg(_of_records(s, as_of).alias(n) for n, s in inner.items())
    return by_person.group_by("unit").agg(_roll(signal).alias(signal.name) for signal in rolled)
