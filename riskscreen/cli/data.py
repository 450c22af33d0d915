"""The commands ``ingest``, ``link`` and ``features``."""

from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from riskscreen.cli.output import AsJson, bar, print_json, print_table, steps
from riskscreen.cli.session import Session
from riskscreen.clock import parse_day
from riskscreen.errors import CallerError

if TYPE_CHECKING:
    from riskscreen.ingest import Progress

QUARANTINED_ABOVE_LIMIT = 3


class Pace:
    """Puts an ingest's progress into words: rows, rows a second and the time left for the file in hand."""

    def __init__(self) -> None:
        self._began = monotonic()

    def told(self, at: "Progress") -> str:
        """Words for how far it is; a file begins where it has no rows yet."""
        if not at.rows:
            self._began = monotonic()
            return f"{at.file} ({at.done} of {at.files} files done)"
        seconds = max(monotonic() - self._began, 1e-3)
        left = timedelta(seconds=round(seconds * (1 - at.share) / max(at.share, 1e-3)))
        rate = f"{at.rows:,} rows, {at.rows / seconds:,.0f} a second, {left} left"
        return f"{at.file} ({at.done} of {at.files} files done): {rate}"


def today(session: Session) -> date:
    """Today in the deployment's time zone: the one place where a clock is read."""
    return datetime.now(ZoneInfo(session.deployment.place.time_zone)).date()


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Agency files, or folders of them.", show_default=False)],
    feed: Annotated[str | None, typer.Option(help="The feed, where the file's name does not tell it.")] = None,
    received: Annotated[
        str | None, typer.Option(help="The day of delivery (YYYY-MM-DD): nothing in it was known before.")
    ] = None,
    release: Annotated[bool, typer.Option("--release", help="Land what is held for not being as expected.")] = False,
    as_json: AsJson = False,
) -> int:
    """Check agency files against their contracts, quarantine bad rows, land the rest."""
    from riskscreen.ingest import ingest as run
    from riskscreen.ingest import summary

    session: Session = context.obj
    day = parse_day(received, "--received") if received else None
    deployment = session.deployment
    pace = Pace()
    with session.lock("ingest"), steps("ingest") as say:
        results = run(
            paths, deployment, session.home, session.key_or_new(), loaded_on=today(session), received=day, feed=feed,
            release=release, progress=lambda at: say(pace.told(at)), runner=session.runner,
        )  # fmt: skip
    if as_json:
        print_json(summary(results))
    else:
        numbers = ("read", "accepted", "quarantined", "warnings")
        rows = [[str(of["feed"]), *(f"{of[number]:,}" for number in numbers)] for of in summary(results)]
        print_table("Landed", ["feed", *numbers], rows, numbers)
    for result in results:
        for warning in result.warnings:
            typer.echo(f"warning: {result.file}: {warning}", err=True)
    above = [result for result in results if result.above_limit]
    for result in above:
        typer.echo(
            f"riskscreen: {result.quarantined:,} of {result.read:,} rows of {result.file} were quarantined, more than "
            f"feed {result.feed!r} allows: see {session.home}/quarantine/{result.feed}",
            err=True,
        )
    return QUARANTINED_ABOVE_LIMIT if above or any(result.held for result in results) else 0


def quality(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    language: Annotated[str, typer.Option(help="The language: zh or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Write a page about the quality of what was delivered: counts, reasons, missing values, ranges, lags, months."""
    from riskscreen.eventstore.files import write_file
    from riskscreen.monitor import quality as measure
    from riskscreen.monitor import quality_page

    session: Session = context.obj
    found = measure(session.existing_home(), session.deployment)
    page = quality_page(session.deployment, found, language)
    write_file(out, lambda file: file.write(page.encode()))
    if as_json:
        print_json({"file": str(out), "feeds": [each.feed.name for each in found]})
    else:
        typer.echo(f"the quality of {len(found)} feeds in {out}")


links = typer.Typer(
    help="Build or extend the crosswalk and the event store from what was landed; or hold it against the truth.",
    invoke_without_command=True,
)


@links.callback()
def link(context: typer.Context, as_json: AsJson = False) -> None:
    """Build or extend the crosswalk and the event store from what was landed."""
    from dataclasses import asdict

    if context.invoked_subcommand is not None:
        return
    from riskscreen.cli.night import published_to
    from riskscreen.nightly import link_people

    session: Session = context.obj
    session.existing_home()
    with session.lock("link"), steps("link") as say:
        linked = link_people(
            session.home, session.deployment, session.key(), published_to(session), say, runner=session.runner
        )
    if as_json:
        print_json(asdict(linked))
        return
    state = "linked" if linked.changed else "nothing new since the last link"
    typer.echo(
        f"{state}: {linked.people:,} people, {linked.households:,} households, {linked.records:,} records "
        f"(event store version {linked.version})"
    )
    for sentence in linked.sentences:
        typer.echo(f"warning: {sentence}", err=True)
    if linked.doubtful or linked.contested:
        typer.echo(
            f"{linked.doubtful:,} doubtful pairs wait for a decision (`riskscreen serve`, page /pairs); "
            f"{linked.contested:,} ids are contested"
        )


@links.command("evaluate")
def evaluate(
    context: typer.Context,
    truth: Annotated[
        Path | None, typer.Option(help="A folder truth beside the deliveries (default: the home's own truth).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The page to write (default: linkage.html in the home).")] = None,
    language: Annotated[str, typer.Option(help="The page's language: zh or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Hold the crosswalk against the truth: figures, and a page with weights and the worst errors."""
    from riskscreen.eventstore.files import write_file
    from riskscreen.linkage.judging import judge
    from riskscreen.monitor import linkage_page

    session: Session = context.obj
    home = session.existing_home()
    if truth is not None and not (truth / "rows").is_dir():
        raise CallerError(f"{truth} has no folder rows with the truth of deliveries: give the truth that lies by them")
    with steps("link evaluate") as say:
        say("the truth")
        judged = judge(home, session.deployment, truth)
    page, path = linkage_page(session.deployment, judged, language), out or home / "linkage.html"
    write_file(path, lambda file: file.write(page.encode()))
    if as_json:
        print_json(judged.figures)
        return
    _print_judged(judged.figures, path)


def _print_judged(figures: dict[str, Any], path: Path) -> None:
    told = {name: figures[name] for name in ("pairwise", "bcubed", "households") if name in figures}
    told |= {name: found for name, found in figures["by_feeds"].items() if name.split("~") == sorted(name.split("~"))}
    numbers = ("precision", "recall", "f1")
    rows = [[name, *(f"{found[number]:.4f}" for number in numbers)] for name, found in told.items()]
    print_table("Who is who, held against the truth", ["pairs", *numbers], rows, numbers)
    typer.echo(
        f"{figures['candidate_pairs']:,} pairs compared in {figures['seconds']:,.0f} seconds; weights and the worst "
        f"errors in {path}"
    )


def rebucket(context: typer.Context, as_json: AsJson = False) -> None:
    """Lay the event store out in the number of buckets that the deployment declares; nothing else changes."""
    from riskscreen.eventstore import EventStore
    from riskscreen.linkage import rebucket as run

    session: Session = context.obj
    home, wanted = session.existing_home(), session.deployment.place.buckets
    with session.lock("rebucket"), steps("rebucket") as say:
        before = EventStore.open(home).version.buckets
        version = run(home, wanted, say, runner=session.runner)
    if as_json:
        print_json({"version": version.number, "before": before, "buckets": wanted, "records": version.records})
        return
    state = f"laid out in {wanted} buckets instead of {before}" if before != wanted else f"in {wanted} buckets already"
    typer.echo(f"{state}: {version.records:,} records (event store version {version.number})")


def features(
    context: typer.Context,
    as_of: Annotated[str, typer.Option("--as-of", help="One day or several, as D[,D…] (YYYY-MM-DD).")],
    out: Annotated[Path, typer.Option(help="The folder to write features.parquet to.")],
    with_record_id: Annotated[
        str | None, typer.Option(help="Add record_id: each person's latest visible record of this feed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write every signal of everybody as of one or several days: one file, or under Spark one a bucket."""
    from riskscreen.eventstore.store import EventStore
    from riskscreen.features.export import export, export_parts

    session: Session = context.obj
    days = sorted({parse_day(text.strip(), "--as-of") for text in as_of.split(",")})
    deployment = session.deployment
    if with_record_id is not None and with_record_id not in deployment.feeds:
        raise CallerError(f"there is no feed {with_record_id!r}: declared are {', '.join(deployment.feeds)}")
    store = EventStore.open(session.existing_home())
    with bar("features") as progress:
        if session.settings.runner == "local":
            path, rows = export(store, deployment, days, out, with_record_id, progress)
        else:
            _, rows = export_parts(store, deployment, days, out, with_record_id, progress, runner=session.runner)
            path = out
    if as_json:
        print_json({"file": str(path), "rows": rows, "as_of": [day.isoformat() for day in days]})
    else:
        typer.echo(f"{rows:,} rows as of {', '.join(map(str, days))} in {path}")
