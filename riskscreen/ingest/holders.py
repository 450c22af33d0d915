"""Who holds an id: where two people come under one id, or one person under two, for linkage to settle.

What a feed with :class:`~riskscreen.declare.Who` states of an id stands once in
``HOME/holders/<feed>/<load>.parquet``: ``person`` (the id's token), ``name`` and ``who`` (keyed digests of the name,
and of name, day of birth, sex and contact together; null where not all is known), ``formerly`` (a token),
``disagrees`` (whether day of birth or sex are other than the id states), ``load``. No name and no id can be read from
it. It is told of rows that a piece accepts, also where another row of the file contradicts them.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from riskscreen.declare import Address, Feed, Id, PersonName, Who
from riskscreen.eventstore.landing import Landing
from riskscreen.identity import TOKEN, Key, tokens
from riskscreen.ingest.contract import plain, raw, value
from riskscreen.ingest.sql import Sql, arrow, connect, digested, fill, join, listed, literal

HOLDERS = pa.schema(
    [("person", TOKEN), ("name", TOKEN), ("who", TOKEN), ("formerly", TOKEN), ("disagrees", pa.bool_()),
     ("load", pa.int32())]
)  # fmt: skip
AT_ONCE = 1 << 20  # rows that are compared at once, more or less; tokens are spread evenly


def told(connection: duckdb.DuckDBPyConnection, feed: Feed, key: Key, load: int) -> pa.Table | None:
    """What the rows without a fault of a piece state of the holders of ids; ``None`` where the feed tells of none."""
    who = feed.who
    if who is None:
        return None
    of = {column: _text(feed, column) for column in who.columns()[1:5]}
    known = join(" AND ", [fill("{x} IS NOT NULL", x=x) for x in of.values()])
    selected = {
        "person": value(who.id),
        "name": of[who.name],
        "who": fill("CASE WHEN {known} THEN {all} END", known=known, all=digested(of.values())),
        "formerly": value(who.formerly) if who.formerly else Sql("CAST(NULL AS BLOB)"),
        "disagrees": _disagrees(feed, who),
    }
    columns = join(", ", [fill("{x} AS {c}", x=x, c=Sql(c)) for c, x in selected.items()])
    query = (
        "SELECT DISTINCT {columns} FROM typed JOIN cleaned USING (row) ANTI JOIN rejected USING (row)"
        " WHERE {id} IS NOT NULL ORDER BY ALL"
    )
    found = arrow(connection, fill(query, columns=columns, id=value(who.id)))
    found = _with(found, "name", tokens(key, "holder/name", found["name"]))
    found = _with(found, "who", tokens(key, "holder/who", found["who"]))
    return found.append_column("load", pa.array([load] * found.num_rows, pa.int32())).cast(HOLDERS)


Pieces = Callable[[], Iterator[pa.Table]]


def warnings(home: Path, feed: Feed, pieces: Pieces, threads: int) -> tuple[str, ...]:
    """A sentence on ids of a file that are contested, and one on those that may be of people with another id too."""
    if feed.who is None:
        return ()
    two_people = sum(table.num_rows for table in _asked(home, feed, pieces, "person", CONTESTED_NOW, threads))
    two_ids = sum(table.num_rows for table in _asked(home, feed, pieces, "who", TWO_IDS, threads))
    two_ids += sum(int(pc.sum(table["formerly"].is_valid()).as_py() or 0) for table in pieces())
    return tuple(_sentences(feed, feed.who.id, two_people, two_ids))


def news(home: Path, feed: Feed, pieces: Pieces, threads: int) -> Iterator[pa.Table]:
    """What a file states that was not stated before, once each."""
    for table in _asked(home, feed, pieces, "person", NEWS, threads):
        yield table.cast(HOLDERS)


def _asked(home: Path, feed: Feed, pieces: Pieces, column: str, query: str, threads: int) -> Iterator[pa.Table]:
    """The answers to a query about a ``file`` and what was stated ``before``, a part of a column's tokens at a time."""
    parts = _parts(sum(table.num_rows for table in chain(pieces(), _stated(home, feed))))
    for low, high in zip(parts, (*parts[1:], 256), strict=True):
        with connect(threads) as connection:
            for name, tables in (("file", pieces()), ("before", _stated(home, feed))):
                said = [HOLDERS.empty_table(), *(_within(table, column, low, high) for table in tables)]
                connection.register(name, pa.concat_tables(said))
            yield arrow(connection, Sql(query))


def _parts(rows: int) -> list[int]:
    """The first bytes with which parts of all tokens begin."""
    number = min(max(1, -(-rows // AT_ONCE)), 256)
    return [256 * part // number for part in range(number)]


def contested(home: Path, feed: Feed) -> pa.Table:
    """The tokens that came with two people: ``person``, and ``load``, since when that is known."""
    with connect(1) as connection:
        connection.register("file", HOLDERS.empty_table())
        connection.register("before", pa.concat_tables([HOLDERS.empty_table(), *_stated(home, feed)]))
        return arrow(connection, Sql(f"FROM ({CONTESTED}) ORDER BY person"))


def one_person(home: Path, feed: Feed) -> pa.Table:
    """Pairs of tokens that may be of one person: ``person``, ``other``, ``load`` (since when), ``formerly`` or not.

    Where more than two share all that is stated, each is paired with the one that came first.
    """
    with connect(1) as connection:
        connection.register("before", pa.concat_tables([HOLDERS.empty_table(), *_stated(home, feed)]))
        return arrow(connection, Sql(PAIRS))


NEWS = """
    SELECT file.* FROM file ANTI JOIN before ON file.person = before.person
        AND file.name IS NOT DISTINCT FROM before.name AND file.who IS NOT DISTINCT FROM before.who
        AND file.formerly IS NOT DISTINCT FROM before.formerly AND file.disagrees = before.disagrees
    QUALIFY row_number() OVER (PARTITION BY person, name, who, formerly, disagrees ORDER BY load) = 1
    ORDER BY ALL
"""
CONTESTED = """
    WITH told AS (FROM file UNION ALL FROM before), since AS (
        SELECT person, load FROM (
            SELECT person, name, min(load) AS load FROM told WHERE name IS NOT NULL GROUP BY person, name
        ) QUALIFY row_number() OVER (PARTITION BY person ORDER BY load, name) = 2
        UNION ALL SELECT person, load FROM told WHERE disagrees
    ) SELECT person, min(load) AS load FROM since GROUP BY person ORDER BY person
"""
CONTESTED_NOW = f"FROM ({CONTESTED}) SEMI JOIN file USING (person)"
TWO_IDS = """
    SELECT DISTINCT person FROM file WHERE who IN (
        SELECT who FROM (FROM file UNION ALL FROM before) WHERE who IS NOT NULL
        GROUP BY who HAVING count(DISTINCT person) > 1)
"""
PAIRS = """
    WITH told AS (SELECT who, person, min(load) AS load FROM before WHERE who IS NOT NULL GROUP BY who, person),
    placed AS (SELECT *, first_value(person) OVER (PARTITION BY who ORDER BY load, person) AS first FROM told)
    SELECT first AS person, person AS other, min(load) AS load, FALSE AS formerly FROM placed
    WHERE first <> person GROUP BY first, person
    UNION ALL SELECT person, formerly, min(load), TRUE FROM before WHERE formerly <> person GROUP BY person, formerly
    ORDER BY ALL
"""


def _text(feed: Feed, column: str) -> Sql:
    match feed.column(column).type:
        case Id():
            return plain(column)
        case Address() | PersonName():
            return raw(column)
    return fill("CAST({v} AS VARCHAR)", v=value(column))


def _disagrees(feed: Feed, who: Who) -> Sql:
    """Whether a row states another day of birth or sex than the id; false where one of them is not known."""
    kind = feed.column(who.id).type
    if not isinstance(kind, Id) or kind.says is None:
        return Sql("FALSE")
    says, id_ = kind.says, plain(who.id)
    day = fill("CAST(try_strptime(substr({id}, {at}, 8), '%Y%m%d') AS DATE)", id=id_, at=literal(says.born + 1))
    sexes = [
        fill("WHEN {v} THEN {s} NOT IN {of}", v=literal(v), s=_at(id_, says.sex), of=listed(of)) for v, of in says.sexes
    ]
    return fill(
        "coalesce({day} <> {born}, FALSE) OR coalesce(CASE {sex} {sexes} END, FALSE)",
        day=day, born=value(who.born), sex=value(who.sex), sexes=join(" ", sexes),
    )  # fmt: skip


def _at(id_: Sql, place: int) -> Sql:
    return fill("substr({id}, {at}, 1)", id=id_, at=literal(place + 1))


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def paths(home: Path, feed: str) -> list[Path]:
    """The files that tell of a feed's holders, oldest load first."""
    loads = [load.number for load in Landing(home).loads() if load.feed == feed]
    return [each for each in (path(home, feed, number) for number in loads) if each.is_file()]


def path(home: Path, feed: str, load: int) -> Path:
    """Where stands what a load told anew."""
    return home / f"holders/{feed}/{load:08d}.parquet"


def _stated(home: Path, feed: Feed) -> Iterator[pa.Table]:
    """All that was stated of a feed's holders, a part at a time."""
    found = [str(each) for each in paths(home, feed.name)]
    if found:
        for batch in ds.dataset(found, schema=HOLDERS, format="parquet").to_batches(batch_readahead=2):
            yield pa.Table.from_batches([batch])


def _within(table: pa.Table, column: str, low: int, high: int) -> pa.Table:
    """The rows whose token in a column begins with a byte from ``low`` to before ``high``; not those without one."""
    first = pc.binary_slice(table[column].cast(pa.binary()), 0, 1)
    ends = (pa.scalar(bytes([low]), pa.binary()), pa.scalar(bytes([high - 1]), pa.binary()))
    return table.filter(pc.and_(pc.greater_equal(first, ends[0]), pc.less_equal(first, ends[1])))


def _sentences(feed: Feed, column: str, two_people: int, two_ids: int) -> Iterator[str]:
    see = f"see HOME/holders/{feed.name}"
    if two_people:
        yield (
            f"{two_people:,} id{'s' * (two_people > 1)} in {column!r} contested: two names came with it, or a day of "
            f"birth or sex other than it states; {see}"
        )
    if two_ids:
        yield f"{two_ids:,} id{'s' * (two_ids > 1)} in {column!r} may be of people with another id too; {see}"
