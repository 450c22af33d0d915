"""Registered unemployment and its benefit; a row that is stated later corrects the earlier one."""

from riskscreen.declare import DayOf, Feed, Known, RecordKind, Text

from .columns import (
    A_MONTH,
    ASSISTANCE,
    MONTHLY,
    OF_THE_MONTH,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    stated_on,
    yuan,
)

UNEMPLOYMENT = Feed(
    name="unemployment",
    label=Text("Registered unemployment", "失业登记"),
    owner=Text("Human Resources and Social Security", "人社"),
    legal_basis=ASSISTANCE,
    purpose=Text("to see early when a household loses its income", "及早发现失业致困"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("unemployment"),
    columns=(
        number("registration_no", "registration", "number of the registration", "登记编号", r"\d{6}J\d{8}"),
        citizen(),
        day("registered_on", "out of work since", "失业日期", required=True),
        coded(
            "reason",
            Text("why the work ended", "失业原因"),
            (
                ("dismissed", "dismissed", "被辞退或合同到期未续"),
                ("work_ended", "the work ended, without a contract", "零工、灵活就业中断"),
                ("closed", "the employer closed", "单位破产、关闭"),
                ("resigned", "resigned", "本人辞职"),
            ),
        ),
        yuan("benefit_monthly", "monthly benefit", "月失业金", at_least=0),
        day("benefit_from", "benefit from", "失业金起始日期"),
        day("benefit_to", "benefit until", "失业金截止日期"),
        day("ended_on", "back at work on", "再就业日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="unemployment",
            label=Text("registered unemployment", "登记失业"),
            person="citizen_id",
            key=("registration_no",),
            happened=DayOf("registered_on"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
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
            lag_days=A_MONTH,
            ends=DayOf("benefit_to"),
            values=("benefit_monthly",),
            when=(Known("benefit_from"),),
        ),
    ),
)
