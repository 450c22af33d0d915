"""Declared income and income tax by month."""

from riskscreen.declare import DayOf, Feed, NotBefore, RecordKind, Text

from .columns import A_MONTH, MONITORING, MONTHLY, OF_THE_MONTH, born_in, citizen, files, month, number, stated_on, yuan

TAX = Feed(
    name="tax",
    label=Text("Income tax", "个人所得税"),
    owner=Text("Taxation", "税务"),
    legal_basis=MONITORING,
    purpose=Text("to see early when an income falls", "及早发现收入骤降"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("tax"),
    columns=(
        number("declaration_no", "tax_declaration", "number of the declaration", "申报编号"),
        citizen(),
        month(),
        yuan("declared_income", "declared income", "申报收入", required=True, at_least=0),
        yuan("tax", "tax", "税额", required=True),
        stated_on(),
    ),
    checks=(
        NotBefore(later="declared_income", earlier="tax"),
        born_in(),
    ),
    records=(
        RecordKind(
            name="income",
            label=Text("declared income", "申报收入"),
            person="citizen_id",
            key=("declaration_no",),
            happened=DayOf("month"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            values=(
                "declared_income",
                "tax",
            ),
        ),
    ),
)
