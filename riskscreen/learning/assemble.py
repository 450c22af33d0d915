"""From the event store to examples: signals as of each origin, and what came true as far as it was known."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment, ModelSpec
from riskscreen.errors import CallerError
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet, compute, compute_labels
from riskscreen.learning.examples import Examples, Floats, Texts

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
    wanted = FeatureSet.of_model(deployment, spec)
    table = compute(store, days, wanted, progress)
    frame = table.to_pandas(date_as_object=True)
    others = [name for name in wanted.signals if name not in spec.signals]
    persons = store.crosswalk("persons")
    return Examples(
        signals=_numbers(frame, list(spec.signals)),
        extra=_numbers(frame, others),
        as_of=frame["as_of"].to_numpy(dtype="datetime64[D]"),
        person=frame["person"].to_numpy(dtype=np.int64),
        family=pc.take(persons["family"], table["person"]).to_numpy(),
        entity_id=_entity_ids(store, table),
        label=_labels(store, spec, known_by, table),
        audit=frame[[f"audit:{name}" for name in spec.audit]].rename(columns=lambda name: name.removeprefix("audit:")),
        area=frame["area:code"].to_numpy(dtype=object),
        rules=frame["rules:fired"].to_numpy(dtype=np.int64),
    )


def _numbers(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return frame[names].astype(np.float64)


def _entity_ids(store: EventStore, table: pa.Table) -> Texts:
    """The outside name of each row's person or, where the cohort is of households, of the household."""
    names = pc.take(store.crosswalk("persons")["entity_id"], table["person"])
    if "household:number" in table.column_names:
        of_household = pc.take(store.crosswalk("households")["entity_id"], table["household:number"])
        names = pc.coalesce(of_household, names)
    entity_ids: Texts = names.to_numpy().astype(object)
    return entity_ids


def _labels(store: EventStore, spec: ModelSpec, known_by: date | None, table: pa.Table) -> Floats:
    """What came true for each row's person, or for any of the household's members."""
    if known_by is None:
        return np.full(table.num_rows, np.nan)
    by_household = "household:members" in table.column_names
    members = table["household:members"].to_pylist() if by_household else [[one] for one in table["person"].to_pylist()]
    days = table["as_of"].to_pylist()
    asked = [(day, member) for day, of_row in zip(days, members, strict=True) for member in of_row]
    told = iter(compute_labels(store, asked, spec.outcome, known_by))
    return np.array([_any([next(told) for _ in of_row]) for of_row in members], dtype=np.float64)


def _any(labels: list[int | None]) -> float:
    """1 where it came true for one of them, 0 where it is known not to have for any, else not known."""
    if 1 in labels:
        return 1.0
    return np.nan if None in labels else 0.0
