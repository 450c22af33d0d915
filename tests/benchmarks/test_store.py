"""The measured store: it is added to as a link adds to it, and holds then what one that is written at once holds."""

from pathlib import Path

import pytest

from benchmarks import store

SUZHOU = Path(__file__).parent.parent.parent / "models" / "suzhou"
pytestmark = pytest.mark.long


def test_every_work_on_the_store_has_a_figure_of_as_many_records_as_it_did(monkeypatch):
    monkeypatch.setattr(store, "ADDED", 8)
    monkeypatch.setattr(store, "CYCLE", 3)
    monkeypatch.setattr(store, "LONG", 0.1)
    told = {figure["work"].rsplit(":", 1)[0]: figure for figure in store._measured(SUZHOU, 600, 1)}
    rows = {work: figure["rows"] for work, figure in told.items()}
    first = rows["link, the first three years"]
    days = rows[f"link, {store.LINKED} days, one by one"]
    added = rows["records to the store, 8 days without moves, one by one"]
    assert (first, days > 0, added > 0) == (600 * (12 + 4 + 6) * 3 + 600, True, True)
    assert rows["records to the store, the same and all before it, at once"] == first + days + added
    assert rows["rebucket, 4 buckets"] <= first + days + added  # a version that no day sees is not kept
    nights = [work for work in told if "nights" in work]
    assert [work.split(", store ")[1].split(",")[0].split(":")[0] for work in nights] == [
        "built at once", "added to 8 times", "built at once 3 days before", "added to",
    ]  # fmt: skip
    assert min(figure["cpu_s"] for figure in told.values()) > 0
