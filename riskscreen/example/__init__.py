"""A deployment: what riskscreen is told about one place; everything in this folder may be changed.

Each file holds one kind of declaration, and begins with what may be changed in it. Read them in this order:
``feeds/`` (the files that agencies deliver), ``signals/`` (what is seen in them), ``rules.py`` (today's
alert rules), ``models/`` (whom to foresee, and what) and ``cards/`` (a page about each model, for people).
``samples/`` holds made-up deliveries to try it with. ``riskscreen doctor`` says what does not fit together.

In this file: the place's name (as in ``--deployment``), its words, its time zone and currency, the themes
under which reasons are grouped, and the areas: each has its own list, as long as ``weekly_visits``.
"""

from riskscreen.declare import Area, Place, Text

PLACE = Place(
    name="exampletown",
    label=Text("Exampletown", "示例镇"),
    time_zone="UTC",
    currency="XTS",  # the currency code that ISO 4217 keeps for tests
    themes={
        "health": Text("Health", "健康"),
        "work": Text("Work", "就业"),
        "household": Text("Household", "家庭"),
        "aid": Text("Help received", "已获帮扶"),
    },
    area_of="area",  # the signal (signals/household.py) that holds the code of a person's area
    buckets=4,
)

AREAS = [
    Area(code="north", label=Text("Northside", "北片"), weekly_visits=12),
    Area(code="south", label=Text("Southside", "南片"), weekly_visits=12),
    Area(code="hill", label=Text("The Hill", "山片"), weekly_visits=6),
]
