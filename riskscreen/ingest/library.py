"""An address library, made ready to be asked where addresses lie; :mod:`riskscreen.ingest.placing` gives the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from riskscreen.declare import Feed, Id, Reference, Spelling
from riskscreen.ingest import references
from riskscreen.ingest.addresses import (
    MARKS,
    entry_text,
    first_number,
    first_without_lacking,
    marks_in,
    normal,
    numbers_in,
    roots,
    take_apart,
)
from riskscreen.ingest.sql import Sql, arrow, connect, fill, join, listed, literal, name, number

UNKNOWN, SEVERAL = "unknown", "several"
# The entries of the roads and first numbers that addresses say: a table, for else what is asked of a few is worked out
# of all of the library.
_NEAR = Sql(
    "CREATE OR REPLACE TABLE near AS WITH said AS (SELECT DISTINCT road, split_part(key, '|', 1) AS first FROM written)"
    " FROM entries WHERE (road, first) IN (SELECT (road, first) FROM said)"
    " OR (road, first_without) IN (SELECT (road, first) FROM said)"
    " OR road IN (SELECT road FROM said WHERE first = '')"
)


@dataclass(frozen=True)
class Library:
    """The address library of a home as its feed declares it; ``parts`` are the columns that may be asked for."""

    feed: Feed
    parts: Sequence[str]
    home: Path
    threads: int

    @cached_property
    def is_there(self) -> bool:
        """Whether any of it was landed."""
        return bool(references.paths(self.home, self.feed.name))

    def where(self, asked: pa.Table) -> pa.Table:
        """Where addresses lie: of each ``text`` and ``day`` asked, the value of each part, null where it is not one.

        With them ``reason``: that nothing fits, or several do. Each text and day is to be asked once.
        """
        connection = self._entries
        connection.register("asked", asked)
        try:
            _make_fitting(connection, spelling_of(self.feed), self._names, self.parts)
            return arrow(connection, _answers(self.parts))
        finally:
            connection.unregister("asked")

    @cached_property
    def _entries(self) -> duckdb.DuckDBPyConnection:
        """A database with the tables ``regions``, ``areas`` and ``entries``."""
        if self.feed.reference is None:
            raise TypeError(self.feed.name)
        connection = connect(self.threads)
        paths = references.paths(self.home, self.feed.name)
        connection.register("library", ds.dataset([str(path) for path in paths], format="parquet"))
        _make_regions(connection, spelling_of(self.feed))
        _make_entries(connection, self.feed, self.feed.reference, self.parts)
        connection.unregister("library")
        return connection

    @cached_property
    def _names(self) -> list[list[str]]:
        return _area_names(self._entries, spelling_of(self.feed))


def spelling_of(library: Feed) -> Spelling:
    """How the addresses of a library are written; ``TypeError`` where the feed is none."""
    if library.reference is None or library.reference.spelling is None:
        raise TypeError(library.name)
    return library.reference.spelling


def _answers(parts: Sequence[str]) -> Sql:
    """Of the entries that fit an address and are valid on the day, those that it names wholly count, if any."""
    one = [fill("CASE WHEN min({p}) = max({p}) THEN min({p}) END AS {p}", p=name(part)) for part in parts]
    return fill(
        "SELECT text, day, {one}, CASE WHEN bool_or(whole) IS NULL THEN {unknown} ELSE {several} END AS reason FROM"
        " (SELECT asked.text, day, fitting.* EXCLUDE (text) FROM asked LEFT JOIN fitting"
        " ON asked.text = fitting.text AND day >= valid_from AND day < valid_to"
        " QUALIFY whole IS NOT DISTINCT FROM bool_or(whole) OVER (PARTITION BY asked.text, day))"
        " GROUP BY text, day",
        one=join(", ", one),
        unknown=literal(UNKNOWN),
        several=literal(SEVERAL),
    )


def _make_regions(connection: duckdb.DuckDBPyConnection, spelling: Spelling) -> None:
    """Make ``regions``: each region's normalised names and code at any time, with its code now (``root``)."""
    now = roots(spelling.regions)
    rows = [
        {"called": called, "code": region.code, "root": now[region.code]}
        for region in spelling.regions
        for called in region.names
    ]
    schema = pa.schema([(column, pa.string()) for column in ("called", "code", "root")])
    connection.register("region rows", pa.Table.from_pylist(rows, schema))
    query = 'CREATE TABLE regions AS SELECT {n} AS called, code, root FROM "region rows"'
    connection.execute(fill(query, n=normal(Sql("called"), spelling)))
    connection.unregister("region rows")


def _make_entries(
    connection: duckdb.DuckDBPyConnection, library: Feed, reference: Reference, parts: Sequence[str]
) -> None:
    """Make ``entries``: the newest version of each, with its ``area``, ``root``, road, and its numbers as ``rest``.

    There may be millions: so none is sorted with all that it says, and numbers are taken apart when they are asked for.
    """
    spelling = spelling_of(library)
    _make_areas(connection, spelling)
    connection.execute(
        fill(
            "CREATE TABLE newest AS SELECT load, row FROM library"
            " QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY load DESC, row DESC) = 1",
            key=join(", ", [name(column) for column in reference.key]),
        )
    )
    newest = fill(
        "SELECT {kept}, area, {text} AS text, {from_} AS valid_from, coalesce({to}, {never}) AS valid_to,"
        " {code} AS region_code FROM ({rows}) SEMI JOIN newest USING (load, row) JOIN areas USING ({columns})",
        kept=join(", ", [_kept(library, column) for column in parts]),
        rows=_rows(spelling),
        text=normal(entry_text(spelling), spelling),
        from_=name(reference.valid_from),
        to=name(reference.valid_to),
        never=literal(date.max),
        code=name(spelling.region_code),
        columns=join(", ", [name(part.column) for part in spelling.areas]),
    )
    connection.execute(
        fill(
            "CREATE TABLE entries AS SELECT taken.* EXCLUDE (said, text, region_code), said.road AS road, root,"
            " said.rest AS rest, {first} AS first, {without} AS first_without"
            " FROM (SELECT *, {apart} AS said FROM ({newest})) AS taken"
            " LEFT JOIN (SELECT DISTINCT code, root FROM regions) ON starts_with(region_code, code)",
            first=first_number(Sql("said.rest")),
            without=first_without_lacking(Sql("said.rest"), spelling),
            apart=take_apart(spelling, [[] for _ in spelling.areas], bare=0),
            newest=newest,
        )
    )
    connection.execute("DROP TABLE newest")


def _numbered(spelling: Spelling) -> Sql:
    """The entries ``near`` what is asked for, with their marked ``numbers``."""
    return fill(
        "SELECT * EXCLUDE (rest, first, first_without), list_transform(list_zip({numbers}, {marks}),"
        " lambda z: struct_pack(number := z[1], mark := CASE WHEN z[2] = '' THEN '-' ELSE z[2] END)) AS numbers"
        " FROM near",
        numbers=numbers_in(Sql("rest"), spelling),
        marks=marks_in(Sql("rest"), spelling),
    )


def _make_areas(connection: duckdb.DuckDBPyConnection, spelling: Spelling) -> None:
    """Make ``areas``: each combination of areas in the library, with its number and their normalised names."""
    columns = [name(part.column) for part in spelling.areas]
    normalised = [
        fill("{n} AS {a}", n=normal(column, spelling), a=_area(index)) for index, column in enumerate(columns)
    ]
    connection.execute(
        fill(
            "CREATE TABLE areas AS SELECT row_number() OVER () AS area, *, {normalised}"
            " FROM (SELECT DISTINCT {columns} FROM ({rows}))",
            normalised=join(", ", normalised),
            columns=join(", ", columns),
            rows=_rows(spelling),
        )
    )


def _rows(spelling: Spelling) -> Sql:
    """The rows of the library, with empty text for an area that is not told."""
    told = [fill("coalesce({c}, '') AS {c}", c=name(part.column)) for part in spelling.areas]
    return fill("SELECT * REPLACE ({told}) FROM library", told=join(", ", told))


def _kept(library: Feed, column: str) -> Sql:
    x = name(column)
    text = "lower(hex({x})) AS {k}" if isinstance(library.column(column).type, Id) else "CAST({x} AS VARCHAR) AS {k}"
    return fill(text, x=x, k=name(f"kept {column}"))


def _area(index: int) -> Sql:
    return name(f"area{index}")


def _area_names(connection: duckdb.DuckDBPyConnection, spelling: Spelling) -> list[list[str]]:
    """The normalised names of each area part in the library; of the largest also those that regions ever had."""
    names = []
    for index, part in enumerate(spelling.areas):
        query = fill("SELECT DISTINCT {a} FROM areas", a=_area(index))
        found = {text for (text,) in connection.execute(query).fetchall() if text}
        if index == 0:
            called = [text for (text,) in connection.execute("SELECT DISTINCT called FROM regions").fetchall()]
            found |= {text for text in called if text.endswith(part.words)}
        names.append(sorted(found))
    return names


def _make_fitting(
    connection: duckdb.DuckDBPyConnection, spelling: Spelling, names: list[list[str]], parts: Sequence[str]
) -> None:
    """Make ``fitting``: values and days of the entries that fit an address, and whether it names them wholly.

    An address is read strictly at first; only where nothing fits, with ever more of its areas named in short.
    """
    query = "CREATE OR REPLACE TABLE texts AS SELECT text AS asked, {n} AS text FROM (SELECT DISTINCT text FROM asked)"
    connection.execute(fill(query, n=normal(Sql("text"), spelling)))
    kept = join(", ", [fill("{k} AS {p}", k=name(f"kept {part}"), p=name(part)) for part in parts])
    found = fill(
        "SELECT DISTINCT asked AS text, whole, valid_from, valid_to, {kept}"
        " FROM ({keyed}) AS keyed JOIN written USING (road, key) JOIN areas USING (area)"
        " WHERE keyed.marks LIKE written.marks AND {agreed}",
        kept=kept,
        keyed=_keyed(spelling),
        agreed=join(" AND ", [_agrees(index) for index in range(len(spelling.areas))]),
    )
    for bare in range(len(spelling.areas) + 1):
        query = "CREATE OR REPLACE TABLE written AS {read}"
        connection.execute(fill(query, read=_read(spelling, take_apart(spelling, names, bare=bare))))
        connection.execute(_NEAR)
        into = "INSERT INTO fitting {found}" if bare else "CREATE OR REPLACE TABLE fitting AS {found}"
        connection.execute(fill(into, found=found))
        connection.execute("DELETE FROM texts WHERE asked IN (SELECT text FROM fitting)")
        if not number(connection, Sql("SELECT count(*) FROM texts")):
            return


def _read(spelling: Spelling, apart: Sql) -> Sql:
    """What each address says that nothing fits yet: areas, ``root``, ``road``, numbers as ``key``, ``marks``."""
    areas = [fill("nullif(said.{a}, '') AS {a}", a=_area(index)) for index in range(len(spelling.areas))]
    return fill(
        "SELECT asked, {areas}, root, said.road AS road, array_to_string({numbers}, '|') AS key,"
        " array_to_string(list_transform({marks}, lambda m: CASE WHEN m = '' THEN '_' ELSE m END), '') AS marks"
        " FROM (SELECT asked, {apart} AS said FROM texts)"
        " LEFT JOIN (SELECT DISTINCT called, root FROM regions) ON called = said.area0",
        areas=join(", ", areas),
        numbers=numbers_in(Sql("said.rest"), spelling),
        marks=marks_in(Sql("said.rest"), spelling),
        apart=apart,
    )


def _keyed(spelling: Spelling) -> Sql:
    """The entries, once for each number that an address may stop at, with and without the parts that may lack."""
    lacking = listed([mark for mark, part in zip(MARKS, spelling.numbers, strict=False) if part.may_lack])
    short = fill("list_filter(numbers, lambda z: z.mark NOT IN {lacking})", lacking=lacking)
    return fill(
        "SELECT * EXCLUDE (numbers), upto = len(numbers) AS whole,"
        " array_to_string(list_transform(numbers[1:upto], lambda z: z.number), '|') AS key,"
        " array_to_string(list_transform(numbers[1:upto], lambda z: z.mark), '') AS marks FROM"
        " (SELECT *, unnest(range(0, len(numbers) + 1)) AS upto FROM ({near} UNION ALL"
        " SELECT * REPLACE ({short} AS numbers) FROM ({near}) WHERE len({short}) < len(numbers)))",
        near=_numbered(spelling),
        short=short,
    )


def _agrees(index: int) -> Sql:
    """Whether an entry lies in the area that an address names, if it names one."""
    named = fill("(written.{a} IS NULL OR starts_with(areas.{a}, written.{a}))", a=_area(index))
    return fill("coalesce(written.root = keyed.root, {named})", named=named) if index == 0 else named
