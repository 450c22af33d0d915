"""How a place lives, for a made-up city: numbers of its life, and how what happens is written down by agencies.

The machinery in ``riskscreen.city`` knows no place: it asks a :class:`WayOfLife`. Rates are a year's unless said
otherwise; money is in the place's unit, not in its smallest part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskscreen.errors import CallerError, DeclarationError


@dataclass(frozen=True, kw_only=True)
class Families:
    """Who lives together, who comes and who goes."""

    local_share: float
    couple_share: float
    children: tuple[float, ...]
    old_parent_share: float
    leaves_local: float
    leaves_other: float
    moves_within: float
    leaves_parents: float
    births: float
    death_at_birth: float
    death_growth: float


@dataclass(frozen=True, kw_only=True)
class Illness:
    """Bills and courses of illness; ``*_cost`` are the median and the spread (of the logarithm) of one bill."""

    small_bills: float
    small_cost: tuple[float, float]
    courses: float
    course_weeks: tuple[int, int]
    course_bill_weekly: float
    course_cost: tuple[float, float]
    harmless: float
    harmless_cost: tuple[float, float]
    reimbursed: Mapping[str, float]
    unseen_local: float
    unseen_other: float
    disability: float
    certified: float
    disability_kinds: tuple[float, ...]
    disability_grades: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """Work, its loss and its return; ``wage`` is a month's median and the spread of its logarithm."""

    works_share: float
    works_disabled: float
    formal_local: float
    formal_other: float
    wage: tuple[float, float]
    informal_wage: float
    pension_formal: float
    pension_other: float
    loss_formal: float
    loss_informal: float
    winter: float
    shock: tuple[date, date, float]
    found_weekly: float
    registers_formal: float
    registers_informal: float
    benefit_month: float
    benefit_weeks: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a household lives on, and when it is in hardship; costs and support are a month's, reserves are in weeks."""

    living_first: float
    living_other: float
    rents: Mapping[str, float]
    rent: float
    target_weeks: tuple[float, float]
    relatives: tuple[float, float]
    cut_back: float
    adapts_weekly: float
    bare_share: float
    debt_weeks: float
    debt_eased_weekly: float
    onset_weekly: float
    recovery_weekly: float
    relapse: float
    noise_weeks: float
    hidden_causes: float


@dataclass(frozen=True, kw_only=True)
class Help:
    """How hardship comes onto the register, and what aid does; ``alert_self_paid`` is a year's of one person."""

    applies_weekly: float
    other_residents: float
    without_need: float
    granted: float
    decided_days: tuple[int, int]
    valid_days: int
    renewed_in_need: float
    renewed_disabled: float
    standard_month: float
    bills_paid: float
    alert_self_paid: float
    alert_visits: float
    alert_aided: float
    check_aided: float


@dataclass(frozen=True)
class Of:
    """A field as it is; a day as YYYY-MM-DD, empty where there is none."""

    field: str


@dataclass(frozen=True)
class Yuan:
    """A field held in hundredths, written with two decimals."""

    field: str


@dataclass(frozen=True)
class Coded:
    """A field's value by its code."""

    field: str
    words: Mapping[int, str]


@dataclass(frozen=True)
class Patterned:
    """A number in a pattern such as ``"B{:08d}"``; empty where the number is negative."""

    field: str
    pattern: str


@dataclass(frozen=True)
class Always:
    """The same text in every row."""

    text: str


@dataclass(frozen=True)
class Joined:
    """Several, one after the other."""

    parts: tuple["Written", ...]


Written = Of | Yuan | Coded | Patterned | Always | Joined


@dataclass(frozen=True, kw_only=True)
class CityFile:
    """How an agency writes events of a kind into its feed: a column each.

    One row in ``fault_every`` (0: none) is written wrongly: its ``fault_column`` reads ``fault``.
    """

    feed: str
    events: str
    columns: Mapping[str, Written]
    fault_every: int = 0
    fault_column: str = ""
    fault: str = "-/-"


@dataclass(frozen=True, kw_only=True)
class PersonId:
    """How made-up people's ids are made: prefix, day of birth, sequence (odd: male), check character.

    The digits before the check character are weighted and added up; the sum's rest chooses from ``characters``.
    """

    prefix: str
    weights: tuple[int, ...]
    characters: str

    def of(self, born: date, male: bool, rank: int) -> str:
        """The id of the ``rank``-th (from 0) of those with one day of birth and sex; ``CallerError`` from 500 on.

        >>> PersonId(prefix="9", weights=(1,) * 12, characters="0123456789").of(date(1980, 1, 2), True, 0)
        '9198001020011'
        """
        sequence = 2 * rank + (1 if male else 2)
        if sequence > 999:
            raise CallerError(f"over 499 people of one sex were born on {born}: take a city of fewer people")
        first = f"{self.prefix}{born:%Y%m%d}{sequence:03d}"
        total = sum(weight * int(digit) for weight, digit in zip(self.weights, first, strict=True))
        return first + self.characters[total % len(self.characters)]


@dataclass(frozen=True, kw_only=True)
class Names:
    """Out of what made-up names are put together: a surname and two given characters, by a person's number."""

    surnames: str
    given: str

    def of(self, number: int) -> str:
        """The name of the person with a number."""
        mixed = number * 2654435761 % 2**32
        rest, surname = divmod(mixed, len(self.surnames))
        second, first = divmod(rest, len(self.given))
        return self.surnames[surname] + self.given[first] + self.given[second % len(self.given)]


@dataclass(frozen=True, kw_only=True)
class WayOfLife:
    """A place's way of life: all that is needed to step its people through weeks and to write what agencies say."""

    families: Families
    illness: Illness
    work: Work
    means: Means
    help: Help
    areas: Mapping[str, float]
    files: tuple[CityFile, ...]
    person_id: PersonId
    names: Names
    source: str

    def __post_init__(self) -> None:
        if not self.areas or abs(sum(self.areas.values()) - 1) > 1e-6:
            raise DeclarationError("the shares of a way of life's areas do not add up to 1: mend them")
        if abs(sum(self.families.children) - 1) > 1e-6:
            raise DeclarationError("the shares of families by number of children do not add up to 1: mend them")
