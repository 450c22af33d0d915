"""Average linkage."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.linkage.clusters import CLIP, UNSEEN, Edges, average_linkage

UPPER = 4.0


def clusters(nodes, weights, apart=(), owner=None):
    """The first node of each node's cluster; weights by pair of nodes."""
    pairs = np.array(list(weights), np.int64).reshape(-1, 2)
    edges = Edges(
        nodes, pairs[:, 0], pairs[:, 1], np.array(list(weights.values()), float),
        np.array(apart, np.int64).reshape(-1, 2), np.array(owner or [-1] * nodes, np.int64),
    )  # fmt: skip
    return average_linkage(edges, UPPER).tolist()


def test_what_weighs_enough_is_joined_and_named_by_the_first():
    assert clusters(4, {(1, 3): 5.0, (0, 2): 3.9}) == [0, 1, 2, 1]


def test_a_chain_of_good_pairs_does_not_join_its_ends():
    assert clusters(3, {(0, 1): 9.0, (1, 2): 8.0, (0, 2): -18.0}) == [0, 0, 2]


def test_a_pair_that_no_key_brought_together_counts_against_joining():
    assert clusters(3, {(0, 1): 9.0, (1, 2): 8.0}) == [0, 0, 2]  # (8 - 6) / 2 is below the bar
    assert clusters(3, {(0, 1): 18.0, (1, 2): 18.0}) == [0, 0, 0]  # (18 - 6) / 2 is above it


def test_what_must_stay_apart_does_whatever_else_joins_it():
    weights = dict.fromkeys(combinations(range(4), 2), 18.0)
    found = clusters(4, weights, apart=[(0, 3)])
    assert found[0] != found[3]


def test_nodes_of_two_owners_stay_apart_and_the_heavier_pair_wins():
    assert clusters(3, {(0, 1): 9.0, (1, 2): 12.0}, owner=[7, -1, 8]) == [0, 1, 1]


def test_more_than_can_be_weighed_at_once_is_cut_where_it_hangs_together_least():
    ring = {(n, n + 1): 18.0 if n % 2 == 0 else 4.5 for n in range(2999)}
    assert clusters(3000, ring) == [n - n % 2 for n in range(3000)]


def obvious(nodes, weights):
    """Join the two clusters of the highest mean until none is high enough."""
    found = [[node] for node in range(nodes)]

    def mean(pair):
        ends = [(min(a, b), max(a, b)) for a in pair[0] for b in pair[1]]
        whole = [round(max(-CLIP, min(CLIP, weights.get(end, UNSEEN))) * 1e6) for end in ends]
        return sum(whole) / len(whole)

    while len(found) > 1:
        one, other = max(combinations(sorted(found), 2), key=mean)
        if mean((one, other)) < UPPER * 1e6:
            break
        found.remove(one)
        found.remove(other)
        found.append(sorted(one + other))
    return [next(cluster[0] for cluster in found if node in cluster) for node in range(nodes)]


PAIRS = list(combinations(range(7), 2))


@given(st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([-18.0, -4.0, 3.0, 5.0, 9.0, 9.5, 18.0])))
def test_it_joins_as_the_obvious_way_does(weights):
    assert clusters(7, weights) == obvious(7, weights)
