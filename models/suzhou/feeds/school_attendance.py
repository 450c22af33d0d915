"""Attendance by month; absence without excuse is the earliest sign that a school has."""

from riskscreen.declare import Column, DayOf, Feed, Known, NotBefore, OneKnown, RecordKind, Text, Whole

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    SENSITIVE,
    born_in,
    citizen,
    count,
    files,
    month,
    number,
    somebody,
    stated_on,
)

SCHOOL_ATTENDANCE = Feed(
    name="school_attendance",
    label=Text("School attendance", "学生考勤"),
    owner=Text("Education", "教育"),
    legal_basis=MONITORING,
    purpose=Text("to find children who stop coming to school", "发现失学苗头"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("school_attendance"),
    columns=(
        number("roll_no", "school_roll", "number on the roll", "学籍号"),
        citizen(required=False),
        month(),
        Column(
            name="school_days",
            type=Whole(at_least=0, at_most=31),
            label=Text("days of school", "应到天数"),
            unit="days",
            required=True,
            sensitivity=SENSITIVE,
        ),
        count("absent_days", "days absent", "缺勤天数", "days", at_most=31, sensitive=True),
        count("unexcused_days", "days absent without excuse", "旷课天数", "days", at_most=31, sensitive=True),
        stated_on(),
    ),
    who=(somebody(words=(), of="roll_no"),),
    checks=(
        OneKnown(of=("citizen_id", "roll_no")),
        NotBefore(later="school_days", earlier="absent_days"),
        NotBefore(later="absent_days", earlier="unexcused_days"),
        born_in(),
    ),
    records=(
        RecordKind(
            name="attendance",
            label=Text("school attendance of a month", "月考勤"),
            person="person",
            when=(Known("person"),),
            key=(
                "roll_no",
                "month",
            ),
            happened=DayOf("month"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "school_days",
                "absent_days",
                "unexcused_days",
            ),
        ),
    ),
)
