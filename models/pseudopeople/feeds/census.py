"""The decennial census: everybody, every ten years, without any id."""

from riskscreen.declare import (
    Code,
    Column,
    DayOf,
    Feed,
    Known,
    RecordKind,
    Role,
    Sensitivity,
    Text,
    Who,
    Whole,
    YearEnd,
)

from .columns import (
    COLLECTIVE,
    KEPT_DAYS,
    LAW,
    PURPOSE,
    RACE,
    SEX,
    SOURCE,
    TRUTH,
    address,
    born,
    home,
    lives,
    named,
    names,
)

SELF = Who(
    words=(*names(), (Role.BIRTH_DATE, "date_of_birth"), (Role.SEX, "sex"), *lives()),
    birth_order="MMDDYYYY",
    wave="year",
)

census = Feed(
    name="census",
    label=Text("Decennial census", "十年一次人口普查"),
    owner=Text("Census Bureau", "人口普查局"),
    legal_basis=LAW,
    purpose=PURPOSE,
    cadence=Text("every ten years", "每十年"),
    retention_days=KEPT_DAYS,
    files=("decennial_census*", "census_*"),
    source=SOURCE,
    columns=(
        *TRUTH,
        *named(),
        Column(
            name="age",
            type=Whole(at_least=0, at_most=120),
            label=Text("age", "年龄"),
            unit="years",
            wrong_is_missing=True,
        ),
        born("%m/%d/%Y"),
        *address(),
        Column(name="housing_type", type=Code(), label=Text("kind of housing", "住所类型")),
        Column(
            name="relationship_to_reference_person",
            type=Code(),
            label=Text("relation to the reference person", "与户主关系"),
        ),
        SEX,
        RACE,
        Column(
            name="year",
            type=Whole(at_least=1790, at_most=2100),
            label=Text("year of the census", "普查年份"),
            required=True,
            sensitivity=Sensitivity.ORDINARY,
        ),
    ),
    who=(SELF,),
    records=(
        RecordKind(
            name="counted",
            label=Text("counted in a census", "普查登记"),
            person="self",
            key=("self", "year"),
            happened=YearEnd("year"),
            values=("age", "sex", "race_ethnicity", "housing_type", "relationship_to_reference_person"),
            household=home(collective=COLLECTIVE),
        ),
        RecordKind(
            name="birth_told_in_census",
            label=Text("birth, as told in a census", "出生(普查)"),
            person="self",
            key=("self", "year"),
            happened=DayOf("date_of_birth"),
            known=YearEnd("year"),
            when=(Known("date_of_birth"),),
            optional=True,
        ),
    ),
)
