"""Evidence of a few people needs the records of their households alone."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.features import Bucket, Evidence, evidence, reference
from riskscreen.features.evidence import around
from tests.cases import cases
from tests.factories import bucket, check_same, day, record
from tests.features.generated import AS_OF, EVERY_KIND, TOWN, feature_sets, histories

NAMES = tuple(signal.name for signal in EVERY_KIND)


def only(tables, people):
    """The bucket with nobody but those around some people."""
    near = around(tables, people, AS_OF)
    return Bucket({kind: table.filter(pc.is_in(table["person"], near)) for kind, table in tables.tables.items()})


def told_by_all(tables, wanted, people):
    """The same, from everybody's records."""
    night = reference.Night(tables.records(), AS_OF, wanted)
    return {(p, n): Evidence(night.value(p, n), night.last_day(p, n)) for p in people for n in wanted.signals}


@settings(max_examples=cases(60))
@given(histories(), feature_sets(), st.sets(st.integers(1, 4), min_size=1))
def test_evidence_from_the_households_of_those_asked_for_is_that_from_everybody(rows, wanted, people):
    tables = bucket(wanted.deployment, **rows)
    near = only(tables, people)
    asked = dict.fromkeys(sorted(people), wanted.signals)
    assert repr(evidence(near, AS_OF, wanted.deployment, asked)) == repr(told_by_all(tables, wanted, asked))


@settings(max_examples=cases(40))
@given(histories(), feature_sets(), st.sets(st.integers(1, 4), min_size=1))
def test_the_features_of_those_asked_for_are_those_made_of_everybody(rows, wanted, people):
    def features(tables):
        table = reference.features(tables, [AS_OF], wanted)
        return table.filter(pc.is_in(table["person"], pa.array(sorted(people))))

    tables = bucket(wanted.deployment, **rows)
    check_same(features(only(tables, people)), features(tables))


def lives(person, household, **said):
    return record(person, "2024-01-01", household=household, id=f"h{person} {household}", **said)


def test_only_who_shares_or_shared_a_household_is_near():
    tables = bucket(TOWN, homes=[lives(1, 10), lives(1, 11), lives(2, 10), lives(3, 11), lives(3, 12), lives(4, 12)])
    assert sorted(around(tables, [1], AS_OF).to_pylist()) == [1, 2, 3]


def test_a_fault_of_linkage_that_is_known_to_be_no_household_leads_to_nobody():
    tables = bucket(TOWN, homes=[lives(person, 10, void="2024-02-01") for person in range(100)])
    assert around(tables, [1], day("2024-02-01")).to_pylist() == [1]
    assert len(around(tables, [1], day("2024-01-31"))) == 100
