"""Securities: for the means check of one case after authorisation, never for screening."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text, Zone

from .columns import ASSISTANCE, born_in, citizen, coded, day, files, number, stated_on, yuan

SECURITIES = Feed(
    name="securities",
    label=Text("Securities", "证券"),
    owner=Text("Securities Firms", "证券公司"),
    legal_basis=ASSISTANCE,
    purpose=Text("to check the means of one case, with its authorisation", "经授权后核对个案家庭经济状况"),
    cadence=Text("on request", "按需查询"),
    retention_days=365,
    files=files("securities"),
    columns=(
        number("authorisation_no", "authorisation", "number of the authorisation", "授权编号"),
        citizen(),
        number("account_no", "securities_account", "account", "账号"),
        coded(
            "kind",
            Text("kind", "类别"),
            (("shares", "shares", "股票"), ("funds", "funds", "基金"), ("bonds", "bonds", "债券")),
            required=True,
            sensitive=True,
        ),
        yuan("market_value", "market value", "市值", required=True),
        day("on", "on", "日期", required=True),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="securities_value",
            label=Text("securities", "证券"),
            person="citizen_id",
            key=(
                "authorisation_no",
                "account_no",
            ),
            happened=DayOf("on"),
            known=DayOf("stated_on"),
            lag_days=0,
            values=(
                "kind",
                "market_value",
            ),
        ),
    ),
    zone=Zone.MEANS_CHECK,
)
