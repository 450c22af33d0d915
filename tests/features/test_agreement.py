"""The kernel gives what the reference engine gives, whatever is declared and whatever was recorded."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare import RecordSignal, Signal
from riskscreen.features import Bucket, FeatureSet, kernel, reference
from riskscreen.features.kernel.combine import COMBINE, ROLL
from tests.factories import bucket, check_same
from tests.features.generated import AS_OF, EVERY_KIND, KINDS, READS, TOWN, feature_sets, histories

EVERYTHING = FeatureSet(TOWN, tuple(signal.name for signal in EVERY_KIND), audit=tuple(TOWN.audit_groups), area=True)
DAYS = [AS_OF + timedelta(days) for days in (-200, -1, 0, 1, 31)]


def check_engines(tables: Bucket, days, wanted: FeatureSet) -> None:
    check_same(kernel.features(tables, days, wanted), reference.features(tables, days, wanted))


@settings(max_examples=250, deadline=None)
@given(histories(), feature_sets(), st.lists(st.sampled_from(DAYS), min_size=1, max_size=3))
def test_both_engines_agree_on_any_declaration_and_any_records(rows, wanted, days):
    check_engines(bucket(wanted.deployment, **rows), days, wanted)


@settings(max_examples=100, deadline=None)
@given(histories(), st.sets(st.sampled_from(KINDS)))
def test_both_engines_agree_where_a_bucket_lacks_some_kinds(rows, there):
    check_engines(bucket(TOWN, **{kind: of for kind, of in rows.items() if kind in there}), DAYS, EVERYTHING)


@settings(max_examples=50, deadline=None)
@given(histories(), st.randoms())
def test_the_kernel_does_not_mind_the_order_of_rows(rows, chance):
    shuffled = {kind: chance.sample(of, len(of)) for kind, of in rows.items()}
    expected = kernel.features(bucket(TOWN, **rows), DAYS, EVERYTHING)
    assert kernel.features(bucket(TOWN, **shuffled), DAYS, EVERYTHING) == expected


def test_an_empty_bucket_gives_no_row():
    check_engines(bucket(TOWN, bills=[]), DAYS, EVERYTHING)
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
