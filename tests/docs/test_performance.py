"""The figures of speed in the documentation are those that were measured."""

import json

import pytest

from benchmarks import link_city, link_others, speed
from tests.docs.fences import ROOT


@pytest.mark.parametrize("name", ["features", "ingest", "link", "night", "routing", "store"])
def test_the_tables_of_speed_are_printed_from_the_kept_figures(name):
    assert speed.with_tables(ROOT, name) == (ROOT / speed.DOCUMENT).read_text(encoding="utf-8")


def test_the_table_of_records_of_others_is_printed_from_the_kept_figures():
    assert link_others.with_table(ROOT) == (ROOT / link_others.PAGE).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["features", "ingest", "link", "night", "routing", "store"])
def test_the_kept_figures_say_which_machine_they_are_from(name):
    kept = json.loads((ROOT / f"docs/figures/{name}.json").read_text(encoding="utf-8"))
    assert all("cores" in each["machine"] and each["figures"] for each in kept.values())


def test_the_tables_of_the_made_up_citys_linkage_are_of_the_kept_figures():
    assert link_city.with_tables(ROOT) == (ROOT / link_city.PAGE).read_text(encoding="utf-8")
