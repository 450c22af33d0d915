"""Model ``hardship``: of the adults who receive no aid, who will be granted aid within half a year?

May be changed: whom it scores (the cohort), what it foresees (the outcome), from which signals, against
which baselines, and what it must show before it may be promoted (the gates). Its card is
``cards/hardship.md``: keep the two together.
"""

from riskscreen.clock import Horizon
from riskscreen.declare import (
    AlertRules,
    AreaRate,
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

# Groups by which the figures are told apart. They may read protected columns; signals may not.
AUDIT_GROUPS = [
    AuditGroup(name="sex", label=Text("sex", "性别"), records="residence", column="sex"),
    AuditGroup(
        name="age_band",
        label=Text("age", "年龄段"),
        records="residence",
        column="age",
        bands=(0, 35, 50, 65),  # lower bounds: 0–34, 35–49, 50–64, 65 and older
    ),
]

HARDSHIP = ModelSpec(
    name="hardship",
    label=Text("Hardship in the next half-year", "未来半年陷入困难"),
    purpose=Text(
        "Orders offers of help; it cannot refuse, stop or reduce anything.",
        "仅用于安排帮扶走访的先后;不得据此拒绝、停止或减少任何待遇。",
    ),
    cohort=Cohort(
        label=Text("adults who live in the town and receive no aid", "现居本镇、未接受救助的成年人"),
        where=(Is("resident", 1), AtLeast("age_days", 6575), Is("aided", 0)),
    ),
    outcome=Outcome(
        label=Text("applies for aid and is granted it", "申请并获得救助"),
        records="aid_decision",
        where=(Is("decision", "granted"),),
        horizon=Horizon(180),
        judged_by="absence",  # nobody tells us of those who did not apply
        lag_days=32,  # an application is decided within 30 days, and known 2 days later
    ),
    signals=(
        "emergency_stays",
        "self_paid",
        "largest_bill",
        "average_bill",
        "self_paid_share",
        "self_paid_trend",
        "wards",
        "days_since_discharge",
        "household_self_paid",
        "burden",
        "out_of_work_days",
        "household_out_of_work_days",
        "times_out_of_work",
        "days_since_first_out_of_work",
        "lowest_quarter",
        "household_wages",
        "members",
        "children",
        "earners",
        "without_wages",
    ),
    origins=Origins(every="month", at_most=24),
    baselines=(
        RandomOrder(),
        AreaRate(),
        SignalOrder("latest_bill", "latest_bill"),  # a name, and the signal whose largest value comes first
        BestSignal(),
        AlertRules(),
    ),
    fallback="alert_rules",  # orders the list until something better was promoted
    audit=("sex", "age_band"),
    trees=150,
    lightgbm={"num_leaves": 7, "min_data_in_leaf": 60, "feature_fraction": 0.5},
    monotone=True,
    min_known=0.3,
    gates=Gates(calibration_error=0.02, min_positives=50, leak_auc=0.9),
)
