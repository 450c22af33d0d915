"""Pupils on the roll: their guardians, who is away, and whether they still come."""

from riskscreen.declare import Column, DayOf, Expected, Feed, Known, OneKnown, RecordKind, Role, Text, Whole

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    SENSITIVE,
    YES_NO,
    address,
    birth_date,
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
    sex,
    somebody,
    stated_on,
)

SCHOOL_ROLL = Feed(
    name="school_roll",
    label=Text("School roll", "学籍"),
    owner=Text("Education", "教育"),
    legal_basis=MONITORING,
    purpose=Text("to find children who drop out or have nobody to care for them", "发现辍学和无人照料儿童"),
    cadence=MONTHLY,
    expected=Expected(period_days=A_MONTH, fewest=0.02, most=50),  # most of a year's rows come with its beginning
    retention_days=1825,
    files=files("school_roll"),
    columns=(
        number("roll_no", "school_roll", "number on the roll", "学籍号"),
        citizen(required=False),
        person_name(),
        sex(),
        birth_date(),
        address("home_address", "home address", "家庭住址"),
        Column(
            name="grade",
            type=Whole(at_least=1, at_most=12),
            label=Text("school year of the child (1 to 12)", "年级"),
            sensitivity=SENSITIVE,
        ),
        Column(
            name="health",
            type=Whole(at_least=10, at_most=50),
            label=Text("health", "健康状况"),
            words=(
                ("10", Text("good", "健康或良好")),
                ("20", Text("fair", "一般或较弱")),
                ("30", Text("chronic illness", "有慢性病")),
                ("50", Text("physical defect", "有生理缺陷")),
            ),
            sensitivity=SENSITIVE,
        ),
        coded(
            "boarding", Text("boards at school", "是否寄宿"), (("1", "yes", "是"), ("2", "no", "否")), sensitive=True
        ),
        coded(
            "left_behind",
            Text("parents away for three months or more", "留守情况"),
            (("0", "no", "非留守"), ("1", "one parent", "单亲留守"), ("2", "both parents", "双亲留守")),
            sensitive=True,
        ),
        coded("migrant", Text("came with parents who work here", "随迁子女"), YES_NO, sensitive=True),
        coded("orphan", Text("orphan", "孤儿"), YES_NO, sensitive=True),
        citizen("guardian1_id", "citizen id of the first guardian", "监护人一公民身份号码", required=False),
        person_name("guardian1_name", "name of the first guardian", "监护人一姓名"),
        phone("guardian1_phone", "phone of the first guardian", "监护人一电话"),
        citizen("guardian2_id", "citizen id of the second guardian", "监护人二公民身份号码", required=False),
        person_name("guardian2_name", "name of the second guardian", "监护人二姓名"),
        coded(
            "status",
            Text("status", "学籍状态"),
            (
                ("enrolled", "enrolled", "在读"),
                ("suspended", "suspended", "休学"),
                ("dropped_out", "dropped out", "辍学"),
                ("transferred", "transferred", "转出"),
                ("finished", "finished", "毕业"),
            ),
            required=True,
            sensitive=True,
        ),
        day("on", "so since", "变动日期", required=True, sensitive=True),
        stated_on(),
        home("home", "home_address"),
        grid("home_grid", "home_address"),
    ),
    who=(
        somebody(
            words=(
                (Role.FULL_NAME, "name"),
                (Role.BIRTH_DATE, "birth_date"),
                (Role.SEX, "sex"),
                (Role.ADDRESS, "home"),
            ),
            others=("roll_no",),
        ),
        somebody(
            "guardian1",
            ((Role.FULL_NAME, "guardian1_name"), (Role.PHONE, "guardian1_phone")),
            of="guardian1_id",
            to="person",
            relation="guardian",
        ),
        somebody(
            "guardian2", ((Role.FULL_NAME, "guardian2_name"),), of="guardian2_id", to="person", relation="guardian"
        ),
    ),
    checks=(
        OneKnown(of=("citizen_id", "name")),
        born_in(),
    ),
    records=(
        RecordKind(
            name="pupil",
            label=Text("on the school roll", "在学"),
            person="person",
            when=(Known("person"),),
            key=(
                "roll_no",
                "on",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "grade",
                "health",
                "boarding",
                "left_behind",
                "migrant",
                "orphan",
                "status",
            ),
        ),
    ),
)
