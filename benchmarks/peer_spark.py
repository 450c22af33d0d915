"""The reference work in PySpark: DataFrames of one day, written from the same declarations.

A kind's records are grouped by person once for all windows; what corrects others is few, and is sent to all; distinct
counts are two groupings. What was grouped is kept before it is joined: left to itself, Spark works a table out anew for
each table that is made of it, and compiles more columns than the JVM takes in one method.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f

from benchmarks.peer_sql import NOT_ZERO, REGISTER, columns_of, distincts, is_then, may_be_unknown, then_kinds
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

Read = Callable[[str], DataFrame]
SETTINGS = {
    "spark.driver.memory": "6g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.codegen.maxFields": "200",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
}


def session() -> SparkSession:
    """Spark in this process's own JVM, on two cores."""
    builder = SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def sums(deployment: Deployment, as_of: date, read: Read) -> dict[str, Any]:
    """How many people, and the sum of every signal; ``read`` gives the event table of a kind."""
    rows = _answer(deployment, as_of, read)
    told = rows.agg(f.count("*").alias("people"), *(f.sum(name).alias(name) for name in deployment.signals))
    (row,) = told.collect()
    return dict(row.asDict())


def _answer(deployment: Deployment, as_of: date, read: Read) -> DataFrame:
    signals = list(deployment.signals.values())
    own = [signal for signal in signals if isinstance(signal, RecordSignal)]
    kinds = [kind for kind in deployment.record_kinds if kind != REGISTER]
    visible = {kind: _visible(read(kind), columns_of(deployment, kind), as_of) for kind in kinds}
    lived = _kept(_lived(_visible(read(REGISTER), ("household", "ends_on"), as_of)))
    parts = [_grouped(visible[kind], [s for s in own if s.records == kind], as_of) for kind in kinds]
    parts += [_distinct(visible[together[0].records], together) for together in distincts(own)]
    homes = lived.where(_at(f.lit(as_of))).select("person", "household")
    everybody = [*map(_kept, parts), homes, lived.select("person").distinct()]
    people = reduce(lambda one, two: one.join(two, "person", "full"), everybody)
    zero = [signal.name for signal in own if not isinstance(signal, NOT_ZERO)]
    unit = f.coalesce("household", -1 - f.col("person")).alias("unit")
    whole = _kept(people.select("person", "household", unit, *_filled([s.name for s in own], zero)))
    now = [s for s in signals if isinstance(s, OverHousehold | CountMembers) and not is_then(s)]
    of_unit = [whole.groupBy("unit").agg(*(_roll(signal).alias(signal.name) for signal in now))]
    of_unit += [_then(visible[kind], *said, lived, whole, as_of) for kind, said in then_kinds(signals).items()]
    rolled = reduce(lambda one, two: one.join(two, "unit", "left"), map(_kept, of_unit), whole)
    named = {signal.name: signal for signal in own}
    counted = [s.name for s in signals if is_then(s) and not may_be_unknown(s, named)]
    return rolled.select("person", *_filled(list(deployment.signals), counted))


def _kept(rows: DataFrame) -> DataFrame:
    """Worked out now, and kept."""
    return rows.localCheckpoint()


def _filled(names: Sequence[str], zero: Sequence[str]) -> list[Column]:
    return [f.coalesce(f.col(name), f.lit(0)).alias(name) if name in zero else f.col(name) for name in names]


def _visible(stated: DataFrame, columns: Sequence[str], as_of: date) -> DataFrame:
    day = f.lit(as_of)
    known = stated.where(f.col("known_on") <= day)
    later = known.where(f.col("version") > 1).select("record", (f.col("version") - 1).cast("byte").alias("version"))
    seen = known.where((f.col("happened_on") <= day) & ~f.col("withdrawn"))
    now = seen.join(f.broadcast(later), ["record", "version"], "left_anti")
    return now.select("person", "happened_on", f.datediff(day, "happened_on").alias("age"), *columns)


def _lived(statements: DataFrame) -> DataFrame:
    until = f.lead("happened_on").over(Window.partitionBy("person").orderBy("happened_on"))
    return statements.select(
        "person",
        "household",
        f.col("happened_on").alias("since"),
        until.alias("until"),
        f.col("ends_on").alias("left_on"),
    )


def _at(on: Column) -> Column:
    """Whether a stay holds on a day."""
    until, left_on = f.col("until"), f.col("left_on")
    return (f.col("since") <= on) & (until.isNull() | (on < until)) & (left_on.isNull() | (left_on >= on))


def _grouped(visible: DataFrame, signals: Sequence[RecordSignal], as_of: date) -> DataFrame:
    told = [_of_records(s, as_of).alias(s.name) for s in signals if not isinstance(s, Distinct)]
    return visible.groupBy("person").agg(*told)


def _distinct(visible: DataFrame, signals: Sequence[Distinct]) -> DataFrame:
    """Distinct counts that differ in their windows alone: each value counts where it was seen last."""
    inside = reduce(lambda one, two: one | two, map(_window, signals))
    where = [holds(condition) for condition in signals[0].where]
    value = f.col(signals[0].column)
    seen = visible.where(reduce(lambda one, two: one & two, where, inside & value.isNotNull()))
    values = seen.groupBy("person", value.alias("value")).agg(f.min("age").alias("age"))
    return values.groupBy("person").agg(*(_added(None, _window(signal)).alias(signal.name) for signal in signals))


def _window(signal: RecordSignal, before: bool = False) -> Column:
    """The ages in a signal's window, or in one of its length ``before``."""
    if signal.window is None:
        return f.lit(True)
    age, days = f.col("age"), signal.window.days
    return (age >= days) & (age < 2 * days) if before else age < days


def _inside(signal: RecordSignal, as_of: date, before: bool = False) -> Column:
    is_spell = isinstance(signal, StateAt | SpellLength)
    ends_on = f.col("ends_on")
    inside = ends_on.isNull() | (ends_on >= f.lit(as_of)) if is_spell else _window(signal, before)
    return reduce(lambda one, two: one & two, map(holds, signal.where), inside)


def holds(condition: Condition) -> Column:
    """A condition on a column."""
    column = f.col(condition.field)
    match condition:
        case Is(values=values):
            return column.isin(list(values)) if len(values) > 1 else column == values[0]
        case AtLeast(bound=bound):
            return column >= bound
        case AtMost(bound=bound):
            return column <= bound
        case Known():
            return column.isNotNull()


def _of_records(signal: RecordSignal, as_of: date) -> Column:
    if isinstance(signal, Trend):
        recent, before = _inside(signal, as_of), _inside(signal, as_of, before=True)
        return _added(signal.column, recent) - _added(signal.column, before)
    return EXPRESSIONS[type(signal)](signal, _inside(signal, as_of))


def _where(inside: Column, column: str) -> Column:
    return f.when(inside, f.col(column))


def _added(column: str | None, inside: Column) -> Column:
    return f.sum(f.when(inside, f.lit(1) if column is None else f.col(column)).otherwise(0))


EXPRESSIONS: Mapping[type[RecordSignal], Callable[[Any, Column], Column]] = {
    Count: lambda signal, inside: _added(None, inside),
    Total: lambda signal, inside: _added(signal.column, inside),
    Largest: lambda signal, inside: f.max(_where(inside, signal.column)),
    Smallest: lambda signal, inside: f.min(_where(inside, signal.column)),
    Average: lambda signal, inside: f.avg(_where(inside, signal.column)),
    Latest: lambda signal, inside: f.min_by(signal.column, _where(inside, "age")),
    DaysSinceLast: lambda signal, inside: f.min(_where(inside, "age")),
    DaysSinceFirst: lambda signal, inside: f.max(_where(inside, "age")),
    Share: lambda signal, inside: _ratio(_added(signal.column, inside), _added(signal.whole, inside)),
    StateAt: lambda signal, inside: f.max(f.when(inside, 1).otherwise(0)),
    SpellLength: lambda signal, inside: f.coalesce(f.max(_where(inside, "age")) + 1, f.lit(0)),
}


def _ratio(part: Column, whole: Column) -> Column:
    return f.when(whole != 0, part / whole)


def _roll(signal: OverHousehold | CountMembers) -> Column:
    if isinstance(signal, CountMembers):
        return _added(None, holds(signal.where)) if signal.where else f.count("*")
    column = f.col(signal.of)
    if signal.how == "any":
        return f.max(f.when(column > 0, 1).otherwise(0))
    return {"sum": f.sum, "max": f.max, "min": f.min, "mean": f.avg}[signal.how](column)


def _then(
    visible: DataFrame,
    rolled: Sequence[OverHousehold | CountMembers],
    inner: Mapping[str, RecordSignal],
    lived: DataFrame,
    people: DataFrame,
    as_of: date,
) -> DataFrame:
    seen = visible.where(reduce(lambda one, two: one | two, (_inside(signal, as_of) for signal in inner.values())))
    housed = seen.join(lived, "person").where(_at(f.col("happened_on"))).withColumn("unit", f.col("household"))
    alone = seen.join(people.where(f.col("household").isNull()).select("person", "unit"), "person")
    columns = [*seen.columns, "unit"]
    both = housed.select(columns).union(alone.select(columns))
    by_person = both.groupBy("unit", "person").agg(*(_of_records(s, as_of).alias(n) for n, s in inner.items()))
    return by_person.groupBy("unit").agg(*(_roll(signal).alias(signal.name) for signal in rolled))
