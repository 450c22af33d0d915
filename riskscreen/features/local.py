"""An engine over a home's buckets, where a runner does the work."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Literal, TypeVar

import pyarrow as pa

from riskscreen.declare import Deployment, Outcome
from riskscreen.eventstore.store import EventStore
from riskscreen.features import kernel, reference
from riskscreen.features.bucket import Bucket
from riskscreen.features.evidence import HOMES, around, columns_behind
from riskscreen.features.sets import FeatureSet, columns_needed
from riskscreen.runners import LOCAL, Progress, Runner

Answer = TypeVar("Answer")
Engine = Literal["kernel", "reference"]

# What each engine answers: ``(bucket, days, what is wanted) -> table`` of schema ``wanted.schema()``.
ENGINES: Mapping[Engine, Callable[[Bucket, Sequence[date], FeatureSet], pa.Table]] = {
    "kernel": kernel.features,
    "reference": reference.features,
}

# Below this many records one process has done the work before others have begun.
WORTH_A_PROCESS: Mapping[Engine, int] = {"kernel": 5_000_000, "reference": 50_000}


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
    much = _is_much(store, store.kinds(), engine)
    return _ordered(LOCAL.each(task, _all_of(store), progress, much=much), wanted.schema())


def compute_each(
    store: EventStore,
    as_ofs: Sequence[date],
    wanted: FeatureSet,
    then: Callable[[int, Iterable[pa.Table]], Answer],
    progress: Progress | None = None,
    *,
    runner: Runner = LOCAL,
) -> list[Answer]:
    """What ``then(bucket, features)`` makes of each bucket's features, by bucket.

    It runs where the features were made, so that those of a whole city never come together. ``features`` are tables of
    schema ``wanted.schema()``, ordered by person: one a day, each computed when ``then`` comes to it. ``then`` must be
    a function of a module, or a partial of one.
    """
    task = partial(_then, store, tuple(as_ofs), wanted, then)
    return runner.each(task, _all_of(store), progress, much=_is_much(store, store.kinds(), "kernel"))


def compute_labels(
    store: EventStore, asked: Sequence[tuple[date, int]], outcome: Outcome, known_by: date
) -> list[int | None]:
    """What came true for each asked (day, person), as far as it was known on ``known_by``; ``None``: not judged."""
    days = tuple(sorted({as_of for as_of, _ in asked}))
    task = partial(_labels, store, days, outcome, known_by)
    told: dict[tuple[date, int], int | None] = {}
    for table in LOCAL.each(task, _all_of(store), much=_is_much(store, [outcome.records], "reference")):
        columns = (table["as_of"].to_pylist(), table["person"].to_pylist(), table["label"].to_pylist())
        told |= {(as_of, person): label for as_of, person, label in zip(*columns, strict=True)}
    untold = {as_of: reference.label([], as_of, outcome, known_by) for as_of in days}
    return [told.get(key, untold[key[0]]) for key in asked]


def last_record_ids(
    store: EventStore, buckets: Iterable[int], as_ofs: Sequence[date], kinds: Sequence[str]
) -> dict[tuple[date, int], str]:
    """The hexadecimal id of the latest visible record of some kinds, by day and person, of those in some buckets."""
    found = {}
    for bucket in buckets:
        held = Bucket({kind: store.read(kind, bucket) for kind in kinds if store.holds(kind)})
        records = list(held.records())
        for as_of in as_ofs:
            for record in reference.visible(records, as_of):
                found[as_of, record.person] = record.record_id.hex()
    return found


def read_around(store: EventStore, bucket: int, as_of: date, wanted: FeatureSet, people: Collection[int]) -> Bucket:
    """What a feature set reads of some people of a bucket, and of whoever shares or shared a household with them.

    Kind by kind, so that never more than one kind of the whole bucket is in memory.
    """
    declared = wanted.deployment.record_kinds
    stating = [name for name, (_, kind) in declared.items() if kind.household]
    homes = _read(store, bucket, wanted.deployment, dict.fromkeys(stating, HOMES))
    near = around(homes, people, as_of)
    columns = columns_behind(wanted)
    tables = {kind: _of_people(store, kind, bucket, columns[kind], near) for kind in declared if store.holds(kind)}
    return Bucket(tables, homes.guests & frozenset(near.to_pylist()))


def _of_people(store: EventStore, kind: str, bucket: int, columns: Sequence[str], people: pa.Array) -> pa.Table:
    told = (store.read(kind, bucket, columns, people), store.guests(kind, bucket, columns, people))
    return pa.concat_tables([table for table in told if table is not None])


def _read(
    store: EventStore, bucket: int, deployment: Deployment, columns: Mapping[str, Sequence[str]] | None = None
) -> Bucket:
    """A bucket with the records of its guests; ``columns`` by record kind (default: all of all kinds)."""
    kinds = [kind for kind in (deployment.record_kinds if columns is None else columns) if store.holds(kind)]
    asked = {kind: None if columns is None else columns[kind] for kind in kinds}
    tables = {kind: store.read(kind, bucket, of_kind) for kind, of_kind in asked.items()}
    told = {kind: store.guests(kind, bucket, of_kind) for kind, of_kind in asked.items()}
    visiting = {kind: table for kind, table in told.items() if table is not None}
    guests = frozenset(person for table in visiting.values() for person in table["person"].unique().to_pylist())
    return Bucket(tables | {kind: pa.concat_tables([tables[kind], visiting[kind]]) for kind in visiting}, guests)


def _all_of(store: EventStore) -> dict[int, None]:
    """Every bucket, with nothing to say of it."""
    return dict.fromkeys(store.buckets())


def _features(
    store: EventStore, as_ofs: tuple[date, ...], wanted: FeatureSet, engine: Engine, bucket: int, _: None
) -> pa.Table:
    columns = columns_needed(wanted) if engine == "kernel" else None
    return ENGINES[engine](_read(store, bucket, wanted.deployment, columns), as_ofs, wanted)


def _then(
    store: EventStore,
    as_ofs: tuple[date, ...],
    wanted: FeatureSet,
    then: Callable[[int, Iterable[pa.Table]], Answer],
    bucket: int,
    _: None,
) -> Answer:
    columns = columns_needed(wanted)
    return then(bucket, kernel.features_by_day(_read(store, bucket, wanted.deployment, columns), as_ofs, wanted))


def _labels(
    store: EventStore, as_ofs: tuple[date, ...], outcome: Outcome, known_by: date, bucket: int, _: None
) -> pa.Table:
    held = {outcome.records: store.read(outcome.records, bucket)} if store.holds(outcome.records) else {}
    return reference.labels(Bucket(held), as_ofs, outcome, known_by)


def _ordered(tables: list[pa.Table], schema: pa.Schema) -> pa.Table:
    whole = pa.concat_tables([schema.empty_table(), *tables])
    return whole.sort_by([("as_of", "ascending"), ("person", "ascending")])


def _is_much(store: EventStore, kinds: Sequence[str], engine: Engine) -> bool:
    """Whether the kinds hold enough records to be worth the start of processes."""
    return sum(file.rows for file in store.version.files if file.kind in kinds) >= WORTH_A_PROCESS[engine]
