"""From claims to persons."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.errors import CallerError, DeclarationError
from riskscreen.linkage.claims import DECISIONS, RELATIONS
from riskscreen.linkage.identify import Before, identify
from tests.linkage.made import LATIN, claim, decision, links, parameters, persons, run, strangers, table

HAN = Linkage(script=Script.HAN, compound_surnames=("欧阳", "司马"))
ANN = {"name": "Ann Archer", "birth": "19800314", "sex": "f", "number": "12", "street": "mill lane"}
BOB = {"name": "Robert Archer", "birth": "19781102", "sex": "m", "number": "12", "street": "mill lane"}


def test_an_equal_id_joins_what_feeds_say_also_where_one_of_them_says_no_name():
    found = run([claim(0, id=7, **ANN), claim(1, "school", id=7), claim(2, "tax", id=7, name="Anne Archer")])
    assert persons(found) == [[0, 1, 2]]
    assert {row["how"] for row in links(found)} == {"id"}


def test_a_record_without_an_id_finds_its_person_by_words():
    found = run([claim(0, id=7, **ANN), claim(1, id=8, **BOB), claim(2, "clinic", **ANN | {"birth": "19800341"})])
    assert persons(found) == [[0, 2], [1]]
    (link,) = [row for row in links(found) if row["claim"] == 2]
    assert (link["person"], link["from"], link["how"]) == (0, date(2024, 1, 1), "words")
    assert link["weight"] > LATIN.upper_bits


def test_who_shares_name_and_home_or_birth_date_stays_somebody_else():
    twin = {"name": "Ida Archer"}
    brother = {"name": "Tim Archer", "birth": "19831201", "sex": "m"}
    daughter_of_her_name = {"birth": "20080902"}
    born_on_that_day = {"name": "Eve Miller", "number": "9", "street": "high street"}
    others = (twin, brother, daughter_of_her_name, born_on_that_day)
    clinic = [claim(at, "clinic", **ANN | other) for at, other in enumerate(others, 1)]
    assert persons(run([claim(0, id=7, **ANN), *clinic])) == [[0], [1], [2], [3], [4]]


def test_a_borrowed_id_is_contested_and_parted_by_names():
    found = run([claim(0, id=7, rows=9, **ANN), claim(1, "tax", id=7, **BOB), claim(2, "clinic", id=8, rows=9, **BOB)])
    assert persons(found) == [[0], [1, 2]]
    assert found.contested.to_pylist() == [{"id": 7, "parts": 2, "disagree": 0}]


def test_birth_dates_that_agree_in_nothing_part_an_id_though_the_names_agree():
    found = run([claim(0, id=7, **ANN), claim(1, "tax", id=7, **ANN | {"birth": "20080902"})])
    assert persons(found) == [[0], [1]]


def test_birth_dates_or_sexes_that_contradict_the_id_itself_make_it_contested():
    found = run([claim(0, id=7, **ANN), claim(1, "tax", id=7, disagrees=True, **ANN | {"birth": "19800315"})])
    assert persons(found) == [[0, 1]]
    assert found.contested.to_pylist() == [{"id": 7, "parts": 1, "disagree": 1}]


def test_a_bare_id_goes_with_those_whose_id_it_is():
    bare, borrowed = claim(7, "school", id=7), claim(1, "tax", id=7, **BOB)
    assert persons(run([claim(0, id=7, rows=9, **ANN), bare, borrowed])) == [[0, 7], [1]]
    assert persons(run([bare])) == [[7]]


FORMER = [{"claim": 0, "other": 1, "relation": "also"}]


def test_a_register_that_tells_a_former_id_makes_one_person_of_two_ids():
    ann = {"name": "Ann Archer"}
    told = [claim(0, id=7, **ann), claim(1, id=6, **ann), claim(2, "tax", id=6, **ann)]
    assert persons(run(told)) == [[0], [1, 2]]
    found = run(told, relations=FORMER)
    assert persons(found) == [[0, 1, 2]]
    assert {row["how"] for row in links(found)} == {"id"}


def test_a_former_id_that_is_somebody_elses_by_name_joins_nobody_to_them():
    told = [claim(0, id=7, **ANN), claim(1, id=6, **ANN), claim(2, "tax", id=6, rows=9, **BOB)]
    assert persons(run(told, relations=FORMER)) == [[0, 1], [2]]


def test_claims_that_come_as_a_reader_are_the_same_persons():
    rows = [claim(0, id=7, **ANN), claim(1, id=8, **BOB), claim(2, "clinic", **ANN)]
    whole = table([*rows, *strangers(LATIN)])
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=100))
    given = (table([], RELATIONS), table([], DECISIONS), LATIN, Before(None, parameters(LATIN)))
    assert identify(reader, *given).links == identify(whole, *given).links


def test_one_person_under_two_ids_is_found():
    moved = ANN | {"number": "3", "street": "quay"}
    assert persons(run([claim(0, id=7, **ANN), claim(1, id=8, **ANN), claim(2, id=9, **moved)])) == [[0, 1, 2]]


def test_between_the_thresholds_a_pair_is_queued_with_how_it_compares():
    found = run([claim(0, id=7, **ANN), claim(1, "clinic", name="Annie Archer", birth="19800321")])
    assert persons(found) == [[0], [1]]
    (pair,) = found.doubtful.to_pylist()
    assert (pair["claim"], pair["other"]) == (0, 1)
    assert LATIN.lower_bits <= pair["weight"] < LATIN.upper_bits
    assert (pair["gamma_surname"], pair["gamma_birth"]) == (4, 2)
    assert pair["mw_surname"] > pair["mw_birth"] > 0


@pytest.mark.parametrize(("waves", "expected"), [(("2020", "2020"), [[0], [1]]), (("2010", "2020"), [[0, 1]])])
def test_two_records_of_one_wave_are_two_people(waves, expected):
    days = ("19800314", "19800341")
    alike = [claim(n, "census", **ANN | {"birth": days[n], "wave": waves[n]}) for n in range(2)]
    assert persons(run(alike, LATIN)) == expected


def test_a_feed_without_any_usable_id_is_linked_by_words_and_named():
    found = run([claim(n, f"feed_{n % 2}", **(ANN, BOB)[n // 2]) for n in range(4)])
    assert persons(found) == [[0, 1], [2, 3]]
    said = "feed 'feed_0' has no usable id in any of its 2 claims: they are linked by words alone"
    assert found.sentences == (said, said.replace("feed_0", "feed_1"))


def test_where_all_names_and_birth_dates_are_equal_nothing_is_merged_and_nothing_lost():
    found = run([claim(n, f"feed_{n}", name="Ann Archer", birth="19800314") for n in range(100)])
    assert persons(found) == [[n] for n in range(100)]
    assert found.figures["candidate_pairs"] == 0
    assert [said.partition(":")[0] for said in found.sentences if said.startswith("one ")] == [
        "one given name is said of 100 of 356 people",
        "one birth date is said of 100 of 356 people",
    ]
    assert not [said for said in found.sentences if "Archer" in said or "1980" in said]


def test_a_block_of_a_hundred_thousand_makes_no_pairs_and_is_named():
    block = table([claim(0, surname="Archer", phone="555")]).take(pa.array([0] * 100_000))
    block = block.set_column(0, "claim", pa.array(range(100_000), pa.int64()))
    found = identify(block, table([], RELATIONS), table([], DECISIONS), LATIN, Before(None, parameters(LATIN)))
    assert found.figures["candidate_pairs"] == 0
    assert found.figures["persons"] == 100_000
    assert [said for said in found.sentences if said.startswith("one phone is said of 100,000 of 100,000 people")]


def test_no_claims_are_no_persons():
    found = identify(table([]), table([], RELATIONS), table([], DECISIONS), LATIN)
    assert (found.links.num_rows, found.doubtful.num_rows, found.contested.num_rows) == (0, 0, 0)


# decisions


def test_a_decision_puts_together_what_words_would_not_and_taking_it_back_undoes_it():
    claims = [claim(0, id=7, **ANN), claim(1, id=8, **BOB)]
    apart = run(claims)
    merged = run(claims, decisions=[decision(1, 0, 1, "together")], before=apart)
    assert persons(merged) == [[0, 1]]
    assert {row["how"] for row in links(merged)} == {"decision"}
    assert run(claims, before=merged).links == apart.links


def test_a_decision_sets_apart_what_an_id_joins():
    claims = [claim(0, id=7, **ANN), claim(1, "tax", id=7, **ANN), claim(2, "school", id=7, **ANN)]
    assert persons(run(claims)) == [[0, 1, 2]]
    parted = persons(run(claims, decisions=[decision(4, 0, 1, "apart")]))
    assert len(parted) == 2
    assert not any({0, 1} <= set(person) for person in parted)


def test_decisions_that_contradict_each_other_are_named_and_nothing_is_merged():
    claims = [claim(n, **ANN) for n in range(3)]
    said = [decision(3, 0, 1, "together"), decision(5, 1, 2, "together"), decision(8, 0, 2, "apart")]
    with pytest.raises(CallerError, match="decision 8 says apart of two claims that decision 3, 5 put together"):
        run(claims, decisions=said)
    with pytest.raises(CallerError, match="decision 3 is about claim 99, which is not there"):
        run(claims, decisions=[decision(3, 0, 99, "together")])


# one run after another


def test_a_new_claim_joins_its_person_and_everybody_keeps_their_name():
    old = [claim(0, id=7, **ANN), claim(1, id=8, **BOB)]
    first = run(old)
    then = run([*old, claim(2, "clinic", **ANN), claim(3, "tax", id=8)], before=first)
    assert persons(then) == [[0, 2], [1, 3]]
    assert links(then)[:2] == links(first)


def test_a_new_claim_never_merges_two_persons():
    old = [
        claim(0, id=7, name="Ann Archer", number="12", street="mill lane"),
        claim(1, id=8, name="Ann Archer", birth="19800314"),
    ]
    first = run(old)
    assert persons(first) == [[0], [1]]
    then = run([*old, claim(2, "clinic", **ANN)], before=first)
    assert len(persons(then)) == 2


def test_the_parameters_of_the_last_run_are_not_estimated_again():
    assert run([claim(0, **ANN)]).parameters == parameters(LATIN)


PEOPLE = [
    ANN | {"id": 0},
    BOB | {"id": 1},
    ANN,
    ANN | {"birth": "19800341"},
    BOB | {"name": "Rob Archer"},
    {"name": "Tim Archer", "birth": "20080902", "number": "12", "street": "mill lane"},
    {"name": "Eve Miller", "birth": "19800314", "id": 1},
    {"name": "Eve Miller", "birth": "19800413"},
]


def partition(order):
    """Who of PEOPLE is one person, where they came in that order."""
    found = persons(run([claim(at, f"feed_{which}", **PEOPLE[which]) for at, which in enumerate(order)]))
    return sorted(sorted(order[at] for at in person) for person in found)


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(range(len(PEOPLE))))
def test_another_order_gives_the_same_persons(order):
    assert partition(order) == [[0, 2, 3], [1, 4], [5], [6], [7]]


# names in Chinese


def test_a_name_in_other_characters_of_one_sound_is_the_same_persons():
    said = ("王晓明", "王小明", "王 曉明", "王晓名")
    rooms = [{"birth": f"198{n}0314", "home": f"room {n}"} for n in range(4)]
    register = [claim(2 * n, id=n, surname="王晓明", **rooms[n]) for n in range(4)]
    clinic = [claim(2 * n + 1, "clinic", surname=said[n], **rooms[n]) for n in range(4)]
    assert persons(run([*register, *clinic], HAN)) == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_a_brother_whose_name_shares_a_character_stays_somebody_else():
    register = claim(0, id=7, surname="王建国", birth="19800314", home="room 5")
    brother = claim(1, "clinic", surname="王建军", birth="19831201", home="room 5")
    assert persons(run([register, brother], HAN)) == [[0], [1]]


def test_an_id_with_two_clearly_different_names_is_contested():
    found = run([claim(0, id=7, surname="王建国", rows=5), claim(1, "tax", id=7, surname="欧阳娜")], HAN)
    assert persons(found) == [[0], [1]]


# what may be declared


@pytest.mark.parametrize(
    "wrong",
    [
        {"upper": 0.01},
        {"largest_block": 1},
        {"largest_family": 1},
        {"support": ("Spouse of",)},
        {"variants": (("Bob", "robert"),)},
        {"compound_surnames": ("王",)},
        {"one_record": ("Census 2020",)},
    ],
)
def test_what_cannot_hold_is_refused(wrong):
    with pytest.raises(DeclarationError):
        replace(LATIN, **wrong)
