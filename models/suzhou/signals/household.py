"""Signals of the household: where it lives, its members by age, deaths, and help received."""

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    Count,
    CountMembers,
    DaysSinceFirst,
    Derived,
    Latest,
    OverHousehold,
    StateAt,
    Text,
)

YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))
EIGHTEEN, SIXTY = 6575, 21915  # years, in days

PERSON = (
    Latest(
        name="area",
        label=Text("subdistrict", "镇街"),
        theme="household",
        records="residence",
        column="area_code",
        reason=Text("Lives in subdistrict {value}", "居住于镇街 {value}"),
    ),
    StateAt(
        name="resident",
        label=Text("lives in the city", "现居本市"),
        theme="household",
        records="residence",
        words=YES_NO,
        reason=Text("Lives in the city: {value}", "现居本市:{value}"),
    ),
    DaysSinceFirst(
        name="age_days",
        label=Text("age in days", "出生天数"),
        theme="household",
        unit="days",
        records="birth",
        reason=Text("Born {value} days ago", "出生距今 {value} 天"),
    ),
    Derived(
        name="lived_days",
        label=Text("age in days of those who live in the city, else 0", "现居本市者的出生天数"),
        theme="household",
        unit="days",
        how="product",
        of=("age_days", "resident"),
        reason=Text("Born {value} days ago", "出生距今 {value} 天"),
    ),
    Count(
        name="deaths_180",
        label=Text("deaths in half a year", "近半年死亡"),
        theme="household",
        records="death",
        window=Window(180),
        reason=Text("Deaths in the last {days} days: {value}", "近 {days} 天死亡 {value} 人"),
    ),
    StateAt(
        name="aided",
        label=Text("is on the assistance register", "正在接受救助"),
        theme="aid",
        records="aid",
        words=YES_NO,
        reason=Text("Is on the assistance register: {value}", "正在接受救助:{value}"),
    ),
    Count(
        name="aided_before",
        label=Text("times on the assistance register in three years", "近三年纳入救助次数"),
        theme="aid",
        records="aid",
        window=Window(1095),
        direction=1,
        reason=Text(
            "Times on the assistance register in the last {days} days: {value}", "近 {days} 天纳入救助 {value} 次"
        ),
    ),
)

HOUSEHOLD = (
    CountMembers(
        name="members",
        label=Text("members of the household", "家庭人数"),
        theme="household",
        unit="people",
        where=AtLeast("resident", 1),
        reason=Text("Members of the household: {value}", "家庭 {value} 人"),
    ),
    CountMembers(
        name="grown",
        label=Text("members of 18 or older", "家中成年人数"),
        theme="household",
        unit="people",
        where=AtLeast("lived_days", EIGHTEEN),
        reason=Text("Members of 18 or older: {value}", "家中成年人 {value} 人"),
    ),
    Derived(
        name="children",
        label=Text("children in the household", "家中未成年人数"),
        theme="household",
        unit="people",
        how="difference",
        of=("members", "grown"),
        direction=1,
        reason=Text("Children in the household: {value}", "家中未成年人 {value} 名"),
    ),
    CountMembers(
        name="old",
        label=Text("members of 60 or older", "家中 60 岁及以上人数"),
        theme="household",
        unit="people",
        where=AtLeast("lived_days", SIXTY),
        reason=Text("Members of 60 or older: {value}", "家中 60 岁及以上 {value} 人"),
    ),
    OverHousehold(
        name="household_deaths",
        label=Text("deaths in the household in half a year", "近半年家中死亡"),
        theme="household",
        of="deaths_180",
        how="sum",
        members="then",
        direction=1,
        reason=Text("Deaths in the household in the last 180 days: {value}", "近 180 天家中死亡 {value} 人"),
    ),
    OverHousehold(
        name="household_aided",
        label=Text("a member is on the assistance register", "家中有人正在接受救助"),
        theme="aid",
        of="aided",
        how="any",
        words=YES_NO,
        reason=Text("A member is on the assistance register: {value}", "家中有人正在接受救助:{value}"),
    ),
    OverHousehold(
        name="household_aided_before",
        label=Text("times on the assistance register in three years", "近三年家庭纳入救助次数"),
        theme="aid",
        of="aided_before",
        how="max",
        direction=1,
        reason=Text(
            "Times the household came onto the assistance register in the last 1,095 days: {value}",
            "近 1095 天家庭纳入救助 {value} 次",
        ),
    ),
)
