"""Small specs and examples, keyword-only, with defaults for what a test does not speak of."""

from typing import Any

import numpy as np
import pandas as pd

from riskscreen.clock import Horizon
from riskscreen.declare import (
    AlertRules,
    AreaRate,
    AtLeast,
    BestSignal,
    Cohort,
    Gates,
    ModelSpec,
    Origins,
    Outcome,
    RandomOrder,
    Text,
)
from riskscreen.learning.examples import Examples


def text(said: str = "x") -> Text:
    return Text(said, said)


def spec(**others: Any) -> ModelSpec:
    outcome = Outcome(label=text(), records="visit", where=(), horizon=Horizon(90), judged_by="absence", lag_days=0)
    given: dict[str, Any] = {
        "name": "hardship",
        "label": text(),
        "purpose": text(),
        "cohort": Cohort(label=text(), where=(AtLeast("age", 0),)),
        "outcome": outcome,
        "signals": ("bill", "debt"),
        "origins": Origins(every="year"),
        "baselines": (RandomOrder(), AreaRate(), AlertRules(), BestSignal()),
        "fallback": "random",
        "audit": ("age",),
        "trees": 20,
        "lightgbm": {"min_data_in_leaf": 10, "learning_rate": 0.1},
        "folds": 3,
        "gates": Gates(calibration_error=0.1, min_positives=10),
    }
    return ModelSpec(**(given | others))


def examples(*, label: Any, **others: Any) -> Examples:
    """n examples, of n families at one date, unless said otherwise; signals are nothing but 0."""
    n = len(label)
    given: dict[str, Any] = {
        "signals": pd.DataFrame({"bill": np.zeros(n), "debt": np.zeros(n)}),
        "as_of": np.full(n, np.datetime64("2024-01-31", "D")),
        "person": np.arange(n),
        "family": np.arange(n),
        "entity_id": np.array([f"pseudonym{number}" for number in range(n)], dtype=object),
        "audit": pd.DataFrame({"age": ["0-17"] * n}),
        "area": np.array(["a"] * n, dtype=object),
        "rules": np.zeros(n, dtype=np.int64),
        "extra": pd.DataFrame(index=range(n)),
    }
    given |= {name: others.pop(name) for name in list(others) if name in given}
    if others:
        given["signals"] = pd.DataFrame({name: np.asarray(values, dtype=float) for name, values in others.items()})
    return Examples(label=np.asarray(label, dtype=float), **given)


def city(n: int = 1200, seed: int = 1, strength: float = 1.0, **others: Any) -> Examples:
    """People whose outcome follows their debt, and their bill, which is often not known."""
    draw = np.random.default_rng(seed)
    bill, debt = draw.normal(size=n), draw.normal(size=n)
    margin = -2 + strength * (np.where(debt > 0, 2 * debt, 0.3 * debt) + 1.2 * bill)
    label = (draw.random(n) < 1 / (1 + np.exp(-margin))).astype(float)
    given: dict[str, Any] = {
        "bill": np.where(draw.random(n) < 0.3, np.nan, bill),
        "debt": debt,
        "family": np.arange(n) // 2,
        "area": np.array([f"area{number % 5}" for number in range(n)], dtype=object),
        "audit": pd.DataFrame({"age": np.where(np.arange(n) % 3 == 0, "0-17", "18+")}),
        "rules": (bill > 1).astype(np.int64),
    }
    return examples(label=label, **(given | others))
