"""The group audit: how each group fares under a ranking; intervals keep chance from being taken for bias."""

import math
from typing import Any

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame

from riskscreen.learning.examples import Bools, Floats

Z = 1.959963984540054  # 95%, two-sided

_COUNTS = {
    "n": lambda label, visited, odds: len(label),
    "positives": lambda label, visited, odds: int(label.sum()),
    "selected": lambda label, visited, odds: int(visited.sum()),
    "found": lambda label, visited, odds: int((label * visited).sum()),
    "mean_predicted": lambda label, visited, odds: float(odds.mean()),
}


def audit_groups(
    audit: pd.DataFrame, label: Floats, selected: Bools, probability: Floats | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """``{column of audit: {group: figures}}`` over judged rows, ordered by name, ``unknown`` included.

    ``label`` [n] is 1 or 0, ``selected`` [n] tells who would be visited, ``probability`` [n] where there are
    odds. Figures: ``n``, ``positives``, ``selected``, ``found`` (selected positives), ``observed_rate``,
    ``selection_rate``, ``recall``, ``precision``, ``mean_predicted``, and ``intervals`` (Wilson, 95%) of the
    four rates. What is not defined is ``None``.
    """
    odds = np.zeros(len(label)) if probability is None else probability
    audited = {str(name): _by_group(audit[name], label, selected, odds) for name in audit.columns if len(label)}
    if probability is None:
        for figures in (figures for groups in audited.values() for figures in groups.values()):
            figures["mean_predicted"] = None
    return audited


def wilson(found: int, of: int) -> list[float] | None:
    """The 95% interval of a share, after Wilson (1927); ``None`` of nothing.

    >>> [round(bound, 3) for bound in wilson(5, 10)]
    [0.237, 0.763]
    """
    if of == 0:
        return None
    middle = (found + Z**2 / 2) / (of + Z**2)
    half = Z * math.sqrt(found * (of - found) / of + Z**2 / 4) / (of + Z**2)
    return [max(0.0, middle - half), min(1.0, middle + half)]


def _by_group(group: pd.Series, label: Floats, selected: Bools, odds: Floats) -> dict[str, dict[str, Any]]:
    frame = MetricFrame(
        metrics=_COUNTS,
        y_true=label,
        y_pred=selected.astype(np.float64),
        sensitive_features=group.fillna("unknown").astype(str).rename("group"),
        sample_params={name: {"odds": odds} for name in _COUNTS},
    )
    return {str(name): _rates(counts.to_dict()) for name, counts in frame.by_group.sort_index().iterrows()}


def _rates(counts: dict[Any, Any]) -> dict[str, Any]:
    n, positives, selected, found = (int(counts[name]) for name in ("n", "positives", "selected", "found"))
    shares = {
        "observed_rate": (positives, n),
        "selection_rate": (selected, n),
        "recall": (found, positives),
        "precision": (found, selected),
    }
    return {
        "n": n,
        "positives": positives,
        "selected": selected,
        "found": found,
        **{name: part / whole if whole else None for name, (part, whole) in shares.items()},
        "mean_predicted": float(counts["mean_predicted"]),
        "intervals": {name: wilson(part, whole) for name, (part, whole) in shares.items()},
    }
