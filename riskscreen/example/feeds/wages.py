"""Wages: one row a person and year, with a column for each quarter, so that a row gives up to four records.

May be changed: the columns and how a row becomes records. This file shows ``Each`` (``{month}`` stands for 3, 6,
9 and 12 in turn), days that are made from a year and a month, and a long lag: a year's wages are known 60 days
after it ended, so most nights work with those of the year before.
"""

from riskscreen.declare import Column, Each, Feed, Id, Known, Money, MonthEnd, RecordKind, Text, Whole, YearEnd

QUARTERS = Each("month", (3, 6, 9, 12))

WAGES = Feed(
    name="wages",
    label=Text("Wage statements", "工资申报"),
    owner=Text("Tax Office", "税务机构"),
    legal_basis=Text("the law or agreement under which it is delivered", "提供数据所依据的法律或协议"),
    purpose=Text("to know on what a household lives", "了解家庭的收入来源"),
    cadence=Text("every year", "每年一次"),
    retention_days=1825,
    files=("wages_*.csv",),
    columns=(
        Column(
            name="person_id",
            type=Id("person", r"EX\d{7}"),
            label=Text("id of the person", "居民编号"),
            required=True,
        ),
        Column(
            name="year",
            type=Whole(at_least=1990, at_most=2100),
            label=Text("year", "年份"),
            required=True,
        ),
        *(
            Column(
                name=name,
                type=Money(decimals=2, at_least=0),
                label=Text("wages of a quarter", "季度工资"),
                unit="talers",
            )
            for name in QUARTERS.names("wage{month}")
        ),
    ),
    records=(
        RecordKind(
            name="quarter_wage",
            label=Text("wages of a quarter", "季度工资"),
            person="person_id",
            key=("person_id", "year", "month"),
            happened=MonthEnd("year", "month"),
            known=YearEnd("year"),
            lag_days=60,
            values=("wage{month}",),
            when=(Known("wage{month}"),),  # no record of a quarter without wages
            each=QUARTERS,
        ),
    ),
)
