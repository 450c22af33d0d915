"""The cohorts of several models in one pass: what is asked of the engine for all of them, and who belongs to which."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from riskscreen.declare import Cohort, Deployment, ModelSpec
from riskscreen.declare.conditions import Condition
from riskscreen.features import FeatureSet
from riskscreen.features.kernel.values import read
from riskscreen.learning.examples import Bools
from riskscreen.scoring.ranker import Ranker


@dataclass(frozen=True)
class Ranking:
    """A model on a night, and who ranks for it."""

    spec: ModelSpec
    ranker: Ranker

    @property
    def wanted(self) -> tuple[str, ...]:
        """The signals that are read to rank, and to tell who belongs to the cohort."""
        conditions = (condition.field for condition in self.spec.cohort.where)
        return tuple(dict.fromkeys((*self.ranker.signals, *conditions)))

    def members(self, table: pa.Table, told: Cohort | None) -> pa.Table:
        """The rows of the engine's answer that are the model's: of those of ``told`` who meets what else it asks."""
        met = () if told is None else told.where
        rest = [condition for condition in self.spec.cohort.where if condition not in met]
        return table.filter(pa.array(_meets(table, rest))) if rest else table


def _meets(table: pa.Table, conditions: Sequence[Condition]) -> Bools:
    held = np.ones(table.num_rows, bool)
    for condition in conditions:
        held &= read(table[condition.field]).holds(condition)
    return held


@dataclass(frozen=True)
class Together:
    """Models that one pass serves: what they ask of the engine is ``wanted``."""

    wanted: FeatureSet
    models: tuple[Ranking, ...]


def together(deployment: Deployment, models: Sequence[Ranking]) -> list[Together]:
    """The models in as few passes as can be: all of people in one, those of households by a condition they share."""
    groups: list[list[Ranking]] = []
    for model in models:
        joined = next((group for group in groups if _go_together([*group, model])), None)
        if joined is None:
            groups.append([model])
        else:
            joined.append(model)
    return [Together(_feature_set(deployment, group), tuple(group)) for group in groups]


def _go_together(models: Sequence[Ranking]) -> bool:
    (unit, *others) = {model.spec.cohort.unit for model in models}
    return not others and (unit == "person" or bool(_shared(models)))


def _shared(models: Sequence[Ranking]) -> tuple[Condition, ...]:
    first, *others = (model.spec.cohort.where for model in models)
    return tuple(condition for condition in first if all(condition in other for other in others))


def _feature_set(deployment: Deployment, models: Sequence[Ranking]) -> FeatureSet:
    signals = tuple(dict.fromkeys(name for model in models for name in model.wanted))
    rules = any(model.ranker.by_rules for model in models)
    shared = _shared(models)
    cohort = replace(models[0].spec.cohort, where=shared) if shared else None
    return FeatureSet(deployment, signals, cohort, rules=rules, area=True)
