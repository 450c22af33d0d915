"""pseudopeople: seven agencies' tables about the same simulated people, with the errors that real tables have.

The people were made by the package pseudopeople (Institute for Health Metrics and Evaluation, University of
Washington), which follows the population of the United States from 2019 to 2041. No id goes through all tables, and
everybody writes names, addresses and days in their own way: who is who has to be found out.
"""

from datetime import date

from riskscreen.declare import Area, Linkage, Place, Text

SHORT_STREETS = (
    ("street", "st"),
    ("avenue", "ave"),
    ("road", "rd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("court", "ct"),
    ("place", "pl"),
    ("boulevard", "blvd"),
    ("circle", "cir"),
    ("terrace", "ter"),
    ("highway", "hwy"),
    ("parkway", "pkwy"),
    ("trail", "trl"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
)

place = Place(
    name="pseudopeople",
    label=Text("Food aid for small children (simulated people)", "幼儿食品援助(模拟人口)"),
    time_zone="America/Los_Angeles",
    currency="USD",
    themes={
        "child": Text("the child", "儿童"),
        "aid": Text("food aid", "食品援助"),
        "household": Text("household", "家庭"),
        "income": Text("income", "收入"),
    },
    buckets=8,
    linkage=Linkage(
        short_streets=SHORT_STREETS,
        one_record=("census", "wic", "tax_1040"),
        support=("spouse", "dependent"),  # as tax returns tell it
        true_person="simulant_id",
        true_household="household_id",
    ),
    made_up_until=date(2042, 12, 31),
)

everywhere = Area(code="all", label=Text("everywhere", "全部地区"), weekly_visits=25)
