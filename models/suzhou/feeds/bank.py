"""Balances at banks: for the means check of one case after authorisation, never for screening."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text, Zone

from .columns import ASSISTANCE, born_in, citizen, coded, day, files, number, stated_on, yuan

BANK = Feed(
    name="bank",
    label=Text("Bank balances", "银行存款"),
    owner=Text("Banks", "银行"),
    legal_basis=ASSISTANCE,
    purpose=Text("to check the means of one case, with its authorisation", "经授权后核对个案家庭经济状况"),
    cadence=Text("on request", "按需查询"),
    retention_days=365,
    files=files("bank"),
    columns=(
        number("authorisation_no", "authorisation", "number of the authorisation", "授权编号"),
        citizen(),
        number("account_no", "bank_account", "account", "账号"),
        coded(
            "kind",
            Text("kind", "账户类别"),
            (
                ("current", "current account", "活期"),
                ("deposit", "deposit", "定期"),
                ("product", "investment product", "理财"),
            ),
            required=True,
            sensitive=True,
        ),
        yuan("balance", "balance", "余额", required=True),
        day("on", "on", "日期", required=True),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="bank_balance",
            label=Text("bank balance", "银行存款"),
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
                "balance",
            ),
        ),
    ),
    zone=Zone.MEANS_CHECK,
)
