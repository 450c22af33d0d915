from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.errors import CallerError
from riskscreen.learning.artefact import Artefact, Linear
from riskscreen.learning.calibration import Calibration
from riskscreen.learning.candidates import KINDS, fit_candidate, fit_lightgbm, fit_logistic
from tests.cases import cases
from tests.learning.factories import city, examples, spec

NAN = np.nan
CITY = city()
SIGNALS = CITY.matrix(("bill", "debt"))


def artefact(candidate, **others):
    given = {
        "name": "hardship",
        "signals": ("bill", "debt"),
        "candidate": candidate,
        "calibration": Calibration(1.1, -0.2),
        "seed": 1,
        "fingerprint": "f",
        "training_as_of": date(2024, 1, 31),
        "min_known": 0.5,
    }
    return Artefact(**(given | others))


@pytest.fixture(scope="module", params=KINDS)
def made(request):
    return artefact(fit_candidate(request.param, SIGNALS, CITY.label, spec(), {}))


def test_contributions_add_up_to_the_margin_less_the_base(made):
    assert made.contributions(SIGNALS).sum(axis=1) == pytest.approx(made.raw(SIGNALS) - made.base, abs=1e-9)


def test_an_artefact_comes_back_from_disk_to_the_bit(made, tmp_path):
    made.save(tmp_path / "model")
    back = Artefact.load(tmp_path / "model")
    assert back == made
    assert back.sha256 == made.sha256
    assert back.raw(SIGNALS).tobytes() == made.raw(SIGNALS).tobytes()


def test_a_margin_does_not_depend_on_who_else_is_scored(made):
    alone = [made.raw(SIGNALS[row : row + 1])[0] for row in range(20)]
    assert alone == made.raw(SIGNALS)[:20].tolist()


def test_the_files_name_no_thread_file_or_moment(made):
    told = b"".join(made.files().values())
    for word in (b"num_threads", b"/tmp", b"machine_list", b"parameters:"):
        assert word not in told


def test_the_hash_changes_with_the_model(made):
    other = artefact(made.candidate, calibration=Calibration(1.1, -0.3))
    assert other.sha256 != made.sha256


def test_both_candidates_give_log_odds_that_rank(made):
    risky, safe = np.array([[NAN, 2.0]]), np.array([[NAN, -2.0]])
    assert made.raw(risky)[0] > 0 > made.raw(safe)[0]


def test_somebody_of_whom_little_is_known_gets_no_odds(made):
    rows = np.array([[1.0, 1.0], [NAN, 1.0], [NAN, NAN]])
    assert made.abstains(rows).tolist() == [False, False, True]


def test_a_table_of_other_signals_is_refused(made):
    with pytest.raises(CallerError, match="reads 2 signals"):
        made.raw(np.zeros((3, 5)))


def test_a_logistic_margin_counted_by_hand():
    linear = Linear(means=(10.0, 0.0), sds=(2.0, 1.0), coefficients=(0.5, 3.0), missing={0: (0.25, -1.0)}, base=-2.0)
    known, not_known = [14.0, 1.0], [NAN, 1.0]
    assert linear.raw(np.array([known, not_known])).tolist() == [
        -2 + 0.5 * (14 - 10) / 2 + -1 * (0 - 0.25) + 3 * 1,
        -2 + 0 + -1 * (1 - 0.25) + 3 * 1,
    ]


def test_a_logistic_candidate_meets_a_signal_that_is_never_known_or_always_the_same():
    people = examples(label=[1, 0] * 20, bill=[NAN] * 40, debt=[7] * 40)
    fitted = fit_logistic(people.matrix(("bill", "debt")), people.label, spec())
    assert fitted.raw(np.array([[NAN, 7.0]])).tolist() == [pytest.approx(0, abs=1e-9)]
    assert np.isfinite(fitted.raw(np.array([[1.0, 8.0]]))).all()


def test_trees_hold_to_the_directions_of_a_monotone_spec():
    backwards = {"debt": -1, "bill": 0}
    held = fit_lightgbm(SIGNALS, CITY.label, spec(monotone=True), backwards)
    free = fit_lightgbm(SIGNALS, CITY.label, spec(), backwards)
    ladder = np.column_stack([np.zeros(50), np.linspace(-3, 3, 50)])
    assert (np.diff(held.raw(ladder)) <= 0).all()
    assert (np.diff(free.raw(ladder)) > 0).any()


def test_a_spec_cannot_undo_what_makes_trees_repeatable():
    loose = spec(lightgbm={"deterministic": False, "num_threads": 7, "seed": 5, "min_data_in_leaf": 10})
    strict = spec(lightgbm={"min_data_in_leaf": 10})
    assert fit_lightgbm(SIGNALS, CITY.label, loose, {}) == fit_lightgbm(SIGNALS, CITY.label, strict, {})


@settings(max_examples=cases(20))
@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6) | st.just(NAN)] * 2), min_size=1, max_size=10))
def test_any_row_has_a_finite_margin_and_reasons_that_add_up(rows):
    fitted = artefact(fit_logistic(SIGNALS, CITY.label, spec()))
    signals = np.array(rows)
    raw = fitted.raw(signals)
    assert np.isfinite(raw).all()
    assert fitted.contributions(signals).sum(axis=1) == pytest.approx(raw - fitted.base, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("file", ["model.json", "model.txt"])
@pytest.mark.parametrize("harm", ["removed", "emptied", "garbled"])
def test_a_folder_without_a_whole_model_is_refused(file, harm, tmp_path):
    artefact(fit_lightgbm(SIGNALS, CITY.label, spec(), {})).save(tmp_path)
    if harm == "removed":
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text({"emptied": "", "garbled": "tree\nno model"}[harm])
    with pytest.raises(CallerError, match="holds no model that can be read"):
        Artefact.load(tmp_path)
