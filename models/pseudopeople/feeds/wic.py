"""WIC: food aid for mothers and small children, who was on it in a year; no id."""

from riskscreen.declare import Column, DayOf, Feed, Known, RecordKind, Role, Sensitivity, Text, Who, Whole, YearEnd

from .columns import KEPT_DAYS, LAW, PURPOSE, RACE, SEX, SOURCE, TRUTH, YEARLY, address, born, home, lives, named, names

SELF = Who(
    words=(*names(), (Role.BIRTH_DATE, "date_of_birth"), (Role.SEX, "sex"), *lives()),
    birth_order="MMDDYYYY",
    wave="year",
)

wic = Feed(
    name="wic",
    label=Text("Food aid for mothers and small children (WIC)", "妇幼食品援助(WIC)"),
    owner=Text("Food and Nutrition Service", "食品与营养局"),
    legal_basis=LAW,
    purpose=PURPOSE,
    cadence=YEARLY,
    retention_days=KEPT_DAYS,
    files=("women_infants_and_children*", "wic_*"),
    source=SOURCE,
    columns=(
        *TRUTH,
        *named(),
        born("%m%d%Y"),
        *address(),
        SEX,
        RACE,
        Column(
            name="year",
            type=Whole(at_least=1974, at_most=2100),
            label=Text("year of the aid", "援助年份"),
            required=True,
            sensitivity=Sensitivity.ORDINARY,
        ),
    ),
    who=(SELF,),
    records=(
        RecordKind(
            name="food_aid",
            label=Text("a year of food aid", "年度食品援助"),
            person="self",
            key=("self", "year"),
            happened=YearEnd("year"),
            values=("year", "sex", "race_ethnicity"),
            household=home(),
        ),
        RecordKind(
            name="birth_told_by_wic",
            label=Text("birth, as told when aid was given", "出生(食品援助)"),
            person="self",
            key=("self", "year"),
            happened=DayOf("date_of_birth"),
            known=YearEnd("year"),
            when=(Known("date_of_birth"),),
            optional=True,
        ),
    ),
)
