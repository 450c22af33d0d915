"""The tables of the city's pages are those of its kept figures, and the figures are of its version."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.city_pages import FIGURES, PAGES, with_tables
from riskscreen.declare import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def kept():
    return json.loads((ROOT / FIGURES).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_of_the_city_are_those_that_were_measured(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count("| ---") >= 3
    assert with_tables(ROOT, page) == text


def test_the_figures_are_of_the_citys_version(kept):
    way = load(ROOT / "models" / "suzhou").way_of_life
    assert way is not None
    assert {one["version"] for one in kept.values()} == {way.version}


def test_the_figures_are_of_three_seeds_and_of_three_others(kept):
    assert [len(one["seeds"]) for one in kept.values()] == [3, 3]
    assert not set(kept["tuned"]["seeds"]) & set(kept["fresh"]["seeds"])


@pytest.mark.parametrize("which", ["tuned", "fresh"])
def test_the_question_is_as_hard_as_it_should_be(kept, which):
    said = kept[which]["mean"]["question"]
    assert 0.02 <= said["base_rate"] <= 0.04
    assert 0.92 <= said["bayes_auc"] <= 0.95
    assert said["best_signal_auc"] <= 0.8
    assert said["signals"] >= 25
    assert 0.1 <= said["alert_hit_rate"] <= 0.18
    assert 0.035 <= said["alert_aid_entry"] <= 0.065
    assert said["best_signal_auc"] < said["lightgbm_auc"] < said["bayes_auc"]


def test_both_pages_have_the_same_sections_and_plots():
    english, chinese = ((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert re.findall(r"^#+", english, re.MULTILINE) == re.findall(r"^#+", chinese, re.MULTILINE)
    assert re.findall(r"\]\((.*?)\)", english) == re.findall(r"\]\((.*?)\)", chinese)
