"""Why those who reach a list are there: exact weights and evidence, made where their buckets are read."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa

from riskscreen.declare import Deployment
from riskscreen.eventstore.store import EventStore
from riskscreen.features import ENGINES, Bucket, FeatureSet, evidence, read_around
from riskscreen.learning.examples import Ints
from riskscreen.runners import Runner
from riskscreen.scoring.cohorts import Ranking
from riskscreen.scoring.reasons import Reason, Weights, choose, reasons, rule_reasons, rule_signals
from riskscreen.scoring.rows import CohortRows

Reasons = tuple[Reason, ...]
MANY = 500  # fewer people are explained before processes have begun


def explain_all(
    store: EventStore,
    deployment: Deployment,
    as_of: date,
    asked: Sequence[tuple[Ranking, Ints, Ints]],
    runner: Runner,
) -> list[list[Reasons]]:
    """The reasons of each asked person, by model: ``asked`` are models, their people [n] and these' buckets [n].

    Only the buckets concerned are read, and of these only the records of those asked for and of their households.
    """
    models = [model for model, _, _ in asked]
    concerned = np.unique(np.concatenate([np.zeros(0, np.int64), *(buckets for _, _, buckets in asked)]))
    parts = {int(b): [people[buckets == b] for _, people, buckets in asked] for b in concerned}
    task = partial(_explain_bucket, store, deployment, as_of, models)
    answers = runner.each(task, parts, much=sum(len(people) for _, people, _ in asked) >= MANY)
    by_bucket = dict(zip(parts, answers, strict=True))
    return [
        [by_bucket[int(bucket)][at][int(person)] for person, bucket in zip(people, buckets, strict=True)]
        for at, (_, people, buckets) in enumerate(asked)
    ]


def _explain_bucket(
    store: EventStore,
    deployment: Deployment,
    as_of: date,
    models: Sequence[Ranking],
    bucket: int,
    asked: Sequence[Ints],
) -> list[dict[int, Reasons]]:
    """For each model the reasons of its people in a bucket."""
    near = read_around(store, bucket, as_of, _wanted(deployment, models), np.unique(np.concatenate(asked)).tolist())
    chosen = [_chosen(near, deployment, as_of, model, people) for model, people in zip(models, asked, strict=True)]
    signals: dict[int, dict[str, None]] = {}
    for model, weights in zip(models, chosen, strict=True):
        rules = rule_signals(deployment) if model.ranker.by_rules else ()
        for person, of_person in weights.items():
            signals.setdefault(person, {}).update(dict.fromkeys([*(name for name, _ in of_person), *rules]))
    found = evidence(near, as_of, deployment, {person: tuple(names) for person, names in signals.items()})
    known = {person: {name: found[person, name] for name in names} for person, names in signals.items()}
    return [
        {
            person: rule_reasons(known[person], deployment)
            if model.ranker.by_rules
            else reasons(of_person, known[person], deployment)
            for person, of_person in weights.items()
        }
        for model, weights in zip(models, chosen, strict=True)
    ]


def _wanted(deployment: Deployment, models: Sequence[Ranking]) -> FeatureSet:
    """Whatever may be said of anybody, and tells who is in a cohort."""
    signals = dict.fromkeys(name for model in models for name in model.wanted)
    rules = rule_signals(deployment) if any(model.ranker.by_rules for model in models) else ()
    households = next((m.spec.cohort for m in models if m.spec.cohort.unit == "household"), None)
    return FeatureSet(deployment, tuple(signals | dict.fromkeys(rules)), households)


def _chosen(near: Bucket, deployment: Deployment, as_of: date, model: Ranking, people: Ints) -> dict[int, Weights]:
    """The signals to be said of each person."""
    wanted = FeatureSet(deployment, model.ranker.signals, model.spec.cohort)
    table = ENGINES["kernel"](near, [as_of], wanted)
    rows = CohortRows(table.take(pa.array(np.searchsorted(table["person"].to_numpy(), people))))
    return dict(zip(people.tolist(), choose(rows, model.ranker, deployment), strict=True))
