"""What is compared between two profiles, as Splink's comparisons: levels from best to worst, in plain SQL.

EM does not learn a comparison that names a column of its block, so the comparison of one part of the name reads no
other: the whole name stands in columns of its own, ``full`` and ``reverse``.
"""

from dataclasses import dataclass
from typing import Any

from riskscreen.declare.linkage import Linkage, Script

Level = dict[str, Any]
Comparison = dict[str, Any]

EQUAL = "equal"
ANOTHER = ("another spelling equal", "another date equal")  # levels that single claims cannot show
AT_HOME = ("home", "place", "town", "phone", "relative")  # what people of one home share: it tells them apart no more


@dataclass(frozen=True)
class Dialect:
    """The names of what comparisons call, in one engine."""

    name: str
    overlap: str
    likeness: str
    distance: str


DUCKDB = Dialect("duckdb", "list_has_any", "jaro_winkler_similarity", "damerau_levenshtein")
SPARK = Dialect("spark", "arrays_overlap", "jaro_winkler", "damerau_levenshtein")


def comparisons(settings: Linkage, rarest: float, dialect: Dialect = DUCKDB) -> list[Comparison]:
    """The comparisons; no value counts as rarer than ``rarest``, so that a slip is not a rare name."""
    names = _latin(rarest, dialect) if settings.script is Script.LATIN else _han(rarest, dialect)
    return [
        *names,
        _birth(dialect),
        _comparison("sex", _missing("sex"), _level("sex_l = sex_r", EQUAL)),
        _home(dialect),
        _comparison("place", _missing("place"), _common("place", rarest)),
        _comparison(
            "town",
            _missing("town"),
            _common("town", rarest),
            _level(f"{dialect.likeness}(town_l, town_r) >= 0.9", "near"),
        ),
        _comparison("phone", _missing("phones"), _level(f"{dialect.overlap}(phones_l, phones_r)", EQUAL)),
        _comparison("relative", _missing("relatives"), _level(f"{dialect.overlap}(relatives_l, relatives_r)", EQUAL)),
    ]


def _latin(rarest: float, d: Dialect) -> list[Comparison]:
    reversed_name = f"{d.likeness}(full_l, reverse_r) >= 0.93"
    initial = "(length(given_l) = 1 OR length(given_r) = 1) AND substr(given_l, 1, 1) = substr(given_r, 1, 1)"
    return [
        _comparison(
            "given",
            _missing("given"),
            _common("given", rarest),
            _level(f"{d.overlap}(givens_l, givens_r)", ANOTHER[0]),
            _level(f"coalesce({d.overlap}(variants_l, givens_r), false) OR {reversed_name}", "known variant"),
            _level(_near("given", d), "near"),
            _level(f"{d.likeness}(given_l, given_r) >= 0.78 OR ({initial})", "resembling"),
        ),
        _comparison(
            "surname",
            _missing("surname"),
            _common("surname", rarest),
            _level(f"{d.overlap}(surnames_l, surnames_r) OR {reversed_name}", ANOTHER[0]),
            _level(_near("surname", d), "near"),
            _level(f"{d.likeness}(surname_l, surname_r) >= 0.78", "resembling"),
        ),
        _comparison("middle", _missing("middles"), _level(f"{d.overlap}(middles_l, middles_r)", EQUAL)),
    ]


def _han(rarest: float, d: Dialect) -> list[Comparison]:
    """Names of two or three characters: likeness of spelling says nothing, likeness of sound does."""
    first, last = (f"substr(given_l, {at}, 1) = substr(given_r, {at}, 1)" for at in (1, 2))
    sounds = f"coalesce({d.overlap}(given_sounds_l, given_sounds_r), false)"
    return [
        _comparison(
            "given",
            _missing("given"),
            _common("given", rarest),
            _level(f"{d.overlap}(givens_l, givens_r)", ANOTHER[0]),
            _level(f"coalesce({d.overlap}(variants_l, givens_r), false) OR full_l = reverse_r", "known variant"),
            _level(sounds, "near"),
            _level(f"length(given_l) = 2 AND length(given_r) = 2 AND ({first} OR {last})", "resembling"),
        ),
        _comparison(
            "surname",
            _missing("surname"),
            _common("surname", rarest),
            _level(f"{d.overlap}(surnames_l, surnames_r) OR full_l = reverse_r", ANOTHER[0]),
            _level(f"coalesce({d.overlap}(surname_sounds_l, surname_sounds_r), false)", "near"),
        ),
    ]


def _birth(d: Dialect) -> Comparison:
    year, month, day = (
        f"substr(birth_l, {at}, {size}) = substr(birth_r, {at}, {size})" for at, size in ((1, 4), (5, 2), (7, 2))
    )
    known = "substr(birth_l, 7, 2) <> '00' AND substr(birth_r, 7, 2) <> '00'"
    swapped = (
        f"{year} AND substr(birth_l, 5, 2) = substr(birth_r, 7, 2) AND substr(birth_l, 7, 2) = substr(birth_r, 5, 2)"
    )
    parts = " + ".join(
        f"CASE WHEN {same} AND substr(birth_l, {at}, 2) <> '00' THEN 1 ELSE 0 END"
        for same, at in ((year, 3), (month, 5), (day, 7))
    )
    return _comparison(
        "birth",
        _missing("birth"),
        _level(f"birth_l = birth_r AND {known}", EQUAL),
        _level(f"{d.overlap}(births_l, births_r) AND {known}", ANOTHER[1]),
        _level(
            f"{known} AND ({d.distance}(birth_l, birth_r) <= 1 OR ({swapped}))",
            "one digit off, or day and month swapped",
        ),
        _level(f"{parts} >= 2", "two of year, month, day equal"),
        _level(year, "year equal"),
    )


def _home(d: Dialect) -> Comparison:
    near_street = f"{d.distance}(street_l, street_r)"
    return _comparison(
        "home",
        "(homes_l IS NULL OR homes_r IS NULL) AND (streets_l IS NULL OR streets_r IS NULL)",
        _level(f"coalesce({d.overlap}(homes_l, homes_r), false)", EQUAL),
        _level(f"number_l = number_r AND {near_street} <= 2", "number equal, street near"),
        _level(f"{d.overlap}(streets_l, streets_r) OR {near_street} <= 1", "street equal or near"),
        _level(f"coalesce({d.overlap}(numbers_l, numbers_r), false)", "number equal"),
    )


def _near(part: str, d: Dialect) -> str:
    a, b = f"{part}_l", f"{part}_r"
    return f"({d.likeness}({a}, {b}) >= 0.9 OR {d.distance}({a}, {b}) <= 1)"


def _common(part: str, rarest: float) -> Level:
    """Equality that weighs more the rarer the value."""
    weighed = {"tf_adjustment_column": part, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": rarest}
    return _level(f"{part}_l = {part}_r", EQUAL, **weighed)


def _missing(part: str) -> str:
    return f"{part}_l IS NULL OR {part}_r IS NULL"


def _level(condition: str, label: str, **more: Any) -> Level:
    return {"sql_condition": condition, "label_for_charts": label, **more}


def _comparison(name: str, missing: str, *levels: Level) -> Comparison:
    null = _level(missing, "missing", is_null_level=True)
    return {"output_column_name": name, "comparison_levels": [null, *levels, _level("ELSE", "differs")]}
