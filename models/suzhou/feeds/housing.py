"""Homes and other premises by owner."""

from riskscreen.declare import Column, DayOf, Feed, Number, RecordKind, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    SENSITIVE,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    person_name,
    somebody,
    stated_on,
)

HOUSING = Feed(
    name="housing",
    label=Text("Real estate", "不动产登记"),
    owner=Text("Natural Resources", "自然资源和规划"),
    legal_basis=MONITORING,
    purpose=Text("to tell households with other means apart", "核对房产"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("housing"),
    quarantine_limit=0.03,  # old deeds have ids of 15 digits
    columns=(
        number("unit_no", "property_unit", "property unit", "不动产单元号"),
        citizen(),
        person_name(),
        Column(name="area", type=Number(at_least=0), label=Text("area", "建筑面积"), unit="m²", sensitivity=SENSITIVE),
        coded(
            "use",
            Text("use", "用途"),
            (("residential", "residential", "住宅"), ("commercial", "commercial", "商业"), ("other", "other", "其他")),
            required=True,
            sensitive=True,
        ),
        day("on", "owned since", "登记日期", required=True),
        day("ended_on", "sold on", "注销日期"),
        stated_on(),
    ),
    who=(somebody(),),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="property",
            label=Text("owns real estate", "不动产"),
            person="person",
            key=(
                "unit_no",
                "person",
                "on",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("ended_on"),
            values=(
                "area",
                "use",
            ),
        ),
    ),
)
