"""Illness: many small bills, a few long courses that cost much, disability and its certificates."""

import numpy as np
from numpy.typing import NDArray

from riskscreen.city.state import EMPLOYEE, NEVER, UNSEEN, WEEKS, Column, Events, State, Table, joined
from riskscreen.declare import WayOfLife

OUTPATIENT, INPATIENT = 0, 1
EVENTS_OF_ILLNESS = 2
INSURED = ("unseen", "employee", "resident")


def fall_ill(state: State, way: WayOfLife) -> list[Events]:
    """A week of illness: courses begin and go on, bills are paid, lasting harm is certified."""
    draw = state.draw(EVENTS_OF_ILLNESS)
    _courses(state, way, draw)
    bills = joined([_small(state, way, draw), _of_courses(state, way, draw), _harmless(state, way, draw)])
    state.people["paid"][:, state.week % state.people["paid"].shape[1]] = 0
    paid = np.bincount(bills["person"], bills["part"] / 100, minlength=len(state.people["born"]))
    state.people["paid"][:, state.week % state.people["paid"].shape[1]] = paid
    seen = state.people["insured"][bills["person"]] != UNSEEN
    told = {name: column[seen] for name, column in bills.items()}
    return [{"bill": _refunds(told, draw)}, _certificates(state, way, draw)]


def _sickness(state: State) -> NDArray[np.float64]:
    """How much more often than others somebody falls ill."""
    age = state.age
    by_age = 0.5 + np.clip((age - 20) / 40, 0, 2.5) + 0.6 * (age < 6)
    return np.asarray(by_age * np.exp(state.people["frailty"]) * np.where(state.people["disabled"], 1.8, 1.0))


def _courses(state: State, way: WayOfLife, draw: np.random.Generator) -> None:
    people, illness = state.people, way.illness
    n = len(people["born"])
    begins = state.here & (people["course_left"] == 0) & (draw.random(n) < illness.courses / WEEKS * _sickness(state))
    weeks = draw.integers(illness.course_weeks[0], illness.course_weeks[1], n)
    people["course_left"] = np.where(begins, weeks, np.maximum(people["course_left"] - 1, 0))
    harmed = begins & (draw.random(n) < 0.12)
    people["disabled"] = people["disabled"] | harmed


def _small(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    n = len(state.people["born"])
    who = np.flatnonzero(state.here & (draw.random(n) < way.illness.small_bills / WEEKS * _sickness(state)))
    return _bills(state, way, who, way.illness.small_cost, np.full(len(who), OUTPATIENT), draw)


def _of_courses(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    ill = state.here & (state.people["course_left"] > 0)
    who = np.flatnonzero(ill & (draw.random(len(ill)) < way.illness.course_bill_weekly))
    return _bills(state, way, who, way.illness.course_cost, np.full(len(who), INPATIENT), draw)


def _harmless(state: State, way: WayOfLife, draw: np.random.Generator) -> Table:
    """Large bills that a well-off home chooses to pay: no need follows from them."""
    rich = state.homes["target"] > np.median(state.homes["target"])
    n = len(state.people["born"])
    odds = way.illness.harmless / WEEKS * rich[state.people["home"]]
    who = np.flatnonzero(state.here & (draw.random(n) < odds))
    return _bills(state, way, who, way.illness.harmless_cost, np.full(len(who), INPATIENT), draw)


def _bills(
    state: State, way: WayOfLife, who: Column, cost: tuple[float, float], kind: Column, draw: np.random.Generator
) -> Table:
    """Settled bills in hundredths: total = fund + part (what the patient bears, of which ``own`` is wholly own)."""
    n, insured = len(who), state.people["insured"][who]
    total = np.round(cost[0] * np.exp(draw.normal(0, cost[1], n)) * 100).astype(int)
    share = np.array([way.illness.reimbursed[kind] for kind in INSURED])[insured]
    fund = np.round(total * np.clip(share + draw.normal(0, 0.08, n), 0, 0.95)).astype(int)
    part = total - fund
    end = state.today + draw.integers(0, 7, n)
    own = np.round(part * draw.uniform(0.1, 0.7, n)).astype(int)
    account = np.where(insured == EMPLOYEE, np.minimum(part, 30_000), 0)
    slow = draw.random(n) < 0.08
    return {
        "number": state.number("bill", n),
        "person": who,
        "kind": kind,
        "begin": end - np.where(kind == INPATIENT, draw.integers(3, 20, n), 0),
        "end": end,
        "updated": end + np.where(slow, draw.integers(10, 60, n), draw.integers(0, 8, n)),
        "insured": insured,
        "total": total,
        "own": own,
        "in_scope": total - own,
        "fund": fund,
        "part": part,
        "account": account,
        "cash": part - account,
        "refunded": np.zeros(n, int),
    }


def _refunds(bills: Table, draw: np.random.Generator) -> Table:
    """The bills, and once more those that are taken back some weeks later."""
    chosen = np.flatnonzero(draw.random(len(bills["person"])) < 0.01)
    back = {name: column[chosen] for name, column in bills.items()}
    back["refunded"] = np.ones(len(chosen), int)
    back["updated"] = back["updated"] + draw.integers(5, 60, len(chosen))
    return joined([bills, back])


def _certificates(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Some of the disabled come to have a certificate; many never do."""
    people = state.people
    lacks = state.here & people["disabled"] & (people["certified_on"] == NEVER) & (state.age > 2)
    willing = people["frailty"] < way.illness.certified  # frailty is normal: a fixed share of people ever ask for one
    who = np.flatnonzero(lacks & willing & (draw.random(len(lacks)) < 0.02))
    people["certified_on"][who] = state.today
    event = {
        "person": who,
        "category": people["category"][who],
        "grade": people["grade"][who],
        "issued": np.full(len(who), state.today),
        "stated": np.full(len(who), state.today) + draw.integers(1, 20, len(who)),
    }
    return {"certificate": event}
