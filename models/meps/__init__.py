"""MEPS: real people in the United States, asked for two years about their health insurance.

The Medical Expenditure Panel Survey interviews a panel of households five times over two years. Here it stands for
agency files about real people: who loses cover is a hardship that can be foreseen, and whose outcome is known.
Source: Agency for Healthcare Research and Quality, MEPS public-use files (longitudinal files, Person-Round-Plan).
"""

from riskscreen.declare import Area, Place, Text

place = Place(
    name="meps",
    label=Text("Loss of health insurance (MEPS, United States)", "失去医疗保险(美国 MEPS 调查)"),
    time_zone="America/New_York",
    currency="USD",
    themes={
        "cover": Text("own insurance", "本人保险"),
        "household": Text("insurance of the household", "家人保险"),
        "means": Text("income", "收入"),
        "person": Text("age", "年龄"),
    },
    buckets=8,
)

everywhere = Area(code="all", label=Text("the whole panel", "全部样本"), weekly_visits=50)
