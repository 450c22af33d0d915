"""Decisions on aid: what the model is to foresee, and who receives help already.

May be changed: the columns and how a row becomes a record. The record happened on the day of the
application, for that is when the need was there; it became known when it was decided. So a night never sees
an application that is still open.
"""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Id, RecordKind, Sensitivity, Text

AID = Feed(
    name="aid",
    label=Text("Decisions on aid", "救助审批"),
    owner=Text("Welfare Office", "救助机构"),
    legal_basis=Text("the law or agreement under which it is delivered", "提供数据所依据的法律或协议"),
    purpose=Text("to learn from, and to visit nobody who is helped already", "用于学习,并避免重复走访已获帮扶者"),
    cadence=Text("every week; the samples are half-yearly", "每周一次;样例为半年一份"),
    retention_days=3650,
    files=("aid_*.csv",),
    columns=(
        Column(
            name="decision_no",
            type=Id("decision", r"EXA\d{7}"),
            label=Text("number of the decision", "审批编号"),
            required=True,
        ),
        Column(
            name="person_id",
            type=Id("person", r"EX\d{7}"),
            label=Text("id of the person", "居民编号"),
            required=True,
        ),
        Column(name="applied_on", type=Day(), label=Text("day of the application", "申请日期"), required=True),
        Column(name="decided_on", type=Day(), label=Text("day of the decision", "审批日期"), required=True),
        Column(
            name="decision",
            type=Code(("granted", "not_granted")),
            label=Text("decision", "审批结果"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(name="granted_until", type=Day(), label=Text("granted until", "救助截止日期")),
    ),
    records=(
        RecordKind(
            name="aid_decision",
            label=Text("decision on aid", "救助审批"),
            person="person_id",
            key=("decision_no",),
            happened=DayOf("applied_on"),
            known=DayOf("decided_on"),
            lag_days=2,
            ends=DayOf("granted_until"),
            values=("decision",),
        ),
    ),
)
