"""Two surveys, of few people: the American Community Survey and the Current Population Survey. No id."""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, HouseholdKey, RecordKind, Role, Text, Who, Whole

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
)
ASKED = Column(name="survey_date", type=Day(), label=Text("day of the survey", "调查日期"), required=True)
AGE = Column(
    name="age", type=Whole(at_least=0, at_most=120), label=Text("age", "年龄"), unit="years", wrong_is_missing=True
)
HOUSING = (
    Column(name="housing_type", type=Code(), label=Text("kind of housing", "住所类型")),
    Column(
        name="relationship_to_reference_person",
        type=Code(),
        label=Text("relation to the reference person", "与户主关系"),
    ),
)


def survey(name: str, label: Text, file: str, more: tuple[Column, ...], household: HouseholdKey) -> Feed:
    """A survey's contract; the two differ in the columns ``more``."""
    return Feed(
        name=name,
        label=label,
        owner=Text("Census Bureau", "人口普查局"),
        legal_basis=LAW,
        purpose=PURPOSE,
        cadence=Text("monthly", "每月"),
        retention_days=KEPT_DAYS,
        files=(f"{file}*", f"{name}_*"),
        source=SOURCE,
        columns=(*TRUTH, ASKED, *named(), AGE, born("%m/%d/%Y"), *address(), *more, SEX, RACE),
        who=(SELF,),
        records=(
            RecordKind(
                name=f"{name}_interview",
                label=label,
                person="self",
                key=("self", "survey_date"),
                happened=DayOf("survey_date"),
                values=("age", "sex", "race_ethnicity"),
                household=household,
            ),
        ),
    )


acs = survey(
    "acs",
    Text("American Community Survey", "美国社区调查"),
    "american_community_survey",
    HOUSING,
    home(collective=COLLECTIVE),
)
cps = survey("cps", Text("Current Population Survey", "当前人口调查"), "current_population_survey", (), home())
