"""Companies and shops by who owns or leads them."""

from riskscreen.declare import Column, DayOf, Feed, Number, RecordKind, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    ORGANISATION,
    SENSITIVE,
    born_in,
    citizen,
    coded,
    day,
    files,
    stated_on,
)

BUSINESS_REGISTRATION = Feed(
    name="business_registration",
    label=Text("Business registration", "市场主体登记"),
    owner=Text("Market Regulation", "市场监管"),
    legal_basis=MONITORING,
    purpose=Text("to tell households with other means apart, and to see when a shop closes", "核对经营情况,发现歇业"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("business_registration"),
    columns=(
        Column(
            name="uscc", type=ORGANISATION, label=Text("unified social credit code", "统一社会信用代码"), required=True
        ),
        citizen(),
        coded(
            "role",
            Text("role", "身份"),
            (
                ("legal_representative", "legal representative", "法定代表人"),
                ("shareholder", "shareholder", "股东"),
                ("sole_trader", "sole trader", "个体工商户经营者"),
            ),
            required=True,
        ),
        Column(
            name="capital",
            type=Number(at_least=0),
            label=Text("capital", "出资额"),
            unit="10,000 yuan",
            sensitivity=SENSITIVE,
        ),
        day("from", "from", "起始日期", required=True),
        day("to", "until", "注销日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="business",
            label=Text("has a business", "市场主体"),
            person="citizen_id",
            key=(
                "uscc",
                "citizen_id",
                "role",
            ),
            happened=DayOf("from"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("to"),
            values=(
                "role",
                "capital",
            ),
        ),
    ),
)
