"""Splits: which examples a model learns from, and which it is then judged on.

Families stay whole: a household shares its fate, so a member in the train part would tell of one in the test
part. Where the examples hold several dates, the test part is also later: see :func:`rolling_origin`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from riskscreen.declare import ModelSpec
from riskscreen.learning.examples import Bools, Days, Examples, Floats, Ints
from riskscreen.learning.ties import tie_hash

TEST_ORIGINS = 2  # each costs as many fits as there are folds; the newest are most like the nights to come

Part = tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class Splits:
    """``parts``: (train, test) as row numbers, no row in two test parts; ``how`` says which way was taken."""

    how: Literal["rolling_origin", "grouped_folds"]
    parts: list[Part]

    def fold_of(self, rows: int) -> Ints:
        """The number of the part that tests each of ``rows`` rows [rows]; -1 for rows that no part tests."""
        fold = np.full(rows, -1, dtype=np.int64)
        for number, (_, test) in enumerate(self.parts):
            fold[test] = number
        return fold


def splits(examples: Examples, spec: ModelSpec) -> Splits:
    """Rolling origin where the judged examples span enough time for it, else folds grouped by family.

    The embargo is the outcome's horizon and lag: a label trains only where it was known by the test's as_of.
    """
    embargo = spec.outcome.horizon.days + spec.outcome.lag_days
    later = rolling_origin(
        examples.as_of, examples.family, examples.label, embargo=embargo, folds=spec.folds, seed=spec.seed
    )
    if later:
        return Splits("rolling_origin", later)
    return Splits("grouped_folds", grouped_folds(examples.family, examples.label, spec.folds, spec.seed))


def grouped_folds(family: Ints, label: Floats, folds: int, seed: int) -> list[Part]:
    """``folds`` parts over all rows; each family is tested once, whole, and positives are spread evenly.

    ``family`` and ``label`` are [n]; no label is NaN.
    """
    fold = _deal(family, label, folds, seed)
    return [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(folds)]


def rolling_origin(
    as_of: Days,
    family: Ints,
    label: Floats,
    *,
    embargo: int,
    folds: int,
    seed: int,
    origins: int = TEST_ORIGINS,
) -> list[Part]:
    """Parts that learn from the past and are tested on the newest ``origins`` dates that have enough of it.

    A train row has ``as_of + embargo <= the test's as_of`` (days). As the same families stand at every date,
    each test date is cut into ``folds`` groups of families; a group is tested by what the other families'
    past tells. Empty where no date has a past that holds both outcomes; the caller then falls back on
    :func:`grouped_folds`.
    """
    fold = _deal(family, label, folds, seed)
    parts: list[Part] = []
    for day in _testable(as_of, label, embargo, folds)[-origins:]:
        past = _past(as_of, day, embargo)
        parts += [
            (np.flatnonzero(past & (fold != number)), np.flatnonzero((as_of == day) & (fold == number)))
            for number in range(folds)
        ]
    return [(train, test) for train, test in parts if len(test)]


def _past(as_of: Days, day: np.datetime64, embargo: int) -> Bools:
    return np.asarray(as_of + np.timedelta64(embargo, "D") <= day)


def _testable(as_of: Days, label: Floats, embargo: int, folds: int) -> list[np.datetime64]:
    """The dates at which, and in whose past, each outcome came about at least once a fold."""
    return [
        day
        for day in np.unique(as_of)
        if all(_both_outcomes(label[rows], folds) for rows in (as_of == day, _past(as_of, day, embargo)))
    ]


def _both_outcomes(label: Floats, at_least: int) -> bool:
    positives = int(label.sum())
    return positives >= at_least and len(label) - positives >= at_least


def _deal(family: Ints, label: Floats, folds: int, seed: int) -> Ints:
    """A fold for each row [n]: families dealt like cards, those with most positives first, back and forth."""
    names, member = np.unique(family, return_inverse=True)
    positives = np.bincount(member, weights=label)
    size = np.bincount(member)
    order = np.lexsort((tie_hash(seed, names), -size, -positives))
    place = np.arange(len(names)) % (2 * folds)
    fold = np.empty(len(names), dtype=np.int64)
    fold[order] = np.where(place < folds, place, 2 * folds - 1 - place)
    return fold[member]
