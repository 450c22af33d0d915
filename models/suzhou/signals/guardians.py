"""Signals of those who should care for a home and its children: custody, courts, and the child-welfare register.

No signal follows the ids of guardians on the school roll: a guardian counts for the household in whose book both are.
"""

from riskscreen.declare import AtLeast, Derived, Is, SpellLength, StateAt, Text

from .roll_up import over, people

YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))
MISSING, REVOKED = (Is("kind", "missing"),), (Is("kind", "guardianship_revoked"),)

PERSON = (
    SpellLength(
        name="custody_days",
        label=Text("days in custody", "被羁押或强制戒毒天数"),
        theme="guardians",
        unit="days",
        records="custody",
        direction=1,
        reason=Text("In custody for {value} days", "已被羁押或强制戒毒 {value} 天"),
    ),
    SpellLength(
        name="missing_days",
        label=Text("days since declared missing", "宣告失踪天数"),
        theme="guardians",
        unit="days",
        records="court_decision",
        where=MISSING,
        direction=1,
        reason=Text("Declared missing {value} days ago", "宣告失踪已 {value} 天"),
    ),
    StateAt(
        name="rights_revoked",
        label=Text("guardianship revoked", "被撤销监护权"),
        theme="guardians",
        records="court_decision",
        where=REVOKED,
        direction=1,
        words=YES_NO,
        reason=Text("Guardianship was revoked by a court: {value}", "被法院撤销监护权:{value}"),
    ),
    StateAt(
        name="child_case",
        label=Text("on the child-welfare register, for want of parents", "因缺少父母照料列入儿童福利台账"),
        theme="guardians",
        records="child_welfare",
        where=(Is("kind", "orphan", "unattended", "left_behind"),),  # the other kinds follow from aid or from hukou
        direction=1,
        words=YES_NO,
        reason=Text(
            "On the child-welfare register as orphan, unattended or left behind: {value}",
            "列入孤儿、事实无人抚养或留守儿童台账:{value}",
        ),
    ),
)

HOUSEHOLD = (
    people(
        "members_in_custody",
        AtLeast("custody_days", 1),
        ("members in custody", "家中被羁押或强制戒毒"),
        theme="guardians",
    ),
    over(
        "household_custody_days",
        "custody_days",
        "max",
        ("days that a member has been in custody", "家中一人被羁押或强制戒毒已"),
        ("", "天"),
        theme="guardians",
    ),
    over(
        "household_missing_days",
        "missing_days",
        "max",
        ("days since a member was declared missing", "家中一人被宣告失踪已"),
        ("", "天"),
        theme="guardians",
    ),
    Derived(
        name="unseen_days",
        label=Text("days that a member has been in custody or missing", "家中一人被羁押或失踪天数"),
        theme="guardians",
        unit="days",
        how="largest",
        of=("household_custody_days", "household_missing_days"),
        direction=1,
        reason=Text("A member has been in custody or missing for {value} days", "家中一人被羁押或失踪已 {value} 天"),
    ),
    people(
        "guardians_revoked",
        AtLeast("rights_revoked", 1),
        ("members whose guardianship a court revoked", "家中被法院撤销监护权"),
        theme="guardians",
    ),
    people(
        "child_cases",
        AtLeast("child_case", 1),
        ("children registered as orphaned, unattended or left behind", "家中孤儿、事实无人抚养或留守儿童"),
        theme="guardians",
    ),
)
