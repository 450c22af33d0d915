"""Court decisions on persons: declared missing or dead, guardianship revoked."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text

from .columns import A_MONTH, MONITORING, MONTHLY, OF_THE_MONTH, born_in, citizen, coded, day, files, number, stated_on

COURT = Feed(
    name="court",
    label=Text("Court decisions", "法院裁判"),
    owner=Text("Courts", "法院"),
    legal_basis=MONITORING,
    purpose=Text("to find children without able guardians", "发现监护缺失儿童"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("court"),
    columns=(
        number("court_case_no", "court_case", "number of the case", "案号"),
        citizen(),
        coded(
            "kind",
            Text("kind", "类别"),
            (
                ("missing", "declared missing", "宣告失踪"),
                ("dead", "declared dead", "宣告死亡"),
                ("guardianship_revoked", "guardianship revoked", "撤销监护人资格"),
            ),
            required=True,
            sensitive=True,
        ),
        day("decided_on", "decided on", "裁判日期", required=True, sensitive=True),
        day("revoked_on", "the decision was revoked on", "撤销日期", sensitive=True),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="court_decision",
            label=Text("court decision", "法院裁判"),
            person="citizen_id",
            key=(
                "court_case_no",
                "citizen_id",
                "kind",
            ),
            happened=DayOf("decided_on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("revoked_on"),
            values=("kind",),
        ),
    ),
)
