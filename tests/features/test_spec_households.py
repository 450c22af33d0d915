"""Roll-ups over a household: who is a member now, and who was one then."""

from dataclasses import replace

import pytest

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Cohort, Count, CountMembers, Largest, OverHousehold, SpellLength, Total
from riskscreen.features import FeatureSet
from riskscreen.features.local import ENGINES
from riskscreen.features.reference import Night
from tests import factories
from tests.factories import T, answer, bucket, day, deployment, record, signal, value

pytestmark = pytest.mark.usefixtures("either_engine")

YUAN = signal(Total, name="yuan_365", records="bills", column="yuan", window=Window(365))
TOP = signal(Largest, name="top", records="bills", column="yuan")
PARTS = [YUAN, TOP]

# People 1, 2 and 3 live in home 7; 3 moves to home 8 on 1 March, where 4 lives; 5 has no home.
HOMES = [
    record(1, "2023-01-01", household=7),
    record(2, "2023-01-01", household=7),
    record(3, "2023-01-01", household=7),
    record(3, "2024-03-01", household=8),
    record(4, "2023-01-01", household=8),
]
BILLS = [
    record(1, "2024-02-01", yuan=1_00),
    record(2, "2024-02-02", yuan=2_00),
    record(3, "2024-02-03", yuan=40_00),  # while in home 7
    record(3, "2024-03-05", yuan=800_00),  # while in home 8
    record(5, "2024-03-05", yuan=7_00),
]


def over(how, members="now", of="yuan_365"):
    return signal(OverHousehold, of=of, how=how, members=members)


@pytest.mark.parametrize(
    ("how", "before_the_move", "after_the_move"),
    [("sum", 1_00 + 2_00 + 40_00, 1_00 + 2_00), ("max", 40_00, 2_00), ("min", 1_00, 1_00), ("any", 1, 1)],
)
def test_members_now_are_those_who_live_there_on_the_day(how, before_the_move, after_the_move):
    rows = {"bills": BILLS, "homes": HOMES}
    assert value(over(how), "2024-02-29", 1, PARTS, **rows) == before_the_move
    assert value(over(how), "2024-03-01", 1, PARTS, **rows) == after_the_move


def test_members_now_bring_all_their_records_to_the_new_home():
    assert value(over("sum"), "2024-03-31", 4, PARTS, bills=BILLS, homes=HOMES) == 40_00 + 800_00


def test_members_then_leave_their_records_where_they_lived():
    rows = {"bills": BILLS, "homes": HOMES}
    assert value(over("sum", "then"), "2024-03-31", 1, PARTS, **rows) == 1_00 + 2_00 + 40_00
    assert value(over("sum", "then"), "2024-03-31", 4, PARTS, **rows) == 800_00


def test_the_mean_passes_over_members_whose_value_is_not_known():
    assert value(over("mean", of="top"), "2024-02-29", 4, PARTS, bills=BILLS, homes=HOMES) is None
    assert value(over("mean", of="top"), "2024-02-29", 1, PARTS, bills=BILLS, homes=HOMES) == (1_00 + 2_00 + 40_00) / 3


def test_a_person_without_a_home_is_a_household_of_one():
    rows = {"bills": BILLS, "homes": HOMES}
    assert value(over("sum"), "2024-03-31", 5, PARTS, **rows) == 7_00
    assert value(over("sum", "then"), "2024-03-31", 5, PARTS, **rows) == 7_00
    assert value(signal(CountMembers), "2024-03-31", 5, PARTS, **rows) == 1


def test_members_are_counted_where_a_condition_on_their_signal_holds():
    rows = {"bills": BILLS, "homes": HOMES}
    several = signal(CountMembers, where=AtLeast("yuan_365", 2_00))
    assert value(signal(CountMembers), "2024-02-29", 1, PARTS, **rows) == 3
    assert value(several, "2024-02-29", 1, PARTS, **rows) == 2
    assert value(several, "2024-03-31", 1, PARTS, **rows) == 1
    then = signal(CountMembers, where=AtLeast("yuan_365", 2_00), members="then")
    assert value(then, "2024-03-31", 1, PARTS, **rows) == 2  # 2, and 3 for the bill of February


def test_somebody_who_moved_out_and_has_no_record_from_then_is_passed_over():
    rows = {"bills": [record(1, "2024-02-01", yuan=6_00)], "homes": HOMES}
    assert value(over("mean", "then"), "2024-03-31", 1, PARTS, **rows) == (6_00 + 0) / 2  # 1 and 2, not 3


def test_somebody_who_moved_out_and_has_only_older_records_from_then_is_passed_over():
    bills = [record(1, "2024-02-01", yuan=6_00), record(3, "2023-02-01", yuan=9_00)]  # the second: over a year ago
    assert value(over("mean", "then"), "2024-03-31", 1, PARTS, bills=bills, homes=HOMES) == (6_00 + 0) / 2


def test_of_two_homes_stated_on_one_day_the_one_known_later_is_believed_whatever_states_it():
    bills = [record(1, "2024-03-01", household=8, known="2024-03-20"), record(2, "2024-03-01", household=7)]
    homes = [record(1, "2024-03-01", household=7, known="2024-03-10")]
    for rows in ({"bills": bills, "homes": homes}, {"homes": homes, "bills": bills}):
        assert value(signal(CountMembers), "2024-03-19", 2, [], **rows) == 2
        assert value(signal(CountMembers), "2024-03-20", 2, [], **rows) == 1


def test_a_move_that_becomes_known_later_changes_no_earlier_night():
    late = [*HOMES[:3], record(3, "2024-03-01", household=8, known="2024-04-15"), HOMES[4]]
    assert value(over("sum"), "2024-04-14", 1, PARTS, bills=BILLS, homes=late) == 1_00 + 2_00 + 840_00
    assert value(over("sum"), "2024-04-15", 1, PARTS, bills=BILLS, homes=late) == 1_00 + 2_00


def test_the_earner_who_died_still_counts_then():
    """Person 2's residence in home 7 ends with 1 March, and that is known on 9 March."""
    homes = [
        record(1, "2023-01-01", household=7),
        record(2, "2023-01-01", household=7, id=2),
        record(2, "2023-01-01", household=7, id=2, until="2024-03-01", known="2024-03-09"),
    ]
    rows = {"bills": [record(1, "2020-01-01", yuan=0), record(2, "2024-02-01", yuan=500_00)], "homes": homes}
    for as_of, members, then in (("2024-03-08", 2, 500_00), ("2024-03-09", 1, 500_00)):
        assert value(signal(CountMembers), as_of, 1, PARTS, **rows) == members
        assert value(over("sum", "then"), as_of, 1, PARTS, **rows) == then
    assert value(over("sum"), "2024-03-09", 1, PARTS, **rows) == 0


def test_the_last_day_of_a_stay_is_one_and_who_left_for_nowhere_is_alone_from_the_next():
    homes = [record(1, "2023-01-01", household=7), record(2, "2023-01-01", household=7, until="2024-03-31")]
    for as_of, members in (("2024-03-31", 2), ("2024-04-01", 1)):
        assert value(signal(CountMembers), as_of, 1, PARTS, homes=homes) == members
        assert value(signal(CountMembers), as_of, 2, PARTS, homes=homes) == members


def test_guests_count_in_a_household_and_have_no_row():
    town, rows = deployment(*PARTS, over("sum"), signal(CountMembers, name="members")), {"bills": BILLS, "homes": HOMES}
    whole = bucket(town, **rows)
    wanted = FeatureSet(town, ("it", "members"))
    found = ENGINES[factories.ENGINE](replace(whole, guests=frozenset({2, 5})), [day("2024-02-29")], wanted).to_pylist()
    everybody = ENGINES[factories.ENGINE](whole, [day("2024-02-29")], wanted).to_pylist()
    assert found == [row for row in everybody if row["person"] not in (2, 5)]


def test_a_household_found_to_be_none_counts_as_one_on_the_nights_before():
    """Home 7 turns out to be a dormitory on 10 March: person 3, who moved out of it, is not concerned."""
    void = [{**row, "void_on": day("2024-03-10")} if row["household"] == 7 else row for row in HOMES]
    rows = {"bills": BILLS, "homes": void}
    assert value(over("sum"), "2024-03-09", 1, PARTS, **rows) == 1_00 + 2_00
    assert value(over("sum"), "2024-03-10", 1, PARTS, **rows) == 1_00
    assert value(signal(CountMembers), "2024-03-10", 3, PARTS, **rows) == 2


def test_who_moves_to_a_dormitory_leaves_the_home_before():
    homes = [*HOMES[:2], record(2, "2024-03-01", household=9, void="2024-03-01")]
    rows = {"bills": [record(1, "2024-02-01", yuan=1_00), record(2, "2024-02-01", yuan=2_00)], "homes": homes}
    assert value(over("sum"), "2024-02-29", 1, PARTS, **rows) == 3_00
    assert value(over("sum"), "2024-03-01", 1, PARTS, **rows) == 1_00
    assert value(over("sum"), "2024-03-01", 2, PARTS, **rows) == 2_00


def test_states_roll_up_like_counts():
    rows = {"spells": [record(2, "2024-03-01")], "homes": HOMES}
    spell = signal(SpellLength, name="spell", records="spells")
    assert value(over("max", of="spell"), "2024-03-31", 1, [*PARTS, spell], **rows) == 31


def test_a_count_over_members_then_needs_a_condition():
    from riskscreen.errors import DeclarationError

    with pytest.raises(DeclarationError, match="give a condition"):
        signal(CountMembers, members="then")


def test_any_is_1_where_one_member_has_more_than_nothing():
    count = signal(Count, name="count", records="bills", window=Window(30))
    rows = {"bills": BILLS, "homes": HOMES}
    assert value(over("any", of="count"), "2024-03-31", 4, [*PARTS, count], **rows) == 1
    assert value(over("any", of="count"), "2024-03-31", 1, [*PARTS, count], **rows) == 0


def rows(as_of, cohort, *names, **given):
    town = deployment(*PARTS, signal(OverHousehold, name="home_sum", of="yuan_365", how="sum"), signal(CountMembers))
    return answer(town, as_of, FeatureSet(town, names, cohort), **given)


def test_a_cohort_of_households_has_one_row_a_household_with_its_members():
    homes_with = Cohort(label=T, where=(AtLeast("home_sum", 1),), unit="household")
    found = rows("2024-03-31", homes_with, "home_sum", bills=BILLS, homes=HOMES)
    told = [(row["person"], row["household:number"], row["household:members"], row["home_sum"]) for row in found]
    assert told == [
        (1, 7, [1, 2], 1_00 + 2_00),
        (3, 8, [3, 4], 40_00 + 800_00),
        (5, None, [5], 7_00),  # a household of one
    ]


def test_before_a_move_the_household_is_told_of_with_whom_it_had():
    everybody = Cohort(label=T, where=(AtLeast("it", 1),), unit="household")
    found = rows("2024-02-29", everybody, "it", bills=BILLS, homes=HOMES)
    assert [(row["household:number"], row["household:members"], row["it"]) for row in found] == [
        (7, [1, 2, 3], 3),
        (8, [4], 1),
    ]


def test_the_day_behind_a_roll_up_then_is_that_of_the_record_of_who_has_left():
    then = signal(OverHousehold, name="then", of="yuan_365", how="sum", members="then")
    town = deployment(*PARTS, then)
    night = Night(bucket(town, bills=BILLS, homes=HOMES).records(), day("2024-03-31"), FeatureSet(town, ("then",)))
    assert night.last_day(1, "then") == day("2024-02-03")  # of person 3, who lived there on that day
    assert night.last_day(4, "then") == day("2024-03-05")
