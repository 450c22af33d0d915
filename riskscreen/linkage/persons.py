"""The person of each landed number, be it a claim's or an id's without words."""

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.claims import ALSO, CLAIMS, DECISIONS, LINKS, RELATIONS, WORDS

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


@dataclass(frozen=True)
class Said:
    """What rows say of people: claims, how those of a row belong together, and the decisions in force."""

    claims: pa.Table = field(default_factory=CLAIMS.empty_table)
    relations: pa.Table = field(default_factory=RELATIONS.empty_table)
    decisions: pa.Table = field(default_factory=DECISIONS.empty_table)


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
    claims = _with_bare(landed, said)
    if not pc.any(_says(claims)).as_py():
        return Persons(_by_id(claims))
    from riskscreen.linkage.identify import Before, identify  # Splink is slow to load

    before = Before() if earlier is None else Before(_links(earlier.numbers), earlier.parameters)
    found = identify(claims, said.relations, said.decisions, settings, before)
    return Persons(found.links.rename_columns(NUMBERS.names).cast(NUMBERS), found)


def _with_bare(landed: pa.Table, said: Said) -> pa.Table:
    """All claims, and among them the bare ids: a number that is no claim's is an id without words."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        for name, table in {"landed": landed, "claims": said.claims, "relations": said.relations}.items():
            db.register(name, table)
        bare = db.sql(f"""
            WITH ids AS (
                SELECT number AS id, known_on FROM landed
                UNION ALL SELECT other, known_on FROM relations WHERE relation = '{ALSO}'
            )
            SELECT id AS claim, '' AS feed, id, min(known_on) AS known_on, 1 AS rows, false AS disagrees
            FROM ids WHERE id NOT IN (SELECT claim FROM claims) GROUP BY id ORDER BY id
        """).to_arrow_table()
    whole = pa.concat_tables([said.claims, bare], promote_options="permissive")
    return whole.select(CLAIMS.names).cast(CLAIMS)


def _says(claims: pa.Table) -> pa.Array:
    """Which claims say more than an id."""
    words = [claims[word].is_valid() for word in WORDS]
    return reduce(pc.or_, words)


def _links(numbers: pa.Table) -> pa.Table:
    """The links of the last run."""
    return numbers.rename_columns(LINKS.names).cast(LINKS)


def _by_id(claims: pa.Table) -> pa.Table:
    """Everybody is told by their id alone."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        db.register("claims", claims)
        told = db.sql("""
            SELECT claim AS number, min(claim) OVER (PARTITION BY id) AS label, "from", 'id' AS how, NULL AS weight
            FROM (SELECT claim, any_value(claims.id) AS id, min(known_on) AS "from" FROM claims GROUP BY claim)
            ORDER BY number
        """)
        return told.to_arrow_table().cast(NUMBERS)
