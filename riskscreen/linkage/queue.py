"""What is doubtful, for people to decide: each pair with its weight, step by step, as a waterfall draws it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from math import log2
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.linkage.decisions import APART

if TYPE_CHECKING:
    from riskscreen.linkage.identify import Identified


@dataclass(frozen=True)
class Step:
    """What one comparison adds to the weight of a pair: its name, the level that was found, and bits."""

    name: str
    level: str
    bits: float


@dataclass(frozen=True)
class DoubtfulPair:
    """Two claims that stand for two persons and may be one's: numbers, pseudonyms and levels, never a word.

    ``feeds`` and ``entity_ids`` are those of ``claim`` and ``other``, in this order; ``weight`` is in bits, and the
    steps add up to it. Raises ``ValueError`` unless ``claim`` is the lower of the two.
    """

    claim: int
    other: int
    feeds: tuple[str, str]
    entity_ids: tuple[str, str]
    weight: float
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if self.claim >= self.other:
            raise ValueError("a doubtful pair names its lower claim first")


# Doubtful pairs as they are kept; ``steps`` is JSON.
PAIRS = pa.schema(
    [
        ("claim", pa.int64()),
        ("other", pa.int64()),
        ("feed", pa.string()),
        ("other_feed", pa.string()),
        ("entity_id", pa.string()),
        ("other_entity_id", pa.string()),
        ("weight", pa.float64()),
        ("steps", pa.string()),
    ]
)


def pairs_table(pairs: Sequence[DoubtfulPair]) -> pa.Table:
    """Doubtful pairs as a table of :data:`PAIRS`."""
    rows = [
        (one.claim, one.other, *one.feeds, *one.entity_ids, one.weight, json.dumps([astuple(s) for s in one.steps]))
        for one in pairs
    ]
    return pa.Table.from_pylist([dict(zip(PAIRS.names, row, strict=True)) for row in rows], schema=PAIRS)


def pairs_of(table: pa.Table) -> list[DoubtfulPair]:
    """Doubtful pairs again, of a table of :data:`PAIRS`."""
    return [
        DoubtfulPair(
            row["claim"], row["other"], (row["feed"], row["other_feed"]), (row["entity_id"], row["other_entity_id"]),
            row["weight"], tuple(Step(*step) for step in json.loads(row["steps"])),
        )
        for row in table.to_pylist()
    ]  # fmt: skip


def doubtful_pairs(
    found: "Identified", claims: pa.Table, decisions: pa.Table, entity_of: Callable[[int], str]
) -> list[DoubtfulPair]:
    """What a run found doubtful and nobody has decided; ``claims`` and ``decisions`` are those that it read.

    A pair of persons that a decision in force keeps apart stays out, also by other claims of theirs than those that
    were decided about. ``entity_of`` gives the pseudonym of a person number.
    """
    apart = _kept_apart(found.links, decisions)
    rows = [row for row in found.doubtful.to_pylist() if _persons(row) not in apart]
    feed = _of_claims(claims, rows, "feed")
    return [_pair(row, feed, entity_of, tuple(waterfall(found.parameters, row))) for row in rows]


def _persons(row: Mapping[str, Any]) -> frozenset[int]:
    return frozenset((row["person"], row["other_person"]))


def _kept_apart(links: pa.Table, decisions: pa.Table) -> set[frozenset[int]]:
    """The pairs of persons that decisions keep apart."""
    rows = [row for row in decisions.to_pylist() if row["verdict"] == APART]
    person = _of_claims(links, rows, "person")
    return {frozenset((person[row["claim"]], person[row["other"]])) for row in rows}


def _of_claims(table: pa.Table, rows: list[dict[str, Any]], column: str) -> dict[int, Any]:
    """What a table says in a column of the claims that rows are about."""
    about = pa.array([row[side] for row in rows for side in ("claim", "other")], pa.int64())
    named = table.filter(pc.is_in(table["claim"], value_set=about))
    return dict(zip(named["claim"].to_pylist(), named[column].to_pylist(), strict=True))


def _pair(
    row: Mapping[str, Any], feed: Mapping[int, str], entity_of: Callable[[int], str], steps: tuple[Step, ...]
) -> DoubtfulPair:
    sides = sorted([(row["claim"], row["person"]), (row["other"], row["other_person"])])
    (claim, person), (other, other_person) = sides
    names = entity_of(person), entity_of(other_person)
    return DoubtfulPair(claim, other, (feed[claim], feed[other]), names, row["weight"], steps)


def waterfall(parameters: Mapping[str, Any], pair: Mapping[str, Any]) -> list[Step]:
    """The steps from nothing to the weight of ``pair``, a row of what is doubtful; they add up to it.

    ``parameters`` are those of the run that found it. No step tells a name; its level says "near", or "swapped".
    """
    prior = parameters["splink"]["probability_two_random_records_match"]
    steps = [Step("prior", "", log2(prior / (1 - prior)))]
    for comparison in parameters["splink"]["comparisons"]:
        steps += _compared(comparison, pair)
    rivals = pair["weight"] - pair["stranger"] - pair["id"] - pair["wave"]
    steps.append(Step("one home", "people of one home are alike too", rivals))
    steps += [Step(name, "", pair[name]) for name in ("id", "wave") if pair[name]]
    return steps


def _compared(comparison: Mapping[str, Any], pair: Mapping[str, Any]) -> list[Step]:
    name = comparison["output_column_name"]
    levels = comparison["comparison_levels"]
    gamma = pair[f"gamma_{name}"]
    level = levels[0] if gamma < 0 else levels[len(levels) - 1 - gamma]
    steps = [Step(name, level["label_for_charts"], pair[f"mw_{name}"])]
    if rare := pair.get(f"mw_tf_adj_{name}"):
        steps.append(Step(name, "how rare it is", rare))
    return steps
