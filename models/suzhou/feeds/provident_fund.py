"""Monthly deposits to the housing provident fund."""

from riskscreen.declare import Column, DayOf, Feed, RecordKind, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    ORGANISATION,
    born_in,
    citizen,
    files,
    month,
    number,
    stated_on,
    yuan,
)

PROVIDENT_FUND = Feed(
    name="provident_fund",
    label=Text("Housing provident fund", "住房公积金"),
    owner=Text("Provident Fund Centre", "公积金中心"),
    legal_basis=MONITORING,
    purpose=Text("to see early when work stops or wages fall", "及早发现断缴、降薪"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("provident_fund"),
    columns=(
        number("account_no", "provident_account", "account", "个人账号"),
        citizen(),
        Column(name="employer", type=ORGANISATION, label=Text("employer", "单位统一社会信用代码")),
        month(),
        yuan("monthly_deposit", "deposit of the month", "月缴存额", required=True, at_least=0),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="deposit",
            label=Text("provident fund deposit", "公积金缴存"),
            person="citizen_id",
            key=(
                "account_no",
                "month",
            ),
            happened=DayOf("month"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=("monthly_deposit",),
        ),
    ),
)
