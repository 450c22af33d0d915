"""Entries of a list, and the words for their odds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import pandas as pd
import pyarrow as pa

from riskscreen.declare import AreaTree
from riskscreen.scoring import Reason

NO_CASES: Mapping[str, frozenset[str]] = MappingProxyType({})
REASON = pa.struct(
    [
        ("signal", pa.string()),
        ("theme", pa.string()),
        ("weight", pa.float64()),
        ("en", pa.string()),
        ("zh", pa.string()),
        ("sensitivity", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("area", pa.string()),
        ("entity_id", pa.string()),
        ("score", pa.float64()),
        ("rank", pa.int64()),
        ("abstained", pa.bool_()),
        ("model_version", pa.string()),
        ("reasons", pa.list_(REASON)),
    ]
)


@dataclass(frozen=True)
class Entry:
    """One entry of a list: its place in its area's list, whom it is about, and why.

    ``score`` is the calibrated probability, ``None`` where odds are not named.
    """

    position: int
    area: str
    entity_id: str
    score: float | None
    rank: int
    abstained: bool
    model_version: str
    reasons: tuple[Reason, ...]


def listed(scores: pd.DataFrame, areas: AreaTree, open_cases: Mapping[str, frozenset[str]] = NO_CASES) -> pd.DataFrame:
    """The rows of ``scores`` that reach a list, by area and rank; ``area`` is the list's, ``position`` that in it.

    A list is as long as its area's weekly visit capacity less the area's open cases (entities, by area), and names
    nobody who has one, wherever it was opened; people without a declared area reach none.
    """
    taken_on = frozenset[str]().union(*open_cases.values())
    free = scores[~scores["entity_id"].isin(taken_on)]
    free = free.assign(area=free["area"].map({code: areas.listed_in(code) for code in areas}))
    lists = [free[:0].assign(position=[])]
    for code in sorted(set(free["area"].dropna())):
        length = max(0, areas[code].weekly_visits - len(open_cases.get(code, ())))
        rows = free[free["area"] == code].nsmallest(length, "rank")
        lists.append(rows.assign(position=range(1, len(rows) + 1)))
    return pd.concat(lists, ignore_index=True) if len(lists) > 1 else lists[0]


def to_table(entries: Sequence[Entry]) -> pa.Table:
    """The list as Arrow, schema ``SCHEMA``."""
    rows = [asdict(entry) | {"reasons": [asdict(reason) for reason in entry.reasons]} for entry in entries]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def from_table(table: pa.Table) -> list[Entry]:
    """The entries of a list that :func:`to_table` made."""
    rows = table.to_pylist()
    return [Entry(**(row | {"reasons": tuple(Reason(**reason) for reason in row["reasons"])})) for row in rows]


def odds_words(probability: float | None, language: str) -> str:
    """Odds as a worker reads them: "about 3 in 10", never a bare fraction.

    >>> odds_words(0.31, "en"), odds_words(0.024, "en"), odds_words(0.31, "zh"), odds_words(None, "en")
    ('about 3 in 10', 'about 1 in 42', '约 3/10', 'not said')
    """
    if probability is None or math.isnan(probability):
        return "不作估计" if language == "zh" else "not said"
    part, of = _ratio(probability)
    return f"约 {part}/{of:,}" if language == "zh" else f"about {part} in {of:,}"


def _ratio(probability: float) -> tuple[int, int]:
    if probability >= 0.15:
        return min(9, max(2, round(10 * probability))), 10
    return 1, min(1000, round(1 / max(probability, 0.001)))
