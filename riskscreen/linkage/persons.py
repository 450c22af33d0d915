"""The person of each landed number, be it a claim's or an id's without words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare.linkage import Linkage
from riskscreen.ingest.zone import Claims
from riskscreen.linkage.claims import ALSO, CLAIMS, LINKS, RELATIONS, WORDS
from riskscreen.linkage.database import in_memory

if TYPE_CHECKING:
    from riskscreen.linkage.identify import Identified

# ``label`` is the lowest of the numbers that are one person; ``from`` the day from which a number is that person's.
# ``how`` and ``weight`` are those of ``LINKS``.
NUMBERS = pa.schema(
    [
        ("number", pa.int64()),
        ("label", pa.int64()),
        ("from", pa.date32()),
        ("how", pa.string()),
        ("weight", pa.float64()),
    ]
)
# Added to the number of a bare id, so that it is told behind all claims and names nobody who has words.
BARE = 1 << 60


@dataclass(frozen=True)
class Said:
    """What rows say of people: claims, how those of a row belong together, and the decisions in force."""

    claims: Claims
    relations: pa.Table
    decisions: pa.Table


@dataclass(frozen=True)
class Persons:
    """Landed numbers by person: ``numbers`` has the columns of ``NUMBERS``, ordered by number.

    ``found`` is what linkage says of them; ``None`` where no row says more of anybody than an id.
    """

    numbers: pa.Table
    found: "Identified | None" = None


@dataclass(frozen=True)
class Earlier:
    """What the last link found: ``numbers``, of ``NUMBERS``, and the parameters, if there are any."""

    numbers: pa.Table
    parameters: dict[str, Any] | None


def persons(landed: pa.Table, said: Said, settings: Linkage, earlier: Earlier | None) -> Persons:
    """The person of each number in ``landed`` (``number``, and ``known_on``, the first day) and of each claim.

    What ``earlier`` has keeps its person. Raises ``CallerError`` where decisions contradict each other.
    """
    with in_memory() as db:
        for name, table in {"landed": landed, "claims": said.claims.said, "relations": said.relations}.items():
            db.register(name, table)
        bare = _bare(db)
        if not _has_words(said.claims):
            return Persons(_by_id(db, said.claims.said, bare))
        from riskscreen.linkage.identify import Before, identify  # Splink is slow to load

        before = Before() if earlier is None else Before(_links(db, earlier.numbers), earlier.parameters)
        claims = pa.RecordBatchReader.from_batches(CLAIMS, _with_bare(said.claims, bare))
        found = identify(claims, _relations(db), said.decisions, settings, before)
        numbers, doubtful = _labelled(db, found.links), found.doubtful
        links = numbers.rename_columns(LINKS.names)
        for claim, column in (("claim", "person"), ("other", "other_person")):
            doubtful = _with(doubtful, column, _label_of(numbers, doubtful[column]))
            doubtful = _with(doubtful, claim, _telling(db, numbers, doubtful, (claim, column)))
        return Persons(numbers, replace(found, links=links, doubtful=doubtful))


def _bare(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """The bare ids, in the schema ``CLAIMS``: a number that is no claim's is an id without words."""
    words = ", ".join(f"NULL AS {word}" for word in WORDS)
    found = db.sql(f"""
        WITH ids AS (
            SELECT landed.number AS id, known_on FROM landed
            UNION ALL SELECT other, known_on FROM relations WHERE relation = '{ALSO}'
        )
        SELECT id + {BARE} AS claim, '' AS feed, NULL AS wave, id, min(known_on) AS known_on, 1 AS rows,
            false AS disagrees, {words}
        FROM ids WHERE id NOT IN (SELECT claim FROM claims) GROUP BY id ORDER BY id
    """).to_arrow_table()
    return found.cast(CLAIMS)


def _with_bare(claims: Claims, bare: pa.Table) -> Iterator[pa.RecordBatch]:
    """All claims, and behind them the bare ids."""
    yield from claims.batches()
    yield from bare.to_batches()


def _relations(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """The relations, with bare ids by their numbers here."""
    other = f"CASE WHEN relation = '{ALSO}' THEN other + {BARE} ELSE other END"
    return db.sql(f"SELECT * REPLACE ({other} AS other) FROM relations").to_arrow_table().cast(RELATIONS)


def _labelled(db: duckdb.DuckDBPyConnection, links: pa.Table) -> pa.Table:
    """Links by number, each person by the lowest of theirs.

    What words alone link to somebody is theirs from the day on which anything else was known of them, not before.
    """
    db.register("links", links)
    others = """min("from") FILTER (how <> 'words') OVER (PARTITION BY person)"""
    found = db.sql(f"""
        SELECT claim % {BARE} AS number, min(claim % {BARE}) OVER (PARTITION BY person) AS label,
            CASE WHEN how = 'words' THEN greatest("from", coalesce({others}, "from")) ELSE "from" END AS "from",
            how, weight
        FROM links ORDER BY number
    """).to_arrow_table()
    db.unregister("links")
    return found.cast(NUMBERS)


def _label_of(numbers: pa.Table, persons: pa.ChunkedArray) -> pa.Array:
    """The labels of persons who are named by one of their claims."""
    number = pc.if_else(pc.less(persons, BARE), persons, pc.subtract(persons, BARE))
    return pc.take(numbers["label"], pc.index_in(number, value_set=numbers["number"].combine_chunks()))


def _telling(
    db: duckdb.DuckDBPyConnection, numbers: pa.Table, doubtful: pa.Table, columns: tuple[str, str]
) -> pa.Array:
    """The claims of doubtful pairs; for a bare id by which a person is known, the first claim with words of theirs."""
    db.register("numbers", numbers)
    first = db.sql("SELECT label, min(claim) FROM numbers JOIN claims ON claim = numbers.number GROUP BY label")
    found = dict(first.fetchall())
    db.unregister("numbers")
    pairs = zip(*(doubtful[column].to_pylist() for column in columns), strict=True)
    return pa.array([one if one < BARE else found[label] for one, label in pairs], pa.int64())


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def _has_words(claims: Claims) -> bool:
    """Whether any claim says more than an id."""
    return any(batch[word].null_count < batch.num_rows for batch in claims.batches() for word in WORDS)


def _links(db: duckdb.DuckDBPyConnection, numbers: pa.Table) -> pa.Table:
    """The links of the last run."""
    db.register("earlier", numbers)
    found = db.sql(f"""
        WITH named AS (
            SELECT * REPLACE (
                CASE WHEN number IN (SELECT claim FROM claims) THEN number ELSE number + {BARE} END AS number
            ) FROM earlier
        )
        SELECT number AS claim, min(number) OVER (PARTITION BY label) AS person, "from", how, weight
        FROM named ORDER BY claim
    """).to_arrow_table()
    db.unregister("earlier")
    return found.cast(LINKS)


def _by_id(db: duckdb.DuckDBPyConnection, said: pa.Table, bare: pa.Table) -> pa.Table:
    """Everybody is told by their id alone."""
    told = ["claim", "id", "known_on"]
    db.register("told", pa.concat_tables([said.select(told), bare.select(told)]))
    links = db.sql("""
        SELECT claim, min(claim) OVER (PARTITION BY id) AS person, "from", 'id' AS how, NULL::DOUBLE AS weight
        FROM (SELECT claim, any_value(told.id) AS id, min(known_on) AS "from" FROM told GROUP BY claim)
    """).to_arrow_table()
    db.unregister("told")
    return _labelled(db, links)
