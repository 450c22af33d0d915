"""Signals of school: days missed, children who left, and children whose parents work elsewhere, as schools see it.

Aid of schools is no signal: schools grant it because a home is on the assistance register.
"""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, Is, Text, Total

from .roll_up import over, people

HALF_YEAR, A_ROLL = Window(180), Window(395)  # the roll is written once a year, and told a month later

PERSON = (
    Total(
        name="absent_days",
        label=Text("school days missed in half a year", "近半年缺课天数"),
        theme="school",
        unit="days",
        records="attendance",
        column="absent_days",
        window=HALF_YEAR,
        direction=1,
        reason=Text("Missed {value} days of school in the last {days} days", "近 {days} 天缺课 {value} 天"),
    ),
    Total(
        name="unexcused_days",
        label=Text("school days missed without excuse in half a year", "近半年无故缺课天数"),
        theme="school",
        unit="days",
        records="attendance",
        column="unexcused_days",
        window=HALF_YEAR,
        direction=1,
        reason=Text(
            "Missed {value} days of school without excuse in the last {days} days", "近 {days} 天无故缺课 {value} 天"
        ),
    ),
    Count(
        name="left_school",
        label=Text("left school in two years", "近两年辍学"),
        theme="school",
        records="pupil",
        window=Window(730),
        where=(Is("status", "dropped_out"),),
        direction=1,
        reason=Text("Left school in the last {days} days", "近 {days} 天内辍学"),
    ),
    Count(
        name="parents_away",
        label=Text("a parent works elsewhere, by the school roll", "学籍登记父母外出"),
        theme="school",
        records="pupil",
        window=A_ROLL,
        where=(Is("left_behind", "1", "2"),),
        direction=1,
        reason=Text(
            "A parent was away for three months or more, by the school roll", "学籍登记父母一方或双方外出满三个月"
        ),
    ),
    Count(
        name="both_parents_away",
        label=Text("both parents work elsewhere, by the school roll", "学籍登记父母双方外出"),
        theme="school",
        records="pupil",
        window=A_ROLL,
        where=(Is("left_behind", "2"),),
        direction=1,
        reason=Text(
            "Both parents were away for three months or more, by the school roll", "学籍登记父母双方外出满三个月"
        ),
    ),
)

HOUSEHOLD = (
    over(
        "household_absent_days",
        "absent_days",
        "max",
        ("school days that a child missed in the last 180 days", "近 180 天家中一名孩子缺课"),
        ("", "天"),
        theme="school",
    ),
    over(
        "household_unexcused_days",
        "unexcused_days",
        "max",
        ("school days that a child missed without excuse in the last 180 days", "近 180 天家中一名孩子无故缺课"),
        ("", "天"),
        theme="school",
    ),
    people(
        "children_left_school",
        AtLeast("left_school", 1),
        ("children who left school in the last two years", "近两年家中辍学的孩子"),
        theme="school",
    ),
    people(
        "children_parent_away",
        AtLeast("parents_away", 1),
        ("children with a parent who works elsewhere, by the school roll", "学籍登记父母外出的孩子"),
        theme="school",
    ),
    people(
        "children_both_parents_away",
        AtLeast("both_parents_away", 1),
        ("children with both parents away, by the school roll", "学籍登记父母双方外出的孩子"),
        theme="school",
    ),
)
