"""Doubtful pairs, and what people decide about them."""

import json

import pytest

from riskscreen.errors import CallerError, Conflict, Forbidden, NotFound
from riskscreen.linkage.claims import DECISIONS
from riskscreen.store import (
    Action,
    Because,
    Judgement,
    PairState,
    Role,
    Verdict,
    all_decisions,
    decide,
    decisions_about,
    decisions_in_force,
    one_pair,
    pairs_page,
    publish_pairs,
    take_back,
    trail,
)
from tests.store.made import NOW, account, contents, event, later
from tests.store.made import doubtful as pair

STEWARD = account(name="lin", role=Role.DATA_STEWARD)
FOUND = event(Action.PAIRS_PUBLISHED)
SAME = Judgement(Verdict.TOGETHER, Because.WORDS)
OTHERS = Judgement(Verdict.APART, Because.PAPERS)


def publish(store, *found, version=1):
    return publish_pairs(store, version, found, FOUND)


def listed(store, state=PairState.OPEN):
    """The claims of every pair of a state, page by page."""
    found, after = [], None
    while True:
        page = pairs_page(store, STEWARD, state, after)
        found += [(one.found.claim, one.found.other) for one in page.pairs]
        if (after := page.next) is None:
            return found


def number_of(store, claim, other):
    (number,) = [
        one.number for one in pairs_page(store, STEWARD).pairs if (one.found.claim, one.found.other) == (claim, other)
    ]
    return number


def in_force(store):
    return [(row["claim"], row["other"], row["verdict"]) for row in decisions_in_force(store).to_pylist()]


# What a link run found


def test_a_pair_is_read_back_as_it_was_published(store):
    publish(store, pair(3, 9, 2.5), version=7)
    (one,) = pairs_page(store, STEWARD).pairs
    assert one == one_pair(store, STEWARD, one.number)
    assert (one.found, one.version, one.state, one.decision) == (pair(3, 9, 2.5), 7, PairState.OPEN, None)


def test_a_pair_names_its_lower_claim_first():
    with pytest.raises(ValueError, match="lower claim first"):
        pair(9, 3)


def test_the_weightiest_pair_comes_first(store):
    publish(store, pair(1, 2, 0.5), pair(3, 4, 6.0), pair(5, 6, -2.0))
    assert listed(store) == [(3, 4), (1, 2), (5, 6)]


def test_pages_by_cursor_show_every_pair_once_though_many_weigh_the_same(store):
    found = [pair(at, at + 1000, float(at % 3)) for at in range(120)]
    publish(store, *found)
    shown = listed(store)
    assert len(shown) == 120
    assert set(shown) == {(one.claim, one.other) for one in found}
    assert [claim % 3 for claim, _ in shown] == [2] * 40 + [1] * 40 + [0] * 40


def test_pages_go_on_behind_a_pair_that_was_decided_meanwhile(store):
    publish(store, *[pair(at, at + 1000, -float(at)) for at in range(60)])
    first = pairs_page(store, STEWARD)
    decide(store, STEWARD, first.pairs[-1].number, SAME, NOW)
    second = pairs_page(store, STEWARD, PairState.OPEN, first.next)
    assert [one.found.claim for one in second.pairs] == list(range(50, 60))


def test_a_cursor_that_is_no_pairs_number_is_refused(store):
    with pytest.raises(CallerError, match="comes from elsewhere"):
        pairs_page(store, STEWARD, PairState.OPEN, 77)


def test_another_run_replaces_the_open_pairs_and_keeps_the_numbers(store):
    assert publish(store, pair(1, 2), pair(3, 4)) == 2
    number = number_of(store, 3, 4)
    assert publish(store, pair(3, 4, 5.0), pair(5, 6), version=2) == 2
    assert listed(store) == [(3, 4), (5, 6)]
    renewed = one_pair(store, STEWARD, number)
    assert (renewed.found.weight, renewed.version) == (5.0, 2)
    assert pairs_page(store, STEWARD).counts == {PairState.OPEN: 2, PairState.GONE: 1}


def test_a_pair_that_is_found_again_is_open_again(store):
    publish(store, pair(1, 2))
    publish(store)
    assert listed(store) == []
    publish(store, pair(1, 2))
    assert listed(store) == [(1, 2)]


def test_the_same_run_published_twice_changes_nothing_but_the_trail(store):
    publish(store, pair(1, 2), pair(3, 4))
    before = contents(store)["linkage_pairs"]
    publish(store, pair(1, 2), pair(3, 4))
    assert contents(store)["linkage_pairs"] == before


def test_a_decided_pair_stays_decided_when_a_run_finds_it_again_or_not(store):
    publish(store, pair(1, 2), pair(3, 4))
    for claims in ((1, 2), (3, 4)):
        decide(store, STEWARD, number_of(store, *claims), OTHERS, NOW)
    assert publish(store, pair(1, 2, 3.0)) == 0
    assert listed(store, PairState.DECIDED) == [(3, 4), (1, 2)]


def test_pages_of_decided_pairs_show_each_once_the_last_decision_first(store):
    publish(store, *[pair(at, at + 1000) for at in range(60)])
    numbers = [one.number for one in pairs_page(store, STEWARD).pairs] + [10, 9, 8]
    for number in numbers:
        decide(store, STEWARD, number, SAME, NOW)
    shown = listed(store, PairState.DECIDED)
    assert len(shown) == len(set(shown)) == 53
    assert [claim + 1 for claim, _ in shown] == numbers[::-1]


# Decisions


def test_a_decision_holds_and_its_pair_is_open_no_more(store):
    publish(store, pair(1, 2), pair(3, 4))
    made = decide(store, STEWARD, number_of(store, 1, 2), SAME, NOW)
    assert (made.verdict, made.by, made.at, made.because, made.in_force) == ("together", "lin", NOW, "words", True)
    assert in_force(store) == [(1, 2, "together")]
    assert decisions_in_force(store).schema == DECISIONS
    assert listed(store) == [(3, 4)]


def test_a_decision_taken_back_holds_no_more_and_stays_on_record(store):
    publish(store, pair(1, 2))
    number = number_of(store, 1, 2)
    made = decide(store, STEWARD, number, SAME, NOW)
    back = take_back(store, STEWARD, made.number, Because.MISTAKE, later(days=1))
    assert (back.takes_back, back.verdict, back.at) == (made.number, None, later(days=1))
    assert in_force(store) == []
    assert listed(store) == [(1, 2)]
    again = decide(store, STEWARD, number, OTHERS, later(days=2))
    history = [(one.number, one.in_force) for one in decisions_about(store, STEWARD, number)]
    assert history == [(made.number, False), (back.number, False), (again.number, True)]
    assert [one.number for one in all_decisions(store)] == [made.number, back.number, again.number]


def test_decisions_are_only_ever_added(store):
    publish(store, pair(1, 2))
    made = decide(store, STEWARD, number_of(store, 1, 2), SAME, NOW)
    before = contents(store)["linkage_decisions"]
    take_back(store, STEWARD, made.number, Because.NEW_FACTS, NOW)
    assert before == contents(store)["linkage_decisions"][:1]


def test_a_decision_taken_back_or_none_at_all_cannot_be_taken_back(store):
    publish(store, pair(1, 2))
    made = decide(store, STEWARD, number_of(store, 1, 2), SAME, NOW)
    back = take_back(store, STEWARD, made.number, Because.MISTAKE, NOW)
    before = contents(store)
    with pytest.raises(Conflict, match=f"Decision {made.number} was taken back already"):
        take_back(store, STEWARD, made.number, Because.MISTAKE, NOW)
    for number in (back.number, 99):
        with pytest.raises(NotFound, match="no such decision"):
            take_back(store, STEWARD, number, Because.MISTAKE, NOW)
    assert contents(store) == before


def test_a_pair_is_decided_once(store):
    publish(store, pair(1, 2))
    number = number_of(store, 1, 2)
    first = decide(store, STEWARD, number, SAME, NOW)
    with pytest.raises(Conflict, match=f"by decision {first.number}") as error:
        decide(store, STEWARD, number, SAME, NOW)
    assert error.value.numbers == (first.number,)


def decided_line(store):
    """Claims 1 = 2 = 3 = 4 by decisions 1, 2 and 3, and 8 = 9 by decision 4; the pairs (1, 3), (4, 8) and (1, 9) are open."""
    together = [(1, 2), (2, 3), (3, 4), (8, 9)]
    publish(store, *[pair(*claims) for claims in [*together, (1, 3), (4, 8), (1, 9)]])
    for claims in together:
        decide(store, STEWARD, number_of(store, *claims), SAME, NOW)


def test_apart_of_those_whom_others_put_together_is_refused_with_their_numbers(store):
    decided_line(store)
    before = contents(store)
    with pytest.raises(Conflict, match="With decision 1, 2 in force, this one cannot hold") as error:
        decide(store, STEWARD, number_of(store, 1, 3), OTHERS, NOW)
    assert error.value.numbers == (1, 2)
    assert contents(store) == before


def test_together_of_those_whom_others_keep_apart_is_refused_with_their_numbers(store):
    decided_line(store)
    decide(store, STEWARD, number_of(store, 4, 8), OTHERS, NOW)
    with pytest.raises(Conflict) as error:
        decide(store, STEWARD, number_of(store, 1, 9), SAME, NOW)
    assert error.value.numbers == (1, 2, 3, 4, 5)


def test_once_a_contradicting_decision_is_taken_back_the_other_may_be_made(store):
    decided_line(store)
    take_back(store, STEWARD, 2, Because.MISTAKE, NOW)
    decide(store, STEWARD, number_of(store, 1, 3), OTHERS, NOW)
    assert (1, 3, "apart") in in_force(store)


def test_a_reason_is_one_of_those_for_its_purpose(store):
    publish(store, pair(1, 2))
    with pytest.raises(CallerError, match="give one of words, papers, asked"):
        Judgement(Verdict.APART, Because.MISTAKE)
    made = decide(store, STEWARD, number_of(store, 1, 2), SAME, NOW)
    with pytest.raises(CallerError, match="give one of mistake, new_facts"):
        take_back(store, STEWARD, made.number, Because.WORDS, NOW)


# Who may, and what is written down


@pytest.mark.parametrize("role", sorted({*Role} - {Role.SUPERVISOR, Role.DATA_STEWARD}))
def test_who_may_not_decide_sees_no_pair_either(store, role):
    publish(store, pair(1, 2))
    other = account("city", name="other", role=role)
    for refused in (
        lambda: pairs_page(store, other),
        lambda: one_pair(store, other, 1),
        lambda: decisions_about(store, other, 1),
        lambda: decide(store, other, 1, SAME, NOW),
        lambda: take_back(store, other, 1, Because.MISTAKE, NOW),
    ):
        with pytest.raises(Forbidden, match="does not include decide_identity"):
            refused()


def test_areas_do_not_apply_to_pairs(store):
    publish(store, pair(1, 2))
    nowhere, south = account(name="su", role=Role.SUPERVISOR), account("south", name="su", role=Role.SUPERVISOR)
    assert pairs_page(store, nowhere) == pairs_page(store, south) == pairs_page(store, STEWARD)


def test_what_is_not_there_cannot_be_decided(store):
    with pytest.raises(NotFound, match="no such pair"):
        decide(store, STEWARD, 1, SAME, NOW)


def test_decisions_are_written_down_with_numbers_and_codes_alone(store):
    publish(store, pair(1, 2))
    made = decide(store, STEWARD, number_of(store, 1, 2), SAME, NOW)
    take_back(store, STEWARD, made.number, Because.MISTAKE, NOW)
    found, one, back = trail(store, account(name="auditor", role=Role.AUDITOR))[-3:]
    assert found.action is Action.PAIRS_PUBLISHED
    assert (one.actor, one.object) == ("lin", "pair:1")
    assert one.details == {"claims": [1, 2], "verdict": "together", "reason": "words"}
    assert (back.object, back.details) == ("decision:1", {"claims": [1, 2], "reason": "mistake"})
    assert "near" not in json.dumps([one.details, back.details, found.details])
