"""What grid workers see and report."""

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
from .hotline_12345 import REPORTED

GRID_REPORTS = Feed(
    name="grid_reports",
    label=Text("Grid reports", "网格上报"),
    owner=Text("Grid Service Centre", "网格化服务管理中心"),
    legal_basis=MONITORING,
    purpose=Text("to find people in difficulty where they live", "在网格中发现困难群众"),
    cadence=DAILY,
    expected=OF_THE_DAY,
    retention_days=1095,
    files=files("grid_reports"),
    columns=(
        number("report_no", "grid_report", "number of the report", "上报编号"),
        citizen(en="citizen id of whom it is about, where known", zh="反映对象公民身份号码", required=False),
        person_name("name", "name of whom it is about, where known", "反映对象姓名"),
        phone("phone", "phone of whom it is about, or of who tells of it", "联系电话"),
        address("address", "address it is about", "反映地址"),
        words("text", "what was reported", "上报内容"),
        coded("kind", Text("kind", "类别"), REPORTED, required=True),
        day("on", "on", "上报日期", required=True),
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
            name="grid_report",
            label=Text("report of a grid worker", "网格上报"),
            person="person",
            when=(Known("person"),),
            key=("report_no",),
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
