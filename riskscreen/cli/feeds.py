"""The command ``feeds``."""

from typing import Annotated

import typer

from riskscreen.cli.output import AsJson, print_json, print_table
from riskscreen.cli.session import Session


def feeds(
    context: typer.Context,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the whole reference page.")] = False,
    language: Annotated[str, typer.Option(help="The language: zh or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Show the feeds that the deployment declares: owner, cadence, delivery, lag; or every column of them."""
    from riskscreen.declare.feeds_page import OVERVIEW, feed_row, feeds_page

    session: Session = context.obj
    deployment = session.deployment
    heads = [head.of(language) for head in OVERVIEW]
    rows = [feed_row(feed, language) for feed in deployment.feeds.values()]
    if markdown:
        typer.echo(feeds_page(deployment, language), nl=False)
    elif as_json:
        columns = {feed.name: [column.name for column in feed.columns] for feed in deployment.feeds.values()}
        keys = ("feed", "holds", "owner", "cadence", "delivery", "lag")
        print_json([dict(zip(keys, row, strict=True)) | {"columns": columns[row[0]]} for row in rows])
    else:
        print_table(deployment.place.label.of(language), heads, rows)
