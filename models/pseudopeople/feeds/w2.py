"""W-2 and 1099: what an employer paid somebody in a year. Numbers are misspelt, and some work under another's."""

from riskscreen.declare import Code, Column, Feed, Id, Money, RecordKind, Sensitivity, Text, Who, Whole, YearEnd

from .columns import KEPT_DAYS, LAW, PURPOSE, SOURCE, TRUTH, YEARLY, address, lives, named, names, ssn

MAIL = "mailing_address_"
WORKER = Who(
    name="worker",
    words=(*names(), *lives(MAIL, box=True)),
    id="ssn",
    shared_id=True,
)

w2 = Feed(
    name="w2",
    label=Text("Wages of a year (W-2 and 1099)", "年度工资申报(W-2、1099)"),
    owner=Text("Internal Revenue Service", "国内税务局"),
    legal_basis=LAW,
    purpose=PURPOSE,
    cadence=YEARLY,
    retention_days=KEPT_DAYS,
    files=("taxes_w2*", "w2_*"),
    source=SOURCE,
    other_columns_expected=True,  # the employer's address tells nothing of a worker
    columns=(
        *TRUTH,
        Column(
            name="employer_id",
            type=Id("true_employer"),
            label=Text("who the employer truly is", "真实雇主"),
            truth=True,
            source="pseudopeople: for scoring linkage alone",
        ),
        ssn(),
        Column(
            name="wages",
            type=Money(decimals=0, at_least=0),
            label=Text("wages of the year", "年工资"),
            unit="USD",
            wrong_is_missing=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(name="employer_name", type=Code(), label=Text("employer", "雇主")),
        *named(),
        *address(MAIL, box=True),
        Column(name="tax_form", type=Code(("W2", "1099")), label=Text("form", "表格")),
        Column(
            name="tax_year",
            type=Whole(at_least=1900, at_most=2100),
            label=Text("tax year", "税务年度"),
            required=True,
            sensitivity=Sensitivity.ORDINARY,
        ),
    ),
    who=(WORKER,),
    records=(
        RecordKind(
            name="wage",
            label=Text("wages of a year from one employer", "年度工资"),
            person="worker",
            key=("worker", "tax_year", "employer_name", "tax_form", "wages"),
            happened=YearEnd("tax_year"),
            lag_days=31,  # due at the end of January
            values=("wages", "tax_form"),
        ),
    ),
)
