"""What a pair of profiles weighs, in bits: Splink's comparison with two rival explanations of their likeness.

Two profiles may be alike because they are one person's, because strangers agree by chance, or because people of one
home share a name, an address and at times an id. The odds of both rivals are added. This is how siblings, twins and
parents are told apart: against somebody of one home a surname and an address say nothing, a birth date much.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

import duckdb

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.profiles import profile

SAME_WAVE = -10.0  # bits for two records of one wave of a feed that has one record a person
KIN_ID = 4.0  # bits that an equal id weighs against people of one home, who may lend it
CHUNK = 200_000  # pairs that are compared at once
FREQUENCIES = ("given", "surname", "place", "town")
# Parts of which all are counted to tell how often strangers have the same: for a birth date a sample is too small.
COUNTED = (*FREQUENCIES, "birth", "sex", "home", "phone")
COUNTED_AT_ONCE = 10_000_000  # claims


@dataclass(frozen=True)
class Parameters:
    """What was estimated from data: no word of a claim is in it.

    ``splink`` are Splink's settings with their probabilities; ``kin`` what each level of a comparison weighs against
    people of one home, by comparison and level, and ``kin_prior`` the bits before any comparison (None: never seen);
    ``id_error`` the share of ids that differ in records of one person, ``id_bits`` what an equal id weighs.
    """

    splink: dict[str, Any]
    kin: dict[str, dict[str, float]]
    kin_prior: float | None
    id_error: float
    id_bits: float

    def stored(self) -> dict[str, Any]:
        """As JSON stores them."""
        return dict(vars(self))


def splink_settings(compared: list[dict[str, Any]], prior: float) -> dict[str, Any]:
    """Splink's settings for comparing the rows of one table."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": compared,
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def linker(db: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any]) -> tuple[Any, Any]:
    """Splink's interface to the database, and its linker of a table."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)  # it would print what it learns, run by run
    api = DuckDBAPI(connection=db)
    return api, Linker(api.register(table), settings, validate_settings=False, log_level=logging.ERROR)


def count_terms(db: duckdb.DuckDBPyConnection) -> None:
    """Tables ``count_x(value, n)``: how many nodes have each value of a part, over all and not only those compared.

    Tables ``tf_x`` have the shares of those values that weigh more the rarer they are.
    """
    (claims,) = db.execute("SELECT count(*) FROM claim").fetchone() or (0,)
    parts = max(1, -(-claims // COUNTED_AT_ONCE))
    for word in COUNTED:
        db.execute(f"CREATE OR REPLACE TABLE count_{word} (value VARCHAR, n BIGINT)")
        for part in range(parts):
            db.execute(f"""
                INSERT INTO count_{word} SELECT value, count(*) FROM (
                    SELECT DISTINCT node, {word} AS value FROM claim
                    WHERE {word} IS NOT NULL AND hash({word}) % {parts} = {part}
                ) GROUP BY value
            """)
    for word in FREQUENCIES:
        db.execute(f"""
            CREATE OR REPLACE TABLE tf_{word} AS
            SELECT value AS {word}, n / sum(n) OVER () AS tf_{word} FROM count_{word}
        """)


def vectors(db: duckdb.DuckDBPyConnection, settings: dict[str, Any], pairs: str, table: str = "profile") -> None:
    """Make table ``predicted``: how the pairs of a table (l, r) compare, and what they weigh against strangers."""
    api, model = linker(db, table, settings)
    db.execute(f"""
        CREATE OR REPLACE TABLE blocked AS SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM {pairs}
    """)
    for part in FREQUENCIES:
        model.table_management.register_term_frequency_lookup(api.register(f"tf_{part}"), part)
    model.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
    made = model.inference.predict(warning_mode="never").physical_name
    kept = "unique_id_l AS l, unique_id_r AS r, match_weight AS stranger, columns('^(gamma|mw)_.*')"
    db.execute(f"CREATE OR REPLACE TABLE predicted AS SELECT {kept} FROM {made}")
    for (left,) in db.sql("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '__splink__%'").fetchall():
        db.execute(f'DROP TABLE "{left}"')  # Splink's own way would drop the tables of terms too


def score(db: duckdb.DuckDBPyConnection, parameters: Parameters, settings: Linkage) -> None:
    """Add to tables ``edge(l, r, weight)`` and ``evidence`` what the pairs of table ``pair`` weigh."""
    for _ in _chunks(db):
        db.execute("CREATE OR REPLACE TABLE wanted AS SELECT l AS node FROM chunk UNION SELECT r FROM chunk")
        profile(db, "wanted")
        vectors(db, parameters.splink, "chunk")
        db.execute(f"""
            CREATE OR REPLACE TABLE weighed AS
            WITH s AS (
                SELECT p.*, ({_kin(parameters)})::DOUBLE AS kin, ({_id(parameters)})::DOUBLE AS id,
                    CASE WHEN list_has_any(a.ids, b.ids) THEN {KIN_ID - parameters.id_bits} ELSE 0 END AS lent,
                    CASE WHEN list_has_any(a.slots, b.slots) THEN {SAME_WAVE}::DOUBLE ELSE 0 END AS wave
                FROM predicted p JOIN profile a ON a.unique_id = p.l JOIN profile b ON b.unique_id = p.r
            )
            SELECT l, r, round({_odds("stranger")} + id + wave, 6) AS weight,
                s.* EXCLUDE (l, r, lent) FROM s
        """)
        db.execute(f"""
            INSERT INTO edge SELECT l, r, weight FROM weighed;
            CREATE TABLE IF NOT EXISTS evidence AS FROM weighed WHERE false;
            INSERT INTO evidence BY NAME FROM weighed WHERE weight >= {settings.lower_bits}
        """)


def _chunks(db: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Puts the pairs into table ``chunk``, some at a time, those of one node together as far as can be."""
    (pairs,) = db.execute("SELECT count(*) FROM pair").fetchone() or (0,)
    parts = -(-pairs // CHUNK)
    for part in range(parts):
        db.execute(f"CREATE OR REPLACE TABLE chunk AS SELECT l, r FROM pair WHERE hash(l) % {parts} = {part}")
        yield


def _odds(stranger: str) -> str:
    """SQL: the bits against both rivals, whose odds add up."""
    rivals = (f"pow(2, -greatest(-60, least(60, {each})))" for each in (stranger, "kin + lent"))
    return f"-log2({' + '.join(rivals)})"


def _kin(parameters: Parameters) -> str:
    if parameters.kin_prior is None:
        return "1000"
    weights = [
        f"CASE gamma_{name} {' '.join(f'WHEN {level} THEN {bits}' for level, bits in levels.items())} ELSE 0 END"
        for name, levels in parameters.kin.items()
    ]
    return " + ".join([str(parameters.kin_prior), *weights])


def _id(parameters: Parameters) -> str:
    return f"""CASE WHEN a.ids IS NULL OR b.ids IS NULL THEN 0
        WHEN list_has_any(a.ids, b.ids) THEN {parameters.id_bits} ELSE {log2(parameters.id_error)} END"""
