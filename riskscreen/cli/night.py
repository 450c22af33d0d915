"""The command ``nightly``."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from riskscreen.cli.data import QUARANTINED_ABOVE_LIMIT, today
from riskscreen.cli.output import AsJson, bar, print_json, print_table
from riskscreen.cli.session import Session
from riskscreen.clock import parse_day

if TYPE_CHECKING:
    from riskscreen.declare import Deployment
    from riskscreen.nightly import Publisher
    from riskscreen.store import OpenCases
    from riskscreen.watchlist import Entry

HEAD = 10
HEADS = ["#", "area", "entity", "odds", "first reason", "second", "third"]
HEADS_ZH = ["#", "区域", "编号", "可能性", "首要理由", "其次", "再次"]
TITLE = "{label}, {day}: the first {shown} of {all}"
TITLE_ZH = "{label},{day}:共 {all} 条,前 {shown} 条"


def nightly(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The night's day (default: today).")] = None,
    language: Annotated[str, typer.Option(help="The language of the printed head: zh or en.")] = "en",
    shadow: Annotated[bool, typer.Option("--shadow", help="Score and list beside what is published.")] = False,
    as_json: AsJson = False,
) -> int:
    """Take HOME/inbox, score every cohort, write the ranked lists; run again, it changes nothing."""
    from riskscreen.nightly import run_night

    session: Session = context.obj
    day = parse_day(as_of, "--as-of") if as_of else today(session)
    session.existing_home()
    with session.lock("nightly"), bar("night") as progress:
        key = session.key_or_new() if (session.home / "inbox").is_dir() else session.key()
        taken_on = open_cases(session)
        night = run_night(
            session.home,
            session.deployment,
            key,
            day,
            progress,
            publisher=published_to(session),
            shadow=shadow,
            open_cases=taken_on,
            runner=session.runner,
        )
    code = QUARANTINED_ABOVE_LIMIT if any(step.get("held_back") for step in night.steps) else 0
    if as_json:
        print_json(night.steps)
        return code
    for step in night.steps:
        typer.echo(f"{step['step']}: {step['sentence']}")
    for model, entries in night.lists.items():
        _print_head(session.deployment, model, entries, day, language)
    return code


def published_to(session: Session) -> "Publisher":
    """The store of the home, or the one at ``RISKSCREEN_STORE_URL``, now."""
    from riskscreen.nightly import Publisher

    now = datetime.now(ZoneInfo(session.deployment.place.time_zone))
    return Publisher(session.store_url, now)


def open_cases(session: Session) -> "OpenCases":
    """Who has an open case now; nobody where nothing was published yet."""
    from riskscreen.store import all_open_cases, has_store, prepare_store

    url = session.store_url
    if not has_store(session.home, url):
        return {}
    store = prepare_store(session.home, url)
    try:
        return all_open_cases(store)
    finally:
        store.close()


def _print_head(deployment: "Deployment", model: str, entries: "list[Entry]", day: date, language: str) -> None:
    """The first entries of a list, as many as a screen shows."""
    from riskscreen.watchlist import odds_words

    shown = entries[:HEAD]
    heads = HEADS_ZH if language == "zh" else HEADS
    said = TITLE_ZH if language == "zh" else TITLE
    rows = []
    for entry in shown:
        sentences = [reason.of(language) for reason in entry.reasons]
        where = deployment.areas[entry.area].label.of(language)
        row = [str(entry.position), where, entry.entity_id, odds_words(entry.score, language), *sentences]
        rows.append([*row, *[""] * (len(heads) - len(row))])
    title = said.format(label=deployment.models[model].label.of(language), day=day, shown=len(shown), all=len(entries))
    print_table(title, heads, rows, numbers=("#",))
