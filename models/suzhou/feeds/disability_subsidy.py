"""The two subsidies for disabled people: for living in poor households, for care in severe cases."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text

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
    stated_on,
    yuan,
)

DISABILITY_SUBSIDY = Feed(
    name="disability_subsidy",
    label=Text("Disability subsidies", "残疾人两项补贴"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=MONITORING,
    purpose=Text("to find people who are entitled and do not receive", "政策找人:应享未享"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("disability_subsidy"),
    columns=(
        number("grant_no", "disability_grant", "number of the grant", "补贴编号"),
        citizen(),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("living", "living allowance of disabled people in difficulty", "困难残疾人生活补贴"),
                ("care", "care allowance of severely disabled people", "重度残疾人护理补贴"),
            ),
            required=True,
            sensitive=True,
        ),
        yuan("amount", "monthly amount", "月补贴金额", required=True, at_least=0),
        day("on", "from", "起发日期", required=True),
        day("ended_on", "ended on", "停发日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="disability_subsidy",
            label=Text("disability subsidy", "残疾人两项补贴"),
            person="citizen_id",
            key=("grant_no",),
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
