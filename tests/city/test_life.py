"""How the city lives: what holds for each person and home, what hardship follows from, and what help does."""

from datetime import date

import numpy as np
import pytest

from riskscreen.city import found, hardship_spells, step
from riskscreen.city.collective import DORMITORY, OFFICE
from riskscreen.city.help import BY_CHANCE
from riskscreen.city.means import aided, in_hardship
from riskscreen.city.state import NEVER, WEEKS, day_number

HALF_YEAR = 182


def lived_in(state):
    return state.members() > 0


# What holds for everybody


def test_nobody_dies_twice(city):
    dead = city.of("residence")["person"][city.of("residence")["why"] == 1]
    assert len(np.unique(dead)) == len(dead)


def test_nobody_lives_after_death(city):
    people = city.state.people
    assert not (people["died"] & city.state.here).any()


def test_nobody_lives_in_two_homes(city):
    """As the events tell it: a residence ends before the next one of the same person begins."""
    told = city.of("residence")
    order = np.lexsort((told["stated"], told["since"], told["home"], told["person"]))
    rows = {name: column[order] for name, column in told.items()}
    keys = np.stack([rows[name] for name in ("person", "home", "since")], axis=1)
    last = np.append((keys[1:] != keys[:-1]).any(axis=1), True)
    person, since, until = (rows[name][last] for name in ("person", "since", "until"))
    order = np.lexsort((since, person))
    same = person[order][1:] == person[order][:-1]
    assert same.sum() > 100
    assert (until[order][:-1][same] <= since[order][1:][same]).all()


def test_everybody_lives_in_a_grid_of_the_district(city, way):
    grids = len(way.places.district(0).areas) * way.places.communities * way.places.grids
    assert set(np.unique(city.state.homes["grid"])) <= set(range(grids))
    assert len(np.unique(city.state.homes["grid"])) == grids


def test_partners_are_each_others(city):
    partner = city.state.people["partner"]
    who = np.flatnonzero((partner >= 0) & city.state.here)
    assert (partner[partner[who]] == who).mean() > 0.999  # one who left the city may be remembered


def test_couples_form_and_split_and_the_young_move_out(city):
    kinds = np.bincount(city.of("marriage")["kind"])
    assert kinds.min() > 20
    moved = city.of("residence")["why"] == 3
    assert moved.sum() > 100


def test_children_have_a_mother_who_was_grown_when_they_were_born(city):
    people = city.state.people
    child = np.flatnonzero(people["mother"] >= 0)
    years = (people["born"][child] - people["born"][people["mother"][child]]) / 365.25
    assert (years > 16).all()
    assert not people["male"][people["mother"][child]].any()


def test_the_parts_of_a_bill_add_up(city):
    bill = {name: column.astype(int) for name, column in city.of("bill").items()}
    np.testing.assert_array_equal(bill["total"], bill["fund"] + bill["part"])
    np.testing.assert_array_equal(bill["total"], bill["own"] + bill["over"] + bill["first"] + bill["in_scope"])
    np.testing.assert_array_equal(bill["fund"], bill["basic"] + bill["serious"] + bill["aid"])
    np.testing.assert_array_equal(bill["part"], bill["account"] + bill["cash"])
    assert all(column.min() >= 0 for column in bill.values())


def test_savings_and_relatives_never_outgrow_a_homes_own_target(city):
    homes = city.state.homes
    assert (homes["reserve"] <= homes["target"] * 1.0001).all()
    assert (homes["kin"] <= homes["kin_target"] * 1.0001).all()


def test_spells_of_hardship_of_a_home_alternate_with_others(city):
    told = city.of("hardship")
    order = np.lexsort((told["day"], told["home"]))
    home, begins = told["home"][order], told["begins"][order]
    same = home[1:] == home[:-1]
    assert (begins[1:][same] != begins[:-1][same]).all()
    spells = hardship_spells(city, city.state.today)
    assert (spells["since"] < spells["until"]).all()
    assert set(spells["home"][spells["until"] == NEVER]) == set(np.flatnonzero(in_hardship(city.state)))


# What hardship follows from


def later_hardship(city, homes, day):
    """The share of homes that fall into hardship in the half-year after a day, of those not in it then."""
    spells = hardship_spells(city, city.state.today)
    hard = set(spells["home"][(spells["since"] <= day) & (spells["until"] > day)].tolist())
    falls = set(spells["home"][(spells["since"] > day) & (spells["since"] <= day + HALF_YEAR)].tolist())
    asked = set(homes.tolist()) - hard
    return len(asked & falls) / max(1, len(asked))


def mean_later(city, homes_on):
    days = [city.state.today - HALF_YEAR - 91 * n for n in range(1, 11)]
    return np.mean([later_hardship(city, homes_on(day), day) for day in days])


def everybody(city):
    return lambda day: np.unique(city.state.people["home"])


def test_hardship_follows_serious_illness(city):
    ill, home = city.of("diagnosis"), city.state.people["home"]

    def diagnosed(day):
        return np.unique(home[ill["person"][(ill["kind"] >= 2) & (ill["day"] <= day) & (ill["day"] > day - HALF_YEAR)]])

    assert mean_later(city, diagnosed) > 2 * mean_later(city, everybody(city))


def test_hardship_follows_lost_work(city):
    spells, home = city.of("spell"), city.state.people["home"]

    def out_of_work(day):
        lost = (spells["registered"] <= day) & (spells["registered"] > day - HALF_YEAR)
        return np.unique(home[spells["person"][lost]])

    assert mean_later(city, out_of_work) > 1.3 * mean_later(city, everybody(city))


def test_most_who_have_a_large_bill_do_not_fall_into_hardship(city):
    bills, home = city.of("bill"), city.state.people["home"]
    day = city.state.today - 2 * HALF_YEAR
    large = (bills["part"] > 10_000_00) & (bills["end"] <= day) & (bills["end"] > day - HALF_YEAR)
    assert later_hardship(city, np.unique(home[bills["person"][large]]), day) < 0.4


def test_the_stock_on_aid_is_steady_over_the_years(city):
    slack = city.of("slack")
    by_year = [slack["aided"][(slack["day"] > day) & (slack["day"] <= day + 365)].mean() for day in years(city)]
    assert by_year[-1] == pytest.approx(by_year[0], rel=0.35)
    assert all(0.02 < share < 0.07 for share in by_year)


def years(city):
    first = day_number(city.first)
    return [first + 365 * n for n in range(4)]


def test_the_register_does_not_know_of_all_hardship(city):
    slack = city.of("slack")
    assert 0.012 < (slack["hard"] & ~slack["aided"]).mean() < 0.03


def test_as_many_are_born_and_die_as_in_public_figures(city):
    state, people = city.state, city.state.here.sum()
    born = (state.people["born"] > day_number(city.first)).sum() / 4 / people
    told = city.of("residence")
    died = ((told["why"] == 1) & (told["until"] > day_number(city.first))).sum() / 4 / people
    assert 0.0075 < born < 0.013
    assert 0.005 < died < 0.009


# What help does


def lived_on(city, way, *, aid, weeks=40):
    """A later share of homes in hardship, where all homes in hardship receive aid, or nobody more than before."""
    state = city.state.future_of(0)
    hard = []
    for _ in range(weeks):
        needy = np.flatnonzero(in_hardship(state)).tolist() if aid else []
        step(state, way, aid=needy)
        hard.append(in_hardship(state).sum())
    return np.mean(hard[13:])


def test_aid_lowers_hardship(city, way):
    assert lived_on(city, way, aid=True) < 0.9 * lived_on(city, way, aid=False)


def test_a_visit_brings_homes_in_hardship_onto_the_register(city, way):
    seen, unseen = city.state.future_of(0), city.state.future_of(0)
    hidden = in_hardship(seen) & ~aided(seen) & (seen.homes["aid_until"] <= seen.today) & lived_in(seen)
    step(seen, way, visits=np.flatnonzero(hidden).tolist())
    step(unseen, way)
    of_seen = (seen.homes["aid_until"] > seen.today)[: len(hidden)][hidden].mean()
    of_unseen = (unseen.homes["aid_until"] > unseen.today)[: len(hidden)][hidden].mean()
    assert of_seen > of_unseen + 0.2


def test_homes_are_drawn_by_lot_from_the_third_year_on(city, way):
    visits = city.of("visit")
    by_lot = visits["how"] == BY_CHANCE
    assert visits["day"][by_lot].min() >= day_number(date(2022, 1, 1))
    np.testing.assert_allclose(visits["propensity"][by_lot], way.help.checks_yearly / WEEKS, rtol=1e-5)
    free = (city.of("slack")["day"] >= day_number(date(2022, 1, 1))) & ~city.of("slack")["aided"]
    homes = free.sum() / 24
    assert by_lot.sum() / 2 / homes == pytest.approx(way.help.checks_yearly, rel=0.15)


def test_agencies_see_less_of_those_from_elsewhere(city):
    people, here = city.state.people, city.state.here
    seen = people["insured"] > 0
    assert seen[here & people["local"]].mean() > seen[here & ~people["local"]].mean() + 0.2


def test_nobody_is_entered_before_the_thing_happened(city):
    for kind, day in (
        ("bill", "end"),
        ("spell", "registered"),
        ("diagnosis", "day"),
        ("custody", "from"),
        ("visit", "day"),
    ):
        told = city.of(kind)
        assert (told.get("stated", told.get("updated")) >= told[day]).all(), kind


def test_a_city_is_founded_with_about_as_many_people_as_were_asked_for(way):
    state = found(way, 5000, 1, date(2022, 1, 1)).state
    assert state.here.sum() == pytest.approx(5000, rel=0.08)


# Collective homes


def test_strangers_under_one_roof_are_no_household(city):
    homes, members = city.state.homes, city.state.members()
    hosted = homes["host"] >= 0
    assert (homes["kind"][homes["host"][hosted]] > 0).all()
    assert members[homes["kind"] > 0].sum() == 0
    single = members[hosted & (members > 0)]
    assert len(single) > 100
    assert (single == 1).mean() > 0.97  # a child may be born there


def test_the_old_move_into_care_and_the_young_into_dormitories(city):
    state = city.state
    host = state.homes["host"][state.people["home"]]
    there = state.here & (host >= 0)
    dormitory = there & (state.homes["kind"][host] == DORMITORY)
    assert state.age[there & ~dormitory].min() > 70
    assert np.median(state.age[dormitory]) < 32
    assert 0.03 < dormitory.sum() / state.here.sum() < 0.12


def test_many_locals_stand_in_their_parents_book_and_some_in_an_offices(city):
    state, people = city.state, city.state.people
    who = state.here & people["local"]
    elsewhere = people["book"][who] != people["home"][who]
    assert 0.1 < elsewhere.mean() < 0.35
    kinds = np.bincount(state.homes["kind"][people["book"][who]], minlength=4)
    assert kinds[OFFICE] > 5
    books, counts = np.unique(people["book"][who], return_counts=True)
    assert counts[state.homes["kind"][books] == 0].max() <= 20
