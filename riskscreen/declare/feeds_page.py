"""The reference page of a deployment's feeds, in Markdown: every contract as it is declared."""

from collections.abc import Iterable, Sequence

from riskscreen.declare.checks import AddsUp, Agree, Check, InRegion, MadeOf, NotBefore, OneKnown, Severity
from riskscreen.declare.columns import (
    Address,
    Code,
    Column,
    Day,
    FreeText,
    Id,
    Money,
    Number,
    PersonName,
    Placed,
    Sensitivity,
    Whole,
)
from riskscreen.declare.deployment import Deployment
from riskscreen.declare.feeds import Delivery, Feed, Zone
from riskscreen.declare.records import DayExpression, DayOf, RecordKind, YearEnd
from riskscreen.declare.text import Text
from riskscreen.declare.who import Who

OVERVIEW = (
    Text("feed", "数据源"),
    Text("what it holds", "内容"),
    Text("owner", "提供单位"),
    Text("cadence", "频率"),
    Text("delivery", "交付方式"),
    Text("lag", "报送时滞"),
)
COLUMNS = (
    Text("column", "字段"),
    Text("meaning", "含义"),
    Text("type", "类型"),
    Text("unit", "单位"),
    Text("allowed values", "取值"),
    Text("sensitivity", "敏感级别"),
    Text("notes", "说明"),
)
RECORDS = (
    Text("record", "记录类型"),
    Text("meaning", "含义"),
    Text("about", "人员"),
    Text("happened", "发生日"),
    Text("known", "获知日"),
    Text("ends", "结束日"),
    Text("values", "保留的值"),
)
REGIONS = (
    Text("code", "代码"),
    Text("region", "区划"),
    Text("valid from", "启用"),
    Text("valid to", "停用"),
    Text("became", "并入"),
)
TYPES: dict[type, Text] = {
    Id: Text("id, kept as a token", "编号,仅存令牌"),
    Code: Text("code", "代码"),
    Whole: Text("whole number", "整数"),
    Number: Text("number", "数值"),
    Money: Text("amount", "金额"),
    Day: Text("day", "日期"),
    FreeText: Text("free text, never kept", "文本,不保存"),
    PersonName: Text("name, kept as a keyed digest", "姓名,仅存密钥摘要"),
    Address: Text("address, never kept", "地址,不保存"),
    Placed: Text("not delivered: where an address lies", "不交付:由地址得出"),
}
SENSITIVITY = {
    Sensitivity.ORDINARY: Text("ordinary", "一般"),
    Sensitivity.PERSONAL: Text("personal", "个人"),
    Sensitivity.SENSITIVE: Text("sensitive", "敏感"),
}
DELIVERY = {
    Delivery.INCREMENT: Text("increment", "增量"),
    Delivery.SNAPSHOT: Text("snapshot", "全量"),
}
SEVERITY = {
    Severity.ERROR: Text("else quarantined", "否则进入隔离区"),
    Severity.WARNING: Text("else a warning", "否则提示"),
}


def feeds_page(deployment: Deployment, language: str) -> str:
    """The page, ending in a line break; ``language`` is ``"zh"`` or anything else for English."""
    feeds = sorted(deployment.feeds.values(), key=lambda feed: (feed.zone is Zone.MEANS_CHECK, feed.name))
    title = Text("Feeds of {place}", "{place}的数据源").of(language).format(place=deployment.place.label.of(language))
    intro = Text(
        "Made from the declarations by `make docs`: change those, not this page. Feeds for means checks are closed to "
        "screening: their files are refused, and no signal may read them.",
        "本页由 `make docs` 根据声明生成,请修改声明,勿改本页。仅供家庭经济状况核对的数据源不参与筛查:其文件一律拒收,"
        "任何信号不得读取。",
    )
    overview = [_overview(feed, language) for feed in feeds]
    parts = [f"# {title}", intro.of(language), _table(OVERVIEW, overview, language)]
    parts += [_section(feed, language) for feed in feeds]
    if deployment.regions:
        parts.append(_regions(deployment, language))
    return "\n\n".join(parts) + "\n"


def feed_row(feed: Feed, language: str) -> list[str]:
    """A feed in a row: name, label, owner, cadence, delivery, lag in days; of closed ones, that they are."""
    closed = Text("closed: means check", "关闭:仅供核对").of(language)
    delivery = closed if feed.zone is Zone.MEANS_CHECK else DELIVERY[feed.delivery].of(language)
    lag = Text("{days} days", "{days} 天").of(language).format(days=feed.lag_days)
    return [feed.name, feed.label.of(language), feed.owner.of(language), feed.cadence.of(language), delivery, lag]


def _overview(feed: Feed, language: str) -> list[str]:
    name, *others = feed_row(feed, language)
    return [f"[{name}](#{name})", *others]


def _section(feed: Feed, language: str) -> str:
    en_zh = {
        Text("Holds", "内容"): feed.label,
        Text("Owner", "提供单位"): feed.owner,
        Text("Legal basis", "法律依据"): feed.legal_basis,
        Text("Purpose", "用途"): feed.purpose,
        Text("Cadence", "频率"): feed.cadence,
    }
    said = [f"{label.of(language)}: {text.of(language)}" for label, text in en_zh.items()]
    said += [
        Text("Kept for {n} days", "保存 {n} 天").of(language).format(n=feed.retention_days),
        Text("Delivery", "交付方式").of(language) + ": " + feed_row(feed, language)[4],
        Text("Reporting lag", "报送时滞").of(language) + ": " + feed_row(feed, language)[5],
        Text("Files", "文件名").of(language) + ": " + ", ".join(f"`{pattern}`" for pattern in feed.files),
    ]
    if feed.zone is not Zone.MEANS_CHECK:
        said.append(Text("Expected of a delivery", "对交付的预期").of(language) + ": " + _expected(feed, language))
    parts = [f"## {feed.name}", "\n".join(f"* {line}" for line in said)]
    parts.append(_table(COLUMNS, [_column(column, language) for column in feed.columns], language))
    if feed.checks:
        parts.append("\n".join(f"* {_check(check, language)}" for check in feed.checks))
    if feed.who:
        parts.append("\n".join(f"* {_somebody(who, language)}" for who in feed.who))
    if feed.records:
        parts.append(_table(RECORDS, [_record(kind, language) for kind in feed.records], language))
        parts += [_same(kind, language) for kind in feed.records if kind.same]
    if feed.reference:
        key = ", ".join(f"`{name}`" for name in feed.reference.key)
        parts.append(
            Text("A reference, valid in time, by {key}.", "参考数据,按时间生效,以 {key} 区分。")
            .of(language)
            .format(key=key)
        )
    return "\n\n".join(parts)


def _expected(feed: Feed, language: str) -> str:
    """What a delivery is held against, and what becomes of one that is otherwise."""
    of = feed.expected
    size = Text("{fewest:.0%} to {most:.0%} of the usual rows", "行数为通常的 {fewest:.0%} 至 {most:.0%}")
    said = [size.of(language).format(fewest=of.fewest, most=of.most)]
    if of.period_days is not None:
        period = Text(
            "at least half of it known in the {n} days up to the day in its name, or since the one before",
            "至少一半在文件名日期前 {n} 天内或上次交付以来获知",
        )
        said.append(period.of(language).format(n=of.period_days))
    said.append(Text("no other columns", "无其他字段").of(language) if not feed.other_columns_expected else "")
    said.append(Text("a line end behind every row", "每行均有换行符").of(language))
    held = (
        Text("else it is held", "否则暂扣")
        if feed.holds
        else Text("else it is landed with a warning", "否则提示后落地")
    )
    return Text("; ", ";").of(language).join([*filter(None, said), held.of(language)])


def _column(column: Column, language: str) -> list[str]:
    notes = [
        text.of(language)
        for text, holds in (
            (Text("required", "必填"), column.required),
            (Text("protected: audits only", "受保护:仅供审计"), column.protected),
            (Text("truth: evaluation only", "真值:仅供评估"), column.truth),
        )
        if holds
    ]
    return [
        f"`{column.name}`",
        column.label.of(language),
        _type(column, language),
        column.unit,
        _values(column, language),
        SENSITIVITY[column.sensitivity].of(language),
        "; ".join(notes),
    ]


def _type(column: Column, language: str) -> str:
    text = TYPES[type(column.type)].of(language)
    match column.type:
        case Id(pattern=pattern, check=check):
            checked = Text(", with a check character", ",含校验码").of(language) if check else ""
            return f"{text}: `{pattern}`{checked}"
        case Money(decimals=decimals):
            return text + Text(", {n} decimals", ",{n} 位小数").of(language).format(n=decimals)
        case Day(formats=formats):
            return f"{text}: {', '.join(f'`{form}`' for form in formats)}"
        case Placed(address=address, part=part, on=on):
            where = Text("`{part}` of `{address}` on `{on}`", "`{address}` 于 `{on}` 的 `{part}`").of(language)
            return f"{text}: {where.format(part=part, address=address, on=on)}"
    return text


def _values(column: Column, language: str) -> str:
    if column.words:
        return "<br>".join(f"`{value}` {text.of(language)}" for value, text in column.words)
    if isinstance(column.type, Code):
        return ", ".join(f"`{value}`" for value in column.type.allowed)
    low, high = getattr(column.type, "at_least", None), getattr(column.type, "at_most", None)
    said = [f"≥ {low}"] * (low is not None) + [f"≤ {high}"] * (high is not None)
    return ", ".join(said)


def _somebody(who: Who, language: str) -> str:
    """A line on somebody in a row, and which columns say who that is."""
    said = Text(
        "`{name}` is told by {columns}: sealed, for linkage alone", "`{name}` 由 {columns} 说明:加密保存,仅供关联"
    )
    columns = ", ".join(f"`{column}`" for column in (*who.ids(), *(column for _, column in who.words)))
    line = said.of(language).format(name=who.name, columns=columns)
    if not who.to:
        return line
    return line + Text("; {relation} of `{to}`", ";`{to}` 的 {relation}").of(language).format(
        relation=who.relation, to=who.to
    )


def _check(check: Check, language: str) -> str:
    return f"{_wanted(check).of(language)}; {SEVERITY[check.severity].of(language)}"


def _wanted(check: Check) -> Text:
    """What a check wants of a row."""
    match check:
        case AddsUp(total=total, parts=parts, within=within):
            sums = f"`{total}` = {' + '.join(f'`{part}`' for part in parts)} ± {within}"
            return Text(f"{sums} in the smallest unit", f"{sums}(最小单位)")
        case NotBefore(later=later, earlier=earlier):
            return Text(f"`{later}` ≥ `{earlier}`", f"`{later}` ≥ `{earlier}`")
        case MadeOf(whole=whole, parts=parts, more=more):
            made = f"`{whole}` = {' & '.join(f'`{part}`' for part in parts)}"
            return Text(f"{made}, and perhaps `{more}`", f"{made},其后可有 `{more}`") if more else Text(made, made)
        case InRegion(id=column):
            return Text(f"`{column}` begins with a region below", f"`{column}` 以下列区划代码开头")
        case Agree(one=one, other=other):
            return Text(f"`{one}` = `{other}` where both are known", f"`{one}` 与 `{other}` 均不为空时一致")
        case OneKnown(of=columns):
            named = [f"`{column}`" for column in columns]
            return Text(f"{' or '.join(named)} is known", f"{'或'.join(named)}不为空")


def _record(kind: RecordKind, language: str) -> list[str]:
    known = _day(kind.known or kind.happened) + (f" + {kind.lag_days}" if kind.lag_days else "")
    ends = _day(kind.ends) if kind.ends else ""
    values = ", ".join(f"`{value}`" for value in kind.values)
    person = f"`{kind.person}`"
    return [f"`{kind.name}`", kind.label.of(language), person, _day(kind.happened), known, ends, values]


def _same(kind: RecordKind, language: str) -> str:
    columns = ", ".join(f"`{column}`" for column in (kind.person, *kind.same))
    said = Text(
        "Two of `{kind}` with the same {columns} are one event and counted once: the one known first, and where it is "
        "taken back the other.",
        "{columns} 均相同的两条 `{kind}` 视为同一事件,只计一次:以先获知者为准,其撤回后以另一条为准。",
    )
    return said.of(language).format(kind=kind.name, columns=columns)


def _day(day: DayExpression) -> str:
    if isinstance(day, DayOf):
        return f"`{day.column}`"
    plus = f" + {day.plus}" if day.plus else ""
    return f"`{day.column}`{plus}, 12-31" if isinstance(day, YearEnd) else f"`{day.year}`-`{day.month}`{plus}"


def _regions(deployment: Deployment, language: str) -> str:
    regions = sorted(deployment.regions.values(), key=lambda region: region.code)
    rows = [
        [r.code, r.label.of(language), str(r.valid_from or ""), str(r.valid_to or ""), r.became or ""] for r in regions
    ]
    return f"## {Text('Regions', '行政区划').of(language)}\n\n{_table(REGIONS, rows, language)}"


def _table(heads: Sequence[Text], rows: Iterable[Sequence[str]], language: str) -> str:
    lines = [[head.of(language) for head in heads], ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
