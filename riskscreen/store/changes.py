"""What a list says of the one before: who came, who stayed, who left, and why. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskscreen.scoring import Reason
from riskscreen.watchlist import Entry


class Change(enum.StrEnum):
    """What an entry is to the list before."""

    FIRST = "first"  # there was no list before
    NEW = "new"
    STAYED = "stayed"


class LeftBecause(enum.StrEnum):
    """Why somebody is no longer listed. The first two are what two lists show; the others only their maker knows."""

    OUTRANKED = "outranked"  # others came in
    SHORTER_LIST = "shorter_list"  # nobody came in: fewer visits, or fewer to be ranked
    OUT_OF_COHORT = "out_of_cohort"
    MOVED = "moved"
    CASE_OPEN = "case_open"


@dataclass(frozen=True)
class Before:
    """Where somebody stood on the list before, and by which signals."""

    position: int
    signals: frozenset[str]


@dataclass(frozen=True)
class Came:
    """What changed for an entry; ``because`` is the signal of the heaviest reason that the list before did not name.

    ``because`` is ``None`` where no reason is new.
    """

    change: Change
    because: str | None
    position_before: int | None


@dataclass(frozen=True)
class Left:
    """Somebody of the list before who is not on this one."""

    entity_id: str
    position_before: int
    because: LeftBecause


def came(entry: Entry, previous: Mapping[str, Before] | None) -> Came:
    """What changed for an entry since the list before; ``None`` where there was no list."""
    before = (previous or {}).get(entry.entity_id)
    if before is None:
        change = Change.FIRST if previous is None else Change.NEW
        return Came(change, _heaviest(entry.reasons, frozenset()), None)
    return Came(Change.STAYED, _heaviest(entry.reasons, before.signals), before.position)


def left(entries: Sequence[Entry], previous: Mapping[str, Before], known: Mapping[str, LeftBecause]) -> list[Left]:
    """Who left, by the place held before; ``known`` says why where the list's maker knows it."""
    here = {entry.entity_id for entry in entries}
    otherwise = LeftBecause.SHORTER_LIST if here <= set(previous) else LeftBecause.OUTRANKED
    gone = [
        Left(entity, before.position, known.get(entity, otherwise))
        for entity, before in previous.items()
        if entity not in here
    ]
    return sorted(gone, key=lambda one: one.position_before)


def _heaviest(reasons: Sequence[Reason], known: frozenset[str]) -> str | None:
    new = [reason for reason in reasons if reason.signal not in known]
    return max(new, key=lambda reason: reason.weight).signal if new else None
