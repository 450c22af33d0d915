"""Births, deaths, moves, and the young who leave their parents."""

import numpy as np

from riskscreen.city.settle import new_homes, new_people, settle
from riskscreen.city.state import NEVER, NO_WORK, WEEKS, Column, Events, State, joined
from riskscreen.declare import WayOfLife

STAYS, DIED, LEFT, MOVED = 0, 1, 2, 3
EVENTS_OF_LIFE = 1


def live(state: State, way: WayOfLife) -> list[Events]:
    """A week of farewells, moves, births and arrivals; the residences that ended or began."""
    draw = state.draw(EVENTS_OF_LIFE)
    said = [_die(state, way, draw), *_leave_city(state, way, draw)]
    said += [_move(state, way, draw), _leave_parents(state, way, draw), _are_born(state, way, draw)]
    _begin_work(state, way, draw)
    return said


def residences(state: State, who: Column, until: int, why: int, stated: Column) -> Events:
    """What the register of residents is told of some people: since when, and whether that ended."""
    people, n = state.people, len(who)
    stated = np.maximum(stated, people["told_on"][who] + 1)  # what is told later holds
    people["told_on"][who] = stated
    event = {
        "person": who,
        "home": people["home"][who],
        "area": state.homes["area"][people["home"][who]],
        "local": people["local"][who].astype(int),
        "male": people["male"][who].astype(int),
        "since": people["moved_in"][who],
        "until": np.full(n, until),
        "why": np.full(n, why),
        "stated": stated,
    }
    return {"residence": event}


def _die(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    families, age, people = way.families, state.age, state.people
    yearly = families.death_at_birth * np.exp(families.death_growth * age) * np.where(people["course_left"] > 0, 6, 1)
    who = np.flatnonzero(state.here & (draw.random(len(age)) < yearly / WEEKS))
    late = np.where(draw.random(len(who)) < 0.1, draw.integers(60, 400, len(who)), draw.integers(2, 30, len(who)))
    event = residences(state, who, state.today, DIED, state.today + late)
    people["until"][who] = state.today
    return event


def _leave_city(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    """Whole homes leave; as many of the same kind come."""
    homes = state.homes
    lived_in = state.of_home(np.ones(len(state.people["born"]))) > 0
    yearly = np.where(homes["local"], way.families.leaves_local, way.families.leaves_other)
    leaving = lived_in & (draw.random(len(yearly)) < yearly / WEEKS)
    who = np.flatnonzero(state.here & leaving[state.people["home"]])
    late = draw.integers(5, 60, len(who))
    left = residences(state, who, state.today, LEFT, state.today + late)
    state.people["until"][who] = state.today
    local = homes["local"][leaving]
    age = np.where(local, draw.uniform(22, 75, len(local)), draw.uniform(20, 50, len(local)))
    came = settle(state, way, local, draw, age) if len(local) else np.zeros(0, int)
    return [left, residences(state, came, NEVER, STAYS, state.today + draw.integers(3, 90, len(came)))]


def _move(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Homes move to another area and stay together."""
    moving = draw.random(len(state.homes["area"])) < way.families.moves_within / WEEKS
    who = np.flatnonzero(state.here & moving[state.people["home"]])
    late = np.where(draw.random(len(who)) < 0.1, 180, draw.integers(3, 30, len(who)))
    state.homes["area"][moving] = draw.choice(len(way.areas), moving.sum(), p=list(way.areas.values()))
    return residences(
        state, who, NEVER, STAYS, state.today + late
    )  # the same residence with another area: a correction


def _leave_parents(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    people, age = state.people, state.age
    oldest = np.zeros(len(state.homes["area"]))
    np.maximum.at(oldest, people["home"][state.here], age[state.here])
    lives_with_parents = (age > 21) & (age < 32) & (oldest[people["home"]] > age + 18)
    odds = way.families.leaves_parents / WEEKS
    who = np.flatnonzero(state.here & lives_with_parents & (draw.random(len(age)) < odds))
    if not len(who):
        return residences(state, who, NEVER, STAYS, who)
    left = residences(state, who, state.today, MOVED, np.full(len(who), state.today + 20))
    first = len(state.homes["area"])
    state.homes = joined([state.homes, new_homes(way, people["local"][who], draw)])
    people["home"][who] = first + np.arange(len(who))
    people["moved_in"][who] = state.today
    came = residences(state, who, NEVER, STAYS, np.full(len(who), state.today + 20))
    return {"residence": joined([left["residence"], came["residence"]])}


def _are_born(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    people, age = state.people, state.age
    can = state.here & ~people["male"] & (age > 21) & (age < 41)
    mothers = np.flatnonzero(can & (draw.random(len(age)) < way.families.births / WEEKS))
    first = len(age)
    baby = new_people(way, state.today, people["home"][mothers], people["local"][mothers], np.zeros(len(mothers)), draw)
    state.people = joined([people, baby])
    who = np.arange(first, first + len(mothers))
    return residences(state, who, NEVER, STAYS, state.today + draw.integers(10, 70, len(who)))


def _begin_work(state: State, way: WayOfLife, draw: np.random.Generator) -> None:
    """The young find their first work; those of 60 retire."""
    people, age = state.people, state.age
    turned = (age >= 20) & (age < 20 + 1 / WEEKS) & (draw.random(len(age)) < way.work.works_share)
    people["work"] = np.where(turned, people["usual"], people["work"])
    people["work"] = np.where(age >= 60, NO_WORK, people["work"])
