"""Alert rules: the thresholds by which people are visited today. A model has to be better than these.

May be changed: everything. All conditions of a rule must hold. Bounds are in the signal's own unit; money
is in its smallest unit, so 300_000 cents are 3,000 talers.
"""

from riskscreen.declare import AlertRule, AtLeast, Text

RULES = [
    AlertRule(
        name="high_bills",
        label=Text(
            "The household paid 3,000 talers or more for hospital stays in half a year",
            "近半年全家住院自付达到 3,000 元",
        ),
        where=(AtLeast("household_self_paid", 300_000),),
        source="an example; name the circular here",
    ),
    AlertRule(
        name="out_of_work_with_children",
        label=Text(
            "Out of work for three months or more, with children in the household",
            "失业满三个月且家中有未成年人",
        ),
        where=(AtLeast("out_of_work_days", 90), AtLeast("children", 1)),
        source="an example; name the circular here",
    ),
]
