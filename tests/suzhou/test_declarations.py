"""The contracts of the default deployment, a sample each; made-up ids; nothing protected in a model."""

import csv
from datetime import date
from pathlib import Path

import pytest

from riskscreen.declare import load
from riskscreen.errors import CallerError
from riskscreen.identity import create_key
from riskscreen.ingest import ingest, summary

SUZHOU = load(Path(__file__).parents[2] / "models" / "suzhou")
SAMPLES = Path(__file__).parent / "samples"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643


def way():
    assert SUZHOU.way_of_life is not None
    return SUZHOU.way_of_life


def is_valid(citizen_id):
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, citizen_id[:17], strict=True))
    return len(citizen_id) == 18 and citizen_id[17] == "10X98765432"[total % 11]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_feed_has_a_sample_and_every_sample_a_feed():
    assert {feed.name for path in SAMPLES.iterdir() if (feed := SUZHOU.feed_of(path.name))} == set(SUZHOU.feeds)
    assert all(SUZHOU.feed_of(path.name) for path in SAMPLES.iterdir())


@pytest.mark.parametrize("feed", SUZHOU.feeds.values(), ids=lambda feed: feed.name)
def test_the_city_writes_the_columns_of_the_contract_in_its_order(feed):
    (file,) = [file for file in way().files if file.feed == feed.name]
    assert list(file.columns) == [column.name for column in feed.columns]
    assert list(rows(SAMPLES / f"{feed.name}_2021-01-01.csv")[0]) == list(file.columns)


def test_the_samples_are_accepted_whole(tmp_path):
    results = ingest([SAMPLES], SUZHOU, tmp_path, create_key(tmp_path), loaded_on=date(2024, 1, 1))
    counts = {result["feed"]: (result["read"], result["accepted"]) for result in summary(results)}
    assert set(counts) == set(SUZHOU.feeds)
    assert all(read == accepted == 8 for read, accepted in counts.values())


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_ids_are_made_up_and_their_check_characters_right(path):
    for row in rows(path):
        citizen_id = row.get("citizen_id") or row["certno"]
        assert citizen_id.startswith("990508")
        assert is_valid(citizen_id)


def test_the_sequence_of_an_id_is_odd_for_men_and_new_for_each_rank():
    make = way().person_id.of
    men, women = ([make(date(1990, 5, 1), male, rank) for rank in range(499)] for male in (True, False))
    assert len({*men, *women}) == 998
    assert {int(man[16]) % 2 for man in men} == {1}
    assert {int(woman[16]) % 2 for woman in women} == {0}
    assert all(map(is_valid, men + women))


def test_more_people_of_one_day_than_a_sequence_has_numbers_are_refused():
    with pytest.raises(CallerError, match="fewer people"):
        way().person_id.of(date(1990, 5, 1), False, 499)


def test_every_alert_rule_names_its_source():
    assert SUZHOU.alert_rules
    assert all("DOMAIN" in rule.source for rule in SUZHOU.alert_rules.values())


def test_every_alert_rule_is_about_households():
    fields = {condition.field for rule in SUZHOU.alert_rules.values() for condition in rule.where}
    assert all(SUZHOU.is_of_household(field) for field in fields)


@pytest.mark.parametrize("spec", SUZHOU.models.values(), ids=lambda spec: spec.name)
def test_a_card_counts_the_signals_of_its_model(spec):
    words = {21: "Twenty-one", 23: "Twenty-three"}
    card = (SUZHOU.folder / "cards" / f"{spec.name}.md").read_text(encoding="utf-8")
    assert f"**Signals.** {words[len(spec.signals)]}," in card
