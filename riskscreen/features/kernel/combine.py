"""How signals are combined, and how members' values are rolled up."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import numpy as np

from riskscreen.features.kernel.groups import Groups, known, largest, means, smallest, sums
from riskscreen.features.kernel.strategies import divided
from riskscreen.features.kernel.values import Mask, Numbers, Values, whole


def combined(how: str, values: Sequence[Values]) -> Values:
    """Named signals combined: ``Derived.how``."""
    return COMBINE[how](values)


def rolled(how: str, values: Values, groups: Groups) -> Values:
    """Members' values rolled up, those not known passed over: ``OverHousehold.how``."""
    return ROLL[how](*known(values, groups))


def _each(step: Callable[[Numbers, Numbers], Numbers]) -> Callable[[Sequence[Values]], Values]:
    return lambda values: Values(reduce(step, [value.numbers for value in values]), _all_known(values))


def _all_known(values: Sequence[Values]) -> Mask:
    return np.asarray(np.logical_and.reduce([value.known for value in values]))


def _ratio(values: Sequence[Values]) -> Values:
    quotient = divided(values[0].numbers, values[1].numbers)
    return Values(quotient.numbers, quotient.known & _all_known(values))


def _first_known(values: Sequence[Values]) -> Values:
    return reduce(lambda one, two: Values(np.where(one.known, one.numbers, two.numbers), one.known | two.known), values)


def _sum(values: Values, groups: Groups) -> Values:
    return Values(sums(values.numbers, groups), groups.filled)


def _mean(values: Values, groups: Groups) -> Values:
    return means(values.numbers, groups)


def _any(values: Values, groups: Groups) -> Values:
    return whole(groups.where(values.numbers > 0).filled.astype(np.int64))


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
    "max": largest,
    "min": smallest,
    "mean": _mean,
    "any": _any,
}
