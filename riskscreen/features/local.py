"""The local runner: an engine over a home's buckets, a process a core."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from typing import Any, Literal, TypeVar

import pyarrow as pa

from riskscreen.declare import Deployment, Outcome
from riskscreen.eventstore.store import EventStore
from riskscreen.features import kernel, reference
from riskscreen.features.bucket import Bucket
from riskscreen.features.sets import FeatureSet

Answer = TypeVar("Answer")
Progress = Callable[[int, int], None]
Engine = Literal["kernel", "reference"]

# What each engine answers: ``(bucket, days, what is wanted) -> table`` of schema ``wanted.schema()``.
ENGINES: Mapping[Engine, Callable[[Bucket, Sequence[date], FeatureSet], pa.Table]] = {
    "kernel": kernel.features,
    "reference": reference.features,
}

# Below this many records one process has done the work before others have begun.
WORTH_A_PROCESS: Mapping[Engine, int] = {"kernel": 5_000_000, "reference": 50_000}


@dataclass(frozen=True)
class Evidence:
    """A signal of a person as of a day (``None``: not known), and the day of the latest record behind it."""

    value: Any
    day: date | None


def compute(
    store: EventStore,
    as_ofs: Sequence[date],
    wanted: FeatureSet,
    progress: Progress | None = None,
    *,
    engine: Engine = "kernel",
) -> pa.Table:
    """The wanted signals on each day, over all buckets; schema ``wanted.schema()``, ordered by day, then person.

    ``progress`` is called with (buckets done, buckets).
    """
    task = partial(_features, store, tuple(as_ofs), wanted, engine)
    workers = _workers(store, store.kinds(), engine)
    tables = _over_buckets(task, store, workers, progress)
    return _ordered(tables, wanted.schema())


def compute_labels(
    store: EventStore, asked: Sequence[tuple[date, int]], outcome: Outcome, known_by: date
) -> list[int | None]:
    """What came true for each asked (day, person), as far as it was known on ``known_by``; ``None``: not judged."""
    days = tuple(sorted({as_of for as_of, _ in asked}))
    task = partial(_labels, store, days, outcome, known_by)
    told: dict[tuple[date, int], int | None] = {}
    workers = _workers(store, [outcome.records], "reference")
    for table in _over_buckets(task, store, workers, None):
        columns = (table["as_of"].to_pylist(), table["person"].to_pylist(), table["label"].to_pylist())
        told |= {(as_of, person): label for as_of, person, label in zip(*columns, strict=True)}
    untold = {as_of: reference.label([], as_of, outcome, known_by) for as_of in days}
    return [told.get(key, untold[key[0]]) for key in asked]


def evidence(
    store: EventStore, as_of: date, wanted: FeatureSet, asked: Mapping[int, Sequence[str]], buckets: Iterable[int]
) -> dict[tuple[int, str], Evidence]:
    """What each asked signal of each asked person is, and rests on; ``buckets`` are those of the people."""
    found: dict[tuple[int, str], Evidence] = {}
    for bucket in sorted(set(buckets)):
        read = _read(store, bucket, wanted.deployment)
        night = reference.Night(read.records(), as_of, wanted)
        for person in (asked.keys() & night.of_person.keys()) - read.guests:
            for name in asked[person]:
                found[person, name] = Evidence(night.value(person, name), night.last_day(person, name))
    return found


def last_record_ids(
    store: EventStore, as_ofs: Sequence[date], deployment: Deployment, kinds: Sequence[str]
) -> dict[tuple[date, int], str]:
    """The hexadecimal id of each person's latest visible record of some kinds, by day and person."""
    found = {}
    for bucket in store.buckets():
        held = Bucket({kind: store.read(kind, bucket) for kind in kinds if store.holds(kind)})
        records = list(held.records())
        for as_of in as_ofs:
            for record in reference.visible(records, as_of):
                found[as_of, record.person] = record.record_id.hex()
    return found


def _read(store: EventStore, bucket: int, deployment: Deployment) -> Bucket:
    """A bucket with the records of its guests."""
    kinds = [kind for kind in deployment.record_kinds if store.holds(kind)]
    tables = {kind: store.read(kind, bucket) for kind in kinds}
    visiting = {kind: table for kind in kinds if (table := store.guests(kind, bucket)) is not None}
    guests = frozenset(person for table in visiting.values() for person in table["person"].unique().to_pylist())
    return Bucket(tables | {kind: pa.concat_tables([tables[kind], visiting[kind]]) for kind in visiting}, guests)


def _features(store: EventStore, as_ofs: tuple[date, ...], wanted: FeatureSet, engine: Engine, bucket: int) -> pa.Table:
    return ENGINES[engine](_read(store, bucket, wanted.deployment), as_ofs, wanted)


def _labels(store: EventStore, as_ofs: tuple[date, ...], outcome: Outcome, known_by: date, bucket: int) -> pa.Table:
    held = {outcome.records: store.read(outcome.records, bucket)} if store.holds(outcome.records) else {}
    return reference.labels(Bucket(held), as_ofs, outcome, known_by)


def _ordered(tables: list[pa.Table], schema: pa.Schema) -> pa.Table:
    whole = pa.concat_tables([schema.empty_table(), *tables])
    return whole.sort_by([("as_of", "ascending"), ("person", "ascending")])


def _workers(store: EventStore, kinds: Sequence[str], engine: Engine) -> int:
    """How many processes: several where the kinds hold enough records to be worth their start."""
    if sum(file.rows for file in store.version.files if file.kind in kinds) < WORTH_A_PROCESS[engine]:
        return 1
    return min(len(store.buckets()), os.cpu_count() or 1)


def _over_buckets(
    task: Callable[[int], Answer], store: EventStore, workers: int, progress: Progress | None
) -> list[Answer]:
    """Run a task for every bucket, in processes where there are several workers."""
    report = progress or (lambda done, of: None)
    buckets = store.buckets()
    answers: list[Answer] = []
    if workers <= 1:
        for bucket in buckets:
            answers.append(task(bucket))
            report(len(answers), len(buckets))
        return answers
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for answer in pool.map(task, buckets):
            answers.append(answer)
            report(len(answers), len(buckets))
    return answers
