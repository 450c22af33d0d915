"""Model ``coverage_loss``: of those insured this year, who will be without insurance for the whole of the next?"""

from riskscreen.clock import Horizon
from riskscreen.declare import (
    AlertRule,
    AlertRules,
    AtLeast,
    AuditGroup,
    BestSignal,
    Cohort,
    Gates,
    Is,
    ModelSpec,
    Origins,
    Outcome,
    RandomOrder,
    SignalOrder,
    Text,
)

rules = [
    AlertRule(
        name="lapsed",
        label=Text("Had a plan this year, but none in the last month", "年内曾有保险计划,最近一个月没有"),
        where=(AtLeast("cover_lapsed", 1),),
    ),
    AlertRule(
        name="half_uninsured",
        label=Text("Half of the household or more without insurance", "半数以上家人无保险"),
        where=(AtLeast("share_uninsured", 0.5),),
    ),
]

audit_groups = [
    AuditGroup(
        name="age_band",
        label=Text("age", "年龄段"),
        records="year_1",
        column="agey1x",
        bands=(0, 18, 26, 45, 65),
    ),
    AuditGroup(
        name="income_band",
        label=Text("family income, 1 poor to 5 high", "家庭收入档(1 贫困 — 5 高)"),
        records="year_1",
        column="povcaty1",
    ),
    AuditGroup(
        name="insurance",
        label=Text("insurance in year 1, 1 any private, 2 public only", "第一年保险(1 商业 2 公共)"),
        records="year_1",
        column="inscovy1",
    ),
]

coverage_loss = ModelSpec(
    name="coverage_loss",
    label=Text("Loss of health insurance in the next year", "下一年失去医疗保险"),
    purpose=Text(
        "Orders offers of help with insurance; it cannot refuse, stop or reduce anything.",
        "仅用于安排参保帮助的先后;不得据此拒绝、停止或减少任何待遇。",
    ),
    cohort=Cohort(label=Text("insured this year", "本年有保险者"), where=(Is("cover_kind", 1, 2),)),
    outcome=Outcome(
        label=Text("no insurance for the whole of the next year", "下一年全年无保险"),
        records="year_2",
        where=(Is("inscovy2", 3),),
        horizon=Horizon(years=1),
        judged_by="record",
    ),
    signals=(
        "age",
        "income_category",
        "cover_kind",
        "covered_in_december",
        "covered_months_180",
        "covered_months_365",
        "days_since_covered",
        "days_since_first_covered",
        "cover_trend_180",
        "household_size",
        "members_uninsured",
        "members_public_only",
        "share_uninsured",
        "mean_covered_in_december",
        "oldest_age",
        "youngest_age",
        "years_below_oldest",
        "members_65_or_older",
        "members_5_or_younger",
    ),
    origins=Origins(every="year"),
    baselines=(
        RandomOrder(),
        SignalOrder("lapsed_then_share", "lapsed_plus_share"),
        BestSignal(),
        AlertRules(),
    ),
    fallback="lapsed_then_share",
    audit=("age_band", "income_band", "insurance"),
    trees=300,
    lightgbm={
        "learning_rate": 0.03,
        "num_leaves": 7,
        "min_child_samples": 80,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
    },
    logistic={"C": 1.0},
    seed=1,
    gates=Gates(calibration_error=0.01, min_positives=50),
)
