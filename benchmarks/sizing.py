"""What 10 and 100 million people cost, from the cost of a million rows that other benchmarks measured and kept."""

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path("docs/sizing.md")
TABLE = re.compile(r"(<!-- cost -->\n).*?(<!-- /cost -->)", re.DOTALL)
# Steps by the name under which figures are kept; one of which nothing is kept is left out.
STEPS = {
    "ingest": "ingest",
    "ingest, all feeds": "link_city",
    "who is who": "link",
    "link": "link_city",
    "store": "store",
    "features": "features",
    "night": "night",
}
SIZES = ("L", "M", "S")  # the largest that was measured tells most of larger ones
HEAD = ["step", "measured", "s a million rows", "hours 100 million rows", "hours 1,000 million rows", "memory, MB"]


def table(root: Path) -> str:
    """Each step's cost, as measured, and by as much as rows are more."""
    rows = [HEAD, ["---", "---", *["---:"] * (len(HEAD) - 2)]]
    rows += [_row(step, figure) for step, kept in STEPS.items() for figure in _measured(root, step, kept)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def with_table(root: Path) -> str:
    """The page's text with the table that the kept figures give."""
    text = (root / PAGE).read_text(encoding="utf-8")
    return TABLE.sub(lambda marks: f"{marks[1]}\n{table(root)}\n\n{marks[2]}", text)


def _measured(root: Path, step: str, name: str) -> list[dict[str, Any]]:
    """Our own figures of a step, at the largest size of which some are kept under a name."""
    path = root / f"docs/figures/{name}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if isinstance(kept, list):  # of cities
        return [_of_city(step, max(kept, key=lambda city: int(city["persons"])))]
    figures: list[dict[str, Any]] = next((kept[size]["figures"] for size in SIZES if size in kept), [])
    return [figure for figure in figures if figure["engine"] in {"riskscreen", f"riskscreen, {name}"}]


def _of_city(step: str, city: dict[str, Any]) -> dict[str, Any]:
    """What all of a city took to link, or to ingest."""
    took = city if step == "link" else city["ingest"]
    rows = f"{city['records']:,} records" if step == "link" else f"{took['rows']:,} rows"
    work = f"{city['persons']:,} people, three years of deliveries, {rows}"
    return {"work": work, "rows": city["records"] if step == "link" else took["rows"], **took}


def _row(step: str, figure: dict[str, Any]) -> list[str]:
    seconds = figure["cpu_s"] / figure["rows"] * 10**6
    hours = [f"{seconds * millions / 3600:,.2f}" for millions in (100, 1000)]
    return [step, figure["work"], f"{seconds:,.2f}", *hours, f"{figure['peak_mb']:,}"]
