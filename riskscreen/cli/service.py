"""The commands ``serve`` and ``openapi``: the service, and the description of its API."""

import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import entry_points
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from riskscreen.cli.output import AsJson, print_json
from riskscreen.cli.session import Session
from riskscreen.errors import CallerError, RiskscreenError

GROUP = "riskscreen.service"
LOOPBACK = "127.0.0.1"


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = LOOPBACK,
    as_json: AsJson = False,
) -> None:
    """Serve the lists to people and programs, until Ctrl-C or SIGTERM."""

    def announce(address: str) -> None:
        if as_json:
            print_json({"address": address})
        else:
            typer.echo(f"the lists are at {address}; make an account with `riskscreen users add`; Ctrl-C ends it")

    run_service(context.obj, (host, port), announce)


def run_service(session: Session, where: tuple[str, int], announce: Callable[[str], None]) -> None:
    """Serve at a host and port until Ctrl-C or SIGTERM; ``announce`` is told the address once it listens."""
    import uvicorn

    from riskscreen.store import open_store

    service = find_service()
    store = open_store(session.home, session.store_url)
    try:
        with _listening(*where) as listener:
            app = service.create_app(store, _settings(service, session))
            announce(_address(where[0], listener.getsockname()[1]))
            sys.stdout.flush()  # who started this in the background waits for the address
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn ends in order, and then sends it on
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


def _settings(service: Any, session: Session) -> Any:
    deployment = session.deployment
    models = {name: service.Model(spec.label, spec.cohort.words) for name, spec in deployment.models.items()}
    feeds = {name: feed.label for name, feed in deployment.feeds.items()}
    zone = ZoneInfo(deployment.place.time_zone)
    return service.Settings(models=models, feeds=feeds, opener=_opener(session), zone=zone)


def _opener(session: Session) -> Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]] | None:
    """What opens claims of the vault; ``None`` where this server has no key."""
    from riskscreen.ingest.zone import open_claims

    try:
        key = session.key()
    except RiskscreenError:
        return None
    return partial(open_claims, session.home, key)


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
