"""Funerals: they tell of deaths before the police register does."""

from riskscreen.declare import DayOf, Feed, NotBefore, RecordKind, Text

from .columns import (
    A_WEEK,
    MONITORING,
    OF_THE_WEEK,
    WEEKLY,
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

FUNERAL = Feed(
    name="funeral",
    label=Text("Funerals", "殡葬"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=MONITORING,
    purpose=Text("to know early of a death in the family", "及早获知家庭成员死亡"),
    cadence=WEEKLY,
    expected=OF_THE_WEEK,
    retention_days=1825,
    files=files("funeral"),
    columns=(
        number("funeral_no", "funeral", "number of the funeral", "火化证号"),
        citizen(),
        person_name(),
        coded(
            "kind",
            Text("kind", "类别"),
            (("cremation", "cremation", "火化"), ("burial", "burial", "土葬")),
            required=True,
        ),
        yuan("amount", "fees waived", "减免金额", at_least=0),
        day("died_on", "died on", "死亡日期", required=True, sensitive=True),
        day("on", "funeral on", "治丧日期", required=True),
        stated_on(),
    ),
    who=(somebody(),),
    checks=(
        NotBefore(later="on", earlier="died_on"),
        born_in(),
    ),
    records=(
        RecordKind(
            name="funeral",
            label=Text("funeral", "殡葬"),
            person="person",
            key=("funeral_no",),
            happened=DayOf("died_on"),
            known=DayOf("stated_on"),
            lag_days=A_WEEK,
            values=("kind",),
        ),
    ),
)
