"""Monthly contributions of those at work; the columns have the names of the social-insurance interface."""

from riskscreen.declare import Column, DayOf, Feed, RecordKind, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    ORGANISATION,
    born_in,
    citizen,
    coded,
    files,
    month,
    stated_on,
    yuan,
)

EMPLOYMENT_INSURANCE = Feed(
    name="employment_insurance",
    label=Text("Social insurance contributions", "社会保险缴费"),
    owner=Text("Human Resources and Social Security", "人社"),
    legal_basis=MONITORING,
    purpose=Text("to see early when work stops or wages fall", "及早发现断缴、降薪"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("employment_insurance"),
    columns=(
        citizen("aac002"),
        Column(
            name="aab001",
            type=ORGANISATION,
            label=Text("employer (empty: on their own)", "单位统一社会信用代码(灵活就业为空)"),
        ),
        coded(
            "aae140",
            Text("insurance", "险种类型"),
            (
                ("110", "pension of employees", "职工基本养老保险"),
                ("170", "pension of residents", "城乡居民基本养老保险"),
                ("210", "unemployment", "失业保险"),
                ("310", "medical, of employees", "职工基本医疗保险"),
                ("410", "work injury", "工伤保险"),
            ),
            required=True,
        ),
        yuan("contribution_base", "contribution base of a month", "月缴费基数", required=True, at_least=0),
        month(),
        stated_on(),
    ),
    checks=(born_in("aac002"),),
    records=(
        RecordKind(
            name="contribution",
            label=Text("social insurance contribution", "社会保险缴费"),
            person="aac002",
            key=(
                "aac002",
                "aab001",
                "aae140",
                "month",
            ),
            happened=DayOf("month"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "aae140",
                "contribution_base",
            ),
        ),
    ),
)
