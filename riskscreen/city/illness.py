"""Illness: many small bills, a few long courses that cost much, and large bills that do no harm."""

import numpy as np

from riskscreen.city.bills import INPATIENT, OUTPATIENT, Visit, settled
from riskscreen.city.settle import PAID_BINS
from riskscreen.city.state import UNSEEN, WEEKS, Column, Events, Floats, State, Table, joined, sample, thinned
from riskscreen.declare import WayOfLife

ILLNESS = 4
BORN, DIED_OF, ILL, ILL_IN_MIND = 0, 1, 2, 3  # kinds of entry in the health registry
NO_CODE = -1
MOST_SICK = 12.0  # nobody falls ill more than so many times as often as others


def fall_ill(state: State, way: WayOfLife) -> tuple[list[Events], Floats]:
    """A week of illness; what happened, and what each home must pay of it (in the place's unit)."""
    draw = state.draw(ILLNESS)
    diagnosed = _courses(state, way, draw)
    bills = joined([_small(state, way, draw), _of_courses(state, way, draw), _harmless(state, way, draw)])
    part = bills["part"] / 100
    people, bin_ = state.people, state.week // 4 % PAID_BINS
    if state.week % 4 == 0:
        people["paid"][:, bin_] = 0
    seen = people["insured"][bills["person"]] != UNSEEN
    people["paid"][:, bin_] += np.bincount(bills["person"], part * seen, minlength=len(people))
    told = {name: column[seen] for name, column in bills.items()}
    paid = np.bincount(people["home"][bills["person"]], part, minlength=len(state.homes))
    return [diagnosed, {"bill": _taken_back(told, draw)}], np.asarray(paid)


def sickness(state: State, who: Column) -> Floats:
    """How much more often than others somebody falls ill."""
    people, age = state.people, state.age_of(who)
    by_age = 0.5 + np.clip((age - 20) / 40, 0, 2.5) + 0.6 * (age < 6)
    more = by_age * np.exp(people["frailty"][who]) * np.where(people["disabled"][who], 1.8, 1.0)
    return np.asarray(np.minimum(more, MOST_SICK))


def _courses(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Courses go on or begin; some leave lasting harm, most are entered in the health registry."""
    people, illness = state.people, way.illness
    people["course_left"] = np.maximum(people["course_left"] - 1, 0)
    most = illness.courses / WEEKS * MOST_SICK
    who = state.some_people(draw, most)
    who = thinned(draw, who, sickness(state, who) / MOST_SICK)
    who = who[people["course_left"][who] == 0]
    people["course_left"][who] = draw.integers(illness.course_weeks[0], illness.course_weeks[1], len(who))
    people["course"][who] = draw.integers(0, illness.diseases, len(who))
    people["disabled"][who] |= draw.random(len(who)) < illness.leaves_harm
    told = who[draw.random(len(who)) < illness.registered]
    event = entered(state, told, ILL, draw)
    event["diagnosis"]["kind"][people["course"][told] < illness.in_mind] = ILL_IN_MIND
    return event


def entered(state: State, who: Column, kind: int, draw: np.random.Generator) -> Events:
    """What the health registry is told of people."""
    day = np.full(len(who), state.today, np.int32)
    event = {
        "number": state.number("diagnosis", len(who)),
        "person": who,
        "kind": np.full(len(who), kind, np.int8),
        "male": state.people["male"][who],
        "mother": state.people["mother"][who],
        "code": np.where(kind >= ILL, state.people["course"][who], NO_CODE).astype(np.int8),
        "day": day,
        "stated": day + draw.integers(3, 50, len(who)),
    }
    return {"diagnosis": event}


def _small(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    most = way.illness.small_bills / WEEKS * MOST_SICK
    who = state.some_people(draw, most)
    who = thinned(draw, who, sickness(state, who) / MOST_SICK)
    return settled(state, way, Visit(who, OUTPATIENT, way.illness.small_cost), draw)


def _of_courses(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    ill = np.flatnonzero(state.here & (state.people["course_left"] > 0))
    who = thinned(draw, ill, way.illness.course_bill_weekly)
    return settled(state, way, Visit(who, INPATIENT, way.illness.course_cost), draw)


def _harmless(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    """Large bills that a well-off home chooses to pay: no need follows from them."""
    homes, illness = state.homes, way.illness
    who = state.some_people(draw, illness.harmless / WEEKS)
    spare = homes["reserve"][state.people["home"][who]] > illness.harmless_from_weeks
    return settled(state, way, Visit(who[spare], INPATIENT, illness.harmless_cost), draw)


def _taken_back(bills: Table, draw: np.random.Generator) -> Table:
    """The bills, and once more those that are taken back some weeks later."""
    chosen = sample(draw, len(bills["person"]), 0.01)
    back = {name: column[chosen] for name, column in bills.items()}
    back["refunded"] = np.ones(len(chosen), np.int8)
    back["updated"] = back["updated"] + draw.integers(5, 60, len(chosen)).astype(np.int32)
    return joined([bills, back])
