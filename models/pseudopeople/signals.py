"""Signals of a small child and of the people at the child's address, as of the end of a year.

Wages of a year become known in January of the next, tax returns in April: at the end of a year those of the year
before are the last.
"""

from riskscreen.clock import Window
from riskscreen.declare import (
    AtMost,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Derived,
    OverHousehold,
    Text,
    Total,
)

THIS_YEAR = Window(365)
LAST_TAX_YEAR = Window(400)
FIVE_YEARS = 1825
YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))

born = [
    DaysSinceFirst(
        name="age_told_by_ssa",
        label=Text("days since birth, as social security tells it", "出生天数(社会安全)"),
        theme="child",
        unit="days",
        records="birth_told_by_ssa",
        reason=Text("Born {value} days ago", "出生 {value} 天"),
    ),
    DaysSinceFirst(
        name="age_told_by_wic",
        label=Text("days since birth, as told when aid was given", "出生天数(食品援助)"),
        theme="child",
        unit="days",
        records="birth_told_by_wic",
        reason=Text("Born {value} days ago", "出生 {value} 天"),
    ),
    DaysSinceFirst(
        name="age_told_in_census",
        label=Text("days since birth, as told in a census", "出生天数(普查)"),
        theme="child",
        unit="days",
        records="birth_told_in_census",
        reason=Text("Born {value} days ago", "出生 {value} 天"),
    ),
    Derived(
        name="age_days",
        label=Text("days since birth", "出生天数"),
        theme="child",
        unit="days",
        how="first_known",
        of=("age_told_by_ssa", "age_told_by_wic", "age_told_in_census"),
        reason=Text("Born {value} days ago", "出生 {value} 天"),
    ),
    Count(
        name="deaths",
        label=Text("has died", "已死亡"),
        theme="child",
        records="death",
        reason=Text("Has died: {value}", "已死亡:{value}"),
        words=YES_NO,
    ),
]

aided = [
    Count(
        name="aid_this_year",
        label=Text("food aid this year", "本年领取食品援助"),
        theme="aid",
        records="food_aid",
        window=THIS_YEAR,
        reason=Text("Food aid this year: {value}", "本年领取食品援助:{value}"),
        words=YES_NO,
    ),
    Count(
        name="years_of_aid",
        label=Text("years of food aid", "领取食品援助年数"),
        theme="aid",
        unit="years",
        records="food_aid",
        reason=Text("Food aid in {value} years so far", "至今 {value} 年领取食品援助"),
    ),
    DaysSinceLast(
        name="days_since_aid",
        label=Text("days since food aid", "距上次食品援助天数"),
        theme="aid",
        unit="days",
        records="food_aid",
        reason=Text("The last year of food aid ended {value} days ago", "上一援助年度结束于 {value} 天前"),
    ),
]

income = [
    Total(
        name="wages",
        label=Text("own wages of the last tax year", "上一税务年度本人工资"),
        theme="income",
        unit="USD",
        records="wage",
        column="wages",
        window=LAST_TAX_YEAR,
        reason=Text("Wages of {value} USD in the last tax year", "上一税务年度工资 {value} 美元"),
    ),
    OverHousehold(
        name="household_wages",
        label=Text("wages at the address in the last tax year", "同住者上一税务年度工资合计"),
        theme="income",
        unit="USD",
        of="wages",
        how="sum",
        reason=Text(
            "{value} USD of wages at the address in the last tax year", "同住者上一税务年度工资合计 {value} 美元"
        ),
    ),
]

household = [
    CountMembers(
        name="household_size",
        label=Text("people at the address", "同住人数"),
        theme="household",
        unit="people",
        reason=Text("{value} people at the address", "同住 {value} 人"),
    ),
    CountMembers(
        name="small_children",
        label=Text("children under five at the address", "同住五岁以下儿童"),
        theme="household",
        unit="people",
        where=AtMost("age_days", FIVE_YEARS),
        reason=Text("{value} children under five at the address", "同住五岁以下儿童 {value} 人"),
    ),
    OverHousehold(
        name="aided_at_the_address",
        label=Text("people at the address with food aid this year", "同住者中本年领取食品援助人数"),
        theme="aid",
        unit="people",
        of="aid_this_year",
        how="sum",
        reason=Text("{value} at the address had food aid this year", "同住者中 {value} 人本年领取食品援助"),
    ),
    OverHousehold(
        name="years_of_aid_at_the_address",
        label=Text("years of food aid of people at the address", "同住者食品援助年数合计"),
        theme="aid",
        unit="years",
        of="years_of_aid",
        how="sum",
        reason=Text("People at the address had {value} years of food aid", "同住者食品援助合计 {value} 年"),
    ),
]
