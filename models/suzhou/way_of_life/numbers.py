"""How people live in the made-up city: every number in one place, with its source, or "chosen".

"DOMAIN §6" are public figures of Suzhou or China that the project collected; what is "chosen" has no source that we
know of and is only plausible. A year's rates, unless the field says otherwise; yuan.
"""

from datetime import date

from riskscreen.declare import (
    Cases,
    Children,
    Collective,
    Disability,
    Families,
    Help,
    Illness,
    Means,
    People,
    Reports,
    School,
    Wealth,
    Work,
)

PEOPLE = People(
    groups=(0.985, 0.005, 0.004, 0.006),  # chosen
    born_elsewhere=0.2,  # chosen
)
FAMILIES = Families(
    local_share=0.77,  # DOMAIN §6: with dormitories, 7.23 of 10.75 million residents (2018)
    founding_members=2.8,  # what the shares below give
    heads_local=(22.0, 29.0, 78.0),  # chosen, for the ages of DOMAIN §6
    heads_other=(19.0, 22.0, 50.0),  # chosen
    couple_ages=(20.0, 25.0, 32.0, 60.0, 85.0),  # chosen
    couple_shares=(0.1, 0.4, 0.85, 0.85, 0.5),  # chosen
    children=(0.22, 0.56, 0.19, 0.03),  # chosen, for ages 0-17 to be 17.5% (DOMAIN §6)
    child_leaves_by=29.0,  # chosen
    old_parent_share=0.45,  # chosen, for 3.04 people a hukou household (DOMAIN §6)
    leaves_local=0.006,  # chosen
    leaves_other=0.15,  # chosen
    arrives_local=0.008,  # chosen
    arrives_other=0.163,  # chosen: with the above, net migration near 6.3‰ (DOMAIN §6)
    moves_within=0.04,  # chosen
    leaves_parents=0.033,  # chosen
    keeps_book=0.6,  # chosen: of the young who move out, who stay in their parents' book; for 3.04 (DOMAIN §6)
    births=0.07,  # a married woman of 21-40, for births near 9.9‰ (DOMAIN §6)
    twins=0.015,  # chosen: of births
    marries=0.08,  # chosen
    lives_with_his=0.4,  # chosen: couples that live with his parents
    divorces=0.006,  # chosen
    death_at_birth=0.00005,  # chosen, for deaths near 6.9‰ (DOMAIN §6)
    death_growth=0.087,  # chosen
    death_when_ill=5.0,  # chosen
    funerals_seen=0.93,  # chosen
)
COLLECTIVE = Collective(
    dormitories=0.07,  # chosen, for ages 18-34 to be 29% (DOMAIN §6)
    dormitory_of=140,  # chosen
    dormitory_ages=(18.0, 22.0, 40.0),  # chosen: least, commonest, greatest
    dormitory_leaves=0.3,  # chosen
    dormitory_arrives=0.42,  # chosen: who marries moves out too
    dormitory_rent=350.0,  # chosen
    care_of=60,  # chosen
    care_from_age=76.0,  # chosen
    care_enters=0.03,  # chosen: of those of that age without a partner
    care_adds=2_400.0,  # chosen: what children add to the pension
    care_keeps_book=0.6,  # chosen
    office_books=0.08,  # chosen: of single locals below that age
    office_below_age=35.0,  # chosen
)
ILLNESS = Illness(
    frailty_spread=0.7,  # chosen
    small_bills=2.2,  # chosen
    small_cost=(420.0, 0.8),  # chosen
    courses=0.01,  # chosen
    course_weeks=(16, 60),  # chosen; DOMAIN §6: serious illness follows in courses
    course_bill_weekly=0.3,  # chosen
    course_cost=(20_000.0, 0.6),  # chosen
    diseases=11,  # chosen: kinds of serious disease that are told apart
    in_mind=3,  # chosen: of these, the first so many are illnesses of the mind
    registered=0.6,  # chosen
    leaves_harm=0.12,  # chosen
    harmless=0.06,  # chosen
    harmless_cost=(17_000.0, 0.7),  # chosen
    harmless_from_weeks=25.0,  # chosen: of savings
    reimbursed={"unseen": 0.4, "employee": 0.72, "resident": 0.52},  # chosen
    outpatient_less=-0.1,  # chosen
    serious_from=20_000.0,  # chosen
    late=0.08,  # chosen; DOMAIN §4: up to 60 days
    unseen_local=0.03,  # chosen: insured elsewhere or not at all
    unseen_other=0.35,  # chosen
)
DISABILITY = Disability(
    share=0.07,  # DOMAIN §6: 6.34% of people (2006), with what age and illness add
    without_work=0.9,  # chosen; DOMAIN §6: income a head is under half the average
    informal=0.85,  # chosen: who never had formal work, and has the pension of those
    care_given=0.4,  # chosen: whose partner stays at home to care
    onset_young=0.0005,  # chosen
    onset_old=0.006,  # chosen
    certified=0.1,  # chosen: a little over half ever ask for a certificate
    asks_weekly=0.02,  # chosen
    reissued=0.02,  # chosen
    kinds=(0.149, 0.242, 0.015, 0.291, 0.067, 0.074, 0.162),  # DOMAIN §6
    grades=(0.12, 0.18, 0.3, 0.4),  # DOMAIN §6: severe (1, 2) about 30%; else chosen
)
WORK = Work(
    from_age=20.0,  # chosen
    first_weekly=0.03,  # chosen
    starts_below=1.3,  # chosen: nine in ten ever begin
    retires=(60.0, 55.0),  # chosen
    works_share=0.88,  # chosen
    self_employed=0.13,  # chosen
    formal_local=0.8,  # chosen
    formal_other=0.55,  # chosen
    employers=1500,  # chosen: of a piece
    wage=(11_300.0, 0.45),  # chosen beside 74,076 yuan a head and year (DOMAIN §6, 2023)
    informal_wage=0.66,  # chosen
    self_wage=0.95,  # chosen
    unsteady=0.4,  # chosen
    sick_pay=(0.0, 0.6, 0.2, 0.4),  # chosen: of wages, in formal, informal and one's own work
    pension_formal=4_100.0,  # chosen
    pension_other=1_900.0,  # chosen
    loss_formal=0.05,  # chosen
    loss_informal=0.2,  # chosen
    loss_self=0.09,  # chosen
    loss_when_ill=3.0,  # chosen
    winter=0.3,  # chosen
    shock=(date(2022, 3, 15), date(2022, 6, 15), 1.9),  # chosen: one regional shock
    shock_self=0.6,  # chosen
    found_weekly=0.03,  # chosen
    wage_after_loss=-0.02,  # chosen
    registers_formal=0.75,  # chosen
    registers_informal=0.25,  # chosen
    registers_other=0.6,  # chosen
    benefit_month=2_010.0,  # chosen
    benefit_weeks=(8, 30),  # chosen
)
CHILDREN = Children(
    prison=0.0008,  # chosen
    prison_weeks=(13, 160),  # chosen
    treatment=0.0002,  # chosen
    treatment_weeks=(26, 104),  # chosen
    works_away=0.02,  # chosen
    vanishes=0.0001,  # chosen
    declared_weekly=0.006,  # chosen
    revoked=0.00002,  # chosen
)
MEANS = Means(
    living_first=2_650.0,  # chosen
    living_other=1_480.0,  # chosen
    rents={"local": 0.1, "other": 0.8},  # chosen
    rent=2_100.0,  # chosen
    mortgaged=0.3,  # chosen: of those who do not rent
    mortgage=3_100.0,  # chosen
    target_weeks=(52.0, 0.7),  # chosen
    fit_spread=0.4,  # chosen
    kin_weeks=(8.0, 0.8),  # chosen
    kin_back_weekly=0.01,  # chosen
    relatives=(420.0, 0.9),  # chosen
    saves=0.5,  # chosen: of what is left over
    pays_back=0.7,  # chosen: of what is left over, while there are debts
    saves_most=0.5,  # chosen
    lives_on=0.94,  # chosen
    cut_back=0.3,  # chosen
    adapts_weekly=0.025,  # chosen: a home is used to a new income within a year
    bare_share=0.25,  # chosen
    debt_weeks=20.0,  # chosen
    debt_eased_weekly=0.045,  # chosen: relatives and creditors give way
    blows=0.022,  # chosen
    blow_weeks=(30.0, 120.0),  # chosen
    edge_weeks=-0.5,  # chosen
    noise_weeks=2.5,  # chosen
    onset_weekly=0.07,  # chosen
    recovery_weekly=0.051,  # chosen
    relapse=1.3,  # chosen
)
WEALTH = Wealth(
    dwelling_m2=(85.0, 0.3),  # chosen
    vehicle=0.5,  # chosen
    base_share=0.85,  # chosen: contributions are paid on less than the wage
    base_least=4_494.0,  # chosen
    base_most=24_042.0,  # chosen
    own_contributions=0.3,  # chosen
    fund_share=0.6,  # chosen
    registered=0.55,  # chosen
    asks_permit=0.7,  # chosen
)
SCHOOL = School(
    seen_local=0.97,  # chosen
    seen_other=0.8,  # chosen
    drops_out=0.0004,  # chosen
    drops_out_hard=0.003,  # chosen
    truant_days=0.12,  # chosen
    ill_days=0.4,  # chosen
    absent_hard=2.5,  # chosen
    absent_unseen=2.0,  # chosen
    aids_aided=0.8,  # chosen
    aids_hard=0.12,  # chosen
    aid_amount=1_500.0,  # chosen
)
CASES = Cases(
    child_seen_monthly=0.15,  # chosen
    child_amounts=(2_070.0, 1_656.0, 1_242.0, 0.0),  # DOMAIN §3: orphans of Suzhou (2019), and shares of that
    care_monthly=0.1,  # chosen
    care_amounts=(300.0, 130.0),  # chosen
)
REPORTS = Reports(
    incidents=0.004,  # chosen
    incident_kinds=(0.7, 0.08, 0.2, 0.02),  # chosen
    incident_hurts=0.35,  # chosen
    incident_disables=0.05,  # chosen
    loss_a_week=1_000.0,  # chosen: a loss of so much is a week's cost
    calls=0.03,  # chosen
    calls_hard=0.2,  # chosen
    grid_reports=0.03,  # chosen
    grid_reports_hard=0.25,  # chosen
    zero_use=0.04,  # chosen: empty homes, mostly
    zero_use_hard=0.1,  # chosen
    union_hard=0.02,  # chosen: a quarter
    union_else=0.0004,  # chosen: a quarter
    village_sees=0.15,  # chosen: a quarter
)
HELP = Help(
    applies_weekly=0.034,  # chosen
    other_residents=0.5,  # chosen
    willing_spread=0.6,  # chosen
    without_need=0.00006,  # chosen
    waits_days=90,  # chosen
    granted=0.88,  # chosen
    granted_without_need=0.25,  # chosen
    decided_days=(10, 42),  # chosen
    valid_days=365,  # DOMAIN §3: rigid spending holds for 12 months at most
    renewed_in_need=0.72,  # chosen
    renewed_low_income=0.4,  # chosen
    renewed_else=0.1,  # chosen
    standard_month=995.0,  # DOMAIN §3: the Suzhou standard from 2019
    margin=1.5,  # DOMAIN §3
    least_share=0.5,  # chosen
    share_other_tiers=0.8,  # chosen
    bills_paid=0.5,  # chosen
    cover_weeks=5.0,  # chosen: what aid may be counted on, in weeks of a home's cost
    debt_eased_weekly=0.08,  # chosen: of homes on aid
    alert_self_paid=15_000.0,  # DOMAIN §2: Tongling, everybody else
    alert_idle_days=180,  # DOMAIN §2: Xi'an; half a year is our own choice
    alert_visits=0.8,  # chosen
    heard_of_weekly=0.004,  # chosen
    heard_of_without_need=0.00002,  # chosen
    checks_yearly=0.05,  # chosen: a twentieth of all homes not on aid are drawn by lot in a year
    met=(0.92, 0.03, 0.02, 0.03),  # chosen: found, not found, refused, unreachable
    visit_aided=0.6,  # chosen
)
