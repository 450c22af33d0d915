"""The page of how right the linkage is: one HTML file that needs nothing else, without scripts, ids, names or words."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from riskscreen.declare import Deployment
from riskscreen.declare.text import Text
from riskscreen.linkage.judging import Bar, Error, Judged

WIDTH, HEIGHT = 640, 120

WORDS = {
    "title": Text("Who is who, held against the truth", "身份关联与真值比对"),
    "what": Text("pairs of records", "记录对"),
    "pairwise": Text("all pairs of records", "全部记录对"),
    "bcubed": Text("each record's cluster (B-cubed)", "逐条记录(B-cubed)"),
    "households": Text("each person's household (B-cubed)", "逐人家庭(B-cubed)"),
    "precision": Text("precision", "精确率"),
    "recall": Text("recall", "召回率"),
    "f1": Text("F1", "F1"),
    "compared": Text("pairs compared", "比对的候选对"),
    "seconds": Text("seconds", "秒"),
    "linked": Text("Weights by which words linked records", "依姓名等关联的权重"),
    "doubtful": Text("Weights of pairs left in doubt", "待定对的权重"),
    "bits": Text("bits", "比特"),
    "one": Text("truly one", "确为一人"),
    "two": Text("truly two", "实为两人"),
    "merged": Text("Wrongly one", "误合并"),
    "parted": Text("Wrongly apart", "误分开"),
    "persons": Text("person numbers", "人员序号"),
    "people": Text("people there truly are", "真实人数"),
    "records": Text("records by feed", "各来源记录数"),
    "pairs": Text("wrong pairs", "错误对数"),
    "why": Text("what the weightiest doubtful pair weighs, in bits", "最重待定对的权重构成(比特)"),
    "none": Text("None.", "无。"),
}

PAGE = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ word.title }} · {{ place }}</title>
<style>
body { font: 16px/1.5 system-ui, "Noto Sans SC", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } .one { fill: #2b5f8c; } .two { fill: #b3541e; }
</style></head><body>
<h1>{{ word.title }} · {{ place }}</h1>
<table><tr><th>{{ word.what }}</th><th class="n">{{ word.precision }}</th><th class="n">{{ word.recall }}</th>
<th class="n">{{ word.f1 }}</th></tr>
{% for row in figures %}<tr><td>{{ row.what }}</td>
{% for name in ("precision", "recall", "f1") %}<td class="n">{{ "%.4f" | format(row[name]) }}</td>{% endfor %}</tr>
{% endfor %}</table>
<p>{{ word.compared }}: {{ "{:,}".format(compared) }} · {{ word.seconds }}: {{ "{:,.0f}".format(seconds) }}</p>
{% for chart in charts %}<h2>{{ chart.title }}</h2>
{% if chart.bars %}<figure><figcaption><svg width="12" height="12"><rect class="one" width="12" height="12"/></svg>
{{ word.one }} <svg width="12" height="12"><rect class="two" width="12" height="12"/></svg> {{ word.two }}</figcaption>
<svg viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ chart.title }}">
{% for bar in chart.bars %}<g><title>{{ bar.low }} {{ word.bits }}: {{ bar.one }} {{ word.one }}, {{ bar.two }}
{{ word.two }}</title>{% for part in bar.parts %}<rect class="{{ part.name }}" x="{{ bar.x }}" y="{{ part.y }}"
width="{{ bar.width }}" height="{{ part.height }}"/>{% endfor %}</g>{% endfor %}</svg>
<details><summary>{{ word.bits }}</summary>
<table><tr><th class="n">{{ word.bits }}</th><th class="n">{{ word.one }}</th>
<th class="n">{{ word.two }}</th></tr>
{% for bar in chart.bars %}<tr><td class="n">{{ bar.low }}</td>
<td class="n">{{ bar.one }}</td><td class="n">{{ bar.two }}</td></tr>{% endfor %}</table></details></figure>
{% else %}<p>{{ word.none }}</p>{% endif %}{% endfor %}
{% for list in errors %}<h2>{{ list.title }}</h2>
{% if list.rows %}<table><tr><th>{{ word.persons }}</th><th class="n">{{ word.people }}</th><th>{{ word.records }}</th>
<th class="n">{{ word.pairs }}</th><th>{{ word.why }}</th></tr>
{% for row in list.rows %}<tr><td>{{ row.persons }}</td><td class="n">{{ row.people }}</td><td>{{ row.records }}</td>
<td class="n">{{ "{:,}".format(row.pairs) }}</td><td>{{ row.steps }}</td></tr>{% endfor %}</table>
{% else %}<p>{{ word.none }}</p>{% endif %}{% endfor %}
</body></html>
"""


def linkage_page(deployment: Deployment, judged: Judged, language: str) -> str:
    """The page in ``zh`` or ``en``."""
    word = {name: text.of(language) for name, text in WORDS.items()}
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
    return template.render(
        lang="zh-CN" if language == "zh" else "en",
        place=deployment.place.label.of(language),
        word=word,
        figures=_figures(judged.figures, word),
        compared=judged.figures["candidate_pairs"],
        seconds=judged.figures["seconds"],
        charts=[{"title": word[name], "bars": _bars(getattr(judged, name))} for name in ("linked", "doubtful")],
        errors=[{"title": word[name], "rows": _errors(getattr(judged, name))} for name in ("merged", "parted")],
        width=WIDTH,
        height=HEIGHT,
    )


def _figures(figures: Mapping[str, Any], word: Mapping[str, str]) -> list[dict[str, Any]]:
    whole = [{"what": word[name], **figures[name]} for name in ("pairwise", "bcubed", "households") if name in figures]
    pairs = {tuple(sorted(name.split("~"))): found for name, found in figures["by_feeds"].items()}
    return whole + [{"what": " ~ ".join(feeds), **found} for feeds, found in sorted(pairs.items())]


def _bars(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    most = max((bar.one + bar.two for bar in bars), default=1)
    step = WIDTH / max(len(bars), 1)
    drawn = []
    for at, bar in enumerate(bars):
        one, two = (HEIGHT * count / most for count in (bar.one, bar.two))
        parts = [
            {"name": "one", "y": round(HEIGHT - one, 2), "height": round(one, 2)},
            {"name": "two", "y": round(HEIGHT - one - two, 2), "height": round(two, 2)},
        ]
        place = {"x": round(at * step, 2), "width": round(max(step - 1, 0.5), 2)}
        drawn.append({"low": bar.low, "one": bar.one, "two": bar.two, "parts": parts, **place})
    return drawn


def _errors(errors: Sequence[Error]) -> list[dict[str, Any]]:
    return [
        {
            "persons": ", ".join(map(str, error.persons)),
            "people": error.people,
            "records": ", ".join(f"{feed} {count}" for feed, count in error.records),
            "pairs": error.pairs,
            "steps": ", ".join(f"{step.name} {step.level} {step.bits:+.1f}" for step in error.steps) or "–",
        }
        for error in errors
    ]
