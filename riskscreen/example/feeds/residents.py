"""The register of residents: a snapshot, so a row that is absent from the next delivery is withdrawn.

May be changed: the columns (as the agency spells them), the patterns of file names, and how a row becomes
records. A row here gives two: the birth, and the time that a person lives in a household. The register
keeps the rows of those who moved or died, with the day on which that ended, so it stays known who lived
together then.
"""

from riskscreen.declare import (
    Code,
    Column,
    Day,
    DayOf,
    Delivery,
    Feed,
    HouseholdKey,
    Id,
    Is,
    NotBefore,
    PersonName,
    RecordKind,
    Role,
    Sensitivity,
    Text,
    Who,
    Whole,
)

RESIDENTS = Feed(
    name="residents",
    label=Text("Register of residents", "居民登记"),
    owner=Text("Registry Office", "登记处"),
    legal_basis=Text("the law or agreement under which it is delivered", "提供数据所依据的法律或协议"),
    purpose=Text("to know who lives together, and where", "了解谁与谁同住、住在哪里"),
    cadence=Text("every half-year, the whole register", "每半年一次,全量"),
    retention_days=3650,
    files=("residents_*.csv",),
    delivery=Delivery.SNAPSHOT,
    columns=(
        Column(
            name="person_id",
            type=Id("person", r"EX\d{7}"),  # columns of one kind of id are compared with each other
            label=Text("id of the person", "居民编号"),
            required=True,
        ),
        Column(
            name="name",
            type=PersonName(),  # reaches claims alone, to see where two people come under one id
            label=Text("name", "姓名"),
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="household_no",
            type=Id("household", r"EXH\d{5}"),
            label=Text("number of the household", "户号"),
            required=True,
        ),
        Column(
            name="dwelling",
            type=Code(("home", "dormitory")),
            label=Text("kind of dwelling", "住所类型"),
            required=True,
        ),
        Column(
            name="birth_day",
            type=Day(("%Y-%m-%d", "%d.%m.%Y")),  # the first format that fits is taken
            label=Text("day of birth", "出生日期"),
            required=True,
        ),
        Column(
            name="sex",
            type=Code(("f", "m", "x")),
            label=Text("sex", "性别"),
            missing=("-",),
            protected=True,  # audits may read it; a signal that did would be refused
        ),
        Column(
            name="age",
            type=Whole(at_least=0, at_most=125),
            label=Text("age on the day of the extract", "提取日年龄"),
            unit="years",
        ),
        Column(
            name="area_code",
            type=Code(("north", "south", "hill")),
            label=Text("area", "片区"),
            required=True,
        ),
        Column(name="since", type=Day(), label=Text("lives there since", "入住日期"), required=True),
        Column(name="until", type=Day(), label=Text("lived there until", "迁出或注销日期")),
        Column(
            name="stated_on",
            type=Day(),
            label=Text("day of the extract", "提取日期"),
            required=True,
        ),
    ),
    who=(
        # A claim is made of what a row says of somebody: it is sealed at the door, and read by linkage alone.
        Who(
            name="resident",
            id="person_id",
            words=((Role.FULL_NAME, "name"), (Role.BIRTH_DATE, "birth_day"), (Role.SEX, "sex")),
        ),
    ),
    checks=(NotBefore(later="until", earlier="since"),),  # a row that fails it is quarantined
    records=(
        RecordKind(
            name="birth",
            label=Text("birth", "出生"),
            person="resident",
            key=("resident",),
            happened=DayOf("birth_day"),
            known=DayOf("stated_on"),
        ),
        RecordKind(
            name="residence",
            label=Text("residence in a household", "居住"),
            person="resident",
            key=("resident", "household_no", "since"),
            happened=DayOf("since"),
            known=DayOf("stated_on"),
            ends=DayOf("until"),  # with an end the record is a spell
            values=("area_code", "sex", "age"),
            household=HouseholdKey(
                kind="registered",
                of=("household_no",),
                collective=Is("dwelling", "dormitory"),  # people in a dormitory do not share one purse
            ),
        ),
    ),
)
