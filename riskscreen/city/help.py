"""Help: who applies, whom alerts, visits and random checks find, what is decided, and how aid goes on or ends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskscreen.city.means import aided, in_hardship
from riskscreen.city.people import heads
from riskscreen.city.state import (
    MONTH,
    NO_WORK,
    UNSEEN,
    WEEKS,
    Column,
    Events,
    Flags,
    State,
    Table,
    joined,
    sample,
)
from riskscreen.declare import WayOfLife

HELP = 9
OPEN, ENDED_NO_NEED, ENDED_GONE = 0, 1, 2
BY_ALERT, BY_ACQUAINTANCE, BY_CHANCE, BY_LIST = 0, 1, 2, 3
APPLIED = 4
NO_ACTION = 3
AN_ALERT_A_YEAR = 365


@dataclass(frozen=True)
class Asking:
    """Homes that ask for aid this week, and how each came to ask."""

    homes: Column
    how: Column


def help_out(state: State, way: WayOfLife, visits: Sequence[int], aid: Sequence[int]) -> list[Events]:
    """A week of the register: reviews, applications, alerts, checks, visits to ``visits``, and aid given to ``aid``."""
    draw = state.draw(HELP)
    said = [_reviews(state, way, draw)]
    free = (state.members() > 0) & (state.homes["aid_until"] <= state.today)
    found = [
        _visit(state, way, _alerted(state, way, free, draw), BY_ALERT, draw),
        _visit(state, way, _heard_of(state, way, free, draw), BY_ACQUAINTANCE, draw),
        _visit(state, way, _checked(state, way, free, draw), BY_CHANCE, draw),
        _visit(state, way, np.unique(np.asarray(visits, int)), BY_LIST, draw),
    ]
    asks = [asking for _, asking in found]
    asks.append(_applies(state, way, free, draw))
    seen = joined([visit for visit, _ in found])
    head = heads(state)
    seen |= {"number": state.number("visit", len(seen["home"])), "person": head[seen["home"]]}
    decided = _decide(state, way, asks, np.unique(np.asarray(aid, int)), draw)
    decided[0]["application"]["person"] = head[decided[0]["application"]["home"]]
    seen = joined([seen, _seen_on_application(decided[0]["application"], state)])
    return [*said, {"visit": seen}, *decided]


def _seen_on_application(told: Table, state: State) -> Table:
    """Who asks of their own accord is visited too: what was found is what was decided."""
    own = told["how"] == APPLIED
    n = int(own.sum())
    return {
        "home": told["home"][own],
        "day": told["day"][own],
        "how": told["how"][own],
        "propensity": np.full(n, np.nan, np.float32),
        "met": np.zeros(n, np.int8),
        "in_need": in_hardship(state)[told["home"][own]],
        "said": told["granted"][own].astype(np.int8),
        "disposed": told["disposed"][own],
        "stated": told["stated"][own],
        "number": state.number("visit", n),
        "person": told["person"][own],
    }


def _applies(state: State, way: WayOfLife, free: Flags, draw: np.random.Generator) -> Asking:
    homes, rates = state.homes, way.help
    most = rates.applies_weekly * np.where(homes["local"], 1.0, rates.other_residents) * homes["willing"]
    odds = np.where(in_hardship(state), most, rates.without_need)
    waits = state.today - homes["applied_on"] < rates.waits_days
    who = np.flatnonzero(free & ~waits & (draw.random(len(odds)) < odds))
    return Asking(who, np.full(len(who), APPLIED))


def _alerted(state: State, way: WayOfLife, free: Flags, draw: np.random.Generator) -> Column:
    """Each month: homes that today's alerts name are visited, some of them, and none twice a year."""
    if state.week % 4:
        return np.zeros(0, int)
    people, rates = state.people, way.help
    paid = (people["paid"].sum(axis=1) >= rates.alert_self_paid) & (people["insured"] != UNSEEN)
    severe = (
        (state.today - people["certified_on"] < 60) & (people["certified_on"] <= state.today) & (people["grade"] <= 2)
    )
    idle = (
        (people["spell"] >= 0)
        & (state.today - people["lost_on"] >= rates.alert_idle_days)
        & (people["work"] == NO_WORK)
    )
    named = free & (state.of_home(paid | severe | idle) > 0)
    named &= state.today - state.homes["seen_on"] > AN_ALERT_A_YEAR
    who = np.flatnonzero(named)
    return np.asarray(who[draw.random(len(who)) < rates.alert_visits])


def _heard_of(state: State, way: WayOfLife, free: Flags, draw: np.random.Generator) -> Column:
    """Homes that a worker hears of from neighbours: mostly, not always, with reason."""
    rates = way.help
    odds = np.where(in_hardship(state), rates.heard_of_weekly, rates.heard_of_without_need)
    who = np.flatnonzero(free & (draw.random(len(odds)) < odds))
    return np.asarray(who[state.today - state.homes["seen_on"][who] > 90])


def _checked(state: State, way: WayOfLife, free: Flags, draw: np.random.Generator) -> Column:
    """From the day on which checks begin: homes drawn by lot from all that are not on aid."""
    if not state.checks_begun:
        return np.zeros(0, int)
    who = sample(draw, len(free), way.help.checks_yearly / WEEKS)
    return np.asarray(who[free[who]])


def _visit(state: State, way: WayOfLife, who: Column, how: int, draw: np.random.Generator) -> tuple[Table, Asking]:
    """Homes are seen: what the worker finds, and who of those in need asks for help then."""
    state.homes["seen_on"][who] = state.today
    need = in_hardship(state)[who]
    met = draw.choice(4, len(who), p=way.help.met)
    asks = need & (met == 0) & (draw.random(len(who)) < way.help.visit_aided)
    asks &= state.homes["aid_until"][who] <= state.today
    propensity = way.help.checks_yearly / WEEKS if how == BY_CHANCE else 1.0 if how == BY_LIST else np.nan
    day = np.full(len(who), state.today, np.int32)
    visit = {
        "home": who,
        "day": day,
        "how": np.full(len(who), how, np.int8),
        "propensity": np.full(len(who), propensity, np.float32),
        "met": met.astype(np.int8),
        "in_need": need,
        "said": np.where(met == 0, need, -1).astype(np.int8),
        "disposed": np.where(asks, _tier(state, way, who), NO_ACTION).astype(np.int8),
        "stated": day + 2,
    }
    return visit, Asking(who[asks], np.full(int(asks.sum()), how))


def _decide(state: State, way: WayOfLife, asks: list[Asking], aid: Column, draw: np.random.Generator) -> list[Events]:
    """Applications are decided after weeks; what workers give holds from today."""
    homes, rates = state.homes, way.help
    asked, first = np.unique(np.concatenate([one.homes for one in asks]), return_index=True)
    how = np.concatenate([one.how for one in asks])[first]
    given = aid[homes["aid_until"][aid] <= state.today]
    kept = ~np.isin(asked, given)
    asked, how = asked[kept], how[kept]
    odds = np.where(in_hardship(state)[asked], rates.granted, rates.granted_without_need)
    granted = draw.random(len(asked)) < odds
    decided = state.today + draw.integers(rates.decided_days[0], rates.decided_days[1], len(asked))
    homes["applied_on"][asked], homes["applied_on"][given] = state.today, state.today
    won = np.concatenate([asked[granted], given])
    since = np.concatenate([decided[granted], np.full(len(given), state.today)])
    homes["aid_from"][won], homes["aid_until"][won] = since, since + rates.valid_days
    homes["tier"][won] = _tier(state, way, won)
    homes["case"][won] = state.number("case", len(won))
    application = {
        "home": asked,
        "number": state.number("application", len(asked)),
        "disposed": np.where(granted, homes["tier"][asked], NO_ACTION).astype(np.int8),
        "day": np.full(len(asked), state.today, np.int32),
        "how": how.astype(np.int8),
        "granted": granted,
        "stated": decided.astype(np.int32),
    }
    return [{"application": application}, {"register": _rows(state, won, since, np.full(len(won), OPEN))}]


def _tier(state: State, way: WayOfLife, who: Column) -> Column:
    """0, 1 or 2 by the income of a head: below the standard, below half as much again, above."""
    month = state.homes["own_income"][who] * MONTH / np.maximum(state.members()[who], 1)
    return np.digitize(month, np.array([1.0, way.help.margin]) * way.help.standard_month)


def _reviews(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Aid that runs out within the week goes on where need does; homes that are gone are closed."""
    homes, rates = state.homes, way.help
    lived_in = state.members() > 0
    due = np.flatnonzero(aided(state) & ((homes["aid_until"] <= state.today + 7) | ~lived_in))
    odds = np.where(_tier(state, way, due) < 2, rates.renewed_low_income, rates.renewed_else)
    odds = np.where(in_hardship(state)[due], rates.renewed_in_need, odds)
    stays = lived_in[due] & (draw.random(len(due)) < odds)
    homes["aid_until"][due[stays]] += rates.valid_days
    homes["aid_until"][due[~lived_in[due]]] = state.today
    why = np.where(stays, OPEN, np.where(lived_in[due], ENDED_NO_NEED, ENDED_GONE))
    return {"register": _rows(state, due, np.full(len(due), state.today), why)}


def _rows(state: State, homes: Column, decided: Column, why: Column) -> Table:
    """A row for each person whom the aid covers: all who live in the home, or last did where nobody does."""
    people, of = state.people, state.homes
    number = np.full(len(of), -1)
    number[homes] = np.arange(len(homes))
    who = np.flatnonzero(number[people["home"]] >= 0) if len(homes) else np.zeros(0, np.int64)
    who = who[(people["until"][who] > state.today) | (why[number[people["home"][who]]] == ENDED_GONE)]
    home = people["home"][who]
    row = number[home]
    return {
        "case": of["case"][home],
        "person": who,
        "home": home,
        "tier": of["tier"][home],
        "applied": of["applied_on"][home],
        "decided": decided[row].astype(np.int32),
        "until": of["aid_until"][home],
        "members": np.bincount(row, minlength=len(homes))[row].astype(np.int16),
        "income": np.round(of["own_income"][home] * WEEKS * 100).astype(np.int64),
        "m2": of["area_m2"][home],
        "vehicle": of["vehicle"][home],
        "why": why[row].astype(np.int8),
        "stated": decided[row].astype(np.int32),
    }
