"""Why a pair is doubtful: its weight, step by step, as a waterfall draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any


@dataclass(frozen=True)
class Step:
    """What one comparison adds to the weight of a pair: its name, the level that was found, and bits."""

    name: str
    level: str
    bits: float


def waterfall(parameters: Mapping[str, Any], pair: Mapping[str, Any]) -> list[Step]:
    """The steps from nothing to the weight of ``pair``, a row of what is doubtful; they add up to it.

    ``parameters`` are those of the run that found it. No step tells a name; its level says "near", or "swapped".
    """
    prior = parameters["splink"]["probability_two_random_records_match"]
    steps = [Step("prior", "", log2(prior / (1 - prior)))]
    for comparison in parameters["splink"]["comparisons"]:
        steps += _compared(comparison, pair)
    rivals = pair["weight"] - pair["stranger"] - pair["id"] - pair["wave"]
    steps.append(Step("one home", "people of one home are alike too", rivals))
    steps += [Step(name, "", pair[name]) for name in ("id", "wave") if pair[name]]
    return steps


def _compared(comparison: Mapping[str, Any], pair: Mapping[str, Any]) -> list[Step]:
    name = comparison["output_column_name"]
    levels = comparison["comparison_levels"]
    gamma = pair[f"gamma_{name}"]
    level = levels[0] if gamma < 0 else levels[len(levels) - 1 - gamma]
    steps = [Step(name, level["label_for_charts"], pair[f"mw_{name}"])]
    if rare := pair.get(f"mw_tf_adj_{name}"):
        steps.append(Step(name, "how rare it is", rare))
    return steps
