"""The audit trail: every number once, in a vocabulary without room for people's names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from riskscreen.errors import Forbidden
from riskscreen.store import DETAILS, Action, AuditEvent, Role, open_store, record, trail
from tests.store.made import NOW, account, event

AUDITOR = account(role=Role.AUDITOR)
SHOWN = Action.ENTRIES_SHOWN


def test_an_event_reads_back_as_it_was_written(store):
    record(store, AuditEvent(NOW, "wang", SHOWN, "list:" + "0" * 32, {"positions": (1, 2)}))
    last = trail(store, AUDITOR)[-1]
    assert (last.at, last.actor, last.action, last.object) == (NOW, "wang", SHOWN, "list:" + "0" * 32)
    assert last.details == {"positions": [1, 2]}


def test_the_trail_is_read_on_from_a_number(store):
    for _ in range(5):
        record(store, event(SHOWN))
    assert [one.number for one in trail(store, AUDITOR, after=2, limit=3)] == [3, 4, 5]


def test_numbers_have_no_gap_after_a_write_that_failed(store):
    record(store, event(SHOWN))
    with pytest.raises(ZeroDivisionError), store.writing(event(SHOWN), SHOWN):
        raise ZeroDivisionError
    record(store, event(SHOWN))
    assert [one.number for one in trail(store, AUDITOR)] == [1, 2, 3]


def test_writers_side_by_side_each_get_their_own_number(home):
    store = open_store(home)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: record(store, event(SHOWN)), range(40)))
    assert [one.number for one in trail(store, AUDITOR, limit=100)] == list(range(1, 1 + 1 + 40))
    store.close()


@pytest.mark.parametrize("role", [Role.WORKER, Role.SUPERVISOR, Role.DATA_SCIENTIST])
def test_the_trail_is_not_for_everybody(store, role):
    with pytest.raises(Forbidden, match="read_audit"):
        trail(store, account("city", role=role))


def test_every_action_says_what_its_details_may_hold():
    assert set(DETAILS) == set(Action)


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "Ann Smith"},
        {"actor": "王芳"},
        {"thing": "account:13812345678"},
        {"thing": "list:not-one-of-ours"},
        {"positions": "320502199001011234"},
        {"positions": "Ann lives here"},
        {"name": "ann"},
        {"at": datetime(2024, 3, 1)},  # noqa: DTZ001
    ],
)
def test_what_could_tell_a_person_cannot_be_written_down(changes):
    said = {"at": NOW, "actor": "system", "thing": "thing"} | changes
    at, actor, thing = said.pop("at"), said.pop("actor"), said.pop("thing")
    with pytest.raises(ValueError, match=r"audit event|says nothing of"):
        AuditEvent(at, actor, SHOWN, thing, said)
