"""What the signals of a few people rest on, told by the reference engine from the records of their households alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment, RecordSignal
from riskscreen.features import reference
from riskscreen.features.bucket import RECORD_COLUMNS, Bucket
from riskscreen.features.sets import FeatureSet, columns_needed

HOMES = ("person", "household", "void_on")  # what says who lives with whom


@dataclass(frozen=True)
class Evidence:
    """A signal of a person as of a day (``None``: not known), and the day of the latest record behind it."""

    value: Any
    day: date | None


def evidence(
    bucket: Bucket, as_of: date, deployment: Deployment, asked: Mapping[int, Sequence[str]]
) -> dict[tuple[int, str], Evidence]:
    """What each asked signal of each asked person of the bucket is, and rests on.

    Everybody of :func:`around` those asked for must be there; who else is there costs time, and changes nothing.
    """
    names = tuple(dict.fromkeys(name for signals in asked.values() for name in signals))
    near = _behind(bucket, deployment, asked, as_of)
    night = reference.Night(near.records(), as_of, FeatureSet(deployment, names))
    return {
        (person, name): Evidence(night.value(person, name), night.last_day(person, name))
        for person, signals in asked.items()
        for name in signals
    }


def around(bucket: Bucket, people: Collection[int], as_of: date) -> pa.Array:
    """Some people, and whoever shares or shared a household with them; of tables only ``HOMES`` are read.

    No signal of theirs looks further: a household is made of those who ever lived in it, and a roll-up is over the
    household that its person lives in. What is known by ``as_of`` to be no household leads to nobody.
    """
    asked, tables = pa.array(list(people), pa.int64()), list(bucket.tables.values())
    homes = _union(_homes(table.filter(pc.is_in(table["person"], asked)), as_of) for table in tables)
    return _union([asked, *(table.filter(pc.is_in(table["household"], homes))["person"] for table in tables)])


def columns_behind(wanted: FeatureSet) -> dict[str, tuple[str, ...]]:
    """The columns of each record kind that both engines read; of kinds behind no signal, those of the kernel."""
    kinds = _kinds(wanted.deployment, wanted.signals)
    stating = {name for name, (_, kind) in wanted.deployment.record_kinds.items() if kind.household}
    return {
        kind: tuple(dict.fromkeys((*RECORD_COLUMNS, *columns))) if kind in kinds | stating else columns
        for kind, columns in columns_needed(wanted).items()
    }


def _homes(table: pa.Table, as_of: date) -> pa.ChunkedArray:
    """The households that rows state, less those that are none."""
    is_none = pc.fill_null(pc.less_equal(table["void_on"], pa.scalar(as_of, pa.date32())), False)
    return table.filter(pc.invert(is_none))["household"]


def _union(columns: Iterable[pa.Array | pa.ChunkedArray]) -> pa.Array:
    """The different values of some columns of numbers."""
    chunks = [chunk for c in columns for chunk in (c.chunks if isinstance(c, pa.ChunkedArray) else [c])]
    return pc.drop_null(pa.chunked_array(chunks, pa.int64()).unique())


def _behind(bucket: Bucket, deployment: Deployment, asked: Mapping[int, Sequence[str]], as_of: date) -> Bucket:
    """What states households, and the records that each one's signals are made from: those of the people around."""
    stating = {kind: table for kind, table in bucket.tables.items() if _states_households(table)}
    asking: dict[str, list[int]] = {}
    for person, names in asked.items():
        for kind in _kinds(deployment, names):
            asking.setdefault(kind, []).append(person)
    needed = {
        kind: table.filter(pc.is_in(table["person"], around(Bucket(stating), people, as_of)))
        for kind, people in asking.items()
        if kind not in stating and (table := bucket.tables.get(kind)) is not None
    }
    return Bucket({kind: (needed | stating)[kind] for kind in bucket.tables if kind in needed | stating}, bucket.guests)


def _kinds(deployment: Deployment, names: Sequence[str]) -> set[str]:
    return {signal.records for signal in deployment.closure(names) if isinstance(signal, RecordSignal)}


def _states_households(table: pa.Table) -> bool:
    return "household" in table.column_names and table["household"].null_count < table.num_rows
