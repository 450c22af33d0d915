"""From a night's lists to the store: what readers see."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from riskscreen.declare import Deployment
from riskscreen.errors import CallerError
from riskscreen.store import (
    Action,
    AuditEvent,
    LeftBecause,
    NewList,
    PlacedArea,
    Store,
    placed_areas,
    publish,
    put_areas,
)
from riskscreen.store.lists import current_id, entities
from riskscreen.watchlist import Entry

NIGHT = "nightly"


def publish_areas(store: Store, deployment: Deployment, now: datetime) -> None:
    """Bring the store's areas up to what the deployment declares; nothing is written where they are the same."""
    declared = [PlacedArea(area) for area in deployment.areas.values()]
    known = placed_areas(store)
    if not all(area in known for area in declared):
        event = AuditEvent(now, NIGHT, Action.AREAS_CHANGED, f"deployment:{deployment.name}", {"areas": len(declared)})
        put_areas(store, declared, event)


def publish_list(store: Store, new: NewList, scored: frozenset[str]) -> tuple[bool, str]:
    """Publish one area's list; whether readers see another list than before, and what to say of it.

    ``scored`` is everybody in the night's cohort.

    A list of an earlier day than the one that readers see is not published: it would turn the clock back.
    """
    with store.reading() as connection:
        before = current_id(connection, new.model, new.area)
        left_because = why_left(scored, entities(connection, before))
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


def by_area(deployment: Deployment, entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """The entries of each declared area, also of those that have none."""
    found = {area: tuple(of_area) for area, of_area in groupby(entries, key=lambda entry: entry.area)}
    return {area: found.get(area, ()) for area in deployment.areas}


def why_left(scored: frozenset[str], listed_before: frozenset[str]) -> dict[str, LeftBecause]:
    """Why those who were on a list may be gone, as far as the night knows: they are not in its cohort."""
    return dict.fromkeys(listed_before - scored, LeftBecause.OUT_OF_COHORT)


def last_known(as_of: date, known: str | None) -> date:
    """Up to when the data of a night reach."""
    return min(as_of, date.fromisoformat(known)) if known else as_of
