"""Model ``child_at_risk``: which children who are not on the register will come onto it within half a year?"""

from riskscreen.clock import Horizon
from riskscreen.declare import (
    AlertRules,
    AreaRate,
    AtMost,
    BestSignal,
    Called,
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

CHILD_AT_RISK = ModelSpec(
    name="child_at_risk",
    label=Text("Child in difficulty within half a year", "孩子半年内陷入困境"),
    purpose=Text(
        "Orders offers of help; it cannot refuse, stop or reduce anything.",
        "仅用于安排帮扶走访的先后;不得据此拒绝、停止或减少任何待遇。",
    ),
    cohort=Cohort(
        called=Called(Text("Child", "孩子"), Text("Children", "孩子")),
        label=Text(
            "children under 18 in the city who are not on the assistance register", "现居本市、未纳入救助的未成年人"
        ),
        where=(Is("resident", 1), AtMost("age_days", 6574), Is("aided", 0)),
    ),
    outcome=Outcome(
        label=Text("comes onto the assistance register", "纳入社会救助"),
        records="aid",
        where=(Is("tier", "dibao", "dibao_margin", "rigid_spending"),),
        horizon=Horizon(180),
        judged_by="absence",
        lag_days=73,  # decided within 42 days, delivered within 31
    ),
    signals=(
        "self_paid_90",
        "self_paid_365",
        "stays_365",
        "certified",
        "household_self_paid_90",
        "household_self_paid_365",
        "member_self_paid_365",
        "household_largest_bill",
        "household_stays",
        "household_days_since_stay",
        "self_paid_per_head",
        "members_certified",
        "members_severely_disabled",
        "household_out_of_work_days",
        "household_times_out_of_work",
        "members_out_of_work",
        "members_with_benefit",
        "members",
        "grown",
        "children",
        "old",
        "household_deaths",
        "household_aided_before",
    ),
    origins=Origins(every="month", at_most=24),
    baselines=(
        RandomOrder(),
        AreaRate(),
        SignalOrder("latest_bill", "household_latest_bill"),
        BestSignal(),
        AlertRules(),
    ),
    fallback="alert_rules",
    audit=("sex", "hukou_kind"),
    trees=100,
    lightgbm={"num_leaves": 5, "min_data_in_leaf": 60, "feature_fraction": 0.5},
    monotone=True,
    gates=Gates(calibration_error=0.02, min_positives=50, leak_auc=0.9),
)
