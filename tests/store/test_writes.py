"""Every write saves its change and its audit event, or neither."""

import inspect
from pathlib import Path

import pytest
from sqlalchemy import event as hooks

import riskscreen.store as room
from riskscreen.store import Action, AuditEvent, Store, events
from riskscreen.store.roles import Role
from riskscreen.store.tables import AuditRow
from tests.store.made import PASSWORD, PUBLISHED, TIMES, account, contents, doubtful, event, later, new_list, placed

# How each public function that takes an event is called, once everything of `furnished` is there.
WRITES = {
    "change_account": lambda store, made: room.change_account(
        store, account("south", role=Role.SUPERVISOR, disabled=True), event(Action.ACCOUNT_CHANGED)
    ),
    "change_password": lambda store, made: room.change_password(
        store, "wang", PASSWORD + "!", event(Action.PASSWORD_CHANGED)
    ),
    "check_password": lambda store, made: room.check_password(store, "wang", PASSWORD, event(Action.LOG_IN_TRIED)),
    "create_account": lambda store, made: room.create_account(
        store, account("south", name="li"), PASSWORD, event(Action.ACCOUNT_CREATED)
    ),
    "end_session": lambda store, made: room.end_session(store, made["session"], event(Action.SESSION_ENDED)),
    "issue_token": lambda store, made: room.issue_token(store, "wang", later(days=1), event(Action.TOKEN_ISSUED)),
    "publish": lambda store, made: room.publish(store, new_list("cy"), PUBLISHED),
    "publish_pairs": lambda store, made: room.publish_pairs(
        store, 2, [doubtful(1, 2), doubtful(5, 6)], event(Action.PAIRS_PUBLISHED)
    ),
    "purge_sessions": lambda store, made: room.purge_sessions(
        store, event(Action.SESSIONS_PURGED, at=later(days=1)), TIMES
    ),
    "put_areas": lambda store, made: room.put_areas(store, [placed("west", "city")], event(Action.AREAS_CHANGED)),
    "record": lambda store, made: room.record(store, event(Action.ENTRIES_SHOWN)),
    "revoke_token": lambda store, made: room.revoke_token(store, made["token"].id, event(Action.TOKEN_REVOKED)),
    "roll_back": lambda store, made: room.roll_back(store, "hardship", "grid", event(Action.LIST_ROLLED_BACK)),
    "see_session": lambda store, made: room.see_session(
        store, made["session"], event(Action.SESSION_SEEN, at=later(minutes=1)), TIMES
    ),
    "start_session": lambda store, made: room.start_session(store, "wang", event(Action.SESSION_STARTED), TIMES),
}
CHANGES_NOTHING = {"record"}
every_write = pytest.mark.parametrize("name", sorted(WRITES))


@pytest.fixture
def made(store):
    room.create_account(store, account("grid"), PASSWORD, event(Action.ACCOUNT_CREATED))
    for entities in ("ann", "bob"):
        room.publish(store, new_list(entities), PUBLISHED)
    room.publish_pairs(store, 1, [doubtful(1, 2), doubtful(3, 4)], event(Action.PAIRS_PUBLISHED))
    return {
        "session": room.start_session(store, "wang", event(Action.SESSION_STARTED), TIMES),
        "token": room.issue_token(store, "wang", later(days=1), event(Action.TOKEN_ISSUED)),
    }


def without_audit(store):
    return {name: rows for name, rows in contents(store).items() if not name.startswith("audit_")}


def events_of(store):
    return contents(store)[AuditRow.__tablename__]


def test_every_public_function_that_takes_an_event_is_tried_here():
    public = {name: getattr(room, name) for name in room.__all__}
    takes = {
        name
        for name, one in public.items()
        if inspect.isfunction(one)
        and any(p.annotation is AuditEvent for p in inspect.signature(one).parameters.values())
    }
    assert takes == set(WRITES)


def test_only_publishing_writes_without_an_event_and_only_what_nobody_sees():
    files = Path(room.__file__).parent.glob("*.py")
    writers = {file.name for file in files if ".unseen()" in file.read_text(encoding="utf-8")}
    assert writers == {"lists.py", "store.py"}
    assert all(".unseen()" not in inspect.getsource(one) for one in (room.publish, room.roll_back, room.lists._flip))


@every_write
def test_a_write_saves_its_change_and_one_event(store, made, name):
    before, events_before = without_audit(store), events_of(store)
    WRITES[name](store, made)
    assert (without_audit(store) == before) is (name in CHANGES_NOTHING)
    assert len(events_of(store)) == len(events_before) + 1


@every_write
def test_an_event_that_fails_takes_the_change_back(store, made, name, monkeypatch):
    before = contents(store)

    def fails(connection, said):
        raise RuntimeError("no event")

    monkeypatch.setattr(events, "append", fails)
    with pytest.raises(RuntimeError, match="no event"):
        WRITES[name](store, made)
    assert contents(store) == before


@every_write
def test_a_change_that_fails_leaves_no_event(store, made, name):
    """The commit itself fails, when everything is written; the worst place for a failure."""
    before = contents(store)

    def fails(connection):
        if any("audit_events" in said for said in statements):
            raise RuntimeError("no commit")

    statements = []
    hooks.listen(store.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    hooks.listen(store.engine, "commit", fails)
    with pytest.raises(RuntimeError, match="no commit"):
        WRITES[name](store, made)
    hooks.remove(store.engine, "commit", fails)
    assert contents(store) == before


@every_write
def test_a_statement_of_the_change_that_fails_leaves_no_event(store, made, name):
    if name in CHANGES_NOTHING:
        return
    before = contents(store)

    def fails(connection, cursor, statement, *_):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise RuntimeError("no change")

    hooks.listen(store.engine, "before_cursor_execute", fails)
    with pytest.raises(RuntimeError, match="no change"):
        WRITES[name](store, made)
    hooks.remove(store.engine, "before_cursor_execute", fails)
    assert contents(store) == before


def test_an_event_of_another_action_is_refused(store):
    with pytest.raises(ValueError, match="this is areas_changed, and its event says token_issued"):
        room.put_areas(store, [placed("west", "city")], event(Action.TOKEN_ISSUED))


def test_a_change_cannot_pass_as_a_reading(store):
    with pytest.raises(ValueError, match="its own function"):
        room.record(store, event(Action.TOKEN_ISSUED))


def test_the_store_has_no_way_to_write_but_these():
    assert {name for name in vars(Store) if not name.startswith("_")} == {
        "place", "engine", "reading", "writing", "unseen", "close",
    } - {"place", "engine"}  # fmt: skip
