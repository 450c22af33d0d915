"""Signals of the household: where it lives, its members by age, deaths, moves, divorces."""

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    Count,
    CountMembers,
    DaysSinceFirst,
    Derived,
    Is,
    Latest,
    OverHousehold,
    StateAt,
    Text,
)

from .roll_up import over

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
    Count(
        name="minor",
        label=Text("is under 18", "未满 18 周岁"),
        theme="household",
        records="birth",
        window=Window(EIGHTEEN),
        words=YES_NO,
        reason=Text("Is under 18: {value}", "未满 18 周岁:{value}"),
    ),
    Count(
        name="moves",
        label=Text("moves in two years", "近两年搬迁次数"),
        theme="household",
        records="residence",
        window=Window(730),
        reason=Text("Moves in the last {days} days: {value}", "近 {days} 天搬迁 {value} 次"),
    ),
    Count(
        name="divorces",
        label=Text("divorces in two years", "近两年离婚"),
        theme="household",
        records="marriage",
        window=Window(730),
        where=(Is("kind", "divorce"),),
        direction=1,
        reason=Text("Divorces in the last {days} days: {value}", "近 {days} 天离婚 {value} 次"),
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
    over(
        "household_moves",
        "moves",
        "min",  # a child who is born into the home, or somebody who joins it, has not moved the home
        ("moves of the household in the last 730 days", "近 730 天全家搬迁"),
        ("", "次"),
        theme="household",
        direction=0,
    ),
    over(
        "household_divorces",
        "divorces",
        "max",
        ("divorces of a member in the last 730 days", "近 730 天家人离婚"),
        ("", "次"),
        theme="household",
    ),
    Derived(
        name="grown_before_60",
        label=Text("members of 18 to 59", "家中 18 至 59 岁人数"),
        theme="household",
        unit="people",
        how="difference",
        of=("grown", "old"),
        reason=Text("Members of 18 to 59: {value}", "家中 18 至 59 岁 {value} 人"),
    ),
)
