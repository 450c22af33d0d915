"""Help: who applies, whom alerts and visits find, what is decided, and how aid goes on or ends."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riskscreen.city.means import aided
from riskscreen.city.state import NEVER, Column, Events, State, joined
from riskscreen.declare import WayOfLife

EVENTS_OF_HELP = 5
GRANTED, REFUSED = 1, 0
OPEN, ENDED_NO_NEED, ENDED_GONE = 0, 1, 2
QUARTER = 13  # weeks


def help_out(state: State, way: WayOfLife, visits: Sequence[int], aid: Sequence[int]) -> list[Events]:
    """A week of the register: reviews, applications, alerts, visits to ``visits``, and aid given to ``aid``."""
    draw = state.draw(EVENTS_OF_HELP)
    said = [_reviews(state, way, draw)]
    asking = (
        _applies(state, way, draw) | _found_by_alerts(state, way, draw) | _found_by_visits(state, way, visits, draw)
    )
    given = np.zeros(len(asking), bool)
    given[np.asarray(aid, int)] = True
    said.append(_decide(state, way, asking & ~aided(state), given & ~aided(state), draw))
    return said


def _need(state: State) -> NDArray[np.bool_]:
    return np.asarray(state.homes["hard_since"] != NEVER)


def _lived_in(state: State) -> NDArray[np.bool_]:
    return np.asarray(state.of_home(np.ones(len(state.people["born"]))) > 0)


def _applies(state: State, way: WayOfLife, draw: np.random.Generator) -> NDArray[np.bool_]:
    homes, rates = state.homes, way.help
    settled = np.where(homes["local"], 1.0, rates.other_residents)
    odds = np.where(_need(state), rates.applies_weekly, rates.without_need) * settled * homes["willing"]
    waits = state.today - homes["applied_on"] < 90
    return np.asarray(_lived_in(state) & ~waits & (draw.random(len(odds)) < odds))


def _found_by_alerts(state: State, way: WayOfLife, draw: np.random.Generator) -> NDArray[np.bool_]:
    """Each quarter: homes where somebody paid much in a year are visited, some of them, and not twice a year."""
    homes, rates = state.homes, way.help
    n = len(homes["area"])
    chance = draw.random(n), draw.random(n)
    if state.week % QUARTER:
        return np.zeros(n, bool)
    people = state.people
    high = (people["paid"].sum(axis=1) >= rates.alert_self_paid) & (people["insured"] > 0)
    alerted = (state.of_home(high) > 0) & (state.today - homes["seen_on"] > 365)
    visited = alerted & (chance[0] < rates.alert_visits)
    homes["seen_on"] = np.where(visited, state.today, homes["seen_on"])
    return np.asarray(visited & _need(state) & (chance[1] < rates.alert_aided))


def _found_by_visits(
    state: State, way: WayOfLife, visits: Sequence[int], draw: np.random.Generator
) -> NDArray[np.bool_]:
    """Homes that workers were sent to: a home in hardship mostly asks for help then."""
    seen = np.zeros(len(state.homes["area"]), bool)
    seen[np.asarray(visits, int)] = True
    state.homes["seen_on"] = np.where(seen, state.today, state.homes["seen_on"])
    return np.asarray(seen & _need(state) & (draw.random(len(seen)) < way.help.check_aided))


def _decide(
    state: State, way: WayOfLife, asking: NDArray[np.bool_], given: NDArray[np.bool_], draw: np.random.Generator
) -> Events:
    """Applications are decided after weeks; what workers give holds from today."""
    homes, rates = state.homes, way.help
    asked = np.flatnonzero((asking | given) & (homes["aid_until"] <= state.today))
    granted = (draw.random(len(asked)) < rates.granted) | given[asked]
    decided = state.today + np.where(given[asked], 0, draw.integers(*rates.decided_days, len(asked)))
    homes["applied_on"][asked] = state.today
    won = asked[granted]
    homes["aid_from"][won] = decided[granted]
    homes["aid_until"][won] = decided[granted] + rates.valid_days
    homes["tier"][won] = draw.choice(3, len(won), p=[0.4, 0.25, 0.35])
    homes["case"][won] = state.number("case", len(won))
    return {"register": _rows(state, won, decided[granted], OPEN)}


def _reviews(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Aid that runs out within the week goes on where need does; homes that are gone are closed."""
    homes, rates = state.homes, way.help
    lived_in = _lived_in(state)
    due = np.flatnonzero(aided(state) & ((homes["aid_until"] <= state.today + 7) | ~lived_in))
    members_disabled = state.of_home(state.people["certified_on"] != NEVER)[due] > 0
    odds = np.where(_need(state)[due], rates.renewed_in_need, np.where(members_disabled, rates.renewed_disabled, 0.1))
    stays = lived_in[due] & (draw.random(len(due)) < odds)
    longer, over, gone = due[stays], due[~stays & lived_in[due]], due[~lived_in[due]]
    homes["aid_until"][longer] += rates.valid_days
    homes["aid_until"][gone] = state.today
    said = [_rows(state, longer, np.full(len(longer), state.today), OPEN)]
    said.append(_rows(state, over, np.full(len(over), state.today), ENDED_NO_NEED))
    said.append(_rows(state, gone, np.full(len(gone), state.today), ENDED_GONE))
    return {"register": joined(said)}


def _rows(state: State, homes: Column, decided: Column, why: int) -> dict[str, Column]:
    """A row for each person whom the aid covers: all who live in the home."""
    lives = state.people["home"]
    number = np.full(len(state.homes["area"]), -1)
    number[homes] = np.arange(len(homes))
    who = np.flatnonzero((number[lives] >= 0) & (state.here | (why == ENDED_GONE)))
    row, home = number[lives[who]], lives[who]
    return {
        "case": state.homes["case"][home],
        "person": who,
        "home": home,
        "tier": state.homes["tier"][home],
        "applied": state.homes["applied_on"][home],
        "decided": decided[row],
        "until": state.homes["aid_until"][home],
        "members": np.bincount(row, minlength=len(homes))[row],
        "why": np.full(len(who), why),
        "stated": decided[row],
    }
