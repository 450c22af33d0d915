"""The commands for accounts and their tokens."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from riskscreen.errors import Unauthorized
from riskscreen.store import (
    Role,
    Timeouts,
    check_password,
    find_account,
    open_store,
    session_account,
    start_session,
    token_account,
    trail,
)
from riskscreen.store.events import Action, AuditEvent
from tests.store.made import NOW, account

pytestmark = pytest.mark.usefixtures("quick_passwords")
AUDITOR = account(name="auditor", role=Role.AUDITOR)


@pytest.fixture
def store(riskscreen, home):
    """The store with wang, who sees everything."""
    riskscreen("users", "add", "wang", "--role", "worker", "--area", "all")
    opened = open_store(home)
    yield opened
    opened.close()


def tried():
    return AuditEvent(NOW, "nobody", Action.LOG_IN_TRIED, "log_in")


def written(store):
    """What the audit says, from the account's making on."""
    said = [(one.action, one.object, one.details) for one in trail(store, AUDITOR, 0, 500)]
    return [one for one in said if one[0] not in (Action.AUDIT_READ, Action.LOG_IN_TRIED)]


def now():
    return datetime.now(UTC)


def test_an_account_is_made_with_a_password_that_opens_it(riskscreen, home):
    code, out, _ = riskscreen("users", "add", "wang", "--role", "worker", "--area", "all", "--json")
    said = json.loads(out)
    assert (code, said["role"], said["areas"]) == (0, "worker", ["all"])
    store = open_store(home)
    tried = AuditEvent(NOW, "nobody", Action.LOG_IN_TRIED, "log_in")
    assert check_password(store, "wang", said["password"], tried) == find_account(store, "wang")
    store.close()


def test_a_password_from_standard_input_is_not_printed(riskscreen, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    code, out, err = riskscreen("users", "add", "wang", "--role", "worker", "--password-stdin")
    assert (code, "horse" in out + err) == (0, False)
    assert [one["name"] for one in json.loads(riskscreen("users", "list", "--json")[1])] == ["wang"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["wang", "--role", "king"], "there is no role"),
        (["wang", "--role", "worker", "--area", "nowhere"], "There is no area"),
        (["王", "--role", "worker"], "name is small letters"),
        (["a12345678", "--role", "worker"], "seven digits"),
    ],
)
def test_an_account_that_cannot_be_is_refused(riskscreen, words, sentence):
    code, _, err = riskscreen("users", "add", *words)
    assert (code, sentence in err, len(err.splitlines())) == (2, True, 1)


def test_who_was_made_stands_in_the_audit(store):
    assert written(store)[-1] == (Action.ACCOUNT_CREATED, "account:wang", {"role": "worker"})


# Changes


def test_a_new_password_is_the_only_one_and_ends_sessions_and_tokens(riskscreen, store):
    started = AuditEvent(now(), "wang", Action.SESSION_STARTED, "account:wang")
    session = start_session(store, "wang", started, Timeouts())
    token = json.loads(riskscreen("users", "token", "wang", "--days", 1, "--json")[1])["token"]
    code, out, _ = riskscreen("users", "password", "wang", "--json")
    assert (code, check_password(store, "wang", json.loads(out)["password"], tried()).name) == (0, "wang")
    with pytest.raises(Unauthorized):
        session_account(store, session, now(), Timeouts())
    with pytest.raises(Unauthorized):
        token_account(store, token, now())
    assert written(store)[-1] == (Action.PASSWORD_CHANGED, "account:wang", {})


def test_a_new_password_from_standard_input_is_not_printed(riskscreen, store, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("another horse battery\n"))
    code, out, err = riskscreen("users", "password", "wang", "--password-stdin")
    assert (code, "horse" in out + err) == (0, False)
    assert check_password(store, "wang", "another horse battery", tried()).name == "wang"


def test_a_disabled_account_comes_back_when_enabled(riskscreen, store):
    code, out, _ = riskscreen("users", "disable", "wang", "--json")
    assert (code, json.loads(out)["disabled"], find_account(store, "wang").disabled) == (0, True, True)
    assert "disabled" in riskscreen("users", "list")[1]
    assert riskscreen("users", "enable", "wang")[0] == 0
    assert find_account(store, "wang") == account("all")
    changes = [said for action, _, said in written(store) if action is Action.ACCOUNT_CHANGED]
    assert changes == [{"disabled": True}, {"disabled": False}]


def test_areas_are_replaced_and_the_rest_stays(riskscreen, store):
    riskscreen("users", "disable", "wang")
    code, out, _ = riskscreen("users", "areas", "wang", "--json")
    assert (code, json.loads(out)["areas"]) == (0, [])
    assert find_account(store, "wang") == account(disabled=True)
    riskscreen("users", "areas", "wang", "--area", "all")
    assert find_account(store, "wang").areas == {"all"}
    assert written(store)[-1] == (Action.ACCOUNT_CHANGED, "account:wang", {"areas": 1})


# Tokens


def test_a_token_opens_for_its_days_and_is_shown_once(riskscreen, store):
    code, out, _ = riskscreen("users", "token", "wang", "--days", 7)
    token = out.split()[-1]
    assert (code, token_account(store, token, now() + timedelta(days=6)).name) == (0, "wang")
    with pytest.raises(Unauthorized):
        token_account(store, token, now() + timedelta(days=7))
    assert token not in riskscreen("users", "tokens", "wang")[1]
    action, thing, details = written(store)[-1]
    assert (action, thing, sorted(details)) == (Action.TOKEN_ISSUED, "account:wang", ["expires"])


def test_one_token_or_all_are_taken_back(riskscreen, store):
    ids = [json.loads(riskscreen("users", "token", "wang", "--days", 7, "--json")[1])["id"] for _ in range(3)]
    assert json.loads(riskscreen("users", "revoke", "wang", "--token", ids[1], "--json")[1])["revoked"] == [ids[1]]
    assert set(json.loads(riskscreen("users", "revoke", "wang", "--json")[1])["revoked"]) == {ids[0], ids[2]}
    known = json.loads(riskscreen("users", "tokens", "wang", "--json")[1])
    assert {one["id"] for one in known if one["revoked"]} == set(ids)
    revoked = [thing for action, thing, _ in written(store) if action is Action.TOKEN_REVOKED]
    assert set(revoked) == {f"token:{one}" for one in ids}
    assert riskscreen("users", "revoke", "wang")[:2] == (0, "tokens of wang taken back: 0\n")


# What is refused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["password", "li"], "There is no account of this name"),
        (["disable", "li"], "There is no account of this name"),
        (["enable", "王芳"], "There is no account of this name"),
        (["areas", "li", "--area", "all"], "There is no account of this name"),
        (["areas", "wang", "--area", "nowhere"], "There is no area 'nowhere'"),
        (["token", "li", "--days", 1], "There is no account of this name"),
        (["tokens", "li"], "There is no account of this name"),
        (["revoke", "li"], "There is no account of this name"),
        (["revoke", "wang", "--token", "0" * 16], "no such token that still stands"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(riskscreen, store, words, sentence):
    before = (written(store), find_account(store, "wang"))
    code, _, err = riskscreen("users", *words)
    assert (code, sentence in err, len(err.splitlines())) == (2, True, 1)
    assert (written(store), find_account(store, "wang")) == before


def test_a_short_password_is_refused_and_the_old_one_stays(riskscreen, store, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    before = written(store)
    code, _, err = riskscreen("users", "password", "wang", "--password-stdin")
    assert (code, "12 to 256" in err, written(store)) == (2, True, before)


def test_a_disabled_account_gets_no_token(riskscreen, store):
    riskscreen("users", "disable", "wang")
    code, _, err = riskscreen("users", "token", "wang", "--days", 1)
    assert (code, "enable it first" in err) == (2, True)


@pytest.mark.parametrize("days", [0, -1, 367, "x"])
def test_a_token_is_for_a_day_to_a_year(riskscreen, store, days):
    assert riskscreen("users", "token", "wang", "--days", days)[0] == 2


@pytest.mark.parametrize("command", ["password", "disable", "enable", "areas", "tokens", "revoke"])
def test_without_a_store_there_is_nobody_to_change(riskscreen, home, command):
    code, _, err = riskscreen("users", command, "wang")
    assert (code, "There is no store" in err, home.exists()) == (2, True, False)
