"""What visits found, how each came to be made, and how likely that was."""

from riskscreen.declare import Column, DayOf, Feed, NotBefore, Number, RecordKind, Text

from .assistance_register import TIERS
from .columns import (
    A_WEEK,
    MONITORING,
    OF_THE_WEEK,
    SENSITIVE,
    WEEKLY,
    YES_NO,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    stated_on,
)

VISIT_RESULTS = Feed(
    name="visit_results",
    label=Text("Results of visits", "走访结果"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=MONITORING,
    purpose=Text("to learn from visits, with how they were chosen", "用于学习,并如实记录走访对象的产生方式"),
    cadence=WEEKLY,
    expected=OF_THE_WEEK,
    retention_days=3650,
    files=files("visit_results"),
    columns=(
        number("visit_no", "visit", "number of the visit", "走访编号"),
        citizen(),
        coded(
            "selected_by",
            Text("how the visit came about", "走访来源"),
            (
                ("applied", "they applied", "本人申请"),
                ("alert_rule", "an alert rule", "规则预警"),
                ("acquaintance", "a worker knew of them", "工作人员知情"),
                ("reported", "a call or a grid report", "热线或网格反映"),
                ("list", "the list", "走访名单"),
                ("routine_check", "routine check", "例行抽查"),
            ),
            required=True,
        ),
        Column(
            name="propensity",
            type=Number(at_least=0, at_most=1),
            label=Text("how likely the visit was, where it was drawn or listed", "抽中概率"),
            sensitivity=SENSITIVE,
        ),
        day("selected_on", "selected on", "列入日期", required=True),
        day("visited_on", "visited on", "走访日期", required=True),
        coded(
            "found",
            Text("whether they were met", "走访情况"),
            (
                ("found", "found", "见到"),
                ("not_found", "not found", "未找到"),
                ("refused", "refused", "拒访"),
                ("unreachable", "unreachable", "无法联系"),
            ),
            required=True,
        ),
        coded("in_need", Text("in need", "是否存在困难"), YES_NO, sensitive=True),
        coded(
            "disposed",
            Text("what came of it", "处置结果"),
            (*TIERS, ("programme", "another programme", "其他帮扶项目"), ("no_action", "no action", "无需处置")),
            sensitive=True,
        ),
        stated_on(),
    ),
    checks=(
        NotBefore(later="visited_on", earlier="selected_on"),
        born_in(),
    ),
    records=(
        RecordKind(
            name="visit",
            label=Text("visit", "走访"),
            person="citizen_id",
            key=("visit_no",),
            happened=DayOf("visited_on"),
            known=DayOf("stated_on"),
            lag_days=A_WEEK,
            values=(
                "selected_by",
                "propensity",
                "found",
                "in_need",
                "disposed",
            ),
        ),
    ),
)
