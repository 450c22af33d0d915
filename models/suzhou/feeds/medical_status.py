"""Who is insured how, and whose contributions are subsidised as whom."""

from riskscreen.declare import DayOf, Feed, RecordKind, Text

from .columns import A_MONTH, MONITORING, MONTHLY, OF_THE_MONTH, YES_NO, born_in, citizen, coded, day, files, stated_on
from .medical_settlement import INSURANCES

IDENTITIES = (
    ("none", "nobody in particular", "普通参保人"),
    ("tekun", "in extreme difficulty", "特困人员"),
    ("orphan", "orphan", "孤儿"),
    ("dibao", "on the minimum living allowance", "低保对象"),
    ("dibao_margin", "near the minimum living allowance", "低保边缘家庭成员"),
    ("monitored", "monitored against relapse", "防返贫监测对象"),
    ("rigid_spending", "in difficulty by rigid spending", "因病致贫重病患者"),
)

MEDICAL_STATUS = Feed(
    name="medical_status",
    label=Text("Insurance status", "参保状态"),
    owner=Text("Medical Insurance", "医保"),
    legal_basis=MONITORING,
    purpose=Text("to find people without insurance, and those known to medical aid", "发现未参保人员和医疗救助对象"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("medical_status"),
    columns=(
        citizen(),
        coded("insutype", Text("insurance", "险种类型"), INSURANCES, required=True),
        coded("subsidised", Text("contribution subsidised", "资助参保"), YES_NO, required=True),
        coded(
            "medical_aid_identity",
            Text("known to medical aid as", "医疗救助身份"),
            IDENTITIES,
            required=True,
            sensitive=True,
        ),
        day("begndate", "from", "开始日期", required=True),
        day("enddate", "until", "结束日期"),
        stated_on(),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="insured",
            label=Text("insured", "参保"),
            person="citizen_id",
            key=(
                "citizen_id",
                "insutype",
                "begndate",
            ),
            happened=DayOf("begndate"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("enddate"),
            values=(
                "insutype",
                "subsidised",
                "medical_aid_identity",
            ),
        ),
    ),
)
