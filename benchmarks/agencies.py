"""Seven agencies' tables about the same people: who is who, and the model of small children.

Every figure is what the commands of riskscreen print; the tables of ``docs/pseudopeople.md`` stand between marks and
are written from ``docs/figures/pseudopeople.json``.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MODEL, LEARNT, JUDGED = "child_food_aid", "2039-12-31", "2040-12-31"
FIGURES = Path("docs/figures/pseudopeople.json")
PAGE = Path("docs/pseudopeople.md")
MARKS = r"(<!-- {name} -->\n\n).*?(<!-- /{name} -->)"
SHARES = ("precision", "recall", "f1")
# What was asked before anything was tried: precision and recall.
AIMS = {"wic~census": (0.985, 0.97), "w2~ssa": (0.993, 0.988), "census~census": (0.995, 0.98)}
PAIRS = {
    "pairwise": "all pairs of records",
    "bcubed": "each record's cluster (B-cubed)",
    "wic~census": "WIC and census",
    "w2~ssa": "W-2 and social security",
    "census~census": "census of different decades",
    "wic~wic": "WIC of different years",
    "tax_1040~w2": "tax returns and W-2",
    "households": "each person's household on the last day (B-cubed)",
}
ORDERS = {
    "aided_first": "food aid this year first",
    "alert_rules": "alert rules",
    "best_signal": "best single signal",
    "random": "random order",
}


def measure(root: Path, data: Path) -> dict[str, Any]:
    """Run the commands in a new home on the files in ``data``: what they print."""
    with TemporaryDirectory() as home:

        def run(*words: str) -> Any:
            where = ["--deployment", str(root / "models" / "pseudopeople"), "--home", home]
            command = [sys.executable, "-m", "riskscreen", *where, *words, "--json"]
            return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

        landed = run("ingest", *sorted(str(path) for path in data.glob("*.parquet")))
        linked = run("link")
        judged = run("link", "evaluate")
        trained = run("train", MODEL, "--as-of", LEARNT)
        run("promote", MODEL)
        evaluated = run("evaluate", MODEL, "--as-of", JUDGED)
    return {"ingest": landed, "link": linked, "linkage": judged, "training": trained, "evaluation": evaluated}


def write(root: Path, figures: Mapping[str, Any]) -> None:
    """Keep the figures, and write the tables of the page from them."""
    (root / FIGURES).write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (root / PAGE).write_text(with_tables(root), encoding="utf-8")


def with_tables(root: Path) -> str:
    """The page's text with the tables that the kept figures give."""
    figures = json.loads((root / FIGURES).read_text(encoding="utf-8"))
    text = (root / PAGE).read_text(encoding="utf-8")
    for name, table in {"linkage": _linkage, "model": _model, "rows": _rows}.items():
        marks = re.compile(MARKS.format(name=name), re.DOTALL)
        text = marks.sub("\n".join([r"\g<1>" + table(figures)[0], *table(figures)[1:], "", r"\g<2>"]), text)
    return text


def _rows(figures: Mapping[str, Any]) -> list[str]:
    lines = ["| feed | rows | accepted | quarantined |", "| --- | ---: | ---: | ---: |"]
    for each in figures["ingest"]:
        counts = " | ".join(f"{each[name]:,}" for name in ("read", "accepted", "quarantined"))
        lines.append(f"| `{each['feed']}` | {counts} |")
    return lines


def _linkage(figures: Mapping[str, Any]) -> list[str]:
    judged = figures["linkage"]
    whole = {**judged, **judged["by_feeds"]}
    lines = ["| which pairs | precision | recall | F1 | asked for |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, label in PAIRS.items():
        if name in whole:
            shares = " | ".join(f"{whole[name][share]:.4f}" for share in SHARES)
            aim = "{:.3f}, {:.3f}".format(*AIMS[name]) if name in AIMS else "–"
            lines.append(f"| {label} | {shares} | {aim} |")
    counted = f"{judged['candidate_pairs']:,} pairs compared in {judged['seconds']:.0f} seconds on two cores;"
    return [*lines, "", f"{counted} {figures['link']['people']:,} people."]


def _model(figures: Mapping[str, Any]) -> list[str]:
    judged = figures["evaluation"]
    rows = {"**riskscreen (champion)**": judged}
    rows |= {label: judged["baselines"][name] for name, label in ORDERS.items()}
    lines = ["| judged on the last day of 2040 | ROC AUC | average precision | precision in the top 5% |"]
    lines.append("| --- | ---: | ---: | ---: |")
    for label, said in rows.items():
        within = said["intervals"]
        cells = [(said[name], within[name]) for name in ("roc_auc", "average_precision")]
        cells.append((said["precision_at"]["0.05"], within["precision_at"]["0.05"]))
        told = " | ".join(f"{figure:.3f} ({low:.3f}–{high:.3f})" for figure, (low, high) in cells)
        lines.append(f"| {label} | {told} |")
    note = (
        f"{judged['n']:,} children, {judged['positives']} of whom were on food aid in 2041; 95% intervals in brackets."
    )
    return [*lines, "", note]
