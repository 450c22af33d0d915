"""Who people are on paper: names and phones as in life, and each kind of mess at about its share, known to the truth."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from riskscreen.city import found
from riskscreen.city.ids import more_wrong
from riskscreen.city.names import called, phone_owners
from riskscreen.city.places import WIDE
from riskscreen.city.registers import Registers
from riskscreen.declare import Mess
from riskscreen.errors import DeclarationError

A_REGISTER, ANOTHER = "marriage", "housing"
BACK = str.maketrans({wide: chr(narrow) for narrow, wide in WIDE.items()} | {"O": "0", " ": None})


@pytest.fixture(scope="module")
def founders(way):
    """The state of a city of about 8,000 people that has just been founded."""
    return found(way, 8000, 1, date(2020, 1, 1)).state


def only(way, **kinds):
    """The way of life with no mess but these kinds."""
    none: dict[str, Any] = {each.name: {} if each.type.__class__ is not type else 0.0 for each in fields(Mess)}
    keeps = {"others": 1.0, "old": 1.0, "old_from": 70.0, "old_form_before": date(1970, 1, 1), "checked": ()}
    return replace(way, mess=Mess(**{**none, **keeps, **kinds}))


def column(founders, way, what, register=A_REGISTER, **more):
    return Registers(founders, way).column(register, what, **more).to_pylist()


def differs(one, other):
    return np.flatnonzero([a != b for a, b in zip(one, other, strict=True)])


def is_valid(way, text):
    return len(text) == 18 and text[:-1].isdigit() and way.person_id.check.of(text[:-1]) == text[-1]


# Names and phones


def test_few_surnames_are_those_of_many_and_some_names_are_shared(founders, way):
    whole = Counter(called(founders, way).whole().tolist())
    surnames = Counter(name[0] for name, count in whole.items() for _ in range(count))
    people = sum(whole.values())
    assert 0.05 < surnames.most_common(1)[0][1] / people < 0.1
    assert len(surnames) > 80
    assert 0.1 < sum(count for count in whole.values() if count > 1) / people < 0.7


def test_children_mostly_have_their_fathers_surname(founders, way):
    people, name = founders.people, called(founders, way)
    child = np.flatnonzero(people["father"] >= 0)
    same = name.surname[child] == name.surname[people["father"][child]]
    assert 0.9 < same.mean() < 0.99


def test_brothers_and_sisters_have_names_of_their_own(founders, way):
    people, names = founders.people, called(founders, way).whole()
    of_mother = Counter(zip(people["mother"].tolist(), names.tolist(), strict=True))
    twice = sum(count > 1 for (mother, _), count in of_mother.items() if mother >= 0)
    assert twice < 0.01 * (people["mother"] >= 0).sum()


def test_some_children_are_twins(founders):
    people = founders.people
    born = Counter(zip(people["mother"].tolist(), people["born"].tolist(), strict=True))
    twins = sum(count == 2 for (mother, _), count in born.items() if mother >= 0)
    assert 0.003 < twins / (people["mother"] >= 0).sum() < 0.04


def test_children_give_a_parents_phone_and_some_of_the_grown_that_of_the_head(founders, way):
    state = founders
    owner, number = phone_owners(state, way, more_wrong(state, way)), np.arange(len(state.people))
    child = (state.age < 14) & (state.people["mother"] >= 0)
    assert (owner[child] == state.people["mother"][child]).all()
    shared = (owner != number)[(state.age >= 14) & state.here].mean()
    assert 0.03 < shared < 0.15


def test_no_phone_is_one_that_anybody_has(founders, way):
    said = [phone for phone in column(founders, way, "phone") if phone]
    assert {phone[:2] for phone in said} == {"10"}
    assert {len(phone) for phone in said} == {11}


# Ids


def test_without_mess_every_register_holds_who_people_are(founders, way):
    registers = Registers(founders, only(way))
    for register in (A_REGISTER, ANOTHER):
        assert registers.column(register, "id").equals(registers.ids.own)
        assert registers.column(register, "name").equals(registers.names)
    assert registers.ids.other.null_count == len(registers.ids.other)


def test_no_kind_of_mess_is_switched_off(way):
    values = [getattr(way.mess, each.name) for each in fields(way.mess)]
    assert all(values)
    assert all(share for value in values if isinstance(value, dict) for share in value.values())


def test_those_from_elsewhere_and_the_old_are_held_wrongly_more_often(founders, way):
    wrong = more_wrong(founders, way)
    old, local = founders.age >= 70, founders.people["local"]
    assert set(wrong[local & ~old]) == {1.0}
    assert set(wrong[~local & old]) == {way.mess.others * way.mess.old}
    messy = only(way, typed_oddly=0.02, others=3.0)
    odd = differs(column(founders, messy, "id"), column(founders, only(way), "id"))
    assert (~local[odd]).mean() > 1.3 * (~local).mean()


def test_rows_of_some_people_have_no_id_and_all_else_remains(founders, way):
    messy = only(way, without_id={A_REGISTER: 0.05})
    missing = np.array([one is None for one in column(founders, messy, "id")])
    assert missing.mean() == pytest.approx(0.05, abs=0.01)
    assert all(name for name in column(founders, messy, "name"))
    assert None not in column(founders, messy, "id", ANOTHER)


@pytest.mark.parametrize(
    ("why", "kinds"),
    [
        ("other", {"two_ids": 0.05, "holds_other_id": 0.5}),
        ("issued_twice", {"issued_twice": 1.0}),
        ("parents", {"parents_id": {A_REGISTER: (0.5, 18.0)}}),
        ("strayed", {"strayed": 0.02}),
    ],
)
def test_who_stands_under_another_id_that_is_valid_is_known_to_the_truth(founders, way, why, kinds):
    messy = only(way, **kinds)
    registers = Registers(founders, messy)
    held, own = registers.column(A_REGISTER, "id").to_pylist(), registers.ids.own.to_pylist()
    told = {stands.why: stands for stands in registers.stands(A_REGISTER)}[why]
    at = differs(held, own)
    assert len(at) > 15
    assert set(at) <= set(told.who.tolist())
    assert all(is_valid(messy, held[who]) for who in at)


def test_one_person_has_two_ids_and_each_is_held_somewhere(founders, way):
    registers = Registers(founders, only(way, two_ids=0.05, holds_other_id=0.5))
    other = registers.ids.other.to_pylist()
    held = [registers.column(register, "id").to_pylist() for register in (A_REGISTER, ANOTHER)]
    whose = [who for who, one in enumerate(other) if one]
    grown = (founders.age > 16).sum()
    assert len(whose) / grown == pytest.approx(0.05, abs=0.01)
    assert not {other[who] for who in whose} & set(registers.ids.own.to_pylist())
    assert 0.3 < np.mean([held[0][who] != held[1][who] for who in whose]) < 0.7


def test_two_people_stand_under_one_id_where_it_was_issued_twice(founders, way):
    registers = Registers(founders, only(way, issued_twice=1.0))
    held = Counter(registers.column(A_REGISTER, "id").to_pylist())
    people, twin = founders.people, registers.ids.twin
    who = np.flatnonzero(twin >= 0)
    assert sum(count == 2 for count in held.values()) > 15
    assert (people["born"][who] == people["born"][twin[who]]).all()
    assert (people["male"][who] == people["male"][twin[who]]).all()


def test_children_stand_under_a_parents_id(founders, way):
    registers = Registers(founders, only(way, parents_id={A_REGISTER: (0.5, 18.0)}))
    held, own = registers.column(A_REGISTER, "id").to_pylist(), registers.ids.own.to_pylist()
    at = differs(held, own)
    people = founders.people
    assert (founders.age[at] < 18).all()
    assert {held[who] for who in at} <= {own[who] for who in np.union1d(people["mother"][at], people["father"][at])}
    children = (founders.age < 18) & (np.maximum(people["mother"], people["father"]) >= 0)
    assert len(at) / children.sum() == pytest.approx(0.5, abs=0.05)


def test_a_typing_error_breaks_the_check_character(founders, way):
    messy = only(way, typed_wrong={A_REGISTER: 0.05})
    held, own = column(founders, messy, "id"), column(founders, only(way), "id")
    at = differs(held, own)
    assert len(at) / len(own) == pytest.approx(0.05, abs=0.01)
    assert not any(is_valid(messy, held[who]) for who in at)
    assert differs(column(founders, messy, "id", ANOTHER), own).size == 0


def test_oddly_typed_ids_are_the_same_once_letters_width_and_spaces_are_mended(founders, way):
    held, own = column(founders, only(way, typed_oddly=0.1), "id"), column(founders, only(way), "id")
    odd = [held[who] for who in differs(held, own)]
    assert [one.translate(BACK).upper() for one in held] == own
    assert len(odd) / len(own) == pytest.approx(0.1, abs=0.02)
    kinds = (
        ("O" in one and one.isascii() for one in odd),
        (" " in one for one in odd),
        (not one.isascii() for one in odd),
    )
    assert all(sum(kind) > 20 for kind in kinds)


def test_a_register_that_checks_ids_has_no_typing_errors(founders, way):
    messy = only(way, typed_wrong={A_REGISTER: 0.5}, typed_oddly=0.5, checked=(A_REGISTER,))
    assert column(founders, messy, "id") == column(founders, only(way), "id")


def test_old_papers_have_ids_of_fifteen_digits_in_the_first_delivery_alone(founders, way):
    messy = only(way, old_form={A_REGISTER: 0.5})
    first, later = (column(founders, messy, "id", first=first) for first in (True, False))
    own = column(founders, only(way), "id")
    assert later == own
    at = differs(first, own)
    assert all(first[who] == own[who][:6] + own[who][8:17] for who in at)
    old = (founders.people["born"] < 0).sum()
    assert len(at) / old == pytest.approx(0.5, abs=0.06)


# Names and days of birth as they are held


def names_held(founders, way, **kinds):
    held, own = column(founders, only(way, **kinds), "name"), column(founders, only(way), "name")
    at = differs(held, own)
    return [(own[who], held[who]) for who in at], len(own)


def test_some_names_have_a_character_that_sounds_the_same(founders, way):
    pairs, people = names_held(founders, way, name_alike=0.1)
    assert 0.05 < len(pairs) / people < 0.1  # not every character has another
    group = {one: each for each in way.names.alike for one in each}
    for own, held in pairs:
        (changed,) = [(a, b) for a, b in zip(own, held, strict=True) if a != b]
        assert any(set(changed) <= set(each) for each in way.names.alike), (changed, group.get(changed[0]))


def test_some_names_are_in_traditional_characters(founders, way):
    pairs, people = names_held(founders, way, name_traditional=0.1)
    table = str.maketrans(*way.names.traditional)
    assert 0.03 < len(pairs) / people < 0.1
    assert all(own.translate(table) == held for own, held in pairs)


def test_some_names_have_their_given_characters_swapped(founders, way):
    pairs, people = names_held(founders, way, name_swapped=0.1)
    assert 0.06 < len(pairs) / people < 0.1  # some have one given character
    assert all(own == held[0] + held[2] + held[1] for own, held in pairs)


def test_some_children_have_the_surname_of_the_family_that_they_live_in_now(founders, way):
    parted = founders.future_of(0)
    child = np.flatnonzero(np.minimum(parted.people["mother"], parted.people["father"]) >= 0)
    mother, first = np.unique(parted.people["mother"][child], return_index=True)
    parted.people["partner"][mother] = np.roll(parted.people["father"][child[first]], 1)
    pairs, _ = names_held(parted, way, name_of_new_family=1.0)
    assert len(pairs) / len(child) == pytest.approx(0.5, abs=0.07)  # in half of the registers
    assert all(own[0] != held[0] and own[1:] == held[1:] for own, held in pairs)


def test_some_days_of_birth_have_day_and_month_swapped_or_no_day(founders, way):
    own = column(founders, only(way), "birth_date")
    swapped = column(founders, only(way, birth_swapped=0.1), "birth_date")
    at = differs(swapped, own)
    assert 0.02 < len(at) / len(own) < 0.06  # the day has to be a month's number
    assert all(swapped[who] == f"{own[who][:4]}-{own[who][8:]}-{own[who][5:7]}" for who in at)
    short = column(founders, only(way, birth_without_day=0.1), "birth_date")
    at = differs(short, own)
    assert len(at) / len(own) == pytest.approx(0.1, abs=0.02)
    assert all(short[who] == own[who][:7] for who in at)


def test_some_phones_have_changed(founders, way):
    own, held = column(founders, only(way), "phone"), column(founders, only(way, phone_changed=0.2), "phone")
    assert len(differs(own, held)) / len(own) == pytest.approx(0.2, abs=0.03)


def test_a_share_below_zero_is_refused(way):
    with pytest.raises(DeclarationError, match=r"name_alike of the mess of identity is -0\.1"):
        replace(way.mess, name_alike=-0.1)
