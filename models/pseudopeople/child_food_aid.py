"""Model ``child_food_aid``: of the children under five, who will be on food aid (WIC) in the following year?"""

from riskscreen.clock import Horizon
from riskscreen.declare import (
    AlertRule,
    AlertRules,
    AtLeast,
    AtMost,
    AuditGroup,
    BestSignal,
    Called,
    Cohort,
    Gates,
    ModelSpec,
    Origins,
    Outcome,
    RandomOrder,
    SignalOrder,
    Text,
)

from .signals import FIVE_YEARS

rules = [
    AlertRule(
        name="aided_this_year",
        label=Text("Food aid this year", "本年领取食品援助"),
        where=(AtLeast("aid_this_year", 1),),
    ),
    AlertRule(
        name="aid_at_the_address",
        label=Text("Somebody at the address had food aid this year", "同住者中有人本年领取食品援助"),
        where=(AtLeast("aided_at_the_address", 1),),
    ),
]

audit_groups = [
    AuditGroup(name="sex", label=Text("sex, as told in a census", "性别(普查)"), records="counted", column="sex"),
    AuditGroup(
        name="race_ethnicity",
        label=Text("race and ethnicity, as told in a census", "种族与族裔(普查)"),
        records="counted",
        column="race_ethnicity",
    ),
]

child_food_aid = ModelSpec(
    name="child_food_aid",
    label=Text("Food aid for a child under five in the next year", "下一年五岁以下儿童食品援助"),
    purpose=Text(
        "Orders offers of food aid; it cannot refuse, stop or reduce anything.",
        "仅用于安排食品援助的先后;不得据此拒绝、停止或减少任何待遇。",
    ),
    cohort=Cohort(
        label=Text("children under five", "五岁以下儿童"),
        where=(AtMost("age_days", FIVE_YEARS), AtMost("deaths", 0)),
        called=Called(Text("Child", "儿童"), Text("Children", "儿童")),
    ),
    outcome=Outcome(
        label=Text("on food aid in the next year", "下一年领取食品援助"),
        records="food_aid",
        where=(),
        horizon=Horizon(years=1),
        judged_by="absence",
    ),
    signals=(
        "age_days",
        "aid_this_year",
        "years_of_aid",
        "days_since_aid",
        "household_wages",
        "household_size",
        "small_children",
        "aided_at_the_address",
        "years_of_aid_at_the_address",
    ),
    origins=Origins(every="year", at_most=25),
    baselines=(RandomOrder(), SignalOrder("aided_first", "aid_this_year"), BestSignal(), AlertRules()),
    fallback="aided_first",
    audit=("sex", "race_ethnicity"),
    trees=200,
    lightgbm={
        "learning_rate": 0.03,
        "num_leaves": 7,
        "min_child_samples": 60,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
    },
    logistic={"C": 1.0},
    seed=1,
    gates=Gates(calibration_error=0.05, min_positives=50),  # some 75 children a bin: chance alone makes 0.04
)
