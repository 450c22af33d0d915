"""Calls to the city's hotline; who calls may name somebody, an address, or nobody."""

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
    day,
    files,
    grid,
    home,
    number,
    person_name,
    phone,
    somebody,
    stated_on,
    words,
)

REPORTED = (
    ("income", "income or debts", "收入、债务"),
    ("work", "lost work or unpaid wages", "失业、欠薪"),
    ("illness", "illness or disability", "疾病、残疾"),
    ("child", "a child without care", "儿童无人照料"),
    ("old", "an old person without care", "老人无人照料"),
    ("housing", "housing", "住房"),
    ("accident", "accident or disaster", "灾害事故"),
    ("other", "other", "其他"),
)

HOTLINE_12345 = Feed(
    name="hotline_12345",
    label=Text("Hotline 12345", "12345热线"),
    owner=Text("Hotline 12345", "12345政务服务便民热线"),
    legal_basis=MONITORING,
    purpose=Text("to hear of people in difficulty from their neighbours and themselves", "从群众来电中发现困难群众"),
    cadence=DAILY,
    expected=OF_THE_DAY,
    retention_days=1095,
    files=files("hotline_12345"),
    columns=(
        number("ticket_no", "ticket", "number of the ticket", "工单编号"),
        citizen(en="citizen id of whom it is about, where known", zh="反映对象公民身份号码", required=False),
        person_name("name", "name of whom it is about, where known", "反映对象姓名"),
        phone("phone", "phone of whom it is about, or of who tells of it", "联系电话"),
        address("address", "address it is about", "反映地址"),
        words("text", "what was said", "来电内容"),
        coded("kind", Text("kind", "类别"), REPORTED, required=True),
        day("on", "on", "来电日期", required=True),
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
            name="hotline_call",
            label=Text("call to the hotline", "热线来电"),
            person="person",
            when=(Known("person"),),
            key=("ticket_no",),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_DAY,
            values=(
                "kind",
                "grid",
            ),
        ),
    ),
)
