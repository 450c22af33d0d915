"""What humans decided about two claims: that they are one person's, or two people's."""

from collections import deque
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.errors import CallerError

TOGETHER, APART = "together", "apart"


@dataclass(frozen=True)
class Decided:
    """What decisions come to.

    ``group`` names, for each claim that was decided about, the lowest claim with which it is together; ``apart`` are
    pairs of such groups. No group is apart from itself.
    """

    group: dict[int, int]
    apart: frozenset[tuple[int, int]]

    @property
    def loose(self) -> list[int]:
        """The claims that follow no id any more: their group was set apart from another."""
        parted = {group for pair in self.apart for group in pair}
        return sorted(claim for claim, group in self.group.items() if group in parted)


def decided(decisions: pa.Table, known: pa.ChunkedArray) -> Decided:
    """What ``decisions`` (of ``DECISIONS``) come to, for claims all of which are in ``known``.

    Raises ``CallerError`` where two contradict each other, or one is about a claim that is not there.
    """
    rows = decisions.to_pylist()
    _check(rows, known)
    near: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        for a, b in ((row["claim"], row["other"]), (row["other"], row["claim"])):
            near.setdefault(a, [])
            if row["verdict"] == TOGETHER:
                near[a].append((b, row["decision"]))
    group = {claim: min(_reached(near, claim)) for claim in near}
    apart = set()
    for row in rows:
        if row["verdict"] == APART:
            a, b = group[row["claim"]], group[row["other"]]
            if a == b:
                raise CallerError(_contradiction(near, row))
            apart.add((min(a, b), max(a, b)))
    return Decided(group, frozenset(apart))


def _check(rows: list[dict[str, Any]], known: pa.ChunkedArray) -> None:
    claims = sorted({claim for row in rows for claim in (row["claim"], row["other"])})
    there = pc.is_in(pa.array(claims, pa.int64()), value_set=known).to_pylist()
    for row in rows:
        if row["verdict"] not in (TOGETHER, APART):
            raise CallerError(f"decision {row['decision']} has no verdict: give together or apart")
        missing = [claim for claim in (row["claim"], row["other"]) if not there[claims.index(claim)]]
        if missing:
            raise CallerError(
                f"decision {row['decision']} is about claim {missing[0]}, which is not there: take the decision back"
            )


def _reached(near: dict[int, list[tuple[int, int]]], start: int) -> dict[int, tuple[int, int] | None]:
    """The claims together with one, each with the claim and the decision that led to it."""
    came: dict[int, tuple[int, int] | None] = {start: None}
    queue = deque([start])
    while queue:
        claim = queue.popleft()
        for other, decision in near[claim]:
            if other not in came:
                came[other] = (claim, decision)
                queue.append(other)
    return came


def _contradiction(near: dict[int, list[tuple[int, int]]], row: dict[str, Any]) -> str:
    came, at, path = _reached(near, row["claim"]), row["other"], list[int]()
    while (step := came[at]) is not None:
        at, decision = step
        path.append(decision)
    numbers = ", ".join(map(str, sorted(set(path))))
    return f"decision {row['decision']} says apart of two claims that decision {numbers} put together: take one back"
