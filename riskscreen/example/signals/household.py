"""Signals of the household: who lives together, and what they carry together.

May be changed: everything; see ``health.py``. ``OverHousehold`` rolls up a signal of each member,
``CountMembers`` counts those who meet a condition. ``members="now"`` means those who live there today;
``"then"`` also counts what happened to people while they lived there, so the bills of somebody who died
still weigh on the family. ``Derived`` combines signals by name.
"""

from riskscreen.declare import (
    AtLeast,
    AtMost,
    CountMembers,
    DaysSinceFirst,
    Derived,
    Latest,
    OverHousehold,
    StateAt,
    Text,
)

EIGHTEEN_YEARS = 6575  # days

PERSON = (
    Latest(
        name="area",  # a code, so not for models; the place's area_of names it
        label=Text("area", "片区"),
        theme="household",
        records="residence",
        column="area_code",
        reason=Text("Lives in area {value}", "居住于 {value}"),
    ),
    StateAt(
        name="resident",
        label=Text("lives in the town", "现居本镇"),
        theme="household",
        records="residence",
        words=((0, Text("no", "否")), (1, Text("yes", "是"))),
        reason=Text("Lives in the town: {value}", "现居本镇:{value}"),
    ),
    DaysSinceFirst(
        name="age_days",
        label=Text("age in days", "出生天数"),
        theme="household",
        unit="days",
        records="birth",
        reason=Text("Born {value} days ago", "出生距今 {value} 天"),
    ),
)

HOUSEHOLD = (
    CountMembers(
        name="members",
        label=Text("members of the household", "家庭人数"),
        theme="household",
        reason=Text("Members of the household: {value}", "家庭 {value} 人"),
    ),
    CountMembers(
        name="children",
        label=Text("children in the household", "家中未成年人数"),
        theme="household",
        where=AtMost("age_days", EIGHTEEN_YEARS - 1),
        direction=1,
        reason=Text("Children in the household: {value}", "家中未成年人 {value} 名"),
    ),
    CountMembers(
        name="earners",
        label=Text("members with wages", "有工资收入的家庭成员数"),
        theme="household",
        where=AtLeast("wages", 1),
        direction=-1,
        reason=Text("Members of the household with known wages: {value}", "家中有已申报工资的成员 {value} 人"),
    ),
    OverHousehold(
        name="household_self_paid",
        label=Text("paid by the household for hospital stays", "家庭住院自付"),
        theme="health",
        unit="talers",
        of="self_paid",
        how="sum",
        members="then",
        direction=1,
        reason=Text(
            "The household paid {value} talers for hospital stays in the last half-year",
            "近半年全家住院自付 {value} 元",
        ),
    ),
    OverHousehold(
        name="household_out_of_work_days",
        label=Text("longest time out of work in the household", "家中最长失业天数"),
        theme="work",
        unit="days",
        of="out_of_work_days",
        how="max",
        members="now",
        direction=1,
        reason=Text("The longest time out of work in the household: {value} days", "家中成员最长已失业 {value} 天"),
    ),
    OverHousehold(
        name="household_wages",
        label=Text("wages of the household", "家庭季度工资"),
        theme="work",
        unit="talers",
        of="wages",
        how="sum",
        members="now",
        direction=-1,
        reason=Text("Known wages of the household: {value} talers a quarter", "全家已申报工资每季度 {value} 元"),
    ),
    Derived(
        name="burden",
        label=Text("hospital bills against wages", "住院自付与工资之比"),
        theme="health",
        unit="%",
        how="ratio",
        of=("household_self_paid", "household_wages"),
        direction=1,
        reason=Text(
            "The household's hospital bills of half a year against its wages of a quarter: {value}",
            "近半年全家住院自付相当于季度工资的 {value}",
        ),
    ),
    Derived(
        name="without_wages",
        label=Text("members without wages", "无工资收入的家庭成员数"),
        theme="household",
        how="difference",
        of=("members", "earners"),
        direction=1,
        reason=Text("Members of the household without known wages: {value}", "家中无已申报工资的成员 {value} 人"),
    ),
)
