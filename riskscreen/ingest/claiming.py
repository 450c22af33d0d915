"""Claims: what a row says of who somebody is. They are numbered and sealed at the door as ids are.

A claim's text is the id (as it is hashed) and the words in the order of :data:`WORDS`, between separators. So equal
claims of a feed are one number, and a claim without an id is one of the same words. Outside the vault there is only
which number was told of, in which wave, under which id's number, and since when.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Column, Day, Feed, Id, Placed, Role, Who, Whole
from riskscreen.identity import TOKEN, Key, hashed
from riskscreen.identity.words import birth, fold
from riskscreen.ingest.contract import plain, raw, value
from riskscreen.ingest.dealing import NONE, Names, Rows, claim_kind
from riskscreen.ingest.sql import Sql, arrow, fill, join, name

if TYPE_CHECKING:
    from riskscreen.ingest.numbering import Told

WORDS = ("given", "middle", "surname", "birth", "sex", "number", "street", "unit", "place", "town", "phone", "home")
NAMING = ("given", "surname", "birth")  # without an id, one of these: where somebody lives does not say who
PARTED_BY = "\x1f"
BOX = "po box"  # the street of a box
ALSO = "also"  # the relation of a claim to the number of another id that its holder has, or had
AS_WORD = {Role.FULL_NAME: "given", Role.BIRTH_YEAR: "birth"}
# ``claim`` and ``id`` are numbers; ``rows`` how many accepted rows said so, ``known_on`` the first day; ``disagrees``
# says that day of birth or sex are other than the id itself states.
TOLD = pa.schema(
    [
        ("claim", pa.int64()),
        ("id", pa.int64()),
        ("wave", pa.string()),
        ("known_on", pa.date32()),
        ("rows", pa.int64()),
        ("disagrees", pa.bool_()),
    ]
)
# What ``other`` is to ``claim``: a guardian, a spouse.
RELATED = pa.schema(
    [
        ("claim", pa.int64()),
        ("other", pa.int64()),
        ("relation", pa.string()),
        ("known_on", pa.date32()),
        ("ends_on", pa.date32()),
    ]
)


def wave_of(who: Who) -> str:
    """The name of the text of somebody's wave."""
    return f"wave {who.name}"


def disagrees_of(who: Who) -> str:
    """The name of whether what is said of somebody is other than their id states."""
    return f"disagrees {who.name}"


def claim(connection: duckdb.DuckDBPyConnection, feed: Feed, key: Key) -> dict[str, Names]:
    """Give ``typed`` for everybody in a row the place of their claim, and their wave; gives the claims by name."""
    if not feed.who:
        return {}
    read = dict.fromkeys(column for who in feed.who for column in who.columns())
    selected = [fill("{text} AS {c}", text=_read(feed.column(column)), c=name(f"w_{column}")) for column in read]
    query = "SELECT typed.row AS row, {selected} FROM typed JOIN cleaned USING (row)"
    rows = arrow(connection, fill(query, selected=join(", ", selected)))
    columns, names = {"row": rows["row"]}, {}
    for who in feed.who:
        places, names[who.name] = _claims(feed, who, rows, key)
        columns[f"v_{who.name}"] = places
        columns[f"e_{who.name}"] = pa.nulls(rows.num_rows, pa.string())  # no claim is wrong in itself
        wave = rows[f"w_{who.wave}"].cast(pa.string()) if who.wave else pa.nulls(rows.num_rows, pa.string())
        columns[wave_of(who)] = wave
        columns[disagrees_of(who)] = _disagrees(feed, who, rows)
    connection.register("claims", pa.table(columns))
    connection.execute("CREATE OR REPLACE TABLE typed AS FROM typed JOIN claims USING (row)")
    connection.unregister("claims")
    return names


def _read(column: Column) -> Sql:
    match column.type:
        case Id():
            return plain(column.name)
        case Day() if column.wrong_is_missing:
            return raw(column.name)  # a day of no calendar still compares
        case Day() | Whole() | Placed():
            return value(column.name)
    return raw(column.name)


def _claims(feed: Feed, who: Who, rows: pa.Table, key: Key) -> tuple[pa.Array, Names]:
    words = _words(feed, who, rows)
    parts = [_id(rows, who), *(words.get(word, pa.nulls(rows.num_rows, pa.string())) for word in WORDS)]
    nobody = pc.equal(_known([parts[0], *(parts[1 + WORDS.index(word)] for word in NAMING)]), 0)
    joined = pc.binary_join_element_wise(*parts, PARTED_BY, null_handling="replace", null_replacement="")
    encoded = pc.if_else(nobody, pa.scalar(None, pa.string()), joined).dictionary_encode()
    texts = encoded.dictionary.cast(pa.string())
    kind = claim_kind(feed, who)
    hashes = pa.array([hashed(key, kind, text) for text in texts.to_pylist()], TOKEN)
    return encoded.indices.cast(pa.int64()), Names(kind, hashes, texts)


def _known(parts: Sequence[pa.Array]) -> pa.Array:
    """How many of the parts are known in each row."""
    total = pc.cast(pc.is_valid(parts[0]), pa.int8())
    for part in parts[1:]:
        total = pc.add(total, pc.cast(pc.is_valid(part), pa.int8()))
    return total


def _id(rows: pa.Table, who: Who) -> pa.Array:
    """The first id that is known."""
    texts = [rows[f"w_{column}"].combine_chunks().cast(pa.string()) for column in who.ids()]
    return pc.coalesce(*texts) if texts else pa.nulls(rows.num_rows, pa.string())


def _words(feed: Feed, who: Who, rows: pa.Table) -> dict[str, pa.Array]:
    words = {
        AS_WORD.get(role, role.value): _word(
            feed.column(column), role, who.birth_order, rows[f"w_{column}"].combine_chunks()
        )
        for role, column in who.words
    }
    return _boxed(words) if Role.PO_BOX.value in words else words


def _boxed(words: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """A box is the number, and its street, where there is none."""
    box = words.pop(Role.PO_BOX.value)
    nothing = pa.nulls(len(box), pa.string())
    number, street = (words.get(role.value, nothing) for role in (Role.STREET_NUMBER, Role.STREET_NAME))
    stands = pc.and_(pc.is_null(street), pc.is_valid(box))
    words[Role.STREET_NUMBER.value] = pc.if_else(stands, pc.coalesce(number, box), number)
    words[Role.STREET_NAME.value] = pc.if_else(stands, BOX, street)
    return words


def _word(column: Column, role: Role, order: str, array: pa.Array) -> pa.Array:
    match column.type:
        case Day() if not column.wrong_is_missing:
            return pc.strftime(array, "%Y%m%d").cast(pa.string())
        case Whole() if role is Role.BIRTH_YEAR:
            return pc.binary_join_element_wise(array.cast(pa.string()), "0000", "")
    if role is Role.BIRTH_YEAR:
        return _of_distinct(array.cast(pa.string()), lambda text: birth(f"{text}0000"))
    return _of_distinct(array.cast(pa.string()), (lambda text: birth(text, order)) if role is Role.BIRTH_DATE else fold)


def _disagrees(feed: Feed, who: Who, rows: pa.Table) -> pa.Array:
    """Whether a row states another day of birth or sex than the id; false where one of them is not known."""
    no = pa.array(np.zeros(rows.num_rows, np.bool_))
    kind = feed.column(who.id).type if who.id is not None else None
    if not isinstance(kind, Id) or kind.says is None:
        return no
    says, texts = kind.says, rows[f"w_{who.id}"].combine_chunks().cast(pa.string())
    born, sex = who.column(Role.BIRTH_DATE), who.column(Role.SEX)
    if born is not None:
        day = _word(feed.column(born), Role.BIRTH_DATE, who.birth_order, rows[f"w_{born}"].combine_chunks())
        no = pc.or_(
            no, pc.fill_null(pc.not_equal(pc.utf8_slice_codeunits(texts, says.born, says.born + 8), day), False)
        )
    if sex is not None:
        said, digit = (
            rows[f"w_{sex}"].combine_chunks().cast(pa.string()),
            pc.utf8_slice_codeunits(texts, says.sex, says.sex + 1),
        )
        for value, digits in says.sexes:
            other = pc.and_(pc.equal(said, value), pc.invert(pc.is_in(digit, pa.array(list(digits)))))
            no = pc.or_(no, pc.and_(pc.fill_null(other, False), pc.is_valid(texts)))
    return no


def _of_distinct(texts: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    encoded = texts.dictionary_encode()
    return pa.array([read(text) for text in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def told(rows: "Told", numbers: Mapping[str, Rows], records: Mapping[str, pa.Table]) -> tuple[pa.Table, pa.Table]:
    """What the rows of records say: ``row`` and the columns of :data:`TOLD`; ``row`` and those of :data:`RELATED`.

    ``numbers`` are those of the names, by column.
    """
    of_records = pa.concat_tables([table.select(["row", "known_on"]) for table in records.values()])
    known = of_records.group_by("row").aggregate([("known_on", "min")]).sort_by("row")
    at = rows.at(known["row"].to_numpy())
    feed, days = rows.feed, known["known_on_min"].combine_chunks()

    def numbers_of(*columns: str) -> pa.Array:
        found = np.full(len(at), NONE)
        for column in columns:
            found = np.where(found == NONE, numbers[column][rows.places(column)[at]], found)
        return pa.array(found, mask=found == NONE)

    claims, relations = [_empty(TOLD)], [_empty(RELATED)]
    for who in feed.who:
        wave = rows.values[wave_of(who)].combine_chunks().take(pa.array(at)).cast(pa.string())
        one = pa.array([1] * len(at), pa.int64())
        disagrees = rows.values[disagrees_of(who)].combine_chunks().take(pa.array(at))
        columns = [known["row"], numbers_of(who.name), numbers_of(*who.ids()), wave, days, one, disagrees]
        claims.append(pa.table(columns, schema=claims[0].schema))
        related = [(who.name, other, ALSO) for other in who.others]
        related += [(who.to, who.name, who.relation)] if who.to else []
        for one, other, relation in related:
            never, words = pa.nulls(len(at), pa.date32()), pa.repeat(relation, len(at))
            columns = [known["row"], numbers_of(one), numbers_of(other), words, days, never]
            relations.append(pa.table(columns, schema=relations[0].schema))
    return _whole(claims, "claim"), _whole(relations, "other")


def _whole(tables: Sequence[pa.Table], told_of: str) -> pa.Table:
    """One table of the rows that tell of somebody."""
    table = pa.concat_tables(tables)
    return table.filter(pc.and_(pc.is_valid(table["claim"]), pc.is_valid(table[told_of]))).combine_chunks()


def _empty(schema: pa.Schema) -> pa.Table:
    return pa.schema([("row", pa.int64()), *schema]).empty_table()


def summed(claims: pa.Table) -> pa.Table:
    """Claims by row as one line for each that is not the same, in the schema :data:`TOLD`."""
    keys = ["claim", "id", "wave", "disagrees"]
    sums = claims.group_by(keys).aggregate([("known_on", "min"), ("rows", "sum")])
    columns = ["claim", "id", "wave", "known_on_min", "rows_sum", "disagrees"]
    order = [("claim", "ascending"), ("wave", "ascending")]
    return sums.select(columns).rename_columns(TOLD.names).cast(TOLD).sort_by(order)


def first_related(relations: pa.Table) -> pa.Table:
    """Relations by row as one line for each, known from the first day, in the schema :data:`RELATED`."""
    keys = ["claim", "other", "relation", "ends_on"]
    sums = relations.group_by(keys).aggregate([("known_on", "min")])
    columns = sums.select(["claim", "other", "relation", "known_on_min", "ends_on"]).rename_columns(RELATED.names)
    return columns.cast(RELATED).sort_by([(column, "ascending") for column in ("claim", "other", "relation")])


def parted(texts: pa.Array) -> dict[str, pa.Array]:
    """The words of claims again, by name; null where one is not known."""
    parts = pc.split_pattern(texts, PARTED_BY)
    nothing = pa.scalar(None, pa.string())
    words = {word: pc.list_element(parts, at) for at, word in enumerate(WORDS, start=1)}
    return {word: pc.if_else(pc.equal(said, ""), nothing, said) for word, said in words.items()}
