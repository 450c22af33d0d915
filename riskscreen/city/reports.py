"""What others notice: accidents, calls, reports of grid workers, meters that stand still, lists of unions, villages."""

import numpy as np

from riskscreen.city.means import in_hardship
from riskscreen.city.people import heads
from riskscreen.city.state import FORMAL, NEVER, NO_WORK, WEEKS, Column, Events, Floats, State, thinned
from riskscreen.declare import WayOfLife

REPORTS = 12
TRAFFIC, FIRE, AT_WORK, DISASTER = 0, 1, 2, 3
RURAL_EVERY = 33  # one local home in so many is on a village's register
QUARTER = 13  # weeks


def report(state: State, way: WayOfLife) -> list[Events]:
    """A week of what is noticed; calls and reports come more often from homes in hardship, and from many others."""
    draw, rates = state.draw(REPORTS), way.reports
    hard, head = in_hardship(state), heads(state)
    said = [_incidents(state, way, draw)]
    said.append(_noticed(state, "call", head, _odds(hard, rates.calls, rates.calls_hard), draw))
    said.append(_noticed(state, "report", head, _odds(hard, rates.grid_reports, rates.grid_reports_hard), draw))
    said.append(_meters(state, head, _odds(hard, rates.zero_use, rates.zero_use_hard), draw))
    if state.week % QUARTER == 0:
        said += [_union(state, way, hard, draw), _village(state, way, hard, draw)]
    return said


def _odds(hard: Column, else_yearly: float, hard_yearly: float) -> Floats:
    return np.asarray(np.where(hard, hard_yearly, else_yearly) / WEEKS)


def _incidents(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Accidents hurt: a course of illness follows most, lasting harm some."""
    people, rates = state.people, way.reports
    who = state.some_people(draw, rates.incidents / WEEKS)
    kind = draw.choice(4, len(who), p=rates.incident_kinds)
    fits = (kind != AT_WORK) | (people["work"][who] != NO_WORK)
    who, kind = who[fits], kind[fits]
    hurt = draw.random(len(who)) < rates.incident_hurts
    people["course_left"][who[hurt]] = np.maximum(
        people["course_left"][who[hurt]], draw.integers(3, 20, int(hurt.sum()))
    )
    people["disabled"][who] |= hurt & (draw.random(len(who)) < rates.incident_disables)
    loss = np.round(np.exp(draw.normal(8, 1, len(who)))) * 100
    homes = state.homes
    homes["reserve"][people["home"][who]] -= (loss / 100 / rates.loss_a_week).astype(np.float32)
    day = np.full(len(who), state.today, np.int32)
    event = {
        "number": state.number("incident", len(who)),
        "person": who,
        "kind": kind.astype(np.int8),
        "injured": hurt.astype(np.int8),
        "dead": np.zeros(len(who), np.int8),
        "loss": loss.astype(np.int64),
        "day": day,
        "stated": day + draw.integers(1, 10, len(who)).astype(np.int32),
    }
    return {"incident": event}


def _noticed(state: State, kind: str, of_home: Column, odds: Floats, draw: np.random.Generator) -> Events:
    """About a home: mostly its head is named, at times only the address."""
    home = np.flatnonzero(draw.random(len(odds)) < odds)
    head = of_home[home]
    home, head = home[head >= 0], head[head >= 0]
    day = np.full(len(home), state.today, np.int32)
    event = {
        "number": state.number(kind, len(home)),
        "person": head,
        "named": draw.random(len(home)) < 0.7,
        "grid": state.homes["grid"][home],
        "dwelling": state.homes["dwelling"][home],
        "kind": _kinds(state, head, draw),
        "day": day,
        "stated": day + draw.integers(0, 4, len(home)).astype(np.int32),
    }
    return {kind: event}


def _kinds(state: State, head: Column, draw: np.random.Generator) -> Column:
    """0 income, 1 work, 2 illness, 3 old, 4 other."""
    people = state.people
    kind = draw.choice([0, 4], len(head), p=(0.4, 0.6))
    kind = np.where(people["lost_on"][head] != NEVER, 1, kind)
    kind = np.where(people["course_left"][head] > 0, 2, kind)
    return np.where(state.age_of(head) > 75, 3, kind).astype(np.int8)


def _meters(state: State, of_home: Column, odds: Floats, draw: np.random.Generator) -> Events:
    home = np.flatnonzero(draw.random(len(odds)) < odds)
    head = of_home[home]
    home, head = home[head >= 0], head[head >= 0]
    day = np.full(len(home), state.today, np.int32)
    event = {
        "number": home,
        "person": head,
        "grid": state.homes["grid"][home],
        "dwelling": state.homes["dwelling"][home],
        "kind": draw.integers(0, 3, len(home)).astype(np.int8),
        "zero_days": (10 + draw.geometric(0.06, len(home))).astype(np.int16),
        "day": day,
        "stated": day + draw.integers(1, 5, len(home)).astype(np.int32),
    }
    return {"meter": event}


def _union(state: State, way: WayOfLife, hard: Column, draw: np.random.Generator) -> Events:
    people = state.people
    members = np.flatnonzero(state.here & (people["usual"] == FORMAL) & (state.age < 60))
    odds = np.where(hard[people["home"][members]], way.reports.union_hard, way.reports.union_else)
    who = thinned(draw, members, odds)
    day = np.full(len(who), state.today, np.int32)
    event = {
        "person": who,
        "level": draw.integers(0, 3, len(who)).astype(np.int8),
        "day": day,
        "stated": day + draw.integers(10, 40, len(who)).astype(np.int32),
    }
    return {"union": event}


def _village(state: State, way: WayOfLife, hard: Column, draw: np.random.Generator) -> Events:
    """Homes of villages that are watched, a row for each member; watching ends after a year or two."""
    homes, people = state.homes, state.people
    rural = homes["local"] & (np.arange(len(homes)) % RURAL_EVERY == 5)
    new = rural & hard & (homes["watched_on"] == NEVER) & (draw.random(len(homes)) < way.reports.village_sees)
    homes["watched_on"] = np.where(new, state.today, homes["watched_on"])
    over = (homes["watched_on"] < state.today - 365) & ~hard
    who = np.flatnonzero(state.here & (new | over)[people["home"]])
    home = people["home"][who]
    event = {
        "person": who,
        "home": home,
        "kind": (home % 3).astype(np.int8),
        "day": homes["watched_on"][home],
        "until": np.where(over[home], state.today, NEVER).astype(np.int32),
        "stated": np.full(len(who), state.today, np.int32) + draw.integers(5, 25, len(who)).astype(np.int32),
    }
    homes["watched_on"] = np.where(over, NEVER, homes["watched_on"])
    return {"watch": event}
