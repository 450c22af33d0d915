"""How a place lives, for a made-up city: every number of its life.

The machinery in ``riskscreen.city`` knows no place: it asks a :class:`WayOfLife`. Rates are a year's unless said
otherwise; money is in the place's unit, not in its smallest part. A pair called a cost or weeks is a median and the
spread of its logarithm, unless its name says that it is a range.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskscreen.declare.city_files import CityFile
from riskscreen.declare.city_identity import Mess, Names, PersonId
from riskscreen.declare.city_places import Places
from riskscreen.errors import DeclarationError


@dataclass(frozen=True, kw_only=True)
class People:
    """Who people are apart from what happens to them; ``groups`` are shares, and ``born_elsewhere`` of the locals."""

    groups: tuple[float, ...]
    born_elsewhere: float


@dataclass(frozen=True, kw_only=True)
class Families:
    """Who lives together, who comes and who goes; ``heads_*`` are the least, commonest and greatest age of founders."""

    local_share: float
    founding_members: float
    heads_local: tuple[float, float, float]
    heads_other: tuple[float, float, float]
    couple_ages: tuple[float, ...]
    couple_shares: tuple[float, ...]
    children: tuple[float, ...]
    child_leaves_by: float
    old_parent_share: float
    leaves_local: float
    leaves_other: float
    arrives_local: float
    arrives_other: float
    moves_within: float
    leaves_parents: float
    keeps_book: float
    births: float
    twins: float
    marries: float
    lives_with_his: float
    divorces: float
    death_at_birth: float
    death_growth: float
    death_when_ill: float
    funerals_seen: float


@dataclass(frozen=True, kw_only=True)
class Collective:
    """Who lives among strangers: in dormitories of firms and in care homes; and who stands in an office's book.

    ``dormitories`` is the share of the founders who live in one; rents and what families add are a month's.
    """

    dormitories: float
    dormitory_of: int
    dormitory_ages: tuple[float, float, float]
    dormitory_leaves: float
    dormitory_arrives: float
    dormitory_rent: float
    care_of: int
    care_from_age: float
    care_enters: float
    care_adds: float
    care_keeps_book: float
    office_books: float
    office_below_age: float


@dataclass(frozen=True, kw_only=True)
class Illness:
    """Bills and courses of illness; ``late`` is the share of bills that are entered after 10 to 60 days."""

    frailty_spread: float
    small_bills: float
    small_cost: tuple[float, float]
    courses: float
    course_weeks: tuple[int, int]
    course_bill_weekly: float
    course_cost: tuple[float, float]
    diseases: int
    in_mind: int
    registered: float
    leaves_harm: float
    harmless: float
    harmless_cost: tuple[float, float]
    harmless_from_weeks: float
    reimbursed: Mapping[str, float]
    outpatient_less: float
    serious_from: float
    late: float
    unseen_local: float
    unseen_other: float


@dataclass(frozen=True, kw_only=True)
class Disability:
    """Who is disabled and who holds a certificate; ``certified`` bounds a normal number that each person has."""

    share: float
    without_work: float
    informal: float
    care_given: float
    onset_young: float
    onset_old: float
    certified: float
    asks_weekly: float
    reissued: float
    kinds: tuple[float, ...]
    grades: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """Work, its loss and its return; ``wage`` is a month's, ``retires`` the age of men and of women."""

    from_age: float
    first_weekly: float
    starts_below: float
    retires: tuple[float, float]
    works_share: float
    self_employed: float
    formal_local: float
    formal_other: float
    employers: int
    wage: tuple[float, float]
    informal_wage: float
    self_wage: float
    unsteady: float
    sick_pay: tuple[float, float, float, float]
    pension_formal: float
    pension_other: float
    loss_formal: float
    loss_informal: float
    loss_self: float
    loss_when_ill: float
    winter: float
    shock: tuple[date, date, float]
    shock_self: float
    found_weekly: float
    wage_after_loss: float
    registers_formal: float
    registers_informal: float
    registers_other: float
    benefit_month: float
    benefit_weeks: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Children:
    """Guardians who are not there; the pairs are ranges of weeks."""

    prison: float
    prison_weeks: tuple[int, int]
    treatment: float
    treatment_weeks: tuple[int, int]
    works_away: float
    vanishes: float
    declared_weekly: float
    revoked: float


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a household lives on, and when it is in hardship; costs and support are a month's, reserves are in weeks."""

    living_first: float
    living_other: float
    rents: Mapping[str, float]
    rent: float
    mortgaged: float
    mortgage: float
    target_weeks: tuple[float, float]
    fit_spread: float
    kin_weeks: tuple[float, float]
    kin_back_weekly: float
    relatives: tuple[float, float]
    saves: float
    pays_back: float
    saves_most: float
    lives_on: float
    cut_back: float
    adapts_weekly: float
    bare_share: float
    debt_weeks: float
    debt_eased_weekly: float
    blows: float
    blow_weeks: tuple[float, float]
    edge_weeks: float
    noise_weeks: float
    onset_weekly: float
    recovery_weekly: float
    relapse: float


@dataclass(frozen=True, kw_only=True)
class Wealth:
    """Dwellings, vehicles and papers; ``base_*`` bound what contributions are paid on, a month."""

    dwelling_m2: tuple[float, float]
    vehicle: float
    base_share: float
    base_least: float
    base_most: float
    own_contributions: float
    fund_share: float
    registered: float
    asks_permit: float


@dataclass(frozen=True, kw_only=True)
class School:
    """Who is on the roll, who drops out (a month's odds) and who misses days (a month's)."""

    seen_local: float
    seen_other: float
    drops_out: float
    drops_out_hard: float
    truant_days: float
    ill_days: float
    absent_hard: float
    absent_unseen: float
    aids_aided: float
    aids_hard: float
    aid_amount: float


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Which children and disabled people are helped on their own account; amounts are a month's."""

    child_seen_monthly: float
    child_amounts: tuple[float, float, float, float]
    care_monthly: float
    care_amounts: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Reports:
    """What is noticed by others: a year's odds of a home or of a person; ``*_hard`` are those of homes in hardship."""

    incidents: float
    incident_kinds: tuple[float, float, float, float]
    incident_hurts: float
    incident_disables: float
    loss_a_week: float
    calls: float
    calls_hard: float
    grid_reports: float
    grid_reports_hard: float
    zero_use: float
    zero_use_hard: float
    union_hard: float
    union_else: float
    village_sees: float


@dataclass(frozen=True, kw_only=True)
class Help:
    """How hardship comes onto the register, and what aid does; ``alert_self_paid`` is a year's of one person."""

    applies_weekly: float
    other_residents: float
    willing_spread: float
    without_need: float
    waits_days: int
    granted: float
    granted_without_need: float
    decided_days: tuple[int, int]
    valid_days: int
    renewed_in_need: float
    renewed_low_income: float
    renewed_else: float
    standard_month: float
    margin: float
    least_share: float
    share_other_tiers: float
    bills_paid: float
    cover_weeks: float
    debt_eased_weekly: float
    alert_self_paid: float
    alert_idle_days: int
    alert_visits: float
    heard_of_weekly: float
    heard_of_without_need: float
    checks_yearly: float
    met: tuple[float, float, float, float]
    visit_aided: float


@dataclass(frozen=True, kw_only=True)
class WayOfLife:
    """A place's way of life: all that is needed to step its people through weeks and to write what agencies say.

    ``version`` names the numbers: what was measured on a city holds for its version alone.
    """

    version: str
    people: People
    families: Families
    collective: Collective
    illness: Illness
    disability: Disability
    work: Work
    children: Children
    means: Means
    wealth: Wealth
    school: School
    cases: Cases
    reports: Reports
    help: Help
    places: Places
    files: tuple[CityFile, ...]
    person_id: PersonId
    names: Names
    mess: Mess
    source: str

    def __post_init__(self) -> None:
        if abs(sum(self.families.children) - 1) > 1e-6:
            raise DeclarationError("the shares of families by number of children do not add up to 1: mend them")
        if abs(sum(self.people.groups) - 1) > 1e-6:
            raise DeclarationError("the shares of groups of people do not add up to 1: mend them")
