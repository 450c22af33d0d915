"""Rural households watched lest they fall back into poverty; a row for each member."""

from riskscreen.declare import Column, DayOf, Feed, Id, RecordKind, Text

from .columns import A_MONTH, MONITORING, MONTHLY, OF_THE_MONTH, born_in, citizen, coded, day, files, stated_on

RURAL_MONITORING = Feed(
    name="rural_monitoring",
    label=Text("Monitoring against relapse", "防返贫监测"),
    owner=Text("Agriculture and Rural Affairs", "农业农村"),
    legal_basis=MONITORING,
    purpose=Text("to know which rural households are watched already", "了解已纳入监测的农户"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("rural_monitoring"),
    columns=(
        Column(
            name="household_no",
            type=Id("household", r"\d{12}"),
            label=Text("number of the household", "户号"),
            required=True,
        ),
        citizen(),
        coded(
            "kind",
            Text("kind", "监测类别"),
            (
                ("unstable", "out of poverty and not steady", "脱贫不稳定户"),
                ("margin", "at the margin", "边缘易致贫户"),
                ("sudden", "in sudden difficulty", "突发严重困难户"),
            ),
            required=True,
            sensitive=True,
        ),
        day("from", "from", "纳入日期", required=True),
        day("resolved_on", "resolved on", "风险消除日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="monitored",
            label=Text("monitored against relapse", "防返贫监测"),
            person="citizen_id",
            key=(
                "household_no",
                "citizen_id",
                "from",
            ),
            happened=DayOf("from"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("resolved_on"),
            values=("kind",),
        ),
    ),
)
