"""Signals of work: registered spells of unemployment and their benefit."""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, CountMembers, OverHousehold, SpellLength, StateAt, Text

PERSON = (
    SpellLength(
        name="out_of_work_days",
        label=Text("days out of work", "失业天数"),
        theme="work",
        unit="days",
        records="unemployment",
        direction=1,
        reason=Text("Out of work for {value} days", "已失业 {value} 天"),
    ),
    Count(
        name="times_out_of_work",
        label=Text("times out of work in two years", "近两年失业次数"),
        theme="work",
        records="unemployment",
        window=Window(730),
        direction=1,
        reason=Text("Times out of work in the last {days} days: {value}", "近 {days} 天失业 {value} 次"),
    ),
    StateAt(
        name="has_benefit",
        label=Text("receives unemployment benefit", "正在领取失业保险金"),
        theme="work",
        records="unemployment_benefit",
        words=((0, Text("no", "否")), (1, Text("yes", "是"))),
        reason=Text("Receives unemployment benefit: {value}", "正在领取失业保险金:{value}"),
    ),
)

HOUSEHOLD = (
    OverHousehold(
        name="household_out_of_work_days",
        label=Text("longest time out of work in the household", "家中最长失业天数"),
        theme="work",
        unit="days",
        of="out_of_work_days",
        how="max",
        direction=1,
        reason=Text("The longest time out of work in the household: {value} days", "家中成员最长已失业 {value} 天"),
    ),
    OverHousehold(
        name="household_times_out_of_work",
        label=Text("times that members were out of work in two years", "近两年家中失业次数"),
        theme="work",
        of="times_out_of_work",
        how="sum",
        direction=1,
        reason=Text(
            "Times that members were out of work in the last 730 days: {value}", "近 730 天家中失业 {value} 次"
        ),
    ),
    CountMembers(
        name="members_out_of_work",
        label=Text("members out of work", "家中失业人数"),
        theme="work",
        unit="people",
        where=AtLeast("out_of_work_days", 1),
        direction=1,
        reason=Text("Members out of work: {value}", "家中失业 {value} 人"),
    ),
    CountMembers(
        name="members_with_benefit",
        label=Text("members with unemployment benefit", "家中领取失业保险金人数"),
        theme="work",
        unit="people",
        where=AtLeast("has_benefit", 1),
        reason=Text("Members with unemployment benefit: {value}", "家中领取失业保险金 {value} 人"),
    ),
)
