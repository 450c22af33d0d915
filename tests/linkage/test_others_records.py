"""Records that nobody here made, with the truth used for scoring alone; the thresholds were fixed beforehand."""

from dataclasses import replace

import pytest

from benchmarks.link_others import DATA, US, claims, febrl, linked, pseudopeople, right
from riskscreen.declare import Linkage
from riskscreen.linkage.identify import Before

pytestmark = [
    pytest.mark.long,
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there"),
]
FEBRL = Linkage()


def test_febrl_3_is_free_of_wrong_pairs_and_nearly_complete():
    table, rows = claims(febrl("dataset3"), "[0-9]{7}")
    found = right(linked(table, FEBRL), rows)["pairwise"]
    assert found["precision"] >= 0.999
    assert found["recall"] >= 0.99


def test_febrl_4_is_linked_as_simple_rules_cannot():
    files = ("dataset4a", "dataset4b")
    table, rows = claims(febrl(*files, one_record=True), "[0-9]{7}")
    found = right(linked(table, replace(FEBRL, one_record=files)), rows)
    assert found["by_feeds"]["dataset4a~dataset4b"]["f1"] >= 0.998


@pytest.fixture(scope="module")
def seven_feeds():
    table, rows = claims(pseudopeople(), "[0-9]{9}")
    return table, rows, linked(table, US)


@pytest.mark.parametrize(
    ("feeds", "precision", "recall"),
    [("wic~census", 0.985, 0.97), ("w2~ssa", 0.993, 0.988), ("census~census", 0.995, 0.98)],
)
def test_seven_agencies_records_of_the_same_people_are_linked(seven_feeds, feeds, precision, recall):
    _, rows, identified = seven_feeds
    found = right(identified, rows)["by_feeds"][feeds]
    assert found["precision"] >= precision
    assert found["recall"] >= recall


def test_a_feed_that_comes_later_is_linked_as_well_without_linking_the_rest_again(seven_feeds):
    table, rows, whole = seven_feeds
    is_late = [feed == "wic" for feed in table["feed"].to_pylist()]
    early = table.filter([not late for late in is_late])
    first = linked(early, US, Before(None, whole.parameters))
    then = linked(table, US, Before(first.links, first.parameters))
    assert (
        dict(zip(*first.links.select(["claim", "person"]).columns, strict=True)).items()
        <= dict(zip(*then.links.select(["claim", "person"]).columns, strict=True)).items()
    )
    found = right(then, rows)["by_feeds"]["wic~census"]
    assert found["precision"] >= 0.985
    assert found["recall"] >= 0.97
