import numpy as np
import pytest

from riskscreen.learning.gates import check_gates, signal_auc
from tests.learning.factories import examples, spec

NAN = np.nan


def gates(**others):
    """What the gates say of an evaluation that passes, but for what is given."""
    evaluation = {
        "average_precision": 0.4,
        "calibration_error": 0.01,
        "positives": 100,
        "best_baseline": "area_rate",
        "baselines": {"area_rate": {"average_precision": 0.3}},
        "lead": {"difference": 0.1, "lower_bound": 0.05},
        "signal_auc": {"bill": 0.7, "debt": 0.6},
    }
    return {gate.name: gate for gate in check_gates(spec(), evaluation | others)}


def failed(**others):
    return [gate.name for gate in gates(**others).values() if not gate.passed]


def test_a_good_version_passes_every_gate():
    assert list(gates()) == ["beats_baselines", "calibration_error", "min_positives", "leak"]
    assert failed() == []


@pytest.mark.parametrize(
    "lead",
    [
        {"difference": -0.1, "lower_bound": -0.2},
        {"difference": 0.0, "lower_bound": 0.0},
        {"difference": 0.1, "lower_bound": -0.01},
        {"difference": 0.1, "lower_bound": 0.0},
        {"difference": None, "lower_bound": None},
    ],
)
def test_being_worse_a_tie_or_a_lead_by_chance_does_not_pass(lead):
    assert failed(lead=lead) == ["beats_baselines"]


def test_the_sentence_names_the_figures_and_what_to_do():
    sentence = gates(lead={"difference": -0.1, "lower_bound": -0.2}, average_precision=0.2)["beats_baselines"].sentence
    assert "0.200 against 0.300 of the best baseline 'area_rate'" in sentence
    assert "-0.200" in sentence
    assert "keep working by the baseline" in sentence


@pytest.mark.parametrize(("error", "passes"), [(0.1, True), (0.1001, False), (None, False)])
def test_odds_must_hold(error, passes):
    assert (failed(calibration_error=error) == []) is passes


@pytest.mark.parametrize(("positives", "passes"), [(10, True), (9, False)])
def test_too_few_positives_prove_nothing(positives, passes):
    assert (failed(positives=positives) == []) is passes


def test_a_signal_that_knows_the_outcome_is_a_leak():
    leaking = gates(signal_auc={"bill": 0.99, "debt": 0.6})["leak"]
    assert not leaking.passed
    assert "bill (ROC AUC 0.990)" in leaking.sentence
    assert "debt" not in leaking.sentence


def test_a_signal_can_leak_upwards_downwards_or_by_being_known():
    label = [1, 1, 0, 0]
    leaks = examples(label=label, up=[9, 8, 1, 2], down=[1, 2, 8, 9], known=[NAN, NAN, 5, 5], fair=[1, 2, 1, 2])
    assert signal_auc(leaks) == {"up": 1, "down": 1, "known": 1, "fair": 0.5}
