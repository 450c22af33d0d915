"""Alert rules that cities use today, as far as five feeds carry them; bounds of money are in fen (100 fen = 1 yuan).

A rule is about a household: it holds for each of its members.
"""

from riskscreen.declare import AlertRule, AtLeast, Text

RULES = [
    AlertRule(
        name="tongling_self_paid",
        label=Text(
            "A member bore over 15,000 yuan of medical bills in a year",
            "家中一人年医疗自付超过 15,000 元",
        ),
        where=(AtLeast("member_self_paid_365", 15_000_01),),
        source="铜陵: 其他人群 > 15,000 元/年 (DOMAIN §2)",
    ),
    AlertRule(
        name="tongling_self_paid_after_aid",
        label=Text(
            "On the register within three years, and a member bore more than 10,000 yuan in a year",
            "近三年曾获救助,家中一人年医疗自付超过 10,000 元",
        ),
        where=(AtLeast("household_aided_before", 1), AtLeast("member_self_paid_365", 10_000_01)),
        source="铜陵: 低保边缘、刚性支出、防返贫 > 10,000 元/年 (DOMAIN §2); three years are our own choice",
    ),
    AlertRule(
        name="binzhou_half_of_income",
        label=Text(
            "Medical bills of a year, a head, top half of last year's disposable income",
            "近一年人均医疗自付超过上年人均可支配收入的 50%",
        ),
        where=(AtLeast("self_paid_per_head", 37_038_01),),
        source="滨州: 近 12 个月 > 上年人均可支配收入的 50% (DOMAIN §2); Suzhou 2023: 74,076 yuan (DOMAIN §6)",
    ),
    AlertRule(
        name="county_single_bill",
        label=Text("A single bill left more than 10,000 yuan to be paid", "单次医疗自付超过 10,000 元"),
        where=(AtLeast("household_largest_bill", 10_000_01),),
        source="某县: 一般人群单次住院自付 > 10,000 元 (DOMAIN §2)",
    ),
    AlertRule(
        name="changzhou_large_medical_spend",
        label=Text("The household bore 30,000 yuan or more in 90 days", "近 90 天全家医疗自付达到 30,000 元"),
        where=(AtLeast("household_self_paid_90", 30_000_00),),
        source="常州: 大额医疗支出 (DOMAIN §2); the amount is our own choice",
    ),
    AlertRule(
        name="changzhou_death",
        label=Text("A death in the household, with children", "家中近半年有人死亡且有未成年人"),
        where=(AtLeast("household_deaths", 1), AtLeast("children", 1)),
        source="常州: 主要劳动力死亡 (DOMAIN §2); no feed names the main earner: children stand for it",
    ),
    AlertRule(
        name="changzhou_new_severe_disability",
        label=Text("A new certificate of severe disability", "家中新增重度残疾"),
        where=(AtLeast("household_newly_severe", 1),),
        source="常州: 新增重度残疾 (DOMAIN §2)",
    ),
    AlertRule(
        name="xian_several_disabled",
        label=Text("Two disabled members or more", "一户多残"),
        where=(AtLeast("members_certified", 2),),
        source="西安: 一户多残 (DOMAIN §2)",
    ),
    AlertRule(
        name="xian_unemployment",
        label=Text("Out of work for half a year", "家中成员失业满 180 天"),
        where=(AtLeast("household_out_of_work_days", 180),),
        source="西安: 失业 (DOMAIN §2); half a year is our own choice",
    ),
]
