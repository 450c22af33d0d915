"""Who reaches a list, and how it is written down."""

import numpy as np
import pyarrow as pa
import pytest

from riskscreen.declare import Area, AreaTree
from riskscreen.scoring import Reason, Scores
from riskscreen.watchlist import Entry, from_table, listed, odds_words, to_table, unplaced
from tests.factories import T


def area(code, visits, parent=None):
    return Area(code=code, label=T, weekly_visits=visits, parent=parent)


def scores(*members):
    """(person, area, rank) of each; person 4 is entity e4."""
    person, area, rank = (list(column) for column in zip(*members, strict=True)) if members else ([], [], [])
    codes = tuple(sorted({code for code in area if code}))
    return Scores(
        entity_id=pa.array([f"e{one}" for one in person], pa.string()),
        bucket=np.zeros(len(person), np.int32),
        person=np.array(person, np.int64),
        area=np.array([codes.index(code) if code else -1 for code in area], np.int64),
        score=np.full(len(person), 0.1),
        rank=np.array(rank, np.int64),
        abstained=np.zeros(len(person), bool),
        areas=codes,
    )


SCORES = scores((1, "a", 5), (2, "a", 2), (3, "b", 3), (4, "a", 1), (5, None, 4))


def places(areas, **open_cases):
    taken_on = {code: frozenset(entities) for code, entities in open_cases.items()}
    on = listed(SCORES, AreaTree(areas), taken_on)
    return list(zip(on.area, on.position, SCORES.person[on.row].tolist(), strict=True))


def test_a_list_holds_the_first_of_its_area_as_many_as_can_be_visited():
    assert places([area("a", 2), area("b", 2)]) == [("a", 1, 4), ("a", 2, 2), ("b", 1, 3)]


def test_an_area_without_visits_has_an_empty_list_and_people_of_no_area_reach_none():
    assert places([area("a", 0), area("b", 9)]) == [("b", 1, 3)]


def test_who_lives_in_an_area_without_visits_reaches_the_list_of_the_nearest_area_above_that_has_some():
    tree = [area("a", 0, "town"), area("b", 1, "town"), area("town", 2, "city"), area("city", 5)]
    assert places(tree) == [("b", 1, 3), ("town", 1, 4), ("town", 2, 2)]


def test_an_open_case_takes_a_visit_and_is_not_listed_again():
    assert places([area("a", 2), area("b", 2)], a=["e4"]) == [("a", 1, 2), ("b", 1, 3)]
    assert places([area("a", 3)], a=["elsewhere"]) == [("a", 1, 4), ("a", 2, 2)]


def test_more_open_cases_than_visits_make_an_empty_list():
    assert places([area("a", 1)], a=["e4", "e9"]) == []


def test_who_has_an_open_case_in_another_area_is_not_listed_here():
    assert places([area("a", 2)], z=["e4"]) == [("a", 1, 2), ("a", 2, 1)]


def test_nobody_in_the_cohort_makes_an_empty_list():
    assert listed(scores(), AreaTree([area("a", 3)])).position == ()


def test_who_lives_in_no_area_with_visits_is_counted():
    assert unplaced(SCORES, AreaTree([area("a", 2), area("b", 0)])) == 2
    assert unplaced(SCORES, AreaTree([area("a", 2), area("b", 0, "a")])) == 1


def test_a_list_reads_back_as_it_was_written():
    reasons = (Reason("age", "person", 0.25, "Aged 19 (Town)", "19 岁(镇)", "personal"),)
    entries = [
        Entry(1, "a", "x1", 0.31, 1, False, "3", reasons),
        Entry(2, "a", "x2", None, 2, True, "baseline:random", ()),
    ]
    assert from_table(to_table(entries)) == entries
    assert to_table([]).num_rows == 0


@pytest.mark.parametrize(
    ("probability", "en", "zh"),
    [
        (0.97, "about 9 in 10", "约 9/10"),
        (0.31, "about 3 in 10", "约 3/10"),
        (0.15, "about 2 in 10", "约 2/10"),
        (0.14, "about 1 in 7", "约 1/7"),
        (0.024, "about 1 in 42", "约 1/42"),
        (0.0, "about 1 in 1,000", "约 1/1,000"),
        (None, "not said", "不作估计"),
        (float("nan"), "not said", "不作估计"),
    ],
)
def test_odds_are_said_in_words_and_never_as_a_fraction(probability, en, zh):
    assert (odds_words(probability, "en"), odds_words(probability, "zh")) == (en, zh)
