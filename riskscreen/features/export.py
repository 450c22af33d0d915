"""Features as a Parquet file: ``entity_id, as_of, <signal>…``."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.eventstore.files import write_table
from riskscreen.eventstore.store import EventStore
from riskscreen.features.local import Progress, compute, last_record_ids
from riskscreen.features.sets import FeatureSet


def export(
    store: EventStore,
    deployment: Deployment,
    as_ofs: Sequence[date],
    out: Path,
    record_ids_of: str | None = None,
    progress: Progress | None = None,
) -> tuple[Path, int]:
    """Write every declared signal of everybody on each day; returns the file and its number of rows.

    ``record_ids_of`` names a feed: the column ``record_id`` then holds, in hexadecimal, each person's latest visible
    record of it. Raises ``CallerError`` for a day before any record was known.
    """
    for as_of in as_ofs:
        store.check_covers(as_of)
    table = compute(store, as_ofs, FeatureSet(deployment, tuple(deployment.signals)), progress)
    if record_ids_of is not None:
        kinds = [kind.name for kind in deployment.feeds[record_ids_of].records]
        found = last_record_ids(store, as_ofs, deployment, kinds)
        keys = zip(table["as_of"].to_pylist(), table["person"].to_pylist(), strict=True)
        table = table.append_column("record_id", pa.array([found.get(key) for key in keys], pa.string()))
    persons = store.crosswalk("persons")
    names = pc.take(persons["entity_id"], table["person"])
    table = table.set_column(0, "entity_id", names)
    path = out / "features.parquet"
    write_table(path, table)
    return path, table.num_rows
