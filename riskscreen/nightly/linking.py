"""Linking with what people decided, and its doubtful pairs for people to decide: the store's part of a link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from riskscreen.declare import Deployment
from riskscreen.eventstore.store import EventStore
from riskscreen.identity import Key
from riskscreen.linkage import Linked, is_current, link
from riskscreen.linkage.claims import DECISIONS
from riskscreen.linkage.queue import pairs_of
from riskscreen.runners import LOCAL, Runner
from riskscreen.store import (
    Action,
    AuditEvent,
    Store,
    decisions_in_force,
    has_store,
    open_store,
    prepare_store,
    publish_pairs,
    record,
)

LINKAGE = "linkage"  # the service identity that reads the zone


@dataclass(frozen=True)
class Publisher:
    """Where is published (``None``: the home's store), and the time at which it is done."""

    url: str | None
    now: datetime


def in_force(home: Path, url: str | None) -> pa.Table:
    """The decisions in force; none where there is no store yet."""
    if not has_store(home, url):
        return DECISIONS.empty_table()
    store = open_store(home, url)
    try:
        return decisions_in_force(store)
    finally:
        store.close()


def link_people(
    home: Path,
    deployment: Deployment,
    key: Key,
    publisher: Publisher,
    progress: Callable[[str], None] | None = None,
    *,
    runner: Runner = LOCAL,
) -> Linked:
    """Link as people decided, and publish what is doubtful; the reading of the zone is one audit event.

    A deployment that tells people by their ids alone has no zone, and needs no store for this. Errors are those of
    ``link`` and of the store.
    """
    if not any(feed.who for feed in deployment.feeds.values()):
        return link(home, deployment, key, progress, runner=runner)
    store = prepare_store(home, publisher.url)
    try:
        decisions = decisions_in_force(store)
        if not is_current(home, deployment, decisions):
            record(store, AuditEvent(publisher.now, LINKAGE, Action.ZONE_READ, f"deployment:{deployment.name}", {}))
        linked = link(home, deployment, key, progress, decisions=decisions, runner=runner)
        if linked.changed:
            _publish(store, home, publisher.now)
        return linked
    finally:
        store.close()


def _publish(store: Store, home: Path, now: datetime) -> None:
    events = EventStore.open(home)
    pairs, version = pairs_of(events.crosswalk("doubtful")), events.version.number
    details = {"version": version, "pairs": len(pairs)}
    event = AuditEvent(now, LINKAGE, Action.PAIRS_PUBLISHED, f"crosswalk:{version}", details)
    publish_pairs(store, version, pairs, event)
