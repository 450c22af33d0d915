"""Rebucket: the event store laid out in another number of buckets, record kind by kind, buckets as tasks of a runner.

Nobody's number, household or family changes, and no landed record is looked at: the rows that stand go to other
buckets. The version before stays whole and current until the manifest of the new one is written, and whoever reads it
finds its files until the version after that.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from riskscreen.errors import CallerError
from riskscreen.eventstore.store import FORMAT, EventStore, Stored, Version, is_whole
from riskscreen.eventstore.writing import Draft, drafted
from riskscreen.linkage.crosswalk import Crosswalk, in_buckets
from riskscreen.linkage.exchange import Exchange
from riskscreen.linkage.looking import LAID_OUT, laid_out, lay_out
from riskscreen.linkage.ranges import ROWS, each
from riskscreen.linkage.routing import part, read_in
from riskscreen.runners import LOCAL, Local, Runner


def can_rebucket(store: EventStore) -> bool:
    """Whether a store is whole, and was written by a version of riskscreen that kept what is needed for it."""
    return store.version.format == FORMAT and "lived" in store.version.crosswalk and is_whole(store)


def rebucket(
    home: Path, buckets: int, progress: Callable[[str], None] | None = None, *, runner: Runner = LOCAL
) -> Version:
    """The event store's version in so many buckets: a new one, or the current one where it has them already.

    A process holds one record kind of the largest bucket at a time; the command holds the crosswalk. Raises
    ``CallerError`` where there is no event store, or an older version of riskscreen wrote it, and ``HomeError`` where a
    file of it is missing, one cannot be written, or a process was lost; then the version before stands.
    """
    say, store = progress or (lambda step: None), EventStore.open(home)
    old = store.version
    if old.buckets == buckets:
        return old
    if not can_rebucket(store):
        raise CallerError("an older version of riskscreen wrote the event store: run `riskscreen link` instead")
    crosswalk = in_buckets(_crosswalk(store), buckets)
    with drafted(home, old.number + 1) as draft:
        kept = {name: store.crosswalk(name) for name in old.crosswalk}
        paths = draft.keep(kept | {"persons": crosswalk.persons, "guests": crosswalk.guests})
        lay_out(home, paths, routes := draft.between / LAID_OUT)
        stored: list[Stored] = []
        for kind in old.columns:
            say(kind)
            stored += _laid_out(_Kind(draft, store, kind, routes, buckets), runner)
        files = tuple(file for part in stored for file in part.files)
        return draft.finish(replace(old, buckets=buckets, files=files, sidecars=(), crosswalk=paths), old)


def _crosswalk(store: EventStore) -> Crosswalk:
    return Crosswalk(*(store.crosswalk(name) for name in ("persons", "households", "guests", "lived")))


@dataclass(frozen=True)
class _Kind:
    """A record kind of a store that is laid out in a draft; ``routes`` is where the new crosswalk is looked up."""

    draft: Draft
    store: EventStore
    name: str
    routes: Path
    buckets: int

    @property
    def between(self) -> Exchange:
        """What its tasks hand on."""
        return Exchange(self.draft.between / self.name)


def _laid_out(kind: _Kind, runner: Runner) -> list[Stored]:
    """The parts of a kind: its rows go from each old bucket to a file between, and from these to the new ones."""
    rows = sum(file.rows for file in kind.store.version.files if file.kind == kind.name)
    where = runner if rows >= ROWS else Local(1)
    sent = each(where, kind.name, partial(_send, kind), dict.fromkeys(kind.store.buckets()), "laying out")
    numbers = dict.fromkeys(sorted({*range(0, 2 * kind.buckets, 2), *(to for _, some in sent for to in some)}))
    stored = each(where, kind.name, partial(_write, kind, [name for name, _ in sent]), numbers, "writing")
    shutil.rmtree(kind.between.folder, ignore_errors=True)
    return stored


def _send(kind: _Kind, bucket: int, _: None) -> tuple[str, list[int]]:
    """Send the rows of a bucket to where they are now read; gives the file, and the numbers of these parts."""
    rows = kind.store.read(kind.name, bucket)
    now = laid_out(kind.routes, kind.name).crosswalk
    own = pa.table({"person": rows["person"], "bucket": now.persons["bucket"].take(rows["person"])})
    to, places = read_in(own, now.guests)
    return kind.between.send(f"{bucket:06d}.arrow", rows, to, places), np.unique(to).tolist()


def _write(kind: _Kind, names: Sequence[str], number: int, _: None) -> Stored:
    return kind.draft.write(part(kind.name, number), kind.between.receive(names, number))
