"""Work and what papers say of means: contributions, unemployment, funds, taxes, firms, dwellings, vehicles, unions."""

from riskscreen.declare import Always, CityFile, Coded, Numbered, Of, OnDay, Yuan

from .words import EMPTY, ID, NAME, STATED_ON, organisation

CONTRIBUTIONS = CityFile(
    feed="employment_insurance",
    events="contribution",
    columns={
        "aac002": ID,
        "aab001": organisation("employer", "91"),
        "aae140": Always("110"),
        "contribution_base": Yuan("base"),
        "month": OnDay("day", month=True),
        "stated_on": STATED_ON,
    },
    past_days=365,
    parquet=True,
)
UNEMPLOYMENT = CityFile(
    feed="unemployment",
    events="spell",
    columns={
        "registration_no": Numbered("number", "990508J", 8),
        "citizen_id": ID,
        "registered_on": OnDay("registered"),
        "reason": Coded("informal", {0: "dismissed", 1: "work_ended"}),
        "benefit_monthly": Yuan("benefit"),
        "benefit_from": OnDay("benefit_from"),
        "benefit_to": OnDay("benefit_until"),
        "ended_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
FUND = CityFile(
    feed="provident_fund",
    events="deposit",
    columns={
        "account_no": Numbered("person", "9905A", 10),
        "citizen_id": ID,
        "employer": organisation("employer", "91"),
        "month": OnDay("day", month=True),
        "monthly_deposit": Yuan("amount"),
        "stated_on": STATED_ON,
    },
    past_days=365,
    parquet=True,
)
TAX = CityFile(
    feed="tax",
    events="tax",
    columns={
        "declaration_no": Numbered("number", "9905T", 10),
        "citizen_id": ID,
        "month": OnDay("day", month=True),
        "declared_income": Yuan("income"),
        "tax": Yuan("tax"),
        "stated_on": STATED_ON,
    },
    past_days=365,
    parquet=True,
)
FIRMS = CityFile(
    feed="business_registration",
    events="firm",
    columns={
        "uscc": organisation("number", "92"),
        "citizen_id": ID,
        "role": Always("sole_trader"),
        "capital": Of("capital"),
        "from": OnDay("day"),
        "to": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
DWELLINGS = CityFile(
    feed="housing",
    events="property",
    columns={
        "unit_no": Numbered("number", "9905D", 8),
        "citizen_id": ID,
        "name": NAME,
        "area": Yuan("m2", decimals=1),
        "use": Always("residential"),
        "on": OnDay("day"),
        "ended_on": EMPTY,
        "stated_on": STATED_ON,
    },
)
VEHICLES = CityFile(
    feed="vehicles",
    events="vehicle",
    columns={
        "vehicle_no": Numbered("number", "9905C", 8),
        "citizen_id": ID,
        "model": Always("car"),
        "use": Always("private"),
        "on": OnDay("day"),
        "ended_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
UNION = CityFile(
    feed="union_hardship",
    events="union",
    columns={
        "citizen_id": ID,
        "level": Coded("level", {0: "deep", 1: "relative", 2: "sudden"}),
        "on": OnDay("day"),
        "listed_on": STATED_ON,
    },
)
