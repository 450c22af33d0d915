"""Splits: which examples a model learns from, and which it is then judged on.

Families stay whole: a household shares its fate, so a member in the train part would tell of one in the test
part. Where the examples hold several dates, the test part is also later: see :func:`rolling_origin`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from riskscreen.declare import ModelSpec
from riskscreen.learning.examples import Days, Examples, Floats, Ints
from riskscreen.learning.ties import tie_hash

TEST_ORIGINS = 4  # each costs as many fits as there are folds; the newest are most like the nights to come
TEST_DAYS_APART = 90  # half-years that begin a month apart are nearly one half-year: judged twice, it tells little more

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

    A label trains only where it was known by the test's as_of.
    """
    known_by = _known_by(examples.as_of, spec)
    later = rolling_origin(
        examples.as_of, examples.family, examples.label, known_by=known_by, folds=spec.folds, seed=spec.seed
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
    known_by: Days,
    folds: int,
    seed: int,
    origins: int = TEST_ORIGINS,
) -> list[Part]:
    """Parts that learn from the past and are tested on the newest ``origins`` dates that have enough of it.

    Test dates lie ``TEST_DAYS_APART`` days or more apart.

    ``known_by`` [n] is the day on which a row's outcome is known; a train row has ``known_by <= the test's as_of``.
    As the same families stand at every date, each test date is cut into ``folds`` groups of families; a group is
    tested by what the other families' past tells. Empty where no date has a past that holds both outcomes; the caller
    then falls back on :func:`grouped_folds`.
    """
    fold = _deal(family, label, folds, seed)
    parts: list[Part] = []
    for day in _apart(_testable(as_of, label, known_by, folds))[-origins:]:
        past = known_by <= day
        parts += [
            (np.flatnonzero(past & (fold != number)), np.flatnonzero((as_of == day) & (fold == number)))
            for number in range(folds)
        ]
    return [(train, test) for train, test in parts if len(test)]


def _known_by(as_of: Days, spec: ModelSpec) -> Days:
    """The day on which each row's outcome is known [n]."""
    days, place = np.unique(as_of, return_inverse=True)
    known = [spec.outcome.known_by(day.astype("datetime64[D]").item()) for day in days]
    by_day: Days = np.array(known, dtype="datetime64[D]")
    return by_day[place]


def _testable(as_of: Days, label: Floats, known_by: Days, folds: int) -> list[np.datetime64]:
    """The dates at which, and in whose past, each outcome came about at least once a fold."""
    return [
        day
        for day in np.unique(as_of)
        if all(_both_outcomes(label[rows], folds) for rows in (as_of == day, known_by <= day))
    ]


def _apart(days: list[np.datetime64]) -> list[np.datetime64]:
    """The newest day, and of those before it each that lies far enough from the one taken last; oldest first."""
    taken = days[-1:]
    for day in days[-2::-1]:
        if taken[-1] - day >= np.timedelta64(TEST_DAYS_APART, "D"):
            taken.append(day)
    return taken[::-1]


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
