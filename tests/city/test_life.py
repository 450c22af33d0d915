"""How the city lives: what hardship follows from, what help does, and what stays as it is over the years."""

import copy

import numpy as np
import pytest

from riskscreen.city import step
from riskscreen.city.means import aided
from riskscreen.city.state import NEVER, day_of
from riskscreen.city.write import hardship_spells
from riskscreen.errors import CallerError

HALF_YEAR = 182


def on_aid(city, day):
    """How many homes the register covers on a day."""
    rows = city.of("register")
    order = np.lexsort((rows["stated"], rows["case"]))
    last = {name: rows[name][order] for name in ("case", "decided", "until", "home", "applied")}
    newest = np.append(last["case"][1:] != last["case"][:-1], True)
    return int(((last["applied"][newest] <= day) & (last["until"][newest] > day)).sum())


def later_hardship(city, homes, day):
    """The share of homes that fall into hardship in the half-year after a day, of those not in it then."""
    spells = hardship_spells(city, city.state.today)
    hard = set(spells["home"][(spells["since"] <= day) & (spells["until"] > day)].tolist())
    falls = set(spells["home"][(spells["since"] > day) & (spells["since"] <= day + HALF_YEAR)].tolist())
    asked = set(homes.tolist()) - hard
    return len(asked & falls) / max(1, len(asked))


def quarters(city):
    return [city.state.today - HALF_YEAR - 91 * n for n in range(1, 9)]


def mean_later(city, homes_on):
    return np.mean([later_hardship(city, homes_on(day), day) for day in quarters(city)])


def everybody(city):
    return lambda day: np.unique(city.state.people["home"])


def test_hardship_follows_large_bills(city):
    bills = city.of("bill")
    home = city.state.people["home"]

    def with_large_bills(day):
        late = (bills["end"] <= day) & (bills["end"] > day - HALF_YEAR)
        paid = np.bincount(home[bills["person"][late]], bills["part"][late] / 100, minlength=home.max() + 1)
        return np.flatnonzero(paid > 15_000)

    assert mean_later(city, with_large_bills) > 1.8 * mean_later(city, everybody(city))


def test_hardship_follows_lost_work(city):
    spells = city.of("spell")
    home = city.state.people["home"]

    def out_of_work(day):
        lost = (spells["registered"] <= day) & (spells["registered"] > day - HALF_YEAR)
        return np.unique(home[spells["person"][lost]])

    assert mean_later(city, out_of_work) > 1.3 * mean_later(city, everybody(city))


def test_most_who_have_a_large_bill_do_not_fall_into_hardship(city):
    bills, home = city.of("bill"), city.state.people["home"]
    day = quarters(city)[0]
    large = (bills["part"] > 10_000_00) & (bills["end"] <= day) & (bills["end"] > day - HALF_YEAR)
    assert later_hardship(city, np.unique(home[bills["person"][large]]), day) < 0.5


def test_the_stock_on_aid_is_steady_over_the_years(city):
    day = city.state.today
    first, last = (np.mean([on_aid(city, day - back - 30 * n) for n in range(12)]) for back in (730, 0))
    assert last == pytest.approx(first, rel=0.3)
    assert 0.03 < last / (len(city.state.people["born"]) / 2.5) < 0.09


def test_the_register_does_not_know_of_all_hardship(city):
    lived_in = city.state.of_home(np.ones(len(city.state.people["born"]))) > 0
    hidden = lived_in & (city.state.homes["hard_since"] != NEVER) & ~aided(city.state)
    assert 0.01 < hidden.sum() / lived_in.sum() < 0.06


def test_as_many_are_born_and_die_as_in_public_figures(city):
    state = city.state
    years, people = 8, state.here.sum()
    born = (state.people["born"] > state.today - years * 365).sum() / years / people
    died = (city.of("residence")["why"] == 1).sum() / years / people
    assert 0.006 < born < 0.013
    assert 0.004 < died < 0.012


def lived_on(city, way, *, aid):
    """Another half-year in which all homes in hardship receive aid, or nobody more than before."""
    state = copy.deepcopy(city.state)
    hard = []
    for _ in range(40):
        needy = np.flatnonzero(state.homes["hard_since"] != NEVER).tolist() if aid else []
        step(state, way, day_of(state.today), aid=needy)
        hard.append((state.homes["hard_since"] != NEVER).sum())
    return np.mean(hard[13:])


def test_aid_lowers_hardship(city, way):
    assert lived_on(city, way, aid=True) < 0.95 * lived_on(city, way, aid=False)


def test_a_visit_brings_homes_in_hardship_onto_the_register(city, way):
    seen, unseen = copy.deepcopy(city.state), copy.deepcopy(city.state)
    hidden = (seen.homes["hard_since"] != NEVER) & ~aided(seen) & (seen.homes["aid_until"] <= seen.today)
    hidden &= seen.of_home(np.ones(len(seen.people["born"]))) > 0
    week = day_of(seen.today)
    step(seen, way, week, visits=np.flatnonzero(hidden).tolist())
    step(unseen, way, week)
    found = (seen.homes["aid_until"] > seen.today)[: len(hidden)][hidden].mean()
    alone = (unseen.homes["aid_until"] > unseen.today)[: len(hidden)][hidden].mean()
    assert found > alone + 0.3


def test_a_week_that_is_not_the_next_is_refused(city, way):
    with pytest.raises(CallerError, match="stands at"):
        step(copy.deepcopy(city.state), way, day_of(city.state.today + 7))


def test_a_visit_to_a_home_that_is_not_there_is_refused(city, way):
    with pytest.raises(CallerError, match="no home 999999"):
        step(copy.deepcopy(city.state), way, day_of(city.state.today), visits=[999_999])
