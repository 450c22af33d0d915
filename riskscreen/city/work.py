"""Work: lost in winter, in a regional shock, more often where it is informal; found again after weeks; retirement."""

import numpy as np

from riskscreen.city.settle import NOBODY, retires_at
from riskscreen.city.state import (
    EMPLOYEE,
    FORMAL,
    NEVER,
    NO_WORK,
    PRESENT,
    WEEKS,
    Column,
    Events,
    State,
    Table,
    day_number,
    joined,
    thinned,
)
from riskscreen.declare import WayOfLife

WORK = 6
MOST_LOST = 6.0  # nobody loses work more than so many times as often as the informal do


def work(state: State, way: WayOfLife) -> list[Events]:
    """A week of work; the spells of unemployment that an office was told of, begun or ended."""
    draw = state.draw(WORK)
    _begin(state, way, draw)
    spells = joined([_found(state, way, draw), _lost(state, way, draw)])
    return [{"spell": spells}]


def shocked(state: State, way: WayOfLife) -> bool:
    """Whether the regional shock lasts."""
    first, last, _ = way.work.shock
    return day_number(first) <= state.today <= day_number(last)


def _begin(state: State, way: WayOfLife, draw: np.random.Generator) -> None:
    """The young find their first work; the old retire."""
    people, work = state.people, way.work
    who = state.some_people(draw, work.first_weekly)
    age = state.age_of(who)
    starts = who[(age >= work.from_age) & (age < 26) & (people["work"][who] == NO_WORK)]
    starts = starts[(people["lost_on"][starts] == NEVER) & (people["truant"][starts] < work.starts_below)]
    people["work"][starts] = people["usual"][starts]
    if state.week % 4 == 0:
        old = state.age >= retires_at(way, people["male"])
        people["work"] = np.where(old, NO_WORK, people["work"])


def _lost(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    people, rates = state.people, way.work
    most = rates.loss_informal * MOST_LOST / WEEKS
    who = state.some_people(draw, min(most, 1.0))
    who = who[people["work"][who] != NO_WORK]
    yearly = np.array([0.0, rates.loss_formal, rates.loss_informal, rates.loss_self])[people["usual"][who]]
    yearly = yearly * _season(state, way) * np.where(people["course_left"][who] > 0, rates.loss_when_ill, 1.0)
    who = thinned(draw, who, yearly / WEEKS / most)
    formal = people["usual"][who] == FORMAL
    people["work"][who] = NO_WORK
    people["lost_on"][who] = state.today
    registers = draw.random(len(who)) < np.where(formal, rates.registers_formal, rates.registers_informal)
    registers &= draw.random(len(who)) < np.where(people["local"][who], 1.0, rates.registers_other)
    insured = formal & registers & (people["insured"][who] == EMPLOYEE)
    weeks = draw.integers(rates.benefit_weeks[0], rates.benefit_weeks[1], len(who))
    people["benefit_until"][who] = np.where(insured, state.today + 7 * weeks, -NEVER)
    told = who[registers]
    people["spell"][who] = NOBODY
    people["spell"][told] = state.number("spell", len(told))
    return _spells(state, way, told, NEVER, state.today + draw.integers(0, 25, len(told)))


def _found(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    people, rates = state.people, way.work
    out = np.flatnonzero(people["lost_on"] != NEVER)
    out = out[people["until"][out] > state.today]
    age = state.age_of(out)
    odds = rates.found_weekly * np.where(age > 45, 0.6, 1.0) * np.where(people["course_left"][out] > 0, 0.3, 1.0)
    odds = odds * (0.5 if shocked(state, way) else 1.0) * (people["away"][out] == PRESENT)
    old = age >= retires_at(way, people["male"][out])
    back = (draw.random(len(out)) < odds) | old
    who, retired = out[back], old[back]
    told = who[people["spell"][who] >= 0]
    spells = _spells(state, way, told, state.today, state.today + draw.integers(25, 70, len(told)))
    people["work"][who] = np.where(retired, NO_WORK, people["usual"][who])
    people["wage"][who] *= np.exp(draw.normal(rates.wage_after_loss, 0.12, len(who)))
    people["employer"][who] = draw.integers(0, rates.employers, len(who))
    people["lost_on"][who] = NEVER
    people["benefit_until"][who] = np.minimum(people["benefit_until"][who], state.today)
    people["spell"][who] = NOBODY
    return spells


def _season(state: State, way: WayOfLife) -> float:
    factor = way.work.shock[2] if shocked(state, way) else 1.0
    in_year = (state.today % 365.25) / 365.25
    return factor * (1 + way.work.winter * float(np.cos(2 * np.pi * in_year)))


def _spells(state: State, way: WayOfLife, who: Column, until: int, stated: Column) -> Table:
    people = state.people
    benefit = people["benefit_until"][who] > 0
    lost = people["lost_on"][who]
    return {
        "number": people["spell"][who],
        "person": who,
        "registered": lost,
        "informal": (people["usual"][who] != FORMAL).astype(np.int8),
        "benefit": np.where(benefit, round(way.work.benefit_month * 100), 0).astype(np.int32),
        "benefit_from": np.where(benefit, lost, NEVER).astype(np.int32),
        "benefit_until": np.where(benefit, people["benefit_until"][who], NEVER).astype(np.int32),
        "until": np.full(len(who), until, np.int32),
        "stated": stated.astype(np.int32),
    }
