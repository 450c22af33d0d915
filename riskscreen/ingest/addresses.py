"""Addresses as text → normalised parts, as SQL: the same for what people write and for the entries of a library.

A normalised address is half-width, in one script, with numbers in digits and a mark (a, b, c … for the first, second,
third number part) for the word behind each number: 锦竹巷十二号3栋402 reads 锦竹巷12a3b402. :func:`take_apart` finds
the areas that it names, a road, and the rest, which is numbers with their marks.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from riskscreen.declare import Part, Region, Spelling
from riskscreen.ingest.sql import Sql, fill, join, listed, literal, name

MARKS = "abcdefghijklmnopqrstuvwxyz"
FULL = "".join(map(chr, range(0xFF01, 0xFF5F)))  # ！ to ～
HALF = "".join(map(chr, range(0x21, 0x7F)))
DASHES, DASH = "—–―~_", "-"
NOISE = r"[\s\p{Z},;:.'\"()<>/\\\[\]|+*&!?。、,;:·“”‘’《》〈〉【】…]"
NUMBER = "[0-9]+[A-Z]?|[A-Z][0-9]*"


def normal(x: Sql, spelling: Spelling) -> Sql:
    """The normalised text of an address, or of a part of one."""
    x = fill("upper(translate({x}, {full}, {half}))", x=x, full=literal(FULL), half=literal(HALF))
    wrong, right = ("".join(side) for side in zip(*spelling.alike, strict=True)) if spelling.alike else ("", "")
    digits = "".join(spelling.digits)
    values = "".join(str(value) * len(spelt) for value, spelt in enumerate(spelling.digits))
    x = fill(
        "translate({x}, {wrong}, {right})",
        x=x,
        wrong=literal(DASHES + wrong + digits),
        right=literal(DASH * len(DASHES) + right + values),
    )
    spelt = f"[{spelling.ten}{spelling.hundred}]"
    if spelling.ten or spelling.hundred:  # few addresses have them, and each rule costs
        in_digits = _replaced(x, _numerals(spelling))
        x = fill("CASE WHEN regexp_matches({x}, {p}) THEN {n} ELSE {x} END", x=x, p=literal(spelt), n=in_digits)
    return _replaced(x, [*_spaces(), *_marks(spelling.numbers)])


def entry_text(spelling: Spelling) -> Sql:
    """The text of a library's entry as somebody would write it, from the road to the room."""
    numbers = [_with_word(name(part.column), part) for part in spelling.numbers]
    return join(" || ", [fill("coalesce({x}, '')", x=name(spelling.road)), *numbers])


def take_apart(spelling: Spelling, names: Sequence[Sequence[str]], *, bare: int) -> Sql:
    """A struct of normalised ``text``: ``areas`` named at its beginning (``area0`` …) and ``road`` and ``rest``.

    ``names`` are the normalised names of each area part, from large to small; those of the first ``bare`` parts are
    taken without their word too. The text of an area that is not named is empty.
    """
    parts = enumerate(zip(spelling.areas, names, strict=True))
    among = [_alternatives(_bare(found, part) if index < bare else found) for index, (part, found) in parts]
    above = "".join(f"(?:{_alternatives(spelt)})?" for spelt in spelling.above)
    first, *others = among
    full = "".join(f"(?:{_alternatives(spelt[:1])})?" for spelt in spelling.above)
    areas = f"(?:{above}({first})|{full})" + "".join(f"({other})?" for other in others)
    marks = MARKS[: len(spelling.numbers)]
    numbers = f"(?:(?:{NUMBER})[{marks}]?-?)*"
    pattern = f"^{areas}(.+?)-?({numbers})$"
    fields = [*(f"area{index}" for index in range(len(among))), "road", "rest"]
    return fill(
        "regexp_extract(text, {pattern}, [{fields}])",
        pattern=literal(pattern),
        fields=join(", ", map(literal, fields)),
    )


def numbers_in(rest: Sql, spelling: Spelling) -> Sql:
    """The numbers in the end of an address, a list of text."""
    return _found(rest, spelling, 1)


def marks_in(rest: Sql, spelling: Spelling) -> Sql:
    """The marks of these numbers, a list; empty where none stands."""
    return _found(rest, spelling, 2)


def first_number(rest: Sql) -> Sql:
    """The first number in the end of an address; empty where there is none."""
    return fill("regexp_extract({rest}, {p})", rest=rest, p=literal(NUMBER))


def first_without_lacking(rest: Sql, spelling: Spelling) -> Sql:
    """The first number of a part that may not be lacking; null where there is none."""
    lacking = [mark for mark, part in zip(MARKS, spelling.numbers, strict=False) if part.may_lack]
    if not lacking:
        return first_number(rest)
    return fill(
        "CASE WHEN regexp_matches({rest}, {p}) THEN list_filter(list_zip({numbers}, {marks}),"
        " lambda z: z[2] NOT IN {lacking})[1][1] ELSE {first} END",
        rest=rest,
        p=literal(f"^({NUMBER})[{''.join(lacking)}]"),
        numbers=numbers_in(rest, spelling),
        marks=marks_in(rest, spelling),
        lacking=listed(lacking),
        first=first_number(rest),
    )


def roots(regions: Iterable[Region]) -> dict[str, str]:
    """The code that each region has now, by its code at any time."""
    by_code = {region.code: region for region in regions}
    now = {}
    for code, region in by_code.items():
        while region.became is not None and region.became in by_code:
            region = by_code[region.became]  # noqa: PLW2901
        now[code] = region.code
    return now


def _numerals(spelling: Spelling) -> list[tuple[str, str]]:
    """Numbers in words whose digits are digits already: 1百0二 → 102, 二十三 → 23, 十二 → 12."""
    rules = []
    if spelling.hundred:
        hundred, ten = f"[{spelling.hundred}]", f"[{spelling.ten}]" if spelling.ten else "(?:$.)"
        rules += [
            (f"([0-9]){hundred}([0-9]){ten}([0-9])", r"\1\2\3"),
            (f"([0-9]){hundred}([0-9]){ten}", r"\1\20"),
            (f"([0-9]){hundred}{ten}([0-9])", r"\11\2"),
            (f"([0-9]){hundred}{ten}", r"\110"),
            (f"([0-9]){hundred}0([0-9])", r"\10\2"),
            (f"([0-9]){hundred}([^0-9]|$)", r"\100\2"),
        ]
    if spelling.ten:
        ten = f"[{spelling.ten}]"
        rules += [(f"([0-9]){ten}([0-9])", r"\1\2"), (f"([0-9]){ten}", r"\10"), (f"{ten}([0-9])", r"1\1"), (ten, "10")]
    return rules


def _spaces() -> list[tuple[str, str]]:
    return [(r"([0-9A-Z])\s+([0-9A-Z])", r"\1-\2"), (NOISE, ""), (r"(^|[^0-9])0+([0-9])", r"\1\2")]


def _marks(parts: Sequence[Part]) -> list[tuple[str, str]]:
    """The word behind a number becomes its part's mark; longer words first, as 号楼 is no 号."""
    words = sorted((-len(word), mark, word) for part, mark in zip(parts, MARKS, strict=False) for word in part.words)
    rules = []
    for (_, mark), alike in groupby(words, key=lambda said: said[:2]):
        any_word = "|".join(re.escape(word) for _, _, word in alike)
        rules.append((f"([0-9A-Z])(?:{any_word})", rf"\1{mark}"))
    return rules


def _replaced(x: Sql, rules: Iterable[tuple[str, str]]) -> Sql:
    for pattern, replacement in rules:
        x = fill("regexp_replace({x}, {p}, {r}, 'g')", x=x, p=literal(pattern), r=literal(replacement))
    return x


def _with_word(x: Sql, part: Part) -> Sql:
    """A number of an entry with a word behind it."""
    ends = join(" OR ", [fill("ends_with({x}, {w})", x=x, w=literal(word)) for word in part.words])
    return fill(
        "CASE WHEN coalesce({x}, '') = '' THEN '' WHEN {ends} THEN {x} ELSE {x} || {w} END",
        x=x,
        ends=ends,
        w=literal(part.words[0]),
    )


def _bare(names: Sequence[str], part: Part) -> list[str]:
    """Names with and without the word behind them; what is left has at least two characters."""
    short = [found.removesuffix(word) for found in names for word in part.words if found.endswith(word)]
    return [*names, *(found for found in short if len(found) > 1)]


def _alternatives(names: Iterable[str]) -> str:
    """A regular expression for one of the names, longer ones first; for none, one that nothing fits."""
    return "|".join(map(re.escape, sorted(set(names), key=lambda found: (-len(found), found)))) or "[^\\s\\S]"


def _found(rest: Sql, spelling: Spelling, group: int) -> Sql:
    pattern = f"({NUMBER})([{MARKS[: len(spelling.numbers)]}]?)"
    return fill("regexp_extract_all({rest}, {p}, {g})", rest=rest, p=literal(pattern), g=literal(group))
