"""Commercial insurance: for the means check of one case after authorisation, never for screening."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text, Zone

from .columns import ASSISTANCE, born_in, citizen, coded, day, files, number, stated_on, yuan

INSURANCE = Feed(
    name="insurance",
    label=Text("Commercial insurance", "商业保险"),
    owner=Text("Insurers", "保险公司"),
    legal_basis=ASSISTANCE,
    purpose=Text("to check the means of one case, with its authorisation", "经授权后核对个案家庭经济状况"),
    cadence=Text("on request", "按需查询"),
    retention_days=365,
    files=files("insurance"),
    columns=(
        number("authorisation_no", "authorisation", "number of the authorisation", "授权编号"),
        citizen(),
        number("account_no", "insurance_account", "account", "账号"),
        coded(
            "kind",
            Text("kind", "险种"),
            (("life", "life", "人寿保险"), ("annuity", "annuity", "年金保险"), ("health", "health", "健康保险")),
            required=True,
            sensitive=True,
        ),
        yuan("premium", "premium of a year", "年缴保费", at_least=0),
        yuan("cash_value", "cash value", "现金价值", at_least=0),
        day("on", "on", "日期", required=True),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="policy_value",
            label=Text("commercial insurance", "商业保险"),
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
                "premium",
                "cash_value",
            ),
        ),
    ),
    zone=Zone.MEANS_CHECK,
)
