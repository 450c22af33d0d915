"""Signals of help: the assistance register, lists of unions and villages, allowances, earlier visits.

What a decision on aid writes elsewhere is no signal: the identity in medical aid, the subsidised contribution, the
living allowance of disabled people, aid of schools, and children "in difficulty".
"""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, DaysSinceLast, Derived, Is, OverHousehold, StateAt, Text

from .roll_up import over, people

YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))
YEAR, TWO_YEARS = Window(365), Window(730)
NO_ACTION = Is("disposed", "no_action")
NOT_ASKED_FOR = Is("selected_by", "alert_rule", "acquaintance", "reported", "list", "routine_check")

PERSON = (
    StateAt(
        name="aided",
        label=Text("is on the assistance register", "正在接受救助"),
        theme="aid",
        records="aid",
        words=YES_NO,
        reason=Text("Is on the assistance register: {value}", "正在接受救助:{value}"),
    ),
    Count(
        name="aided_before",
        label=Text("times on the assistance register in three years", "近三年纳入救助次数"),
        theme="aid",
        records="aid",
        window=Window(1095),
        direction=1,
        reason=Text(
            "Times on the assistance register in the last {days} days: {value}", "近 {days} 天纳入救助 {value} 次"
        ),
    ),
    DaysSinceLast(
        name="days_since_aid",
        label=Text("days since aid ended, within two years", "退出救助天数(两年内)"),
        theme="aid",
        unit="days",
        records="aid_end",
        window=TWO_YEARS,
        direction=-1,
        reason=Text("Left the assistance register {value} days ago", "退出救助距今 {value} 天"),
    ),
    Count(
        name="union_listed",
        label=Text("on the hardship list of the unions", "列入工会困难职工档案"),
        theme="aid",
        records="union_listed",
        direction=1,
        reason=Text("On the hardship list of the unions: {value} time(s)", "列入工会困难职工档案 {value} 次"),
    ),
    StateAt(
        name="monitored",
        label=Text("monitored against relapse into poverty", "防返贫监测对象"),
        theme="aid",
        records="monitored",
        direction=1,
        words=YES_NO,
        reason=Text("Monitored against relapse into poverty: {value}", "列为防返贫监测对象:{value}"),
    ),
    StateAt(
        name="care_allowance",
        label=Text("receives the care allowance of severely disabled people", "正在领取重度残疾人护理补贴"),
        theme="aid",
        records="disability_subsidy",
        where=(Is("kind", "care"),),
        words=YES_NO,
        reason=Text(
            "Receives the care allowance of severely disabled people: {value}", "正在领取重度残疾人护理补贴:{value}"
        ),
    ),
    Derived(
        name="care_unclaimed",
        label=Text("may have the care allowance, and does not receive it", "符合重残护理补贴条件而未领取"),
        theme="aid",
        how="difference",
        of=("severely_disabled", "care_allowance"),
        direction=1,
        words=((-1, Text("no", "否")), *YES_NO),
        reason=Text(
            "May have the care allowance, and does not receive it: {value}", "符合重残护理补贴条件而未领取:{value}"
        ),
    ),
    Count(
        name="turned_down",
        label=Text("applications turned down in two years", "近两年申请未获批准"),
        theme="aid",
        records="visit",
        window=TWO_YEARS,
        where=(Is("selected_by", "applied"), NO_ACTION),
        direction=1,
        reason=Text("Applications turned down in the last {days} days: {value}", "近 {days} 天申请未获批准 {value} 次"),
    ),
    Count(
        name="found_in_need",
        label=Text("visits of a year that found need, and led to nothing", "近一年走访发现困难但未纳入帮扶"),
        theme="aid",
        records="visit",
        window=YEAR,
        where=(NOT_ASKED_FOR, Is("in_need", "1"), NO_ACTION),
        direction=1,
        reason=Text(
            "Visits of the last {days} days that found need, and led to nothing: {value}",
            "近 {days} 天走访发现困难但未纳入帮扶 {value} 次",
        ),
    ),
    Count(
        name="found_without_need",
        label=Text("visits of half a year that found no need", "近半年走访未发现困难"),
        theme="aid",
        records="visit",
        window=Window(180),
        where=(NOT_ASKED_FOR, Is("in_need", "0")),
        reason=Text(
            "Visits of the last {days} days that found no need: {value}", "近 {days} 天走访未发现困难 {value} 次"
        ),
    ),
    Count(
        name="not_met",
        label=Text("visits of a year that met nobody", "近一年走访未见到人"),
        theme="aid",
        records="visit",
        window=YEAR,
        where=(Is("found", "not_found", "refused", "unreachable"),),
        reason=Text("Visits of the last {days} days that met nobody: {value}", "近 {days} 天走访未见到人 {value} 次"),
    ),
)

HOUSEHOLD = (
    OverHousehold(
        name="household_aided",
        label=Text("a member is on the assistance register", "家中有人正在接受救助"),
        theme="aid",
        of="aided",
        how="any",
        words=YES_NO,
        reason=Text("A member is on the assistance register: {value}", "家中有人正在接受救助:{value}"),
    ),
    OverHousehold(
        name="household_aided_before",
        label=Text("times on the assistance register in three years", "近三年家庭纳入救助次数"),
        theme="aid",
        of="aided_before",
        how="max",
        direction=1,
        reason=Text(
            "Times the household came onto the assistance register in the last 1,095 days: {value}",
            "近 1095 天家庭纳入救助 {value} 次",
        ),
    ),
    over(
        "household_days_since_aid",
        "days_since_aid",
        "min",
        ("days since the household left the assistance register", "家庭退出救助距今"),
        ("", "天"),
        theme="aid",
        direction=-1,
    ),
    people(
        "members_union_listed",
        AtLeast("union_listed", 1),
        ("members on the hardship list of the unions", "家中列入工会困难职工档案"),
        theme="aid",
    ),
    people(
        "members_monitored",
        AtLeast("monitored", 1),
        ("members monitored against relapse into poverty", "家中防返贫监测对象"),
        theme="aid",
    ),
    people(
        "members_care_unclaimed",
        AtLeast("care_unclaimed", 1),
        ("severely disabled members without the care allowance", "家中重度残疾而未领护理补贴"),
        theme="aid",
    ),
    over(
        "household_turned_down",
        "turned_down",
        "sum",
        ("applications of members turned down in the last 730 days", "近 730 天家人申请未获批准"),
        ("", "次"),
        theme="aid",
    ),
    over(
        "household_found_in_need",
        "found_in_need",
        "sum",
        ("visits of the last 365 days that found need, and led to nothing", "近 365 天走访发现困难但未纳入帮扶"),
        ("", "次"),
        theme="aid",
    ),
    over(
        "household_found_without_need",
        "found_without_need",
        "sum",
        ("visits of the last 180 days that found no need", "近 180 天走访未发现困难"),
        ("", "次"),
        theme="aid",
        direction=0,  # who is visited was chosen: a visit without need still tells of an alert
    ),
    over(
        "household_not_met",
        "not_met",
        "sum",
        ("visits of the last 365 days that met nobody", "近 365 天走访未见到人"),
        ("", "次"),
        theme="aid",
        direction=0,
    ),
)
