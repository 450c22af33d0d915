"""The night as one readable function: take what was delivered, link, then for each model score, list and write.

What it writes is a function of what was known and declared: run again, it changes nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.declare import Deployment, ModelSpec
from riskscreen.eventstore.files import write_table
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet
from riskscreen.identity import Key
from riskscreen.linkage import Linked
from riskscreen.nightly.inbox import take_inbox
from riskscreen.nightly.linking import Publisher, link_people
from riskscreen.nightly.publishing import (
    WhyLeft,
    by_area,
    last_known,
    publish_areas,
    publish_list,
    still_scored,
)
from riskscreen.runners import LOCAL, Runner
from riskscreen.scoring import Ranker, Ranking, Reason, Scores, explain_all, ranker_on, score_all, write_scores
from riskscreen.store import NewList, OpenCases, Store, listed_areas, prepare_store, unseen_areas
from riskscreen.watchlist import Entry, Listed, from_table, listed, to_table, unplaced

INPUTS = b"riskscreen.inputs"
NO_OPEN_CASES: OpenCases = MappingProxyType({})
Progress = Callable[[int, int], None]
Step = dict[str, Any]


@dataclass(frozen=True)
class Night:
    """What a night did: one object a step, and the entries of each model's list."""

    steps: list[Step]
    lists: dict[str, list[Entry]]


@dataclass(frozen=True)
class ModelNight:
    """One model on one night: where it reads and writes, and who ranks."""

    home: Path
    store: EventStore
    deployment: Deployment
    spec: ModelSpec
    as_of: date
    ranker: Ranker
    open_cases: Mapping[str, frozenset[str]]
    published: bool = True

    @property
    def folder(self) -> Path:
        """Where the night writes: the home, or beside what is published."""
        return self.home if self.published else self.home / "shadow"

    @property
    def list_path(self) -> Path:
        """Where the list stands."""
        return self.folder / "lists" / f"model={self.spec.name}" / f"as_of={self.as_of}.parquet"

    @property
    def scores_folder(self) -> Path:
        """Where the scores stand, one file a bucket."""
        return self.folder / "scores" / f"model={self.spec.name}" / f"as_of={self.as_of}"

    @property
    def ranking(self) -> Ranking:
        """The model, and who ranks for it."""
        return Ranking(self.spec, self.ranker)

    @cached_property
    def inputs(self) -> str:
        """A hash of all that a list is made from."""
        deployment = self.deployment
        fingerprint = deployment.fingerprint(FeatureSet.of_model(deployment, self.spec).signals)
        said = [self.store.version.landing, fingerprint, self.ranker.identity]
        said += [repr(part) for part in (self.spec, deployment.areas, deployment.alert_rules, deployment.place)]
        said += [f"{area} {entity}" for area, of in sorted(self.open_cases.items()) for entity in sorted(of)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    @cached_property
    def is_made(self) -> bool:
        """Whether the list that stands was made from the same inputs."""
        return _made_from(self.list_path) == self.inputs


@dataclass(frozen=True)
class Made:
    """What a night has in hand of one model: its steps and entries and, where it was scored now, its scores."""

    steps: list[Step]
    entries: list[Entry]
    scores: Scores | None = None


def run_night(
    home: Path,
    deployment: Deployment,
    key: Key,
    as_of: date,
    progress: Progress | None = None,
    *,
    publisher: Publisher,
    shadow: bool = False,
    open_cases: OpenCases = NO_OPEN_CASES,
    runner: Runner = LOCAL,
) -> Night:
    """Take what was delivered to ``HOME/inbox``, score every cohort as of a day, write scores and lists, publish.

    Who has an open case reaches no list, and takes one of the area's visits.

    A delivery that is refused is told of and left; the night goes on with what is known. Of a ``shadow`` nothing is
    taken and no list published, and scores and lists go to ``HOME/shadow``. Raises ``CallerError`` for a
    day before any record was known, ``HomeError`` where a champion's files changed.
    """
    taken = [] if shadow else take_inbox(home, deployment, key, as_of, runner)
    linked = link_people(home, deployment, key, publisher, runner=runner)
    store = EventStore.open(home)
    store.check_covers(as_of)
    models = []
    for spec in deployment.models.values():
        ranker = ranker_on(home, deployment, spec, as_of)
        cases = open_cases.get(spec.name, {})
        models.append(ModelNight(home, store, deployment, spec, as_of, ranker, cases, not shadow))
    made = _make([model for model in models if not model.is_made], runner, progress)
    made |= {model.spec.name: _made_before(model) for model in models if model.spec.name not in made}
    steps = [*taken, _link_step(linked), *(step for model in models for step in made[model.spec.name].steps)]
    if not shadow:
        steps += _publish(models, publisher, made)
    return Night(steps, {model.spec.name: made[model.spec.name].entries for model in models})


def _made_before(night: ModelNight) -> Made:
    entries = from_table(pq.read_table(night.list_path))
    return Made([_step(night, "list", False, f"{len(entries)} entries, made before from the same records")], entries)


def _make(nights: list[ModelNight], runner: Runner, progress: Progress | None) -> dict[str, Made]:
    """Score all models in one pass, write their scores, explain who is listed, write their lists."""
    if not nights:
        return {}
    store, deployment, as_of = nights[0].store, nights[0].deployment, nights[0].as_of
    scores = score_all(store, deployment, as_of, [night.ranking for night in nights], runner, progress)
    written = [_write_scores(night, of, runner) for night, of in zip(nights, scores, strict=True)]
    rows = [listed(of, deployment.areas, night.open_cases) for night, of in zip(nights, scores, strict=True)]
    asked = [
        (night.ranking, of.person[on.row], of.bucket[on.row])
        for night, of, on in zip(nights, scores, rows, strict=True)
    ]
    said = explain_all(store, deployment, as_of, asked, runner)
    return {
        night.spec.name: _list(night, of, _entries(night, of, on, why), sha256)
        for night, of, on, why, sha256 in zip(nights, scores, rows, said, written, strict=True)
    }


def _list(night: ModelNight, scores: Scores, entries: list[Entry], sha256: str) -> Made:
    write_table(night.list_path, to_table(entries).replace_schema_metadata({INPUTS: night.inputs.encode()}))
    nowhere = unplaced(scores, night.deployment.areas)
    said = f"{len(entries)} entries" + (f"; {nowhere:,} people of no area with visits reach no list" if nowhere else "")
    steps = [
        _step(night, "score", True, f"{len(scores):,} people") | {"scored": len(scores), "sha256": sha256},
        _step(night, "list", True, said) | {"entries": len(entries), "unplaced": nowhere},
    ]
    return Made(steps, entries, scores)


def _publish(nights: list[ModelNight], publisher: Publisher, made: Mapping[str, Made]) -> list[Step]:
    """Let readers see each model's lists: one step a model."""
    store = prepare_store(nights[0].home, publisher.url) if nights else None
    if store is None:
        return []
    try:
        publish_areas(store, nights[0].deployment, publisher.now)
        steps = [_publish_model(store, night, publisher.now, made[night.spec.name]) for night in nights]
        return [*steps, *_without_workers(store)]
    finally:
        store.close()


def _without_workers(store: Store) -> list[Step]:
    """What to say of areas whose lists nobody reads."""
    codes = [area.code for area in unseen_areas(store)]
    if not codes:
        return []
    said = f"no worker's account sees area {', '.join(codes)}: make one with `riskscreen users add`"
    return [{"step": "workers", "changed": False, "areas": codes, "sentence": said}]


def _publish_model(store: Store, night: ModelNight, now: datetime, made: Made) -> Step:
    lists = by_area(made.entries, listed_areas(store, night.spec.name))
    cohort = _scored_before(night) if made.scores is None else made.scores.entity_id
    why_left = WhyLeft(still_scored(store, night.spec.name, lists, cohort), night.open_cases)
    told = [publish_list(store, _new_list(night, now, area, of_area), why_left) for area, of_area in lists.items()]
    return _step(night, "publish", any(changed for changed, _ in told), "; ".join(said for _, said in told))


def _scored_before(night: ModelNight) -> pa.ChunkedArray:
    """Whom an earlier run of the same night scored."""
    paths = sorted(night.scores_folder.glob("*.parquet"))
    parts = [pq.read_table(path, columns=["entity_id"])["entity_id"].cast(pa.string()) for path in paths]
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], pa.string())


def _new_list(night: ModelNight, now: datetime, area: str, entries: tuple[Entry, ...]) -> NewList:
    return NewList(
        model=night.spec.name,
        area=area,
        as_of=night.as_of,
        made_at=now,
        data_up_to=last_known(night.as_of, night.store.version.last_known),
        model_version=night.ranker.version,
        inputs=night.inputs,
        entries=entries,
    )


def _link_step(linked: Linked) -> Step:
    said = f"{linked.people:,} people, {linked.records:,} records" + ("" if linked.changed else ", nothing new")
    return {"step": "link", "changed": linked.changed, "people": linked.people, "sentence": said}


def _step(night: ModelNight, name: str, changed: bool, said: str) -> Step:
    return {
        "step": name,
        "model": night.spec.name,
        "as_of": night.as_of.isoformat(),
        "model_version": night.ranker.version,
        "changed": changed,
        "sentence": f"{night.spec.name}: {said}; {night.ranker.sentence}",
    }


def _made_from(path: Path) -> str | None:
    """The inputs that a list on disk was made from; ``None`` where there is no whole list."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return metadata.get(INPUTS, b"").decode() or None


def _write_scores(night: ModelNight, scores: Scores, runner: Runner) -> str:
    """Write the files of scores; one hash over all of them, the same wherever they were written."""
    fingerprint = night.deployment.fingerprint(night.spec.signals)
    said = {"model_version": night.ranker.version, "features_fingerprint": fingerprint}
    hashes = write_scores(night.scores_folder, scores, night.store.buckets(), said, runner)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _entries(night: ModelNight, scores: Scores, on: Listed, said: Sequence[tuple[Reason, ...]]) -> list[Entry]:
    """The entries that reach a list, with their reasons."""
    names = scores.entity_id.take(pa.array(on.row)).to_pylist()
    return [
        Entry(
            position=place,
            area=area,
            entity_id=name,
            score=None if scores.abstained[row] else float(scores.score[row]),
            rank=int(scores.rank[row]),
            abstained=bool(scores.abstained[row]),
            model_version=night.ranker.version,
            reasons=reasons,
        )
        for row, area, place, name, reasons in zip(on.row, on.area, on.position, names, said, strict=True)
    ]
