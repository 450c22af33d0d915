"""How people live in the made-up city: every number in one place, with its source, or "chosen".

"DOMAIN §6" are public figures of Suzhou or China that the project collected; what is "chosen" has no source that we
know of and is only plausible. A year's rates, unless the field says otherwise; yuan.
"""

from datetime import date

from riskscreen.declare import (
    Always,
    CityFile,
    Coded,
    Families,
    Help,
    Illness,
    Joined,
    Means,
    Names,
    Of,
    Patterned,
    PersonId,
    WayOfLife,
    Work,
    Yuan,
)

AREA_SHARES = {  # chosen
    "990508001": 0.22,
    "990508002": 0.2,
    "990508003": 0.18,
    "990508004": 0.17,
    "990508005": 0.12,
    "990508006": 0.11,
}
PERSON_ID = PersonId(  # GB 11643
    prefix="990508",  # mirrors 320508 (Gusu); no region begins with 99, so nobody real has such an id
    weights=(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2),
    characters="10X98765432",
)
NAMES = Names(
    surnames="王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗",
    given="安宁平和明清文华建国春秋月星云山江海林竹兰梅诗书礼乐嘉怡欣悦",
)
ID = Of("id")
HOUSEHOLD_NO = Patterned("home", "9905{:08d}")
EMPTY, NOTHING = Always(""), Always("0.00")
FILES = (
    CityFile(
        feed="police_population",
        events="residence",
        columns={
            "citizen_id": ID,
            "name": Of("name"),
            "sex": Coded("male", {1: "1", 0: "2"}),
            "birth_date": Of("born"),
            "birth_year": Of("birth_year"),
            "ethnicity": EMPTY,
            "hukou_no": HOUSEHOLD_NO,
            "relation_to_head": EMPTY,
            "hukou_address": EMPTY,
            "residence_address": EMPTY,
            "area_code": Coded("area", dict(enumerate(AREA_SHARES))),
            "hukou_kind": Coded("local", {1: "local", 0: "other"}),
            "resident_since": Of("since"),
            "cancelled_on": Of("until"),
            "cancel_reason": Coded("why", {0: "", 1: "died", 2: "left", 3: "moved"}),
            "stated_on": Of("stated"),
        },
    ),
    CityFile(
        feed="medical_settlement",
        events="bill",
        columns={
            "psn_no": Patterned("person", "99{:010d}"),
            "certno": ID,
            "insutype": Coded("insured", {1: "310", 2: "390"}),
            "psn_type": EMPTY,
            "med_type": Coded("kind", {0: "11", 1: "21"}),
            "setl_id": Patterned("number", "990508S{:010d}"),
            "begndate": Of("begin"),
            "enddate": Of("end"),
            "setl_time": Of("end"),
            "hosp_lv": EMPTY,
            "medfee_sumamt": Yuan("total"),
            "fulamt_ownpay_amt": Yuan("own"),
            "overlmt_selfpay": NOTHING,
            "preselfpay_amt": NOTHING,
            "inscp_scp_amt": Yuan("in_scope"),
            "act_pay_dedc": NOTHING,
            "hifp_pay": Yuan("fund"),
            "hifmi_pay": NOTHING,
            "hifob_pay": NOTHING,
            "maf_pay": NOTHING,
            "fund_pay_sumamt": Yuan("fund"),
            "psn_part_amt": Yuan("part"),
            "acct_pay": Yuan("account"),
            "psn_cash_pay": Yuan("cash"),
            "hosp_part_amt": NOTHING,
            "vali_flag": Always("1"),
            "refd_setl_flag": Coded("refunded", {0: "0", 1: "1"}),
            "updt_time": Of("updated"),
        },
        fault_every=701,  # chosen: a few rows for the quarantine
        fault_column="psn_part_amt",
    ),
    CityFile(
        feed="unemployment",
        events="spell",
        columns={
            "registration_no": Patterned("number", "990508J{:08d}"),
            "citizen_id": ID,
            "registered_on": Of("registered"),
            "reason": Coded("informal", {0: "dismissed", 1: "work_ended"}),
            "benefit_monthly": Yuan("benefit"),
            "benefit_from": Of("benefit_from"),
            "benefit_to": Of("benefit_until"),
            "ended_on": Of("until"),
            "stated_on": Of("stated"),
        },
    ),
    CityFile(
        feed="disability",
        events="certificate",
        columns={
            "certificate_no": Joined((ID, Of("category"), Of("grade"))),
            "citizen_id": ID,
            "category": Of("category"),
            "grade": Of("grade"),
            "issued_on": Of("issued"),
            "cancelled_on": EMPTY,
            "stated_on": Of("stated"),
        },
    ),
    CityFile(
        feed="assistance_register",
        events="register",
        columns={
            "case_no": Patterned("case", "990508A{:07d}"),
            "household_no": HOUSEHOLD_NO,
            "citizen_id": ID,
            "tier": Coded("tier", {0: "dibao", 1: "dibao_margin", 2: "rigid_spending"}),
            "applied_on": Of("applied"),
            "decided_on": Of("decided"),
            "valid_to": Of("until"),
            "close_reason": Coded("why", {0: "", 1: "no_longer_in_need", 2: "left"}),
            "members": Of("members"),
            "labour_income": EMPTY,
            "business_income": EMPTY,
            "property_income": EMPTY,
            "transfer_income": EMPTY,
            "support_income": EMPTY,
            "rigid_spending": EMPTY,
            "housing_area": EMPTY,
            "vehicles": EMPTY,
            "deposits": EMPTY,
            "stated_on": Of("stated"),
        },
    ),
)

WAY_OF_LIFE = WayOfLife(
    families=Families(
        local_share=0.62,  # DOMAIN §6: 7.23 of 10.75 million residents (2018); homes of others are small
        couple_share=0.68,  # chosen
        children=(0.42, 0.38, 0.17, 0.03),  # chosen, for ages 0–17 to be 17.5% (DOMAIN §6)
        old_parent_share=0.1,  # chosen
        leaves_local=0.006,  # chosen
        leaves_other=0.07,  # chosen
        moves_within=0.04,  # chosen
        leaves_parents=0.06,  # chosen
        births=0.047,  # a woman of 21–40, for births near 9.9‰ (DOMAIN §6)
        death_at_birth=0.00004,  # chosen, for deaths near 6.9‰ (DOMAIN §6)
        death_growth=0.082,  # chosen
    ),
    illness=Illness(
        small_bills=2.2,  # chosen
        small_cost=(420.0, 0.8),  # chosen
        courses=0.012,  # chosen
        course_weeks=(16, 60),  # chosen; DOMAIN §6: serious illness follows in courses
        course_bill_weekly=0.3,  # chosen
        course_cost=(15_000.0, 0.6),  # chosen
        harmless=0.06,  # chosen
        harmless_cost=(16_000.0, 0.7),  # chosen
        reimbursed={"unseen": 0.4, "employee": 0.72, "resident": 0.5},  # chosen
        unseen_local=0.03,  # chosen: insured elsewhere or not at all
        unseen_other=0.3,  # chosen
        disability=0.055,  # DOMAIN §6: 6.34% of people (2006), with what illness adds
        certified=0.1,  # chosen: a little over half ever ask for a certificate
        disability_kinds=(0.149, 0.242, 0.015, 0.291, 0.067, 0.074, 0.162),  # DOMAIN §6
        disability_grades=(0.12, 0.18, 0.3, 0.4),  # DOMAIN §6: severe (1, 2) about 30%; else chosen
    ),
    work=Work(
        works_share=0.89,  # chosen
        works_disabled=0.35,  # chosen; DOMAIN §6: income a head is under half the average
        formal_local=0.78,  # chosen
        formal_other=0.55,  # chosen
        wage=(6_600.0, 0.45),  # chosen beside 74,076 yuan a head and year (DOMAIN §6, 2023)
        informal_wage=0.68,  # chosen
        pension_formal=2_900.0,  # chosen
        pension_other=1_300.0,  # chosen
        loss_formal=0.075,  # chosen
        loss_informal=0.2,  # chosen
        winter=0.3,  # chosen
        shock=(date(2022, 3, 15), date(2022, 6, 15), 2.5),  # chosen: one regional shock
        found_weekly=0.028,  # chosen
        registers_formal=0.8,  # chosen
        registers_informal=0.35,  # chosen
        benefit_month=2_010.0,  # chosen
        benefit_weeks=(8, 30),  # chosen
    ),
    means=Means(
        living_first=1_900.0,  # chosen
        living_other=1_050.0,  # chosen
        rents={"local": 0.12, "other": 0.85},  # chosen
        rent=1_500.0,  # chosen
        target_weeks=(33.0, 0.7),  # chosen
        relatives=(300.0, 0.9),  # chosen
        cut_back=0.3,  # chosen
        adapts_weekly=0.025,  # chosen: a home is used to a new income within a year
        bare_share=0.25,  # chosen
        debt_weeks=20.0,  # chosen
        debt_eased_weekly=0.045,  # chosen: relatives and creditors give way
        onset_weekly=0.1,  # chosen
        recovery_weekly=0.09,  # chosen
        relapse=1.5,  # chosen
        noise_weeks=2.0,  # chosen
        hidden_causes=0.00006,  # chosen
    ),
    help=Help(
        applies_weekly=0.045,  # chosen
        other_residents=0.5,  # chosen
        without_need=0.00006,  # chosen
        granted=0.88,  # chosen
        decided_days=(10, 42),  # chosen
        valid_days=365,  # DOMAIN §3: rigid spending holds for 12 months at most
        renewed_in_need=0.65,  # chosen
        renewed_disabled=0.2,  # chosen
        standard_month=995.0,  # DOMAIN §3: the Suzhou standard from 2019
        bills_paid=0.5,  # chosen
        alert_self_paid=15_000.0,  # DOMAIN §2: Tongling, everybody else
        alert_visits=0.6,  # chosen
        alert_aided=0.6,  # chosen
        check_aided=0.6,  # chosen
    ),
    areas=AREA_SHARES,
    files=FILES,
    person_id=PERSON_ID,
    names=NAMES,
    source="DOMAIN.md §2, §3 and §6 where said; else chosen",
)
