"""The contracts of the deployment pseudopeople, on rows of people whom nobody else made up."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.declare import load
from riskscreen.eventstore.landing import Landing
from riskscreen.identity import create_key
from riskscreen.ingest import ingest, summary
from riskscreen.ingest.zone import read_claims
from riskscreen.linkage.truth import read_truth

PSEUDOPEOPLE = load(Path(__file__).parents[2] / "models" / "pseudopeople")
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def results(home):
    return ingest([SAMPLES], PSEUDOPEOPLE, home, create_key(home), loaded_on=date(2026, 1, 1))


@pytest.fixture(scope="module")
def claims(home, results):
    from riskscreen.identity import load_key

    return read_claims(home, load_key(home, {}))


def said(claims, feed, **words):
    """The claims of a feed that say so."""
    rows = pa.Table.from_batches(claims[0].batches()).to_pylist()
    return [row for row in rows if row["feed"] == feed and all(row[name] == word for name, word in words.items())]


def landed(home, kind):
    return Landing(home).read(kind).to_pylist()


def test_every_row_is_accepted_whatever_is_misspelt_in_it(results):
    counts = {each["feed"]: (each["read"], each["accepted"], each["quarantined"]) for each in summary(results)}
    rows = {"census": 6, "ssa": 8, "w2": 5, "tax_1040": 2, "wic": 4, "acs": 1, "cps": 1}
    assert counts == {feed: (count, count, 0) for feed, count in rows.items()}


def test_each_agency_writes_days_of_birth_in_its_own_way_and_they_say_the_same(claims):
    for feed in ("census", "ssa", "wic"):
        assert {claim["birth"] for claim in said(claims, feed, given="tess")} == {"20190520"}
    assert {claim["birth"] for claim in said(claims, "cps", given="nim")} == {"20180201"}


def test_a_day_of_no_calendar_is_no_birth_and_still_compares(home, claims):
    (claim,) = said(claims, "census", given="nim")
    assert claim["birth"] == "20180231"
    births = {row["person"] for row in landed(home, "birth_told_in_census")}
    assert claim["claim"] not in births
    assert len(births) == 5


def test_an_age_that_is_a_letter_is_not_known(home, results):
    assert sorted(str(row["age"]) for row in landed(home, "counted")) == ["19", "2", "24", "29", "31", "None"]


def test_a_scanned_number_is_read_as_meant(home, claims):
    baker, ferry = said(claims, "w2", given="marta")[0], said(claims, "ssa", given="marta")[0]
    assert len(said(claims, "w2", given="marta")) == 1  # both rows of hers say the same
    assert baker["rows"] == 2
    assert baker["id"] == ferry["id"]


def test_two_who_work_under_one_number_are_landed_apart(home, claims):
    (pella,), (hugo,) = said(claims, "w2", given="pella"), said(claims, "w2", given="hugo")
    assert pella["id"] == hugo["id"]
    wages = {row["person"]: row["wages"] for row in landed(home, "wage")}
    assert (wages[pella["claim"]], wages[hugo["claim"]]) == (9000, 4000)


def test_a_box_at_the_post_office_is_an_address(claims):
    (pella,) = said(claims, "w2", given="pella")
    assert (pella["number"], pella["street"]) == ("77", "po box")


def test_spouse_and_dependents_are_people_and_related_to_who_declares(claims):
    names = {claim["claim"]: claim["given"] for claim in said(claims, "tax_1040")}
    told = {(names[r["claim"]], r["relation"], names[r["other"]]) for r in claims[1].to_pylist()}
    assert told == {
        ("ivo", "spouse", "marta"),
        ("ivo", "dependent", "tess"),
        ("ivo", "dependent", "odo"),
        ("pella", "dependent", "nim"),
    }


def test_who_is_told_of_in_a_return_lives_at_its_address(home, results):
    rows = [row for kind in ("tax_return", "joint_return", "dependent") for row in landed(home, kind)]
    of_ivo = {row["household"] for row in rows if row["row"] == 0}
    assert len(rows) == 6
    assert len(of_ivo) == 1
    assert None not in of_ivo
    assert {row["household"] for row in rows if row["row"] == 1} == {None}  # a box is no home


def test_a_college_is_no_household(home, results):
    assert [row["collective"] for row in landed(home, "counted")].count(True) == 1


def test_wages_are_known_a_month_and_returns_three_months_after_the_year(home, results):
    assert {row["known_on"] for row in landed(home, "wage")} == {date(2021, 1, 31)}
    assert {row["known_on"] for row in landed(home, "tax_return")} == {date(2022, 4, 15)}


def test_a_day_of_registration_that_cannot_be_read_is_told_by_the_birth(home, claims):
    (pella,) = said(claims, "ssa", given="pella")
    (row,) = [row for row in landed(home, "registered") if row["person"] == pella["claim"]]
    assert row["happened_on"] == date(1995, 7, 30)


def test_truth_is_split_off_and_reaches_evaluation_alone(home, results):
    told = read_truth(home, PSEUDOPEOPLE, date(2021, 12, 31)).told.to_pylist()
    assert len({row["truth"] for row in told if row["feed"] == "census"}) == 6
    assert sum(row["n"] for row in told) == 27
    for path in home.rglob("*.parquet"):
        if "truth" not in path.relative_to(home).parts:
            assert not {"simulant_id", "household_id", "employer_id"} & set(pq.read_schema(path).names), path
