"""Marriages and divorces: a row for each of the two."""

from riskscreen.declare import DayOf, Feed, RecordKind, Role, Text

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
)

MARRIAGE = Feed(
    name="marriage",
    label=Text("Marriages and divorces", "婚姻登记"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=MONITORING,
    purpose=Text("to know when families form and split", "了解家庭变动"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("marriage"),
    columns=(
        number("registration_no", "marriage_registration", "number of the registration", "登记证号"),
        citizen(),
        person_name(),
        citizen("spouse_id", "citizen id of the spouse", "配偶公民身份号码", required=False),
        person_name("spouse_name", "name of the spouse", "配偶姓名"),
        coded(
            "kind",
            Text("kind", "类别"),
            (("marriage", "marriage", "结婚"), ("divorce", "divorce", "离婚"), ("annulled", "annulled", "撤销婚姻")),
            required=True,
        ),
        day("on", "on", "登记日期", required=True),
        stated_on(),
    ),
    who=(
        somebody(),
        somebody("spouse", ((Role.FULL_NAME, "spouse_name"),), of="spouse_id", to="person", relation="spouse"),
    ),
    checks=(
        born_in(),
        born_in("spouse_id"),
    ),
    records=(
        RecordKind(
            name="marriage",
            label=Text("marriage or divorce", "婚姻登记"),
            person="person",
            key=(
                "registration_no",
                "person",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=("kind",),
        ),
    ),
)
