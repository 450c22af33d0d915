"""Children whom civil affairs look after."""

from riskscreen.declare import DayOf, Feed, RecordKind, Role, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    person_name,
    somebody,
    stated_on,
    yuan,
)

CHILD_WELFARE = Feed(
    name="child_welfare",
    label=Text("Child welfare", "儿童福利"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=MONITORING,
    purpose=Text("to know which children are looked after already", "了解已纳入保障的儿童"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("child_welfare"),
    columns=(
        number("case_no", "child_case", "number of the case", "个案编号"),
        citizen(),
        person_name(),
        citizen("guardian_id", "citizen id of the guardian", "监护人公民身份号码", required=False),
        person_name("guardian_name", "name of the guardian", "监护人姓名"),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("orphan", "orphan", "孤儿"),
                ("unattended", "in fact without anybody to raise them", "事实无人抚养儿童"),
                ("in_difficulty", "in difficulty", "困境儿童"),
                ("left_behind", "left behind by parents who work elsewhere", "留守儿童"),
                ("migrant", "came with parents who work here", "流动儿童"),
            ),
            required=True,
            sensitive=True,
        ),
        yuan("amount", "monthly allowance", "月基本生活费", at_least=0),
        day("on", "from", "认定日期", required=True, sensitive=True),
        day("ended_on", "ended on", "终止日期", sensitive=True),
        stated_on(),
    ),
    who=(
        somebody(),
        somebody("guardian", ((Role.FULL_NAME, "guardian_name"),), of="guardian_id", to="person", relation="guardian"),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="child_welfare",
            label=Text("looked after as a child", "儿童福利保障"),
            person="person",
            key=("case_no",),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("ended_on"),
            values=(
                "kind",
                "amount",
            ),
        ),
    ),
)
