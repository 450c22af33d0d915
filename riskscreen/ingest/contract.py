"""The contract's checks on values and between the columns of a row, with care, as one query.

``check`` makes three tables in the database, all by ``row``:

* ``cleaned``: a text column for each delivered one (as in :func:`raw`), trimmed, null where missing;
* ``ids``: place or mark (see :mod:`riskscreen.ingest.dealing`), normalised text and fitness of each id;
* ``typed``: for each column its value (:func:`value`) and what is wrong with it (:func:`fault`), for each id column
  its normalised text (:func:`plain`), what was mended of each value (see :mod:`riskscreen.ingest.mending`), of the
  first wrong column or check ``reason`` and ``reason_column``.

Ids in clear are in memory only: nothing of these tables is ever written as it is.
"""

import re
from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.declare import (
    Address,
    Check,
    Code,
    Column,
    ColumnType,
    Day,
    FreeText,
    Id,
    Money,
    Number,
    Numerals,
    OlderForm,
    PersonName,
    Region,
    Severity,
    Whole,
)
from riskscreen.identity import TOKEN, hashed, normalise
from riskscreen.ingest import mending, row_checks
from riskscreen.ingest.check_characters import are_right
from riskscreen.ingest.dealing import Ids, Names
from riskscreen.ingest.mending import Mend
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import Sql, arrow, fill, join, listed, literal, name

WIDE, NARROW = "０１２３４５６７８９．－＋／：", "0123456789.-+/:"
SPACES = " \t\r\n\v\f\u00a0\u3000\ufeff"
LONG_AGO = literal("0001-01-01")
DAY_PARTS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "j": "[0-9]{1,3}",
    "f": "[0-9]{1,6}",
    "b": "[^0-9]+",
    "B": "[^0-9]+",
    "p": "[A-Za-z]{2}",
    "%": "%",
}
DAY_PART, DAY_PART_WHOLE = "[0-9]{1,2}", "[0-9]{2}"


def raw(column: str) -> Sql:
    """The name of a column's cleaned text."""
    return name(f"c_{column}")


def value(column: str) -> Sql:
    """The name of a column's typed value; of an id, its token."""
    return name(f"v_{column}")


def plain(column: str) -> Sql:
    """The name of an id's normalised text."""
    return name(f"n_{column}")


def fault(column: str) -> Sql:
    """The name of what is wrong with a column: a :class:`Reason`'s value, or null."""
    return name(f"e_{column}")


def fits(column: str) -> Sql:
    """The name of whether an id fits its pattern."""
    return name(f"f_{column}")


def is_right(column: str) -> Sql:
    """The name of whether an id ends in the check character that its other characters ask for."""
    return name(f"k_{column}")


def check(
    connection: duckdb.DuckDBPyConnection,
    table: pa.Table,
    rows: npt.NDArray[np.int64],
    columns: Sequence[Column],
    ids: Ids,
    checks: Sequence[Check] = (),
) -> dict[str, Names]:
    """Make ``cleaned``, ``ids`` and ``typed`` from a table of text with these ``columns``, and its rows' numbers.

    Gives the names of the columns whose ids get numbers.
    """
    connection.register("delivered", table.append_column("row number", pa.array(rows)))
    connection.execute(
        fill(
            'CREATE TABLE cleaned AS SELECT "row number" AS row, {cleaned} FROM'
            ' (SELECT "row number", {trimmed}, {raw} FROM delivered)',
            cleaned=join(", ", [_cleaned(column) for column in columns]),
            trimmed=join(", ", [_trimmed(column) for column in columns]),
            raw=join(", ", [fill("{x} AS {d}", x=name(c.name), d=_delivered(c.name)) for c in columns]),
        )
    )
    connection.unregister("delivered")
    columns = [column for column in columns if not isinstance(column.type, FreeText)]  # only claims are made of it
    names = _tell_ids(connection, [column for column in columns if isinstance(column.type, Id)], ids)
    types = {column.name: column.type for column in columns}
    faults = [(fault(column.name), column.name) for column in columns]
    faults += [(row_checks.fault(one, types), one.column) for one in checks if one.severity is Severity.ERROR]
    connection.execute(
        fill(
            "CREATE TABLE typed AS SELECT *, {reason} AS reason, {column} AS reason_column FROM"
            " (SELECT row, {faults}, {values}, {mended} FROM"
            " (SELECT *, {parsed} FROM cleaned JOIN ids USING (row)))",
            parsed=join(", ", [_parsed(column) for column in columns]),
            faults=join(", ", [_fault(column) for column in columns]),
            values=join(", ", [kept for column in columns for kept in _kept(column)]),
            mended=join(", ", [_mended(column) for column in columns]),
            reason=_first_reason(faults),
            column=_first_column(faults),
        )
    )
    return names


def _trimmed(column: Column) -> Sql:
    return fill(
        "CASE WHEN regexp_full_match({x}, {plain}) THEN {x}"
        " ELSE trim(translate({x}, {wide}, {narrow}), {spaces}) END AS {x}",
        x=name(column.name),
        plain=literal("[!-~]+"),  # by far the most, and translating is slow
        wide=literal(WIDE),
        narrow=literal(NARROW),
        spaces=literal(SPACES),
    )


def _delivered(column: str) -> Sql:
    return name(f"as delivered {column}")


def _cleaned(column: Column) -> Sql:
    """The cleaned text, and what that mended; by far the most values are as they were."""
    return fill(
        "CASE WHEN {x} NOT IN {missing} THEN {x} END AS {c}, CASE WHEN {d} = {x} OR {x} IN {missing} THEN 0"
        " ELSE CASE WHEN translate({d}, {wide}, {narrow}) <> {d} THEN {is_wide} ELSE 0 END"
        " + CASE WHEN translate({d}, {wide}, {narrow}) <> {x} THEN {is_blank} ELSE 0 END END AS {b}",
        x=name(column.name),
        d=_delivered(column.name),
        missing=listed(["", *(spelling.strip(SPACES) for spelling in column.missing)]),
        c=raw(column.name),
        b=mending.at_cleaning(column.name),
        wide=literal(WIDE),
        narrow=literal(NARROW),
        is_wide=literal(int(Mend.WIDE)),
        is_blank=literal(int(Mend.BLANKS)),
    )


def _mended(column: Column) -> Sql:
    """All that was mended of a value."""
    c, v, bits = raw(column.name), value(column.name), [mending.at_cleaning(column.name)]
    match column.type:
        case Id():
            bits.append(mending.within(column.name))
        case Code(alike=(wrong, _)) if wrong:
            bits.append(_bit(fill("{v} <> {c}", v=v, c=c), Mend.SCRIPT))
        case Code(regions=regions, on=on) if regions:
            bits.append(_bit(_had_ended(c, value(on), regions), Mend.ENDED))
        case Day(numerals=numerals) if numerals:
            any_word = literal(f"[{re.escape(''.join(numerals.digits) + numerals.ten)}]")
            bits.append(_bit(fill("regexp_matches({c}, {any})", c=c, any=any_word), Mend.NUMERALS))
    if column.wrong_is_missing:
        bits.append(_bit(_is_wrong(column), Mend.UNREADABLE))
    known = [fill("coalesce({bits}, 0)", bits=each) for each in bits]
    return fill("{bits} AS {m}", bits=join(" | ", known), m=mending.mended(column.name))


def _bit(holds: Sql, mend: Mend) -> Sql:
    return fill("CASE WHEN {holds} THEN {bit} ELSE 0 END", holds=holds, bit=literal(int(mend)))


def _had_ended(c: Sql, day: Sql, regions: Sequence[Region]) -> Sql:
    """Whether a code is, or begins with, that of a region that had ended on a day."""
    ended = [
        fill(
            "(starts_with({c}, {code}) AND {day} >= {end})", c=c, code=literal(r.code), day=day, end=literal(r.valid_to)
        )
        for r in regions
        if r.valid_to is not None
    ]
    return join(" OR ", ended or [Sql("FALSE")])


def _tell_ids(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], ids: Ids) -> dict[str, Names]:
    texts = arrow(connection, join(", ", [Sql("FROM cleaned SELECT row"), *[raw(c.name) for c in columns]]))
    told, names = {"row": texts["row"]}, {}
    for column in columns:
        encoded = texts[f"c_{column.name}"].combine_chunks().dictionary_encode()
        of_distinct, distinct = _of_distinct(column, encoded.dictionary.to_pylist(), ids)
        told |= {each: values.take(encoded.indices) for each, values in of_distinct.items()}
        if column.name in ids.numbered:
            names[column.name] = distinct
    connection.register("ids in clear", pa.table(told))
    connection.execute('CREATE TABLE ids AS FROM "ids in clear"')
    connection.unregister("ids in clear")
    return names


def _of_distinct(column: Column, texts: list[str], ids: Ids) -> tuple[dict[str, pa.Array], Names]:
    if not isinstance(column.type, Id):
        raise TypeError(column.name)
    kind = column.type
    normal = [normalise(text) for text in texts]
    new, older = _as_meant(kind, normal)
    told = [mending.of_id(*each) for each in zip(texts, normal, new, older, strict=True)]
    normal_texts = pa.array(new, pa.string())
    secret = ids.secrets.key if column.name in ids.numbered else ids.secrets.marks
    hashes = pa.array([hashed(secret, kind.kind, text) for text in new], TOKEN)
    places = pa.array(np.arange(len(new)))
    return {
        f"v_{column.name}": places if column.name in ids.numbered else hashes,
        f"n_{column.name}": normal_texts,
        f"f_{column.name}": pa.array(_fit(kind.pattern, new), pa.bool_()),
        f"k_{column.name}": pa.array(_agree(kind, new), pa.bool_()),
        f"i_{column.name}": pa.array(told, pa.int32()),
    }, Names(kind.kind, hashes, normal_texts)


def _fit(pattern: str, ids: Sequence[str]) -> npt.NDArray[np.bool_]:
    compiled = re.compile(pattern)
    return np.array([compiled.fullmatch(text) is not None for text in ids], bool)


def _agree(kind: Id, ids: Sequence[str]) -> npt.NDArray[np.bool_]:
    return are_right(kind.check, list(ids)) if kind.check else np.ones(len(ids), bool)


def _as_meant(kind: Id, texts: list[str]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """The ids with characters put right, or in their form of today, where that alone makes an id of what is none.

    Says also which were in the older form.
    """
    fitting = _fit(kind.pattern, texts) & _agree(kind, texts)
    none = np.zeros(len(texts), bool)
    if fitting.all() or not (kind.mistaken[0] or kind.older):
        return texts, none
    swapped = [text.translate(str.maketrans(*kind.mistaken)) for text in texts]
    better = ~fitting & _fit(kind.pattern, swapped) & _agree(kind, swapped)
    new = [other if mend else text for text, other, mend in zip(texts, swapped, better, strict=True)]
    if kind.older is None:
        return new, none
    older = ~fitting & ~better & _fit(kind.older.pattern, swapped)
    return [_of_today(kind, kind.older, s) if o else n for n, s, o in zip(new, swapped, older, strict=True)], older


def _of_today(kind: Id, older: OlderForm, text: str) -> str:
    text = text[: older.at] + older.put + text[older.at :]
    return text + kind.check.of(text) if kind.check else text


def _parsed(column: Column) -> Sql:
    """The typed value, null where the text is none of the type; ids are parsed already."""
    if isinstance(column.type, Id):
        return join(", ", [fits(column.name), is_right(column.name)])
    return fill("{parsed} AS {v}", parsed=_value_of(raw(column.name), column.type), v=value(column.name))


def _value_of(x: Sql, kind: ColumnType) -> Sql:
    match kind:
        case Code() as code:
            return _code(x, code)
        case Address() | PersonName():
            return x
        case Whole():
            return _where(x, r"[+-]?[0-9]+(\.0*)?", fill("TRY_CAST(split_part({x}, '.', 1) AS BIGINT)", x=x))
        case Number():
            written = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
            return fill("{n} + 0.0", n=_where(x, written, fill("TRY_CAST({x} AS DOUBLE)", x=x)))  # no -0.0
        case Money(decimals=decimals):
            return _amount(x, decimals)
        case Day(formats=formats, numerals=numerals):
            x = _in_digits(x, numerals) if numerals else x
            days = [_where(x, _day_pattern(form), _day(x, form)) for form in formats]
            return fill("coalesce({days}, NULL)", days=join(", ", days))
    raise TypeError(kind)


def _code(x: Sql, kind: Code) -> Sql:
    (wrong, right), became = kind.alike, kind.became()
    if kind.allowed and wrong:
        other = fill("translate({x}, {wrong}, {right})", x=x, wrong=literal(wrong), right=literal(right))
        return fill("CASE WHEN {x} IN {all} THEN {x} ELSE {other} END", x=x, all=listed(kind.allowed), other=other)
    if not became:
        return x
    cases = [fill("WHEN {old} THEN {new}", old=literal(old), new=literal(new)) for old, new in became.items()]
    return fill("CASE {x} {cases} ELSE {x} END", x=x, cases=join(" ", cases))


def _where(x: Sql, pattern: str, then: Sql) -> Sql:
    return fill("CASE WHEN regexp_full_match({x}, {pattern}) THEN {then} END", x=x, pattern=literal(pattern), then=then)


def _amount(x: Sql, decimals: int) -> Sql:
    """The digits before the point and the agreed ones behind it, read as one whole number: no fraction is computed."""
    behind = rf"\.[0-9]{{0,{decimals}}}0*"
    alone = rf"|\.[0-9]{{1,{decimals}}}0*" if decimals else ""
    cents = fill("rpad(left(split_part({x}, '.', 2), {d}), {d}, '0')", x=x, d=literal(decimals))
    amount = fill("TRY_CAST(split_part({x}, '.', 1) || {cents} AS BIGINT)", x=x, cents=cents)
    return _where(x, rf"[+-]?([0-9]+({behind})?{alone})", amount)


def _in_digits(x: Sql, numerals: Numerals) -> Sql:
    """Numbers in words as digits; few days have them, and each rule costs."""
    spelt = "".join(numerals.digits)
    values = "".join(str(value) * len(alike) for value, alike in enumerate(numerals.digits))
    digits = fill("translate({x}, {spelt}, {values})", x=x, spelt=literal(spelt), values=literal(values))
    ten = f"[{re.escape(numerals.ten)}]"
    rules = [(f"([0-9]){ten}([0-9])", r"\1\2"), (f"([0-9]){ten}", r"\10"), (f"{ten}([0-9])", r"1\1"), (ten, "10")]
    for pattern, replacement in rules if numerals.ten else ():
        digits = fill("regexp_replace({x}, {p}, {r}, 'g')", x=digits, p=literal(pattern), r=literal(replacement))
    any_word = literal(f"[{re.escape(spelt + numerals.ten)}]")
    return fill("CASE WHEN regexp_matches({x}, {any}) THEN {digits} ELSE {x} END", x=x, any=any_word, digits=digits)


def _day(x: Sql, form: str) -> Sql:
    day = fill("CAST(try_strptime({x}, {form}) AS DATE)", x=x, form=literal(form))
    return fill("CASE WHEN {day} >= CAST({first} AS DATE) THEN {day} END", day=day, first=LONG_AGO)


def _day_pattern(form: str) -> str:
    """What a text of a strptime format looks like: the database alone would take 24-01-01 for the year 24."""
    parts = re.split(r"%(.)", form)
    written = [re.escape(part) for part in parts]
    written[1::2] = [DAY_PARTS.get(part, DAY_PART) for part in parts[1::2]]
    if len(parts) > 3 and not any(parts[2:-1:2]):  # nothing parts them, so each has all its digits
        written = [DAY_PART_WHOLE if part == DAY_PART else part for part in written]
    return "".join(written)


def _fault(column: Column) -> Sql:
    """The first check that a value fails; the value is null here only where the text is none of the type."""
    c = raw(column.name)
    if column.wrong_is_missing:
        return fill("CAST(NULL AS VARCHAR) AS {e}", e=fault(column.name))
    missing = literal(Reason.REQUIRED_VALUE_MISSING.value if column.required else None)
    cases = [
        fill("WHEN {failed} THEN {reason}", failed=failed, reason=literal(reason.value))
        for failed, reason in _checks(column)
    ]
    return fill(
        "CASE WHEN {c} IS NULL THEN {missing} {cases} END AS {e}",
        c=c,
        missing=missing,
        cases=join(" ", cases),
        e=fault(column.name),
    )


def _checks(column: Column) -> list[tuple[Sql, Reason]]:
    v = value(column.name)
    match column.type:
        case Id():
            return [
                (fill("NOT {f}", f=fits(column.name)), Reason.ID_MALFORMED),
                (fill("NOT {k}", k=is_right(column.name)), Reason.CHECK_CHARACTER_WRONG),
            ]
        case Code(allowed=allowed) if allowed:
            return [(fill("{v} NOT IN {allowed}", v=v, allowed=listed(allowed)), Reason.NOT_AN_ALLOWED_VALUE)]
        case Code() | Address() | PersonName():
            return []
    return _checks_of_number_or_day(v, column.type)


def _checks_of_number_or_day(v: Sql, kind: ColumnType) -> list[tuple[Sql, Reason]]:
    unparsed = fill("{v} IS NULL", v=v)
    match kind:
        case Whole(at_least=low, at_most=high):
            return [(unparsed, Reason.NOT_A_WHOLE_NUMBER), *_range(v, low, high)]
        case Number(at_least=low, at_most=high):
            infinite = fill("{v} IS NULL OR NOT isfinite({v})", v=v)
            return [(infinite, Reason.NOT_A_NUMBER), *_range(v, low, high)]
        case Money(at_least=low, at_most=high):
            return [(unparsed, Reason.NOT_AN_AMOUNT), *_range(v, low, high)]
    return [(unparsed, Reason.NOT_A_DAY)]


def _range(v: Sql, low: float | None, high: float | None) -> list[tuple[Sql, Reason]]:
    below = [] if low is None else [(fill("{v} < {low}", v=v, low=literal(low)), Reason.BELOW_RANGE)]
    above = [] if high is None else [(fill("{v} > {high}", v=v, high=literal(high)), Reason.ABOVE_RANGE)]
    return below + above


def _kept(column: Column) -> list[Sql]:
    kept = [value(column.name), *([plain(column.name)] if isinstance(column.type, Id) else [])]
    if not column.wrong_is_missing:
        return kept
    return [fill("CASE WHEN {wrong} THEN NULL ELSE {x} END AS {x}", wrong=_is_wrong(column), x=x) for x in kept]


def _is_wrong(column: Column) -> Sql:
    """Whether a value that is there fails a check of its column."""
    failed = [Sql("FALSE"), *(failed for failed, _ in _checks(column))]
    return fill("({c} IS NOT NULL AND ({failed}))", c=raw(column.name), failed=join(" OR ", failed))


def _first_reason(faults: Sequence[tuple[Sql, str]]) -> Sql:
    return fill("coalesce({all}, NULL)", all=join(", ", [reason for reason, _ in faults]))


def _first_column(faults: Sequence[tuple[Sql, str]]) -> Sql:
    cases = [fill("WHEN {e} IS NOT NULL THEN {named}", e=reason, named=literal(column)) for reason, column in faults]
    return fill("CASE {cases} END", cases=join(" ", cases))
