"""Sessions and tokens: random, hashed, ending."""

import pytest

from riskscreen.errors import CallerError, NotFound, Unauthorized
from riskscreen.store import (
    Action,
    change_account,
    change_password,
    create_account,
    end_session,
    issue_token,
    purge_sessions,
    revoke_token,
    see_session,
    session_account,
    start_session,
    token_account,
    tokens_of,
)
from riskscreen.store.tables import SessionRow
from tests.store.made import NOW, PASSWORD, TIMES, account, contents, event, later


@pytest.fixture(autouse=True)
def wang(store):
    create_account(store, account("grid"), PASSWORD, event(Action.ACCOUNT_CREATED))


@pytest.fixture
def session(store):
    return start_session(store, "wang", event(Action.SESSION_STARTED), TIMES)


@pytest.fixture
def token(store):
    return issue_token(store, "wang", later(days=30), event(Action.TOKEN_ISSUED))


def ended(store, session, **at):
    with pytest.raises(Unauthorized, match="log in again"):
        session_account(store, session, later(**at), TIMES)


def refused(store, token, **at):
    with pytest.raises(Unauthorized, match="not valid"):
        token_account(store, token, later(**at))


def test_a_session_is_its_accounts(store, session):
    assert session_account(store, session, later(minutes=29), TIMES) == account("grid")


def test_ids_have_256_bits_are_never_the_same_and_are_kept_hashed(store, session, token):
    assert len(session) == len(token.token.removeprefix("rsk_")) == 43  # 43 letters of 6 bits
    assert session != start_session(store, "wang", event(Action.SESSION_STARTED), TIMES)
    kept = str(contents(store))
    assert session not in kept
    assert token.token not in kept


def test_a_session_ends_after_idle_time(store, session):
    ended(store, session, minutes=30)


def test_a_session_that_is_seen_goes_on_until_its_absolute_end(store, session):
    for minutes in range(20, 600, 20):
        see_session(store, session, event(Action.SESSION_SEEN, at=later(minutes=minutes)), TIMES)
    session_account(store, session, later(minutes=599), TIMES)
    ended(store, session, minutes=600)


def test_a_session_that_timed_out_is_not_brought_back_by_being_seen(store, session):
    with pytest.raises(Unauthorized):
        see_session(store, session, event(Action.SESSION_SEEN, at=later(minutes=30)), TIMES)
    ended(store, session, minutes=30)


@pytest.mark.parametrize("forged", ["", "x" * 43, "' OR 1=1 --", "\ud800", "\x00"])
def test_what_was_made_up_opens_nothing(store, session, token, forged):
    ended(store, forged)
    refused(store, forged)
    refused(store, session)
    ended(store, token.token)


def test_a_log_out_ends_that_session_alone(store, session):
    other = start_session(store, "wang", event(Action.SESSION_STARTED), TIMES)
    end_session(store, session, event(Action.SESSION_ENDED))
    ended(store, session)
    assert session_account(store, other, NOW, TIMES) == account("grid")
    with pytest.raises(Unauthorized):
        end_session(store, session, event(Action.SESSION_ENDED))


def test_disabling_an_account_ends_its_sessions_and_tokens_for_good(store, session, token):
    change_account(store, account("grid", disabled=True), event(Action.ACCOUNT_CHANGED))
    with pytest.raises(Unauthorized):
        start_session(store, "wang", event(Action.SESSION_STARTED), TIMES)
    change_account(store, account("grid"), event(Action.ACCOUNT_CHANGED))
    ended(store, session)
    refused(store, token.token)


def test_another_password_ends_sessions_and_tokens(store, session, token):
    change_password(store, "wang", PASSWORD + "!", event(Action.PASSWORD_CHANGED))
    ended(store, session)
    refused(store, token.token)


def test_changed_areas_hold_at_once(store, session, token):
    change_account(store, account("south"), event(Action.ACCOUNT_CHANGED))
    assert session_account(store, session, NOW, TIMES).areas == {"south"}
    assert token_account(store, token.token, NOW).areas == {"south"}


def test_a_purge_removes_what_timed_out_and_nothing_else(store, session):
    young = start_session(store, "wang", event(Action.SESSION_STARTED, at=later(minutes=20)), TIMES)
    purge_sessions(store, event(Action.SESSIONS_PURGED, at=later(minutes=30)), TIMES)
    assert len(contents(store)[SessionRow.__tablename__]) == 1
    assert session_account(store, young, later(minutes=30), TIMES) == account("grid")


def test_a_session_of_nobody_is_refused(store):
    with pytest.raises(NotFound):
        start_session(store, "li", event(Action.SESSION_STARTED), TIMES)


# Tokens


def test_a_token_is_its_accounts_until_its_end(store, token):
    assert token_account(store, token.token, later(days=29)) == account("grid")
    refused(store, token.token, days=30)


def test_a_revoked_token_is_refused_and_cannot_be_revoked_again(store, token):
    revoke_token(store, token.id, event(Action.TOKEN_REVOKED))
    refused(store, token.token)
    with pytest.raises(NotFound):
        revoke_token(store, token.id, event(Action.TOKEN_REVOKED))


def test_the_tokens_of_an_account_are_listed_without_the_tokens(store, token):
    (known,) = tokens_of(store, "wang")
    assert (known.id, known.expires, known.revoked) == (token.id, later(days=30), None)
    assert token.token not in str(known)


def test_a_token_that_ends_before_it_begins_and_a_token_of_nobody_are_refused(store):
    with pytest.raises(CallerError, match="past"):
        issue_token(store, "wang", NOW, event(Action.TOKEN_ISSUED))
    with pytest.raises(NotFound):
        issue_token(store, "li", later(days=1), event(Action.TOKEN_ISSUED))


def test_a_disabled_account_gets_no_token(store):
    change_account(store, account("grid", disabled=True), event(Action.ACCOUNT_CHANGED))
    before = contents(store)
    with pytest.raises(CallerError, match="enable it first"):
        issue_token(store, "wang", later(days=1), event(Action.TOKEN_ISSUED))
    assert contents(store) == before
