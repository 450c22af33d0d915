"""What the signals of a few people rest on, told by the reference engine from the records of their households alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment, RecordSignal
from riskscreen.features import reference
from riskscreen.features.bucket import Bucket
from riskscreen.features.sets import FeatureSet


@dataclass(frozen=True)
class Evidence:
    """A signal of a person as of a day (``None``: not known), and the day of the latest record behind it."""

    value: Any
    day: date | None


def evidence(
    bucket: Bucket, as_of: date, deployment: Deployment, asked: Mapping[int, Sequence[str]]
) -> dict[tuple[int, str], Evidence]:
    """What each asked signal of each asked person of the bucket is, and rests on."""
    names = tuple(dict.fromkeys(name for signals in asked.values() for name in signals))
    near = around(_behind(bucket, deployment, names), asked, as_of)
    night = reference.Night(near.records(), as_of, FeatureSet(deployment, names))
    return {
        (person, name): Evidence(night.value(person, name), night.last_day(person, name))
        for person, signals in asked.items()
        for name in signals
    }


def around(bucket: Bucket, people: Collection[int], as_of: date) -> Bucket:
    """The bucket with nobody but some people and whoever shares or shared a household with them.

    No signal of theirs looks further: a household is made of those who ever lived in it, and a roll-up is over the
    household that its person lives in. What is known by ``as_of`` to be no household leads to nobody.
    """
    asked = pa.array(list(people), pa.int64())
    homes = _union(_homes(table.filter(pc.is_in(table["person"], asked)), as_of) for table in bucket.tables.values())
    near = _union([asked, *(t.filter(pc.is_in(t["household"], homes))["person"] for t in bucket.tables.values())])
    tables = {kind: table.filter(pc.is_in(table["person"], near)) for kind, table in bucket.tables.items()}
    return Bucket(tables, bucket.guests & frozenset(near.to_pylist()))


def _homes(table: pa.Table, as_of: date) -> pa.ChunkedArray:
    """The households that rows state, less those that are none."""
    is_none = pc.fill_null(pc.less_equal(table["void_on"], pa.scalar(as_of, pa.date32())), False)
    return table.filter(pc.invert(is_none))["household"]


def _union(columns: Iterable[pa.Array | pa.ChunkedArray]) -> pa.Array:
    """The different values of some columns of numbers."""
    chunks = [chunk for c in columns for chunk in (c.chunks if isinstance(c, pa.ChunkedArray) else [c])]
    return pc.drop_null(pa.chunked_array(chunks, pa.int64()).unique())


def _behind(bucket: Bucket, deployment: Deployment, names: Sequence[str]) -> Bucket:
    """The bucket with only the kinds that some signals are made from, and those that state households."""
    kinds = {signal.records for signal in deployment.closure(names) if isinstance(signal, RecordSignal)}
    needed = {k: t for k, t in bucket.tables.items() if k in kinds or t["household"].null_count < t.num_rows}
    return Bucket(needed, bucket.guests)
