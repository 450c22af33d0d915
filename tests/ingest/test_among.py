"""Keys are found among others wherever these lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.ingest.among import Among

KEYS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 40) | st.integers(2**64 - 40, 2**64 - 1), max_size=60)


def holds(some, others):
    found = Among(np.array(sorted(some), np.uint64)).holds(np.array(others, np.uint64))
    return [other for other, held in zip(others, found.tolist(), strict=True) if held]


@given(KEYS, KEYS)
def test_of_others_just_those_are_held_that_are_among_the_keys(some, more):
    others = [*more, *some, *(key ^ 1 for key in some)]
    assert holds(some, others) == [other for other in others if other in set(some)]


@pytest.mark.parametrize(
    "some",
    [range(5000), [0, 2**64 - 1], [2**63 - 1, 2**63], [7] * 1000],
    ids=["uneven", "first and last", "halves", "one"],
)
def test_keys_that_are_not_spread_evenly_are_found_too(some):
    others = [*some, 5000, 2**62, 2**63 + 1]
    assert holds(some, others) == list(some)


def test_nothing_is_among_no_keys():
    assert holds([], [0, 1, 2**64 - 1]) == []
