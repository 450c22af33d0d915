"""The slack of a household: income, rent, bills, savings, relatives; and hardship, which is a state of it."""

import numpy as np
from numpy.typing import NDArray

from riskscreen.city.state import FORMAL, MONTH, NEVER, NO_WORK, Events, State
from riskscreen.declare import WayOfLife

EVENTS_OF_MEANS = 4
Floats = NDArray[np.float64]


def spend(state: State, way: WayOfLife) -> list[Events]:
    """A week of income and spending; who falls into hardship, and who comes out of it."""
    draw = state.draw(EVENTS_OF_MEANS)
    cost, earned = weekly_cost(state, way), income(state, way, draw)
    slack = earned - _spending(state, way, cost, earned) - _paid(state, way)
    _save(state, way, slack / cost)
    return [_hardship(state, way, draw)]


def weekly_cost(state: State, way: WayOfLife) -> Floats:
    """What a home must spend in a week, rent included; never nothing, also where nobody lives."""
    members = state.of_home(np.ones(len(state.people["born"])))
    living = way.means.living_first + way.means.living_other * np.maximum(members - 1, 0)
    return np.asarray((living + state.homes["rent"]) / MONTH)


def income(state: State, way: WayOfLife, draw: np.random.Generator) -> Floats:
    """What comes in in a week: wages, pensions, benefits, help of relatives, aid."""
    people, pays = state.people, way.work
    shaky = np.where(people["usual"] == FORMAL, 1.0, np.clip(1 + draw.normal(0, 0.35, len(people["born"])), 0, 2))
    wages = np.where(people["work"] != NO_WORK, people["wage"] * shaky, 0.0)
    pension = np.where(people["usual"] == FORMAL, pays.pension_formal, pays.pension_other) * (state.age >= 60)
    benefit = np.where(people["benefit_until"] > state.today, pays.benefit_month, 0.0)
    homes = state.homes
    aid = way.help.standard_month * state.of_home(np.ones(len(wages))) * aided(state)
    return np.asarray((state.of_home(wages + pension + benefit) + homes["relatives"] + aid) / MONTH)


def aided(state: State) -> NDArray[np.bool_]:
    """Which homes receive aid today."""
    return np.asarray((state.homes["aid_from"] <= state.today) & (state.homes["aid_until"] > state.today))


def _spending(state: State, way: WayOfLife, cost: Floats, earned: Floats) -> Floats:
    """A home lives on a little less than it is used to earn, down to what nobody can go without."""
    usual = state.homes["usual"]
    usual = np.where(np.isnan(usual), earned, usual + way.means.adapts_weekly * (earned - usual))
    state.homes["usual"] = usual
    return np.asarray(np.minimum(cost, np.maximum(0.97 * usual, way.means.bare_share * cost)))


def _paid(state: State, way: WayOfLife) -> Floats:
    paid = state.people["paid"][:, state.week % state.people["paid"].shape[1]]
    return np.asarray(state.of_home(paid) * np.where(aided(state), 1 - way.help.bills_paid, 1.0))


def _save(state: State, way: WayOfLife, slack: Floats) -> None:
    """Reserves, in weeks of the home's cost, grow to its own target; of what lacks, a part is gone without."""
    change = np.where(
        slack < 0, np.maximum(slack, -1) * (1 - way.means.cut_back) + np.minimum(slack + 1, 0), 0.35 * slack
    )
    reserve = state.homes["reserve"] + np.minimum(change, 0.5)
    reserve = np.where(reserve < 0, reserve * (1 - way.means.debt_eased_weekly), reserve)
    state.homes["reserve"] = np.clip(reserve, -way.means.debt_weeks, state.homes["target"])


def _hardship(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Low reserves make hardship likelier each week, and high ones its end; other causes are seen by nobody."""
    homes, means = state.homes, way.means
    n = len(homes["area"])
    lived_in = state.of_home(np.ones(len(state.people["born"]))) > 0
    hard = homes["hard_since"] != NEVER
    low = 1 / (1 + np.exp(np.clip(homes["reserve"] / means.noise_weeks, -30, 30)))
    again = np.where(state.today - homes["hard_until"] < 730, means.relapse, 1.0)
    begins = lived_in & ~hard & (draw.random(n) < (means.onset_weekly * low + means.hidden_causes) * again)
    ends = hard & ((draw.random(n) < means.recovery_weekly * (1 - low)) | ~lived_in)
    homes["hard_since"] = np.where(begins, state.today, np.where(ends, NEVER, homes["hard_since"]))
    homes["hard_until"] = np.where(ends, state.today, homes["hard_until"])
    changed = np.flatnonzero(begins | ends)
    event = {"home": changed, "day": np.full(len(changed), state.today), "begins": begins[changed].astype(int)}
    return {"hardship": event}
