"""Disability certificates: citizen id, category and grade in one number; many who could have one do not."""

from riskscreen.declare import Column, Day, DayOf, Feed, Id, RecordKind, Sensitivity, Text, Whole

DISABILITY = Feed(
    name="disability",
    label=Text("Disability certificates", "残疾人证"),
    owner=Text("Disabled Persons' Federation", "残联"),
    legal_basis=Text("Interim Measures for Social Assistance, art. 58", "《社会救助暂行办法》第五十八条"),
    purpose=Text("to offer what disabled people are entitled to", "落实残疾人应享帮扶"),
    cadence=Text("monthly", "每月"),
    retention_days=3650,
    files=("disability_*.csv", "disability_*.csv.gz"),
    columns=(
        Column(
            name="certificate_no",
            type=Id("disability_certificate", r"\d{17}[\dX][1-7][1-4]"),
            label=Text("number of the certificate", "残疾人证号"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="citizen_id",
            type=Id("citizen", r"\d{17}[\dX]"),
            label=Text("citizen id", "公民身份号码"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="category",
            type=Whole(at_least=1, at_most=7),
            label=Text(
                "category (1 visual 2 hearing 3 speech 4 physical 5 intellectual 6 mental 7 multiple)",
                "残疾类别(1视力 2听力 3言语 4肢体 5智力 6精神 7多重)",
            ),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="grade",
            type=Whole(at_least=1, at_most=4),
            label=Text("grade (1 is the most severe)", "残疾等级"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(name="issued_on", type=Day(), label=Text("issued on", "发证日期"), required=True),
        Column(name="cancelled_on", type=Day(), label=Text("cancelled on", "注销日期")),
        Column(name="stated_on", type=Day(), label=Text("entered on", "登记日期"), required=True),
    ),
    records=(
        RecordKind(
            name="disability_certificate",
            label=Text("disability certificate", "残疾人证"),
            person="citizen_id",
            key=("certificate_no",),
            happened=DayOf("issued_on"),
            known=DayOf("stated_on"),
            lag_days=31,  # delivered monthly
            ends=DayOf("cancelled_on"),
            values=("category", "grade"),
        ),
    ),
)
