"""Guardians who are not there: in prison or treatment, at work elsewhere, missing, or without their rights."""

import numpy as np

from riskscreen.city.settle import CHILD
from riskscreen.city.state import (
    FORMAL,
    IN_PRISON,
    IN_TREATMENT,
    MISSING,
    NEVER,
    NO_WORK,
    PRESENT,
    WEEKS,
    WORKS_AWAY,
    Column,
    Events,
    State,
)
from riskscreen.declare import WayOfLife

CHILDREN = 7
DECLARED_MISSING, DECLARED_DEAD, RIGHTS_REVOKED = 0, 1, 2


def leave_and_return(state: State, way: WayOfLife) -> list[Events]:
    """A week of people who are taken into custody, go to work elsewhere or vanish, and of those who come back."""
    draw, people, rates = state.draw(CHILDREN), state.people, way.children
    back = np.flatnonzero((people["away"] != PRESENT) & (people["away_until"] <= state.today))
    people["away"][back], people["away_until"][back] = PRESENT, NEVER
    jailed = _taken(state, IN_PRISON, rates.prison, rates.prison_weeks, draw)
    treated = _taken(state, IN_TREATMENT, rates.treatment, rates.treatment_weeks, draw)
    _go_to_work_elsewhere(state, way, draw)
    gone = _grown(state, draw, rates.vanishes)
    people["away"][gone], people["away_until"][gone] = MISSING, NEVER - 1
    people["work"][gone] = NO_WORK
    return [_custody(state, jailed, draw), _custody(state, treated, draw), _rulings(state, way, draw)]


def _grown(state: State, draw: np.random.Generator, yearly: float) -> Column:
    who = state.some_people(draw, yearly / WEEKS)
    age = state.age_of(who)
    return np.asarray(who[(age > 19) & (age < 60) & (state.people["away"][who] == PRESENT)])


def _taken(state: State, why: int, yearly: float, weeks: tuple[int, int], draw: np.random.Generator) -> Column:
    people = state.people
    who = _grown(state, draw, yearly)
    who = who[draw.random(len(who)) < np.where(people["male"][who], 1.0, 0.25)]
    people["away"][who] = why
    people["away_until"][who] = state.today + 7 * draw.integers(weeks[0], weeks[1], len(who))
    at_work = who[people["work"][who] != NO_WORK]
    people["work"][at_work], people["lost_on"][at_work] = NO_WORK, state.today
    return who


def _go_to_work_elsewhere(state: State, way: WayOfLife, draw: np.random.Generator) -> None:
    """They send their wage home: the home loses a guardian and no income."""
    people = state.people
    who = _grown(state, draw, way.children.works_away)
    who = who[(people["relation"][who] < CHILD) & (people["work"][who] > FORMAL)]
    people["away"][who] = WORKS_AWAY
    people["away_until"][who] = state.today + 7 * draw.integers(13, 150, len(who))


def _custody(state: State, who: Column, draw: np.random.Generator) -> Events:
    day = np.full(len(who), state.today, np.int32)
    until = state.people["away_until"][who]
    event = {
        "number": state.number("custody", len(who)),
        "person": who,
        "kind": state.people["away"][who],
        "from": day,
        "until": until,
        "months": np.maximum((until - day) // 30, 1),
        "stated": day + draw.integers(3, 45, len(who)),
    }
    return {"custody": event}


def _rulings(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """A court declares some of the missing missing, and takes a guardian's rights now and then."""
    people, rates = state.people, way.children
    missing = np.flatnonzero((people["away"] == MISSING) & (people["until"] > state.today))
    declared = missing[draw.random(len(missing)) < rates.declared_weekly]
    revoked = _grown(state, draw, rates.revoked)
    who = np.concatenate([declared, revoked])
    day = np.full(len(who), state.today, np.int32)
    event = {
        "number": state.number("ruling", len(who)),
        "person": who,
        "kind": np.repeat([DECLARED_MISSING, RIGHTS_REVOKED], [len(declared), len(revoked)]).astype(np.int8),
        "day": day,
        "stated": day + draw.integers(5, 40, len(who)),
    }
    return {"ruling": event}
