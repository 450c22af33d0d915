"""The state of a city: stepped in one go or in two, saved and loaded, with the same or another future."""

from datetime import date

import numpy as np
import pytest

from riskscreen.city import State, found, run, step
from riskscreen.city.state import Rows, day_of, sample
from riskscreen.errors import CallerError

FIRST = date(2022, 1, 1)


def new_city(way, seed=1):
    return found(way, 400, seed, FIRST).state


def stepped(state, way, weeks):
    for _ in range(weeks):
        step(state, way)
    return state


def tables(state):
    return {name: state.people[name] for name in state.people} | {f"h.{n}": state.homes[n] for n in state.homes}


def assert_same(one, other):
    assert (one.week, one.counts) == (other.week, other.counts)
    mine, yours = tables(one), tables(other)
    assert mine.keys() == yours.keys()
    for name, column in mine.items():
        np.testing.assert_array_equal(column, yours[name], name)


def test_ten_weeks_and_ten_more_are_twenty(way):
    assert_same(stepped(stepped(new_city(way), way, 10), way, 10), stepped(new_city(way), way, 20))


def test_a_state_that_was_saved_and_loaded_goes_on_as_if_it_had_not_been(way, tmp_path):
    before = stepped(new_city(way), way, 10)
    before.save(tmp_path / "state.npz")
    after = State.load(tmp_path / "state.npz")
    assert_same(after, before)
    assert_same(stepped(after, way, 10), stepped(new_city(way), way, 20))


def test_a_state_that_was_loaded_keeps_the_types_of_its_columns(way, tmp_path):
    before = new_city(way)
    before.save(tmp_path / "state.npz")
    after = State.load(tmp_path / "state.npz")
    assert {n: c.dtype for n, c in tables(after).items()} == {n: c.dtype for n, c in tables(before).items()}


def test_the_same_seed_gives_the_same_events(way):
    one, other = (step(new_city(way), way) for _ in range(2))
    for mine, yours in zip(one, other, strict=True):
        for kind, table in mine.items():
            for name, column in table.items():
                np.testing.assert_array_equal(column, yours[kind][name])


@pytest.mark.parametrize("other", [{"seed": 2}, {"future": 1}])
def test_another_seed_or_future_leads_elsewhere(way, other):
    one = new_city(way)
    changed = new_city(way, other["seed"]) if "seed" in other else one.future_of(other["future"])
    assert not np.array_equal(stepped(one, way, 5).homes["reserve"], stepped(changed, way, 5).homes["reserve"])


def test_a_future_leaves_the_state_that_it_came_from_alone(way):
    state = new_city(way)
    before = {name: column.copy() for name, column in tables(state).items()}
    stepped(state.future_of(3), way, 4)
    for name, column in tables(state).items():
        np.testing.assert_array_equal(column, before[name], name)


def test_rows_grow_and_keep_their_types():
    rows = Rows({"a": np.array([1, 2], np.int8), "b": np.zeros((2, 3), np.float32)})
    assert rows.add({"a": np.array([3]), "b": np.ones((1, 3))}).tolist() == [2]
    rows["a"] = rows["a"] + 1
    assert rows["a"].tolist() == [2, 3, 4]
    assert (str(rows["a"].dtype), str(rows["b"].dtype), float(rows["b"].sum())) == ("int8", "float32", 3.0)


def test_rows_that_are_taken_at_random_are_in_order_and_of_the_odds_that_were_given():
    taken = sample(np.random.default_rng(1), 100_000, 0.1)
    assert (np.diff(taken) > 0).all()
    assert len(taken) == pytest.approx(10_000, rel=0.03)
    assert len(sample(np.random.default_rng(1), 0, 0.5)) == 0


def test_a_visit_to_a_home_that_is_not_there_is_refused(way):
    with pytest.raises(CallerError, match="no home 999999"):
        step(new_city(way), way, visits=[999_999])


@pytest.mark.parametrize(
    ("persons", "seed", "last", "said"),
    [
        (3, 1, date(2022, 12, 31), "at least 20"),
        (600, -1, date(2022, 12, 31), "zero or more"),
        (600, 1, date(2021, 12, 31), "before it begins"),
    ],
)
def test_a_city_that_cannot_be_is_refused(way, persons, seed, last, said):
    with pytest.raises(CallerError, match=said):
        run(way, persons, seed, (FIRST, last))


def test_days_are_numbers_and_back():
    assert day_of(0) == date(1970, 1, 1)
    assert str(day_of(19_000)) == str(np.datetime64(19_000, "D"))
