"""Aid that schools and universities give to pupils and students."""

from riskscreen.declare import Column, DayOf, Feed, Known, OneKnown, RecordKind, Text, Whole

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
    person_name,
    somebody,
    stated_on,
    yuan,
)

STUDENT_AID = Feed(
    name="student_aid",
    label=Text("Student aid", "学生资助"),
    owner=Text("Education", "教育"),
    legal_basis=MONITORING,
    purpose=Text("to know which families schools already find in difficulty", "了解学校认定的困难学生"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("student_aid"),
    columns=(
        number("award_no", "student_award", "number of the award", "资助编号"),
        citizen(required=False),
        person_name(),
        coded(
            "programme",
            Text("programme", "资助项目"),
            (
                ("preschool", "nursery-school aid", "学前教育资助"),
                ("compulsory", "living allowance in compulsory education", "义务教育生活补助"),
                ("senior", "secondary-school grant", "普通高中国家助学金"),
                ("vocational", "vocational-school grant", "中职国家助学金"),
                ("university", "university grant", "高校国家助学金"),
                ("loan", "student loan", "国家助学贷款"),
                ("emergency", "emergency aid", "临时困难补助"),
            ),
            required=True,
            sensitive=True,
        ),
        Column(
            name="school_year",
            type=Whole(at_least=2000, at_most=2100),
            label=Text("school year, by the year in which it begins", "学年(起始年份)"),
            required=True,
        ),
        yuan("amount", "amount", "金额", required=True, at_least=0),
        day("on", "granted on", "发放日期", required=True),
        stated_on(),
    ),
    who=(somebody(),),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
    ),
    records=(
        RecordKind(
            name="student_aid",
            label=Text("student aid", "学生资助"),
            person="person",
            when=(Known("person"),),
            key=("award_no",),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "programme",
                "amount",
            ),
        ),
    ),
)
