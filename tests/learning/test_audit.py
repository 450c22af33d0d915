import json

import numpy as np
import pandas as pd
import pytest

from riskscreen.learning.audit import audit_groups, wilson


def test_each_group_is_counted_unknown_included():
    groups = pd.DataFrame({"age": ["old", "old", "old", "old", "young", "young", "unknown"]})
    label = np.array([1.0, 1, 0, 0, 1, 0, 0])
    visited = np.array([True, False, True, False, False, False, False])
    odds = np.array([0.9, 0.1, 0.5, 0.1, 0.2, 0.2, 0.3])
    audited = audit_groups(groups, label, visited, odds)["age"]
    assert list(audited) == ["old", "unknown", "young"]
    old = audited["old"]
    intervals = old.pop("intervals")
    assert old == {
        "n": 4,
        "positives": 2,
        "selected": 2,
        "found": 1,
        "observed_rate": 2 / 4,
        "selection_rate": 2 / 4,
        "recall": 1 / 2,
        "precision": 1 / 2,
        "mean_predicted": pytest.approx((0.9 + 0.1 + 0.5 + 0.1) / 4),
    }
    assert intervals["selection_rate"] == wilson(2, 4)
    assert intervals["recall"] == wilson(1, 2)


def test_what_a_group_does_not_define_is_none_and_all_is_json():
    audited = audit_groups(pd.DataFrame({"sex": ["f", "m"]}), np.array([1.0, 0.0]), np.array([False, False]))
    assert audited["sex"]["m"]["recall"] is None
    assert audited["sex"]["m"]["precision"] is None
    assert audited["sex"]["m"]["intervals"]["recall"] is None
    assert audited["sex"]["m"]["mean_predicted"] is None
    json.dumps(audited, allow_nan=False)


def test_a_value_that_is_not_there_is_unknown():
    audited = audit_groups(pd.DataFrame({"sex": ["f", None]}), np.array([1.0, 0.0]), np.array([True, False]))
    assert list(audited["sex"]) == ["f", "unknown"]


def test_nobody_and_no_grouping_give_nothing():
    nobody = np.array([])
    assert audit_groups(pd.DataFrame({"sex": []}), nobody, nobody.astype(bool)) == {}
    assert audit_groups(pd.DataFrame(index=range(2)), np.ones(2), np.ones(2, dtype=bool)) == {}


def test_wilsons_interval_stays_a_share():
    assert (wilson(0, 10) or [])[0] == 0
    assert (wilson(10, 10) or [])[1] == 1
    assert wilson(0, 0) is None
