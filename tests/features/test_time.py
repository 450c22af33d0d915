"""What becomes known later changes nothing now."""

import pytest
from hypothesis import given, settings

from riskscreen.declare import Signal
from riskscreen.features import ENGINES, FeatureSet
from riskscreen.features.reference import strategy, visible
from tests.cases import cases
from tests.factories import bucket
from tests.features.generated import AS_OF, EVERY_KIND, TOWN, histories

WANTED = FeatureSet(TOWN, tuple(signal.name for signal in EVERY_KIND))


either_engine = pytest.mark.parametrize("engine", ENGINES)


def now(engine, rows):
    return ENGINES[engine](bucket(TOWN, **rows), [AS_OF], WANTED).to_pylist()


@either_engine
@settings(max_examples=cases(150))
@given(histories())
def test_records_that_became_known_later_change_no_signal_of_an_earlier_day(engine, rows):
    known = {kind: [row for row in of if row["known_on"] <= AS_OF] for kind, of in rows.items()}
    assert now(engine, rows) == now(engine, known)


@either_engine
@settings(max_examples=cases(100))
@given(histories())
def test_what_happens_later_counts_for_nothing_even_where_it_was_announced(engine, rows):
    past = {
        kind: [{**row, "withdrawn": row["withdrawn"] or row["happened_on"] > AS_OF} for row in of]
        for kind, of in rows.items()
    }
    people = {row["person"] for row in now(engine, past)}
    assert [row for row in now(engine, rows) if row["person"] in people] == now(engine, past)


@either_engine
@settings(max_examples=cases(100))
@given(histories())
def test_the_order_of_rows_in_the_store_is_of_no_account(engine, rows):
    backwards = {kind: of[::-1] for kind, of in rows.items()}
    assert now(engine, rows) == now(engine, backwards)


@settings(max_examples=cases(100))
@given(histories())
def test_of_each_record_at_most_one_version_is_visible_and_it_was_known(rows):
    seen = visible(bucket(TOWN, **rows).records(), AS_OF)
    assert len({(record.person, record.record_id) for record in seen}) == len(seen)
    assert all(record.known_on <= AS_OF and not record.withdrawn for record in seen)


@either_engine
@settings(max_examples=cases(50))
@given(histories())
def test_several_days_in_one_pass_are_the_same_as_one_by_one(engine, rows):
    earlier = AS_OF.replace(day=1, month=1)
    both = ENGINES[engine](bucket(TOWN, **rows), [earlier, AS_OF], WANTED).to_pylist()
    assert [row for row in both if row["as_of"] == AS_OF] == now(engine, rows)


def concrete(kind: type[Signal]) -> set[type[Signal]]:
    below = {deeper for child in kind.__subclasses__() for deeper in concrete(child)}
    return below or {kind}


def test_every_kind_of_signal_is_generated_here():
    assert {type(signal) for signal in EVERY_KIND} == concrete(Signal)


def test_every_kind_of_record_signal_has_a_strategy():
    from riskscreen.declare import RecordSignal

    assert concrete(RecordSignal) <= set(strategy.registry)
