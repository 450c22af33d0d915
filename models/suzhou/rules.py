"""Alert rules that cities use today, as far as the feeds carry them; bounds of money are in fen (100 fen = 1 yuan).

A rule is about a household: it holds for each of its members. Not here: rules for those who are on aid already
(Tongling's for extreme difficulty and the minimum living allowance); rules of rural places on rural income (Qinghai,
Yangyuan), for no feed says who is rural; the psychological items of the children's screening, which no feed holds.
"""

from riskscreen.declare import AlertRule, AtLeast, AtMost, Text

SCREENING = "某县儿童筛查"
UNSEEN = "feeds tell of custody and of those declared missing, of any member of the household"

MEDICAL = [
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
        source="铜陵: 低保边缘、刚性支出 > 10,000 元/年 (DOMAIN §2); three years are our own choice",
    ),
    AlertRule(
        name="tongling_self_paid_monitored",
        label=Text(
            "Monitored against relapse, and a member bore more than 10,000 yuan in a year",
            "防返贫监测对象,家中一人年医疗自付超过 10,000 元",
        ),
        where=(AtLeast("members_monitored", 1), AtLeast("member_self_paid_365", 10_000_01)),
        source="铜陵: 防返贫 > 10,000 元/年 (DOMAIN §2)",
    ),
    AlertRule(
        name="xian_self_paid",
        label=Text("A member bore over 26,000 yuan of medical bills in a year", "家中一人年医疗自付累计超过 26,000 元"),
        where=(AtLeast("member_self_paid_365", 26_000_01),),
        source="西安: 一般人群累计 > 26,000 元 (DOMAIN §2); a year is our own reading",
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
        name="tongling_spending_surge",
        label=Text(
            "The household bore 15,000 yuan more in 90 days than in the 90 days before",
            "近 90 天全家医疗自付较前 90 天激增 15,000 元",
        ),
        where=(AtLeast("household_self_paid_trend", 15_000_00),),
        source="铜陵: 支出骤增模型 (DOMAIN §2); of spending we see medical bills alone; the amount is our own choice",
    ),
]

INCOME = [
    AlertRule(
        name="tongling_income_plunge",
        label=Text(
            "A member's contributions stopped two months ago or more, and nobody else pays any",
            "家中一人停缴社保两个月以上,且无其他成员参保缴费",
        ),
        where=(
            AtLeast("household_days_since_contribution", 150),
            AtMost("members_insured", 0),
            AtLeast("grown_before_60", 1),
        ),
        source="铜陵: 收入骤降模型 (DOMAIN §2); contributions stand for income; the plunge is our own reading",
    ),
    AlertRule(
        name="tongling_income_unstable",
        label=Text("Members were out of work twice or more in two years", "近两年家中失业两次及以上"),
        where=(AtLeast("household_times_out_of_work", 2),),
        source="铜陵: 收入不稳定模型 (DOMAIN §2); what is unstable is our own reading",
    ),
    AlertRule(
        name="xian_unemployment",
        label=Text("Out of work for half a year", "家中成员失业满 180 天"),
        where=(AtLeast("household_out_of_work_days", 180),),
        source="西安: 失业 (DOMAIN §2); half a year is our own choice",
    ),
]

MEMBERS = [
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
        name="changzhou_traffic_accident",
        label=Text("A member was injured in a traffic accident within half a year", "近半年家人因交通事故受伤"),
        where=(AtLeast("household_traffic_injuries", 1),),
        source="常州: 重大交通事故 (DOMAIN §2); an injury and half a year are our own reading of serious",
    ),
    AlertRule(
        name="changzhou_disaster",
        label=Text(
            "A fire, a disaster or an accident at work within half a year, with 10,000 yuan lost in a year",
            "近半年发生火灾、灾害或生产安全事故,且近一年事故损失达 10,000 元",
        ),
        where=(AtLeast("household_disasters", 1), AtLeast("household_accident_loss", 10_000_00)),
        source="常州: 灾害或安全事故 (DOMAIN §2); the amount and the windows are our own choice",
    ),
    AlertRule(
        name="xian_several_disabled",
        label=Text("Two disabled members or more", "一户多残"),
        where=(AtLeast("members_certified", 2),),
        source="西安: 一户多残 (DOMAIN §2)",
    ),
    AlertRule(
        name="xian_old_and_disabled",
        label=Text("A disabled member, and nobody between 18 and 59", "有残疾人且家中无 18 至 59 岁成员(老残一体)"),
        where=(AtLeast("members_certified", 1), AtLeast("old", 1), AtMost("grown_before_60", 0)),
        source="西安: 老残一体 (DOMAIN §2); that nobody of working age lives there is our own reading",
    ),
    AlertRule(
        name="xian_prison",
        label=Text("A member is in custody", "家中有人服刑或被强制戒毒"),
        where=(AtLeast("members_in_custody", 1),),
        source="西安: 服刑 (DOMAIN §2); compulsory detoxification counts too, by our own reading",
    ),
]

AFTER_AID = [
    AlertRule(
        name="left_aid",
        label=Text("Left the assistance register within two years", "退出救助不满两年"),
        where=(AtMost("household_days_since_aid", 730),),
        source="退出救助不足两年 (DOMAIN §2)",
    ),
    AlertRule(
        name="turned_down",
        label=Text("An application was turned down within two years", "近两年申请救助未获批准"),
        where=(AtLeast("household_turned_down", 1),),
        source="申请未获批准对象 (DOMAIN §2); two years are our own choice",
    ),
]

CHILDREN = [
    AlertRule(
        name="child_parent_unseen",
        label=Text(
            "Children, and a member in custody or missing for half a year", "有未成年人,家人被羁押或失踪已满半年"
        ),
        where=(AtLeast("children", 1), AtLeast("unseen_days", 183)),
        source=f"{SCREENING}: 父母 6–12 个月未见面为黄 (DOMAIN §2); {UNSEEN}",
    ),
    AlertRule(
        name="child_parent_long_unseen",
        label=Text(
            "Children, and a member in custody or missing for over a year", "有未成年人,家人被羁押或失踪超过一年"
        ),
        where=(AtLeast("children", 1), AtLeast("unseen_days", 366)),
        source=f"{SCREENING}: 父母超过 12 个月未见面为红 (DOMAIN §2); {UNSEEN}",
    ),
    AlertRule(
        name="child_single_bill",
        label=Text("A single bill of a child left 3,000 yuan or more to be paid", "孩子单次医疗自付达到 3,000 元"),
        where=(AtLeast("household_child_bill", 3_000_00),),
        source=f"{SCREENING}: 单次医疗支出 3,000–5,000 元为黄 (DOMAIN §2); bills of half a year",
    ),
    AlertRule(
        name="child_large_single_bill",
        label=Text("A single bill of a child left 5,000 yuan or more to be paid", "孩子单次医疗自付达到 5,000 元"),
        where=(AtLeast("household_child_bill", 5_000_00),),
        source=f"{SCREENING}: 单次医疗支出 ≥ 5,000 元为红 (DOMAIN §2); bills of half a year",
    ),
    AlertRule(
        name="child_self_paid",
        label=Text("10,000 yuan or more were borne of a child's bills in a year", "孩子年医疗自付达到 10,000 元"),
        where=(AtLeast("household_child_self_paid", 10_000_00),),
        source=f"{SCREENING}: 12 个月 10,000–50,000 元为黄 (DOMAIN §2)",
    ),
    AlertRule(
        name="child_large_self_paid",
        label=Text("More than 50,000 yuan were borne of a child's bills in a year", "孩子年医疗自付超过 50,000 元"),
        where=(AtLeast("household_child_self_paid", 50_000_01),),
        source=f"{SCREENING}: 12 个月 > 50,000 元为红 (DOMAIN §2)",
    ),
]
