"""Parameters from data alone, and without chance: samples are drawn by content, so another order changes nothing.

How strangers agree is counted on all pairs of a sample; how one person's records agree is learnt by Splink's
expectation maximisation on single claims; how people of one home agree is counted where a feed with one record a person
tells of two at one address.
"""

from math import log2
from typing import Any

import duckdb

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.comparing import ANOTHER, AT_HOME, EQUAL, comparisons
from riskscreen.linkage.profiles import profile
from riskscreen.linkage.scoring import COUNTED, Parameters, linker, splink_settings, vectors
from riskscreen.linkage.words import MARK

STRANGERS = 500  # profiles whose pairs tell how strangers agree
OF_THEM = 20_000  # claims among which those profiles are drawn
LEARNERS = 100_000  # claims of one training
KIN_PAIRS, FEWEST_KIN = 50_000, 500
LIVED = 1_000_000  # records, more or less, whose homes are asked who lives together
ERRED = 2_000_000  # claims, more or less, whose ids are compared
RARE = 3  # a value counts as no rarer than if so many claims had it


def estimate(db: duckdb.DuckDBPyConnection, settings: Linkage) -> Parameters:
    """Parameters from the claims in table ``claim``, and what ``count_terms`` counted."""
    claims = _one(db, "SELECT count(*) FROM claim WHERE given IS NOT NULL OR surname IS NOT NULL")
    compared = comparisons(settings, RARE / max(claims, RARE))
    _set_strangers(db, compared)
    model = _learn(db, compared, max(claims, 2))
    _complete(model["comparisons"])
    kin, kin_prior = _of_one_home(db, model, settings)
    return Parameters(model, kin, kin_prior, _id_error(db), _id_bits(db))


def _one(db: duckdb.DuckDBPyConnection, query: str) -> Any:
    (value,) = db.execute(query).fetchone() or (0,)
    return value or 0


def _set_strangers(db: duckdb.DuckDBPyConnection, compared: list[dict[str, Any]]) -> None:
    """Set u of every level."""
    named = "FROM claim WHERE (given IS NOT NULL OR surname IS NOT NULL)"
    parts = max(1, _one(db, f"SELECT count(*) {named}") // OF_THEM)
    db.execute(f"""
        CREATE OR REPLACE TABLE wanted AS
        SELECT node {named} AND {MARK} % {parts} = 0
        GROUP BY node ORDER BY hash(min({MARK})), sum({MARK}), node LIMIT {STRANGERS};
        CREATE OR REPLACE TABLE strangers AS
        SELECT a.node AS l, b.node AS r FROM wanted a JOIN wanted b ON a.node < b.node
    """)
    profile(db, "wanted")
    counts = _counts(db, compared, "strangers")
    for comparison in compared:
        name, levels = comparison["output_column_name"], comparison["comparison_levels"][1:]
        shares = _shares(counts[name], len(levels))
        if name in COUNTED and (equal := _equal_by_chance(db, name)) is not None:
            shares = [equal, *(share * (1 - equal) / (1 - shares[0]) for share in shares[1:])]
        for level, share in zip(levels, shares, strict=True):
            level.update(u_probability=share, fix_u_probability=True)


def _equal_by_chance(db: duckdb.DuckDBPyConnection, part: str) -> float | None:
    """The share of pairs that have a value in common, half a pair added; None where hardly anybody has one."""
    known = "value[7:8] <> '00'" if part == "birth" else "true"
    nodes, pairs = db.execute(f"""
        SELECT coalesce(sum(n), 0)::DOUBLE, sum(n::DOUBLE * (n - 1) / 2) FROM count_{part} WHERE {known}
    """).fetchone() or (0, 0)
    return (pairs + 0.5) / (nodes * (nodes - 1) / 2) if nodes >= STRANGERS else None


def _counts(db: duckdb.DuckDBPyConnection, compared: list[dict[str, Any]], pairs: str) -> dict[str, dict[int, int]]:
    """How many of the pairs fall in each level of each comparison."""
    vectors(db, splink_settings([_plain(comparison) for comparison in compared], 0.5), pairs)
    names = [comparison["output_column_name"] for comparison in compared]
    return {
        name: dict(
            db.sql(f"SELECT gamma_{name}, count(*) FROM predicted WHERE gamma_{name} >= 0 GROUP BY 1").fetchall()
        )
        for name in names
    }


def _plain(comparison: dict[str, Any]) -> dict[str, Any]:
    """A comparison with any probabilities, for those who look at its levels alone."""
    levels = [
        level if level.get("is_null_level") else level | {"m_probability": 0.5, "u_probability": 0.5}
        for level in comparison["comparison_levels"]
    ]
    return comparison | {"comparison_levels": levels}


def _shares(counts: dict[int, int], levels: int) -> list[float]:
    """Shares of levels, best first, each with half a pair added so that none is nought."""
    seen = [counts.get(levels - 1 - at, 0) + 0.5 for at in range(levels)]
    return [each / sum(seen) for each in seen]


def _learn(db: duckdb.DuckDBPyConnection, compared: list[dict[str, Any]], claims: int) -> dict[str, Any]:
    """Splink's settings with m of every level that some training showed."""
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException

    trainings = _trainings(db)
    drawn = _draw(db, trainings)
    drawn_prior = _prior(db, compared, claims)
    _, model = linker(db, "learner", splink_settings(compared, drawn_prior))
    for columns in trainings:
        try:
            model.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), estimate_without_term_frequencies=True, max_pairs=1e6
            )
        except EMTrainingException:  # no two claims agree in these: nothing is learnt from them
            continue
    learnt: dict[str, Any] = model.misc.save_model_to_json(None)
    learnt.pop("linker_uid", None)  # drawn by chance
    return learnt | {
        # Whole blocks were drawn, so too many pairs match.
        "probability_two_random_records_match": max(drawn_prior * drawn, claims**-2),
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _prior(db: duckdb.DuckDBPyConnection, compared: list[dict[str, Any]], claims: int) -> float:
    """The share of pairs of learners that are one person's; neither none nor most, however alike their words are."""
    from splink import block_on

    _, model = linker(db, "learner", splink_settings(compared, 1 / claims))
    if _one(db, "SELECT count(*) FROM learner") > 1:
        exact = [block_on("given", "surname", "birth"), block_on("given", "surname", "home")]
        model.training.estimate_probability_two_random_records_match(exact, recall=0.8)
    found = float(model.misc.save_model_to_json(None)["probability_two_random_records_match"])
    return min(max(found, claims**-2), 0.5)


def _trainings(db: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """The blockings on which is learnt, of the parts that at least a tenth of the claims have.

    Names are learnt where birth date and address agree, birth dates where names and address agree: a part that a block
    shares is not seen to differ.
    """
    parts = ("birth", "home", "place", "town", "phone", "given", "surname")
    shares = db.execute(f"SELECT {', '.join(f'count({part}) / count(*)' for part in parts)} FROM claim").fetchone()
    had = {part for part, share in zip(parts, shares or (), strict=True) if share and share >= 0.1}
    where = [part for part in ("home", "place", "phone", "town") if part in had][:2]
    found: list[tuple[str, ...]] = [
        block for part in where for block in (("birth", part), ("given", "surname", part)) if set(block) <= had
    ]
    return found or [b for b in (("given", "birth"), ("surname", "birth"), ("given", "surname")) if set(b) <= had]


def _draw(db: duckdb.DuckDBPyConnection, trainings: list[tuple[str, ...]]) -> float:
    """Make table ``learner``, profiles of single claims; the share of the claims that was drawn.

    Whole blocks are drawn, by content; of one node and feed at most two claims, so that no feed drowns the rest.
    """
    db.execute("CREATE OR REPLACE TABLE drawn (claim BIGINT)")
    any_said = []
    for block in trainings:
        said = " AND ".join(f"{part} IS NOT NULL" for part in block)
        any_said.append(f"({said})")
        parts = max(1, _one(db, f"SELECT count(*) FROM claim WHERE {said}") // LEARNERS)
        digest = f"hash({', '.join(block)})"
        db.execute(f"INSERT INTO drawn SELECT claim FROM claim WHERE {said} AND {digest} % {parts} = 0")
    db.execute(f"""
        CREATE OR REPLACE TABLE single AS
        WITH d AS (SELECT DISTINCT claim FROM drawn),
        marked AS (SELECT claim, node, feed, {MARK} AS mark FROM claim SEMI JOIN d USING (claim)),
        m AS (SELECT *, row_number() OVER (PARTITION BY node, feed ORDER BY mark, claim) AS nth FROM marked)
        SELECT claim, row_number() OVER (ORDER BY mark, claim) AS node FROM m WHERE nth <= 2
    """)
    profile(db, "single", "learner", single=True)
    could = _one(db, f"SELECT count(*) FROM claim WHERE {' OR '.join(any_said) or 'false'}")
    return float(_one(db, "SELECT count(DISTINCT claim) FROM drawn") / could) if could else 1.0


def _complete(compared: list[dict[str, Any]]) -> None:
    """Set what no training shows, and make the levels of a comparison sum to one again.

    Single claims have no second spelling: its agreement counts a third of an equal first one. What was never seen says
    nothing.
    """
    for comparison in compared:
        levels = comparison["comparison_levels"][1:]
        by_label = {level["label_for_charts"]: level for level in levels}
        equal = by_label[EQUAL]
        for label in ANOTHER:
            if label in by_label and equal.get("m_probability") is not None:
                by_label[label]["m_probability"] = 0.1 * equal["m_probability"]
                by_label[label]["u_probability"] = 0.3 * equal["u_probability"]
        for level in levels:
            if level.get("m_probability") is None:
                level["m_probability"] = level["u_probability"]
        seen = [level for level in levels if level["label_for_charts"] not in ANOTHER]
        whole = sum(level["m_probability"] for level in seen)
        for level in seen:
            level["m_probability"] /= whole


def _of_one_home(
    db: duckdb.DuckDBPyConnection, model: dict[str, Any], settings: Linkage
) -> tuple[dict[str, dict[str, float]], float | None]:
    """What each level weighs against people of one home, and what is to be said before any comparison.

    Surely two people are those of whom a feed with one record a person tells in one wave, and those of two ids that
    have check characters.
    """
    by_id = f"id IS NOT NULL AND part = 0 AND {str(settings.checked_ids).lower()}"
    two = f"""
        SELECT node, slot, home FROM claim JOIN slot USING (claim) UNION SELECT node, '', home FROM claim WHERE {by_id}
    """
    parts = max(1, _one(db, f"SELECT count(*) FROM ({two}) WHERE home IS NOT NULL") // LIVED)
    db.execute(f"""
        CREATE OR REPLACE TABLE lived AS FROM ({two}) WHERE home IS NOT NULL AND hash(home) % {parts} = 0;
        CREATE OR REPLACE TABLE few AS
        SELECT slot, home FROM lived GROUP BY ALL HAVING count(*) BETWEEN 2 AND 20
    """)
    pairs = """
        SELECT DISTINCT a.node AS l, b.node AS r, hash(home) AS mark FROM lived a JOIN few USING (slot, home)
        JOIN lived b USING (slot, home) WHERE a.node < b.node
    """
    seen = int(_one(db, f"SELECT count(*) FROM (SELECT DISTINCT l, r FROM ({pairs}))"))
    if seen < FEWEST_KIN:
        return {}, None
    people = _one(db, "SELECT count(DISTINCT node) FROM lived SEMI JOIN few USING (slot, home)")
    parts = max(1, seen // KIN_PAIRS)
    db.execute(f"""
        CREATE OR REPLACE TABLE kin AS SELECT DISTINCT l, r FROM ({pairs}) WHERE mark % {parts} = 0;
        CREATE OR REPLACE TABLE wanted AS SELECT l AS node FROM kin UNION SELECT r FROM kin
    """)
    profile(db, "wanted")
    telling = [each for each in model["comparisons"] if each["output_column_name"] not in AT_HOME]
    counts = _counts(db, model["comparisons"], "kin")
    weights = {
        each["output_column_name"]: _weights(each["comparison_levels"][1:], counts[each["output_column_name"]])
        for each in telling
        if counts[each["output_column_name"]]
    }
    return weights, log2(people / (2 * seen))


def _weights(levels: list[dict[str, Any]], counts: dict[int, int]) -> dict[str, float]:
    shares = _shares(counts, len(levels))
    return {
        str(len(levels) - 1 - at): log2(max(level["m_probability"], 1e-6) / shares[at])
        for at, level in enumerate(levels)
    }


def _id_bits(db: duckdb.DuckDBPyConnection) -> float:
    """What an equal id weighs against strangers: the bits of their number, less four for those lent or misspelt."""
    return max(0.0, log2(1 + _one(db, "SELECT count(DISTINCT id) FROM claim")) - 4)


def _id_error(db: duckdb.DuckDBPyConnection) -> float:
    """The share of differing ids among claims that agree in the whole name, and in birth date or home."""
    parts = max(1, _one(db, "SELECT count(*) FROM claim") // ERRED)
    equal, pairs = db.execute(f"""
        WITH c AS (
            SELECT id, given, surname, coalesce(middle, '') AS m, coalesce(birth, '') AS b, coalesce(home, '') AS h, n
            FROM claim WHERE id IS NOT NULL AND given IS NOT NULL AND surname IS NOT NULL
                AND (birth IS NOT NULL OR home IS NOT NULL) AND hash(given, surname) % {parts} = 0
        ), g AS (SELECT * EXCLUDE (n), sum(n) AS n FROM c GROUP BY ALL),
        t AS (
            SELECT sum(n) AS t, sum(n * n) AS q FROM g GROUP BY given, surname, m, b, h HAVING sum(n) BETWEEN 2 AND 500
        )
        SELECT sum(q - t), sum(t * t - t) FROM t
    """).fetchone() or (0, 0)
    return float(min(0.5, max(0.002, 1 - (equal or 0) / pairs))) if pairs else 0.01
