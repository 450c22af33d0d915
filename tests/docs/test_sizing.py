"""The costs that the page on sizing names are those that were measured."""

import json

from benchmarks import sizing
from tests.docs.fences import ROOT


def figures(rows):
    ours = {"engine": "riskscreen, link", "work": "w", "rows": rows, "cpu_s": 36, "peak_mb": 1000}
    return {"figures": [ours, ours | {"engine": "a peer"}]}


def test_the_table_of_costs_is_computed_from_the_kept_figures():
    assert sizing.with_table(ROOT) == (ROOT / sizing.PAGE).read_text(encoding="utf-8")


def test_a_step_that_nothing_is_kept_of_is_left_out_and_the_largest_size_counts(tmp_path):
    folder = tmp_path / "docs" / "figures"
    folder.mkdir(parents=True)
    (folder / "link.json").write_text(json.dumps({"S": figures(rows=1), "L": figures(rows=10**6)}))
    taken = {"rows": 2 * 10**6, "cpu_s": 72.0, "peak_mb": 500}
    cities = [
        {"persons": n, "records": 20 * n, "cpu_s": 9.0, "peak_mb": 2000, "ingest": taken} for n in (10, 50_000, 9)
    ]
    (folder / "link_city.json").write_text(json.dumps(cities))
    city = "50,000 people, three years of deliveries"
    assert sizing.table(tmp_path).splitlines()[2:] == [
        f"| ingest, all feeds | {city}, 2,000,000 rows | 36.00 | 1.00 | 10.00 | 500 |",
        "| who is who | w | 36.00 | 1.00 | 10.00 | 1,000 |",
        f"| link | {city}, 1,000,000 records | 9.00 | 0.25 | 2.50 | 2,000 |",
    ]
