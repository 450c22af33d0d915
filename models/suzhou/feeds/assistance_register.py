"""The assistance register: a row for each person whom a decision covers. It tells of those found, not of all."""

from riskscreen.declare import Code, Column, Day, DayOf, Feed, Id, Money, Number, RecordKind, Sensitivity, Text, Whole


def income(name: str, en: str, zh: str) -> Column:
    """A year's amount in yuan."""
    return Column(name=name, type=Money(), label=Text(en, zh), unit="yuan", sensitivity=Sensitivity.SENSITIVE)


ASSISTANCE_REGISTER = Feed(
    name="assistance_register",
    label=Text("Assistance register", "社会救助台账"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=Text("Interim Measures for Social Assistance", "《社会救助暂行办法》"),
    purpose=Text("to learn from, and to visit nobody who is helped already", "用于学习,并避免重复走访已获救助者"),
    cadence=Text("monthly", "每月"),
    retention_days=3650,
    files=("assistance_register_*.csv", "assistance_register_*.csv.gz"),
    columns=(
        Column(name="case_no", type=Id("case", r"\d{6}A\d{7}"), label=Text("case", "案卷号"), required=True),
        Column(name="household_no", type=Id("household", r"\d{12}"), label=Text("number of the household", "户号")),
        Column(
            name="citizen_id",
            type=Id("citizen", r"\d{17}[\dX]"),
            label=Text("citizen id", "公民身份号码"),
            required=True,
            sensitivity=Sensitivity.SENSITIVE,
        ),
        Column(
            name="tier",
            type=Code(("dibao", "dibao_margin", "rigid_spending")),
            label=Text("tier", "救助类别"),
            required=True,
        ),
        Column(name="applied_on", type=Day(), label=Text("applied on", "申请日期"), required=True),
        Column(name="decided_on", type=Day(), label=Text("decided on", "审批日期"), required=True),
        Column(name="valid_to", type=Day(), label=Text("valid until", "有效期至")),
        Column(
            name="close_reason", type=Code(("no_longer_in_need", "left")), label=Text("why it was closed", "停保原因")
        ),
        Column(name="members", type=Whole(at_least=1), label=Text("members covered", "保障人数"), unit="people"),
        income("labour_income", "labour income", "工资性收入"),
        income("business_income", "business income", "经营净收入"),
        income("property_income", "income from property", "财产净收入"),
        income("transfer_income", "transfers", "转移净收入"),
        income("support_income", "support by relatives", "赡养抚养扶养收入"),
        income("rigid_spending", "rigid spending, net of insurance", "刚性支出"),
        Column(name="housing_area", type=Number(at_least=0), label=Text("housing area", "住房面积"), unit="m²"),
        Column(name="vehicles", type=Whole(at_least=0), label=Text("vehicles", "机动车数量")),
        income("deposits", "deposits", "存款"),
        Column(name="stated_on", type=Day(), label=Text("entered on", "登记日期"), required=True),
    ),
    records=(
        RecordKind(
            name="aid",
            label=Text("on the assistance register", "纳入社会救助"),
            person="citizen_id",
            key=("case_no", "citizen_id"),
            happened=DayOf("applied_on"),  # the need was there when they applied
            known=DayOf("stated_on"),
            lag_days=31,  # delivered monthly
            ends=DayOf("valid_to"),
            values=("tier",),
        ),
    ),
)
