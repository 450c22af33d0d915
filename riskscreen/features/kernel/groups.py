"""Reductions of sorted groups: sums by prefix sums, the rest by segments."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from riskscreen.features.kernel.values import Mask, Numbers, Values, Whole, whole


@dataclass(frozen=True)
class Groups:
    """Rows in groups ``0..number-1``: the group of each row, never descending. A group may have no row."""

    of: Whole
    number: int

    @cached_property
    def counts(self) -> Whole:
        """How many rows each group has."""
        return np.bincount(self.of, minlength=self.number).astype(np.int64)

    @cached_property
    def edges(self) -> Whole:
        """Where each group begins, and where the last one ends."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.counts)])

    @property
    def filled(self) -> Mask:
        """Which groups have a row."""
        return self.counts > 0

    def where(self, mask: Mask) -> "Groups":
        """The groups of the rows that remain."""
        return Groups(self.of[mask], self.number)


def known(values: Values, groups: Groups) -> tuple[Values, Groups]:
    """The rows whose value is known."""
    if values.known.all():
        return values, groups
    return values.take(values.known), groups.where(values.known)


def sums(numbers: Numbers, groups: Groups) -> Numbers:
    """The sum of each group: exact for whole numbers, in the order of the rows for others; 0 for no row."""
    if numbers.dtype.kind == "f":
        return np.bincount(groups.of, weights=numbers, minlength=groups.number)
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(numbers, dtype=np.int64)])
    return np.asarray(running[groups.edges[1:]] - running[groups.edges[:-1]])


def means(numbers: Numbers, groups: Groups) -> Values:
    """The mean of each group; not known for no row."""
    return Values(sums(numbers, groups) / np.maximum(groups.counts, 1), groups.filled)


def first(values: Values, groups: Groups) -> Values:
    """The first row of each group; not known for no row."""
    return _spread(values, values.numbers[groups.edges[:-1][groups.filled]], groups)


def last(values: Values, groups: Groups) -> Values:
    """The last row of each group; not known for no row."""
    return _spread(values, values.numbers[groups.edges[1:][groups.filled] - 1], groups)


def largest(values: Values, groups: Groups) -> Values:
    """The largest of each group; not known for no row."""
    return _reduced(np.maximum, values, groups)


def smallest(values: Values, groups: Groups) -> Values:
    """The smallest of each group; not known for no row."""
    return _reduced(np.minimum, values, groups)


def distinct(values: Values, groups: Groups) -> Values:
    """How many different values each group has."""
    order = np.lexsort((values.numbers, groups.of))
    of, numbers = groups.of[order], values.numbers[order]
    new = np.ones(len(of), bool)
    new[1:] = (of[1:] != of[:-1]) | (numbers[1:] != numbers[:-1])
    return whole(Groups(of[new], groups.number).counts)


def _reduced(reduce: np.ufunc, values: Values, groups: Groups) -> Values:
    starts = groups.edges[:-1][groups.filled]
    found = reduce.reduceat(values.numbers, starts) if len(starts) else values.numbers[:0]
    return _spread(values, found, groups)


def _spread(values: Values, found: Numbers, groups: Groups) -> Values:
    numbers = np.zeros(groups.number, values.numbers.dtype)
    numbers[groups.filled] = found
    return Values(numbers, groups.filled, values.words, values.is_day)
