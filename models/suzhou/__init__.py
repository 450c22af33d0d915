"""Suzhou: the default deployment, a Chinese city whose people here are all made up.

Contracts, rules and words are those of the civil-affairs departments of a Chinese city; who lives in it comes from
``riskscreen city``. Ids begin with 99, which no region has: 990508 stands for 320508.
"""

from riskscreen.declare import Linkage, Place, Script, Text

PLACE = Place(
    name="suzhou",
    label=Text("Suzhou (made-up people)", "苏州(虚构人口)"),
    time_zone="Asia/Shanghai",
    currency="CNY",
    themes={
        "health": Text("Health", "健康"),
        "work": Text("Work", "就业"),
        "income": Text("Income", "收入"),
        "assets": Text("Property", "财产"),
        "care": Text("Care", "照护"),
        "guardians": Text("Guardians", "监护"),
        "school": Text("School", "就学"),
        "household": Text("Household", "家庭"),
        "notice": Text("What others noticed", "外界反映"),
        "aid": Text("Help", "救助"),
    },
    area_of="area",
    buckets=4,
    linkage=Linkage(
        script=Script.HAN,
        checked_ids=True,
        compound_surnames=(
            "欧阳",
            "上官",
            "司马",
            "诸葛",
            "东方",
            "皇甫",
            "尉迟",
            "公孙",
            "慕容",
            "令狐",
            "夏侯",
            "司徒",
        ),
    ),
)
