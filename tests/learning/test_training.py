import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from riskscreen.declare import BestSignal, RandomOrder
from riskscreen.errors import CallerError
from riskscreen.learning.evaluation import evaluate
from riskscreen.learning.training import train
from tests.learning.factories import city, examples, spec

DAY = date(2024, 12, 31)
FORMAT = {"n", "positives", "roc_auc", "average_precision", "precision_at", "calibration_error"}


def trained(people=None, **others):
    return train(city() if people is None else people, spec(**others), {}, DAY, "fingerprint")


@pytest.fixture(scope="module")
def version():
    return trained()


def failed(version):
    return [gate.name for gate in version.gates if not gate.passed]


def test_a_good_model_passes_the_gates_and_says_where_it_comes_from(version):
    assert failed(version) == []
    artefact = version.artefact
    assert (artefact.name, artefact.fingerprint, artefact.training_as_of) == ("hardship", "fingerprint", DAY)
    assert artefact.kind == version.evaluation["chosen"]
    assert version.best_baseline == "best_signal"


def test_the_evaluation_is_json_and_holds_what_was_compared(version):
    told = version.evaluation
    json.dumps(told, allow_nan=False)
    assert set(told) >= FORMAT | {"intervals", "baselines", "groups"}
    assert set(told["candidates"]) == {"logistic", "lightgbm"}
    assert set(told["baselines"]) == {"random", "area_rate", "alert_rules", "best_signal"}
    assert all(set(figures) >= FORMAT for figures in told["baselines"].values())
    best = max(figures["average_precision"] for figures in told["candidates"].values())
    assert told["average_precision"] == best
    assert set(told["groups"]["age"]) == {"0-17", "18+"}
    assert (told["n"], told["split"], len(told["folds"])) == (1200, "grouped_folds", 3)


def test_the_same_examples_give_the_same_bytes(version):
    again = trained()
    assert again.artefact.files() == version.artefact.files()
    assert json.dumps(again.evaluation) == json.dumps(version.evaluation)
    assert again.baselines == version.baselines


def test_people_who_are_not_judged_change_nothing(version):
    people = city()
    more = city(n=1300)
    label = np.append(people.label, np.full(100, np.nan))
    joined = {
        name: np.append(getattr(people, name), getattr(more, name)[1200:]) for name in ("family", "area", "rules")
    }
    table = pd.concat([people.signals, more.signals[1200:]], ignore_index=True)
    audit = pd.concat([people.audit, more.audit[1200:]], ignore_index=True)
    again = trained(examples(label=label, signals=table, audit=audit, **joined))
    assert again.artefact.sha256 == version.artefact.sha256


def test_either_candidate_can_be_chosen():
    draw = np.random.default_rng(1)
    line, u_shape = draw.normal(size=(2, 900))
    straight = examples(label=line + 0.5 * draw.normal(size=900) > 1, bill=line, debt=u_shape)
    bent = examples(label=abs(u_shape) + 0.3 * draw.normal(size=900) > 1.5, bill=line, debt=u_shape)
    assert trained(straight).artefact.kind == "logistic"
    assert trained(bent).artefact.kind == "lightgbm"


def test_a_model_that_is_no_better_than_its_baseline_does_not_pass():
    one_signal = spec(baselines=(RandomOrder(), BestSignal()), signals=("debt",))
    draw = np.random.default_rng(2)
    debt = draw.normal(size=900)
    line = examples(label=draw.random(900) < 1 / (1 + np.exp(2 - 2 * debt)), debt=debt)
    assert "beats_baselines" in failed(train(line, one_signal, {}, DAY, ""))


def test_a_model_of_noise_does_not_pass():
    noise = city(strength=0, bill=np.random.default_rng(9).normal(size=1200))
    assert "beats_baselines" in failed(trained(noise))


def test_a_leaking_signal_does_not_pass():
    people = city()
    leak = people.label + 0.01 * people.signals["debt"].to_numpy()
    leaking = replace(people, signals=people.signals.assign(bill=leak))
    assert "leak" in failed(trained(leaking))


def test_years_apart_are_judged_by_rolling_origin():
    as_of = np.repeat(np.array(["2020-12-31", "2021-12-31", "2022-12-31"], dtype="datetime64[D]"), 400)
    version = trained(city(as_of=as_of, family=np.tile(np.arange(400), 3), person=np.tile(np.arange(400), 3)))
    told = version.evaluation
    assert (told["split"], told["n"]) == ("rolling_origin", 800)
    assert [(fold["train_until"], fold["test_until"]) for fold in told["folds"]] == [
        ("2020-12-31", "2021-12-31"),
        ("2020-12-31", "2021-12-31"),
        ("2020-12-31", "2021-12-31"),
        ("2021-12-31", "2022-12-31"),
        ("2021-12-31", "2022-12-31"),
        ("2021-12-31", "2022-12-31"),
    ]


def test_each_step_is_told():
    said: list[str] = []
    train(city(n=400), spec(trees=2), {}, DAY, "", progress=said.append)
    assert said[0] == "part 1 of 3 is fitted"
    assert said[-1].endswith("is fitted on all 400 examples")


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ([np.nan] * 6, "nobody's outcome was known on 2024-12-31"),
        ([0.0] * 9, "0 are of people to whom it happened"),
        ([1.0] * 9, "0 are of people to whom it did not"),
        ([1.0] * 2 + [0.0] * 9, "3 folds need that many families"),
    ],
)
def test_too_few_examples_are_refused_with_a_sentence(label, sentence):
    with pytest.raises(CallerError, match=sentence):
        trained(examples(label=label))


def test_positives_of_one_family_do_not_make_folds():
    with pytest.raises(CallerError, match="3 are of people to whom it happened; 3 folds"):
        trained(examples(label=[1, 1, 1] + [0] * 9, family=np.array([0, 0, 0, *range(1, 10)])))


def test_a_version_is_evaluated_on_a_later_day_abstainers_counted_in(version):
    later = city(n=300, seed=5)
    thin = replace(later, signals=later.signals.assign(bill=np.nan))
    told = evaluate(replace(version.artefact, min_known=0.9), version.baselines, thin, spec())
    assert set(told) == FORMAT | {"intervals", "baselines", "groups"}
    assert told["n"] == 300
    assert told["roc_auc"] > 0.7
    assert told["calibration_error"] < 0.1
    json.dumps(told, allow_nan=False)


def test_a_baseline_is_evaluated_without_odds(version):
    told = evaluate(version.baselines[0], version.baselines, city(n=300, seed=5), spec())
    assert told["calibration_error"] is None
    assert told["average_precision"] == told["baselines"][version.baselines[0].name]["average_precision"]


def test_a_day_on_which_nobody_is_judged_is_refused(version):
    with pytest.raises(CallerError, match="choose an earlier --as-of"):
        evaluate(version.artefact, version.baselines, examples(label=[np.nan]), spec())
