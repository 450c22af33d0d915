"""The figures of coverage_loss on real people: panel 17 to learn from, panel 18 to be judged on, once.

Every figure is what the commands of riskscreen print; the tables in the documents stand between two marks and are
written from ``docs/figures/coverage_loss.json``.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MODEL, DAY = "coverage_loss", "2013-12-31"
FIGURES = Path("docs/figures/coverage_loss.json")
LANGUAGES = {"README.md": "en", "README.zh-CN.md": "zh", "docs/meps.md": "en"}
TABLE = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)

# A careful hand-made script trained on panel 17 and judged on panel 18, as data/README.md beside the data states it.
SCRIPT = {"lightgbm": (0.877, 0.212, 0.229), "logistic": (0.849, 0.179, 0.213), "rule": (0.762, 0.145, 0.199)}
WORDS = {
    "en": {
        "head": ["judged on panel 18", "ROC AUC", "average precision", "precision in the top 5%", "calibration error"],
        "champion": "**riskscreen, LightGBM (champion)**",
        "logistic": "riskscreen, logistic regression",
        "script_lightgbm": "careful script, LightGBM",
        "script_logistic": "careful script, logistic regression",
        "script_rule": "careful script, best one-line rule",
        "baselines": {
            "lapsed_then_share": "one-line rule: cover lapsed, then share of the household without",
            "alert_rules": "alert rules",
            "best_signal": "best single signal",
            "random": "random order",
        },
        "note": "{n:,} people, {positives} of whom lost cover; 95% intervals by household bootstrap in brackets.",
    },
    "zh": {
        "head": ["在第 18 批次上检验", "ROC AUC", "平均精确率", "前 5% 精确率", "校准误差"],
        "champion": "**riskscreen,LightGBM(现用)**",
        "logistic": "riskscreen,逻辑回归",
        "script_lightgbm": "精心手写脚本,LightGBM",
        "script_logistic": "精心手写脚本,逻辑回归",
        "script_rule": "精心手写脚本,最佳单行规则",
        "baselines": {
            "lapsed_then_share": "单行规则:保险中断,其次家人无保险占比",
            "alert_rules": "预警规则",
            "best_signal": "最佳单一信号",
            "random": "随机排序",
        },
        "note": "共 {n:,} 人,其中 {positives} 人失去保险;括号内为按家庭自助抽样的 95% 区间。",
    },
}


def measure(root: Path, data: Path) -> dict[str, Any]:
    """Run the commands in a new home on the files in ``data``: what they print."""
    with TemporaryDirectory() as home:
        run = _command(root, Path(home))
        run("ingest", *sorted(str(path) for path in data.glob("*.gz")))
        run("link")
        trained = run("train", MODEL, "--as-of", DAY)
        run("promote", MODEL)
        judged = run("evaluate", MODEL, "--as-of", DAY)
        other = run("train", MODEL, "--as-of", DAY, "--candidate", "logistic")
        logistic = run("evaluate", MODEL, "--version", str(other["version"]), "--as-of", DAY)
    return {"training": trained, "evaluation": judged, "logistic": logistic}


def write(root: Path, figures: dict[str, Any]) -> None:
    """Keep the figures, and write the tables of the documents from them."""
    path = root / FIGURES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in LANGUAGES:
        (root / name).write_text(with_table(root, name), encoding="utf-8")


def with_table(root: Path, name: str) -> str:
    """A document's text with the table that the kept figures give."""
    figures = json.loads((root / FIGURES).read_text(encoding="utf-8"))
    table = "\n".join(_table(figures, WORDS[LANGUAGES[name]]))
    return TABLE.sub(lambda marks: f"{marks[1]}{table}\n{marks[2]}", (root / name).read_text(encoding="utf-8"))


def _command(root: Path, home: Path) -> Any:
    base = [sys.executable, "-m", "riskscreen", "--deployment", str(root / "models" / "meps"), "--home", str(home)]

    def run(*words: str) -> Any:
        done = subprocess.run([*base, *words, "--json"], check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    return run


def _table(figures: dict[str, Any], words: dict[str, Any]) -> list[str]:
    judged = figures["evaluation"]
    rows = [_measured(words["champion"], judged), _stated(words["script_lightgbm"], SCRIPT["lightgbm"])]
    rows += [_measured(words["logistic"], figures["logistic"]), _stated(words["script_logistic"], SCRIPT["logistic"])]
    for name, label in words["baselines"].items():
        rows.append(_measured(label, judged["baselines"][name]))
        if name == "lapsed_then_share":
            rows.append(_stated(words["script_rule"], SCRIPT["rule"]))
    head = words["head"]
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    note = words["note"].format(n=judged["n"], positives=judged["positives"])
    return [*(f"| {' | '.join(line)} |" for line in lines), "", note]


def _measured(label: str, said: dict[str, Any]) -> list[str]:
    within = said["intervals"]
    return [
        label,
        _cell(said["roc_auc"], within["roc_auc"]),
        _cell(said["average_precision"], within["average_precision"]),
        _cell(said["precision_at"]["0.05"], within["precision_at"]["0.05"]),
        _cell(said["calibration_error"], within.get("calibration_error")),
    ]


def _stated(label: str, said: Sequence[float]) -> list[str]:
    return [label, *(f"{figure:.3f}" for figure in said), "–"]


def _cell(figure: float | None, interval: Sequence[float] | None) -> str:
    if figure is None or interval is None:
        return "–"
    return f"{figure:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"
