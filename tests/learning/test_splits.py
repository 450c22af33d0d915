import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.learning.splits import grouped_folds, rolling_origin, splits
from riskscreen.learning.ties import tie_hash
from tests.learning.factories import examples, spec

YEARS = np.array(["2019-12-31", "2020-12-31", "2021-12-31", "2022-12-31"], dtype="datetime64[D]")


def panel(days=YEARS, families=30):
    """Families of one person who stand at each day, by default four years' ends; every third is positive."""
    family = np.tile(np.arange(families), len(days))
    as_of = np.repeat(days, families)
    return as_of, family, (family % 3 == 0).astype(float)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=60),
    st.integers(2, 5),
    st.integers(0, 3),
)
def test_families_never_straddle_folds_and_each_row_is_tested_once(rows, folds, seed):
    family = np.array([member for member, _ in rows])
    label = np.array([float(came_true) for _, came_true in rows])
    tested = []
    for train, test in grouped_folds(family, label, folds, seed):
        assert not set(family[train]) & set(family[test])
        assert sorted([*train, *test]) == list(range(len(rows)))
        tested += test.tolist()
    assert sorted(tested) == list(range(len(rows)))


def test_positives_are_spread_evenly():
    label = np.array([1.0] * 9 + [0.0] * 91)
    assert [label[test].sum() for _, test in grouped_folds(np.arange(100), label, 3, seed=1)] == [3, 3, 3]


def test_folds_do_not_depend_on_the_order_of_rows():
    family, label = np.arange(20), np.array([1.0, 0.0] * 10)
    turned = np.arange(20)[::-1]
    there = [set(family[test]) for _, test in grouped_folds(family, label, 4, seed=1)]
    back = [set(family[turned][test]) for _, test in grouped_folds(family[turned], label[turned], 4, seed=1)]
    assert there == back


def test_rolling_origin_tests_the_newest_dates_on_other_families_past():
    as_of, family, label = panel()
    parts = rolling_origin(as_of, family, label, known_by=as_of + np.timedelta64(365, "D"), folds=3, seed=1, origins=2)
    assert sorted({str(day) for _, test in parts for day in as_of[test]}) == ["2021-12-31", "2022-12-31"]
    for train, test in parts:
        assert not set(family[train]) & set(family[test])
        assert len(set(as_of[test])) == 1
        assert (as_of[train] + np.timedelta64(365, "D") <= as_of[test][0]).all()
    tested = np.concatenate([test for _, test in parts])
    assert len(set(tested.tolist())) == len(tested) == (30 + 30)


MONTHS = np.array(
    ["2019-12-31", "2022-09-30", "2022-10-31", "2022-11-30", "2022-12-31", "2023-01-31", "2023-02-28", "2023-03-31"],
    dtype="datetime64[D]",
)


def test_dates_on_which_nearly_the_same_half_year_begins_are_not_tested_twice():
    as_of, family, label = panel(MONTHS)
    parts = rolling_origin(as_of, family, label, known_by=as_of + np.timedelta64(250, "D"), folds=3, seed=1)
    assert sorted({str(day) for _, test in parts for day in as_of[test]}) == ["2022-09-30", "2022-12-31", "2023-03-31"]


def test_the_embargo_counts_the_day_itself():
    as_of, family, label = panel()
    days_in_2021 = 365
    on_the_day = rolling_origin(
        as_of, family, label, known_by=as_of + np.timedelta64(days_in_2021, "D"), folds=3, seed=1, origins=1
    )
    a_day_more = rolling_origin(
        as_of, family, label, known_by=as_of + np.timedelta64(days_in_2021 + 1, "D"), folds=3, seed=1, origins=1
    )
    assert {str(as_of[train].max()) for train, _ in on_the_day} == {"2021-12-31"}
    assert {str(as_of[train].max()) for train, _ in a_day_more} == {"2020-12-31"}


def test_without_a_past_that_is_long_enough_there_is_no_rolling_origin():
    as_of, family, label = panel()
    assert rolling_origin(as_of, family, label, known_by=as_of + np.timedelta64(5000, "D"), folds=3, seed=1) == []


def test_a_past_of_one_outcome_alone_is_no_past():
    as_of, family, label = panel()
    label = np.where(as_of < YEARS[2], 0.0, label)
    days = {
        str(day)
        for _, test in rolling_origin(as_of, family, label, known_by=as_of + np.timedelta64(365, "D"), folds=3, seed=1)
        for day in as_of[test]
    }
    assert days == {"2022-12-31"}


def test_one_date_is_split_by_families_alone():
    one_date = examples(label=[1, 0] * 10)
    chosen = splits(one_date, spec(folds=2))
    assert (chosen.how, len(chosen.parts)) == ("grouped_folds", 2)


def test_several_dates_are_split_by_rolling_origin_where_the_embargo_allows():
    as_of, family, label = panel()
    years_apart = examples(label=label, as_of=as_of, family=family)
    days_apart = examples(label=label, as_of=YEARS[0] + (as_of - YEARS[0]) // 365, family=family)
    assert splits(years_apart, spec()).how == "rolling_origin"
    assert splits(days_apart, spec()).how == "grouped_folds"


def test_rows_that_are_not_tested_have_no_fold():
    as_of, family, label = panel()
    fold = splits(examples(label=label, as_of=as_of, family=family), spec()).fold_of(len(label))
    assert set(fold[as_of < YEARS[1]]) == {-1}
    assert set(fold[as_of >= YEARS[1]]) == set(range(9))  # three dates of three folds


def test_the_order_of_ties_is_the_same_on_every_machine():
    assert tie_hash(20240101, np.array([0, 1, 2, -1])).tolist() == [
        3051536953877830656,
        3995246134240814860,
        14800639067967630795,
        5973498140226769712,
    ]


def test_another_seed_gives_another_order_of_ties():
    people = np.arange(50)
    assert np.argsort(tie_hash(1, people)).tolist() != np.argsort(tie_hash(2, people)).tolist()
