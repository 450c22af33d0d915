"""Disability certificates: citizen id, category and grade in one number; many who could have one do not."""

from riskscreen.declare import Code, Column, DayOf, Feed, Id, MadeOf, RecordKind, Role, Text, Whole

from .columns import (
    A_MONTH,
    ASSISTANCE,
    MONTHLY,
    OF_THE_MONTH,
    SENSITIVE,
    born_in,
    citizen,
    day,
    files,
    person_name,
    phone,
    somebody,
    stated_on,
)

DISABILITY = Feed(
    name="disability",
    label=Text("Disability certificates", "残疾人证"),
    owner=Text("Disabled Persons' Federation", "残联"),
    legal_basis=ASSISTANCE,
    purpose=Text("to offer what disabled people are entitled to", "落实残疾人应享帮扶"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=3650,
    files=files("disability"),
    columns=(
        Column(
            name="certificate_no",
            type=Id("disability_certificate", r"\d{17}[\dX][1-7][1-4](B[1-9])?"),
            label=Text("number of the certificate", "残疾人证号"),
            required=True,
            sensitivity=SENSITIVE,
        ),
        citizen(),
        person_name(),
        phone(),
        Column(
            name="area_code",
            type=Code(),
            label=Text("subdistrict, by its code of 2012 and before in some rows", "镇街代码(部分为 2012 年前旧码)"),
        ),
        Column(
            name="category",
            type=Whole(at_least=1, at_most=7),
            label=Text("category", "残疾类别"),
            words=(
                ("1", Text("visual", "视力")),
                ("2", Text("hearing", "听力")),
                ("3", Text("speech", "言语")),
                ("4", Text("physical", "肢体")),
                ("5", Text("intellectual", "智力")),
                ("6", Text("mental", "精神")),
                ("7", Text("multiple", "多重")),
            ),
            required=True,
            sensitivity=SENSITIVE,
        ),
        Column(
            name="grade",
            type=Whole(at_least=1, at_most=4),
            label=Text("grade", "残疾等级"),
            words=(
                ("1", Text("most severe", "一级")),
                ("2", Text("severe", "二级")),
                ("3", Text("moderate", "三级")),
                ("4", Text("mild", "四级")),
            ),
            required=True,
            sensitivity=SENSITIVE,
        ),
        day("issued_on", "issued on", "发证日期", required=True),
        day("cancelled_on", "cancelled on", "注销日期"),
        stated_on(),
    ),
    who=(somebody(words=((Role.FULL_NAME, "name"), (Role.PHONE, "phone"))),),
    checks=(
        MadeOf(whole="certificate_no", parts=("citizen_id", "category", "grade"), more=r"(B[1-9])?"),  # B1: issued anew
        born_in(),
    ),
    records=(
        RecordKind(
            name="disability_certificate",
            label=Text("disability certificate", "残疾人证"),
            person="person",
            key=("certificate_no",),
            happened=DayOf("issued_on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("cancelled_on"),
            values=("category", "grade"),
        ),
    ),
)
