import json

import numpy as np
import pandas as pd
import pytest

from riskscreen.declare import AlertRules, AreaRate, BestSignal, RandomOrder, SignalOrder
from riskscreen.errors import CallerError
from riskscreen.learning.baselines import FittedBaseline, fit_baseline
from tests.learning.factories import city, examples

NAN = np.nan


def ranked(fitted, people):
    """The rows, best first."""
    return np.argsort(-fitted.score(people), kind="stable").tolist()


def test_the_best_signal_and_its_sign_are_found_on_the_train_part():
    train = examples(label=[1, 1, 0, 0], debt=[0, 0, 0, 1], bill=[1, 2, 8, 9])
    fitted = fit_baseline(BestSignal(), train)
    assert (fitted.signal, fitted.sign) == ("bill", -1)
    assert fitted.signals_used() == ("bill",)
    assert ranked(fitted, examples(label=[0, 0, 0], debt=[0, 0, 0], bill=[5, NAN, 3])) == [2, 0, 1]


@pytest.mark.parametrize(("descending", "order"), [(True, [2, 0, 1]), (False, [0, 2, 1])])
def test_a_signal_that_is_not_known_ranks_last_either_way(descending, order):
    people = examples(label=[0, 0, 0], extra=pd.DataFrame({"rent": [1.0, NAN, 2.0]}))
    assert ranked(fit_baseline(SignalOrder("rent_order", "rent", descending), people), people) == order


def test_an_area_rate_is_drawn_towards_the_overall_rate():
    train = examples(label=[1, 0, 0, 0], area=np.array(["east", "east", "west", "west"], dtype=object))
    people = examples(label=[0, 0, 0], area=np.array(["east", "west", "unheard of"], dtype=object))
    score = fit_baseline(AreaRate(), train).score(people)
    assert score.tolist() == [(1 + 20 * 0.25) / (2 + 20), (0 + 20 * 0.25) / (2 + 20), 0.25]


def test_alert_rules_rank_by_how_many_fire():
    people = examples(label=[0, 0, 0], rules=np.array([0, 2, 1]))
    assert ranked(fit_baseline(AlertRules(), people), people) == [1, 2, 0]


def test_a_random_order_follows_the_seed_and_the_person_alone():
    people = city(n=50)
    one, other = (fit_baseline(RandomOrder(), people, seed) for seed in (1, 2))
    assert ranked(one, people) != ranked(other, people)
    some = np.array([30, 10, 20])
    assert one.score(people.take(some)).tolist() == one.score(people)[some].tolist()


@pytest.mark.parametrize(
    "baseline", [RandomOrder(), AreaRate(), SignalOrder("by_debt", "debt"), BestSignal(), AlertRules()]
)
def test_a_baseline_goes_through_json_and_scores_the_same(baseline):
    people = city(n=100)
    fitted = fit_baseline(baseline, people, seed=3)
    back = FittedBaseline.from_json(json.loads(json.dumps(fitted.to_json())))
    assert back == fitted
    assert back.score(people).tolist() == fitted.score(people).tolist()
    assert np.isfinite(fitted.score(people)).all()


@pytest.mark.parametrize("baseline", [RandomOrder(), AreaRate(), SignalOrder("by_debt", "debt"), AlertRules()])
def test_before_any_training_all_but_the_best_signal_can_rank(baseline):
    assert np.isfinite(fit_baseline(baseline, None).score(city(n=5))).all()


def test_the_best_signal_needs_a_training():
    with pytest.raises(CallerError, match="'best_signal' needs a training"):
        fit_baseline(BestSignal(), None)


@pytest.mark.parametrize("told", [{"name": "x", "kind": "unheard_of"}, {"name": "x"}, {"kind": "random", "y": 1}])
def test_a_stored_baseline_that_cannot_be_read_is_refused(told):
    with pytest.raises(CallerError, match="train the model again"):
        FittedBaseline.from_json(told)
