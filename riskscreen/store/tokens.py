"""API tokens: shown once, kept hashed, with an end."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from riskscreen.errors import CallerError, NotFound, Unauthorized
from riskscreen.store.accounts import account_in, check_there
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import Account
from riskscreen.store.secret import hashed, new_secret
from riskscreen.store.store import Store
from riskscreen.store.tables import TokenRow

PREFIX = "rsk_"  # so that scanners find a token that was left somewhere
REFUSED = "This token is not valid, or no longer: ask for a new one."


@dataclass(frozen=True)
class NewToken:
    """A token as it is shown once; ``id`` names it afterwards."""

    id: str
    token: str


@dataclass(frozen=True)
class KnownToken:
    """What is known of a token later."""

    id: str
    account: str
    created: datetime
    expires: datetime
    revoked: datetime | None


def issue_token(store: Store, name: str, expires: datetime, event: AuditEvent) -> NewToken:
    """A new token for an account.

    Raises ``CallerError`` for an end in the past or a disabled account, ``NotFound`` for no such account.
    """
    if expires <= event.at:
        raise CallerError("A token's end lies in the past: name a later one.")
    new = NewToken(secrets.token_hex(8), new_secret(PREFIX))
    with store.writing(event, Action.TOKEN_ISSUED) as connection:
        check_there(connection, name)
        if account_in(connection, name).disabled:
            raise CallerError("This account is disabled: enable it first.")
        said = {"account": name, "created": event.at, "expires": expires, "revoked": None}
        connection.execute(insert(TokenRow).values(id=new.id, token_hash=hashed(new.token), **said))
    return new


def token_account(store: Store, token: str, now: datetime) -> Account:
    """Whose token it is. Raises ``Unauthorized`` where it is forged, expired, revoked, or of a disabled account."""
    with store.reading() as connection:
        row = connection.execute(
            select(TokenRow.account, TokenRow.expires, TokenRow.revoked).where(TokenRow.token_hash == hashed(token))
        ).one_or_none()
        if row is None or row.revoked is not None or now >= row.expires:
            raise Unauthorized(REFUSED)
        account = account_in(connection, row.account)
    if account.disabled:
        raise Unauthorized(REFUSED)
    return account


def revoke_token(store: Store, token_id: str, event: AuditEvent) -> None:
    """Take a token back. Raises ``NotFound`` where there is none of this id that still stands."""
    standing = (TokenRow.id == token_id) & TokenRow.revoked.is_(None)
    with store.writing(event, Action.TOKEN_REVOKED) as connection:
        if not connection.execute(update(TokenRow).where(standing).values(revoked=event.at)).rowcount:
            raise NotFound("There is no such token that still stands: see the account's tokens.")


def tokens_of(store: Store, name: str) -> list[KnownToken]:
    """The tokens of an account, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(TokenRow.id, TokenRow.account, TokenRow.created, TokenRow.expires, TokenRow.revoked)
            .where(TokenRow.account == name)
            .order_by(TokenRow.created, TokenRow.id)
        )
        return [KnownToken(*row) for row in rows]
