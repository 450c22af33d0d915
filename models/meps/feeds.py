"""The two kinds of files of a panel; year 1 of panel p is 1995 + p."""

from riskscreen.declare import (
    Column,
    Each,
    Feed,
    FirstCharacters,
    HouseholdKey,
    Id,
    Is,
    Known,
    MonthEnd,
    RecordKind,
    Sensitivity,
    Text,
    Whole,
    YearEnd,
)

NOT_KNOWN = ("-1", "-2", "-7", "-8", "-9", "-1.0", "-2.0", "-7.0", "-8.0", "-9.0")
YEAR_1 = 1995
YEAR_2 = 1996

PERSON = Column(
    name="dupersid",
    type=Id("dupersid", r"[0-9]{8,10}"),
    label=Text("person", "人员编号"),
    required=True,
    source="MEPS: dwelling unit and person number",
)
PANEL = Column(
    name="panel",
    type=Whole(at_least=1, at_most=99),
    label=Text("panel", "调查批次"),
    required=True,
    sensitivity=Sensitivity.ORDINARY,
)

people = Feed(
    name="people",
    label=Text("People of a panel, two years", "调查对象两年资料"),
    owner=Text("MEPS interview", "MEPS 入户调查"),
    legal_basis=Text("US federal public-use file", "美国联邦公开数据"),
    purpose=Text("to foresee loss of cover, and offer help before it", "预判失去保险,提前提供帮助"),
    cadence=Text("once a panel", "每批次一次"),
    retention_days=3650,
    files=("meps_long_p*.csv.gz",),
    other_columns_expected=True,  # survey weight and design: never signals
    source="MEPS longitudinal files, panels 17 and 18 (HC-164, HC-172)",
    columns=(
        PERSON,
        PANEL,
        Column(
            name="agey1x",
            type=Whole(at_least=0, at_most=120),
            label=Text("age in year 1", "第一年年龄"),
            unit="years",
            missing=NOT_KNOWN,
        ),
        Column(
            name="povcaty1",
            type=Whole(at_least=1, at_most=5),
            label=Text("family income, 1 poor to 5 high, year 1", "第一年家庭收入档(1 贫困 — 5 高)"),
            missing=NOT_KNOWN,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="inscovy1",
            type=Whole(at_least=1, at_most=3),
            label=Text(
                "cover in year 1: 1 any private, 2 public only, 3 none all year",
                "第一年保险:1 商业 2 公共 3 全年无",
            ),
            missing=NOT_KNOWN,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="inscovy2",
            type=Whole(at_least=1, at_most=3),
            label=Text(
                "cover in year 2: 1 any private, 2 public only, 3 none all year",
                "第二年保险:1 商业 2 公共 3 全年无",
            ),
            missing=NOT_KNOWN,
            sensitivity=Sensitivity.SENSITIVE,
        ),
    ),
    records=(
        RecordKind(
            name="year_1",
            label=Text("year 1, as known at its end", "第一年情况"),
            person="dupersid",
            key=("dupersid", "panel"),
            happened=YearEnd("panel", plus=YEAR_1),
            values=("agey1x", "povcaty1", "inscovy1"),
            household=HouseholdKey("dwelling", (FirstCharacters("dupersid", 5), "panel")),
        ),
        RecordKind(
            name="year_2",
            label=Text("cover in year 2, as known at its end", "第二年保险情况"),
            person="dupersid",
            key=("dupersid", "panel"),
            happened=YearEnd("panel", plus=YEAR_2),
            values=("inscovy2",),
            when=(Known("inscovy2"),),
        ),
    ),
)

STATUS = tuple(
    Column(
        name=f"status{month}",
        type=Whole(at_least=1, at_most=2),
        label=Text(f"covered in month {month} of year 1: 1 yes, 2 no", f"第一年 {month} 月是否有保险:1 是 2 否"),
        missing=NOT_KNOWN,
        sensitivity=Sensitivity.SENSITIVE,
    )
    for month in range(1, 13)
)

plans = Feed(
    name="plans",
    label=Text("Insurance plans, a row a person, interview round and plan", "保险计划(每人每轮每计划一行)"),
    owner=Text("MEPS insurance plans", "MEPS 保险计划"),
    legal_basis=Text("US federal public-use file", "美国联邦公开数据"),
    purpose=Text("to foresee loss of cover, and offer help before it", "预判失去保险,提前提供帮助"),
    cadence=Text("once a year", "每年一次"),
    retention_days=3650,
    files=("prpl_*_panel*.csv.gz",),
    other_columns_expected=True,  # months of year 2 (status13 …) and what a round-3 interview may have learnt in it
    source="MEPS Person-Round-Plan files 2012 and 2013",
    columns=(
        Column(
            name="epcpidx",
            type=Id("plan"),
            label=Text("plan of a person in a round", "保险计划编号"),
            required=True,
        ),
        PERSON,
        PANEL,
        *STATUS,
    ),
    records=(
        RecordKind(
            name="covered_month",
            label=Text("a month of year 1 covered by a plan", "有保险计划的月份"),
            person="dupersid",
            key=("epcpidx", "month"),
            happened=MonthEnd(year="panel", month="month", plus=YEAR_1),
            each=Each("month", tuple(range(1, 13))),
            when=(Is("status{month}", 1),),
            values=("panel",),
        ),
    ),
)
