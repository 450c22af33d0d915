"""Entries of a list, and the words for their odds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import AreaTree
from riskscreen.learning.examples import Ints
from riskscreen.scoring import Reason, Scores

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


@dataclass(frozen=True, eq=False)
class Listed:
    """The rows [n] of a cohort's scores that reach a list, by area and rank; each one's list, and its place there."""

    row: Ints
    area: tuple[str, ...]
    position: tuple[int, ...]


def listed(scores: Scores, areas: AreaTree, open_cases: Mapping[str, frozenset[str]] = NO_CASES) -> Listed:
    """Who reaches a list.

    A list is as long as its area's weekly visit capacity less the area's open cases (entities, by area), and names
    nobody who has one, wherever it was opened; people without a declared area reach none.
    """
    taken_on = pa.array(sorted(frozenset[str]().union(*open_cases.values())), pa.string())
    free = ~np.asarray(pc.is_in(scores.entity_id, value_set=taken_on).to_numpy(zero_copy_only=False))
    lists, on = _lists(areas), _list_of(scores, areas)
    may = np.flatnonzero(free & (on >= 0))
    in_order = may[np.lexsort((scores.rank[may], on[may]))]
    ends = np.searchsorted(on[in_order], np.arange(len(lists) + 1))
    lengths = [max(0, areas[code].weekly_visits - len(open_cases.get(code, ()))) for code in lists]
    rows = [in_order[ends[at] : ends[at + 1]][:length] for at, length in enumerate(lengths)]
    return Listed(
        row=np.concatenate([np.zeros(0, np.int64), *rows]),
        area=tuple(code for code, of in zip(lists, rows, strict=True) for _ in of),
        position=tuple(place for of in rows for place in range(1, len(of) + 1)),
    )


def unplaced(scores: Scores, areas: AreaTree) -> int:
    """How many live in no area from which one reaches a list."""
    return int(np.count_nonzero(_list_of(scores, areas) < 0))


def _lists(areas: AreaTree) -> list[str]:
    """The areas that have a list, by code."""
    return sorted(code for code, area in areas.items() if area.weekly_visits)


def _list_of(scores: Scores, areas: AreaTree) -> Ints:
    """The place among :func:`_lists` of the list that each row may reach; -1 for none."""
    place = {code: at for at, code in enumerate(_lists(areas))}
    of_area = [place.get(areas.listed_in(code) or "", -1) if code in areas else -1 for code in scores.areas]
    return np.array([*of_area, -1], dtype=np.int64)[scores.area]


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
