"""The commands ``serve``, ``users`` and ``openapi``: the service, who may use it, and its API's description."""

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from riskscreen.cli.output import AsJson, print_json, print_table
from riskscreen.cli.session import Session
from riskscreen.errors import CallerError

if TYPE_CHECKING:
    from riskscreen.declare import Deployment
    from riskscreen.store import Store

GROUP = "riskscreen.service"
STORE_URL = "RISKSCREEN_STORE_URL"
ACTOR = "command_line"
LOOPBACK = "127.0.0.1"

users = typer.Typer(help="Accounts of the service: who may log in, as what, for which areas.", no_args_is_help=True)


# The service


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = LOOPBACK,
    as_json: AsJson = False,
) -> None:
    """Serve the lists to people and programs, until Ctrl-C."""
    import uvicorn

    from riskscreen.store import open_store

    session: Session = context.obj
    service = find_service()
    store = open_store(session.home, os.environ.get(STORE_URL))
    try:
        with _listening(host, port) as listener:
            app = service.create_app(store, _settings(service, session.deployment))
            address = _address(host, listener.getsockname()[1])
            if as_json:
                print_json({"address": address})
            else:
                typer.echo(f"the lists are at {address}; make an account with `riskscreen users add`; Ctrl-C ends it")
            config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        store.close()


def openapi() -> None:
    """Print the description of the API (OpenAPI, JSON)."""
    print_json(find_service().describe())


def find_service() -> Any:
    """The module of the service; ``CallerError`` where it is not installed."""
    for entry in entry_points(group=GROUP):
        return entry.load()
    raise CallerError("the service is not installed: run `make setup`, or install riskscreen again")


def _settings(service: Any, deployment: "Deployment") -> Any:
    models = {
        name: service.Model(label=spec.label, household=spec.cohort.unit == "household")
        for name, spec in deployment.models.items()
    }
    return service.Settings(models=models, zone=ZoneInfo(deployment.place.time_zone))


def check_port(port: int) -> None:
    """Raises ``CallerError`` where the port is taken."""
    with _listening(LOOPBACK, port):
        return


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; ``CallerError`` where the port is taken or the address is not ours."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen()
            yield listener
    except OSError as error:
        said = error.strerror or "no such address"
        raise CallerError(
            f"cannot listen at {host} port {port} ({said}): give another port with --port, or end what uses it"
        ) from None


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


# Accounts


@users.command("add")
def add_user(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account's name.", show_default=False)],
    role: Annotated[str, typer.Option(help="worker, supervisor, auditor, data_scientist or admin.")],
    area: Annotated[
        list[str] | None, typer.Option(help="An area that it sees, with all below; repeat for more.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add an account; prints its password, which is shown this once, unless one is read from standard input."""
    import secrets

    from riskscreen.store import Account, Action, AuditEvent, create_account

    session: Session = context.obj
    given = _role(role)
    if re.search(r"\d{7}", name):
        raise CallerError("an account's name holds seven digits or more, as an identity number does: choose another")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(12)
    with _prepared(session) as store:
        _put_missing_areas(store, session.deployment)
        event = AuditEvent(_now(), ACTOR, Action.ACCOUNT_CREATED, "account", {"role": given.value})
        create_account(store, Account(name, given, frozenset(area or ())), password, event)
    said = {"name": name, "role": given.value, "areas": sorted(area or ())}
    if as_json:
        print_json(said if password_stdin else said | {"password": password})
        return
    typer.echo(f"account {name}, {given.value}, areas: {', '.join(said['areas']) or 'none'}")
    if not password_stdin:
        typer.echo(f"password (shown this once): {password}")


@users.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """Print every account."""
    from riskscreen.store import all_accounts, open_store

    session: Session = context.obj
    store = open_store(session.home, os.environ.get(STORE_URL))
    try:
        accounts = all_accounts(store)
    finally:
        store.close()
    if as_json:
        print_json(
            [
                {"name": one.name, "role": one.role.value, "areas": sorted(one.areas), "disabled": one.disabled}
                for one in accounts
            ]
        )
        return
    rows = [
        [one.name, one.role.value, ", ".join(sorted(one.areas)), "disabled" if one.disabled else ""] for one in accounts
    ]
    print_table("Accounts", ["name", "role", "areas", ""], rows)


def _role(said: str) -> Any:
    from riskscreen.store import Role

    try:
        return Role(said)
    except ValueError:
        raise CallerError(f"there is no role {said!r}: give one of {', '.join(Role)}") from None


@contextmanager
def _prepared(session: Session) -> "Iterator[Store]":
    """The store of the home, made where there is none yet."""
    from riskscreen.store import prepare_store

    store = prepare_store(session.home, os.environ.get(STORE_URL))
    try:
        yield store
    finally:
        store.close()


def _put_missing_areas(store: "Store", deployment: "Deployment") -> None:
    """An account may be made before the first night, which brings the deployment's areas into the store."""
    from riskscreen.store import Account, Action, AuditEvent, PlacedArea, Role, areas_seen, put_areas

    everywhere = Account(ACTOR, Role.WORKER, frozenset(deployment.areas))
    there = {placed.area.code for placed in areas_seen(store, everywhere)}
    missing = [PlacedArea(area) for code, area in deployment.areas.items() if code not in there]
    if missing:
        put_areas(store, missing, AuditEvent(_now(), ACTOR, Action.AREAS_CHANGED, "areas", {"areas": len(missing)}))


def _now() -> datetime:
    return datetime.now(UTC)
