"""Health: settled bills, insurance, the health registry, disability and its allowances."""

from riskscreen.declare import (
    Always,
    AreaOf,
    CityFile,
    Coded,
    Fault,
    Joined,
    Numbered,
    Of,
    OfPerson,
    OnDay,
    Where,
    Yuan,
)

from .words import BORN, EMPTY, ID, NAME, NOTHING, PHONE, SEX, STATED_ON

INSURANCES = {1: "310", 2: "390"}
DISEASES = ("F20", "F31", "F79", "C", "D61", "I21", "I64", "K74", "N18", "Z94", "other")
BILLS = CityFile(
    feed="medical_settlement",
    events="bill",
    columns={
        "psn_no": Numbered("person", "99", 10),
        "certno": ID,
        "insutype": Coded("insured", INSURANCES),
        "psn_type": EMPTY,
        "med_type": Coded("kind", {0: "11", 1: "21"}),
        "setl_id": Numbered("number", "990508S", 10),
        "begndate": OnDay("begin"),
        "enddate": OnDay("end"),
        "setl_time": OnDay("end"),
        "hosp_lv": Of("level"),
        "medfee_sumamt": Yuan("total"),
        "fulamt_ownpay_amt": Yuan("own"),
        "overlmt_selfpay": Yuan("over"),
        "preselfpay_amt": Yuan("first"),
        "inscp_scp_amt": Yuan("in_scope"),
        "act_pay_dedc": Yuan("deductible"),
        "hifp_pay": Yuan("basic"),
        "hifmi_pay": Yuan("serious"),
        "hifob_pay": NOTHING,
        "maf_pay": Yuan("aid"),
        "fund_pay_sumamt": Yuan("fund"),
        "psn_part_amt": Yuan("part"),
        "acct_pay": Yuan("account"),
        "psn_cash_pay": Yuan("cash"),
        "hosp_part_amt": NOTHING,
        "vali_flag": Always("1"),
        "refd_setl_flag": Coded("refunded", {0: "0", 1: "1"}),
        "updt_time": OnDay("updated"),
    },
    stated="updated",
    register="insurance",
    past_days=730,
    parquet=True,
    faults=(Fault(column="psn_part_amt", every=701, text="-/-"),),  # chosen: a few rows for the quarantine
    twice_every=997,  # chosen: the same stay settled twice
)
COVER = CityFile(
    feed="medical_status",
    events="cover",
    columns={
        "citizen_id": ID,
        "insutype": Coded("insured", INSURANCES),
        "subsidised": Coded("identity", {0: "0", 1: "1", 2: "1", 3: "1"}),
        "medical_aid_identity": Coded("identity", {0: "none", 1: "dibao", 2: "dibao_margin", 3: "rigid_spending"}),
        "begndate": OnDay("day"),
        "enddate": OnDay("until"),
        "stated_on": STATED_ON,
    },
    register="insurance",
    past_days=400,
)
REGISTRY = CityFile(
    feed="health_registry",
    events="diagnosis",
    columns={
        "registry_no": Numbered("number", "9905H", 8),
        "citizen_id": ID,
        "name": NAME,
        "sex": SEX,
        "birth_date": BORN,
        "mother_id": Where("kind", (0,), OfPerson("id", "mother")),
        "mother_name": Where("kind", (0,), OfPerson("name", "mother")),
        "kind": Coded("kind", {0: "birth", 1: "death", 2: "serious_disease", 3: "severe_mental_illness"}),
        "code": Coded("code", {-1: "", **dict(enumerate(DISEASES))}),
        "on": OnDay("day"),
        "stated_on": STATED_ON,
    },
)
CERTIFICATES = CityFile(
    feed="disability",
    events="certificate",
    columns={
        "certificate_no": Joined((ID, Of("category"), Of("grade"))),
        "citizen_id": ID,
        "name": NAME,
        "phone": PHONE,
        "area_code": AreaOf("area", former_every=12),  # chosen
        "category": Of("category"),
        "grade": Of("grade"),
        "issued_on": OnDay("issued"),
        "cancelled_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
)
ALLOWANCES = CityFile(
    feed="disability_subsidy",
    events="care_aid",
    columns={
        "grant_no": Numbered("number", "9905G", 8),
        "citizen_id": ID,
        "kind": Coded("kind", {0: "living", 1: "care"}),
        "amount": Yuan("amount"),
        "on": OnDay("day"),
        "ended_on": OnDay("until"),
        "stated_on": STATED_ON,
    },
    register="disability",
)
