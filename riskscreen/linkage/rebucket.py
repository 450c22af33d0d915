"""Rebucket: the event store laid out in another number of buckets, record kind by kind and bucket by bucket.

Nobody's number, household or family changes, and no landed record is looked at: the rows that stand go to other
buckets. The version before stays whole and current until the manifest of the new one is written, and whoever reads it
finds its files until the version after that.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from riskscreen.errors import CallerError
from riskscreen.eventstore.store import FORMAT, EventStore, Stored, Version, is_whole
from riskscreen.eventstore.writing import Draft, drafted
from riskscreen.linkage.crosswalk import Crosswalk, in_buckets
from riskscreen.linkage.exchange import Exchange
from riskscreen.linkage.routing import part, read_in


def can_rebucket(store: EventStore) -> bool:
    """Whether a store is whole, and was written by a version of riskscreen that kept what is needed for it."""
    return store.version.format == FORMAT and "lived" in store.version.crosswalk and is_whole(store)


def rebucket(home: Path, buckets: int, progress: Callable[[str], None] | None = None) -> Version:
    """The event store's version in so many buckets: a new one, or the current one where it has them already.

    In memory is one record kind of the largest bucket at a time, and the crosswalk. Raises ``CallerError`` where there
    is no event store, or an older version of riskscreen wrote it, and ``HomeError`` where a file of it is missing or
    one cannot be written; then the version before stands.
    """
    say, store = progress or (lambda step: None), EventStore.open(home)
    old = store.version
    if old.buckets == buckets:
        return old
    if not can_rebucket(store):
        raise CallerError("an older version of riskscreen wrote the event store: run `riskscreen link` instead")
    crosswalk = in_buckets(_crosswalk(store), buckets)
    with drafted(home, old.number + 1) as draft:
        stored: list[Stored] = []
        for kind in old.columns:
            say(kind)
            stored += _kind(draft, store, kind, crosswalk, buckets)
        kept = {name: store.crosswalk(name) for name in old.crosswalk}
        kept |= {"persons": crosswalk.persons, "guests": crosswalk.guests}
        files = tuple(file for part in stored for file in part.files)
        new = replace(old, buckets=buckets, files=files, sidecars=(), crosswalk=draft.keep(kept))
        return draft.finish(new, old)


def _crosswalk(store: EventStore) -> Crosswalk:
    return Crosswalk(*(store.crosswalk(name) for name in ("persons", "households", "guests", "lived")))


def _kind(draft: Draft, store: EventStore, kind: str, crosswalk: Crosswalk, buckets: int) -> list[Stored]:
    """The parts of a kind: its rows go from each old bucket to a file between, and from these to the new ones."""
    between, sent, receivers = Exchange(draft.between), [], set(range(0, 2 * buckets, 2))
    for bucket in store.buckets():
        rows = store.read(kind, bucket)
        people = pa.table({"person": rows["person"], "bucket": crosswalk.persons["bucket"].take(rows["person"])})
        to, at = read_in(people, crosswalk.guests)
        sent.append(between.send(f"{bucket:04d}", rows, to, at))
        receivers |= set(np.unique(to).tolist())
    stored = [draft.write(part(kind, number), between.receive(sent, number)) for number in sorted(receivers)]
    shutil.rmtree(draft.between)
    return stored
