"""The assistance register: a row for each person whom a decision covers. It tells of those found, not of all."""

from riskscreen.declare import Column, DayOf, Feed, Id, Is, NotBefore, Number, RecordKind, Text, Whole

from .columns import (
    A_MONTH,
    MONTHLY,
    OF_THE_MONTH,
    born_in,
    citizen,
    coded,
    day,
    files,
    number,
    person_name,
    somebody,
    stated_on,
    yuan,
)

TIERS = (  # DOMAIN §3
    ("dibao", "minimum living allowance", "最低生活保障"),
    ("dibao_margin", "near the minimum living allowance", "低保边缘"),
    ("single", "allowance for a single member", "单人保"),
    ("rigid_spending", "rigid spending", "刚性支出困难"),
    ("tekun", "extreme difficulty", "特困供养"),
    ("temporary", "temporary aid", "临时救助"),
)

ASSISTANCE_REGISTER = Feed(
    name="assistance_register",
    label=Text("Assistance register", "社会救助台账"),
    owner=Text("Civil Affairs", "民政"),
    legal_basis=Text("Interim Measures for Social Assistance", "《社会救助暂行办法》"),
    purpose=Text("to learn from, and to visit nobody who is helped already", "用于学习,并避免重复走访已获救助者"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=3650,
    files=files("assistance_register"),
    columns=(
        number("case_no", "case", "case", "案卷号", r"\d{6}A\d{7}"),
        Column(name="household_no", type=Id("household", r"\d{12}"), label=Text("number of the household", "户号")),
        citizen(),
        person_name(),
        coded("tier", Text("tier", "救助类别"), TIERS, required=True),
        day("applied_on", "applied on", "申请日期", required=True),
        day("decided_on", "decided on", "审批日期", required=True),
        day("valid_to", "valid until", "有效期至"),
        coded(
            "close_reason",
            Text("why it was closed", "停保原因"),
            (
                ("no_longer_in_need", "no longer in need", "不再符合条件"),
                ("left", "left the city", "迁出"),
                ("died", "died", "死亡"),
                ("other", "other", "其他"),
            ),
        ),
        Column(name="members", type=Whole(at_least=1), label=Text("members covered", "保障人数"), unit="people"),
        yuan("labour_income", "labour income of a year", "工资性收入(年)"),
        yuan("business_income", "business income of a year", "经营净收入(年)"),
        yuan("property_income", "income from property of a year", "财产净收入(年)"),
        yuan("transfer_income", "transfers of a year", "转移净收入(年)"),
        yuan("support_income", "support by relatives of a year", "赡养抚养扶养收入(年)"),
        yuan("rigid_spending", "rigid spending of a year, net of insurance", "刚性支出(年)"),
        Column(name="housing_area", type=Number(at_least=0), label=Text("housing area", "住房面积"), unit="m²"),
        Column(name="vehicles", type=Whole(at_least=0), label=Text("vehicles", "机动车数量"), unit="vehicles"),
        yuan("deposits", "deposits", "存款"),
        stated_on(),
    ),
    who=(somebody(),),
    checks=(NotBefore(later="decided_on", earlier="applied_on"), born_in()),
    records=(
        RecordKind(
            name="aid",
            label=Text("on the assistance register", "纳入社会救助"),
            person="person",
            key=("case_no", "person"),
            happened=DayOf("applied_on"),  # the need was there when they applied
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("valid_to"),
            values=("tier",),
        ),
        RecordKind(
            name="aid_end",
            label=Text("off the assistance register, as no longer in need", "不再符合条件,退出救助"),
            person="person",
            key=("case_no", "person"),
            happened=DayOf("valid_to"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            when=(Is("close_reason", "no_longer_in_need", "other"),),  # who moved away or died left for no better life
            values=("tier",),
        ),
    ),
)
