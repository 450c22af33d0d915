"""Normal forms of names, days, phones and addresses, so that two spellings of one thing are one text.

Every normal form is its own normal form: what the door has normalised stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.linkage.claims import ALSO

AT_ONCE = 1_000_000  # claims that are normalised at once
TIGHTEN = 1_000_000  # claims that lie loosely at most
# What is kept of each claim, and how. ``MARK`` is what it says and another home would say too: without numbers, which
# are dealt in the order of arrival, and without placed homes, which are keyed.
TOLD = ("given", "middle", "surname", "birth", "sex", "number", "street", "place", "town", "phone", "home")
SAID = {
    "claim": "BIGINT",
    "feed": "VARCHAR",
    "id": "BIGINT",
    "known_on": "DATE",
    "n": "INTEGER",
    "disagrees": "BOOLEAN",
    **dict.fromkeys((*TOLD, "given_sound", "surname_sound"), "VARCHAR"),
}
MARK = f"hash(feed, {', '.join(said for said in TOLD if said != 'home')})"
HAN = ("name", "surname", "given", "surname_sound", "given_sound")

# How Latin names sound: the first letter, and the consonants behind it, four in all.
_LATIN_SOUND = "({0}[1:1] || regexp_replace({0}[2:], '[aeiouyhw]', '', 'g'))[1:4]"
# Sounds that speakers from different regions of China confuse, and clerks with them.
_FOLDED = ((r"^zh", "z"), (r"^ch", "c"), (r"^sh", "s"), (r"ng$", "n"), (r"^n(?=[aeiouv])", "l"), (r"^hu", "fu"))
_PLAIN = "nullif(lower(trim({0})), '')"


def digits(column: str) -> str:
    """SQL: the digits of a text, with letters that a scanner takes for digits put right."""
    return f"nullif(regexp_replace(translate(lower({column}), 'oqil|!zsbg', '0011112586'), '[^0-9]', '', 'g'), '')"


def letters(column: str) -> str:
    """SQL: a name in lower-case letters without accents, spaces and marks; digits become the letters they resemble."""
    read = f"translate(lower(strip_accents({column})), '0158|!$', 'oisblis')"
    return f"nullif(regexp_replace({read}, '[^\\p{{L}}]', '', 'g'), '')"


def birth(column: str, order: str = "YYYYMMDD") -> str:
    """SQL: a birth date as yyyymmdd, from eight digits that stand in ``order``; null where there are not eight."""
    cut = [f"substr(d, {order.index(part) + 1}, {len(part)})" for part in ("YYYY", "MM", "DD")]
    return f"(SELECT CASE WHEN length(d) = 8 THEN {' || '.join(cut)} END FROM (SELECT {digits(column)} AS d))"


def street(column: str, settings: Linkage) -> str:
    """SQL: a street's name in lower case without spaces and marks, its common words shortened."""
    text = f"trim(regexp_replace(regexp_replace(lower({column}), '[^\\p{{L}}\\p{{N}} ]', '', 'g'), ' +', ' ', 'g'))"
    for long, short in settings.short_streets:
        text = f"regexp_replace({text}, '\\b{re.escape(long)}\\b', '{short}', 'g')"
    return f"nullif(replace({text}, ' ', ''), '')"


def normalise(
    db: duckdb.DuckDBPyConnection, claims: pa.Table | pa.RecordBatchReader, relations: pa.Table, settings: Linkage
) -> None:
    """Make tables ``said``, ``slot``, ``relative`` and ``also``, of which the large ones lie in database ``big``.

    ``said`` has a row a claim, with normal forms and how names sound; ``slot(claim, slot)`` the waves of the feeds with
    one record a person; ``relative(claim, relative)`` how a claim's guardian, head or spouse is called, and by which
    id; ``also(claim, other)`` the claims that their row says are one person's.
    """
    db.execute(f"CREATE TABLE big.said ({', '.join(f'{name} {kind}' for name, kind in SAID.items())})")
    db.execute("CREATE TABLE big.slot (claim BIGINT, slot VARCHAR)")
    if settings.script is Script.HAN:
        db.execute(f"CREATE TABLE han ({', '.join(f'{name} VARCHAR' for name in HAN)})")
    rows = 0
    for some in _at_once(claims):
        _add(db, some, settings)
        rows += some.num_rows
        if rows >= TIGHTEN:  # only then is what came put together tightly
            db.execute("CHECKPOINT big")
            rows = 0
    _once(db)
    _name_relatives(db, relations)


def _at_once(claims: pa.Table | pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The claims, in tables neither large nor many."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in claims.to_reader(AT_ONCE) if isinstance(claims, pa.Table) else claims:
        held.append(batch)
        rows += batch.num_rows
        if rows >= AT_ONCE:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _add(db: duckdb.DuckDBPyConnection, claims: pa.Table, settings: Linkage) -> None:
    db.register("given_claims", claims)
    db.execute(f"""
        INSERT INTO big.slot SELECT DISTINCT claim, feed || ':' || wave FROM given_claims
        WHERE wave IS NOT NULL AND feed IN ({_texts(settings.one_record)})
    """)
    names = _latin_names() if settings.script is Script.LATIN else _han_names(db, settings)
    db.execute(f"""
        INSERT INTO big.said BY NAME
        WITH {names}, plain AS (
            SELECT claim, feed, id, known_on, coalesce(rows, 1) AS n, coalesce(disagrees, false) AS disagrees, given,
                middle, surname, given_sound, surname_sound, {birth("birth")} AS birth, {_PLAIN.format("sex")} AS sex,
                {digits("number")} AS number, {street("street", settings)} AS street,
                {_PLAIN.format("place")} AS place, {letters("town")} AS town, {digits("phone")} AS phone,
                {_PLAIN.format("home")} AS home
            FROM names
        )
        SELECT * REPLACE (coalesce(home, number || ' ' || street) AS home) FROM plain
    """)
    db.unregister("given_claims")


def _once(db: duckdb.DuckDBPyConnection) -> None:
    """Make one row of the rows of a claim that was told in several waves."""
    claims = np.sort(db.sql("SELECT claim FROM said").fetchnumpy()["claim"])
    repeated = np.unique(claims[1:][claims[1:] == claims[:-1]])
    if not len(repeated):
        return
    db.register("repeated", pa.table({"claim": repeated}))
    rest = ", ".join(f"any_value({name}) AS {name}" for name in SAID if name not in {"claim", "known_on", "n"})
    db.execute(f"""
        CREATE TABLE several AS SELECT claim, min(known_on) AS known_on, sum(n) AS n, {rest}
        FROM said SEMI JOIN repeated USING (claim) GROUP BY claim;
        DELETE FROM big.said WHERE claim IN (FROM repeated);
        INSERT INTO big.said BY NAME FROM several;
        DROP TABLE several
    """)
    db.unregister("repeated")


def _name_relatives(db: duckdb.DuckDBPyConnection, relations: pa.Table) -> None:
    db.register("given_relations", relations)
    db.execute(f"""
        CREATE TABLE big.relative AS
        WITH r AS (
            SELECT g.claim, g.relation || ' ' AS relation, said.* EXCLUDE (claim)
            FROM given_relations g JOIN said ON said.claim = g.other WHERE g.relation <> '{ALSO}'
        )
        SELECT DISTINCT claim, relation || given || ' ' || surname AS relative FROM r
        WHERE given IS NOT NULL AND surname IS NOT NULL
        UNION SELECT claim, relation || id FROM r WHERE id IS NOT NULL;
        CREATE TABLE also AS SELECT DISTINCT claim, other FROM given_relations WHERE relation = '{ALSO}'
    """)
    db.unregister("given_relations")


def _texts(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "NULL"


def _latin_names() -> str:
    """SQL of ``names``: normal forms and sounds of names in Latin letters."""
    sounds = ", ".join(f"{_LATIN_SOUND.format(name)} AS {name}_sound" for name in ("given", "surname"))
    normal = {name: letters(name) for name in ("given", "surname")} | {"middle": f"substr({letters('middle')}, 1, 1)"}
    replaced = ", ".join(f"{sql} AS {name}" for name, sql in normal.items())
    return f"spelt AS (SELECT * REPLACE ({replaced}) FROM given_claims), names AS (SELECT *, {sounds} FROM spelt)"


def _han_names(db: duckdb.DuckDBPyConnection, settings: Linkage) -> str:
    """SQL of ``names``, after each whole name that is new was put into table ``han``."""
    whole = "coalesce(surname, '') || coalesce(given, '')"
    new = f"SELECT DISTINCT {whole} AS name FROM given_claims WHERE {whole} NOT IN (SELECT name FROM han) ORDER BY name"
    db.register("han_names", _han_table(db.sql(new).to_arrow_table()["name"].to_pylist(), settings))
    db.execute("INSERT INTO han BY NAME FROM han_names")
    db.unregister("han_names")
    return f"""
        names AS (
            SELECT g.* REPLACE (han.given AS given, han.surname AS surname, NULL::VARCHAR AS middle),
                han.given_sound, han.surname_sound
            FROM (SELECT *, {whole} AS whole FROM given_claims) g LEFT JOIN han ON han.name = g.whole
        )
    """


def _han_table(texts: list[str], settings: Linkage) -> pa.Table:
    from opencc import OpenCC

    simplified = OpenCC("t2s").convert("\n".join(map(_folded, texts))).split("\n") if texts else []
    parts = [parted(name, settings.compound_surnames) for name in simplified]
    columns = {
        "name": texts,
        "surname": [surname or None for surname, _ in parts],
        "given": [given or None for _, given in parts],
        "surname_sound": [sound(surname) or None for surname, _ in parts],
        "given_sound": [sound(given) or None for _, given in parts],
    }
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _folded(name: str) -> str:
    """A name in its compatibility form, in lower case, without spaces and marks but the dot between its parts."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = re.sub("[•‧∙⋅・]", "·", text)
    return "".join(c for c in text if c.isalpha() or c == "·").strip("·")


def parted(name: str, compound: Iterable[str]) -> tuple[str, str]:
    """Surname and given name of a whole name in Han characters.

    A name of parts with a dot between them has its first part as the given name; a name in other letters is all given.

    >>> parted("欧阳娜", ("欧阳",)), parted("王小明", ("欧阳",)), parted("阿依古丽·买买提", ())
    (('欧阳', '娜'), ('王', '小明'), ('买买提', '阿依古丽'))
    """
    if "·" in name:
        first, _, rest = name.partition("·")
        return rest.replace("·", ""), first
    if not _is_han(name):
        return "", name
    cut = next((len(each) for each in compound if name.startswith(each) and len(name) > len(each)), 1)
    return name[:cut], name[cut:]


def _is_han(text: str) -> bool:
    return any("㐀" <= c <= "鿿" or c >= "\U00020000" for c in text)


def sound(name: str) -> str:
    """How a name in Han characters sounds: pinyin without tones, with what is often confused folded into one.

    >>> sound("志强"), sound("子墙"), sound("")
    ('zi qian', 'zi qian', '')
    """
    return " ".join(_syllable(character) for character in name)


@cache
def _syllable(character: str) -> str:
    from pypinyin import lazy_pinyin

    said: str = lazy_pinyin(character)[0]
    for pattern, short in _FOLDED:
        said = re.sub(pattern, short, said)
    return said
