"""The command ``city``."""

from pathlib import Path
from typing import Annotated

import typer

from riskscreen.cli.output import AsJson, bar, print_json
from riskscreen.cli.session import Session
from riskscreen.clock import parse_day
from riskscreen.errors import CallerError


def city(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="An empty or new folder for the deliveries.")],
    persons: Annotated[int, typer.Option(help="About how many people live in it.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    first: Annotated[str | None, typer.Option("--from", help="The first day (default: 2020-01-01).")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day (default: 2023-12-31).")] = None,
    months: Annotated[int, typer.Option(help="Months between two deliveries of a feed.", min=1, max=12)] = 1,
    as_json: AsJson = False,
) -> None:
    """Write the deliveries of a made-up city's agencies, and the truth beside them."""
    from riskscreen.city import FIRST, LAST, check_empty, make

    session: Session = context.obj
    way = session.deployment.way_of_life
    if way is None:
        raise CallerError(f"deployment {session.deployment.name!r} declares no way of life: take one that does")
    span = (parse_day(first, "--from") if first else FIRST, parse_day(last, "--to") if last else LAST)
    check_empty(out)
    with bar("weeks") as progress:
        made = make(way, persons, seed, span, out, progress, months=months)
    if as_json:
        done = {"people": made.people, "households": made.homes, "pieces": made.pieces, "files": len(made.files)}
        print_json(done | {"version": way.version, "from": str(span[0]), "to": str(span[1]), "out": str(out)})
    else:
        typer.echo(
            f"{made.people:,} people in {made.homes:,} households, {len(made.files)} files from {span[0]} to {span[1]} "
            f"in {out}"
        )
