"""Homes and their members: those who found the city, and those who come later."""

from dataclasses import dataclass

import numpy as np

from riskscreen.city.places import addresses
from riskscreen.city.state import (
    EMPLOYEE,
    FORMAL,
    INFORMAL,
    NEVER,
    NO_WORK,
    PRESENT,
    RESIDENT,
    SELF,
    UNSEEN,
    YEAR,
    Column,
    Flags,
    State,
    Table,
)
from riskscreen.declare import WayOfLife

PAID_BINS = 13  # of four weeks each: a year
HEAD, PARTNER, CHILD, PARENT, OTHER = 0, 1, 2, 3, 4
NOBODY = -1


@dataclass(frozen=True)
class Founders:
    """Heads of new homes: local or not, how old, and the house of strangers that each lives in, or ``NOBODY``."""

    local: Flags
    age: Column
    host: Column


@dataclass(frozen=True)
class Newcomers:
    """People about to be entered: the home, age, place in the family, sex and parents of each."""

    home: Column
    book: Column
    local: Flags
    age: Column
    relation: Column
    male: Flags
    mother: Column
    father: Column


def settle(state: State, way: WayOfLife, heads: Founders, draw: np.random.Generator) -> Column:
    """Add a home for each head, and its members; returns the members' numbers."""
    homes = state.homes.add(new_homes(state, way, heads.local, draw))
    families = _members(way, heads, draw)
    first = len(state.people)
    newcomers = Newcomers(
        home=homes[families["home"]],
        book=np.where(heads.host == NOBODY, homes, heads.host)[families["home"]],
        local=heads.local[families["home"]],
        age=families["age"],
        relation=families["relation"],
        male=families["male"],
        mother=_shifted(families["mother"], first),
        father=_shifted(families["father"], first),
    )
    who = state.people.add(new_people(state, way, newcomers, draw))
    state.people["partner"][who] = _shifted(families["partner"], first)
    stay_to_care(state, way, who[state.people["disabled"][who]], draw)
    return who


def stay_to_care(state: State, way: WayOfLife, disabled: Column, draw: np.random.Generator) -> None:
    """Partners of the disabled, and mothers of disabled children, some of them, give up their work."""
    people = state.people
    carer = np.where(state.age_of(disabled) < 18, people["mother"][disabled], people["partner"][disabled])
    carer = carer[(carer != NOBODY) & (draw.random(len(disabled)) < way.disability.care_given)]
    people["work"][carer] = NO_WORK


def _shifted(numbers: Column, by: int) -> Column:
    return np.where(numbers == NOBODY, NOBODY, numbers + by)


def new_homes(state: State, way: WayOfLife, local: Flags, draw: np.random.Generator) -> Table:
    """Homes without members; savings and relatives begin somewhere below what the home is used to keep."""
    n, means = len(local), way.means
    fit = draw.normal(0, 1, n)  # how well off a home is beside its wages: nobody delivers it
    target = means.target_weeks[0] * np.exp(draw.normal(0, means.target_weeks[1], n) + means.fit_spread * fit)
    kin = means.kin_weeks[0] * np.exp(draw.normal(0, means.kin_weeks[1], n))
    rents = draw.random(n) < np.where(local, means.rents["local"], means.rents["other"])
    mortgage = ~rents & (draw.random(n) < means.mortgaged)
    housing = np.where(rents, means.rent, np.where(mortgage, means.mortgage, 0.0)) * np.exp(draw.normal(0, 0.35, n))
    return addresses(state, way, n, draw) | {
        "local": local,
        "members": np.zeros(n, np.int16),
        "kind": np.zeros(n, np.int8),
        "host": np.full(n, NOBODY, np.int32),
        "roots": np.full(n, NOBODY, np.int32),  # the home that its head grew up in
        "rented": rents,
        "housing": housing.astype(np.float32),
        "target": target.astype(np.float32),
        "reserve": (target * draw.uniform(0.0, 1.0, n)).astype(np.float32),
        "kin_target": kin.astype(np.float32),
        "kin": kin.astype(np.float32),
        "usual": np.full(n, np.nan, np.float32),
        "own_income": np.zeros(n, np.float32),
        "relatives": (means.relatives[0] * np.exp(draw.normal(0, means.relatives[1], n))).astype(np.float32),
        "willing": np.exp(draw.normal(0, way.help.willing_spread, n)).astype(np.float32),
        "vehicle": (draw.random(n) < way.wealth.vehicle * np.where(local, 1.0, 0.5)) & (fit > -1),
        "area_m2": np.round(way.wealth.dwelling_m2[0] * np.exp(draw.normal(0, way.wealth.dwelling_m2[1], n))),
        "vehicle_no": np.full(n, NOBODY, np.int32),
        "deed": np.zeros(n, bool),
        "watched_on": np.full(n, NEVER, np.int32),
        "hard_since": np.full(n, NEVER, np.int32),
        "hard_until": np.full(n, -NEVER, np.int32),
        "aid_from": np.full(n, NEVER, np.int32),
        "aid_until": np.full(n, -NEVER, np.int32),
        "applied_on": np.full(n, -NEVER, np.int32),
        "tier": np.zeros(n, np.int8),
        "case": np.full(n, NOBODY, np.int32),
        "seen_on": np.full(n, -NEVER, np.int32),
    }


def _members(way: WayOfLife, heads: Founders, draw: np.random.Generator) -> Table:
    """Every member of new homes: heads, partners, children, old parents; parents and partners by row."""
    n, families, age, alone = len(heads.age), way.families, heads.age, heads.host != NOBODY
    homes = np.arange(n)
    partner = homes[~alone & (draw.random(n) < np.interp(age, families.couple_ages, families.couple_shares))]
    children = draw.choice(len(families.children), n, p=families.children) * (age > 24) * (age < 52) * ~alone
    partner_age = np.clip(age[partner] + draw.normal(0, 3, len(partner)), 20, 95)
    younger = age.astype(float)
    younger[partner] = np.minimum(age[partner], partner_age)
    child = np.repeat(homes, children)
    child_age = younger[child] - draw.uniform(20, 34, len(child))
    twin = np.flatnonzero((child[1:] == child[:-1]) & (draw.random(max(len(child) - 1, 0)) < 2 * families.twins))
    child_age[twin + 1] = child_age[twin]
    still_there = (child_age > 0) & (child_age < families.child_leaves_by)
    child, child_age = child[still_there], child_age[still_there]
    parent = homes[~alone & (draw.random(n) < families.old_parent_share) & (age > 32) & (age < 62)]
    head_male = draw.random(n) < 0.5
    partner_row = np.full(n, NOBODY)
    partner_row[partner] = n + np.arange(len(partner))
    wife, husband = np.where(head_male, partner_row, homes), np.where(head_male, homes, partner_row)
    grown = len(child) + len(parent)
    nobody = np.full(len(parent), NOBODY)
    return {
        "home": np.concatenate([homes, partner, child, parent]),
        "age": np.concatenate(
            [
                age,
                partner_age,
                np.maximum(child_age, 0.02),
                np.minimum(age[parent] + draw.uniform(22, 32, len(parent)), 95),
            ]
        ),
        "relation": np.repeat([HEAD, PARTNER, CHILD, PARENT], [n, len(partner), len(child), len(parent)]),
        "male": np.concatenate([head_male, ~head_male[partner], draw.random(grown) < 0.5]),
        "mother": np.concatenate([np.full(n + len(partner), NOBODY), wife[child], nobody]),
        "father": np.concatenate([np.full(n + len(partner), NOBODY), husband[child], nobody]),
        "partner": np.concatenate([partner_row, partner, np.full(grown, NOBODY)]),
    }


def new_people(state: State, way: WayOfLife, who: Newcomers, draw: np.random.Generator) -> Table:
    """People who live in their home from today."""
    n, illness = len(who.age), way.illness
    disabled = draw.random(n) < way.disability.share * np.clip(who.age / 45, 0.3, 2.0)
    kind, wage, works = _trade(way, who, disabled, draw)
    unseen = draw.random(n) < np.where(who.local, illness.unseen_local, illness.unseen_other)
    works = works & ~(disabled & (draw.random(n) < way.disability.without_work))
    return {
        "born": np.round(state.today - who.age * YEAR).astype(np.int32),
        "male": who.male,
        "home": who.home.astype(np.int32),
        "book": who.book.astype(np.int32),
        "relation": who.relation.astype(np.int8),
        "mother": who.mother.astype(np.int32),
        "father": who.father.astype(np.int32),
        "partner": np.full(n, NOBODY, np.int32),
        "married_on": np.full(n, -NEVER, np.int32),
        "local": who.local,
        "origin": _origins(way, who, draw).astype(np.int8),
        "group": draw.choice(len(way.people.groups), n, p=way.people.groups).astype(np.int8),
        "moved_in": np.full(n, state.today, np.int32),
        "until": np.full(n, NEVER, np.int32),
        "told_on": np.full(n, -NEVER, np.int32),
        "away": np.full(n, PRESENT, np.int8),
        "away_until": np.full(n, NEVER, np.int32),
        "usual": kind.astype(np.int8),
        "work": np.where(works, kind, NO_WORK).astype(np.int8),
        "wage": wage.astype(np.float32),
        "employer": draw.integers(0, way.work.employers, n).astype(np.int32),
        "frailty": draw.normal(0, illness.frailty_spread, n).astype(np.float32),
        "course_left": np.zeros(n, np.int16),
        "course": np.zeros(n, np.int8),
        "lost_on": np.full(n, NEVER, np.int32),
        "spell": np.full(n, NOBODY, np.int32),
        "benefit_until": np.full(n, -NEVER, np.int32),
        "insured": np.where(unseen, UNSEEN, np.where((kind == FORMAL) & (who.age > 20), EMPLOYEE, RESIDENT)).astype(
            np.int8
        ),
        "disabled": disabled,
        "category": draw.choice(np.arange(1, 8), n, p=way.disability.kinds).astype(np.int8),
        "grade": draw.choice(np.arange(1, 5), n, p=way.disability.grades).astype(np.int8),
        "certified_on": np.full(n, NEVER, np.int32),
        "died": np.zeros(n, bool),
        "permit_until": np.full(n, -NEVER, np.int32),
        "firm": np.full(n, NOBODY, np.int32),
        "firm_since": np.full(n, NEVER, np.int32),
        "child_case": np.full(n, NOBODY, np.int32),
        "child_kind": np.zeros(n, np.int8),
        "child_since": np.full(n, NEVER, np.int32),
        "care_case": np.full(n, NOBODY, np.int32),
        "care_kind": np.zeros(n, np.int8),
        "care_since": np.full(n, NEVER, np.int32),
        "truant": draw.normal(0, 1, n).astype(np.float32),
        "dropped_out": np.zeros(n, bool),
        "paid": np.zeros((n, PAID_BINS), np.float32),
    }


def _trade(way: WayOfLife, who: Newcomers, disabled: Flags, draw: np.random.Generator) -> tuple[Column, Column, Flags]:
    """What kind of work somebody is used to, its wage, and whether they have it."""
    n, work = len(who.age), way.work
    formal, own = np.where(who.local, work.formal_local, work.formal_other), work.self_employed
    lot = draw.random(n)
    kind = np.where(lot < own, SELF, np.where(lot < own + (1 - own) * formal, FORMAL, INFORMAL))
    kind = np.where(disabled & (draw.random(n) < way.disability.informal), INFORMAL, kind)
    level = np.array([0.0, 1.0, work.informal_wage, work.self_wage])[kind]
    wage = work.wage[0] * level * np.exp(draw.normal(0, work.wage[1], n))
    grown = (who.age >= work.from_age) & (who.age < retires_at(way, who.male))
    return kind, wage, np.asarray(grown & (draw.random(n) < work.works_share))


def retires_at(way: WayOfLife, male: Flags) -> Column:
    """The age from which somebody lives on a pension."""
    return np.where(male, way.work.retires[0], way.work.retires[1])


def _origins(way: WayOfLife, who: Newcomers, draw: np.random.Generator) -> Column:
    """Where somebody's id was given: 0 for the piece's own region, as most who are local; else another's number."""
    elsewhere = np.where(who.local, way.people.born_elsewhere, 1.0)
    others = len(way.person_id.elsewhere)
    return np.where(draw.random(len(elsewhere)) < elsewhere, 1 + draw.integers(0, others, len(elsewhere)), 0)
