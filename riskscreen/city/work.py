"""Work: lost in winter, in a regional shock, more often where it is informal; found again after weeks."""

import numpy as np

from riskscreen.city.state import EMPLOYEE, FORMAL, INFORMAL, NEVER, NO_WORK, WEEKS, Column, Events, State, day_number
from riskscreen.declare import WayOfLife

EVENTS_OF_WORK = 3


def work(state: State, way: WayOfLife) -> list[Events]:
    """A week of work; the spells of unemployment that an office was told of, begun or ended."""
    draw = state.draw(EVENTS_OF_WORK)
    return [_found(state, way, draw), _lost(state, way, draw)]


def _lost(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    people, rates = state.people, way.work
    yearly = np.where(people["usual"] == FORMAL, rates.loss_formal, rates.loss_informal) * _season(state, way)
    yearly = yearly * np.where(people["course_left"] > 0, 3.0, 1.0)
    at_work = state.here & (people["work"] != NO_WORK)
    who = np.flatnonzero(at_work & (draw.random(len(yearly)) < yearly / WEEKS))
    formal = people["usual"][who] == FORMAL
    people["work"][who] = NO_WORK
    people["lost_on"][who] = state.today
    registers = draw.random(len(who)) < np.where(formal, rates.registers_formal, rates.registers_informal)
    insured = formal & registers & (people["insured"][who] == EMPLOYEE)
    weeks = draw.integers(rates.benefit_weeks[0], rates.benefit_weeks[1], len(who))
    people["benefit_until"][who] = np.where(insured, state.today + 7 * weeks, -NEVER)
    people["spell"][who] = np.where(registers, 0, -1)
    told = who[registers]
    people["spell"][told] = state.number("spell", len(told))
    late = state.today + draw.integers(0, 25, len(told))
    return {"spell": _spells(state, way, told, np.full(len(told), NEVER), late)}


def _found(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    people, age = state.people, state.age
    odds = way.work.found_weekly * np.where(age > 45, 0.6, 1.0) * np.where(people["course_left"] > 0, 0.3, 1.0)
    out = state.here & (people["lost_on"] != NEVER)
    who = np.flatnonzero(out & ((draw.random(len(age)) < odds) | (age >= 60)))
    told = who[people["spell"][who] >= 0]
    event = _spells(state, way, told, np.full(len(told), state.today), state.today + draw.integers(25, 70, len(told)))
    people["work"][who] = np.where(age[who] < 60, people["usual"][who], NO_WORK)
    people["wage"][who] *= np.exp(draw.normal(-0.01, 0.12, len(who)))
    people["lost_on"][who] = NEVER
    people["benefit_until"][who] = np.minimum(people["benefit_until"][who], state.today)
    people["spell"][who] = -1
    return {"spell": event}


def _season(state: State, way: WayOfLife) -> float:
    first, last, factor = way.work.shock
    shocked = factor if day_number(first) <= state.today <= day_number(last) else 1.0
    in_year = (state.today % 365.25) / 365.25
    return shocked * (1 + way.work.winter * float(np.cos(2 * np.pi * in_year)))


def _spells(state: State, way: WayOfLife, who: Column, until: Column, stated: Column) -> dict[str, Column]:
    people = state.people
    benefit = people["benefit_until"][who] > 0
    lost = people["lost_on"][who]
    return {
        "number": people["spell"][who],
        "person": who,
        "registered": lost,
        "informal": (people["usual"][who] == INFORMAL).astype(int),
        "benefit": np.where(benefit, round(way.work.benefit_month * 100), 0),
        "benefit_from": np.where(benefit, lost, NEVER),
        "benefit_until": np.where(benefit, people["benefit_until"][who], NEVER),
        "until": until,
        "stated": stated,
    }
