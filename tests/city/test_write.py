"""What a city's agencies deliver: the same bytes for a seed, month by month, and the truth beside it."""

import csv
from datetime import date

import numpy as np
import pytest

from riskscreen.city import go_on, run, write
from riskscreen.city.state import NEVER, State, day_of
from riskscreen.city.step import History
from riskscreen.city.write import delivery_days, hardship_spells
from riskscreen.errors import CallerError
from tests.city.conftest import YEAR


@pytest.fixture(scope="module")
def folder(small, way, tmp_path_factory):
    out = tmp_path_factory.mktemp("city") / "out"
    write(small, way, YEAR[1], out)
    return out


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.csv")}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(folder, way, tmp_path):
    write(run(way, 600, 1, YEAR), way, YEAR[1], tmp_path / "again")
    assert content(tmp_path / "again") == content(folder)


def test_another_seed_gives_another_city(folder, way, tmp_path):
    write(run(way, 600, 2, YEAR), way, YEAR[1], tmp_path / "other")
    there, here = content(tmp_path / "other"), content(folder)
    assert all(there[name] != here[name] for name in there.keys() & here.keys())


def test_a_city_resumed_from_its_saved_state_goes_on_as_if_it_had_not_stopped(folder, small, way, tmp_path):
    before = run(way, 600, 1, (YEAR[0], date(2022, 5, 31)))
    before.state.save(tmp_path / "state.npz")
    after = History(State.load(tmp_path / "state.npz"), before.first, before.events)
    while after.state.week < small.state.week:
        go_on(after, way)
    write(after, way, YEAR[1], tmp_path / "resumed")
    assert content(tmp_path / "resumed") == content(folder)


def test_a_delivery_holds_what_was_stated_by_its_day_and_after_the_one_before(folder):
    days = delivery_days(*YEAR)
    for path in folder.glob("police_population_*.csv"):
        day = date.fromisoformat(path.stem[-10:])
        stated = [date.fromisoformat(row["stated_on"]) for row in rows(path)]
        before = days[days.index(day) - 1] if day != days[0] else date.min
        assert before < min(stated)
        assert max(stated) <= day


def test_some_bills_come_late_and_some_are_refunded(folder):
    bills = [row for path in folder.glob("medical_settlement_*.csv") for row in rows(path)]
    late = [(date.fromisoformat(b["updt_time"]) - date.fromisoformat(b["enddate"])).days for b in bills]
    assert min(late) >= 0
    assert 0.02 < np.mean(np.array(late) > 10) < 0.15
    assert {"0", "1"} == {bill["refd_setl_flag"] for bill in bills}


def test_the_parts_of_a_bill_add_up(folder):
    for row in rows(folder / "medical_settlement_2022-06-30.csv"):
        if row["psn_part_amt"] != "-/-":
            parts = float(row["fund_pay_sumamt"]) + float(row["psn_part_amt"]) + float(row["hosp_part_amt"])
            assert float(row["medfee_sumamt"]) == pytest.approx(parts, abs=0.001)


def test_the_truth_says_who_is_who_who_lives_where_and_who_was_in_hardship(folder):
    assert {path.name for path in (folder / "truth").iterdir()} == {"people.csv", "residence.csv", "hardship.csv"}
    ids = {row["citizen_id"] for row in rows(folder / "truth" / "people.csv")}
    delivered = {row["citizen_id"] for path in folder.glob("police*.csv") for row in rows(path)}
    assert delivered <= ids
    assert len(ids) == len(rows(folder / "truth" / "people.csv"))


def test_spells_of_hardship_of_a_home_do_not_overlap(small):
    spells = hardship_spells(small, small.state.today)
    for home in np.unique(spells["home"]):
        of_home = spells["home"] == home
        since, until = spells["since"][of_home], spells["until"][of_home]
        assert (since < until).all()
        assert (until[:-1] <= since[1:]).all()
    open_now = set(spells["home"][spells["until"] == NEVER].tolist())
    assert open_now == set(np.flatnonzero(small.state.homes["hard_since"] != NEVER).tolist())


def test_a_folder_that_is_not_empty_is_refused(small, way, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(CallerError, match="holds something already"):
        write(small, way, YEAR[1], tmp_path)


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
        run(way, persons, seed, (date(2022, 1, 1), last))


def test_days_are_numbers_and_back():
    assert day_of(0) == date(1970, 1, 1)
    assert str(day_of(19_000)) == str(np.datetime64(19_000, "D"))
