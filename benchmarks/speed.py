"""Figures of speed and memory: kept in docs/figures, and printed into docs/performance.md."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCUMENT = Path("docs/performance.md")
HEAD = ["engine", "work", "processor s", "elapsed s", "rows a second and core", "memory, MB"]
TABLE = r"(<!-- {name} -->\n).*?(<!-- /{name} -->)"

Figures = Sequence[dict[str, Any]]


def table(measured: Figures) -> str:
    """The figures as a table."""
    rows = [HEAD, ["---", "---", *["---:"] * (len(HEAD) - 2)], *map(_row, measured)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def keep(root: Path, name: str, size: str, machine: str, measured: Figures) -> None:
    """Keep the figures of a size in docs/figures, and write the document anew."""
    path, kept = _path(root, name), _kept(root, name)
    kept[size] = {"machine": machine, "figures": list(measured)}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (root / DOCUMENT).write_text(with_tables(root, name), encoding="utf-8")


def beside(root: Path, name: str, size: str, measured: Figures) -> Figures:
    """What was measured, each figure in the place of the kept one of the same engine and work, and the kept others."""
    told = {(figure["engine"], figure["work"]): figure for figure in _kept(root, name).get(size, {}).get("figures", ())}
    return list((told | {(figure["engine"], figure["work"]): figure for figure in measured}).values())


def with_tables(root: Path, name: str) -> str:
    """The document's text with the tables that the kept figures give."""
    kept = _kept(root, name)
    said = [f"{each['machine']}:\n\n{table(each['figures'])}\n" for _, each in sorted(kept.items(), reverse=True)]
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    pattern = re.compile(TABLE.format(name=name), re.DOTALL)
    return pattern.sub(lambda marks: f"{marks[1]}\n{chr(10).join(said)}\n{marks[2]}", text)


def _kept(root: Path, name: str) -> dict[str, Any]:
    """What is kept of each size."""
    path = _path(root, name)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _path(root: Path, name: str) -> Path:
    return root / f"docs/figures/{name}.json"


def _row(figure: dict[str, Any]) -> list[str]:
    speed = figure["rows"] / figure["cpu_s"]
    return [
        figure["engine"],
        figure["work"],
        f"{figure['cpu_s']:,.1f}",
        f"{figure['wall_s']:,.1f}",
        f"{round(speed, -3):,.0f}",
        f"{figure['peak_mb']:,}",
    ]
