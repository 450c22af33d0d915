"""The city's figures in the documents: docs/figures/city.json, the tables of docs/city.md and city.zh.md, two plots."""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks import city_truth

FIGURES = Path("docs/figures/city.json")
PAGES = {"docs/city.md": "en", "docs/city.zh.md": "zh"}
TABLE = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)

# DOMAIN §6: name of the figure, its words, the public figure beside it, and how it is written.
LIFE: tuple[tuple[str, str, str, str, str], ...] = (
    ("age_0_17", "ages 0-17", "0–17 岁占比", "17.5%", "%"),
    ("age_18_34", "ages 18-34", "18–34 岁占比", "29%", "%"),
    ("age_35_59", "ages 35-59", "35–59 岁占比", "38.2%", "%"),
    ("age_60", "ages 60 and over", "60 岁及以上占比", "15.3%", "%"),
    ("local_share", "people with local hukou", "本地户籍占比", "67% (2018)", "%"),
    ("births", "births, of a thousand people a year", "年出生率(‰)", "9.9", "1"),
    ("deaths", "deaths, of a thousand people a year", "年死亡率(‰)", "6.9", "1"),
    ("household_size", "people a household", "户均人数", "–", "2"),
    ("household_size_local", "people a home, local hukou", "户籍家庭户均同住人数", "–", "2"),
    ("book_size_local", "people a hukou household (in one book)", "户籍户(同一户口簿)人数", "3.04 (2015)", "2"),
    ("among_strangers", "people in dormitories and care homes", "住集体宿舍、养老机构者占比", "–", "%"),
    ("income_per_head", "disposable income a head and year, yuan", "人均可支配收入(元/年)", "74,076 (2023)", "0"),
    ("disabled", "disabled people", "残疾人占比", "6.34% (2006)", "%"),
    ("disabled_homes", "households with a disabled member", "有残疾人的家庭占比", "17.8% (2006)", "%"),
    ("income_disabled_ratio", "their income a head, of the average", "其人均收入与平均之比", "< 50% (2006)", "%"),
    ("certified", "people with a disability certificate", "持证残疾人占比", "–", "%"),
    ("bills_a_year", "medical bills a head and year", "人均年医疗结算次数", "–", "2"),
    ("part_per_head_a_year", "borne of them a head and year, yuan", "人均年医疗自付(元)", "–", "0"),
    ("aided_homes", "households on aid, last year", "在册救助家庭占比(末年)", "1.1–4.7% of people", "%"),
    ("aided_homes_first_year", "households on aid, first year", "在册救助家庭占比(首年)", "", "%"),
    ("hidden_homes", "households in hardship and not on aid", "未在册的困难家庭占比", "–", "%"),
    ("in_need_of_aided", "of households on aid, in hardship", "在册家庭中仍困难者占比", "–", "%"),
)
# Name of the figure, words, the aim, and how it is written.
QUESTION: tuple[tuple[str, str, str, str, str], ...] = (
    ("base_rate", "base rate", "基准发生率", "2–4%", "%"),
    ("new_onset_rate", "base rate of new onset", "新发困难发生率", "–", "%"),
    ("bayes_auc", "ROC AUC, Bayes limit", "ROC AUC:贝叶斯上限", "0.92–0.95", "3"),
    ("bayes_auc_new_onset", "ROC AUC, Bayes limit, new onset", "ROC AUC:贝叶斯上限(新发)", "–", "3"),
    ("lightgbm_auc", "ROC AUC, LightGBM", "ROC AUC:LightGBM", "–", "3"),
    ("lightgbm_auc_new_onset", "ROC AUC, LightGBM, new onset", "ROC AUC:LightGBM(新发)", "–", "3"),
    ("best_signal_auc", "ROC AUC, best single signal", "ROC AUC:最佳单一信号", "≤ 0.80", "3"),
    ("alerted_share", "households that an alert rule names", "规则预警覆盖家庭占比", "–", "%"),
    ("alert_hit_rate", "hit rate of the alert rules", "规则预警命中率", "10–18%", "%"),
    ("alert_in_need_at_once", "of these, in need on the day", "其中当日即困难", "–", "%"),
    ("alert_aid_entry", "aid entry alone, of the households that they name", "规则预警后纳入救助", "near 5%", "%"),
    (
        "lightgbm_hit_rate_at_equal_visits",
        "hit rate of LightGBM at as many visits",
        "同等走访量下 LightGBM 命中率",
        "–",
        "%",
    ),
    ("hidden_share", "in hardship on the day, of households not on aid", "未在册家庭中当日困难占比", "near 2%", "%"),
)
HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "life": {"en": ("figure", "city", "public figure"), "zh": ("指标", "虚构城市", "公开数据")},
    "question": {
        "en": ("figure", "seeds {0}", "fresh seeds {1}", "aim"),
        "zh": ("指标", "种子 {0}", "新种子 {1}", "目标"),
    },
}


def measure(deployment: Path, persons: int, seeds: list[int], fresh: list[int]) -> dict[str, Any]:
    """Figures of the seeds that the numbers were chosen on, and of fresh ones."""
    said = {"tuned": city_truth.measure(deployment, persons, seeds)}
    return said | ({"fresh": city_truth.measure(deployment, persons, fresh)} if fresh else {})


def write(root: Path, said: dict[str, Any]) -> None:
    """Keep the figures, write the tables of the documents from them, and draw the plots."""
    (root / FIGURES).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for page in PAGES:
        (root / page).write_text(with_tables(root, page), encoding="utf-8")
    _draw(root, said)


def with_tables(root: Path, page: str) -> str:
    """A document's text with the tables that the kept figures give."""
    said = json.loads((root / FIGURES).read_text(encoding="utf-8"))
    language = PAGES[page]
    tables = {"life": _life(said, language), "question": _question(said, language), "signals": _signals(said)}
    text = (root / page).read_text(encoding="utf-8")
    return TABLE.sub(lambda marks: f"{marks[1]}{tables[marks[2]]}\n{marks[3]}", text)


def _life(said: dict[str, Any], language: str) -> str:
    figures = said["tuned"]["mean"]["life"]
    rows = [[_word(row, language), _written(figures[row[0]], row[4]), row[3]] for row in LIFE]
    return _table(list(HEADS["life"][language]), rows)


def _question(said: dict[str, Any], language: str) -> str:
    each = [said[name] for name in ("tuned", "fresh") if name in said]
    seeds = [", ".join(map(str, one["seeds"])) for one in each]
    head = [word.format(*seeds, "") for word in HEADS["question"][language]]
    head = head if len(each) == 2 else [head[0], head[1], head[3]]
    rows = []
    for row in QUESTION:
        cells = [_written(one["mean"]["question"][row[0]], row[4]) for one in each]
        rows.append([_word(row, language), *cells, row[3]])
    return _table(head, rows)


def _signals(said: dict[str, Any]) -> str:
    alone = said["tuned"]["mean"]["question"]["signal_auc"]
    best = sorted(alone, key=lambda name: -alone[name])[:10]
    return _table(["", "ROC AUC"], [[f"`{name}`", f"{alone[name]:.3f}"] for name in best])


def _word(row: tuple[str, str, str, str, str], language: str) -> str:
    return row[1] if language == "en" else row[2]


def _written(value: float, how: str) -> str:
    return f"{value:.1%}" if how == "%" else f"{value:,.{how}f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _draw(root: Path, said: dict[str, Any]) -> None:
    """Plots of the order of the rankings, and of the stock on aid and in hidden hardship by month."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "city", "svg.fonttype": "none", "font.size": 9}):
        figure, axes = plt.subplots(figsize=(6, 2.4))
        question = said["tuned"]["mean"]["question"]
        names = ["best_signal_auc", "lightgbm_auc", "bayes_auc"]
        axes.barh(["best single signal", "LightGBM", "Bayes limit"], [question[name] - 0.5 for name in names], left=0.5)
        axes.axvspan(0.92, 0.95, alpha=0.2)
        axes.set_xlim(0.5, 1)
        axes.set_xlabel("ROC AUC; shaded: the aim of the Bayes limit")
        _keep(figure, root / "docs/figures/city_question.svg")
        figure, axes = plt.subplots(figsize=(6, 2.6))
        for one in said["tuned"]["each"]:
            axes.plot([100 * share for share in one["life"]["months_aided"]], color="C0", linewidth=1)
            axes.plot([100 * share for share in one["life"]["months_hidden"]], color="C1", linewidth=1)
        axes.set_ylim(0)
        axes.set_xlabel("month; blue: on aid, orange: in hardship and not on aid")
        axes.set_ylabel("% of households")
        _keep(figure, root / "docs/figures/city_years.svg")


def _keep(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
