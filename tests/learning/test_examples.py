import numpy as np
import pandas as pd
import pytest

from riskscreen.errors import CallerError
from tests.learning.factories import examples

NAN = np.nan


def test_members_of_different_lengths_are_refused_by_name():
    with pytest.raises(CallerError, match="'family': 2"):
        examples(label=[1, 0, 1], family=np.array([1, 2]))


def test_judged_leaves_out_whose_outcome_is_not_known():
    judged = examples(label=[1, NAN, 0], debt=[10, 20, 30]).judged()
    assert judged.label.tolist() == [1, 0]
    assert judged.person.tolist() == [0, 2]
    assert judged.signals["debt"].tolist() == [10, 30]


def test_rows_are_taken_by_mask_or_by_index_in_its_order():
    three = examples(label=[1, 0, 0], debt=[10, 20, 30])
    assert three.take(np.array([True, False, True])).column("debt").tolist() == [10, 30]
    assert three.take(np.array([2, 0])).column("debt").tolist() == [30, 10]


def test_a_baselines_own_signal_stands_in_extra():
    one = examples(label=[1], extra=pd.DataFrame({"rent": [5.0]}))
    assert one.column("rent").tolist() == [5]


def test_a_lacking_signal_is_named():
    one = examples(label=[1])
    with pytest.raises(CallerError, match="'rent'"):
        one.column("rent")
    with pytest.raises(CallerError, match="'rent'"):
        one.matrix(("debt", "rent"))
