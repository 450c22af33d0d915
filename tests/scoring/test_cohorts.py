"""Several models in one pass: each gets the rows of its own cohort."""

from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.declare import AtLeast, Cohort, Count, CountMembers
from riskscreen.features import FeatureSet, kernel
from riskscreen.learning.baselines import FittedBaseline
from riskscreen.scoring.cohorts import together
from tests.cases import cases
from tests.factories import T, bucket, check_same, deployment, signal
from tests.features.generated import AS_OF, Declared, feature_sets, histories, on_signals
from tests.scoring.made import linear, ranking

TOWN = deployment(signal(Count, name="bills_seen", records="bills"), signal(CountMembers, name="n"))
FEW, MANY, HOME = AtLeast("bills_seen", 1), AtLeast("bills_seen", 3), AtLeast("n", 1)


def cohort(*where, unit="person"):
    return Cohort(label=T, where=where, unit=unit)


def passes(*cohorts):
    models = [ranking(f"m{at}", of, linear("bills_seen")) for at, of in enumerate(cohorts)]
    return [(group.wanted.cohort and group.wanted.cohort.where, len(group.models)) for group in together(TOWN, models)]


def test_models_of_people_share_one_pass_whatever_their_cohorts():
    assert passes(cohort(FEW), cohort(MANY)) == [(None, 2)]


def test_what_all_cohorts_ask_for_is_left_to_the_engine():
    assert passes(cohort(FEW, HOME), cohort(HOME, MANY)) == [((HOME,), 2)]
    assert passes(cohort(FEW)) == [((FEW,), 1)]


def test_models_of_households_share_a_pass_by_a_condition_that_they_share():
    assert passes(cohort(FEW, HOME, unit="household"), cohort(HOME, unit="household")) == [((HOME,), 2)]
    assert passes(cohort(FEW, unit="household"), cohort(HOME, unit="household")) == [((FEW,), 1), ((HOME,), 1)]


def test_people_and_households_are_two_passes():
    assert passes(cohort(HOME), cohort(HOME, unit="household")) == [((HOME,), 1), ((HOME,), 1)]


def test_the_rules_are_counted_where_they_rank():
    rules = ranking("r", cohort(FEW), FittedBaseline("alert_rules", "alert_rules"))
    assert [group.wanted.rules for group in together(TOWN, [rules])] == [True]
    assert [group.wanted.rules for group in together(TOWN, [ranking("m", cohort(FEW), linear("n"))])] == [False]


@settings(max_examples=cases(40))
@given(st.data(), histories(), feature_sets(), st.sampled_from(["person", "household"]))
def test_each_model_gets_the_rows_that_its_own_cohort_alone_would_give(data, rows, wanted, unit):
    town = wanted.deployment
    declared = Declared(*[list(town.signals.values())] * 3)
    shared, *others = (data.draw(on_signals(declared, declared.all)) for _ in range(3))
    cohorts = [cohort(shared, other, unit=unit) for other in others]
    signals = tuple(name for name in town.signals if town.is_number(name))
    (group,) = together(town, [ranking(f"m{at}", of, linear(*signals)) for at, of in enumerate(cohorts)])
    tables = bucket(town, **rows)
    for model, of in zip(group.models, cohorts, strict=True):
        own = kernel.features(tables, [AS_OF], FeatureSet(town, signals, of))
        found = model.members(kernel.features(tables, [AS_OF], group.wanted), group.wanted.cohort)
        check_same(found.select(own.column_names), own)
