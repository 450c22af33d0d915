"""Accounts: passwords under argon2id, roles, areas, and the throttling of log-ins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, delete, insert, select, update

from riskscreen.errors import CallerError, NotFound, TooManyAttempts, Unauthorized
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import Account, Role
from riskscreen.store.secret import hashed, new_secret
from riskscreen.store.store import Store
from riskscreen.store.tables import AccountAreaRow, AccountRow, AreaRow, AttemptRow, SessionRow, TokenRow

NAME = re.compile(r"[a-z][a-z0-9_.-]{0,47}")
SHORTEST, LONGEST = 12, 256  # letters of a password
HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106 for less memory
REFUSED = "Name or password is wrong, or the account is disabled: try again, or ask who keeps the accounts."


@dataclass(frozen=True)
class Throttle:
    """After ``free`` log-ins that failed, each next one waits: ``first``, then twice as long, at most ``longest``."""

    free: int = 5
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts.

        >>> [Throttle().wait(attempts).seconds for attempts in (4, 5, 6, 20, 10**6)]
        [0, 30, 60, 900, 900]
        """
        over = attempts - self.free
        return timedelta(0) if over < 0 else min(self.longest, self.first * 2 ** min(over, 16))


def check_name(name: str) -> None:
    """Raises ``CallerError`` for what cannot name an account."""
    if not NAME.fullmatch(name):
        raise CallerError("An account's name is small letters, digits, '.', '_' or '-', at most 48: choose another.")


def create_account(store: Store, account: Account, password: str, event: AuditEvent) -> None:
    """Add an account. Raises ``CallerError`` for a name that is taken or unfit, a short password, an unknown area."""
    check_name(account.name)
    kept = _kept(password)
    with store.writing(event, Action.ACCOUNT_CREATED) as connection:
        if _row(connection, account.name) is not None:
            raise CallerError(f"There is an account {account.name!r} already: choose another name.")
        said = {"role": account.role.value, "disabled": account.disabled}
        connection.execute(insert(AccountRow).values(name=account.name, password=kept, **said))
        _put_areas(connection, account.name, account.areas)


def change_account(store: Store, account: Account, event: AuditEvent) -> None:
    """Give an account its role and areas, and disable it or not; disabled, its sessions and tokens end.

    Raises ``NotFound`` for an account that is not there, ``CallerError`` for an area that is not.
    """
    with store.writing(event, Action.ACCOUNT_CHANGED) as connection:
        check_there(connection, account.name)
        said = {"role": account.role.value, "disabled": account.disabled}
        connection.execute(update(AccountRow).where(AccountRow.name == account.name).values(said))
        connection.execute(delete(AccountAreaRow).where(AccountAreaRow.account == account.name))
        _put_areas(connection, account.name, account.areas)
        if account.disabled:
            _end_everything(connection, account.name, event.at)


def change_password(store: Store, name: str, password: str, event: AuditEvent) -> None:
    """Give an account another password; its sessions and tokens end. Raises ``NotFound``, ``CallerError``."""
    kept = _kept(password)
    with store.writing(event, Action.PASSWORD_CHANGED) as connection:
        check_there(connection, name)
        connection.execute(update(AccountRow).where(AccountRow.name == name).values(password=kept))
        forget_attempts(connection, name)
        _end_everything(connection, name, event.at)


def find_account(store: Store, name: str) -> Account:
    """The account of a name. Raises ``NotFound``."""
    with store.reading() as connection:
        check_there(connection, name)
        return account_in(connection, name)


def all_accounts(store: Store) -> list[Account]:
    """Every account, by name."""
    with store.reading() as connection:
        names = connection.execute(select(AccountRow.name).order_by(AccountRow.name)).scalars().all()
        return [account_in(connection, name) for name in names]


def check_password(
    store: Store, name: str, password: str, event: AuditEvent, throttle: Throttle | None = None
) -> Account:
    """The account whose password this is.

    The attempt is counted before the password is looked at, so attempts side by side count too. An unknown name takes
    as long and gets the same answers as a known one. Raises ``Unauthorized``, ``TooManyAttempts``.
    """
    with store.writing(event, Action.LOG_IN_TRIED) as connection:
        _count_attempt(connection, name, event.at, throttle or Throttle())
        row = _row(connection, name)
        account = account_in(connection, name) if row else None
    right = _is_right(row.password if row else _nobody(), password)
    if account is None or account.disabled or not right:
        raise Unauthorized(REFUSED)
    return account


def account_in(connection: Connection, name: str) -> Account:
    """An account that is there."""
    row = connection.execute(select(AccountRow.role, AccountRow.disabled).where(AccountRow.name == name)).one()
    areas = connection.execute(select(AccountAreaRow.area).where(AccountAreaRow.account == name)).scalars()
    return Account(name, Role(row.role), frozenset(areas), row.disabled)


def check_there(connection: Connection, name: str) -> None:
    """Raises ``NotFound`` for an account that is not there."""
    if _row(connection, name) is None:
        raise NotFound("There is no account of this name: see the list of accounts.")


def forget_attempts(connection: Connection, name: str) -> None:
    """A log-in succeeded: the next failure is the first again."""
    connection.execute(delete(AttemptRow).where(AttemptRow.name_hash == hashed(name)))


def _count_attempt(connection: Connection, name: str, now: datetime, throttle: Throttle) -> None:
    """Raises ``TooManyAttempts`` while the wait lasts; an attempt made meanwhile does not lengthen it."""
    connection.execute(delete(AttemptRow).where(AttemptRow.last < now - timedelta(days=1)))
    mine = AttemptRow.name_hash == hashed(name)
    row = connection.execute(select(AttemptRow.attempts, AttemptRow.last).where(mine)).one_or_none()
    if row is None:
        connection.execute(insert(AttemptRow).values(name_hash=hashed(name), attempts=1, last=now))
        return
    left = row.last + throttle.wait(row.attempts) - now
    if left > timedelta(0):
        raise TooManyAttempts(f"Too many log-ins failed: wait {left.seconds + 1} seconds, and try again.")
    connection.execute(update(AttemptRow).where(mine).values(attempts=row.attempts + 1, last=now))


def _put_areas(connection: Connection, name: str, areas: Iterable[str]) -> None:
    there = set(connection.execute(select(AreaRow.code)).scalars())
    for area in sorted(areas):
        if area not in there:
            raise CallerError(f"There is no area {area!r}: see the list of areas.")
        connection.execute(insert(AccountAreaRow).values(account=name, area=area))


def _end_everything(connection: Connection, name: str, now: datetime) -> None:
    connection.execute(delete(SessionRow).where(SessionRow.account == name))
    standing = (TokenRow.account == name) & TokenRow.revoked.is_(None)
    connection.execute(update(TokenRow).where(standing).values(revoked=now))


@dataclass(frozen=True)
class _Kept:
    password: str


def _row(connection: Connection, name: str) -> _Kept | None:
    password = connection.execute(select(AccountRow.password).where(AccountRow.name == name)).scalar_one_or_none()
    return None if password is None else _Kept(password)


def _kept(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise CallerError(f"A password has {SHORTEST} to {LONGEST} letters: choose another.")
    return HASHER.hash(password)


def _is_right(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password[: LONGEST + 1])
    except VerifyMismatchError:
        return False


@cache
def _nobody() -> str:
    """The hash of a password that nobody has, so that an unknown name takes as long as a known one."""
    return HASHER.hash(new_secret())
