"""An order for ties that is fair, repeatable, and the same on every machine."""

import numpy as np

from riskscreen.learning.examples import Hashes, Ints

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def tie_hash(seed: int, person: Ints) -> Hashes:
    """A number in 0 … 2^64 - 1 for each person [n], by SplitMix64 of the seed and the person's number.

    Of two people with equal scores, the one with the smaller number ranks first.
    """
    start = _mix(np.array([seed % 2**64], dtype=np.uint64))
    return _mix(np.asarray(person).astype(np.int64).view(np.uint64) ^ start)


def _mix(value: Hashes) -> Hashes:
    mixed = value + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))
