"""The command ``demo``: from nothing to a served list, with a made-up city."""

import secrets
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskscreen.cli import service
from riskscreen.cli.data import Pace, today
from riskscreen.cli.night import open_cases, published_to
from riskscreen.cli.output import AsJson, bar, print_json, steps
from riskscreen.cli.session import Session
from riskscreen.cli.users import ACTOR
from riskscreen.errors import CallerError

if TYPE_CHECKING:
    from riskscreen.declare import ModelSpec, WayOfLife
    from riskscreen.store import Account, Store

ACCOUNT, STEWARD = "demo", "steward"
FIRST = date(2021, 1, 1)  # three years, delivered by the quarter: enough to learn from, and soon ingested
FILES = "city"  # in the home: the deliveries, and the truth beside them
Say = Callable[[str], None]


def demo(
    context: typer.Context,
    persons: Annotated[int, typer.Option(help="About how many people live in the city.", min=100)] = 8000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same lists.")] = 1,
    port: Annotated[int, typer.Option(help="The port of the page; 0 takes a free one.", min=0, max=65535)] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the lists at the end.")] = True,
    as_json: AsJson = False,
) -> None:
    """Make a city, ingest, link, train, promote, run two nights, and serve their lists: all of it made up."""
    session: Session = context.obj
    way = _way_of_life(session)
    _check_home(session.home)
    if serve:
        service.check_port(port)
    say = _silent if as_json else _timed()
    days = _prepare(session, way, (persons, seed), say)
    with session.lock("demo"):
        for spec in session.deployment.models.values():
            _train(session, spec, days[0], say)
    lists = [_night(session, day, say) for day in days][-1]
    password = _open_accounts(session)

    def announce(address: str) -> None:
        if as_json:
            where = {"address": address} if address else {}
            print_json({"lists": lists, "account": ACCOUNT, "password": password} | where)
            return
        typer.echo(f"log in as {ACCOUNT} for the lists, or as {STEWARD} for doubtful pairs of records;")
        typer.echo(f"the password is {password} (a new one each time)")
        typer.echo(f"the lists are at {address}; Ctrl-C ends it" if address else _how_to_serve(session))

    if serve:
        service.run_service(session, (service.LOOPBACK, port), announce)
    else:
        announce("")


def _how_to_serve(session: Session) -> str:
    home = f" --home {session.home}" if session.home_given else ""
    return f"not served; to see the lists: riskscreen{home} serve"


def _way_of_life(session: Session) -> "WayOfLife":
    way = session.deployment.way_of_life
    if way is None:
        name = session.deployment.name
        raise CallerError(f"deployment {name!r} declares no way of life, so it has no demo: take one that does")
    return way


def _check_home(home: Path) -> None:
    """A demo never mixes its made-up people with what somebody else landed."""
    if (home / "landing").exists() and not (home / FILES).is_dir():
        raise CallerError(f"home {home} holds records that no demo made: give the demo a home of its own with --home")


def _prepare(session: Session, way: "WayOfLife", size: tuple[int, int], say: Say) -> tuple[date, date]:
    """The city's deliveries, ingested and linked, where that was not done before; returns the days of two nights."""
    from riskscreen.eventstore.store import EventStore, current
    from riskscreen.nightly import link_people

    home, files = session.home, session.home / FILES
    with session.lock("demo"):
        if (files / "truth").is_dir():
            say(f"the made-up city in {files} is taken as it stands; for another give another --home")
        else:
            _write_city(way, size, files)
            say(f"a made-up city of about {size[0]:,} people: the deliveries of its agencies are in {files}")
        if current(home) is None:
            say(_ingest(session, files))
            linked = link_people(home, session.deployment, session.key(), published_to(session), runner=session.runner)
            say(f"{linked.people:,} people and {linked.households:,} households linked from {linked.records:,} records")
    last = date.fromisoformat(str(EventStore.open(home).version.last_known))
    return last - timedelta(days=1), last


def _write_city(way: "WayOfLife", size: tuple[int, int], files: Path) -> None:
    from riskscreen.city import LAST, make

    with bar("weeks") as progress:
        make(way, *size, (FIRST, LAST), files, progress, months=3)


def _ingest(session: Session, files: Path) -> str:
    from riskscreen.ingest import ingest

    pace = Pace()
    with steps("ingest") as tell:
        results = ingest(
            [files], session.deployment, session.home, session.key_or_new(), loaded_on=today(session),
            progress=lambda at: tell(pace.told(at)), runner=session.runner,
        )  # fmt: skip
    accepted, quarantined = sum(one.accepted for one in results), sum(one.quarantined for one in results)
    return f"{accepted:,} rows of {len(results)} files accepted, {quarantined:,} quarantined"


def _train(session: Session, spec: "ModelSpec", day: date, say: Say) -> None:
    """Train and promote, unless that was done before; a model that cannot be trained leaves the list to a baseline."""
    from riskscreen.learning.champions import best_baseline_on
    from riskscreen.learning.work import promote_version, train_and_register

    if best_baseline_on(session.home, spec, day) is not None:
        return
    try:
        with bar("signals") as progress, steps(f"train {spec.name}") as tell:
            trained = train_and_register(session.home, session.deployment, spec, day, progress, tell)
    except CallerError as error:  # a small city has too few of whom it could learn
        say(f"not trained: {error}; {spec.fallback} makes its list")
        return
    best = max(baseline["average_precision"] for baseline in trained["baselines"].values())
    told = f"{spec.name}: average precision {trained['average_precision']:.3f}, {best:.3f} of the best baseline"
    failed = [gate["sentence"] for gate in trained["gates"] if not gate["passed"]]
    if failed:
        say(f"{told}; not promoted ({'; '.join(failed)}), so a baseline makes its list")
        return
    promote_version(session.home, session.deployment, spec)
    say(f"{told}; promoted")


def _night(session: Session, day: date, say: Say) -> list[dict[str, Any]]:
    """A night, published; the length of each model's list."""
    from riskscreen.nightly import run_night

    with session.lock("demo"), bar("night") as progress:
        night = run_night(
            session.home, session.deployment, session.key(), day, progress,
            publisher=published_to(session), open_cases=open_cases(session), runner=session.runner,
        )  # fmt: skip
    lengths = [
        {"model": model, "as_of": day.isoformat(), "entries": len(entries)} for model, entries in night.lists.items()
    ]
    say(f"the night of {day}: " + ", ".join(f"{of['entries']} entries of {of['model']}" for of in lengths))
    return lengths


def _open_accounts(session: Session) -> str:
    """The demo's accounts, with one new password: who sees every area's lists, and who decides about doubtful pairs."""
    from riskscreen.store import Account, Role, prepare_store

    publisher, password = published_to(session), secrets.token_urlsafe(12)
    store = prepare_store(session.home, publisher.url)
    try:
        for account in (
            Account(ACCOUNT, Role.SUPERVISOR, frozenset(session.deployment.areas)),
            Account(STEWARD, Role.DATA_STEWARD, frozenset()),
        ):
            _open_account(store, account, password, publisher.now)
    finally:
        store.close()
    return password


def _open_account(store: "Store", account: "Account", password: str, now: datetime) -> None:
    from riskscreen.store import Action, AuditEvent, all_accounts, change_account, change_password, create_account

    def event(action: Action) -> AuditEvent:
        return AuditEvent(now, ACTOR, action, f"account:{account.name}")

    if account.name in {one.name for one in all_accounts(store)}:
        change_account(store, account, event(Action.ACCOUNT_CHANGED))
        change_password(store, account.name, password, event(Action.PASSWORD_CHANGED))
    else:
        create_account(store, account, password, event(Action.ACCOUNT_CREATED))


def _timed() -> Say:
    """Says each step with the seconds that it took."""
    since = [time.monotonic()]

    def say(sentence: str) -> None:
        now = time.monotonic()
        typer.echo(f"{sentence} ({now - since[0]:.0f} s)")
        since[0] = now

    return say


def _silent(sentence: str) -> None:
    pass
