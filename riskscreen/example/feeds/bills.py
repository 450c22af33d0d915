"""Hospital bills: an increment, so each delivery adds to those before it.

May be changed: the columns and how a row becomes a record. This file shows amounts of money, a correction
(a row with the same bill number that was booked later replaces the earlier one), a withdrawal (a refunded
bill), and the lag between the booking and the day on which we hear of it.
"""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Id, Is, Money, RecordKind, Sensitivity, Text

BILLS = Feed(
    name="bills",
    label=Text("Hospital bills", "住院结算"),
    owner=Text("Health Insurance", "医保机构"),
    legal_basis=Text("the law or agreement under which it is delivered", "提供数据所依据的法律或协议"),
    purpose=Text("to see early when illness weighs on a household", "及早发现因病致困"),
    cadence=Text("every week; the samples are half-yearly", "每周一次;样例为半年一份"),
    retention_days=1095,
    files=("bills_*.csv",),
    quarantine_limit=0.02,  # above this share of rejected rows, ingest ends with exit code 3
    columns=(
        Column(
            name="bill_no", type=Id("bill", r"EXB\d{7}"), label=Text("number of the bill", "结算单号"), required=True
        ),
        Column(
            name="person_id",
            type=Id("person", r"EX\d{7}"),
            label=Text("id of the person", "居民编号"),
            required=True,
        ),
        Column(name="discharged_on", type=Day(), label=Text("day of discharge", "出院日期"), required=True),
        Column(name="booked_on", type=Day(), label=Text("day of booking", "入账日期"), required=True),
        Column(
            name="ward",
            type=Code(("children", "emergency", "maternity", "medicine", "surgery")),
            label=Text("ward", "科室"),
            missing=("-", "unknown"),  # spellings that mean "not known", beside the empty one
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="total",
            type=Money(decimals=2, at_least=0),  # kept as whole cents; windows add them up without rounding
            label=Text("total of the bill", "总费用"),
            unit="talers",
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="self_paid",
            type=Money(decimals=2, at_least=0),
            label=Text("paid by the patient", "个人自付"),
            unit="talers",
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="status",
            type=Code(("booked", "refunded")),
            label=Text("state of the bill", "状态"),
            required=True,
        ),
    ),
    records=(
        RecordKind(
            name="bill",
            label=Text("hospital bill", "住院结算单"),
            person="person_id",
            key=("bill_no",),
            happened=DayOf("discharged_on"),
            known=DayOf("booked_on"),
            lag_days=3,  # a booking reaches us three days later
            values=("ward", "total", "self_paid"),
            withdrawn=Is("status", "refunded"),
        ),
    ),
)
