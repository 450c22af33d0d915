"""The commands ``users …``: who may use the service, as what, for which areas, and by which tokens."""

import re
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskscreen.cli.output import AsJson, print_json, print_table
from riskscreen.cli.session import Session
from riskscreen.errors import CallerError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskscreen.declare import Deployment
    from riskscreen.store import Account, Action, AuditEvent, KnownToken, Store

ACTOR = "command_line"
LONGEST = 366  # days of a token

users = typer.Typer(help="Accounts of the service: who may log in, as what, for which areas.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's name.", show_default=False)]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="An area that it sees, with all below; repeat for more.")
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


# Accounts


@users.command("add")
def add_user(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="worker, supervisor, auditor, data_steward, data_scientist or admin.")],
    area: Areas = None,
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Add an account; prints its password, which is shown this once, unless one is read from standard input."""
    from riskscreen.store import Account, Action, check_name, create_account

    session: Session = context.obj
    given = _role(role)
    check_name(name)
    if re.search(r"\d{7}", name):
        raise CallerError("an account's name holds seven digits or more, as an identity number does: choose another")
    password = _password(password_stdin)
    with _prepared(session) as store:
        _put_missing_areas(store, session.deployment)
        event = _event(Action.ACCOUNT_CREATED, f"account:{name}", role=given.value)
        account = Account(name, given, frozenset(area or ()))
        create_account(store, account, password, event)
    _say(account, as_json, {} if password_stdin else {"password": password})


@users.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """Print every account."""
    from riskscreen.store import all_accounts

    with _opened(context.obj) as store:
        accounts = all_accounts(store)
    if as_json:
        print_json([_described(one) for one in accounts])
        return
    rows = [
        [one.name, one.role.value, ", ".join(sorted(one.areas)), "disabled" if one.disabled else ""] for one in accounts
    ]
    print_table("Accounts", ["name", "role", "areas", ""], rows)


@users.command("password")
def change_users_password(
    context: typer.Context, name: Name, password_stdin: FromStdin = False, as_json: AsJson = False
) -> None:
    """Give an account a new password; its sessions and tokens end."""
    from riskscreen.store import Action, change_password, find_account

    password = _password(password_stdin)
    with _opened(context.obj) as store:
        account = find_account(store, name)
        change_password(store, name, password, _event(Action.PASSWORD_CHANGED, f"account:{name}"))
    _say(account, as_json, {} if password_stdin else {"password": password})


@users.command("disable")
def disable_user(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Let an account in no more; its sessions and tokens end."""
    _say(_changed(context.obj, name, disabled=True), as_json)


@users.command("enable")
def enable_user(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Let a disabled account in again, with its password; what ended with it stays ended."""
    _say(_changed(context.obj, name, disabled=False), as_json)


@users.command("areas")
def change_users_areas(context: typer.Context, name: Name, area: Areas = None, as_json: AsJson = False) -> None:
    """Give an account these areas in place of the ones it has; without --area, none."""
    _say(_changed(context.obj, name, areas=frozenset(area or ())), as_json)


def _changed(session: Session, name: str, **changes: Any) -> "Account":
    """An account after its change was written; an area may be one that the next night brings into the store."""
    from riskscreen.store import Action, change_account, find_account

    with _opened(session) as store:
        account = replace(find_account(store, name), **changes)
        if "areas" in changes:
            _put_missing_areas(store, session.deployment)
        said = {"disabled": account.disabled} if "disabled" in changes else {"areas": len(account.areas)}
        change_account(store, account, _event(Action.ACCOUNT_CHANGED, f"account:{name}", **said))
    return account


# Tokens


@users.command("token")
def add_token(
    context: typer.Context,
    name: Name,
    days: Annotated[int, typer.Option(help="For how many days it opens the API.", min=1, max=LONGEST)],
    as_json: AsJson = False,
) -> None:
    """Give a program a token by which it acts for an account; shown this once."""
    from riskscreen.store import Action, find_account, issue_token

    with _opened(context.obj) as store:
        find_account(store, name)
        expires = _now() + timedelta(days=days)
        event = _event(Action.TOKEN_ISSUED, f"account:{name}", expires=expires.date().isoformat())
        new = issue_token(store, name, expires, event)
    if as_json:
        print_json(
            {"id": new.id, "account": name, "expires": expires.isoformat(timespec="seconds"), "token": new.token}
        )
        return
    typer.echo(f"token {new.id} of {name}, until {expires:%Y-%m-%d %H:%M} UTC")
    typer.echo(f"token (shown this once): {new.token}")


@users.command("tokens")
def list_tokens(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Print the tokens of an account: their ids, never the tokens."""
    from riskscreen.store import find_account, tokens_of

    with _opened(context.obj) as store:
        find_account(store, name)
        tokens = tokens_of(store, name)
    if as_json:
        print_json([_token_described(one) for one in tokens])
        return
    rows = [[one.id, f"{one.created:%Y-%m-%d}", f"{one.expires:%Y-%m-%d}", _ended(one)] for one in tokens]
    print_table(f"Tokens of {name}", ["id", "from", "until", ""], rows)


@users.command("revoke")
def revoke_tokens(
    context: typer.Context,
    name: Name,
    token: Annotated[str | None, typer.Option(help="The id of one token; without it, all of the account's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take an account's tokens back: one, or all that stand."""
    from riskscreen.store import Action, find_account, revoke_token, tokens_of

    with _opened(context.obj) as store:
        find_account(store, name)
        standing = [one.id for one in tokens_of(store, name) if one.revoked is None and token in (None, one.id)]
        if token is not None and not standing:
            raise NotFound(f"{name} has no such token that still stands: see `riskscreen users tokens {name}`.")
        for one in standing:
            revoke_token(store, one, _event(Action.TOKEN_REVOKED, f"token:{one}"))
    if as_json:
        print_json({"account": name, "revoked": standing})
        return
    typer.echo(f"tokens of {name} taken back: {len(standing)}")


# What they share


def _say(account: "Account", as_json: bool, once: dict[str, str] | None = None) -> None:
    """Print an account, and what is shown this once."""
    if as_json:
        print_json(_described(account) | (once or {}))
        return
    state = ", disabled" if account.disabled else ""
    areas = ", ".join(sorted(account.areas)) or "none"
    typer.echo(f"account {account.name}, {account.role.value}{state}, areas: {areas}")
    for what, value in (once or {}).items():
        typer.echo(f"{what} (shown this once): {value}")


def _described(account: "Account") -> dict[str, object]:
    areas: Sequence[str] = sorted(account.areas)
    return {"name": account.name, "role": account.role.value, "areas": areas, "disabled": account.disabled}


def _token_described(token: "KnownToken") -> dict[str, object]:
    moments = {"created": token.created, "expires": token.expires, "revoked": token.revoked}
    return {"id": token.id} | {name: at and at.isoformat(timespec="seconds") for name, at in moments.items()}


def _ended(token: "KnownToken") -> str:
    if token.revoked is not None:
        return "revoked"
    return "over" if token.expires <= _now() else ""


def _password(from_stdin: bool) -> str:
    """A password as typed into standard input, or a new one."""
    import secrets

    return sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(12)


def _role(said: str) -> Any:
    from riskscreen.store import Role

    try:
        return Role(said)
    except ValueError:
        raise CallerError(f"there is no role {said!r}: give one of {', '.join(Role)}") from None


@contextmanager
def _opened(session: Session) -> "Iterator[Store]":
    """The store of the home; ``HomeError`` where there is none."""
    from riskscreen.store import open_store

    store = open_store(session.home, session.store_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _prepared(session: Session) -> "Iterator[Store]":
    """The store of the home, made where there is none yet."""
    from riskscreen.store import prepare_store

    store = prepare_store(session.home, session.store_url)
    try:
        yield store
    finally:
        store.close()


def _put_missing_areas(store: "Store", deployment: "Deployment") -> None:
    """An account may be made before the first night, which brings the deployment's areas into the store."""
    from riskscreen.store import Action, areas_there, put_areas

    there = areas_there(store)
    missing = [area for code, area in deployment.areas.items() if code not in there]
    if missing:
        put_areas(store, missing, _event(Action.AREAS_CHANGED, "areas", areas=len(missing)))


def _event(action: "Action", thing: str, **details: int | bool | str) -> "AuditEvent":
    from riskscreen.store import AuditEvent

    return AuditEvent(_now(), ACTOR, action, thing, details)


def _now() -> datetime:
    return datetime.now(UTC)
