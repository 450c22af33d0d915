"""From the event store to examples: signals as of each origin, and what came true as far as it was known."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from riskscreen.declare import Deployment, ModelSpec
from riskscreen.errors import CallerError
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet, compute, compute_labels
from riskscreen.learning.examples import Examples, Floats

Progress = Callable[[int, int], None]


def training_examples(
    store: EventStore, deployment: Deployment, spec: ModelSpec, as_of: date, progress: Progress | None = None
) -> Examples:
    """All that could be known on ``as_of``: cohort and signals at each origin, outcomes known by that day.

    Raises ``CallerError`` where no origin's outcomes were known by then.
    """
    origins = judged_origins(store, spec, as_of)
    if not origins:
        raise CallerError(
            f"model {spec.name!r} cannot learn on {as_of}: no origin has outcomes that were known by then "
            f"(horizon {spec.outcome.horizon}); give a later --as-of or land more history"
        )
    return examples_on(store, deployment, spec, origins, known_by=as_of, progress=progress)


def judged_origins(store: EventStore, spec: ModelSpec, known_by: date) -> list[date]:
    """The newest origins of a spec whose outcomes were all known on a day, oldest first; at most ``at_most``."""
    if store.version.first_known is None:
        return []
    first = date.fromisoformat(store.version.first_known)
    judged = [day for day in spec.origins.up_to(first, known_by) if spec.outcome.known_by(day) <= known_by]
    return judged[-spec.origins.at_most :]


def examples_on(
    store: EventStore,
    deployment: Deployment,
    spec: ModelSpec,
    days: list[date],
    known_by: date | None,
    progress: Progress | None = None,
) -> Examples:
    """The cohort on each day with its signals, and labels as known on ``known_by`` (``None``: none at all)."""
    table = compute(store, days, FeatureSet.of_model(deployment, spec), progress)
    frame = table.to_pandas(date_as_object=True)
    persons = store.crosswalk("persons").to_pandas().set_index("person").loc[frame["person"]]
    others = [name for name in FeatureSet.of_model(deployment, spec).signals if name not in spec.signals]
    return Examples(
        signals=_numbers(frame, list(spec.signals)),
        extra=_numbers(frame, others),
        as_of=frame["as_of"].to_numpy(dtype="datetime64[D]"),
        person=frame["person"].to_numpy(dtype=np.int64),
        family=persons["family"].to_numpy(dtype=np.int64),
        entity_id=persons["entity_id"].to_numpy(dtype=object),
        label=_labels(store, spec, known_by, table),
        audit=frame[[f"audit:{name}" for name in spec.audit]].rename(columns=lambda name: name.removeprefix("audit:")),
        area=frame["area"].to_numpy(dtype=object),
        rules=frame["rules"].to_numpy(dtype=np.int64),
    )


def _numbers(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return frame[names].astype(np.float64)


def _labels(store: EventStore, spec: ModelSpec, known_by: date | None, table: pa.Table) -> Floats:
    if known_by is None:
        return np.full(table.num_rows, np.nan)
    asked = list(zip(table["as_of"].to_pylist(), table["person"].to_pylist(), strict=True))
    labels = compute_labels(store, asked, spec.outcome, known_by)
    return np.array([np.nan if label is None else label for label in labels], dtype=np.float64)
