"""From a night's lists to the store: what readers see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.errors import CallerError
from riskscreen.store import (
    Action,
    AuditEvent,
    LeftBecause,
    NewList,
    Store,
    areas_there,
    publish,
    put_areas,
)
from riskscreen.store.lists import current_id, entities
from riskscreen.watchlist import Entry

NIGHT = "nightly"


def publish_areas(store: Store, deployment: Deployment, now: datetime) -> None:
    """Bring the store's areas up to what the deployment declares; nothing is written where they are the same."""
    declared, known = deployment.areas, areas_there(store)
    if any(known.get(code) != area for code, area in declared.items()):
        event = AuditEvent(now, NIGHT, Action.AREAS_CHANGED, f"deployment:{deployment.name}", {"areas": len(declared)})
        put_areas(store, declared.values(), event)


@dataclass(frozen=True)
class WhyLeft:
    """What a night knows of those who are no longer listed: who is still scored, and who has an open case, by area."""

    scored: frozenset[str]
    open_cases: Mapping[str, frozenset[str]]

    def of(self, listed_before: frozenset[str]) -> dict[str, LeftBecause]:
        """Why each is gone, as far as the night knows."""
        taken_on = frozenset[str]().union(*self.open_cases.values())
        gone = dict.fromkeys(listed_before - self.scored, LeftBecause.OUT_OF_COHORT)
        return gone | dict.fromkeys(listed_before & taken_on, LeftBecause.CASE_OPEN)


def publish_list(store: Store, new: NewList, why_left: WhyLeft) -> tuple[bool, str]:
    """Publish one area's list; whether readers see another list than before, and what to say of it.

    A list of an earlier day than the one that readers see is not published: it would turn the clock back.
    """
    with store.reading() as connection:
        before = current_id(connection, new.model, new.area)
        left_because = why_left.of(entities(connection, before))
    details: dict[str, int | str] = {
        "model": new.model,
        "area": new.area,
        "as_of": new.as_of.isoformat(),
        "entries": len(new.entries),
    }
    event = AuditEvent(new.made_at, NIGHT, Action.LIST_PUBLISHED, f"list:{new.id}", details)
    try:
        after = publish(store, new, event, left_because)
    except CallerError:
        return False, f"area {new.area}: a list of a later day is published, and stays"
    changed = after != before
    return changed, f"area {new.area}: {len(new.entries)} entries" + ("" if changed else ", published before")


def by_area(entries: Sequence[Entry], listed_before: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
    """The entries of each area; also of areas that had a list before and have no entry now."""
    found = {area: tuple(of_area) for area, of_area in groupby(entries, key=lambda entry: entry.area)}
    return {area: found.get(area, ()) for area in sorted({*found, *listed_before})}


def still_scored(
    store: Store, model: str, areas: Iterable[str], entity_id: pa.ChunkedArray | pa.Array
) -> frozenset[str]:
    """Of those who stand on a model's lists now, those whom the night scored: ``entity_id`` names its cohort."""
    with store.reading() as connection:
        before = [entities(connection, current_id(connection, model, area)) for area in areas]
    standing = pa.array(sorted(frozenset[str]().union(*before)), pa.string())
    return frozenset(pc.filter(entity_id, pc.is_in(entity_id, value_set=standing)).to_pylist())


def last_known(as_of: date, known: str | None) -> date:
    """Up to when the data of a night reach."""
    return min(as_of, date.fromisoformat(known)) if known else as_of
