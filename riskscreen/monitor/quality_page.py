"""The page of data quality: one HTML file that needs nothing else, without scripts, ids, names or free text."""

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from riskscreen.declare import Deployment
from riskscreen.declare.text import Text
from riskscreen.ingest import mending
from riskscreen.ingest.reasons import Reason
from riskscreen.monitor.quality import FeedQuality

WIDTH, HEIGHT = 640, 80

WORDS = {
    "title": Text("Quality of data", "数据质量"),
    "owner": Text("Owner", "提供部门"),
    "deliveries": Text("Deliveries", "交付批次"),
    "load": Text("load", "批次"),
    "delivered": Text("day", "日期"),
    "read": Text("read", "读取"),
    "accepted": Text("accepted", "接收"),
    "quarantined": Text("quarantined", "隔离"),
    "warnings": Text("warnings", "提示"),
    "reasons": Text("Why rows were quarantined", "隔离原因"),
    "mended": Text("Values read as what they mean", "按其含义读取的值"),
    "what": Text("what was mended", "更正内容"),
    "column": Text("column", "字段"),
    "reason": Text("reason", "原因"),
    "rows": Text("rows", "行数"),
    "records": Text("records", "记录数"),
    "withdrawn": Text("withdrawn", "已撤回"),
    "lag": Text("days from event to knowledge (5%, median, 95%)", "发生至获知天数(5%、中位、95%)"),
    "values": Text("Values", "取值"),
    "missing": Text("missing", "缺失"),
    "range": Text("middle 98%", "中间 98% 范围"),
    "months": Text("Records by month of the event", "按发生月份的记录数"),
    "month": Text("month", "月份"),
    "none": Text("Nothing has been delivered yet.", "尚无交付。"),
}

PAGE = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ word.title }} · {{ place }}</title>
<style>
body { font: 16px/1.5 system-ui, "Noto Sans SC", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } rect { fill: #2b5f8c; }
</style></head><body>
<h1>{{ word.title }} · {{ place }}</h1>
{% for feed in feeds %}<section><h2>{{ feed.label }} <small>{{ feed.name }}</small></h2>
<p>{{ word.owner }}: {{ feed.owner }}</p>
<h3>{{ word.deliveries }}</h3>
<table><tr><th class="n">{{ word.load }}</th><th>{{ word.delivered }}</th>
{% for head in ("read", "accepted", "quarantined", "warnings") %}<th class="n">{{ word[head] }}</th>{% endfor %}</tr>
{% for load in feed.loads %}<tr><td class="n">{{ load.number }}</td><td>{{ load.delivered_on or "–" }}</td>
{% for head in ("read", "accepted", "quarantined", "warnings") %}<td class="n">{{ "{:,}".format(load[head]) }}</td>
{% endfor %}</tr>{% endfor %}</table>
{% if feed.reasons %}<h3>{{ word.reasons }}</h3>
<table><tr><th>{{ word.column }}</th><th>{{ word.reason }}</th><th class="n">{{ word.rows }}</th></tr>
{% for column, reason, rows in feed.reasons %}<tr><td>{{ column }}</td><td>{{ reason }}</td>
<td class="n">{{ "{:,}".format(rows) }}</td></tr>{% endfor %}</table>{% endif %}
{% if feed.mended %}<h3>{{ word.mended }}</h3>
<table><tr><th>{{ word.column }}</th><th>{{ word.what }}</th><th class="n">{{ word.rows }}</th></tr>
{% for column, what, rows in feed.mended %}<tr><td>{{ column }}</td><td>{{ what }}</td>
<td class="n">{{ "{:,}".format(rows) }}</td></tr>{% endfor %}</table>{% endif %}
{% for kind in feed.kinds %}<h3>{{ kind.label }}</h3>
<p>{{ word.records }}: {{ "{:,}".format(kind.records) }} · {{ word.withdrawn }}: {{ "{:,}".format(kind.withdrawn) }} ·
{{ word.lag }}: {{ kind.lags | join(", ") }}</p>
{% if kind["values"] %}<table><tr><th>{{ word["values"] }}</th><th class="n">{{ word.missing }}</th>
<th class="n">{{ word.range }}</th></tr>
{% for value in kind["values"] %}<tr><td>{{ value.label }}</td><td class="n">{{ value.missing }}</td>
<td class="n">{{ value.range }}</td></tr>{% endfor %}</table>{% endif %}
<figure><figcaption>{{ word.months }}</figcaption>
<svg viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ word.months }}">
{% for bar in kind.bars %}<rect x="{{ bar.x }}" y="{{ bar.y }}" width="{{ bar.width }}" height="{{ bar.height }}">
<title>{{ bar.month }}: {{ bar.count }}</title></rect>{% endfor %}</svg>
<details><summary>{{ word.months }}</summary><table>
<tr><th>{{ word.month }}</th><th class="n">{{ word.records }}</th></tr>
{% for bar in kind.bars %}<tr><td>{{ bar.month }}</td><td class="n">{{ bar.count }}</td></tr>{% endfor %}</table>
</details></figure>{% endfor %}</section>{% else %}<p>{{ word.none }}</p>{% endfor %}
</body></html>
"""


def quality_page(deployment: Deployment, found: Sequence[FeedQuality], language: str) -> str:
    """The page in ``zh`` or ``en``."""
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
    return template.render(
        lang="zh-CN" if language == "zh" else "en",
        place=deployment.place.label.of(language),
        word={name: text.of(language) for name, text in WORDS.items()},
        feeds=[_feed(each, language) for each in found],
        width=WIDTH,
        height=HEIGHT,
    )


def _feed(each: FeedQuality, language: str) -> dict[str, Any]:
    feed = each.feed
    declared = {kind.name: kind for kind in feed.records}
    return {
        "name": feed.name,
        "label": feed.label.of(language),
        "owner": feed.owner.of(language),
        "loads": each.loads,
        "reasons": [(column, Reason(reason).text.of(language), rows) for column, reason, rows in each.reasons],
        "mended": [(column, mending.text(mend).of(language), rows) for column, mend, rows in each.mended],
        "kinds": [
            {
                "label": declared[kind.kind].label.of(language),
                "records": kind.records,
                "withdrawn": kind.withdrawn,
                "lags": kind.lags,
                "bars": _bars(kind.months),
                "values": [
                    {
                        "label": feed.column(declared[kind.kind].filled_in(value.column)).label.of(language),
                        "missing": f"{value.missing:.1%}",
                        "range": f"{value.low} – {value.high}" if value.low is not None else "–",
                    }
                    for value in kind.values
                ],
            }
            for kind in each.kinds
        ],
    }


def _bars(months: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    most = max((count for _, count in months), default=1)
    step = WIDTH / max(len(months), 1)
    return [
        {
            "month": month,
            "count": f"{count:,}",
            "x": round(at * step, 2),
            "y": round(HEIGHT - HEIGHT * count / most, 2),
            "width": round(max(step - 1, 0.5), 2),
            "height": round(HEIGHT * count / most, 2),
        }
        for at, (month, count) in enumerate(months)
    ]
