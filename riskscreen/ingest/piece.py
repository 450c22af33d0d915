"""One piece of a file: its rows checked and mapped to records, whatever other pieces say.

Most rows are plain and take the quick way (``plain``, then one query); the others are read with care (``contract``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME, SAME, Check, Code, Column, Delivery, Feed, Id, RecordKind, Severity
from riskscreen.eventstore.landing import landed_schema
from riskscreen.identity import Key, normalise, tokens
from riskscreen.identity.vault import Vault
from riskscreen.ingest import claiming, contract, mapping, mending, placing, references, row_checks, versions
from riskscreen.ingest.dealing import NONE, Asked, Dealt, Door, Ids, Names, Rows, Secrets, Used, numbered
from riskscreen.ingest.library import Library
from riskscreen.ingest.numbering import ID, Told
from riskscreen.ingest.plain import Plain, Wanted, read_plainly
from riskscreen.ingest.quarantine import quarantined, truths
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name, scratch

_FAULT = Sql('reason AS "why not"')  # no column of a feed can be called so
KEYS = ("record_id", "stated_on", "row", "part")
MADE_OF_IDS = ("person", "household", "record_id", HOME, SAME)
MANY = 100_000  # from here on, loading what reads plain rows quickly pays


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for every piece of a file; ``told`` turns rows into the text that a CSV would hold.

    ``much`` says that the run has much to read, so that loading compiled code pays however small this file is.
    ``nothings`` keeps what comes of no rows for other files of the feed.
    """

    feed: Feed
    columns: Sequence[Column]
    secrets: Secrets
    until: date
    received: date | None
    load: int
    threads: int
    told: Callable[[pa.Table], pa.Table]
    libraries: Mapping[str, Library]
    much: bool = False
    nothings: dict[tuple[str, ...], "Careful"] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The home's key."""
        return self.secrets.key

    @cached_property
    def vault(self) -> Vault:
        """What ids are sealed in."""
        return Vault(self.key)

    @cached_property
    def ids(self) -> Ids:
        """How ids are told apart while a piece is read."""
        return Ids(self.secrets, frozenset(numbered(self.feed)))

    @cached_property
    def numbered(self) -> list[str]:
        """The columns of ids and of household keys that are told by numbers, in the order in which these are dealt."""
        return [*numbered(self.feed), *mapping.household_kinds(self.feed)] if self.feed.records else []

    @property
    def nothing(self) -> "Careful":
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
    ``identities`` are the numbers that were dealt here first, as :data:`IDENTITY`; ``claims`` and ``relations`` what
    accepted rows say of people, by ``row``, as ``claiming`` has them.
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
    identities: pa.Table
    entries: pa.Table | None = None
    unplaced: pa.Table | None = None
    claims: pa.Table | None = None
    relations: pa.Table | None = None


def check_piece(terms: Terms, door: Door, table: pa.Table, first_row: int) -> Piece:
    """Check and map the rows of a piece, which are numbered from ``first_row`` on."""
    read = read_piece(terms, table, first_row)
    return number_piece(terms, read, door.deal(read.asked))


@dataclass(frozen=True)
class _Quick:
    """Rows that were read plainly: their records by kind, without what is made of ids, and what that is made of."""

    records: Mapping[str, pa.Table]
    told: Told
    warned: tuple[int, ...]
    unplaced: pa.Table | None


@dataclass(frozen=True)
class Careful:
    """Rows that were read with care: the same, and what became of those that are rejected."""

    records: Mapping[str, pa.Table]
    told: Told
    warned: tuple[int, ...]
    rejected: Rows
    quarantine: pa.Table
    unclear: frozenset[str]
    first_fault: tuple[str, str] | None
    mended: tuple[int, ...]
    entries: pa.Table | None
    unplaced: pa.Table | None


@dataclass(frozen=True)
class Read:
    """A piece whose rows are checked and mapped, whatever came before it, and the ids that it ``asked`` numbers for.

    ``used`` says for each way in which rows were read which of its names they have. What the names are, only ``asked``
    tells.
    """

    rows: int
    quick: _Quick | None
    careful: Careful
    used: Sequence[Mapping[str, Used]]
    asked: Asked

    @property
    def ways(self) -> list[_Quick | Careful]:
        """How its rows were read."""
        return [way for way in (self.quick, self.careful) if way is not None]


def read_piece(terms: Terms, table: pa.Table, first_row: int) -> Read:
    """Check and map the rows of a piece, which are numbered from ``first_row`` on, as far as no number is needed."""
    quick, careful = _read(terms, table, first_row)
    used = [way.told.used(way.records) for way in (quick, careful) if way is not None]
    others = list(careful.told.names.values()) if _sees_rejected(terms, careful) else []
    asked = Asked.by(terms.numbered, used, others)
    return Read(
        table.num_rows,
        replace(quick, told=quick.told.without_ids()) if quick else None,
        replace(careful, told=careful.told.without_ids()),
        [{column: replace(each, names=each.names.counted()) for column, each in way.items()} for way in used],
        asked,
    )


def number_piece(terms: Terms, read: Read, dealt: Dealt) -> Piece:
    """The piece with the numbers that it was dealt."""
    ways, careful = read.ways, read.careful
    numbers = read.asked.by_place(terms.numbered, read.used, dealt)
    records = {
        kind.name: _in_order([_numbered(terms, kind, way, of_way) for way, of_way in zip(ways, numbers, strict=True)])
        for kind in terms.feed.records
    }
    warned = [way.warned for way in ways]
    return Piece(
        read.rows,
        records,
        careful.quarantine,
        _truth(terms, ways, records),
        _seen(terms, careful, dealt) if terms.feed.delivery is Delivery.SNAPSHOT else {},
        careful.unclear,
        careful.first_fault,
        tuple(map(sum, zip(*warned, strict=True))),
        careful.mended,
        read.asked.identities(terms.vault, dealt),
        careful.entries,
        _unplaced_in_order([way.unplaced for way in ways]),
        *(claiming.told(careful.told, numbers[-1], careful.records) if terms.feed.who else (None, None)),
    )


def _sees_rejected(terms: Terms, careful: Careful) -> bool:
    return terms.feed.delivery is Delivery.SNAPSHOT and len(careful.rejected) > 0


def _read(terms: Terms, table: pa.Table, first_row: int) -> tuple[_Quick | None, Careful]:
    """The plain rows and the others; all are the others where reading plainly does not pay."""
    rows = np.arange(first_row, first_row + table.num_rows)
    if (table.num_rows < MANY and first_row == 0 and not terms.much) or _needs_care(terms.feed):
        return None, _with_care(terms, table, rows)
    read = read_plainly(table, terms.columns, Wanted.by(terms.feed), terms.ids, terms.threads)
    if read.odd.all():
        return None, _with_care(terms, table, rows)
    plain, odd = _quickly(terms, read, first_row)
    at = np.flatnonzero(odd)
    return plain, _with_care(terms, table.take(at), at + first_row) if len(at) else terms.nothing


def _numbered(terms: Terms, kind: RecordKind, way: _Quick | Careful, numbers: Mapping[str, Rows]) -> pa.Table:
    schema = _schema(terms.feed, kind)
    records = way.told.numbered(kind, way.records[kind.name], numbers)
    return _by_row(records.select(schema.names).cast(schema))


def _truth(terms: Terms, ways: Sequence[_Quick | Careful], records: Mapping[str, pa.Table]) -> pa.Table | None:
    values = [way.told.values for way in ways if way.told.values.num_rows] or [ways[-1].told.values]
    columns = ["row", *[f"v_{column.name}" for column in terms.columns if column.truth]]
    whole = pa.concat_tables([each.select(columns) for each in values], promote_options="permissive")
    truth = truths(terms.columns, whole.sort_by("row") if len(values) > 1 else whole, records)
    return truth if truth is None else truth.sort_by([(column, "ascending") for column in ("row", "kind", "record_id")])


def _seen(terms: Terms, careful: Careful, dealt: Dealt) -> Mapping[str, pa.Array]:
    """By kind, the ids of records that are not accepted: a quarantined row is not absent."""
    if not _sees_rejected(terms, careful):
        return {kind.name: pa.array([], ID) for kind in terms.feed.records}
    numbers, start = {}, 0
    for column, names in careful.told.names.items():
        numbers[column] = np.append(dealt.known[start : start + len(names.tokens)], NONE)
        start += len(names.tokens)
    return {kind.name: careful.told.ids(kind, careful.rejected, numbers) for kind in terms.feed.records}


def _needs_care(feed: Feed) -> bool:
    """Whether rows are more than their own values: entries of a reference, regions by their day, who is who."""
    of_regions = any(isinstance(column.type, Code) and column.type.regions for column in feed.columns)
    return feed.reference is not None or of_regions or bool(feed.who)


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
        contract.check(connection, terms.told(table), rows, terms.columns, terms.ids)
        connection.register("rejected", said)
        return quarantined(connection, terms.columns, terms.key)


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
        connection.register("plain rows", values)
        failing = _failing(connection, terms.feed, terms.columns, values)
        for kind in terms.feed.records:
            selected = mapping.records(terms.feed, kind, name("plain rows"), terms.until)
            found[kind.name] = arrow(connection, _landed(terms, kind, selected, _FAULT))
        keyed = [f"v_{column}" for column in mapping.keyed_columns(terms.feed, terms.columns)]
        written = mapping.written(connection, terms.feed, name("plain rows"))
        told = _told(terms, values.select(["row", *keyed]), written, plain.names)
    for number, check in enumerate(terms.feed.checks):
        if check.severity is Severity.ERROR:
            odd[failing[number] - first_row] = True
    for records in found.values():
        wrong = records["row"].filter(pc.is_valid(records["why not"])) if records.num_rows else []
        odd[np.asarray(wrong, np.int64) - first_row] = True
    standing = {kind: _standing(records, odd, first_row) for kind, records in found.items()}
    warned = [int((~odd[rows - first_row]).sum()) for rows in failing]  # of error checks there is none left
    if unplaced is not None:
        unplaced = unplaced.filter(pa.array(~odd[unplaced["row"].to_numpy() - first_row]))
    return _Quick(standing, told, tuple(warned), unplaced), odd


def _told(terms: Terms, values: pa.Table, written: pa.Table | None, names: Mapping[str, Names]) -> Told:
    """The values of rows, in their order, with what the database wrote of them: household keys become names too."""
    named = dict(names)
    if written is not None:
        kinds = mapping.household_kinds(terms.feed)
        for column in written.column_names[1:]:
            array = written[column].combine_chunks()
            if column in kinds:
                array, named[column] = _households(terms.key, kinds[column], array)
            values = values.append_column(column, array)
    return Told(terms.feed, values, named)


def _households(key: Key, kind: str, texts: pa.Array) -> tuple[pa.Array, Names]:
    """Where each household key stands among the distinct ones, and those."""
    encoded = texts.dictionary_encode()
    distinct = encoded.dictionary.cast(pa.string())
    normal = pa.array([normalise(text) for text in distinct.to_pylist()], pa.string())
    return encoded.indices.cast(pa.int64()), Names(kind, tokens(key, kind, distinct), normal)


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


def _standing(records: pa.Table, odd: npt.NDArray[np.bool_], first_row: int) -> pa.Table:
    if odd.any() and records.num_rows:
        records = records.filter(pa.array(~odd[records["row"].to_numpy() - first_row]))
    return records.drop_columns(["why not"])


def _with_care(terms: Terms, table: pa.Table, rows: Rows) -> Careful:
    feed = terms.feed
    with scratch(terms.threads) as connection:
        names = contract.check(connection, terms.told(table), rows, terms.columns, terms.ids, feed.checks)
        placing.place(connection, feed, terms.libraries)
        names |= claiming.claim(connection, feed, terms.key)
        mapping.map_rows(connection, feed, until=terms.until)
        versions.reject(connection, feed)
        records = {}
        for kind in feed.records:
            accepted = fill("SELECT * FROM {mapped} ANTI JOIN rejected USING (row)", mapped=mapping.mapped(kind))
            records[kind.name] = arrow(connection, _landed(terms, kind, accepted, None))
        first = connection.execute("SELECT reason, reason_column FROM rejected ORDER BY row LIMIT 1").fetchone()
        keyed = mapping.keyed_columns(feed, terms.columns)
        written = mapping.written(connection, feed, Sql("typed"), keyed)
        return Careful(
            records,
            _told_with_care(terms, keyed, written, names),
            row_checks.count(connection, feed.checks, {column.name: column.type for column in terms.columns}),
            arrow(connection, Sql("SELECT row FROM rejected ORDER BY row"))["row"].to_numpy(),
            quarantined(connection, terms.columns, terms.key),
            versions.unclear(connection, feed) if feed.delivery is Delivery.SNAPSHOT else frozenset(),
            (first[0], first[1]) if first else None,
            mending.count(connection, mending.kinds(feed, terms.columns)),
            references.entries(connection, feed, terms.load),
            placing.unplaced(connection) if terms.libraries else None,
        )


def _told_with_care(terms: Terms, keyed: Sequence[str], written: pa.Table | None, names: Mapping[str, Names]) -> Told:
    if written is None:  # a reference
        return Told(terms.feed, pa.table({"row": pa.array([], pa.int64())}), {})
    values = written.select(["row", *[f"v_{column}" for column in keyed]])
    marks = [field.with_type(pa.binary(16)) if pa.types.is_binary(field.type) else field for field in values.schema]
    values = values.cast(pa.schema(marks))
    others = written.drop_columns([f"v_{column}" for column in keyed])
    kept = {column: each for column, each in names.items() if column in keyed}
    return _told(terms, values, others if others.num_columns > 1 else None, kept)


def _landed(terms: Terms, kind: RecordKind, selected: Sql, more: Sql | None) -> Sql:
    """Records as they are landed, each known from the day of delivery at the earliest, and what settles them.

    What is made of ids they lack.
    """
    replaced = {
        "known_on": fill("greatest(stated_on, CAST({day} AS DATE))", day=literal(terms.received)),
        "load": literal(terms.load),
        **{column: contract.value(column) for column in kind.values},
    }
    names = [*landed_schema(terms.feed, kind).names, "stated_on", "part"]
    names = [column for column in names if column not in MADE_OF_IDS]
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
