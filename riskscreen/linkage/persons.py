"""The person of each landed number: a claim's by id and words, a bare id's by the claims that have it."""

from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare.linkage import Linkage
from riskscreen.ingest.claiming import ALSO
from riskscreen.linkage.claims import CLAIMS, DECISIONS, LINKS, RELATIONS, WORDS

# ``label`` is the lowest of the numbers that are one person; ``from`` the day from which a number is that person's.
# ``how`` is id, words or decision, as in ``LINKS``, and ``bare`` of a number that is an id without words.
NUMBERS = pa.schema(
    [
        ("number", pa.int64()),
        ("label", pa.int64()),
        ("from", pa.date32()),
        ("how", pa.string()),
        ("weight", pa.float64()),
    ]
)
DOUBTFUL = pa.schema([("claim", pa.int64()), ("other", pa.int64()), ("weight", pa.float64())])
CONTESTED = pa.schema([("id", pa.int64()), ("parts", pa.int64())])


@dataclass(frozen=True)
class Said:
    """What rows say of people: claims, how those of a row belong together, and the decisions in force."""

    claims: pa.Table = field(default_factory=CLAIMS.empty_table)
    relations: pa.Table = field(default_factory=RELATIONS.empty_table)
    decisions: pa.Table = field(default_factory=DECISIONS.empty_table)


@dataclass(frozen=True)
class Persons:
    """Landed numbers by person, and how sure that is; ``numbers`` has the columns of ``NUMBERS``, by number.

    ``doubtful``, ``contested``, ``parameters`` and ``figures`` are those of ``identify.Identified``.
    """

    numbers: pa.Table
    doubtful: pa.Table = field(default_factory=DOUBTFUL.empty_table)
    contested: pa.Table = field(default_factory=CONTESTED.empty_table)
    parameters: dict[str, Any] | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def persons(landed: pa.Table, said: Said, settings: Linkage, before: Persons | None) -> Persons:
    """The person of each number in ``landed`` (``number``, and ``known_on``, the first day) and of each claim.

    ``before`` is what the last link found: its claims keep their persons. Raises ``CallerError`` where decisions
    contradict each other.
    """
    with_words = said.claims.filter(_says(said.claims))
    if not with_words.num_rows:
        return Persons(_numbers(landed, said, LINKS.empty_table()))
    from riskscreen.linkage.identify import Before, identify  # Splink is slow to load

    kept = Before() if before is None else Before(_links(before.numbers), before.parameters)
    found = identify(with_words, said.relations, said.decisions, settings, kept)
    numbers = _numbers(landed, said, found.links)
    return Persons(numbers, found.doubtful, found.contested, found.parameters, found.figures)


def _says(claims: pa.Table) -> pa.Array:
    """Which claims say more than an id."""
    words = [claims[word].is_valid() for word in WORDS]
    return reduce(pc.or_, words)


def _links(numbers: pa.Table) -> pa.Table:
    """The links of the last run: each claim's person is named by its lowest claim."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        db.register("numbers", numbers)
        return (
            db.sql("""
                SELECT number AS claim, min(number) OVER (PARTITION BY label) AS person, "from", how, weight
                FROM numbers WHERE how <> 'bare' ORDER BY claim
            """)
            .to_arrow_table()
            .cast(LINKS)
        )


def _numbers(landed: pa.Table, said: Said, links: pa.Table) -> pa.Table:
    """Claims by their links; a bare id is whoever most rows with it are about, or else somebody of its own."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        tables = {"landed": landed, "claims": said.claims, "relations": said.relations, "links": links}
        for name, table in tables.items():
            db.register(name, table)
        return (
            db.sql(f"""
                WITH told AS (
                    SELECT id, person, sum(rows) AS rows FROM claims JOIN links USING (claim)
                    WHERE id IS NOT NULL GROUP BY id, person
                    UNION ALL
                    SELECT other, person, 0 FROM relations JOIN links USING (claim) WHERE relation = '{ALSO}'
                ), holder AS (
                    SELECT id, arg_max(person, (rows, -person)) AS person FROM told GROUP BY id
                ), bare AS (
                    SELECT landed.number, landed.number AS id, known_on
                    FROM landed ANTI JOIN claims ON claim = landed.number
                    UNION ALL
                    SELECT claim, any_value(claims.id), min(known_on) FROM claims ANTI JOIN links USING (claim) GROUP BY claim
                ), whole AS (
                    SELECT claim AS number, person, "from", how, weight FROM links
                    UNION ALL
                    SELECT number, coalesce(person, bare.id), known_on, 'bare', NULL
                    FROM bare LEFT JOIN holder USING (id)
                )
                SELECT number, min(number) OVER (PARTITION BY person) AS label, "from", how, weight
                FROM whole ORDER BY number
            """)
            .to_arrow_table()
            .cast(NUMBERS)
        )
