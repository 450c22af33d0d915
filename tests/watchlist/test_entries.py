"""Who reaches a list, and how it is written down."""

import pandas as pd
import pytest

from riskscreen.declare import Area, AreaTree
from riskscreen.scoring import Reason
from riskscreen.watchlist import Entry, from_table, listed, odds_words, to_table
from tests.factories import T


def area(code, visits, parent=None):
    return Area(code=code, label=T, weekly_visits=visits, parent=parent)


SCORES = pd.DataFrame(
    {
        "person": [1, 2, 3, 4, 5],
        "entity_id": ["e1", "e2", "e3", "e4", "e5"],
        "area": ["a", "a", "b", "a", None],
        "rank": [5, 2, 3, 1, 4],
        "score": 0.1,
    }
)


def places(areas, **open_cases):
    taken_on = {code: frozenset(entities) for code, entities in open_cases.items()}
    rows = listed(SCORES, AreaTree(areas), taken_on).to_dict("records")
    return [(row["area"], row["position"], row["person"]) for row in rows]


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
    assert listed(SCORES[:0], AreaTree([area("a", 3)])).empty


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
