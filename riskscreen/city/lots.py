"""Lots that a number draws for good: what a person's is does not depend on how many others there are, nor on when."""

import zlib

import numpy as np

from riskscreen.city.state import Column, Floats

STEP, FIRST, SECOND = (np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def lots(seed: tuple[int, int], about: str, numbers: Column) -> Floats:
    """A lot from 0 up to 1 for each number (SplitMix64): the same for one seed (city and piece) and matter."""
    said = zlib.crc32(f"{seed[0]} {seed[1]} {about}".encode())
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + np.uint64(said)) * STEP
        mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
        mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)) / 2.0**53)


def one_of(lot: Floats, count: int) -> Column:
    """Lots as numbers below ``count``."""
    return np.asarray((lot * count).astype(np.int64))
