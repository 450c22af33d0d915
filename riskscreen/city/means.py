"""The slack of a household: income, housing, bills, savings, relatives, debts; and hardship, which is a state of it.

Reserves are held in weeks of what the home must spend. A shortage is gone without in part, then taken from savings,
then borne by relatives, then owed. Savings and relatives fill up again to the home's own targets, and no further.
"""

import numpy as np

from riskscreen.city.state import (
    FORMAL,
    MONTH,
    NEVER,
    NO_WORK,
    PRESENT,
    SELF,
    WEEKS,
    WORKS_AWAY,
    YEAR,
    Column,
    Events,
    Flags,
    Floats,
    State,
    sample,
)
from riskscreen.city.work import shocked
from riskscreen.declare import WayOfLife

MEANS = 8


def spend(state: State, way: WayOfLife, paid: Floats) -> list[Events]:
    """A week of income and spending, with what each home paid for illness; who falls into hardship, who comes out."""
    draw = state.draw(MEANS)
    cost, own = weekly_cost(state, way), own_income(state, way, draw)
    state.homes["own_income"] = own
    earned = own + aid_paid(state, way)
    slack = (earned - _spending(state, way, cost, own) - paid[: len(cost)]) / cost
    _blows(state, way, slack, draw)
    _save(state, way, slack)
    said = [_hardship(state, way, draw)]
    return [*said, snapshot(state)] if state.month_begins else said


def weekly_cost(state: State, way: WayOfLife) -> Floats:
    """What a home must spend in a week, housing included; never nothing, also where nobody lives."""
    away = state.people["away"]
    absent = np.flatnonzero((away != PRESENT) & (away != WORKS_AWAY) & state.here)
    members = state.members() - np.bincount(state.people["home"][absent], minlength=len(state.homes))
    living = way.means.living_first + way.means.living_other * np.maximum(members - 1, 0)
    return np.asarray((living + state.homes["housing"]) / MONTH)


def own_income(state: State, way: WayOfLife, draw: np.random.Generator) -> Floats:
    """What comes in in a week without aid: wages, pensions, benefits, and what relatives send."""
    people, work = state.people, way.work
    income = np.where(people["work"] != NO_WORK, people["wage"], np.float32(0))
    _unsteady(state, way, income, draw)
    ill = np.flatnonzero(people["course_left"] > 0)
    income[ill] *= np.array(work.sick_pay, np.float32)[people["usual"][ill]]
    pensions = np.array([work.pension_other, work.pension_formal], np.float32)[
        (people["usual"] == FORMAL).astype(np.int8)
    ]
    income += np.where(is_retired(state, way), pensions, np.float32(0))
    income += np.where(people["benefit_until"] > state.today, np.float32(work.benefit_month), np.float32(0))
    income[(people["away"] != PRESENT) & (people["away"] != WORKS_AWAY)] = 0
    return np.asarray((state.of_home(income) + state.homes["relatives"]) / MONTH)


def _unsteady(state: State, way: WayOfLife, income: Column, draw: np.random.Generator) -> None:
    """What the informal and the self-employed earn changes from week to week; a shock hits the latter."""
    people, work = state.people, way.work
    who = np.flatnonzero((people["usual"] != FORMAL) & (people["work"] != NO_WORK))
    income[who] *= np.clip(1 + work.unsteady * draw.standard_normal(len(who), np.float32), 0, 2)
    if shocked(state, way):
        income[who[people["usual"][who] == SELF]] *= work.shock_self


def is_retired(state: State, way: WayOfLife) -> Flags:
    """Who is old enough to live on a pension."""
    men, women = (round(state.today - years * YEAR) for years in way.work.retires)
    return np.asarray(state.people["born"] <= np.where(state.people["male"], np.int32(men), np.int32(women)))


def in_hardship(state: State) -> Flags:
    """Which homes are in hardship today."""
    return np.asarray(state.homes["hard_since"] != NEVER)


def aided(state: State) -> Flags:
    """Which homes receive aid today."""
    return np.asarray((state.homes["aid_from"] <= state.today) & (state.homes["aid_until"] > state.today))


def aid_paid(state: State, way: WayOfLife) -> Floats:
    """A week's aid of each home: the lowest tier is filled up to the standard, the others get a share of it."""
    homes, rates = state.homes, way.help
    standard = rates.standard_month / MONTH * state.members()
    lacks = np.maximum(standard - homes["own_income"], rates.least_share * standard)
    amount = np.where(homes["tier"] == 0, lacks, rates.share_other_tiers * standard)
    return np.asarray(amount * aided(state))


def _spending(state: State, way: WayOfLife, cost: Floats, earned: Floats) -> Floats:
    """A home lives on a little less than it is used to earn, down to what nobody can go without; aid comes on top."""
    usual = state.homes["usual"]
    usual = np.where(np.isnan(usual), earned, usual + way.means.adapts_weekly * (earned - usual))
    state.homes["usual"] = usual
    return np.asarray(np.minimum(cost, np.maximum(way.means.lives_on * usual, way.means.bare_share * cost)))


def _blows(state: State, way: WayOfLife, slack: Floats, draw: np.random.Generator) -> None:
    """Losses that no agency hears of: a fraud, a bad debt, a gambler. They come to all alike."""
    struck = sample(draw, len(slack), way.means.blows / WEEKS)
    slack[struck] -= draw.uniform(way.means.blow_weeks[0], way.means.blow_weeks[1], len(struck))


def _save(state: State, way: WayOfLife, slack: Floats) -> None:
    homes, means = state.homes, way.means
    reserve, kin = homes["reserve"].astype(float), homes["kin"].astype(float)
    short = np.maximum(-slack, 0)
    short = np.minimum(short, 1) * (1 - means.cut_back) + np.maximum(short - 1, 0)
    saved = np.minimum(short, np.maximum(reserve, 0))
    lent = np.minimum(short - saved, kin)
    reserve -= short - lent
    kin = np.where(
        short > 0, kin - lent, np.minimum(kin + means.kin_back_weekly * homes["kin_target"], homes["kin_target"])
    )
    eased = np.where(aided(state), way.help.debt_eased_weekly, means.debt_eased_weekly)
    reserve = np.where(reserve < 0, reserve * (1 - eased), reserve)
    left_over = np.maximum(slack, 0) * np.where(reserve < 0, means.pays_back, means.saves)
    reserve += np.minimum(left_over, means.saves_most)
    homes["reserve"] = np.clip(reserve, -means.debt_weeks, homes["target"])
    homes["kin"] = kin


def buffer(state: State) -> Floats:
    """Weeks that a home can go on for: savings (or debts, below zero) and what relatives would lend."""
    return np.asarray(state.homes["reserve"].astype(float) + state.homes["kin"])


def _hardship(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Low reserves make hardship likelier each week, and high ones its end; aid that may be counted on is one too."""
    homes, means = state.homes, way.means
    n = len(homes)
    lived_in, hard = state.members() > 0, homes["hard_since"] != NEVER
    weeks = buffer(state) + way.help.cover_weeks * aided(state)
    low = 1 / (1 + np.exp(np.clip((weeks - means.edge_weeks) / means.noise_weeks, -30, 30)))
    again = np.where(state.today - homes["hard_until"] < 730, means.relapse, 1.0)
    begins = lived_in & ~hard & (draw.random(n) < means.onset_weekly * low * again)
    ends = hard & ((draw.random(n) < means.recovery_weekly * (1 - low)) | ~lived_in)
    homes["hard_since"] = np.where(begins, state.today, np.where(ends, NEVER, homes["hard_since"]))
    homes["hard_until"] = np.where(ends, state.today, homes["hard_until"])
    changed = np.flatnonzero(begins | ends)
    event = {
        "home": changed,
        "day": np.full(len(changed), state.today, np.int32),
        "begins": begins[changed].astype(np.int8),
    }
    return {"hardship": event}


def snapshot(state: State) -> Events:
    """The slack of every home that is lived in: truth, which no agency sees."""
    home = np.flatnonzero(state.members() > 0).astype(np.int32)
    homes = state.homes
    event = {
        "home": home,
        "day": np.full(len(home), state.today, np.int32),
        "reserve": homes["reserve"][home],
        "kin": homes["kin"][home],
        "own_income": homes["own_income"][home],
        "hard": homes["hard_since"][home] != NEVER,
        "aided": aided(state)[home],
    }
    return {"slack": event}
