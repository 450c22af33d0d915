"""Disability: it comes with age and illness; some of the disabled hold a certificate, many never do."""

import numpy as np

from riskscreen.city.settle import stay_to_care
from riskscreen.city.state import NEVER, NO_WORK, WEEKS, Column, Events, State, joined, thinned
from riskscreen.declare import WayOfLife

DISABILITY = 5


def disable(state: State, way: WayOfLife) -> list[Events]:
    """A week of new disability and of certificates."""
    draw, people, rates = state.draw(DISABILITY), state.people, way.disability
    who = state.some_people(draw, rates.onset_old / WEEKS)
    yearly = np.interp(state.age_of(who), (50, 85), (rates.onset_young, rates.onset_old))
    who = thinned(draw, who, yearly / rates.onset_old)
    who = who[~people["disabled"][who]]
    people["disabled"][who] = True
    people["work"][who[draw.random(len(who)) < rates.without_work]] = NO_WORK
    stay_to_care(state, way, who, draw)
    return [_certified(state, way, draw), _reissued(state, way, draw)]


def _certified(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Who ever asks for a certificate is fixed by the person; how soon is chance."""
    people = state.people
    who = state.some_people(draw, way.disability.asks_weekly)
    lacks = people["disabled"][who] & (people["certified_on"][who] == NEVER) & (state.age_of(who) > 2)
    willing = people["truant"][who] < way.disability.certified  # a normal number of each person
    who = who[lacks & willing]
    people["certified_on"][who] = state.today
    return _certificates(state, who, draw)


def _reissued(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Some certificates are issued anew with another grade, and the old ones cancelled."""
    people = state.people
    who = state.some_people(draw, way.disability.reissued / WEEKS)
    who = who[people["certified_on"][who] < state.today]
    grade = np.clip(people["grade"][who] + draw.choice([-1, 1], len(who), p=(0.7, 0.3)), 1, 4)
    who, grade = who[grade != people["grade"][who]], grade[grade != people["grade"][who]]
    old = _certificates(state, who, draw)["certificate"] | {"until": np.full(len(who), state.today, np.int32)}
    people["grade"][who] = grade
    people["certified_on"][who] = state.today
    return {"certificate": joined([old, _certificates(state, who, draw)["certificate"]])}


def _certificates(state: State, who: Column, draw: np.random.Generator) -> Events:
    issued = state.people["certified_on"][who]
    event = {
        "person": who,
        "area": state.homes["area"][state.people["home"][who]],
        "category": state.people["category"][who],
        "grade": state.people["grade"][who],
        "issued": issued,
        "until": np.full(len(who), NEVER, np.int32),
        "stated": np.full(len(who), state.today, np.int32) + draw.integers(1, 20, len(who)),
    }
    return {"certificate": event}
