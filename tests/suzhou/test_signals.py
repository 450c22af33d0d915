"""Signals of the default deployment on cases counted by hand, in both engines; and what they may not read."""

from datetime import timedelta
from pathlib import Path

import pytest

from riskscreen.declare import Is, RecordSignal, Sensitivity, load
from riskscreen.declare.signals import columns_read
from riskscreen.features import ENGINES, FeatureSet
from tests.factories import bucket, day, record

SUZHOU = load(Path(__file__).parents[2] / "models" / "suzhou")
AS_OF = "2023-06-30"
MOTHER, FATHER, CHILD, NEIGHBOUR = 1, 2, 3, 9
HOME = {
    "residence": [
        record(MOTHER, "2015-01-01", household=7),
        record(FATHER, "2015-01-01", household=7),
        record(CHILD, "2015-01-01", household=7),
        record(NEIGHBOUR, "2015-01-01", household=8),
    ],
    "birth": [
        record(MOTHER, "1985-03-01"),
        record(FATHER, "1983-03-01"),
        record(CHILD, "2014-03-01"),
        record(NEIGHBOUR, "1950-01-01"),
    ],
}


@pytest.fixture(params=sorted(ENGINES))
def engine(request):
    return ENGINES[request.param]


def answer(engine, names, as_of=AS_OF, **rows):
    """The mother's signals: those of her household, as a family of three lives there."""
    wanted = FeatureSet(SUZHOU, tuple(names))
    table = engine(bucket(SUZHOU, **(HOME | rows)), [day(as_of)], wanted).to_pylist()
    (found,) = [row for row in table if row["person"] == MOTHER]
    return {name: found[name] for name in names}


def months(person, first, count, **values):
    """A record for each month from ``first`` on, known 74 days after the month began."""
    begins, rows = day(first), []
    for _ in range(count):
        known = begins + timedelta(days=74)
        rows.append(record(person, begins.isoformat(), known=known.isoformat(), **values))
        begins = (begins + timedelta(days=32)).replace(day=1)
    return rows


def paid(person, first, count, yuan):
    return months(person, first, count, aae140="110", contribution_base=yuan * 100)


def test_a_member_who_still_pays_and_one_who_stopped_are_told_apart(engine):
    rows = paid(FATHER, "2022-07-01", 6, 8_000) + paid(MOTHER, "2022-07-01", 12, 5_000)
    # Of the mother's months the last that is known began on 1 April; the father's last was December.
    assert answer(
        engine,
        ("household_months_insured", "members_insured", "household_pay_base", "household_days_since_contribution"),
        contribution=rows,
    ) == {
        "household_months_insured": 6 + 10,
        "members_insured": 1,
        "household_pay_base": 5_000_00,
        "household_days_since_contribution": 211,
    }


def test_what_is_paid_on_is_told_a_head_and_only_pensions_of_employees_count(engine):
    rows = paid(MOTHER, "2023-03-01", 2, 6_000)
    rows += months(MOTHER, "2023-03-01", 2, aae140="310", contribution_base=6_000_00)
    rows += months(FATHER, "2023-03-01", 2, aae140="170", contribution_base=500_00)
    found = answer(engine, ("pay_base_per_head", "household_months_insured"), contribution=rows)
    assert found == {"pay_base_per_head": 2_000_00, "household_months_insured": 2}


def test_nobody_who_pays_is_no_base_rather_than_a_base_of_nothing(engine):
    found = answer(engine, ("pay_base_per_head", "members_insured", "declared_per_head"), contribution=[], income=[])
    assert found == {"pay_base_per_head": None, "members_insured": 0, "declared_per_head": 0.0}


@pytest.mark.parametrize(
    ("told", "as_of", "days"),
    [
        ("2023-02-10", "2023-02-09", None),  # not yet told
        ("2023-02-10", "2023-06-30", 171),
        ("2023-02-10", "2025-01-08", 729),
        ("2023-02-10", "2025-01-09", None),  # two years are over
    ],
)
def test_a_home_left_aid_on_the_day_on_which_it_ended_and_for_two_years(engine, told, as_of, days):
    ended = [record(FATHER, "2023-01-10", known=told, tier="dibao")]
    assert answer(engine, ("household_days_since_aid",), as_of, aid_end=ended) == {"household_days_since_aid": days}


CERTIFIED = [record(FATHER, "2020-01-01", category=4, grade=2), record(CHILD, "2020-01-01", category=4, grade=3)]


def test_a_severely_disabled_member_without_the_care_allowance_may_have_it(engine):
    found = answer(engine, ("members_care_unclaimed",), disability_certificate=CERTIFIED, disability_subsidy=[])
    assert found == {"members_care_unclaimed": 1}


@pytest.mark.parametrize(("kind", "unclaimed"), [("care", 0), ("living", 1)])
def test_only_the_care_allowance_meets_the_claim_to_it(engine, kind, unclaimed):
    granted = [record(FATHER, "2022-01-01", kind=kind, amount=130_00)]
    found = answer(engine, ("members_care_unclaimed",), disability_certificate=CERTIFIED, disability_subsidy=granted)
    assert found == {"members_care_unclaimed": unclaimed}


VISITS = [
    record(MOTHER, "2022-09-01", selected_by="applied", found="found", in_need="0", disposed="no_action"),
    record(MOTHER, "2022-10-01", selected_by="applied", found="found", in_need="1", disposed="dibao"),
    record(FATHER, "2023-01-01", selected_by="routine_check", found="found", in_need="1", disposed="no_action"),
    record(MOTHER, "2023-02-01", selected_by="alert_rule", found="found", in_need="0", disposed="no_action"),
    record(MOTHER, "2023-03-01", selected_by="alert_rule", found="refused", disposed="no_action"),
    record(MOTHER, "2023-06-29", known="2023-07-06", selected_by="list", in_need="1", disposed="no_action"),
]


def test_of_earlier_visits_counts_what_nothing_came_of(engine):
    names = ("household_turned_down", "household_found_in_need")
    assert answer(engine, names, visit=VISITS) == {
        "household_turned_down": 1,
        "household_found_in_need": 1,
    }


def test_a_visit_that_led_to_aid_is_in_no_signal(engine):
    led = [record(MOTHER, "2023-05-01", selected_by="alert_rule", found="found", in_need="1", disposed="dibao")]
    names = ("household_turned_down", "household_found_in_need")
    assert set(answer(engine, names, visit=led).values()) == {0}


def test_a_home_has_moved_only_if_all_who_live_there_moved(engine):
    names = ("household_moves",)
    joined = [*HOME["residence"][1:], record(MOTHER, "2023-02-01", household=7)]
    moved = [record(person, "2023-02-01", household=11) for person in (MOTHER, FATHER, CHILD)]
    assert answer(engine, names, residence=joined) == {"household_moves": 0}
    assert answer(engine, names, residence=[*HOME["residence"], *moved]) == {"household_moves": 1}


BILLS = [
    record(CHILD, "2023-04-01", med_type="21", medfee_sumamt=9_000_00, psn_part_amt=4_000_00),
    record(CHILD, "2022-12-01", med_type="21", medfee_sumamt=9_000_00, psn_part_amt=7_000_00),
    record(FATHER, "2023-05-01", med_type="21", medfee_sumamt=99_000_00, psn_part_amt=60_000_00),
]


def test_bills_of_a_child_are_not_those_of_its_father(engine):
    assert answer(engine, ("household_child_bill", "household_child_self_paid"), settlement=BILLS) == {
        "household_child_bill": 4_000_00,
        "household_child_self_paid": 11_000_00,
    }


@pytest.mark.parametrize(("as_of", "of_a_child"), [("2032-02-29", 500_00), ("2032-03-01", 0)])
def test_a_child_is_one_up_to_the_day_before_its_eighteenth_birthday(engine, as_of, of_a_child):
    bill = [record(CHILD, "2032-02-01", med_type="11", medfee_sumamt=500_00, psn_part_amt=500_00)]
    found = answer(engine, ("household_child_bill",), as_of, settlement=bill)
    assert found == {"household_child_bill": of_a_child}


def test_a_member_is_unseen_since_custody_began_or_since_declared_missing(engine):
    custody = [
        record(FATHER, "2023-01-01", until="2025-01-01", kind="prison", term_months=24),
        record(MOTHER, "2021-01-01", until="2022-01-01", kind="prison", term_months=12),
    ]
    missing = [record(MOTHER, "2023-06-01", kind="missing"), record(FATHER, "2020-01-01", kind="guardianship_revoked")]
    names = ("members_in_custody", "unseen_days", "guardians_revoked")
    assert answer(engine, names, custody=custody, court_decision=missing) == {
        "members_in_custody": 1,
        "unseen_days": 181,
        "guardians_revoked": 1,
    }


def test_an_accident_counts_for_the_home_in_which_its_victim_lived_then(engine):
    left = [*HOME["residence"], record(FATHER, "2023-03-01", household=8)]
    hit = [
        record(FATHER, "2023-02-01", kind="traffic", injured=1, dead=0, loss=20_000_00),
        record(FATHER, "2023-04-01", kind="traffic", injured=1, dead=0, loss=5_000_00),
        record(MOTHER, "2023-02-02", kind="traffic", injured=0, dead=0, loss=100_00),
    ]
    names = ("household_traffic_injuries", "household_accident_loss")
    assert answer(engine, names, residence=left, incident=hit) == {
        "household_traffic_injuries": 1,
        "household_accident_loss": 20_100_00,
    }


def test_days_missed_at_school_are_those_of_the_child_who_missed_most(engine):
    missed = months(CHILD, "2023-01-01", 5, school_days=21, absent_days=3, unexcused_days=1)
    # On 30 June the months of January (180 days ago, told on 16 March) to April are in the window and known.
    assert answer(engine, ("household_absent_days", "household_unexcused_days"), "2023-06-29", attendance=missed) == {
        "household_absent_days": 12,
        "household_unexcused_days": 4,
    }


def test_nothing_that_a_decision_on_aid_writes_elsewhere_is_read():
    signals = [signal for signal in SUZHOU.signals.values() if isinstance(signal, RecordSignal)]
    assert not {signal.records for signal in signals} & {"insured", "student_aid"}
    for name, allowed in (("disability_subsidy", {"care"}), ("child_welfare", {"orphan", "unattended", "left_behind"})):
        of = [signal for signal in signals if signal.records == name]
        assert of
        for signal in of:
            (kinds,) = [set(condition.values) for condition in signal.where if isinstance(condition, Is)]
            assert kinds <= allowed, signal.name


def test_no_signal_tells_where_somebody_is_registered_or_whether_a_child_came_from_elsewhere():
    signals = [signal for signal in SUZHOU.signals.values() if isinstance(signal, RecordSignal)]
    assert "residence_permit" not in {signal.records for signal in signals}
    assert not {"migrant", "hukou_grid", "hukou_kind"} & {name for signal in signals for name in columns_read(signal)}


@pytest.mark.parametrize("name", ["members_seriously_ill", "members_mentally_ill", "members_in_custody", "child_cases"])
def test_what_is_highly_sensitive_says_so_in_its_reason(name):
    assert SUZHOU.sensitivity(name) is Sensitivity.SENSITIVE


def test_every_reason_speaks_of_the_value_in_both_languages():
    silent = {"left_school", "parents_away", "both_parents_away"}  # that it is so is all there is to say
    for name, signal in SUZHOU.signals.items():
        for said in (signal.reason.en, signal.reason.zh):
            assert "{value}" in said or name in silent, name
