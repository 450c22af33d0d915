import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.learning.calibration import (
    Calibration,
    calibration_error,
    cross_calibrated,
    fit_calibration,
)

MARGINS = st.lists(st.floats(-30, 30), min_size=4, max_size=40)


@given(MARGINS, st.integers(0, 2**40 - 1))
def test_calibration_never_turns_the_order_round(margins, coin):
    raw = np.array(margins)
    label = np.array([float(coin >> place & 1) for place in range(len(raw))])
    fitted = fit_calibration(raw, label)
    assert fitted.slope > 0
    probability = fitted.probability(np.sort(raw))
    assert (np.diff(probability) >= 0).all()
    assert ((probability >= 0) & (probability <= 1)).all()


def test_odds_that_are_twice_too_bold_are_halved():
    draw = np.random.default_rng(1)
    truth = draw.normal(size=20_000)
    label = (draw.random(20_000) < 1 / (1 + np.exp(-truth))).astype(float)
    fitted = fit_calibration(2 * truth, label)
    assert fitted.slope == pytest.approx(0.5, abs=0.03)
    assert fitted.intercept == pytest.approx(0, abs=0.05)


def test_margins_that_rank_backwards_give_everybody_about_the_average():
    raw, label = np.linspace(-2, 2, 100), np.array([1.0] * 50 + [0.0] * 50)
    assert fit_calibration(raw, label).probability(raw) == pytest.approx(np.full(100, 0.5), abs=0.01)


def test_margins_that_are_all_the_same_give_the_average():
    label = np.array([1.0] * 10 + [0.0] * 90)
    assert fit_calibration(np.full(100, 3.0), label).probability(np.array([3.0])) == pytest.approx(0.1, abs=0.02)


def test_a_fold_is_calibrated_by_the_others():
    raw, fold = np.zeros(40), np.repeat([0, 1], 20)
    label = np.array([1.0] * 16 + [0.0] * 4 + [1.0] * 4 + [0.0] * 16)
    probability = cross_calibrated(raw, label, fold)
    assert probability[0] < 0.5 < probability[-1]


def test_calibration_goes_through_json_to_the_bit():
    fitted = Calibration(slope=1 / 3, intercept=-np.pi)
    assert Calibration.from_json(fitted.to_json()) == fitted


def test_extreme_margins_do_not_overflow():
    with np.errstate(all="raise"):
        assert Calibration().probability(np.array([-1e6, 1e6])).tolist() == [pytest.approx(0), 1]


def test_calibration_error_of_ten_bins_counted_by_hand():
    # 20 people in 10 bins of two; each is said 0.5: eight bins see one of two, one sees none, one both
    label = np.array([1.0, 0.0] * 8 + [0.0, 0.0] + [1.0, 1.0])
    assert calibration_error(label, np.full(20, 0.5)) == pytest.approx((8 * 0 + 0.5 + 0.5) / 10)


def test_bins_are_weighted_by_their_counts():
    # 11 people: the first bin holds two, the others one
    label = np.array([1.0, 1.0] + [0.0] * 9)
    probability = np.array([0.1, 0.1] + [0.2] * 9)
    assert calibration_error(label, probability) == pytest.approx((2 * 0.9 + 9 * 0.2) / 11)


def test_bins_go_by_probability_and_not_by_row():
    label, probability = np.array([0.0, 1.0] * 10), np.array([0.0, 1.0] * 10)
    assert calibration_error(label, probability) == 0
