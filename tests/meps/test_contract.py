"""The contracts of the deployment meps, on rows that nobody lived."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from riskscreen.declare import load
from riskscreen.eventstore import EventStore
from riskscreen.features import FeatureSet, compute, compute_labels
from riskscreen.identity import create_key
from riskscreen.ingest import ingest, summary
from riskscreen.linkage import link

MEPS = load(Path(__file__).parents[2] / "models" / "meps")

# Two of one dwelling in panel 17, one in a panel that did not exist when the contract was written.
PEOPLE = """dupersid,panel,agey1x,povcaty1,inscovy1,inscovy2,longwt,varpsu,varstr
90001101,17.0,40.0,1.0,1.0,3.0,5.5,1.0,1001.0
90001102,17.0,-1.0,1.0,3.0,-1.0,5.5,1.0,1001.0
90002101,19.0,8.0,-1.0,2.0,2.0,5.5,1.0,1001.0
"""


def plan(number, person, panel, covered):
    """A plan's row: covered in the months listed, of two years."""
    months = ["1.0" if month in covered else "2.0" for month in range(1, 25)]
    return ",".join([number, person, panel, *months, "9.0"])


HEADER = ",".join(["epcpidx", "dupersid", "panel", *[f"status{month}" for month in range(1, 25)], "oopx12x"])
PLANS = {
    "prpl_2012_panel17.csv.gz": [
        plan("A1", "90001101", "17.0", {2, 8}),
        plan("A2", "90001101", "17.0", {8, 13, 14}),  # August told again in the next round; year 2 is never read
    ],
    "prpl_2014_panel19.csv.gz": [plan("B1", "90002101", "19.0", {12})],
}


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    (folder / "meps_long_p17_p19.csv.gz").write_bytes(gzip.compress(PEOPLE.encode()))
    for name, rows in PLANS.items():
        (folder / name).write_bytes(gzip.compress("\n".join([HEADER, *rows, ""]).encode()))
    key = create_key(home)
    results = ingest([folder], MEPS, home, key, loaded_on=date(2020, 1, 1))
    link(home, MEPS, key)
    return EventStore.open(home), results


def signals(store, day, *names):
    rows = compute(store, [day], FeatureSet(MEPS, names, MEPS.models["coverage_loss"].cohort)).to_pylist()
    return {row["person"]: tuple(row[name] for name in names) for row in rows}


def test_both_kinds_of_files_are_told_by_their_names_a_later_panel_unchanged(landed):
    assert summary(landed[1]) == [
        {"feed": "people", "read": 3, "accepted": 3, "quarantined": 0, "warnings": 0},
        {"feed": "plans", "read": 3, "accepted": 3, "quarantined": 0, "warnings": 0},
    ]


def test_year_1_of_panel_p_is_1995_plus_p_and_the_cohort_is_of_that_year_alone(landed):
    store, _ = landed
    assert [len(signals(store, date(year, 12, 31), "age")) for year in (2012, 2013, 2014)] == [1, 0, 1]


def test_a_month_told_twice_is_one_month_and_year_2_is_never_read(landed):
    store, _ = landed
    names = ("covered_months_365", "covered_in_december", "days_since_covered", "days_since_first_covered")
    (found,) = signals(store, date(2012, 12, 31), *names).values()
    assert found == (2, 0, (date(2012, 12, 31) - date(2012, 8, 31)).days, (date(2012, 12, 31) - date(2012, 2, 29)).days)
    assert store.version.last_known == "2015-12-31"  # the outcome of panel 19; no month of a year 2


def test_the_household_counts_those_without_insurance(landed):
    store, _ = landed
    names = ("household_size", "members_uninsured", "share_uninsured", "oldest_age", "income_category")
    (found,) = signals(store, date(2012, 12, 31), *names).values()
    assert found == (2, 1, 0.5, 40, 1)


def test_an_outcome_is_known_at_the_end_of_year_2_and_unknown_insurance_is_not_judged(landed):
    store, _ = landed
    outcome = MEPS.models["coverage_loss"].outcome
    asked = [(date(2012, 12, 31), person) for person in (0, 1)]
    assert compute_labels(store, asked, outcome, date(2013, 12, 31)) == [1, None]
    assert compute_labels(store, asked, outcome, date(2013, 12, 30)) == [None, None]
