"""What papers say of means: contributions, fund deposits, taxes, dwellings, vehicles, firms, insurance, permits."""

import numpy as np

from riskscreen.city.means import aided
from riskscreen.city.people import heads
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import (
    EMPLOYEE,
    FORMAL,
    NEVER,
    NO_WORK,
    SELF,
    UNSEEN,
    Column,
    Events,
    Flags,
    State,
    day_of,
    thinned,
)
from riskscreen.declare import WayOfLife

WEALTH = 11
TAX_FREE, TAX_RATE = 5_000.0, 0.03


def keep_papers(state: State, way: WayOfLife) -> list[Events]:
    """In the week in which a month begins: what offices were told of the month before."""
    if not state.month_begins:
        return []
    draw = state.draw(WEALTH)
    said = [*_pay(state, way, draw), _property(state, way, draw), _vehicles(state, draw), *_firms(state, way, draw)]
    said.append(_permits(state, way, draw))
    if day_of(state.today + 6).month == 1:
        said.append(_cover(state, draw))
    return said


def _last_month(state: State) -> int:
    first = np.datetime64(day_of(state.today + 6), "M") - 1
    return int(first.astype("datetime64[D]").astype(int))


def _pay(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    """Contributions and deposits of those in formal work; a few on their own; taxes of the better paid."""
    people, wealth = state.people, way.wealth
    at_work = state.here & (people["work"] == FORMAL) & (people["insured"] == EMPLOYEE)
    who = np.flatnonzero(at_work | (state.here & (people["work"] == SELF) & _some(state, wealth.own_contributions)))
    own = people["work"][who] == SELF
    wage = people["wage"][who]
    paid_on = np.clip(wage * wealth.base_share, wealth.base_least, wealth.base_most)
    base = np.round(np.where(own, wealth.base_least, paid_on))
    day, stated = _last_month(state), state.today + 12
    late = draw.random(len(who)) < 0.02
    contribution = {
        "person": who.astype(np.int32),
        "employer": np.where(own, NOBODY, people["employer"][who]).astype(np.int32),
        "base": (base * 100).astype(np.int32),
        "day": np.full(len(who), day, np.int32),
        "stated": np.where(late, stated + 30, stated).astype(np.int32),
    }
    keeps = ~own & (people["employer"][who] % 10 < 10 * wealth.fund_share)
    taxed = ~own & (wage > TAX_FREE)
    return [
        {"contribution": contribution},
        {"deposit": _deposit(contribution, keeps)},
        {"tax": _tax(state, contribution, wage, taxed)},
    ]


def _deposit(contribution: dict[str, Column], keeps: Flags) -> dict[str, Column]:
    kept = {name: column[keeps] for name, column in contribution.items()}
    return {**kept, "amount": (kept["base"] * 0.2).astype(np.int32)}


def _tax(state: State, contribution: dict[str, Column], wage: Column, taxed: Flags) -> dict[str, Column]:
    kept = {name: column[taxed] for name, column in contribution.items() if name != "base"}
    income = np.round(wage[taxed].astype(float) * 100)
    return {
        **kept,
        "number": state.number("declaration", int(taxed.sum())),
        "income": income.astype(np.int32),
        "tax": np.round((income - TAX_FREE * 100) * TAX_RATE).astype(np.int32),
    }


def _some(state: State, share: float) -> Flags:
    """A fixed share of people, the same each time."""
    return np.asarray(np.arange(len(state.people)) * 40503 % 1000 < 1000 * share)


def _property(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Dwellings that are owned: entered once for the head of each home."""
    homes, head = state.homes, heads(state)
    new = np.flatnonzero((head != NOBODY) & ~homes["rented"] & ~homes["deed"])
    homes["deed"][new] = True
    since = np.minimum(state.people["moved_in"][head[new]], state.today)
    event = {
        "number": homes["dwelling"][new],
        "person": head[new],
        "m2": np.round(homes["area_m2"][new] * 10).astype(np.int32),
        "day": since,
        "stated": np.full(len(new), state.today, np.int32) + draw.integers(5, 60, len(new)),
    }
    return {"property": event}


def _vehicles(state: State, draw: np.random.Generator) -> Events:
    homes, head = state.homes, heads(state)
    new = np.flatnonzero((head != NOBODY) & homes["vehicle"] & (homes["vehicle_no"] == NOBODY))
    homes["vehicle_no"][new] = state.number("vehicle", len(new))
    sold = np.flatnonzero((homes["vehicle_no"] != NOBODY) & homes["vehicle"] & (homes["reserve"] < -5))
    sold = thinned(draw, sold[head[sold] != NOBODY], 0.1)
    homes["vehicle"][sold] = False
    which = np.concatenate([new, sold])
    until = np.repeat([NEVER, state.today], [len(new), len(sold)])
    since = np.minimum(state.people["moved_in"][head[which]], state.today)
    event = {
        "number": homes["vehicle_no"][which],
        "person": head[which],
        "day": since,
        "until": until,
        "stated": np.full(len(which), state.today, np.int32) + draw.integers(1, 20, len(which)),
    }
    return {"vehicle": event}


def _firms(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    """Shops of the self-employed: many are registered, and some are struck off when they close."""
    people = state.people
    own = state.here & (people["usual"] == SELF)
    opens = np.flatnonzero(
        own & (people["work"] == SELF) & (people["firm"] == NOBODY) & _some(state, way.wealth.registered)
    )
    people["firm"][opens] = state.number("firm", len(opens))
    people["firm_since"][opens] = state.today
    closes = np.flatnonzero(own & (people["work"] == NO_WORK) & (people["firm"] != NOBODY))
    closes = thinned(draw, closes, 0.15)
    who = np.concatenate([opens, closes])
    event = {
        "number": people["firm"][who],
        "person": who,
        "capital": np.round(np.exp(1.5 + 0.8 * people["truant"][who])).astype(np.int32),
        "day": people["firm_since"][who],
        "until": np.repeat([NEVER, state.today], [len(opens), len(closes)]),
        "stated": np.full(len(who), state.today, np.int32) + draw.integers(1, 25, len(who)),
    }
    people["firm"][closes] = NOBODY
    return [{"firm": event}]


def _permits(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Those from elsewhere: many ask for a permit some months after they came, and renew it each year."""
    people = state.people
    asks = state.here & ~people["local"] & (state.age >= 16) & (people["permit_until"] < state.today)
    who = thinned(draw, np.flatnonzero(asks & _some(state, way.wealth.asks_permit)), 0.25)
    people["permit_until"][who] = state.today + 365
    day = np.full(len(who), state.today, np.int32)
    home = people["home"][who]
    event = {
        "number": state.number("permit", len(who)),
        "person": who,
        "male": people["male"][who],
        "grid": state.homes["grid"][home],
        "dwelling": state.homes["dwelling"][home],
        "day": day,
        "until": day + 364,
        "stated": day + draw.integers(1, 15, len(who)).astype(np.int32),
    }
    return {"permit": event}


def _cover(state: State, draw: np.random.Generator) -> Events:
    """Each January: who is insured how, and known to medical aid as what."""
    people = state.people
    who = np.flatnonzero(state.here & (people["insured"] != UNSEEN))
    home = people["home"][who]
    on_aid = aided(state)[home]
    day = int(np.datetime64(day_of(state.today + 6), "Y").astype("datetime64[D]").astype(int))
    event = {
        "person": who.astype(np.int32),
        "insured": people["insured"][who],
        "identity": np.where(on_aid, 1 + state.homes["tier"][home], 0).astype(np.int8),
        "day": np.full(len(who), day, np.int32),
        "until": np.full(len(who), day + 364, np.int32),
        "stated": np.full(len(who), state.today + 8, np.int32),
    }
    return {"cover": event}
