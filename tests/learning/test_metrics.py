import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from riskscreen.learning.metrics import (
    _average_precision,
    _curve,
    _roc_auc,
    evaluate_ranking,
    paired_difference,
    resampled,
    visited,
)
from riskscreen.learning.ties import tie_hash


def keys(*first_to_last):
    return np.array(first_to_last, dtype=np.uint64)


def figures(label, score, **others):
    label, score = np.asarray(label, dtype=float), np.asarray(score, dtype=float)
    given: dict[str, Any] = {"tie_key": tie_hash(1, np.arange(len(label))), "resamples": 20} | others
    return evaluate_ranking(label, score, **given)


def test_precision_at_a_share_counts_the_highest_scores_rounded_up():
    # 5% of 21 people are 2: of the two highest scores, one came true
    label = [1, 0, 1] + [0] * 18
    score = [9, 8, 7] + [0] * 18
    assert figures(label, score)["precision_at"] == {"0.05": 1 / 2}


def test_of_equal_scores_the_smallest_tie_key_is_visited_first():
    label, score = np.array([1.0, 0.0, 0.0, 1.0]), np.array([5.0, 5.0, 5.0, 1.0])
    half: dict[str, Any] = {"top": (0.25,), "resamples": 2}
    assert evaluate_ranking(label, score, keys(1, 2, 3, 0), **half)["precision_at"] == {"0.25": 1}
    assert evaluate_ranking(label, score, keys(3, 1, 2, 0), **half)["precision_at"] == {"0.25": 0}
    assert visited(score, keys(3, 1, 2, 0), 0.5).tolist() == [False, True, True, False]


def test_figures_are_those_of_scikit_learn():
    label, score = [0, 1, 0, 1, 1, 0], [1, 2, 2, 3, 1, 0]
    told = figures(label, score)
    assert (told["n"], told["positives"]) == (6, 3)
    assert told["roc_auc"] == roc_auc_score(label, score)
    assert told["average_precision"] == average_precision_score(label, score)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=50))
def test_the_quick_figures_of_a_draw_are_those_of_scikit_learn(rows):
    label = np.array([float(came_true) for came_true, _ in rows])
    score = np.array([float(said) for _, said in rows])
    order = np.argsort(-score, kind="stable")
    found, seen = _curve(label[order], score[order])
    if 0 < label.sum() < len(label):
        assert _roc_auc(found, seen) == pytest.approx(roc_auc_score(label, score))
    if label.sum():
        assert _average_precision(found, seen) == pytest.approx(average_precision_score(label, score))


@pytest.mark.parametrize("label", [[0, 0, 0], [1, 1, 1], [0], [1]])
def test_what_one_outcome_alone_does_not_define_is_none_and_all_is_json(label):
    told = figures(label, range(len(label)), probability=np.full(len(label), 0.5))
    assert told["roc_auc"] is None
    assert told["intervals"]["roc_auc"] is None
    json.dumps(told, allow_nan=False)


def test_calibration_error_is_told_only_of_probabilities():
    assert "calibration_error" not in figures([0, 1], [1, 2])
    told = figures([0, 1], [1, 2], probability=np.array([0.25, 0.5]))
    assert told["calibration_error"] == (0.25 + 0.5) / 2
    assert len(told["intervals"]["calibration_error"]) == 2


def test_intervals_are_the_same_each_time_and_hold_the_figure():
    draw = np.random.default_rng(1)
    label = (draw.random(500) < 0.2).astype(float)
    score = label + draw.normal(size=500)
    once, again = (figures(label, score, family=np.arange(500) // 3, resamples=100) for _ in range(2))
    assert once == again
    for name in ("roc_auc", "average_precision"):
        low, high = once["intervals"][name]
        assert low < once[name] < high
    assert figures(label, score, family=np.arange(500) // 3, seed=2)["intervals"] != once["intervals"]


def test_families_are_drawn_whole_so_that_copies_of_a_person_tell_nothing_new():
    draw = np.random.default_rng(1)
    label = (draw.random(200) < 0.3).astype(float)
    score = label + draw.normal(size=200)
    alone = figures(label, score, resamples=100)
    copied = figures(np.tile(label, 5), np.tile(score, 5), family=np.tile(np.arange(200), 5), resamples=100)
    assert np.ptp(copied["intervals"]["roc_auc"]) == pytest.approx(np.ptp(alone["intervals"]["roc_auc"]), rel=0.01)


def test_a_draw_holds_all_members_of_a_family_equally_often():
    family = np.array([7, 7, 3, 3, 3, 9])
    for counts in resampled(family, 10, seed=1):
        assert counts[0] == counts[1]
        assert counts[2] == counts[3] == counts[4]
        assert counts[0] + counts[2] + counts[5] == 3


def test_a_ranking_has_no_lead_over_itself():
    label, score = np.array([1.0, 0.0] * 50), np.arange(100.0)
    told = paired_difference(label, score, score, family=np.arange(100), resamples=20)
    assert told == {"difference": 0, "lower_bound": 0}


def test_a_better_ranking_leads_on_the_same_draws():
    label = np.array([1.0, 0.0, 0.0, 0.0] * 50)
    told = paired_difference(label, label, np.zeros(200), family=np.arange(200), resamples=50)
    assert told["difference"] == 1 - 1 / 4
    assert told["lower_bound"] == pytest.approx(0.7, abs=0.05)
