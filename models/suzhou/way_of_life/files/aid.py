"""Help and what is noticed: the register, visits, villages, incidents, calls, grid workers, meters."""

from riskscreen.declare import AddressOf, CityFile, Coded, Joined, Numbered, Of, OnDay, Where, Yuan

from .words import EMPTY, HOUSEHOLD_NO, ID, NAME, PHONE, STATED_ON

TIERS = {0: "dibao", 1: "dibao_margin", 2: "rigid_spending"}
NOTICED = {0: "income", 1: "work", 2: "illness", 3: "old", 4: "other"}
SAID = {0: "生活困难", 1: "失去工作", 2: "患病无力负担", 3: "老人无人照料", 4: "其他诉求"}
REGISTER = CityFile(
    feed="assistance_register",
    events="register",
    columns={
        "case_no": Numbered("case", "990508A", 7),
        "household_no": HOUSEHOLD_NO,
        "citizen_id": ID,
        "name": NAME,
        "tier": Coded("tier", TIERS),
        "applied_on": OnDay("applied"),
        "decided_on": OnDay("decided"),
        "valid_to": OnDay("until"),
        "close_reason": Coded("why", {0: "", 1: "no_longer_in_need", 2: "left"}),
        "members": Of("members"),
        "labour_income": Yuan("income"),
        "business_income": EMPTY,
        "property_income": EMPTY,
        "transfer_income": EMPTY,
        "support_income": EMPTY,
        "rigid_spending": EMPTY,
        "housing_area": Of("m2"),
        "vehicles": Coded("vehicle", {0: "0", 1: "1"}),
        "deposits": EMPTY,
        "stated_on": STATED_ON,
    },
)
VISITS = CityFile(
    feed="visit_results",
    events="visit",
    columns={
        "visit_no": Numbered("number", "9905V", 8),
        "citizen_id": ID,
        "selected_by": Coded("how", {0: "alert_rule", 1: "acquaintance", 2: "routine_check", 3: "list", 4: "applied"}),
        "propensity": Of("propensity"),
        "selected_on": OnDay("day"),
        "visited_on": OnDay("day"),
        "found": Coded("met", {0: "found", 1: "not_found", 2: "refused", 3: "unreachable"}),
        "in_need": Coded("said", {-1: "", 0: "0", 1: "1"}),
        "disposed": Coded("disposed", {**TIERS, 3: "no_action"}),
        "stated_on": STATED_ON,
    },
)
VILLAGES = CityFile(
    feed="rural_monitoring",
    events="watch",
    columns={
        "household_no": HOUSEHOLD_NO,
        "citizen_id": ID,
        "kind": Coded("kind", {0: "unstable", 1: "margin", 2: "sudden"}),
        "from": OnDay("day"),
        "resolved_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
INCIDENTS = CityFile(
    feed="incidents",
    events="incident",
    columns={
        "incident_no": Numbered("number", "9905I", 8),
        "citizen_id": ID,
        "name": NAME,
        "phone": PHONE,
        "address": EMPTY,
        "kind": Coded("kind", {0: "traffic", 1: "fire", 2: "work", 3: "disaster"}),
        "on": OnDay("day"),
        "injured": Of("injured"),
        "dead": Of("dead"),
        "loss": Yuan("loss"),
        "stated_on": STATED_ON,
    },
)


def noticed(feed: str, events: str, number: str) -> CityFile:
    """What somebody told of a home: the head is named or only the address; in the older encoding."""
    return CityFile(
        feed=feed,
        events=events,
        columns={
            number: Numbered("number", "9905N" if events == "call" else "9905O", 8),
            "citizen_id": Where("named", (1,), ID),
            "name": Where("named", (1,), NAME),
            "phone": PHONE,
            "address": AddressOf("grid", "dwelling"),
            "text": Coded("kind", SAID),
            "kind": Coded("kind", NOTICED),
            "on": OnDay("day"),
            "stated_on": STATED_ON,
        },
        encoding="gb18030",
    )


CALLS = noticed("hotline_12345", "call", "ticket_no")
REPORTS = noticed("grid_reports", "report", "report_no")
METERS = CityFile(
    feed="utilities",
    events="meter",
    columns={
        "meter_no": Joined((Coded("kind", {0: "W", 1: "E", 2: "G"}), Numbered("number", "9905", 8))),
        "citizen_id": ID,
        "name": NAME,
        "phone": PHONE,
        "address": AddressOf("grid", "dwelling"),
        "kind": Coded("kind", {0: "water", 1: "power", 2: "gas"}),
        "zero_use_days": Of("zero_days"),
        "on": OnDay("day"),
        "stated_on": STATED_ON,
    },
)
