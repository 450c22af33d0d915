"""Homes and their members: those who found the city, and those who come later."""

import numpy as np
from numpy.typing import NDArray

from riskscreen.city.state import (
    EMPLOYEE,
    FORMAL,
    INFORMAL,
    NEVER,
    NO_WORK,
    RESIDENT,
    UNSEEN,
    YEAR,
    Column,
    State,
    Table,
    joined,
)
from riskscreen.declare import WayOfLife

PAID_WEEKS = 52


def settle(state: State, way: WayOfLife, local: NDArray[np.bool_], draw: np.random.Generator, age: Column) -> Column:
    """Add a home for each of ``local`` with a head of ``age``, and its members; returns the members' numbers."""
    first_home, first = len(state.homes["area"]), len(state.people["born"])
    state.homes = joined([state.homes, new_homes(way, local, draw)])
    home, ages = _members(way, age, draw)
    people = new_people(way, state.today, home + first_home, local[home], ages, draw)
    state.people = joined([state.people, people])
    return np.arange(first, len(state.people["born"]))


def new_homes(way: WayOfLife, local: NDArray[np.bool_], draw: np.random.Generator) -> Table:
    """Homes without members; savings begin somewhere below what the home is used to keep."""
    n, means = len(local), way.means
    rents = np.where(local, means.rents["local"], means.rents["other"])
    target = means.target_weeks[0] * np.exp(draw.normal(0, means.target_weeks[1], n))
    fit = draw.normal(0, 1, n)  # how well off a home is beside its wages: nobody delivers it
    return {
        "area": draw.choice(len(way.areas), n, p=list(way.areas.values())),
        "local": local,
        "rent": np.where(draw.random(n) < rents, means.rent * np.exp(draw.normal(0, 0.35, n)), 0.0),
        "target": target * np.exp(0.4 * fit),
        "reserve": target * draw.uniform(0.3, 1.0, n),
        "usual": np.full(n, np.nan),
        "relatives": means.relatives[0] * np.exp(draw.normal(0, means.relatives[1], n)),
        "willing": np.exp(draw.normal(0, 0.6, n)),
        "hard_since": np.full(n, NEVER),
        "hard_until": np.full(n, -NEVER),
        "aid_from": np.full(n, NEVER),
        "aid_until": np.full(n, -NEVER),
        "applied_on": np.full(n, -NEVER),
        "tier": np.zeros(n, int),
        "case": np.full(n, -1),
        "seen_on": np.full(n, -NEVER),
    }


def _members(way: WayOfLife, age: Column, draw: np.random.Generator) -> tuple[Column, Column]:
    """(home, age) of every member: heads, partners, children, old parents."""
    n, families = len(age), way.families
    homes = np.arange(n)
    partner = homes[draw.random(n) < np.where(age < 27, 0.3, families.couple_share)]
    children = draw.choice(len(families.children), n, p=families.children) * (age > 24) * (age < 52)
    child = np.repeat(homes, children)
    child_age = np.clip(age[child] - draw.uniform(22, 36, len(child)), 0.1, 24)
    parent = homes[(draw.random(n) < families.old_parent_share) & (age > 32) & (age < 62)]
    home = np.concatenate([homes, partner, child, parent])
    partner_age = np.clip(age[partner] + draw.normal(0, 3, len(partner)), 20, 95)
    parent_age = age[parent] + draw.uniform(22, 32, len(parent))
    return home, np.concatenate([age, partner_age, child_age, parent_age])


def new_people(
    way: WayOfLife, today: int, home: Column, local: Column, age: Column, draw: np.random.Generator
) -> Table:
    """People of ``age`` who live in ``home`` from today."""
    n, work = len(age), way.work
    grown = (age >= 20) & (age < 60)
    formal = draw.random(n) < np.where(local, work.formal_local, work.formal_other)
    kind = np.where(formal, FORMAL, INFORMAL)
    wage = work.wage[0] * np.exp(draw.normal(0, work.wage[1], n)) * np.where(formal, 1.0, work.informal_wage)
    unseen = draw.random(n) < np.where(local, way.illness.unseen_local, way.illness.unseen_other)
    disabled = draw.random(n) < way.illness.disability * np.clip(age / 45, 0.3, 2.0)
    works = grown & (draw.random(n) < np.where(disabled, work.works_disabled, work.works_share))
    return {
        "born": (today - np.round(age * YEAR)).astype(int),
        "male": draw.random(n) < 0.5,
        "home": home,
        "local": local,
        "moved_in": np.full(n, today),
        "until": np.full(n, NEVER),
        "told_on": np.full(n, -NEVER),
        "usual": kind,
        "work": np.where(works, kind, NO_WORK),
        "wage": wage,
        "frailty": draw.normal(0, 0.7, n),
        "course_left": np.zeros(n, int),
        "lost_on": np.full(n, NEVER),
        "spell": np.full(n, -1),
        "benefit_until": np.full(n, -NEVER),
        "insured": np.where(unseen, UNSEEN, np.where(formal & (age > 20), EMPLOYEE, RESIDENT)),
        "disabled": disabled,
        "category": draw.choice(np.arange(1, 8), n, p=way.illness.disability_kinds),
        "grade": draw.choice(np.arange(1, 5), n, p=way.illness.disability_grades),
        "certified_on": np.full(n, NEVER),
        "paid": np.zeros((n, PAID_WEEKS), np.float32),
    }
