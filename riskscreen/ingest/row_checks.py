"""Checks between the columns of a row, as SQL over the table ``typed`` of :mod:`riskscreen.ingest.contract`."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import duckdb

from riskscreen.declare import (
    AddsUp,
    Agree,
    Check,
    ColumnType,
    Id,
    InRegion,
    MadeOf,
    NotBefore,
    Number,
    OneKnown,
    Region,
    Severity,
)
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import Sql, fill, join, listed, literal, name

Types = Mapping[str, ColumnType]


def warned(number: int) -> Sql:
    """The name of whether a row fails the check that stands at a place of the feed's checks."""
    return name(f"w_{number}")


def fault(check: Check, types: Types) -> Sql:
    """The reason's value where a row fails a check, else null."""
    return fill(
        "CASE WHEN {failed} THEN {reason} END", failed=failed(check, types), reason=literal(_reason(check).value)
    )


def failed(check: Check, types: Types) -> Sql:
    """Whether a row fails a check: false or null where a column that it compares is not known."""
    match check:
        case AddsUp(total=total, parts=parts, within=within):
            sums = join(" + ", [_exact(part, types) for part in parts])
            return fill("abs({t} - ({sums})) > {within}", t=_exact(total, types), sums=sums, within=literal(within))
        case NotBefore(later=later, earlier=earlier):
            return fill("{later} < {earlier}", later=_value(later), earlier=_value(earlier))
        case MadeOf(whole=whole, parts=parts, more=more):
            made = join(" || ", [_text(part, types) for part in parts])
            rest = fill("substr({w}, length({made}) + 1)", w=_text(whole, types), made=made)
            return fill(
                "NOT (starts_with({w}, {made}) AND regexp_full_match({rest}, {more}))",
                w=_text(whole, types), made=made, rest=rest, more=literal(more),
            )  # fmt: skip
        case InRegion(id=column, regions=regions, day=at):
            return _outside(_text(column, types), regions, at)
        case Agree(one=one, other=other):
            said = [(_text(x, types) if isinstance(types.get(x), Id) else _value(x)) for x in (one, other)]
            return fill("{one} <> {other}", one=said[0], other=said[1])
        case OneKnown(of=columns):
            return join(" AND ", [fill("{v} IS NULL", v=_value(column)) for column in columns])


def count(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check], types: Types) -> tuple[int, ...]:
    """For each check how many accepted rows fail it, where it warns; reads ``typed`` and ``rejected``."""
    warning = [number for number, check in enumerate(checks) if check.severity is Severity.WARNING]
    if not warning:
        return (0,) * len(checks)
    counts = join(", ", [fill("count(*) FILTER ({w})", w=failed(checks[number], types)) for number in warning])
    query = fill("SELECT {counts} FROM typed ANTI JOIN rejected USING (row)", counts=counts)
    found = dict(zip(warning, connection.execute(query).fetchone() or (), strict=True))
    return tuple(found.get(number, 0) for number in range(len(checks)))


def failing(table: Sql, checks: Sequence[Check], types: Types) -> Sql:
    """The rows of a table that fail any check: ``row``, and for each check whether it fails, as :func:`warned`."""
    each = [fill("coalesce({failed}, FALSE)", failed=failed(check, types)) for check in checks]
    named = [fill("{failed} AS {w}", failed=one, w=warned(number)) for number, one in enumerate(each)]
    return fill(
        "SELECT row, {named} FROM {table} WHERE {any}", named=join(", ", named), table=table, any=join(" OR ", each)
    )


def sentences(checks: Sequence[Check], counts: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """A sentence for each check that warns and that accepted rows fail, with their number over all pieces."""
    sums = [sum(numbers) for numbers in zip(*counts, strict=True)]
    said = zip(checks, sums, strict=False)
    return tuple(f"{rows:,} row{'s' * (rows > 1)}: {_sentence(check)}" for check, rows in said if rows)


def _sentence(check: Check) -> str:
    if isinstance(check, InRegion):
        return f"the region in {check.column!r} is not known, or had ended before the day in it"
    if isinstance(check, Agree):
        return f"{check.one!r} and {check.other!r} disagree"
    if isinstance(check, OneKnown):
        return f"nobody is named in {' or '.join(map(repr, check.of))}, so no record was made"
    return f"{check.column!r}: {_reason(check).text.en}"


def _reason(check: Check) -> Reason:
    reasons: dict[type[Check], Reason] = {
        AddsUp: Reason.DOES_NOT_ADD_UP,
        NotBefore: Reason.BEFORE_ITS_BEGINNING,
        MadeOf: Reason.NOT_MADE_OF_ITS_PARTS,
        OneKnown: Reason.NOBODY_NAMED,
    }
    return reasons[type(check)]


def _outside(id_: Sql, regions: Sequence[Region], at: int) -> Sql:
    """Whether the beginning of an id names no region, or only ones that had ended on the day in it.

    Regions that stand are asked first: most ids are of one, and reading a day is slow.
    """
    day = fill("CAST(try_strptime(substr({id}, {at}, 8), '%Y%m%d') AS DATE)", id=id_, at=literal(at + 1))
    cases = []
    for (ended, length), alike in groupby(sorted(regions, key=_alike, reverse=True), key=_alike):
        codes = listed([region.code for region in alike])
        among = fill("WHEN left({id}, {n}) IN {codes}", id=id_, n=literal(length), codes=codes)
        still = fill("AND coalesce({day} < {ended}, TRUE)", day=day, ended=literal(ended))
        cases.append(fill("{among} {still} THEN FALSE", among=among, still=Sql("") if ended == date.max else still))
    return fill("CASE {cases} WHEN {id} IS NOT NULL THEN TRUE END", cases=join(" ", cases), id=id_)


def _alike(region: Region) -> tuple[date, int]:
    return region.valid_to or date.max, len(region.code)


def _value(column: str) -> Sql:
    return name(f"v_{column}")


def _text(column: str, types: Types) -> Sql:
    if isinstance(types[column], Id):
        return name(f"n_{column}")
    return fill("CAST({v} AS VARCHAR)", v=_value(column))


def _exact(column: str, types: Types) -> Sql:
    """A number that can be added up without overflow."""
    wide = Sql("DOUBLE") if isinstance(types[column], Number) else Sql("HUGEINT")
    return fill("CAST({v} AS {wide})", v=_value(column), wide=wide)
