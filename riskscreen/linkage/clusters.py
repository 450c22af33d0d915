"""Average linkage: nodes are joined while the mean weight over all their pairs is high enough.

Connected components would chain a city into one person; a mean bears one bad pair, and not many. Weights are whole
numbers of a millionth of a bit, so sums do not depend on their order, and ties go to the first node.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BIT = 1_000_000
CLIP = 18.0  # a pair counts at most so many bits either way: one sure pair must not outvote two refusals
UNSEEN = -6.0  # bits of a pair that no key brought together
APART = -1_000_000.0  # bits of a pair that must stay apart
LARGEST = 1000  # nodes that are weighed against one another at once
STEP = 2.0  # bits by which the bar is raised where more than these hang together


@dataclass(frozen=True)
class Edges:
    """Weights, in bits, of pairs of the nodes 0 to ``nodes`` - 1; the nodes stand in the order by which ties fall.

    ``apart`` are pairs (two columns) that must not become one; ``owner`` is a number for each node, or -1: nodes of
    different owners must not become one either.
    """

    nodes: int
    left: Numbers
    right: Numbers
    weight: Floats
    apart: Numbers
    owner: Numbers


def average_linkage(edges: Edges, upper: float) -> Numbers:
    """The first node of each node's cluster."""
    head = np.arange(edges.nodes, dtype=np.int64)
    component = _components(edges, upper)
    inside = component[edges.left] == component[edges.right]
    left, right = edges.left[inside], edges.right[inside]
    whole = np.rint(np.clip(edges.weight[inside], -CLIP, CLIP) * BIT).astype(np.int64)
    near = _by_component(component, left)
    far = _by_component(component, edges.apart[:, 0])
    of_near, of_far = component[left][near], component[edges.apart[:, 0]][far]
    order = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(component[order]) != 0])
    ends = np.r_[starts[1:], len(order)]
    several = ends - starts > 1
    for start, end in zip(starts[several], ends[several], strict=True):
        nodes = order[start:end]
        which = component[nodes[0]]
        e = near[np.searchsorted(of_near, which) : np.searchsorted(of_near, which, "right")]
        a = far[np.searchsorted(of_far, which) : np.searchsorted(of_far, which, "right")]
        pairs = edges.apart[a]
        found = _cluster(nodes, left[e], right[e], whole[e], pairs[:, 0], pairs[:, 1], edges.owner[nodes], upper)
        head[nodes] = nodes[found]
    return head


def _by_component(component: Numbers, node: Numbers) -> Numbers:
    order: Numbers = np.argsort(component[node], kind="stable")
    return order


def _components(edges: Edges, upper: float) -> Numbers:
    """Which nodes hang together by weights that could join two; where too many do, by higher weights."""
    component = _connected(edges, edges.weight >= upper)
    bar = upper
    while (large := np.bincount(component, minlength=1) > LARGEST).any():
        bar += STEP
        inside = large[component[edges.left]]
        if bar > CLIP:
            return _connected(edges, (edges.weight >= upper) & ~inside)
        component = _connected(edges, (edges.weight >= np.where(inside, bar, upper)) & _kept(component, edges))
    return component


def _kept(component: Numbers, edges: Edges) -> npt.NDArray[np.bool_]:
    kept: npt.NDArray[np.bool_] = component[edges.left] == component[edges.right]
    return kept


def _connected(edges: Edges, which: npt.NDArray[np.bool_]) -> Numbers:
    left, right = edges.left[which], edges.right[which]
    shape = (edges.nodes, edges.nodes)
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=shape)
    _, component = connected_components(graph, directed=False)
    found: Numbers = component.astype(np.int64)
    return found


@numba.njit(cache=True, nogil=True)
def _cluster(nodes: Any, left: Any, right: Any, weight: Any, one: Any, other: Any, owner: Any, upper: Any) -> Any:
    """For each of ``nodes`` (ascending), the place of the first of its cluster among them."""
    count = len(nodes)
    total = np.full((count, count), np.int64(UNSEEN * BIT))
    for at in range(len(left)):
        i, j = np.searchsorted(nodes, left[at]), np.searchsorted(nodes, right[at])
        total[i, j] = total[j, i] = weight[at]
    for i in range(count):
        for j in range(i):
            if owner[i] >= 0 and owner[j] >= 0 and owner[i] != owner[j]:
                total[i, j] = total[j, i] = np.int64(APART * BIT)
    for at in range(len(one)):
        i, j = np.searchsorted(nodes, one[at]), np.searchsorted(nodes, other[at])
        if i < count and j < count and nodes[i] == one[at] and nodes[j] == other[at]:
            total[i, j] = total[j, i] = np.int64(APART * BIT)
    return _join(total, upper * BIT)


@numba.njit(cache=True, nogil=True)
def _join(total: Any, upper: Any) -> Any:
    """Joins the two clusters of the highest mean, again and again; ``total`` is used up."""
    count = len(total)
    size = np.ones(count, np.int64)
    alive = np.ones(count, np.bool_)
    head = np.arange(count)
    best = np.empty(count, np.int64)
    for i in range(count):
        best[i] = _best(total, size, alive, i)
    while True:
        a = _heaviest(total, size, alive, best, upper)
        if a < 0:
            return head
        first, second = min(a, best[a]), max(a, best[a])
        for c in range(count):
            total[first, c] += total[second, c]
            total[c, first] = total[first, c]
            if head[c] == second:
                head[c] = first
        size[first] += size[second]
        alive[second] = False
        for c in range(count):
            if alive[c]:
                _renew(total, size, alive, best, c, first, second)


@numba.njit(cache=True, nogil=True)
def _heaviest(total: Any, size: Any, alive: Any, best: Any, upper: Any) -> Any:
    """The first cluster whose mean with its best partner is the highest, and at least ``upper``; or -1."""
    found, top = -1, upper
    for i in range(len(best)):
        if alive[i] and best[i] >= 0:
            mean = total[i, best[i]] / (size[i] * size[best[i]])
            if mean > top or (mean == top and found < 0):
                found, top = i, mean
    return found


@numba.njit(cache=True, nogil=True)
def _renew(total: Any, size: Any, alive: Any, best: Any, c: Any, first: Any, second: Any) -> None:
    """Brings up to date the best partner of ``c`` after ``second`` went into ``first``."""
    if c == first or best[c] == first or best[c] == second:
        best[c] = _best(total, size, alive, c)
        return
    now = total[c, first] / (size[c] * size[first])
    held = total[c, best[c]] / (size[c] * size[best[c]])
    if now > held or (now == held and first < best[c]):
        best[c] = first


@numba.njit(cache=True, nogil=True)
def _best(total: Any, size: Any, alive: Any, i: Any) -> Any:
    """With whom a cluster has the highest mean; the first of several, or -1."""
    found, top = -1, 0.0
    for j in range(len(total)):
        if j != i and alive[j]:
            mean = total[i, j] / (size[i] * size[j])
            if found < 0 or mean > top:
                found, top = j, mean
    return found
