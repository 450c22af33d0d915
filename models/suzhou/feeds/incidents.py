"""Accidents, fires and disasters, of people and of addresses."""

from riskscreen.declare import DayOf, Feed, Known, OneKnown, RecordKind, Role, Text

from .columns import (
    A_DAY,
    DAILY,
    MONITORING,
    OF_THE_DAY,
    address,
    born_in,
    citizen,
    coded,
    count,
    day,
    files,
    grid,
    number,
    person_name,
    phone,
    somebody,
    stated_on,
    yuan,
)

INCIDENTS = Feed(
    name="incidents",
    label=Text("Incidents", "灾害事故"),
    owner=Text("Emergency Management, Fire and Traffic Police", "应急、消防、交警"),
    legal_basis=MONITORING,
    purpose=Text("to offer help after a blow", "突发事件后及时救助"),
    cadence=DAILY,
    expected=OF_THE_DAY,
    retention_days=1825,
    files=files("incidents"),
    columns=(
        number("incident_no", "incident", "number of the incident", "事件编号"),
        citizen(en="citizen id of who was hit, where known", zh="涉及人公民身份号码", required=False),
        person_name("name", "name of who was hit", "涉及人姓名"),
        phone("phone", "phone of who was hit", "涉及人联系电话"),
        address("address", "where", "事发地址"),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("traffic", "traffic accident", "交通事故"),
                ("fire", "fire", "火灾"),
                ("work", "accident at work", "安全生产事故"),
                ("disaster", "disaster", "自然灾害"),
            ),
            required=True,
        ),
        day("on", "on", "发生日期", required=True),
        count("injured", "injured", "受伤人数", "people"),
        count("dead", "dead", "死亡人数", "people"),
        yuan("loss", "loss", "损失金额", at_least=0),
        stated_on(),
        grid("grid", "address"),
    ),
    who=(somebody(words=((Role.FULL_NAME, "name"), (Role.PHONE, "phone"))),),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
    ),
    records=(
        RecordKind(
            name="incident",
            label=Text("accident or disaster", "灾害事故"),
            person="person",
            when=(Known("person"),),
            key=(
                "incident_no",
                "person",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_DAY,
            values=(
                "kind",
                "injured",
                "dead",
                "loss",
                "grid",
            ),
        ),
    ),
)
