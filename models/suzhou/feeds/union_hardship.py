"""Workers whom trade unions list as in difficulty: the whole list every quarter."""

from riskscreen.declare import DayOf, Delivery, Feed, RecordKind, Text

from .columns import A_MONTH, MONITORING, born_in, citizen, coded, day, files

UNION_HARDSHIP = Feed(
    name="union_hardship",
    label=Text("Union hardship list", "工会困难职工"),
    owner=Text("Federation of Trade Unions", "总工会"),
    legal_basis=MONITORING,
    purpose=Text("to know which families unions already find in difficulty", "了解工会建档困难职工"),
    cadence=Text("quarterly", "每季度"),
    retention_days=1825,
    files=files("union_hardship"),
    columns=(
        citizen(),
        coded(
            "level",
            Text("level", "困难类别"),
            (("deep", "deep", "深度困难"), ("relative", "relative", "相对困难"), ("sudden", "sudden", "意外致困")),
            required=True,
            sensitive=True,
        ),
        day("on", "listed since", "建档日期", required=True),
        day("listed_on", "day of this list", "名单日期", required=True),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="union_listed",
            label=Text("on the hardship list of unions", "工会困难职工"),
            person="citizen_id",
            key=("citizen_id",),
            happened=DayOf("on"),
            known=DayOf("listed_on"),
            lag_days=A_MONTH,
            values=("level",),
        ),
    ),
    delivery=Delivery.SNAPSHOT,
)
