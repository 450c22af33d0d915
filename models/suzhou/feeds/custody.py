"""People in prison, in compulsory detoxification or otherwise held: who is left at home may need help."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    born_in,
    citizen,
    coded,
    count,
    day,
    files,
    number,
    person_name,
    somebody,
    stated_on,
)

CUSTODY = Feed(
    name="custody",
    label=Text("Custody", "羁押服刑"),
    owner=Text("Public Security and Justice", "公安、司法"),
    legal_basis=MONITORING,
    purpose=Text("to find children and old people who are left without their carer", "发现失去照料人的儿童和老人"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("custody"),
    columns=(
        number("custody_no", "custody", "number of the custody", "羁押编号"),
        citizen(),
        person_name(),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("prison", "prison", "服刑"),
                ("detox", "compulsory detoxification", "强制戒毒"),
                ("other", "otherwise deprived of liberty", "其他限制人身自由"),
            ),
            required=True,
            sensitive=True,
        ),
        day("from", "from", "起始日期", required=True, sensitive=True),
        day("to", "until", "截止日期", sensitive=True),
        count("term_months", "term", "期限", "months", sensitive=True),
        stated_on(),
    ),
    who=(somebody(),),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="custody",
            label=Text("in custody", "羁押服刑"),
            person="person",
            key=("custody_no",),
            happened=DayOf("from"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("to"),
            values=(
                "kind",
                "term_months",
            ),
        ),
    ),
)
