"""The compiled passes over records: person by person, each one's rows from the oldest on.

Every comparison of days stands in one of the five functions below; what they say is :mod:`riskscreen.clock`, and a test
turns each of them round. Groups are ranges of rows, ``begin`` to before ``end``: a person's, or a person's in a home.
``bins`` says how old each row is: ages are cut at the edges of the windows, and the last bin is for what is not seen.
``spans`` are rows of two: the first bin that counts, and the first that does not any more. ``held`` are the rows that
count. The passes stand in one file, for a change of what they share must not leave a compiled one behind.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numba
import numpy as np

from riskscreen.identity.lanes import still


def _compiled(of: Callable[..., Any]) -> Callable[..., Any]:
    """A pass, compiled once and kept on disk: it takes arrays that it cannot write to, wherever they come from."""
    compiled = numba.njit(cache=True, nogil=True)(of)

    @wraps(of)
    def run(*given: Any) -> Any:
        return compiled(*[still(one) if isinstance(one, np.ndarray) else one for one in given])

    return run


@numba.njit(inline="always")
def _is_visible(known_on: Any, until: Any, as_of: Any) -> Any:
    return known_on <= as_of < until


@numba.njit(inline="always")
def _has_happened(happened_on: Any, as_of: Any) -> Any:
    return happened_on <= as_of


@numba.njit(inline="always")
def _is_within(age: Any, days: Any) -> Any:
    return age < days


@numba.njit(inline="always")
def _lasts(ends_on: Any, day: Any) -> Any:
    return ends_on >= day


@numba.njit(inline="always")
def _is_household(void_on: Any, as_of: Any) -> Any:
    return as_of < void_on


# Rows in order


@_compiled
def runs(person: Any, happened_on: Any, known_on: Any) -> Any:
    """Where each run of one person's rows begins, and whether each is ordered by its days."""
    starts, found, ordered = np.empty(len(person) + 1, np.int64), 0, True
    for i in range(len(person)):
        if i == 0 or person[i] != person[i - 1]:
            starts[found] = i
            found += 1
        elif happened_on[i] == happened_on[i - 1]:
            ordered &= known_on[i] >= known_on[i - 1]
        else:
            ordered &= happened_on[i] > happened_on[i - 1]
    starts[found] = len(person)
    return starts[: found + 1].copy(), ordered


@_compiled
def union(one: Any, other: Any) -> Any:
    """The numbers that are in one or the other, each once; both ascend."""
    merged, found, i, k = np.empty(len(one) + len(other), np.int64), 0, 0, 0
    while i < len(one) or k < len(other):
        if k == len(other) or (i < len(one) and one[i] <= other[k]):
            merged[found] = one[i]
            k += k < len(other) and one[i] == other[k]
            i += 1
        else:
            merged[found] = other[k]
            k += 1
        found += 1
    return merged[:found].copy()


@_compiled
def places(people: Any, persons: Any) -> Any:
    """Where each person stands among the people; both ascend, and everybody is there."""
    found, at = np.empty(len(persons), np.int64), 0
    for k in range(len(persons)):
        while people[at] < persons[k]:
            at += 1
        found[k] = at
    return found


# What is seen on a day


@_compiled
def seen(begin: Any, end: Any, known_on: Any, until: Any, as_of: Any, before: Any) -> Any:
    """The groups of which a record is visible, and those of ``before``."""
    found = before.copy()
    for g in range(len(begin)):
        i = begin[g]
        while not found[g] and i < end[g]:
            found[g] = _is_visible(known_on[i], until[i], as_of)
            i += 1
    return found


@_compiled
def bins_of_ages(edges: Any) -> Any:
    """The bin of each age in days, up to the last edge; whoever is older is in the bin of that."""
    bins = np.zeros((edges[-1] if len(edges) else 0) + 1, np.int16)
    for age in range(len(bins)):
        for edge in edges:
            bins[age] += not _is_within(age, edge)
    return bins


@_compiled
def bins_of_rows(
    begin: Any, end: Any, happened_on: Any, known_on: Any, until: Any, as_of: Any, of_age: Any, unseen: Any
) -> Any:
    """The bin of each row; of each group also the first row within the last edge, and the end of the past."""
    bins = np.empty(len(happened_on), np.int16)
    recent, past = begin.copy(), end.copy()
    widest = len(of_age) - 1
    for g in range(len(begin)):
        older = 0
        for i in range(begin[g], end[g]):
            if not _has_happened(happened_on[i], as_of):
                past[g] = i
                break
            age = min(as_of - happened_on[i], widest)
            older += not _is_within(age, widest)
            bins[i] = of_age[age] if _is_visible(known_on[i], until[i], as_of) else unseen
        recent[g] += older
    return bins, recent, past


# Measures: one pass each, for every span. Backwards rows become older, and so do bins: where a bin begins it is noted
# what the younger ones came to (``up_to`` a bin, itself left out), from which every span is told.


@numba.njit(inline="always")
def _reach(up_to: Any, at: Any, b: Any, so_far: Any) -> Any:
    """Note what was found so far for all bins from ``at`` up to ``b``, which has not begun."""
    while at < b:
        at += 1
        up_to[at] = so_far
    return at


@numba.njit(inline="always")
def _spread(up_to: Any, spans: Any, found: Any, g: Any) -> None:
    for s in range(len(spans)):
        found[s, g] = up_to[spans[s, 1]] - up_to[spans[s, 0]]


@_compiled
def counts(begin: Any, end: Any, bins: Any, held: Any, spans: Any, unseen: Any) -> Any:
    """How many rows, by span and group."""
    found = np.zeros((len(spans), len(begin)), np.int64)
    up_to = np.zeros(unseen + 1, np.int64)
    for g in range(len(begin)):
        at, so_far = 0, 0
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if bins[i] != unseen:
                at = _reach(up_to, at, bins[i], so_far)
                so_far += held[i]
        if so_far:
            _reach(up_to, at, unseen, so_far)
            _spread(up_to, spans, found, g)
    return found


@_compiled
def totals(begin: Any, end: Any, bins: Any, held: Any, numbers: Any, spans: Any, unseen: Any) -> Any:
    """The sum of whole numbers, by span and group."""
    found = np.zeros((len(spans), len(begin)), np.int64)
    up_to = np.zeros(unseen + 1, np.int64)
    for g in range(len(begin)):
        at, so_far = 0, 0
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if bins[i] != unseen:
                at = _reach(up_to, at, bins[i], so_far)
                so_far += numbers[i] if held[i] else 0
        if begin[g] != end[g]:
            _reach(up_to, at, unseen, so_far)
            _spread(up_to, spans, found, g)
    return found


@_compiled
def totals_in_order(begin: Any, end: Any, bins: Any, held: Any, numbers: Any, spans: Any) -> Any:
    """The sum of fractions, by span and group, row by row: sums of sums would differ in the last digits."""
    found = np.zeros((len(spans), len(begin)), np.float64)
    for g in range(len(begin)):
        for i in range(begin[g], end[g]):
            if held[i]:
                for s in range(len(spans)):
                    if spans[s, 0] <= bins[i] and bins[i] < spans[s, 1]:
                        found[s, g] += numbers[i]
    return found


@_compiled
def extremes(begin: Any, end: Any, bins: Any, held: Any, numbers: Any, spans: Any, unseen: Any, largest: Any) -> Any:
    """The largest or smallest number, by span and group, and whether there is one; spans begin with the first bin."""
    found = np.zeros((len(spans), len(begin)), numbers.dtype)
    known = np.zeros((len(spans), len(begin)), np.bool_)
    up_to, known_up_to = np.zeros(unseen + 1, numbers.dtype), np.zeros(unseen + 1, np.bool_)
    for g in range(len(begin)):
        at, best, there = 0, numbers.dtype.type(0), False
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if held[i] and bins[i] != unseen:
                _reach(known_up_to, at, bins[i], there)
                at = _reach(up_to, at, bins[i], best)
                if not there or (numbers[i] > best if largest else numbers[i] < best):
                    best, there = numbers[i], True
        if there:
            _reach(known_up_to, at, unseen, there)
            _reach(up_to, at, unseen, best)
            for s in range(len(spans)):
                found[s, g] = up_to[spans[s, 1]]
                known[s, g] = known_up_to[spans[s, 1]]
    return found, known


@_compiled
def distinct(begin: Any, end: Any, bins: Any, held: Any, codes: Any, most: Any, spans: Any, unseen: Any) -> Any:
    """How many different codes (below ``most``), by span and group: each counts where it was seen last."""
    found = np.zeros((len(spans), len(begin)), np.int64)
    up_to, seen_by = np.zeros(unseen + 1, np.int64), np.full(most, -1, np.int64)
    for g in range(len(begin)):
        at, so_far = 0, 0
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if held[i] and bins[i] != unseen and seen_by[codes[i]] != g:
                seen_by[codes[i]] = g
                at = _reach(up_to, at, bins[i], so_far)
                so_far += 1
        if so_far:
            _reach(up_to, at, unseen, so_far)
            _spread(up_to, spans, found, g)
    return found


@_compiled
def newest(begin: Any, end: Any, bins: Any, held: Any, spans: Any, unseen: Any) -> Any:
    """The last row, by span and group, or -1; spans begin with the first bin."""
    found = np.full((len(spans), len(begin)), -1, np.int64)
    for g in range(len(begin)):
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if held[i] and bins[i] != unseen:
                for s in range(len(spans)):
                    if bins[i] < spans[s, 1]:
                        found[s, g] = i
                break
    return found


@_compiled
def oldest(begin: Any, end: Any, bins: Any, held: Any, spans: Any) -> Any:
    """The first row, by span and group, or -1; spans begin with the first bin."""
    found = np.full((len(spans), len(begin)), -1, np.int64)
    for g in range(len(begin)):
        for i in range(begin[g], end[g]):
            if held[i]:
                for s in range(len(spans)):
                    if found[s, g] < 0 and bins[i] < spans[s, 1]:
                        found[s, g] = i
    return found


@_compiled
def holding(begin: Any, end: Any, bins: Any, held: Any, ends_on: Any, as_of: Any, unseen: Any) -> Any:
    """The first row of each group that lasts on the day, or -1."""
    found = np.full(len(begin), -1, np.int64)
    for g in range(len(begin)):
        for i in range(begin[g], end[g]):
            if held[i] and bins[i] != unseen and _lasts(ends_on[i], as_of):
                found[g] = i
                break
    return found


@_compiled
def newest_known(begin: Any, end: Any, known_on: Any, until: Any, as_of: Any, held: Any) -> Any:
    """The last visible row of each group, or -1, whenever it happens."""
    found = np.full(len(begin), -1, np.int64)
    for g in range(len(begin)):
        for i in range(end[g] - 1, begin[g] - 1, -1):
            if held[i] and _is_visible(known_on[i], until[i], as_of):
                found[g] = i
                break
    return found


# Households


@_compiled
def homes(
    begin: Any, end: Any, happened_on: Any, known_on: Any, until: Any, ends_on: Any, void_on: Any, home: Any, as_of: Any
) -> Any:
    """Where each person lives on a day, or -1: by the last visible statement, unless that ended or is no household."""
    found = np.full(len(begin), -1, np.int64)
    for p in range(len(begin)):
        last = -1
        for i in range(begin[p], end[p]):
            if _has_happened(happened_on[i], as_of) and _is_visible(known_on[i], until[i], as_of):
                last = i
        if last >= 0 and _lasts(ends_on[last], as_of) and _is_household(void_on[last], as_of):
            found[p] = home[last]
    return found


@_compiled
def ever(begin: Any, end: Any, home: Any, index: Any, alone: Any) -> Any:
    """Who is alone, or is told of by a statement of any day to live in a home with an ``index``."""
    found = alone >= 0
    for p in range(len(begin)):
        for i in range(begin[p], end[p]):
            found[p] |= index[home[i]] >= 0
    return found


@_compiled
def lived_in(
    first: Any,
    past: Any,
    days: Any,
    begin: Any,
    end: Any,
    happened_on: Any,
    known_on: Any,
    until: Any,
    ends_on: Any,
    void_on: Any,
    home: Any,
    as_of: Any,
) -> Any:
    """Where its person lived when each row happened, or -1; ``first`` to ``days`` are of rows, others of statements."""
    found = np.full(len(days), -1, np.int64)
    for p in range(len(begin)):
        at, last = begin[p], -1
        for i in range(first[p], past[p]):
            while at < end[p] and _has_happened(happened_on[at], days[i]):
                if _is_visible(known_on[at], until[at], as_of):
                    last = at
                at += 1
            if last >= 0 and _lasts(ends_on[last], days[i]) and _is_household(void_on[last], as_of):
                found[i] = home[last]
    return found


@_compiled
def by_unit(person: Any, rows: Any, unit: Any, units: Any) -> Any:
    """Persons and rows in the order of their units, and where each unit begins; what is of one unit stays in order."""
    begins = np.zeros(units + 1, np.int64)
    for u in unit:
        begins[u + 1] += 1
    for u in range(units):
        begins[u + 1] += begins[u]
    free = begins.copy()
    persons_found, rows_found = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    for k in range(len(rows)):
        at = free[unit[k]]
        free[unit[k]] += 1
        persons_found[at], rows_found[at] = person[k], rows[k]
    return persons_found, rows_found, begins


@_compiled
def rows_then(first: Any, past: Any, bins: Any, unseen: Any, lived: Any, alone: Any, index: Any) -> Any:
    """The person, row and unit of each row as often as it counts: for where its person lived, and for who is alone.

    ``index`` is a unit's number by home, -1 where it is not asked for; ``alone`` the number of who is a unit alone.
    """
    most = 2 * np.sum(past - first)
    person, row, unit, found = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64), 0
    for p in range(len(first)):
        for i in range(first[p], past[p]):
            home = index[lived[i]] if lived[i] >= 0 else -1
            for of in (home, alone[p]):
                if of >= 0 and bins[i] != unseen:
                    person[found], row[found], unit[found] = p, i, of
                    found += 1
    return person[:found].copy(), row[:found].copy(), unit[:found].copy()


@_compiled
def pairs(members: Any, edges: Any, persons: Any, begins: Any) -> Any:
    """Of each unit who is or was in it, ascending: their range of rows, who is now, and where each unit begins.

    ``members`` (by ``edges``) are of now, ``persons`` (by ``begins``) those of the rows.
    """
    most = len(members) + len(persons)
    begin, end, now = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(most, np.bool_)
    of_unit, found = np.empty(len(edges), np.int64), 0
    for u in range(len(edges) - 1):
        of_unit[u] = found
        m, i = edges[u], begins[u]
        while m < edges[u + 1] or i < begins[u + 1]:
            if i == begins[u + 1]:
                person = members[m]
            else:
                person = persons[i] if m == edges[u + 1] else min(persons[i], members[m])
            begin[found] = i
            while i < begins[u + 1] and persons[i] == person:
                i += 1
            end[found] = i
            if m < edges[u + 1] and members[m] == person:
                now[found] = True
                m += 1
            found += 1
    of_unit[len(edges) - 1] = found
    return begin[:found].copy(), end[:found].copy(), now[:found].copy(), of_unit


@_compiled
def grouped(unit: Any, most: Any) -> Any:
    """Who is in each unit, ascending, unit by unit; where each begins; the number of each unit below ``most``."""
    size, index = np.zeros(most, np.int64), np.full(most, -1, np.int64)
    for u in unit:
        size[u] += 1
    edges, found = np.zeros(len(unit) + 1, np.int64), 0
    for u in range(most):
        if size[u]:
            index[u] = found
            edges[found + 1] = edges[found] + size[u]
            found += 1
    free, members = edges.copy(), np.empty(len(unit), np.int64)
    for p in range(len(unit)):
        members[free[index[unit[p]]]] = p
        free[index[unit[p]]] += 1
    return members, edges[: found + 1].copy(), index


@_compiled
def rolled_sums(members: Any, edges: Any, numbers: Any, known: Any) -> Any:
    """The sum of what is known of each unit's members, and of how many it is."""
    found, count = np.zeros(len(edges) - 1, numbers.dtype), np.zeros(len(edges) - 1, np.int64)
    for u in range(len(edges) - 1):
        for m in range(edges[u], edges[u + 1]):
            found[u] += numbers[members[m]] if known[members[m]] else 0
            count[u] += known[members[m]]
    return found, count


@_compiled
def rolled_extremes(members: Any, edges: Any, numbers: Any, known: Any, largest: Any) -> Any:
    """The largest or smallest of what is known of each unit's members, and whether there is one."""
    found, there = np.zeros(len(edges) - 1, numbers.dtype), np.zeros(len(edges) - 1, np.bool_)
    for u in range(len(edges) - 1):
        for m in range(edges[u], edges[u + 1]):
            number = numbers[members[m]]
            if known[members[m]] and (not there[u] or (number > found[u] if largest else number < found[u])):
                found[u] = number
                there[u] = True
    return found, there
