"""What agencies knew of each home on a day, as figures: the signals that the city's measurements rank by.

Names are those of the deployment's signals where there is one, so that its alert rules can be asked of them; money is
in hundredths. A row is a home; what was stated after the day is not seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskscreen.city import History
from riskscreen.city.help import APPLIED, ENDED_NO_NEED
from riskscreen.city.reports import TRAFFIC
from riskscreen.city.state import NEVER, UNSEEN

Floats = NDArray[np.float64]
Table = dict[str, NDArray[Any]]
LONG_AGO = 3650.0


@dataclass(frozen=True)
class Known:
    """What was stated by ``as_of``; ``lives`` is the home of each person as the register knows it, or -1."""

    history: History
    as_of: int
    homes: int
    lives: NDArray[np.int64]
    told: dict[str, Table]

    def rows(self, kind: str, day: str, days: int, stated: str = "stated") -> Table:
        """Events of a kind that happened within the last ``days``."""
        table = self.told[kind]
        kept = (table[stated] <= self.as_of) & (table[day] <= self.as_of) & (table[day] > self.as_of - days)
        return {name: column[kept] for name, column in table.items()}

    def total(self, person: NDArray[Any], value: Any = 1.0) -> Floats:
        """The sum of a value over the people of each home."""
        home = self.lives[person]
        weights = np.broadcast_to(np.asarray(value, float), home.shape)[home >= 0]
        return np.asarray(np.bincount(home[home >= 0], weights, minlength=self.homes), float)

    def most(self, person: NDArray[Any], value: Any, least: float = 0.0) -> Floats:
        """The largest value among the people of each home."""
        home, out = self.lives[person], np.full(self.homes, least)
        value = np.broadcast_to(np.asarray(value, float), home.shape)
        np.maximum.at(out, home[home >= 0], value[home >= 0])
        return out


def tables(history: History) -> dict[str, Table]:
    """The events of the kinds that signals read."""
    kinds = {kind for events in history.events for kind in events}
    return {kind: history.of(kind) for kind in sorted(kinds - {"slack", "hardship"})}


def signals(history: History, told: dict[str, Table], as_of: int, homes: int) -> dict[str, Floats]:
    """Every signal of every home, as of a day."""
    known = Known(history, as_of, homes, _lives(told["residence"], as_of, len(history.state.people)), told)
    return {
        **_of_bills(known),
        **_of_health(known),
        **_of_work(known),
        **_of_members(known),
        **_of_help(known),
        **_of_pay(known),
        **_of_reports(known),
        **_of_rules(known),
    }


def _lives(residence: Table, as_of: int, people: int) -> NDArray[np.int64]:
    rows = np.flatnonzero(residence["stated"] <= as_of)
    rows = rows[np.argsort(residence["stated"][rows], kind="stable")]
    last = np.full(people, -1)
    last[residence["person"][rows]] = rows
    home = np.where(last >= 0, residence["home"][last], -1)
    gone = (last >= 0) & (residence["until"][last] <= as_of)
    return np.where(gone, -1, home)


def _of_bills(known: Known) -> dict[str, Floats]:
    back = known.rows("bill", "end", NEVER, "updated")
    taken_back = back["number"][back["refunded"] == 1]

    def bills(days: int) -> Table:
        rows = known.rows("bill", "end", days, "updated")
        kept = ~np.isin(rows["number"], taken_back)
        return {name: column[kept] for name, column in rows.items()}

    year, half, quarter = bills(365), bills(180), bills(90)
    people = len(known.lives)
    of_person = np.bincount(year["person"], year["part"], minlength=people)
    paid, members = known.total(year["person"], year["part"]), np.maximum(known.total(np.arange(people)), 1)
    recent = known.total(quarter["person"], quarter["part"])
    before = known.total(half["person"], half["part"]) - recent
    stays = year["kind"] == 1
    own = known.total(year["person"], year["own"])
    return {
        "household_self_paid_90": recent,
        "household_self_paid_365": paid,
        "member_self_paid_365": known.most(np.arange(people), of_person),
        "household_largest_bill": known.most(half["person"], half["part"]),
        "household_self_paid_trend": recent - before,
        "household_stays": known.total(year["person"][stays]),
        "household_days_since_stay": -known.most(year["person"][stays], year["end"][stays] - known.as_of, -LONG_AGO),
        "household_days_since_bill": -known.most(year["person"], year["end"] - known.as_of, -LONG_AGO),
        "self_paid_per_head": paid / members,
        "household_bills": known.total(year["person"]),
        "wholly_own_share": own / np.maximum(paid, 1),
        "household_bills_90": known.total(quarter["person"]),
    }


def _of_health(known: Known) -> dict[str, Floats]:
    rows = known.rows("certificate", "issued", NEVER)
    grade = np.full(len(known.lives), 9)
    grade[rows["person"]] = rows["grade"]
    certified, severe = np.flatnonzero(grade < 9), np.flatnonzero(grade <= 2)
    new = known.rows("certificate", "issued", 365)
    ill = known.rows("diagnosis", "day", 730)
    serious = ill["person"][ill["kind"] == 2]
    return {
        "members_certified": known.total(certified),
        "members_severely_disabled": known.total(severe),
        "household_newly_severe": known.total(new["person"][new["grade"] <= 2]),
        "serious_diseases": known.total(serious),
    }


def _of_work(known: Known) -> dict[str, Floats]:
    rows = known.rows("spell", "registered", NEVER)
    last = np.full(rows["number"].max(initial=-1) + 1, -1)
    last[rows["number"]] = np.arange(len(rows["number"]))  # what is stated later comes later
    last = last[last >= 0]
    goes_on = last[rows["until"][last] > known.as_of]
    new = last[rows["registered"][last] > known.as_of - 730]
    benefit = goes_on[(rows["benefit_until"][goes_on] > known.as_of) & (rows["benefit"][goes_on] > 0)]
    return {
        "household_out_of_work_days": known.most(rows["person"][goes_on], known.as_of - rows["registered"][goes_on]),
        "household_times_out_of_work": known.total(rows["person"][new]),
        "members_out_of_work": known.total(rows["person"][goes_on]),
        "members_with_benefit": known.total(rows["person"][benefit]),
    }


def _of_members(known: Known) -> dict[str, Floats]:
    people = known.history.state.people
    age = (known.as_of - people["born"]) / 365.25
    everybody = np.arange(len(age))
    members = known.total(everybody)
    deaths = known.rows("residence", "until", 180)
    died = deaths["person"][deaths["why"] == 1]
    lives, known_home = known.lives.copy(), np.full(len(age), -1)
    known_home[known.told["residence"]["person"]] = known.told["residence"]["home"]
    lives[died] = known_home[died]
    with_dead = Known(known.history, known.as_of, known.homes, lives, known.told)
    split = known.rows("marriage", "day", 730)
    return {
        "members": members,
        "grown": known.total(everybody[age >= 18]),
        "children": known.total(everybody[age < 18]),
        "old": known.total(everybody[age >= 60]),
        "one_grown_with_children": ((known.total(everybody[age >= 18]) == 1) & (members > 1)).astype(float),
        "household_deaths": with_dead.total(died),
        "divorces": known.total(split["person"][split["kind"] == 1]),
        "from_elsewhere": known.total(everybody[~people["local"]]),
        "insured_elsewhere": known.total(everybody[people["insured"] == UNSEEN]),
        "lived_here_days": known.most(everybody, np.minimum(known.as_of - people["moved_in"], LONG_AGO)),
        "children_under_6": known.total(everybody[age < 6]),
    }


def _of_help(known: Known) -> dict[str, Floats]:
    before = known.rows("register", "applied", 1095)
    refused = known.rows("application", "day", 730)
    custody = known.rows("custody", "from", NEVER)
    custody_now = custody["person"][custody["until"] > known.as_of]
    ruling = known.rows("ruling", "day", NEVER)
    turned_down = refused["home"][~refused["granted"] & (refused["how"] == APPLIED)]
    return {
        "household_aided_before": known.most(before["person"], 1.0),
        "days_since_aid": -known.most(before["person"], np.minimum(before["until"] - known.as_of, 0), -LONG_AGO),
        "household_turned_down": np.bincount(turned_down, minlength=known.homes)[: known.homes].astype(float),
        "members_in_custody": known.total(custody_now),
        "missing": known.total(ruling["person"]),
    }


def _of_pay(known: Known) -> dict[str, Floats]:
    if "contribution" not in known.told:
        return {}
    year, quarter = known.rows("contribution", "day", 365), known.rows("contribution", "day", 100)
    members = np.maximum(known.total(np.arange(len(known.lives))), 1)
    recent = known.total(quarter["person"], quarter["base"])
    return {
        "contribution_months": known.total(year["person"]),
        "contribution_base_per_head": recent / members,
        "contribution_lost": known.total(year["person"]) / 4 - known.total(quarter["person"]),
    }


def _of_reports(known: Known) -> dict[str, Floats]:
    absence = known.rows("attendance", "day", 180)
    award, roll = known.rows("award", "day", 365), known.rows("pupil", "day", 365)
    of_person = ("union", "incident", "child_aid", "care_aid", "watch")
    out = {f"{kind}_365": known.total(known.rows(kind, "day", 365)["person"]) for kind in of_person}
    for kind in ("call", "report", "meter"):
        rows = known.rows(kind, "day", 365)
        out[f"{kind}_365"] = known.total(rows["person"][rows["named"]] if "named" in rows else rows["person"])
    firms, cars = known.rows("firm", "day", NEVER), known.rows("vehicle", "day", NEVER)
    return out | {
        "unexcused_days": known.total(absence["person"], absence["unexcused"]),
        "student_aid": known.total(award["person"]),
        "dropped_out": known.total(roll["person"][roll["status"] == 1]),
        "left_behind": known.total(roll["person"], roll["left_behind"]),
        "firms": known.most(firms["person"][firms["until"] == NEVER], 1.0),
        "vehicles": known.most(cars["person"][cars["until"] == NEVER], 1.0),
        "property_m2": known.most(
            known.rows("property", "day", NEVER)["person"], known.rows("property", "day", NEVER)["m2"]
        ),
    }


def _of_rules(known: Known) -> dict[str, Floats]:
    """What the alert rules ask beside all that; a window without anything is far away, or nothing at all."""
    return {**_of_stopped_pay(known), **_of_children(known), **_of_accidents(known), **_of_ends(known)}


def _of_stopped_pay(known: Known) -> dict[str, Floats]:
    year = known.rows("contribution", "day", 365) if "contribution" in known.told else None
    if year is None:
        return {}
    last = np.full(len(known.lives), -1)
    np.maximum.at(last, year["person"], year["day"])
    paid = np.flatnonzero(last >= 0)
    age = (known.as_of - known.history.state.people["born"]) / 365.25
    return {
        "members_insured": known.total(paid[last[paid] > known.as_of - 120]),
        "household_days_since_contribution": known.most(paid, known.as_of - last[paid]),
        "grown_before_60": known.total(np.flatnonzero((age >= 18) & (age < 60))),
    }


def _of_children(known: Known) -> dict[str, Floats]:
    children = known.as_of - known.history.state.people["born"] < 18 * 365.25
    year, half = known.rows("bill", "end", 365, "updated"), known.rows("bill", "end", 180, "updated")
    part = np.where(children[year["person"]] & (year["refunded"] == 0), year["part"], 0)
    of_half = children[half["person"]]
    borne = np.bincount(year["person"], part, minlength=len(children))
    return {
        "household_child_bill": known.most(half["person"][of_half], half["part"][of_half]),
        "household_child_self_paid": known.most(np.arange(len(children)), borne),
    }


def _of_accidents(known: Known) -> dict[str, Floats]:
    half, year = known.rows("incident", "day", 180), known.rows("incident", "day", 365)
    traffic = half["kind"] == TRAFFIC
    return {
        "household_traffic_injuries": known.total(half["person"][traffic & (half["injured"] > 0)]),
        "household_disasters": known.total(half["person"][~traffic]),
        "household_accident_loss": known.total(year["person"], year["loss"]),
    }


def _of_ends(known: Known) -> dict[str, Floats]:
    """Who is away or was declared missing, whose aid has ended, and whom villages watch."""
    custody, ruling = known.rows("custody", "from", NEVER), known.rows("ruling", "day", NEVER)
    held, missing = custody["until"] > known.as_of, ruling["kind"] == 0
    away = known.most(custody["person"][held], known.as_of - custody["from"][held] + 1)
    unseen = known.most(ruling["person"][missing], known.as_of - ruling["day"][missing] + 1)
    register = known.rows("register", "until", 730)
    ended = register["why"] == ENDED_NO_NEED
    watch = known.rows("watch", "day", NEVER)
    return {
        "unseen_days": np.maximum(away, unseen),
        "household_days_since_aid": -known.most(
            register["person"][ended], register["until"][ended] - known.as_of, -LONG_AGO
        ),
        "members_monitored": known.total(np.unique(watch["person"][watch["until"] > known.as_of])),
    }
