"""Signals of the health registry: serious disease and severe mental illness. Highly sensitive: a reason carries that.

No signal names the disease: a visit needs to know that there is one, not which.
"""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, Is, Text

from .roll_up import people

PERSON = (
    Count(
        name="serious_disease",
        label=Text("entries of serious disease in two years", "近两年重大疾病登记"),
        theme="health",
        records="health_entry",
        window=Window(730),
        where=(Is("kind", "serious_disease"),),
        direction=1,
        reason=Text(
            "Entries of serious disease in the last {days} days: {value}", "近 {days} 天重大疾病登记 {value} 次"
        ),
    ),
    Count(
        name="severe_mental_illness",
        label=Text("registered with severe mental illness", "登记严重精神障碍"),
        theme="health",
        records="health_entry",
        where=(Is("kind", "severe_mental_illness"),),
        direction=1,
        reason=Text("Entries of severe mental illness: {value}", "严重精神障碍登记 {value} 次"),
    ),
)

HOUSEHOLD = (
    people(
        "members_seriously_ill",
        AtLeast("serious_disease", 1),
        ("members registered with a serious disease in the last two years", "近两年家中登记重大疾病"),
        theme="health",
    ),
    people(
        "members_mentally_ill",
        AtLeast("severe_mental_illness", 1),
        ("members registered with severe mental illness", "家中登记严重精神障碍"),
        theme="care",
    ),
)
