"""Social security: a row where a number was given out, and one where its holder died."""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Is, RecordKind, Role, Text, Who

from .columns import KEPT_DAYS, LAW, PURPOSE, SEX, SOURCE, TRUTH, born, named, names, ssn

SELF = Who(
    words=(*names(middle="middle_name"), (Role.BIRTH_DATE, "date_of_birth"), (Role.SEX, "sex")),
    id="ssn",
    shared_id=True,
)

ssa = Feed(
    name="ssa",
    label=Text("Social security numbers", "社会安全号码登记"),
    owner=Text("Social Security Administration", "社会保障署"),
    legal_basis=LAW,
    purpose=PURPOSE,
    cadence=Text("as it happens", "随时"),
    retention_days=KEPT_DAYS,
    files=("social_security*", "ssa_*"),
    source=SOURCE,
    columns=(
        *TRUTH,
        ssn(),
        *named(middle="middle_name"),
        born("%Y%m%d"),
        SEX,
        Column(
            name="event_type",
            type=Code(("creation", "death")),
            label=Text("what happened", "事项"),
            words=(("creation", Text("number given out", "发号")), ("death", Text("death", "死亡"))),
        ),
        Column(
            name="event_date",
            type=Day(("%Y%m%d",)),
            label=Text("when it happened", "事项日期"),
            wrong_is_missing=True,
        ),
    ),
    who=(SELF,),
    records=(
        RecordKind(
            name="registered",
            label=Text("a number given out, or a death", "社会安全登记"),
            person="self",
            key=("self", "event_type", "event_date"),
            happened=DayOf("event_date", otherwise="date_of_birth"),  # a misread day is told by the other
            values=("event_type", "sex"),
        ),
        RecordKind(
            name="birth_told_by_ssa",
            label=Text("birth, as told when the number was given out", "出生(社会安全登记)"),
            person="self",
            key=("self", "event_type", "event_date"),
            happened=DayOf("date_of_birth"),
            known=DayOf("event_date"),
            when=(Is("event_type", "creation"),),
            optional=True,
        ),
        RecordKind(
            name="death",
            label=Text("death", "死亡"),
            person="self",
            key=("self", "event_type", "event_date"),
            happened=DayOf("event_date"),
            when=(Is("event_type", "death"),),
            optional=True,
        ),
    ),
)
