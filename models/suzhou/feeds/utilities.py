"""Meters that have not turned for long, by holder and address."""

from riskscreen.declare import Column, DayOf, Feed, Known, OneKnown, RecordKind, Role, Text, Whole

from .columns import (
    A_WEEK,
    MONITORING,
    OF_THE_WEEK,
    SENSITIVE,
    WEEKLY,
    address,
    born_in,
    citizen,
    coded,
    day,
    files,
    grid,
    home,
    number,
    person_name,
    phone,
    somebody,
    stated_on,
)

UTILITIES = Feed(
    name="utilities",
    label=Text("Utilities", "水电气用量"),
    owner=Text("Water, Power and Gas Companies", "水务、供电、燃气公司"),
    legal_basis=MONITORING,
    purpose=Text("to find people who live alone and may need somebody", "发现独居异常"),
    cadence=WEEKLY,
    expected=OF_THE_WEEK,
    retention_days=730,
    files=files("utilities"),
    columns=(
        number("meter_no", "meter", "meter", "表号"),
        citizen(en="citizen id of the holder, where known", zh="户主公民身份号码", required=False),
        person_name("name", "name of the holder", "户主姓名"),
        phone("phone", "phone of the holder", "户主联系电话"),
        address("address", "address of the meter", "用户地址"),
        coded(
            "kind",
            Text("kind", "类别"),
            (("water", "water", "水"), ("power", "power", "电"), ("gas", "gas", "气")),
            required=True,
        ),
        Column(
            name="zero_use_days",
            type=Whole(at_least=0),
            label=Text("days without use, one after the other", "连续零用量天数"),
            unit="days",
            required=True,
            sensitivity=SENSITIVE,
        ),
        day("on", "read on", "抄表日期", required=True),
        stated_on(),
        home("home", "address"),
        grid("grid", "address"),
    ),
    who=(somebody(words=((Role.FULL_NAME, "name"), (Role.PHONE, "phone"), (Role.ADDRESS, "home"))),),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
    ),
    records=(
        RecordKind(
            name="meter_reading",
            label=Text("meter reading", "抄表"),
            person="person",
            when=(Known("person"),),
            key=(
                "meter_no",
                "on",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_WEEK,
            values=(
                "kind",
                "zero_use_days",
                "grid",
            ),
        ),
    ),
)
