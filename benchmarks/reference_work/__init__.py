"""The reference work: six event tables and a register of homes, and 125 signals over them, for measurements alone."""

from riskscreen.declare import Area, Place, Text

place = Place(
    name="reference_work",
    label=Text("reference work", "基准任务"),
    time_zone="UTC",
    currency="CNY",
    themes={"person": Text("person", "个人"), "household": Text("household", "家庭")},
)

everywhere = Area(code="all", label=Text("everywhere", "全部"), weekly_visits=1)
