"""One piece of a file: its rows checked and mapped to records, whatever other pieces say.

Most rows are plain and take the quick way (``plain``, then one query); the others are read with care (``contract``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import SAME, Check, Code, Column, Delivery, Feed, Id, Number, RecordKind, Severity
from riskscreen.eventstore.landing import landed_schema
from riskscreen.identity import Key
from riskscreen.ingest import contract, holders, mapping, mending, placing, references, row_checks, versions
from riskscreen.ingest.library import Library
from riskscreen.ingest.plain import Plain, Wanted, read_plainly
from riskscreen.ingest.quarantine import quarantined, truths, truths_of_plain
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name, scratch

_FAULT = Sql('reason AS "why not"')  # no column of a feed can be called so
KEYS = ("record_id", "stated_on", "row", "part")
MANY = 100_000  # from here on, loading what reads plain rows quickly pays

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for every piece of a file; ``told`` turns rows into the text that a CSV would hold.

    ``much`` says that the run has much to read, so that loading compiled code pays however small this file is.
    ``nothings`` keeps what comes of no rows for other files of the feed.
    """

    feed: Feed
    columns: Sequence[Column]
    key: Key
    until: date
    received: date | None
    load: int
    threads: int
    told: Callable[[pa.Table], pa.Table]
    libraries: Mapping[str, Library]
    much: bool = False
    nothings: dict[tuple[str, ...], "Piece"] = field(default_factory=dict)

    @property
    def nothing(self) -> "Piece":
        """What comes of no rows at all."""
        of = (self.feed.name, *(column.name for column in self.columns))
        if of not in self.nothings:
            no_rows = pa.table({column.name: pa.array([], pa.string()) for column in self.columns})
            self.nothings[of] = _with_care(replace(self, told=lambda table: table), no_rows, np.zeros(0, np.int64))
        return self.nothings[of]


@dataclass(frozen=True)
class Rejected:
    """Rows that are rejected for what other rows say, in their order, and the column in which that shows."""

    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: tuple[str | None, ...] = ()

    def are_in(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which of ``rows`` are rejected."""
        return np.isin(rows, self.rows)

    def within(self, first_row: int, rows: int) -> "Rejected":
        """Those of a piece."""
        start, end = np.searchsorted(self.rows, [first_row, first_row + rows])
        return Rejected(self.rows[start:end], self.columns[start:end])


@dataclass(frozen=True)
class Piece:
    """A piece after its checks; ``warned`` says how many accepted rows fail each of the feed's checks that warn.

    ``mended`` says of how many each of ``mending.kinds`` holds.

    ``records`` are by kind, in the order of their rows: the landed columns, then ``stated_on`` and ``part``. ``seen``
    are the ids of records in quarantined rows, and ``unclear`` the kinds of which such a row does not say which record
    it is; both are kept of a snapshot alone. ``first_fault`` is the first rejected row's reason and column.
    """

    rows: int
    records: Mapping[str, pa.Table]
    quarantine: pa.Table
    truth: pa.Table | None
    seen: Mapping[str, pa.Array]
    unclear: frozenset[str]
    first_fault: tuple[str, str] | None
    warned: tuple[int, ...]
    mended: tuple[int, ...]
    entries: pa.Table | None = None
    unplaced: pa.Table | None = None
    holders: pa.Table | None = None


def check_piece(terms: Terms, table: pa.Table, first_row: int) -> Piece:
    """Check and map the rows of a piece, which are numbered from ``first_row`` on."""
    if (table.num_rows < MANY and first_row == 0 and not terms.much) or _needs_care(terms.feed):
        return _with_care(terms, table, np.arange(first_row, first_row + table.num_rows))
    read = read_plainly(table, terms.columns, Wanted.by(terms.feed), terms.key, terms.threads)
    if read.odd.all():
        return _with_care(terms, table, np.arange(first_row, first_row + table.num_rows))
    plain, odd = _quickly(terms, read, first_row)
    at = np.flatnonzero(odd)
    careful = _with_care(terms, table.take(at), at + first_row) if len(at) else terms.nothing
    return Piece(
        table.num_rows,
        {kind: _in_order([plain.records[kind], careful.records[kind]]) for kind in plain.records},
        careful.quarantine,
        None if plain.truth is None or careful.truth is None else _truth_in_order([plain.truth, careful.truth]),
        careful.seen,
        careful.unclear,
        careful.first_fault,
        tuple(one + other for one, other in zip(plain.warned, careful.warned, strict=True)),
        careful.mended,
        unplaced=_unplaced_in_order([plain.unplaced, careful.unplaced]),
    )


def _needs_care(feed: Feed) -> bool:
    """Whether rows are more than their own values: entries of a reference, regions by their day, who is who."""
    of_regions = any(isinstance(column.type, Code) and column.type.regions for column in feed.columns)
    return feed.reference is not None or of_regions or feed.who is not None


def check_only(feed: Feed, columns: Sequence[Column], table: pa.Table, threads: int = 1) -> npt.NDArray[np.bool_]:
    """Which rows of a piece are not plain or break a check between columns: all that would be looked at with care.

    It is what :func:`check_piece` does first, without tokens and records; for measurements.
    """
    compared = frozenset(name for check in feed.checks for name in check.columns())
    ids = frozenset(column.name for column in columns if isinstance(column.type, Id))
    plain = read_plainly(table, columns, Wanted(compared - ids, compared), None, threads)
    values = {f"v_{column}": read for column, read in plain.values.items()}
    values |= {f"n_{column}": texts for column, texts in plain.texts.items()}
    odd = plain.odd
    with scratch(threads) as connection:
        for rows in _failing(connection, feed, columns, pa.table({"row": np.arange(len(odd)), **values})):
            odd[rows] = True
    return odd


def quarantine_rows(terms: Terms, table: pa.Table, rejected: Rejected, reason: str) -> pa.Table:
    """What is kept of rows that passed their own checks and are rejected all the same."""
    rows = rejected.rows
    columns = pa.array(rejected.columns, pa.string())
    said = pa.table({"row": rows, "reason": pa.repeat(reason, len(rows)), "reason_column": columns})
    with scratch(terms.threads) as connection:
        contract.check(connection, terms.told(table), rows, terms.columns, terms.key)
        connection.register("rejected", said)
        return quarantined(connection, terms.columns)


@dataclass(frozen=True)
class _Quick:
    records: Mapping[str, pa.Table]
    truth: pa.Table | None
    warned: tuple[int, ...]
    unplaced: pa.Table | None


def _quickly(terms: Terms, plain: Plain, first_row: int) -> tuple[_Quick, npt.NDArray[np.bool_]]:
    """The records of the plain rows, and which rows are odd, or give a record that cannot stand."""
    odd = plain.odd
    columns = {"row": pa.array(np.arange(first_row, first_row + len(odd)))}
    columns |= {f"v_{column}": values for column, values in plain.values.items()}
    columns |= {f"n_{column}": texts for column, texts in plain.texts.items()}
    values = pa.table(columns)
    values = values.filter(pa.array(~odd)) if odd.any() else values
    found: dict[str, pa.Table] = {}
    unplaced: pa.Table | None = None
    with scratch(terms.threads) as connection:
        if terms.libraries:
            values, unplaced = placing.place_plain(connection, terms.feed, terms.libraries, values)
        source = mapping.plain_rows(connection, terms.feed, values, terms.key)
        failing = _failing(connection, terms.feed, terms.columns, values)
        for kind in terms.feed.records:
            selected = mapping.records(terms.feed, kind, source, terms.until)
            landed = arrow(connection, _landed(terms, kind, selected, _FAULT, at_once=_at_once(terms, kind)))
            found[kind.name] = _with_ids(terms, kind, landed, values) if _at_once(terms, kind) else landed
    for number, check in enumerate(terms.feed.checks):
        if check.severity is Severity.ERROR:
            odd[failing[number] - first_row] = True
    for records in found.values():
        wrong = records["row"].filter(pc.is_valid(records["why not"])) if records.num_rows else []
        odd[np.asarray(wrong, np.int64) - first_row] = True
    standing = {kind: _standing(terms, kind, records, odd, first_row) for kind, records in found.items()}
    warned = [int((~odd[rows - first_row]).sum()) for rows in failing]  # of error checks there is none left
    truth = truths_of_plain(terms.columns, plain.values, standing, first_row)
    if unplaced is not None:
        unplaced = unplaced.filter(pa.array(~odd[unplaced["row"].to_numpy() - first_row]))
    return _Quick(standing, truth, tuple(warned), unplaced), odd


def _failing(
    connection: duckdb.DuckDBPyConnection, feed: Feed, columns: Sequence[Column], values: pa.Table
) -> list[Rows]:
    """For each check of the feed the rows that fail it; ``values`` as :func:`mapping.plain_rows` takes them."""
    checks, types = feed.checks, {column.name: column.type for column in columns}
    if not checks:
        return []
    doubtful = values.filter(pa.array(_in_doubt(checks, values)))
    if not doubtful.num_rows:
        return [np.zeros(0, np.int64)] * len(checks)
    connection.register("doubtful rows", doubtful)
    found = arrow(connection, row_checks.failing(name("doubtful rows"), checks, types))
    rows: Rows = found["row"].to_numpy()
    return [rows[found[f"w_{number}"].to_numpy()] for number in range(len(checks))]


def _in_doubt(checks: Sequence[Check], values: pa.Table) -> npt.NDArray[np.bool_]:
    from riskscreen.ingest.plain_checks import in_doubt  # compiled code is slow to load

    columns = {column: values[column].combine_chunks() for column in values.column_names}
    named = {
        start: {c.removeprefix(start): a for c, a in columns.items() if c.startswith(start)} for start in ("v_", "n_")
    }
    return in_doubt(checks, named["v_"], named["n_"])


def _standing(terms: Terms, kind: str, records: pa.Table, odd: npt.NDArray[np.bool_], first_row: int) -> pa.Table:
    if odd.any() and records.num_rows:
        records = records.filter(pa.array(~odd[records["row"].to_numpy() - first_row]))
    schema = _schema(terms.feed, next(each for each in terms.feed.records if each.name == kind))
    return _by_row(records.select(schema.names).cast(schema))


def _with_care(terms: Terms, table: pa.Table, rows: Rows) -> Piece:
    feed = terms.feed
    with scratch(terms.threads) as connection:
        contract.check(connection, terms.told(table), rows, terms.columns, terms.key, feed.checks)
        placing.place(connection, feed, terms.libraries)
        mapping.map_rows(connection, feed, terms.key, until=terms.until)
        versions.reject(connection, feed)
        records = {}
        for kind in feed.records:
            accepted = fill("SELECT * FROM {mapped} ANTI JOIN rejected USING (row)", mapped=mapping.mapped(kind))
            landed = arrow(connection, _landed(terms, kind, accepted, None))
            records[kind.name] = _by_row(landed.cast(_schema(feed, kind)))
        first = connection.execute("SELECT reason, reason_column FROM rejected ORDER BY row LIMIT 1").fetchone()
        return Piece(
            table.num_rows,
            records,
            quarantined(connection, terms.columns),
            truths(connection, feed, terms.columns),
            versions.seen(connection, feed) if feed.delivery is Delivery.SNAPSHOT else {},
            versions.unclear(connection, feed) if feed.delivery is Delivery.SNAPSHOT else frozenset(),
            (first[0], first[1]) if first else None,
            row_checks.count(connection, feed.checks, {column.name: column.type for column in terms.columns}),
            mending.count(connection, mending.kinds(feed, terms.columns)),
            references.entries(connection, feed, terms.load),
            placing.unplaced(connection) if terms.libraries else None,
            holders.told(connection, feed, terms.key, terms.load),
        )


def _at_once(terms: Terms, kind: RecordKind) -> bool:
    """Whether ids of records need no database: fractions are written in many ways."""
    parts = mapping.parts(terms.feed, kind)
    return not any(isinstance(part.type(pattern), Number) for part in parts for pattern in kind.key)


def _with_ids(terms: Terms, kind: RecordKind, records: pa.Table, values: pa.Table) -> pa.Table:
    """The records with their ids, which are made from the values of their rows."""
    first = values["row"][0].as_py() if values.num_rows else 0
    at = records["row"].to_numpy()
    whole = values.num_rows and values["row"][-1].as_py() - first + 1 == values.num_rows
    at = at - first if whole else np.searchsorted(values["row"].to_numpy(), at)
    part = records["part"].to_numpy()
    ids = _digests(terms, kind, kind.key, values, (at, part))
    if kind.same:
        shared = _digests(terms, kind, (kind.person, *kind.same), values, (at, part), all_known=True)
        records = records.append_column(SAME, pc.coalesce(shared, ids))
    return records.append_column("record_id", ids)


def _digests(
    terms: Terms,
    kind: RecordKind,
    patterns: Sequence[str],
    values: pa.Table,
    places: tuple[Rows, Rows],
    *,
    all_known: bool = False,
) -> pa.Array:
    """A digest of what stands in columns, for the records at places (row, part); null where not all is known."""
    from riskscreen.ingest.record_ids import record_ids  # compiled code is slow to load

    at, part = places
    order, made = [np.zeros(0, np.int64)], [pa.nulls(0, pa.binary(16))]
    for index, each in enumerate(mapping.parts(terms.feed, kind)):
        mine = np.flatnonzero(part == index)
        if len(mine):
            said = [_said(each, pattern, values, at[mine]) for pattern in patterns]
            order.append(mine)
            made.append(
                _where_known(record_ids([kind.name, *said]), said) if all_known else record_ids([kind.name, *said])
            )
    place = np.concatenate(order)
    digests = pa.concat_arrays(made)
    in_order = len(place) < 2 or bool((place[1:] > place[:-1]).all())
    return digests if in_order else digests.take(pa.array(np.argsort(place)))


def _where_known(digests: pa.Array, said: Sequence[str | pa.Array]) -> pa.Array:
    unknown = [pc.is_null(array) for array in said if not isinstance(array, str) and array.null_count]
    for nulls in unknown:
        digests = pc.if_else(nulls, pa.scalar(None, digests.type), digests)
    return digests


def _said(part: mapping.Part, pattern: str, values: pa.Table, at: Rows) -> str | pa.Array:
    """What stands in a part of a record's key, for the rows at those places."""
    if part.is_variable(pattern) and part.kind.each is not None:
        return str(part.kind.each.values[part.index])
    column = values[f"v_{part.column(pattern).name}"].combine_chunks()
    return column if len(at) == len(column) else column.take(pa.array(at))


def _landed(terms: Terms, kind: RecordKind, selected: Sql, more: Sql | None, *, at_once: bool = False) -> Sql:
    """Records as they are landed, each known from the day of delivery at the earliest, and what settles them."""
    replaced = {
        "known_on": fill("greatest(stated_on, CAST({day} AS DATE))", day=literal(terms.received)),
        "load": literal(terms.load),
        **{column: contract.value(column) for column in kind.values},
    }
    names = [*landed_schema(terms.feed, kind).names, "stated_on", "part"]
    names = [column for column in names if column not in ("record_id", SAME)] if at_once else names
    columns = [fill("{x} AS {c}", x=replaced.get(column, name(column)), c=name(column)) for column in names]
    columns += [more] if more else []
    return fill("SELECT {columns} FROM ({selected})", columns=join(", ", columns), selected=selected)


def _schema(feed: Feed, kind: RecordKind) -> pa.Schema:
    return pa.schema([*landed_schema(feed, kind), ("stated_on", pa.date32()), ("part", pa.int16())])


def _by_row(table: pa.Table) -> pa.Table:
    """The records by row, and those of one row by their part."""
    rows, part = (table[column].to_numpy().astype(np.int64) for column in ("row", "part"))
    order = rows * (1 << 15) + part
    if len(order) < 2 or (order[1:] > order[:-1]).all():
        return table.combine_chunks()
    return table.take(np.argsort(order, kind="stable")).combine_chunks()


def _in_order(tables: Sequence[pa.Table]) -> pa.Table:
    filled = [table for table in tables if table.num_rows]
    return _by_row(pa.concat_tables(filled)) if len(filled) > 1 else (filled or list(tables))[0]


def _unplaced_in_order(tables: Sequence[pa.Table | None]) -> pa.Table | None:
    there = [table for table in tables if table is not None]
    return pa.concat_tables(there).sort_by([("row", "ascending"), ("column", "ascending")]) if there else None


def _truth_in_order(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).sort_by([(column, "ascending") for column in ("row", "kind", "record_id")])
