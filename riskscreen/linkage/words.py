"""Normal forms of names, days, phones and addresses, so that two spellings of one thing are one text.

Every normal form is its own normal form: what the door has normalised stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import duckdb
import pyarrow as pa

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.linkage.claims import WORDS

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


def normalise(db: duckdb.DuckDBPyConnection, claims: pa.Table, relations: pa.Table, settings: Linkage) -> None:
    """Make tables ``claim``, ``slot`` and ``relative``; a claim of several waves has a row for each.

    ``claim`` has normal forms, how names sound, and ``mark``: a hash of everything that a claim says but numbers, which
    are dealt in the order of arrival. ``slot(claim, slot)`` has the waves of the feeds with one record a person,
    ``relative(claim, relative)`` how a claim's guardian, head or spouse is called, and by which id.
    """
    db.register("given_claims", claims)
    db.execute(f"""
        CREATE OR REPLACE TABLE slot AS SELECT DISTINCT claim, feed || ':' || wave AS slot FROM given_claims
        WHERE wave IS NOT NULL AND feed IN ({_texts(settings.one_record)});
        CREATE OR REPLACE TEMP VIEW once AS
        SELECT claim, feed, id, min(known_on) AS known_on, sum(coalesce(rows, 1))::BIGINT AS n,
            {", ".join(f"any_value({word}) AS {word}" for word in WORDS)} FROM given_claims GROUP BY claim, feed, id
    """)
    names = _latin_names if settings.script is Script.LATIN else _han_names
    db.execute(f"""
        CREATE OR REPLACE TABLE claim AS
        WITH {names(db, settings)}, said AS (
            SELECT c.claim, c.feed, c.id, c.known_on, c.n, names.* EXCLUDE (claim), {birth("c.birth")} AS birth,
                {_PLAIN.format("c.sex")} AS sex, {digits("c.number")} AS number,
                {street("c.street", settings)} AS street, {_PLAIN.format("c.place")} AS place,
                {letters("c.town")} AS town, {digits("c.phone")} AS phone, {_PLAIN.format("c.home")} AS entry
            FROM once c JOIN names USING (claim)
        )
        SELECT * EXCLUDE (entry), coalesce(entry, number || ' ' || street) AS home,
            hash(feed, given, middle, surname, birth, sex, number, street, place, town, phone, entry) AS mark
        FROM said
    """)
    db.unregister("given_claims")
    _name_relatives(db, relations)


def _name_relatives(db: duckdb.DuckDBPyConnection, relations: pa.Table) -> None:
    db.register("given_relations", relations)
    db.execute("""
        CREATE OR REPLACE TABLE relative AS
        WITH r AS (
            SELECT g.claim, g.relation || ' ' AS relation, c.* EXCLUDE (claim)
            FROM given_relations g JOIN claim c ON c.claim = g.other
        )
        SELECT DISTINCT claim, relation || given || ' ' || surname AS relative FROM r
        WHERE given IS NOT NULL AND surname IS NOT NULL
        UNION SELECT claim, relation || id FROM r WHERE id IS NOT NULL
    """)
    db.unregister("given_relations")


def _texts(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "NULL"


def _latin_names(db: duckdb.DuckDBPyConnection, settings: Linkage) -> str:
    """SQL of ``names``: normal forms and sounds of names in Latin letters."""
    del db, settings
    sounds = ", ".join(f"{_LATIN_SOUND.format(name)} AS {name}_sound" for name in ("given", "surname"))
    middle = f"substr({letters('middle')}, 1, 1)"
    return f"""
        spelt AS (
            SELECT claim, {letters("given")} AS given, {middle} AS middle, {letters("surname")} AS surname FROM once
        ), names AS (SELECT *, {sounds} FROM spelt)
    """


def _han_names(db: duckdb.DuckDBPyConnection, settings: Linkage) -> str:
    """SQL of ``names``, after each whole name that occurs was put into table ``han``."""
    whole = "coalesce(surname, '') || coalesce(given, '')"
    texts = db.sql(f"SELECT DISTINCT {whole} AS name FROM once ORDER BY name").to_arrow_table()["name"].to_pylist()
    db.register("han_names", _han_table(texts, settings))
    db.execute("CREATE OR REPLACE TABLE han AS SELECT * FROM han_names")
    db.unregister("han_names")
    return f"""
        names AS (
            SELECT claim, han.given, NULL::VARCHAR AS middle, han.surname, han.given_sound, han.surname_sound
            FROM once LEFT JOIN han ON han.name = {whole.replace("(", "(once.")}
        )
    """


def _han_table(texts: list[str], settings: Linkage) -> pa.Table:
    from opencc import OpenCC

    simplified = OpenCC("t2s").convert("\n".join(map(_folded, texts))).split("\n")
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
