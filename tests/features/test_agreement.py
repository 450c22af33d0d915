"""The kernel gives what the reference engine gives, whatever is declared and whatever was recorded."""

from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare import Latest, RecordSignal, Signal
from riskscreen.features import Bucket, FeatureSet, kernel, reference
from riskscreen.features.kernel.combine import COMBINE, ROLL
from riskscreen.features.kernel.records import ORDER
from riskscreen.features.sets import columns_needed
from tests.cases import cases
from tests.factories import bucket, check_same, signal
from tests.features.generated import AS_OF, EVERY_KIND, KINDS, READS, TOWN, feature_sets, histories, town_of

EVERYTHING = FeatureSet(TOWN, tuple(signal.name for signal in EVERY_KIND), audit=tuple(TOWN.audit_groups), area=True)
DAYS = [AS_OF + timedelta(days) for days in (-200, -1, 0, 1, 31)]


def check_engines(tables: Bucket, days, wanted: FeatureSet) -> None:
    check_same(kernel.features(tables, days, wanted), reference.features(tables, days, wanted))


@settings(max_examples=cases(150))
@given(histories(), feature_sets(), st.lists(st.sampled_from(DAYS), min_size=1, max_size=3), st.sets(st.integers(1, 4)))
def test_both_engines_agree_on_any_declaration_and_any_records(rows, wanted, days, guests):
    check_engines(replace(bucket(wanted.deployment, **rows), guests=frozenset(guests)), days, wanted)


@settings(max_examples=cases(60))
@given(histories(), st.sets(st.sampled_from(KINDS)))
def test_both_engines_agree_where_a_bucket_lacks_some_kinds(rows, there):
    check_engines(bucket(TOWN, **{kind: of for kind, of in rows.items() if kind in there}), DAYS, EVERYTHING)


@settings(max_examples=cases(50))
@given(histories(), st.randoms())
def test_the_kernel_does_not_mind_the_order_of_rows(rows, chance):
    shuffled = {kind: chance.sample(of, len(of)) for kind, of in rows.items()}
    expected = kernel.features(bucket(TOWN, **rows), DAYS, EVERYTHING)
    assert kernel.features(bucket(TOWN, **shuffled), DAYS, EVERYTHING) == expected


def as_stored(table: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """A kind's table as the event store gives some columns of it, words as dictionaries."""
    sorted_ = table.sort_by([(name, "ascending") for name in ("person", *ORDER)]).select(columns)
    coded = [column.dictionary_encode() if column.type == pa.string() else column for column in sorted_.columns]
    return pa.table(coded, names=sorted_.column_names)


@settings(max_examples=cases(80))
@given(histories(), feature_sets())
def test_the_kernel_reads_no_column_but_those_that_it_is_said_to_need(rows, wanted):
    keyed = {name for name, (_, kind) in wanted.deployment.record_kinds.items() if kind.household}
    stated = {kind: [row if kind in keyed else {**row, "household": None} for row in of] for kind, of in rows.items()}
    whole, needed = bucket(wanted.deployment, **stated), columns_needed(wanted)
    few = Bucket({kind: as_stored(table, needed[kind]) for kind, table in whole.tables.items()})
    assert kernel.features(few, DAYS, wanted) == kernel.features(whole, DAYS, wanted)


def test_of_a_kind_that_nothing_is_asked_of_only_who_was_known_when_is_read():
    needed = columns_needed(FeatureSet(TOWN, ("count",)))
    assert set(needed["spells"]) == {"person", "happened_on", "known_on", "withdrawn", "superseded_on"}
    assert set(needed["bills"]) - set(needed["spells"]) == {"ward"}


def test_households_and_what_ends_are_read_where_they_are_of_account():
    needed = columns_needed(FeatureSet(TOWN, ("members", "state")))
    assert set(needed["homes"]) - set(needed["bills"]) == {"household", "void_on", "ends_on"}
    assert set(needed["spells"]) - set(needed["bills"]) == {"ends_on"}


def test_an_empty_bucket_gives_no_row():
    check_engines(bucket(TOWN, bills=[]), DAYS, EVERYTHING)
    town = town_of([signal(Latest, name="seen", records="bills", column="seen")])
    check_engines(bucket(town, bills=[]), DAYS, FeatureSet(town, ("seen",)))
    check_engines(Bucket({}), DAYS, EVERYTHING)
    check_engines(Bucket({}), [], EVERYTHING)


def concrete(kind: type[Signal]) -> set[type[Signal]]:
    below = {deeper for child in kind.__subclasses__() for deeper in concrete(child)}
    return below or {kind}


def test_every_kind_of_record_signal_has_a_strategy_in_the_kernel_and_is_generated():
    assert set(kernel.STRATEGIES) == set(READS) == concrete(RecordSignal)


def test_the_kernel_combines_and_rolls_up_in_every_way_of_the_reference():
    assert set(COMBINE) == set(reference.COMBINE)
    assert set(ROLL) == set(reference.ROLL)
