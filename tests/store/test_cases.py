"""Open cases: who takes whom on, and who may not."""

import pytest

from riskscreen.errors import CallerError, Forbidden, NotFound
from riskscreen.store import Action, Role, all_open_cases, cases_in, close_case, current_page, open_case, publish, trail
from tests.store.made import NOW, PUBLISHED, account, contents, later, new_list

WANG = account("north")


@pytest.fixture
def listed(store):
    """The ids of the entries of anna and ben, on the grid's list."""
    publish(store, new_list("anna", "ben"), PUBLISHED)
    return [entry.id for entry in current_page(store, WANG, "hardship", "grid").entries]


def taken_on(store):
    return {model: {area: set(who) for area, who in of.items()} for model, of in all_open_cases(store).items()}


def test_who_is_taken_on_has_an_open_case_until_it_is_closed(store, listed):
    number = open_case(store, WANG, listed[1], NOW).id
    (case,) = cases_in(store, WANG, "hardship", "grid")
    assert (case.id, case.entity_id, case.position, case.opened_by, case.opened_at) == (number, "ben", 2, "wang", NOW)
    assert taken_on(store) == {"hardship": {"grid": {"ben"}}}
    close_case(store, WANG, number, later(days=1))
    assert cases_in(store, WANG, "hardship", "grid") == []
    assert taken_on(store) == {}


def test_a_closed_case_can_be_opened_again_and_is_another(store, listed):
    first = open_case(store, WANG, listed[0], NOW).id
    close_case(store, WANG, first, NOW)
    assert open_case(store, WANG, listed[0], NOW).id != first


def test_opening_and_closing_are_written_down_without_a_pseudonym(store, listed):
    number = open_case(store, WANG, listed[0], NOW).id
    close_case(store, WANG, number, NOW)
    opened, closed = trail(store, account(name="auditor", role=Role.AUDITOR))[-2:]
    assert (opened.action, opened.actor, opened.details) == (Action.CASE_OPENED, "wang", {"position": 1})
    assert (closed.action, closed.object) == (Action.CASE_CLOSED, f"case:{number}")


@pytest.mark.parametrize(
    ("who", "entry", "error", "sentence"),
    [
        (WANG, 0, CallerError, "open already"),
        (account("south"), 1, Forbidden, "not one of yours"),
        (account("north", role=Role.AUDITOR), 1, Forbidden, "does not include take_cases"),
        (account("north", disabled=True), 1, Forbidden, "does not include take_cases"),
        (WANG, "f" * 32 + "-1", NotFound, "no such list"),
        (WANG, "' OR 1=1", NotFound, "no such entry"),
    ],
)
def test_who_may_not_take_on_is_told_and_nothing_changes(store, listed, who, entry, error, sentence):
    open_case(store, WANG, listed[0], NOW)
    before = contents(store)
    with pytest.raises(error, match=sentence):
        open_case(store, who, listed[entry] if isinstance(entry, int) else entry, NOW)
    assert contents(store) == before


def test_a_case_of_another_area_or_one_that_is_closed_cannot_be_closed(store, listed):
    number = open_case(store, WANG, listed[0], NOW).id
    before = contents(store)
    with pytest.raises(Forbidden, match="not one of yours"):
        close_case(store, account("south"), number, NOW)
    with pytest.raises(NotFound, match="no such open case"):
        close_case(store, WANG, number + 1, NOW)
    assert contents(store) == before


def test_the_cases_of_an_area_are_seen_by_those_who_see_the_area(store, listed):
    open_case(store, WANG, listed[0], NOW)
    with pytest.raises(Forbidden, match="not one of yours"):
        cases_in(store, account("south"), "hardship", "grid")
