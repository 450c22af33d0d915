"""Landed numbers become persons: claims and bare ids, and what people decided about them."""

from datetime import date

import pyarrow as pa
import pytest

from riskscreen.errors import CallerError
from riskscreen.eventstore.store import EventStore
from riskscreen.linkage import link
from riskscreen.linkage.claims import CLAIMS, DECISIONS, RELATIONS
from riskscreen.linkage.persons import NUMBERS, Earlier, Said, persons
from tests.ingest.factories import KEY, Desk
from tests.ingest.test_claims import census, deliver
from tests.linkage.made import LATIN, claim, claims, decision, parameters, table

LANDED = pa.schema([("number", pa.int64()), ("known_on", pa.date32())])
NOBODY = Earlier(pa.table([[], [], [], [], []], names=["number", "label", "from", "how", "weight"]), parameters(LATIN))
ANN = {"name": "Ann Archer", "birth": "19800314", "sex": "f", "street": "mill lane", "number": "4"}


def found(told, landed=(), relations=(), earlier=NOBODY):
    numbers = [{"number": number, "known_on": date(2024, 1, 1)} for number in landed]
    said = Said(claims(*told), table(relations, RELATIONS), DECISIONS.empty_table())
    return persons(pa.Table.from_pylist(numbers, schema=LANDED), said, LATIN, earlier).numbers.to_pylist()


def labels(rows):
    return {row["number"]: row["label"] for row in rows}


def test_without_words_everybody_is_told_by_their_id():
    assert labels(found([], landed=(3, 5))) == {3: 3, 5: 5}
    told_by_roll = [claim(7, "school", id=5), claim(8, "school", id=6)]
    assert labels(found(told_by_roll, landed=(5,))) == {5: 5, 7: 5, 8: 8}


def test_a_bare_id_is_whoever_comes_with_it_and_the_person_is_told_by_the_lowest_number():
    rows = found([claim(4, id=3, **ANN), claim(6, id=3, **ANN | {"street": "high street"})], landed=(3, 5))
    assert labels(rows) == {3: 3, 4: 3, 5: 5, 6: 3}


def test_another_id_of_somebody_leads_to_them():
    related = [{"claim": 4, "other": 9, "relation": "also"}]
    assert labels(found([claim(4, id=3, **ANN)], landed=(3, 9), relations=related)) == {3: 3, 4: 3, 9: 3}


def test_what_words_link_is_somebodys_only_from_the_day_on_which_anything_else_was_known_of_them():
    call = claim(2, "hotline", known=date(2022, 5, 1), **ANN)
    register = claim(4, id=3, known=date(2023, 7, 1), **ANN)
    rows = {row["number"]: row for row in found([call, register])}
    assert (rows[2]["label"], rows[2]["how"], rows[2]["from"]) == (2, "words", date(2023, 7, 1))
    assert rows[4]["from"] == date(2023, 7, 1)


def test_who_was_a_bare_id_gets_words_and_what_words_link_without_becoming_somebody_else():
    first = found([claim(20, id=21, **ANN | {"name": "Zoe Quill", "birth": "19990909"})], landed=(3, 21))
    earlier = Earlier(pa.Table.from_pylist(first, schema=NUMBERS), parameters(LATIN))
    later = [
        claim(20, id=21, **ANN | {"name": "Zoe Quill", "birth": "19990909"}),
        claim(30, id=3, **ANN),
        claim(31, **ANN),
    ]
    rows = found(later, landed=(3, 21), earlier=earlier)
    assert labels(rows) == {3: 3, 20: 20, 21: 20, 30: 3, 31: 3}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("linked"), census())
    deliver(
        desk,
        "110001,Ann,Lee,01/31/2001,1990,,,2024-01-01,1",
        "110002,Anna,Li,11/30/2011,1990,,,2024-01-02,2",
        "110003,Bo,Bell,05/05/1955,1990,,,2024-01-03,3",
    )
    link(desk.home, desk.town, KEY)
    return desk


@pytest.fixture
def linked(template, tmp_path):
    """Ann's twin records under two ids, and Bo."""
    return template.copied(tmp_path)


def told(desk):
    """The entity of each landed row, by what was paid, and every entity that there is."""
    store = EventStore.open(desk.home)
    names = store.crosswalk("persons")["entity_id"].to_pylist()
    rows = [row for bucket in store.buckets() for row in store.read("bills", bucket).to_pylist()]
    return {row["yuan"]: names[row["person"]] for row in rows if not row["withdrawn"]}


def decided(desk, *verdicts):
    claims = [row["person"] for row in sorted(desk.landed(), key=lambda row: row["yuan"])]
    rows = [decision(at, claims[a], claims[b], verdict) for at, (a, b, verdict) in enumerate(verdicts, 1)]
    return link(desk.home, desk.town, KEY, decisions=pa.Table.from_pylist(rows, schema=DECISIONS))


def test_a_decision_makes_one_person_of_two_and_taken_back_everybody_is_who_they_were(linked):
    before = told(linked)
    assert len(set(before.values())) == 3
    assert decided(linked, (0, 1, "together")).changed
    assert told(linked) == {1: before[1], 2: before[1], 3: before[3]}
    assert decided(linked, (0, 1, "together")).changed is False
    assert decided(linked).changed
    assert told(linked) == before


def test_decisions_that_contradict_each_other_change_nothing(linked):
    before = told(linked)
    with pytest.raises(CallerError, match="decision 3 says apart of two claims that decision 1, 2 put together"):
        decided(linked, (0, 1, "together"), (1, 2, "together"), (0, 2, "apart"))
    assert told(linked) == before


def test_who_comes_later_is_linked_and_nobody_known_changes(linked):
    before = told(linked)
    deliver(linked, "110001,Ann,Lee,01/31/2001,2000,,,2024-02-01,4", ",Bo,Bell,05/05/1955,2000,,,2024-02-02,5",
            "110009,Cy,Dunn,06/06/1966,2000,,,2024-02-03,6", name="census.2.csv")  # fmt: skip
    link(linked.home, linked.town, KEY)
    after = told(linked)
    assert {yuan: after[yuan] for yuan in before} == before
    assert after[4] == before[1]
    assert after[6] not in before.values()


def test_claims_have_the_columns_that_linking_reads():
    assert set(table([claim(1, **ANN)]).schema.names) == set(CLAIMS.names)


def test_a_doubtful_pair_with_somebody_who_was_a_bare_id_is_told_by_a_claim_that_has_words():
    earlier = Earlier(pa.Table.from_pylist(found([], landed=(3,)), schema=NUMBERS), parameters(LATIN))
    both = claims(claim(30, id=3, **ANN), claim(31, name="Ann Archer", birth=ANN["birth"]))
    said = Said(both, RELATIONS.empty_table(), DECISIONS.empty_table())
    landed = pa.Table.from_pylist([{"number": 3, "known_on": date(2024, 1, 1)}], schema=LANDED)
    told = persons(landed, said, LATIN, earlier).found
    assert told is not None
    (pair,) = told.doubtful.to_pylist()
    assert {pair["claim"], pair["other"]} == {30, 31}
    assert {pair["person"], pair["other_person"]} == {3, 31}
