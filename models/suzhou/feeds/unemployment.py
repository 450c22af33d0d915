"""Registered unemployment and its benefit; a row that is stated later corrects the earlier one."""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Id, Known, Money, RecordKind, Sensitivity, Text

UNEMPLOYMENT = Feed(
    name="unemployment",
    label=Text("Registered unemployment", "失业登记"),
    owner=Text("Human Resources and Social Security", "人社"),
    legal_basis=Text("Interim Measures for Social Assistance, art. 58", "《社会救助暂行办法》第五十八条"),
    purpose=Text("to see early when a household loses its income", "及早发现失业致困"),
    cadence=Text("monthly", "每月"),
    retention_days=1825,
    files=("unemployment_*.csv", "unemployment_*.csv.gz"),
    columns=(
        Column(
            name="registration_no",
            type=Id("registration", r"\d{6}J\d{8}"),
            label=Text("number of the registration", "登记编号"),
            required=True,
        ),
        Column(
            name="citizen_id",
            type=Id("citizen", r"\d{17}[\dX]"),
            label=Text("citizen id", "公民身份号码"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(name="registered_on", type=Day(), label=Text("out of work since", "失业日期"), required=True),
        Column(name="reason", type=Code(("dismissed", "work_ended")), label=Text("why the work ended", "失业原因")),
        Column(name="benefit_monthly", type=Money(at_least=0), label=Text("monthly benefit", "月失业金"), unit="yuan"),
        Column(name="benefit_from", type=Day(), label=Text("benefit from", "失业金起始日期")),
        Column(name="benefit_to", type=Day(), label=Text("benefit until", "失业金截止日期")),
        Column(name="ended_on", type=Day(), label=Text("back at work on", "再就业日期")),
        Column(name="stated_on", type=Day(), label=Text("entered on", "登记日期"), required=True),
    ),
    records=(
        RecordKind(
            name="unemployment",
            label=Text("registered unemployment", "登记失业"),
            person="citizen_id",
            key=("registration_no",),
            happened=DayOf("registered_on"),
            known=DayOf("stated_on"),
            lag_days=31,  # delivered monthly
            ends=DayOf("ended_on"),
            values=("reason",),
        ),
        RecordKind(
            name="unemployment_benefit",
            label=Text("unemployment benefit", "失业保险金"),
            person="citizen_id",
            key=("registration_no",),
            happened=DayOf("benefit_from"),
            known=DayOf("stated_on"),
            lag_days=31,
            ends=DayOf("benefit_to"),
            values=("benefit_monthly",),
            when=(Known("benefit_from"),),
        ),
    ),
)
