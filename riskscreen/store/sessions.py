"""Sessions, kept on the server: a random id in the browser, its hash here, and two time-outs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from riskscreen.errors import Unauthorized
from riskscreen.store.accounts import account_in, check_there, forget_attempts
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import Account
from riskscreen.store.secret import hashed, new_secret
from riskscreen.store.store import Store
from riskscreen.store.tables import SessionRow

OVER = "This log-in is over or was never made: log in again."


@dataclass(frozen=True)
class Timeouts:
    """A session ends after ``idle`` without a request, and ``absolute`` after its start whatever happens."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=10)


def start_session(store: Store, name: str, event: AuditEvent, timeouts: Timeouts) -> str:
    """The id of a new session, shown this once, for an account whose password was right; its failures are forgotten.

    Raises ``NotFound`` for an account that is not there, ``Unauthorized`` for a disabled one.
    """
    secret, now = new_secret(), event.at
    with store.writing(event, Action.SESSION_STARTED) as connection:
        check_there(connection, name)
        if account_in(connection, name).disabled:
            raise Unauthorized(OVER)
        forget_attempts(connection, name)
        times = {"created": now, "last_seen": now, "expires": now + timeouts.absolute}
        connection.execute(insert(SessionRow).values(id_hash=hashed(secret), account=name, **times))
    return secret


def session_account(store: Store, secret: str, now: datetime, timeouts: Timeouts) -> Account:
    """Whose session it is. Raises ``Unauthorized`` where it is forged, ended or timed out."""
    with store.reading() as connection:
        return _account(connection, secret, now, timeouts)


def see_session(store: Store, secret: str, event: AuditEvent, timeouts: Timeouts) -> Account:
    """The same, and the idle time begins anew."""
    with store.writing(event, Action.SESSION_SEEN) as connection:
        account = _account(connection, secret, event.at, timeouts)
        connection.execute(update(SessionRow).where(SessionRow.id_hash == hashed(secret)).values(last_seen=event.at))
    return account


def end_session(store: Store, secret: str, event: AuditEvent) -> None:
    """Log out. Raises ``Unauthorized`` where there is no such session."""
    with store.writing(event, Action.SESSION_ENDED) as connection:
        ended = connection.execute(delete(SessionRow).where(SessionRow.id_hash == hashed(secret)))
        if not ended.rowcount:
            raise Unauthorized(OVER)


def purge_sessions(store: Store, event: AuditEvent, timeouts: Timeouts) -> None:
    """Remove the sessions that timed out."""
    idle = SessionRow.last_seen <= event.at - timeouts.idle
    with store.writing(event, Action.SESSIONS_PURGED) as connection:
        connection.execute(delete(SessionRow).where(idle | (SessionRow.expires <= event.at)))


def _account(connection: Connection, secret: str, now: datetime, timeouts: Timeouts) -> Account:
    row = connection.execute(
        select(SessionRow.account, SessionRow.last_seen, SessionRow.created, SessionRow.expires).where(
            SessionRow.id_hash == hashed(secret)
        )
    ).one_or_none()
    if row is None or now >= min(row.expires, row.created + timeouts.absolute, row.last_seen + timeouts.idle):
        raise Unauthorized(OVER)
    account = account_in(connection, row.account)
    if account.disabled:
        raise Unauthorized(OVER)
    return account
