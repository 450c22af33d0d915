"""How right a linkage is."""

import pyarrow as pa
import pytest

from riskscreen.linkage.evaluate import RECORDS, bcubed, evaluate


def records(*rows):
    """Rows of feed, wave, person and truth."""
    return pa.Table.from_pylist([dict(zip(RECORDS.names, row, strict=True)) for row in rows], schema=RECORDS)


# Persons 0 and 1 are ann's, but one record of bob is in person 1.
TOLD = records(
    ("census", "2010", 0, "ann"),
    ("census", "2020", 0, "ann"),
    ("tax", None, 1, "ann"),
    ("tax", None, 1, "bob"),
)


def test_pairwise_figures_count_pairs():
    said, true, both = 2, 3, 1  # (0, 1) and (2, 3); ann's three records make 3
    found = evaluate(TOLD)["pairwise"]
    assert (found["precision"], found["recall"]) == (both / said, both / true)


def test_bcubed_figures_count_records():
    found = evaluate(TOLD)["bcubed"]
    assert found["precision"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert found["recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_pairs_of_two_feeds_and_of_two_waves_stand_alone():
    by_feeds = evaluate(TOLD)["by_feeds"]
    assert by_feeds["census~tax"] == by_feeds["tax~census"] == {"precision": 1.0, "recall": 0.0, "f1": 0.0}
    assert by_feeds["census~census"]["f1"] == 1.0
    assert "tax~tax" not in by_feeds


def test_no_records_make_no_mistakes():
    assert evaluate(RECORDS.empty_table())["pairwise"]["f1"] == 1.0
    assert bcubed(RECORDS.empty_table())["f1"] == 1.0
