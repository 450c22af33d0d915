"""Spells of unemployment: an increment whose records have a beginning and an end.

May be changed: the columns and how a row becomes a record. A spell is reported when somebody registers,
with the day on which the benefit would end: ``until`` is a plan, and may lie in the future. Who finds work
is reported again under the same number, and the later row corrects the earlier one.
"""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, FreeText, Id, Number, RecordKind, Text

JOBS = Feed(
    name="jobs",
    label=Text("Spells of unemployment", "失业登记"),
    owner=Text("Employment Office", "就业服务机构"),
    legal_basis=Text("the law or agreement under which it is delivered", "提供数据所依据的法律或协议"),
    purpose=Text("to see early when a wage falls away", "及早发现失去工资收入"),
    cadence=Text("every week; the samples are half-yearly", "每周一次;样例为半年一份"),
    retention_days=1825,
    files=("jobs_*.csv",),
    columns=(
        Column(
            name="spell_no", type=Id("spell", r"EXJ\d{7}"), label=Text("number of the spell", "登记号"), required=True
        ),
        Column(
            name="person_id",
            type=Id("person", r"EX\d{7}"),
            label=Text("id of the person", "居民编号"),
            required=True,
        ),
        Column(name="begun_on", type=Day(), label=Text("out of work since", "失业开始日期"), required=True),
        Column(name="until", type=Day(), label=Text("planned or actual end", "计划或实际结束日期")),
        Column(name="reported_on", type=Day(), label=Text("day of the report", "登记日期"), required=True),
        Column(
            name="reason",
            type=Code(("closed", "contract_ended", "dismissed", "quit")),
            label=Text("why the work ended", "离职原因"),
            missing=("-",),
        ),
        Column(
            name="weekly_hours",
            type=Number(at_least=0, at_most=80),
            label=Text("hours a week in the last job", "原岗位每周工时"),
            unit="hours",
        ),
        Column(
            name="remarks",
            type=FreeText(),  # delivered, and read no further than the file
            label=Text("remarks of the office", "备注"),
        ),
    ),
    records=(
        RecordKind(
            name="unemployment",
            label=Text("spell of unemployment", "失业"),
            person="person_id",
            key=("spell_no",),
            happened=DayOf("begun_on"),
            known=DayOf("reported_on"),
            lag_days=2,
            ends=DayOf("until"),
            values=("reason", "weekly_hours"),
        ),
    ),
)
