"""The page on seven agencies' tables shows the figures that were measured, and they hold what was asked for."""

import json
from pathlib import Path

import pytest

from benchmarks.agencies import AIMS, FIGURES, PAGE, with_tables

ROOT = Path(__file__).parents[2]


def test_the_tables_of_the_page_are_those_that_were_measured():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert text.count("| ---") >= 3
    assert with_tables(ROOT) == text


@pytest.mark.parametrize("feeds", AIMS)
def test_what_was_asked_of_linkage_was_measured(feeds):
    found = json.loads((ROOT / FIGURES).read_text(encoding="utf-8"))["linkage"]["by_feeds"][feeds]
    assert (found["precision"], found["recall"]) >= AIMS[feeds]
    assert found["recall"] >= AIMS[feeds][1]
