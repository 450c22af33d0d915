"""Signals of a person and of the household, as of the end of year 1.

A plan is asked about anew in each interview round and then has a new number, and a month may be told twice: so months
are counted as different days on which a covered month ended, never as records or plans.
"""

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    AtMost,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Derived,
    Distinct,
    Is,
    Latest,
    OverHousehold,
    Text,
    Trend,
)

YEAR = Window(365)
YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))

about_the_person = [
    Latest(
        name="age",
        label=Text("age", "年龄"),
        theme="person",
        unit="years",
        records="year_1",
        column="agey1x",
        window=YEAR,
        reason=Text("Aged {value}", "{value} 岁"),
    ),
    Latest(
        name="income_category",
        label=Text("family income", "家庭收入"),
        theme="means",
        records="year_1",
        column="povcaty1",
        window=YEAR,
        reason=Text("Family income this year: {value}", "本年家庭收入:{value}"),
        words=(
            (1, Text("poor", "贫困")),
            (2, Text("near poor", "接近贫困")),
            (3, Text("low", "低")),
            (4, Text("middle", "中等")),
            (5, Text("high", "高")),
        ),
    ),
    Latest(
        name="cover_kind",
        label=Text("kind of insurance this year", "本年保险种类"),
        theme="cover",
        records="year_1",
        column="inscovy1",
        window=YEAR,
        reason=Text("Insurance during this year: {value}", "本年保险:{value}"),
        words=(
            (1, Text("private", "商业保险")),
            (2, Text("public only", "仅公共保险")),
            (3, Text("none all year", "全年无保险")),
        ),
    ),
]

own_cover = [
    Distinct(
        name="covered_in_december",
        label=Text("covered by a plan in the last month", "最近一个月有保险计划"),
        theme="cover",
        records="covered_month",
        column="happened_on",
        window=Window(30),
        direction=-1,
        reason=Text("Covered by a plan in the last {days} days: {value}", "近 {days} 天有保险计划:{value}"),
        words=YES_NO,
    ),
    Distinct(
        name="covered_months_180",
        label=Text("covered months in the last half-year", "近半年有保险的月数"),
        theme="cover",
        unit="months",
        records="covered_month",
        column="happened_on",
        window=Window(180),
        reason=Text("Covered by a plan in {value} of the last 6 months", "近 6 个月中 {value} 个月有保险计划"),
    ),
    Distinct(
        name="covered_months_365",
        label=Text("covered months in the last year", "近一年有保险的月数"),
        theme="cover",
        unit="months",
        records="covered_month",
        column="happened_on",
        window=YEAR,
        reason=Text("Covered by a plan in {value} of the last 12 months", "近 12 个月中 {value} 个月有保险计划"),
    ),
    DaysSinceLast(
        name="days_since_covered",
        label=Text("days since the last covered month", "距最近有保险月份的天数"),
        theme="cover",
        unit="days",
        records="covered_month",
        window=YEAR,
        direction=1,
        reason=Text(
            "The last month covered by a plan ended {value} days ago",
            "最近一个有保险计划的月份结束于 {value} 天前",
        ),
    ),
    DaysSinceFirst(
        name="days_since_first_covered",
        label=Text("days since the first covered month of the year", "距本年首个有保险月份的天数"),
        theme="cover",
        unit="days",
        records="covered_month",
        window=YEAR,
        reason=Text(
            "The first month of the year covered by a plan ended {value} days ago",
            "本年首个有保险计划的月份结束于 {value} 天前",
        ),
    ),
    Trend(
        name="cover_trend_180",
        label=Text("reports of cover, this half-year less the one before", "近半年保险记录较前半年的增减"),
        theme="cover",
        records="covered_month",
        window=Window(180),
        reason=Text(
            "Reports of cover in the last half-year less those in the half-year before: {value}",
            "近半年保险记录减去前半年:{value}",
        ),
    ),
]

household = [
    CountMembers(
        name="household_size",
        label=Text("people in the household", "家庭人数"),
        theme="household",
        unit="people",
        reason=Text("{value} people in the household", "家庭共 {value} 人"),
    ),
    CountMembers(
        name="members_uninsured",
        label=Text("members without insurance all year", "全年无保险的家人"),
        theme="household",
        unit="people",
        where=Is("cover_kind", 3),
        reason=Text("{value} in the household had no insurance all year", "家中 {value} 人全年无保险"),
    ),
    CountMembers(
        name="members_public_only",
        label=Text("members with public insurance only", "仅有公共保险的家人"),
        theme="household",
        unit="people",
        where=Is("cover_kind", 2),
        reason=Text("{value} in the household had public insurance only", "家中 {value} 人仅有公共保险"),
    ),
    Derived(
        name="share_uninsured",
        label=Text("share of the household without insurance all year", "全年无保险的家人占比"),
        theme="household",
        unit="%",
        how="ratio",
        of=("members_uninsured", "household_size"),
        reason=Text("{value} of the household had no insurance all year", "全年无保险的家人占 {value}"),
    ),
    OverHousehold(
        name="mean_covered_in_december",
        label=Text("share of the household covered by a plan in the last month", "最近一个月有保险计划的家人占比"),
        theme="household",
        unit="%",
        of="covered_in_december",
        how="mean",
        reason=Text("{value} of the household had a plan in the last 30 days", "近 30 天有保险计划的家人占 {value}"),
    ),
    OverHousehold(
        name="oldest_age",
        label=Text("age of the oldest member", "家中最年长者年龄"),
        theme="household",
        unit="years",
        of="age",
        how="max",
        reason=Text("The oldest in the household is {value}", "家中最年长者 {value} 岁"),
    ),
    OverHousehold(
        name="youngest_age",
        label=Text("age of the youngest member", "家中最年幼者年龄"),
        theme="household",
        unit="years",
        of="age",
        how="min",
        reason=Text("The youngest in the household is {value}", "家中最年幼者 {value} 岁"),
    ),
    Derived(
        name="years_below_oldest",
        label=Text("years younger than the oldest member", "比最年长家人小的岁数"),
        theme="person",
        unit="years",
        how="difference",
        of=("oldest_age", "age"),
        reason=Text("{value} years younger than the oldest in the household", "比家中最年长者小 {value} 岁"),
    ),
    CountMembers(
        name="members_65_or_older",
        label=Text("members aged 65 or older", "65 岁及以上家人"),
        theme="household",
        unit="people",
        where=AtLeast("age", 65),
        reason=Text("{value} in the household aged 65 or older", "家中 65 岁及以上 {value} 人"),
    ),
    CountMembers(
        name="members_5_or_younger",
        label=Text("members aged 5 or younger", "5 岁及以下家人"),
        theme="household",
        unit="people",
        where=AtMost("age", 5),
        reason=Text("{value} in the household aged 5 or younger", "家中 5 岁及以下 {value} 人"),
    ),
]

# For the simple rules that the model must beat, and not for the model.
for_rules = [
    Distinct(
        name="covered_this_year",
        label=Text("covered by a plan at any time this year", "本年曾有保险计划"),
        theme="cover",
        records="covered_month",
        column="panel",
        window=YEAR,
        reason=Text("Covered by a plan at any time this year: {value}", "本年曾有保险计划:{value}"),
        words=YES_NO,
    ),
    Derived(
        name="cover_lapsed",
        label=Text(
            "covered by a plan earlier this year, but not in the last month",
            "年内曾有保险计划而最近一个月没有",
        ),
        theme="cover",
        how="difference",
        of=("covered_this_year", "covered_in_december"),
        reason=Text(
            "Covered earlier this year, but not in the last month: {value}",
            "年内曾有保险而最近一个月没有:{value}",
        ),
        words=YES_NO,
    ),
    Derived(
        name="lapsed_plus_share",
        label=Text("cover lapsed, then the household's share without insurance", "保险中断,其次家人无保险占比"),
        theme="cover",
        how="sum",
        of=("cover_lapsed", "share_uninsured"),
        reason=Text(
            "Cover lapsed (1) plus the household's share without insurance: {value}",
            "保险中断(1)加家人无保险占比:{value}",
        ),
    ),
]
