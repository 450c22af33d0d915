"""Suzhou: the default deployment, a Chinese city whose people here are all made up.

Contracts, rules and words are those of the civil-affairs departments of a Chinese city; who lives in it comes from
``riskscreen city``. Ids begin with 99, which no region has: 990508 stands for 320508.
"""

from riskscreen.declare import Place, Text

PLACE = Place(
    name="suzhou",
    label=Text("Suzhou (made-up people)", "苏州(虚构人口)"),
    time_zone="Asia/Shanghai",
    currency="CNY",
    themes={
        "health": Text("Health", "健康"),
        "work": Text("Work", "就业"),
        "care": Text("Care", "照护"),
        "household": Text("Household", "家庭"),
        "aid": Text("Help received", "已获救助"),
    },
    area_of="area",
    buckets=4,
)
