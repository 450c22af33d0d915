"""How signals are combined, and how members' values are rolled up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from riskscreen.features.kernel import passes
from riskscreen.features.kernel.strategies import divided
from riskscreen.features.kernel.values import Mask, Numbers, Values, Whole, whole


@dataclass(frozen=True)
class Groups:
    """Who is in each unit: places of values, unit by unit, and where each unit begins."""

    members: Whole
    edges: Whole


def combined(how: str, values: Sequence[Values]) -> Values:
    """Named signals combined: ``Derived.how``."""
    return COMBINE[how](values)


def rolled(how: str, values: Values, groups: Groups) -> Values:
    """Members' values rolled up, those not known passed over: ``OverHousehold.how``."""
    return ROLL[how](values, groups)


def tallied(mask: Mask, groups: Groups) -> Whole:
    """How many members of each unit are marked."""
    _, counts = passes.rolled_sums(*_taken(whole(np.zeros(len(mask), np.int64)), groups, mask))
    return np.asarray(counts)


def _each(step: Callable[[Numbers, Numbers], Numbers]) -> Callable[[Sequence[Values]], Values]:
    return lambda values: Values(reduce(step, [value.numbers for value in values]), _all_known(values))


def _all_known(values: Sequence[Values]) -> Mask:
    return np.asarray(np.logical_and.reduce([value.known for value in values]))


def _ratio(values: Sequence[Values]) -> Values:
    quotient = divided(values[0].numbers, values[1].numbers)
    return Values(quotient.numbers, quotient.known & _all_known(values))


def _first_known(values: Sequence[Values]) -> Values:
    return reduce(lambda one, two: Values(np.where(one.known, one.numbers, two.numbers), one.known | two.known), values)


def _taken(values: Values, groups: Groups, known: Mask) -> tuple[Numbers, ...]:
    """What the passes take: numbers as int64 or float64."""
    kind = np.float64 if values.numbers.dtype.kind == "f" else np.int64
    numbers = values.numbers.astype(kind, copy=False)
    return groups.members, groups.edges, numbers, known


def _sums(values: Values, groups: Groups) -> tuple[Numbers, Whole]:
    sums, counts = passes.rolled_sums(*_taken(values, groups, values.known))
    return sums, counts


def _sum(values: Values, groups: Groups) -> Values:
    sums, counts = _sums(values, groups)
    return Values(sums, counts > 0)


def _mean(values: Values, groups: Groups) -> Values:
    return divided(*_sums(values, groups))


def _extreme(largest: bool) -> Callable[[Values, Groups], Values]:
    def roll(values: Values, groups: Groups) -> Values:
        return Values(*passes.rolled_extremes(*_taken(values, groups, values.known), largest))

    return roll


def _any(values: Values, groups: Groups) -> Values:
    return whole((tallied(values.known & (values.numbers > 0), groups) > 0).astype(np.int64))


COMBINE: Mapping[str, Callable[[Sequence[Values]], Values]] = {
    "sum": _each(np.add),
    "difference": _each(np.subtract),
    "product": _each(np.multiply),
    "ratio": _ratio,
    "largest": _each(np.maximum),
    "smallest": _each(np.minimum),
    "first_known": _first_known,
}

ROLL: Mapping[str, Callable[[Values, Groups], Values]] = {
    "sum": _sum,
    "max": _extreme(largest=True),
    "min": _extreme(largest=False),
    "mean": _mean,
    "any": _any,
}
