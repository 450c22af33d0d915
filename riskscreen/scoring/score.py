"""Scores: everybody in the cohort, with rank and calibrated probability."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256, place, write_table
from riskscreen.eventstore.store import EventStore
from riskscreen.features import compute_each
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.examples import Bools, Floats, Ints
from riskscreen.learning.ties import tie_hash
from riskscreen.runners import Runner
from riskscreen.scoring.cohorts import Ranking, Together, together
from riskscreen.scoring.rows import CohortRows

Progress = Callable[[int, int], None]
MANY = 5_000_000  # files of fewer scores are written before processes have begun


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of a cohort, one row [n] a member, ordered by bucket, then by person.

    ``score``: the calibrated probability, NaN under a baseline. ``rank`` 1 is the first; it orders by the raw margin,
    ties by a seeded hash of the person. ``abstained``: too little is known to name odds. ``area``: the place of the
    member's area among ``areas``, the declared ones; -1 for none of them.
    """

    entity_id: pa.Array
    bucket: Ints
    person: Ints
    area: Ints
    score: Floats
    rank: Ints
    abstained: Bools
    areas: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rank)


@dataclass(frozen=True, eq=False)
class _Scored:
    """What comes back of a bucket for one model: small columns."""

    person: Ints
    household: Ints
    area: Ints
    raw: Floats
    abstained: Bools


def score_all(
    store: EventStore,
    deployment: Deployment,
    as_of: date,
    models: Sequence[Ranking],
    runner: Runner,
    progress: Progress | None = None,
) -> list[Scores]:
    """The scores of each model's cohort as of a day; one pass over the buckets makes the features of all models.

    Features stay where they are made. ``progress`` is called with (buckets done, buckets).
    """
    found: dict[str, Scores] = {}
    told = [store.crosswalk(name, ["entity_id"]) for name in ("persons", "households")]
    names = [table["entity_id"].combine_chunks() for table in told]
    for group in together(deployment, models):
        task = partial(_score_bucket, group, tuple(deployment.areas))
        answers = compute_each(store, [as_of], group.wanted, task, progress, runner=runner)
        for at, model in enumerate(group.models):
            found[model.spec.name] = _joined(model, [answer[at] for answer in answers], names, deployment)
    return [found[model.spec.name] for model in models]


def _score_bucket(group: Together, areas: tuple[str, ...], bucket: int, days: Iterable[pa.Table]) -> list[_Scored]:
    (table,) = days
    return [_scored(model, CohortRows(model.members(table, group.wanted.cohort)), areas) for model in group.models]


def _scored(model: Ranking, rows: CohortRows, areas: tuple[str, ...]) -> _Scored:
    by = model.ranker.by
    if isinstance(by, Artefact):
        signals = rows.matrix(by.signals)
        raw, abstained = by.raw(signals), by.abstains(signals)
    else:
        raw, abstained = by.score(rows), np.ones(len(rows), bool)
    area = pc.fill_null(pc.index_in(rows.table["area:code"], value_set=pa.array(areas, pa.string())), -1)
    return _Scored(rows.person, rows.household, area.to_numpy().astype(np.int16), raw, abstained)


def _joined(model: Ranking, parts: list[_Scored], names: list[pa.Array], deployment: Deployment) -> Scores:
    person, raw = (np.concatenate([getattr(part, name) for part in parts]) for name in ("person", "raw"))
    by = model.ranker.by
    return Scores(
        entity_id=_names(person, np.concatenate([part.household for part in parts]), names),
        bucket=np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.person) for part in parts]),
        person=person,
        area=np.concatenate([part.area for part in parts]),
        score=by.probability(raw) if isinstance(by, Artefact) else np.full(len(raw), np.nan),
        rank=ranks(raw, person, model.spec.seed),
        abstained=np.concatenate([part.abstained for part in parts]),
        areas=tuple(deployment.areas),
    )


def ranks(raw: Floats, person: Ints, seed: int) -> Ints:
    """The rank [n] of each margin, 1 the first; ties are broken by a seeded hash of the person."""
    order = np.lexsort((tie_hash(seed, person), -raw))
    rank = np.empty(len(raw), dtype=np.int64)
    rank[order] = np.arange(1, len(raw) + 1)
    return rank


def _names(person: Ints, household: Ints, names: list[pa.Array]) -> pa.Array:
    """The outside name of each row's household or, where it has none, of its person."""
    of_people, of_households = names
    named = of_people.take(pa.array(person))
    if (household < 0).all():
        return named
    return pc.coalesce(of_households.take(pa.array(household, mask=household < 0)), named)


def write_scores(folder: Path, scores: Scores, buckets: range, said: dict[str, str], runner: Runner) -> list[str]:
    """Write a file a bucket, ``part-<bucket>.parquet``; what else was in the folder goes. Returns their hashes.

    ``said`` are columns that say the same in every row. Raises ``HomeError`` where a file is not seen here.
    """
    ends = np.searchsorted(scores.bucket, np.arange(len(buckets) + 1))
    table = pa.table(
        {
            "entity_id": scores.entity_id,
            "score": pa.array(scores.score, from_pandas=True),
            "rank": scores.rank,
            "abstained": scores.abstained,
        }
    )
    parts = {bucket: table.slice(ends[bucket], ends[bucket + 1] - ends[bucket]) for bucket in buckets}
    hashes = runner.each(partial(_write_part, folder, said), parts, much=len(scores) >= MANY)
    paths = [_part(folder, bucket) for bucket in buckets]
    for path in paths:
        if not path.is_file():
            raise HomeError(f"{place(path)} was written elsewhere: give a home on a path that all machines share")
    for path in set(folder.iterdir()) - set(paths):
        path.unlink()
    return hashes


def _part(folder: Path, bucket: int) -> Path:
    return folder / f"part-{bucket:04d}.parquet"


def _write_part(folder: Path, said: dict[str, str], bucket: int, part: pa.Table) -> str:
    for name, word in said.items():
        part = part.append_column(name, pa.repeat(pa.scalar(word, pa.string()), part.num_rows))
    own = folder / f".{bucket:04d}-{uuid4().hex}"  # a task that was taken for lost may write still
    write_table(own, part)
    sha256 = file_sha256(own)
    own.replace(_part(folder, bucket))
    return sha256
