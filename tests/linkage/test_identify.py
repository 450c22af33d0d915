"""From claims to persons."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.errors import CallerError, DeclarationError
from riskscreen.linkage.claims import DECISIONS, RELATIONS
from riskscreen.linkage.identify import Before, identify
from tests.linkage.made import LATIN, Town, claim, decision, links, parameters, persons, run, strangers, table

HAN = Linkage(script=Script.HAN, compound_surnames=("欧阳", "司马"))
ANN = {"name": "Ann Archer", "birth": "19800314", "sex": "f", "number": "12", "street": "mill lane"}
BOB = {"name": "Robert Archer", "birth": "19781102", "sex": "m", "number": "12", "street": "mill lane"}


TWIN = {"name": "Ida Archer"}
BROTHER = {"name": "Tim Archer", "birth": "19831201", "sex": "m"}
DAUGHTER_OF_HER_NAME = {"birth": "20080902"}
BORN_ON_THAT_DAY = {"name": "Eve Miller", "number": "9", "street": "high street"}
ELSEWHERE = {"number": "3", "street": "quay"}
FORMER = [{"claim": 0, "other": 1, "relation": "also"}]
NAME = {"name": "Ann Archer"}
# What is told in each house, and who is whose.
HOUSES = {
    "an equal id joins what feeds say, also where one of them says no name": (
        [claim(0, id=7, **ANN), claim(1, "school", id=7), claim(2, "tax", id=7, name="Anne Archer")],
        [[0, 1, 2]],
    ),
    "a record without an id finds its person by words": (
        [claim(0, id=7, **ANN), claim(1, id=8, **BOB), claim(2, "clinic", **ANN | {"birth": "19800341"})],
        [[0, 2], [1]],
    ),
    "who shares name and home or birth date stays somebody else": (
        [
            claim(0, id=7, **ANN),
            claim(1, "clinic", **ANN | TWIN),
            claim(2, "clinic", **ANN | BROTHER),
            claim(3, "clinic", **ANN | DAUGHTER_OF_HER_NAME),
            claim(4, "clinic", **ANN | BORN_ON_THAT_DAY),
        ],
        [[0], [1], [2], [3], [4]],
    ),
    "a borrowed id is contested and parted by names": (
        [claim(0, id=7, rows=9, **ANN), claim(1, "tax", id=7, **BOB), claim(2, "clinic", id=8, rows=9, **BOB)],
        [[0], [1, 2]],
    ),
    "birth dates that agree in nothing part an id though the names agree": (
        [claim(0, id=7, **ANN), claim(1, "tax", id=7, **ANN | DAUGHTER_OF_HER_NAME)],
        [[0], [1]],
    ),
    "a birth date or sex that contradicts the id itself makes it contested": (
        [claim(0, id=7, **ANN), claim(1, "tax", id=7, disagrees=True, **ANN | {"birth": "19800315"})],
        [[0, 1]],
    ),
    "a bare id goes with those whose id it is, or stays alone": (
        [
            claim(0, id=7, rows=9, **ANN),
            claim(1, "tax", id=7, **BOB),
            claim(7, "school", id=7),
            claim(8, "school", id=8),
        ],
        [[0, 7], [1], [8]],
    ),
    "a register that tells a former id makes one person of two ids": (
        [claim(0, id=7, **NAME), claim(1, id=6, **NAME), claim(2, "tax", id=6, **NAME)],
        [[0, 1, 2]],
    ),
    "a former id that is somebody else's by name joins nobody to them": (
        [claim(0, id=7, **ANN), claim(1, id=6, **ANN), claim(2, "tax", id=6, rows=9, **BOB)],
        [[0, 1], [2]],
    ),
    "one person under two ids is found": (
        [claim(0, id=7, **ANN), claim(1, id=8, **ANN), claim(2, id=9, **ANN | ELSEWHERE)],
        [[0, 1, 2]],
    ),
    "two records of one wave are two people": (
        [
            claim(0, "census", wave="2020", **ANN),
            claim(1, "census", wave="2020", **ANN | {"birth": "19800341"}),
        ],
        [[0], [1]],
    ),
    "two records of two waves are one person": (
        [
            claim(0, "census", wave="2010", **ANN),
            claim(1, "census", wave="2020", **ANN | {"birth": "19800341"}),
        ],
        [[0, 1]],
    ),
}
RELATIONS_TOLD = {name: FORMER for name in HOUSES if "former id" in name}


@pytest.fixture(scope="module")
def town():
    return Town({name: rows for name, (rows, _) in HOUSES.items()}, RELATIONS_TOLD)


@pytest.mark.parametrize("house", HOUSES)
def test_in_each_house(town, house):
    _, expected = HOUSES[house]
    assert town.persons(house) == expected


def test_a_link_tells_how_it_came_about_and_what_it_weighs(town):
    assert {
        row["how"] for row in town.links("an equal id joins what feeds say, also where one of them says no name")
    } == {"id"}
    assert {row["how"] for row in town.links("a register that tells a former id makes one person of two ids")} == {"id"}
    *_, link = town.links("a record without an id finds its person by words")
    assert (link["claim"], link["person"], link["from"], link["how"]) == (2, 0, date(2024, 1, 1), "words")
    assert link["weight"] > LATIN.upper_bits


def test_contested_ids_are_told_with_how_many_people_come_with_them_and_how_many_claims_disagree(town):
    def contested(house):
        return town.rows(house, town.found.contested, ("id",))

    assert contested("one person under two ids is found") == []
    assert contested("a borrowed id is contested and parted by names") == [{"id": 7, "parts": 2, "disagree": 0}]
    own = "a birth date or sex that contradicts the id itself makes it contested"
    assert contested(own) == [{"id": 7, "parts": 1, "disagree": 1}]


def test_without_the_registers_word_a_name_alone_does_not_join_two_ids():
    assert persons(run(HOUSES["a register that tells a former id makes one person of two ids"][0])) == [[0], [1, 2]]


def test_between_the_thresholds_a_pair_is_queued_with_how_it_compares():
    found = run([claim(0, id=7, **ANN), claim(1, "clinic", name="Annie Archer", birth="19800321")])
    assert persons(found) == [[0], [1]]
    (pair,) = found.doubtful.to_pylist()
    assert (pair["claim"], pair["other"]) == (0, 1)
    assert LATIN.lower_bits <= pair["weight"] < LATIN.upper_bits
    assert (pair["gamma_surname"], pair["gamma_birth"]) == (4, 2)
    assert pair["mw_surname"] > pair["mw_birth"] > 0


@pytest.mark.parametrize(("checked", "expected"), [(False, [[0, 1]]), (True, [[0], [1]])])
def test_an_id_that_is_told_once_is_looked_for_as_misspelt_unless_a_slip_makes_no_valid_id(checked, expected):
    said = {"birth": "19800314", "sex": "f", "middle": "b"}
    told = [claim(0, id=7, name="Ann Archer", **said), claim(1, id=8, rows=1, name="Anne Archer", **said)]
    assert persons(run(told, replace(LATIN, checked_ids=checked))) == expected


def test_claims_that_come_as_a_reader_are_the_same_persons():
    rows = [claim(0, id=7, **ANN), claim(1, id=8, **BOB), claim(2, "clinic", **ANN)]
    whole = table([*rows, *strangers(LATIN)])
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=100))
    given = (table([], RELATIONS), table([], DECISIONS), LATIN, Before(None, parameters(LATIN)))
    assert identify(reader, *given).links == identify(whole, *given).links


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


def parameters_of(secret):
    """What is learnt of 600 people at two agencies, three to a home; a home's mark depends on a secret."""
    first, last = "梅兰菊松柏桃李杏荷桂枫槐柳杨榆", "赵钱孙周吴郑冯陈"
    said = [
        claim(
            2 * n + at,
            feed,
            surname=last[n % 8] + first[n // 8 % 15] + first[n // 120],
            birth=f"{1930 + n % 70}0{1 + n % 9}{10 + n % 17}",
            home=sha256(f"{secret} {n // 3}".encode()).hexdigest(),
        )
        for n in range(600)
        for at, feed in enumerate(("register", "clinic"))
    ]
    return identify(table(said), table([], RELATIONS), table([], DECISIONS), HAN).parameters


@pytest.mark.long
def test_what_is_learnt_does_not_depend_on_the_secrets_of_a_home():
    one, other = parameters_of("one"), parameters_of("another")
    for comparison, same in zip(one["splink"]["comparisons"], other["splink"]["comparisons"], strict=True):
        for level, like in zip(comparison["comparison_levels"], same["comparison_levels"], strict=True):
            for chance in {"u_probability", "m_probability"} & set(level):
                assert level[chance] == pytest.approx(like[chance], rel=1e-9)


# names in Chinese


def test_names_in_chinese_are_compared_by_sound_and_by_character():
    said = ("王晓明", "王小明", "王 曉明", "王晓名")
    rooms = [{"birth": f"198{n}0314", "home": f"room {n}"} for n in range(4)]
    register = [claim(2 * n, id=n, surname="王晓明", **rooms[n]) for n in range(4)]
    of_one_sound = [claim(2 * n + 1, "clinic", surname=said[n], **rooms[n]) for n in range(4)]
    brother = [claim(8, id=8, surname="李建国", birth="19770314", home="room 8"),
               claim(9, "clinic", surname="李建军", birth="19831201", home="room 8")]  # fmt: skip
    two_people = [claim(10, id=10, surname="张建国", rows=5), claim(11, "tax", id=10, surname="欧阳娜")]
    found = run([*register, *of_one_sound, *brother, *two_people], HAN)
    assert persons(found) == [[0, 1], [2, 3], [4, 5], [6, 7], [8], [9], [10], [11]]
    assert found.contested["id"].to_pylist() == [10]


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


def test_birth_dates_that_agree_in_nothing_part_an_id_though_the_names_agree():
    found = run([claim(0, id=7, **ANN), claim(1, "tax", id=7, **ANN | {"birth": "20080902"})])
    assert persons(found) == [[0], [1]]
