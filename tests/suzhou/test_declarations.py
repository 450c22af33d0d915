"""The contracts of the default deployment, a sample each; made-up ids; nothing protected in a model."""

import csv
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Code, Delivery, Id, Zone, load
from riskscreen.errors import CallerError, DeliveryError
from riskscreen.identity import create_key
from riskscreen.ingest import ingest, summary

SUZHOU = load(Path(__file__).parents[2] / "models" / "suzhou")
SAMPLES = Path(__file__).parent / "samples"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643


# What becomes of each sample: rows read, accepted, quarantined, and sentences that warn.
COUNTS = {
    "address_library": (4, 3, 1, 0),
    "assistance_register": (10, 9, 1, 1),
    "business_registration": (5, 3, 2, 1),
    "child_welfare": (4, 3, 1, 1),
    "court": (4, 3, 1, 1),
    "custody": (4, 3, 1, 1),
    "disability": (11, 9, 2, 1),
    "disability_subsidy": (4, 3, 1, 1),
    "employment_insurance": (4, 3, 1, 1),
    "funeral": (4, 3, 1, 1),
    "grid_reports": (5, 4, 1, 3),
    "health_registry": (4, 3, 1, 1),
    "hotline_12345": (5, 4, 1, 3),
    "housing": (4, 3, 1, 1),
    "incidents": (5, 4, 1, 2),
    "marriage": (4, 3, 1, 1),
    "medical_settlement": (11, 9, 2, 1),
    "medical_status": (4, 3, 1, 1),
    "police_population": (10, 9, 1, 1),
    "provident_fund": (4, 3, 1, 1),
    "residence_permit": (4, 3, 1, 3),
    "rural_monitoring": (4, 3, 1, 1),
    "school_attendance": (5, 3, 2, 1),
    "school_roll": (4, 3, 1, 1),
    "student_aid": (4, 3, 1, 1),
    "tax": (5, 3, 2, 1),
    "unemployment": (10, 9, 1, 1),
    "union_hardship": (4, 3, 1, 2),
    "utilities": (5, 4, 1, 3),
    "vehicles": (4, 3, 1, 1),
    "visit_results": (4, 3, 1, 1),
}
CLOSED = [feed for feed in SUZHOU.feeds.values() if feed.zone is Zone.MEANS_CHECK]
every_feed = pytest.mark.parametrize("feed", SUZHOU.feeds.values(), ids=lambda feed: feed.name)


def way():
    assert SUZHOU.way_of_life is not None
    return SUZHOU.way_of_life


def is_valid(citizen_id):
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, citizen_id[:17], strict=True))
    return len(citizen_id) == 18 and citizen_id[17] == "10X98765432"[total % 11]


def rows(path):
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sample(feed):
    (path,) = SAMPLES.glob(f"{feed}_2021-01-01.*")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with every sample that may be taken in, and what became of each."""
    folder = tmp_path_factory.mktemp("samples")
    results = ingest([sample(feed) for feed in COUNTS], SUZHOU, folder, create_key(folder), loaded_on=date(2024, 1, 1))
    return folder, {count["feed"]: count for count in summary(results)}


def test_every_feed_has_a_sample_and_every_sample_a_feed():
    assert {feed.name for path in SAMPLES.iterdir() if (feed := SUZHOU.feed_of(path.name))} == set(SUZHOU.feeds)
    assert all(SUZHOU.feed_of(path.name) for path in SAMPLES.iterdir())


@every_feed
def test_a_sample_has_the_columns_of_the_contract_in_its_order(feed):
    delivered = [column.name for column in feed.columns if column.is_delivered]
    assert list(rows(sample(feed.name))[0]) == delivered


@pytest.mark.parametrize("file", way().files, ids=lambda file: file.feed)
def test_the_city_writes_the_columns_of_the_contract_in_its_order(file):
    delivered = [column.name for column in SUZHOU.feeds[file.feed].columns if column.is_delivered]
    assert list(file.columns) == delivered


def test_every_feed_that_may_be_taken_in_says_what_becomes_of_its_sample():
    assert set(COUNTS) | {feed.name for feed in CLOSED} == set(SUZHOU.feeds)


@pytest.mark.parametrize("feed", COUNTS)
def test_a_sample_has_rows_to_accept_and_to_quarantine_and_to_warn_of(feed, home):
    read, accepted, quarantined, warnings = COUNTS[feed]
    assert home[1][feed] == {
        "feed": feed, "read": read, "accepted": accepted, "quarantined": quarantined, "warnings": warnings
    }  # fmt: skip
    assert accepted + quarantined == read
    assert quarantined > 0


@pytest.mark.parametrize("feed", CLOSED, ids=lambda feed: feed.name)
def test_what_is_for_means_checks_alone_is_refused_and_leaves_no_trace(feed, tmp_path):
    with pytest.raises(
        DeliveryError, match=f"of feed {feed.name}, which is for the means check of one authorised case"
    ):
        ingest([sample(feed.name)], SUZHOU, tmp_path, create_key(tmp_path), loaded_on=date(2024, 1, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_what_is_for_means_checks_is_bank_securities_and_insurance():
    assert {feed.name for feed in CLOSED} == {"bank", "securities", "insurance"}


@every_feed
def test_a_feed_that_tells_what_is_new_says_of_which_days_a_delivery_tells(feed):
    days = {"daily": 1, "weekly": 7, "monthly": 31}.get(feed.cadence.en)
    tells_what_is_new = feed.delivery is Delivery.INCREMENT and feed.records
    assert feed.expected.period_days == (days if tells_what_is_new else None)


@every_feed
def test_every_allowed_value_has_words(feed):
    for column in feed.columns:
        if isinstance(column.type, Code) and column.type.allowed:
            assert [value for value, _ in column.words] == list(column.type.allowed), column.name


@every_feed
def test_every_citizen_id_is_checked_for_its_check_character(feed):
    for column in feed.columns:
        if isinstance(column.type, Id) and column.type.kind in {"citizen", "organisation"}:
            assert column.type.check is not None, column.name


def test_addresses_names_and_what_people_said_are_in_no_landed_file(home):
    said = []
    for folder in ("landing", "quarantine", "unplaced"):
        files = [path for path in (home[0] / folder).rglob("*.parquet") if "address_library" not in path.parts]
        assert files, folder
        said += [str(row) for file in files for row in pq.read_table(file).to_pylist()]
    planted = ("锦竹巷", "独居老人", "没人接送", "王安安")
    assert len(said) > 100
    assert [text for text in planted if any(text in row for row in said)] == []


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_ids_are_made_up(path):
    feed = SUZHOU.feed_of(path.name)
    assert feed is not None
    ids = [column.name for column in feed.columns if isinstance(column.type, Id) and column.type.kind == "citizen"]
    assert all(row[name].startswith("99") for row in rows(path) for name in ids if row[name])


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (("police_population", "citizen_id"), "360426199101010071"),  # an example of python-stdnum
        (("business_registration", "uscc"), "91110000600037341L"),  # likewise
    ],
)
def test_check_characters_are_those_of_the_standards(column, text):
    feed, name = column
    kind = SUZHOU.feeds[feed].column(name).type
    assert isinstance(kind, Id)
    assert kind.check is not None
    assert kind.check.of(text[:-1]) == text[-1]


def test_the_regions_are_those_of_the_city_at_any_time():
    codes = {
        region.code: region
        for region in SUZHOU.regions.values()
        if region.code.startswith("9905") and len(region.code) == 6
    }
    now = {code for code, region in codes.items() if region.valid_to is None}
    assert now == {f"9905{code}" for code in ("05", "06", "07", "08", "09", "81", "82", "83", "85")}
    became = {code: region.became for code, region in codes.items() if region.valid_to == date(2012, 9, 1)}
    assert became == {"990502": "990508", "990503": "990508", "990504": "990508", "990584": "990509"}
    assert {code for code, region in codes.items() if region.valid_from == date(2012, 9, 1)} == set(became.values())


def test_every_region_code_is_one_that_nobody_real_has():
    assert all(code.startswith("99") for code in SUZHOU.regions)


def test_the_sequence_of_an_id_is_odd_for_men_and_new_for_each_rank():
    make = way().person_id.of
    men, women = ([make("990508", date(1990, 5, 1), male, rank) for rank in range(499)] for male in (True, False))
    assert len({*men, *women}) == 998
    assert {int(man[16]) % 2 for man in men} == {1}
    assert {int(woman[16]) % 2 for woman in women} == {0}
    assert all(map(is_valid, men + women))


def test_more_people_of_one_day_than_a_sequence_has_numbers_are_refused():
    with pytest.raises(CallerError, match="fewer people"):
        way().person_id.of("990508", date(1990, 5, 1), False, 499)


def test_every_alert_rule_names_its_source():
    assert SUZHOU.alert_rules
    assert all("DOMAIN" in rule.source for rule in SUZHOU.alert_rules.values())


def test_every_alert_rule_is_about_households():
    fields = {condition.field for rule in SUZHOU.alert_rules.values() for condition in rule.where}
    assert all(SUZHOU.is_of_household(field) for field in fields)


@pytest.mark.parametrize("spec", SUZHOU.models.values(), ids=lambda spec: spec.name)
def test_a_card_counts_the_signals_of_its_model(spec):
    words = {38: "Thirty-eight", 27: "Twenty-seven"}
    card = (SUZHOU.folder / "cards" / f"{spec.name}.md").read_text(encoding="utf-8")
    assert f"**Signals.** {words[len(spec.signals)]}," in card
