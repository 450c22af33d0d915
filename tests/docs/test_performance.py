"""The figures of speed in the documentation are those that were measured."""

import json

from benchmarks import speed
from tests.docs.fences import ROOT


def test_the_tables_of_speed_are_printed_from_the_kept_figures():
    assert speed.with_tables(ROOT, "ingest") == (ROOT / speed.DOCUMENT).read_text(encoding="utf-8")


def test_the_kept_figures_say_which_machine_they_are_from():
    kept = json.loads((ROOT / "docs/figures/ingest.json").read_text(encoding="utf-8"))
    assert all("cores" in each["machine"] and each["figures"] for each in kept.values())
