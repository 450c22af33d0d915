"""Children and guardians: the school roll, attendance, aid of schools, custody, courts, child welfare."""

from riskscreen.declare import AddressOf, CityFile, Coded, Numbered, Of, OfPerson, OnDay, Yuan

from .words import BORN, EMPTY, ID, NAME, SEX, STATED_ON

ROLL_NO = Numbered("person", "9905X", 10)
ROLL = CityFile(
    feed="school_roll",
    events="pupil",
    columns={
        "roll_no": ROLL_NO,
        "citizen_id": ID,
        "name": NAME,
        "sex": SEX,
        "birth_date": BORN,
        "home_address": AddressOf("grid", "dwelling"),
        "grade": Of("grade"),
        "health": Coded("health", {0: "10", 1: "20", 2: "30", 3: "50"}),
        "boarding": Coded("boards", {1: "1", 0: "2"}),
        "left_behind": Of("left_behind"),
        "migrant": Of("migrant"),
        "orphan": Of("orphan"),
        "guardian1_id": OfPerson("id", "mother"),
        "guardian1_name": OfPerson("name", "mother"),
        "guardian1_phone": OfPerson("phone", "mother"),
        "guardian2_id": OfPerson("id", "father"),
        "guardian2_name": OfPerson("name", "father"),
        "status": Coded("status", {0: "enrolled", 1: "dropped_out"}),
        "on": OnDay("day"),
        "stated_on": STATED_ON,
    },
    register="school",
)
ATTENDANCE = CityFile(
    feed="school_attendance",
    events="attendance",
    columns={
        "roll_no": ROLL_NO,
        "citizen_id": ID,
        "month": OnDay("day", month=True),
        "school_days": Of("days"),
        "absent_days": Of("absent"),
        "unexcused_days": Of("unexcused"),
        "stated_on": STATED_ON,
    },
    register="school",
    past_days=365,
    parquet=True,
)
AWARDS = CityFile(
    feed="student_aid",
    events="award",
    columns={
        "award_no": Numbered("number", "9905S", 8),
        "citizen_id": ID,
        "name": NAME,
        "programme": Coded("level", {0: "compulsory", 1: "senior"}),
        "school_year": Of("year"),
        "amount": Yuan("amount"),
        "on": OnDay("day"),
        "stated_on": STATED_ON,
    },
    register="school",
)
CUSTODY = CityFile(
    feed="custody",
    events="custody",
    columns={
        "custody_no": Numbered("number", "9905K", 8),
        "citizen_id": ID,
        "name": NAME,
        "kind": Coded("kind", {1: "prison", 2: "detox"}),
        "from": OnDay("from"),
        "to": OnDay("until"),
        "term_months": Of("months"),
        "stated_on": STATED_ON,
    },
)
COURT = CityFile(
    feed="court",
    events="ruling",
    columns={
        "court_case_no": Numbered("number", "9905R", 8),
        "citizen_id": ID,
        "kind": Coded("kind", {0: "missing", 1: "dead", 2: "guardianship_revoked"}),
        "decided_on": OnDay("day"),
        "revoked_on": EMPTY,
        "stated_on": STATED_ON,
    },
)
CHILDREN = CityFile(
    feed="child_welfare",
    events="child_aid",
    columns={
        "case_no": Numbered("number", "9905E", 8),
        "citizen_id": ID,
        "name": NAME,
        "guardian_id": OfPerson("id", "guardian"),
        "guardian_name": OfPerson("name", "guardian"),
        "kind": Coded("kind", {0: "orphan", 1: "unattended", 2: "in_difficulty", 3: "left_behind"}),
        "amount": Yuan("amount"),
        "on": OnDay("day"),
        "ended_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
