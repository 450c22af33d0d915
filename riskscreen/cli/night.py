"""The command ``nightly``."""

from typing import Annotated

import typer

from riskscreen.cli.data import today
from riskscreen.cli.output import AsJson, bar, print_json, print_table
from riskscreen.cli.session import Session
from riskscreen.clock import parse_day

HEAD = 10


def nightly(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The night's day (default: today).")] = None,
    language: Annotated[str, typer.Option(help="The language of the printed head: zh or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Score every cohort as of a day and write the ranked lists; run again, it changes nothing."""
    from riskscreen.nightly import run_night
    from riskscreen.watchlist import odds_words

    session: Session = context.obj
    day = parse_day(as_of, "--as-of") if as_of else today(session)
    session.existing_home()
    with session.lock("nightly"), bar("night") as progress:
        night = run_night(session.home, session.deployment, session.key(), day, progress)
    if as_json:
        print_json(night.steps)
        return
    for step in night.steps:
        typer.echo(f"{step['step']}: {step['sentence']}")
    for model, entries in night.lists.items():
        label = session.deployment.models[model].label.of(language)
        rows = [
            [
                str(e.position),
                e.area,
                e.entity_id,
                odds_words(e.score, language),
                *[r.of(language) for r in e.reasons],
            ]
            for e in entries[:HEAD]
        ]
        rows = [[*row, *[""] * (7 - len(row))] for row in rows]
        title = f"{label}, {day}: the first {len(rows)} of {len(entries)}"
        print_table(title, ["#", "area", "entity", "odds", "first reason", "second", "third"], rows, numbers=("#",))
