"""The night as one readable function: take what was delivered, link, then for each model score, list and write.

What it writes is a function of what was known and declared: run again, it changes nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.declare import AreaTree, Deployment, ModelSpec
from riskscreen.eventstore.files import write_table
from riskscreen.eventstore.store import EventStore
from riskscreen.features import Evidence, FeatureSet, evidence
from riskscreen.identity import Key
from riskscreen.learning.assemble import examples_on
from riskscreen.learning.examples import Examples
from riskscreen.linkage import Linked
from riskscreen.nightly.inbox import take_inbox
from riskscreen.nightly.linking import Publisher, link_people
from riskscreen.nightly.publishing import WhyLeft, by_area, last_known, publish_areas, publish_list
from riskscreen.scoring import Ranker, Reason, ranker_on, score
from riskscreen.scoring.reasons import choose, reasons, rule_reasons, rule_signals
from riskscreen.store import NewList, OpenCases, Store, listed_areas, prepare_store, unseen_areas
from riskscreen.watchlist import Entry, from_table, listed, to_table

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
    def wanted(self) -> FeatureSet:
        """All that the engine is asked for."""
        return FeatureSet.of_model(self.deployment, self.spec)

    @cached_property
    def inputs(self) -> str:
        """A hash of all that a list is made from."""
        deployment, fingerprint = self.deployment, self.deployment.fingerprint(self.wanted.signals)
        said = [self.store.version.landing, fingerprint, self.ranker.identity]
        said += [repr(part) for part in (self.spec, deployment.areas, deployment.alert_rules, deployment.place)]
        said += [f"{area} {entity}" for area, of in sorted(self.open_cases.items()) for entity in sorted(of)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def buckets(self, people: "pd.Series[int]") -> np.ndarray:
        """The bucket of each person."""
        buckets: np.ndarray = self.store.crosswalk("persons")["bucket"].to_numpy()[people.to_numpy()]
        return buckets


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
) -> Night:
    """Take what was delivered to ``HOME/inbox``, score every cohort as of a day, write scores and lists, publish.

    Who has an open case reaches no list, and takes one of the area's visits.

    A delivery that is refused is told of and left; the night goes on with what is known. Of a ``shadow`` nothing is
    taken and no list published, and scores and lists go to ``HOME/shadow``. Raises ``CallerError`` for a
    day before any record was known, ``HomeError`` where a champion's files changed.
    """
    taken = [] if shadow else take_inbox(home, deployment, key, as_of)
    linked = link_people(home, deployment, key, publisher)
    store = EventStore.open(home)
    store.check_covers(as_of)
    night, models = Night([*taken, _link_step(linked)], {}), list[ModelNight]()
    for spec in deployment.models.values():
        ranker = ranker_on(home, deployment, spec, as_of)
        cases = open_cases.get(spec.name, {})
        model = ModelNight(home, store, deployment, spec, as_of, ranker, cases, not shadow)
        steps, entries = _run_model(model, progress)
        night.steps.extend(steps)
        night.lists[spec.name] = entries
        models.append(model)
    if not shadow:
        night.steps.extend(_publish(models, publisher, night.lists))
    return night


def _run_model(night: ModelNight, progress: Progress | None) -> tuple[list[Step], list[Entry]]:
    if _made_from(night.list_path) == night.inputs:
        entries = from_table(pq.read_table(night.list_path))
        return [_step(night, "list", False, f"{len(entries)} entries, made before from the same records")], entries
    examples = examples_on(night.store, night.deployment, night.spec, [night.as_of], None, progress)
    scores = score(examples, night.ranker, night.spec)
    _write_scores(night, scores)
    entries = _entries(night, examples, scores)
    write_table(night.list_path, to_table(entries).replace_schema_metadata({INPUTS: night.inputs.encode()}))
    unplaced = int((~scores["area"].isin(_with_lists(night.deployment.areas))).sum())
    said = f"{len(entries)} entries" + (
        f"; {unplaced:,} people of no area with visits reach no list" if unplaced else ""
    )
    return [
        _step(night, "score", True, f"{len(scores):,} people") | {"scored": len(scores)},
        _step(night, "list", True, said) | {"entries": len(entries), "unplaced": unplaced},
    ], entries


def _with_lists(areas: AreaTree) -> list[str]:
    """The areas from which one reaches a list."""
    return [code for code in areas if areas.listed_in(code)]


def _publish(nights: list[ModelNight], publisher: Publisher, lists: dict[str, list[Entry]]) -> list[Step]:
    """Let readers see each model's lists: one step a model."""
    store = prepare_store(nights[0].home, publisher.url) if nights else None
    if store is None:
        return []
    try:
        publish_areas(store, nights[0].deployment, publisher.now)
        steps = [_publish_model(store, night, publisher.now, lists[night.spec.name]) for night in nights]
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


def _publish_model(store: Store, night: ModelNight, now: datetime, entries: list[Entry]) -> Step:
    scored = frozenset(
        name
        for path in sorted(night.scores_folder.glob("*.parquet"))
        for name in pq.read_table(path, columns=["entity_id"])["entity_id"].to_pylist()
    )
    told = [
        publish_list(store, _new_list(night, now, area, of_area), WhyLeft(scored, night.open_cases))
        for area, of_area in by_area(entries, listed_areas(store, night.spec.name)).items()
    ]
    return _step(night, "publish", any(changed for changed, _ in told), "; ".join(said for _, said in told))


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


def _write_scores(night: ModelNight, scores: pd.DataFrame) -> None:
    fingerprint = night.deployment.fingerprint(night.spec.signals)
    whole = scores[["entity_id", "score", "rank", "abstained"]]
    whole = whole.assign(model_version=night.ranker.version, features_fingerprint=fingerprint)
    buckets = night.buckets(scores["person"])
    for number in night.store.buckets():
        part = pa.Table.from_pandas(whole[buckets == number], preserve_index=False)
        write_table(night.scores_folder / f"part-{number:04d}.parquet", part.replace_schema_metadata(None))


def _entries(night: ModelNight, examples: Examples, scores: pd.DataFrame) -> list[Entry]:
    """The entries that reach a list, with their reasons; only these are explained."""
    rows = listed(scores, night.deployment.areas, night.open_cases)
    people = [int(person) for person in rows["person"]]
    place_of = {int(person): place for place, person in enumerate(examples.person)}
    explained = examples.take(np.array([place_of[person] for person in people], dtype=np.int64))
    chosen = dict(zip(people, choose(explained, night.ranker, night.deployment), strict=True))
    by_rules = night.ranker.by_rules
    extra = rule_signals(night.deployment) if by_rules else ()
    asked = {person: (*(name for name, _ in weights), *extra) for person, weights in chosen.items()}
    found = evidence(night.store, night.as_of, night.wanted, asked, night.buckets(rows["person"]).tolist())
    entries = []
    for row in rows.to_dict("records"):
        person = int(row["person"])
        known: dict[str, Evidence] = {name: found[person, name] for name in asked[person]}
        said = rule_reasons(known, night.deployment) if by_rules else reasons(chosen[person], known, night.deployment)
        entries.append(_entry(row, night.ranker.version, said))
    return entries


def _entry(row: dict[Any, Any], version: str, said: tuple[Reason, ...]) -> Entry:
    return Entry(
        position=int(row["position"]),
        area=str(row["area"]),
        entity_id=str(row["entity_id"]),
        score=None if row["abstained"] else float(row["score"]),
        rank=int(row["rank"]),
        abstained=bool(row["abstained"]),
        model_version=version,
        reasons=said,
    )
