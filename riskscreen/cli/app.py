"""The application: global options, the commands, and what an error looks like."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from riskscreen import __version__
from riskscreen.cli import care, city, data, decisions, demo, feeds, keys, models, night, service, users
from riskscreen.cli.faults import report_fault
from riskscreen.cli.session import Session
from riskscreen.errors import CallerError, RiskscreenError

DEFAULT_DEPLOYMENT = "suzhou"

app = typer.Typer(
    name="riskscreen",
    help="Proactive-discovery screening: who may need help, and whom to visit first. It only ever offers help.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"riskscreen {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    deployment: Annotated[
        str, typer.Option(help="A deployment's name, or its folder.", envvar="RISKSCREEN_DEPLOYMENT")
    ] = DEFAULT_DEPLOYMENT,
    home: Annotated[Path | None, typer.Option(help="The folder that holds the state (default: ./var/NAME).")] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before the command."""
    context.obj = Session(deployment, home)


app.command("demo")(demo.demo)
app.command("city")(city.city)
app.command("feeds")(feeds.feeds)
app.command("ingest")(data.ingest)
app.command("quality")(data.quality)
app.add_typer(data.links, name="link")
app.command("decisions")(decisions.decisions)
app.command("rebucket")(data.rebucket)
app.command("features")(data.features)
app.command("train")(models.train)
app.command("evaluate")(models.evaluate)
app.command("promote")(models.promote)
app.command("nightly")(night.nightly)
app.command("serve")(service.serve)
app.add_typer(users.users, name="users")
app.add_typer(keys.keys, name="keys")
app.command("openapi")(service.openapi)
app.command("doctor")(care.doctor)
app.command("init")(care.init)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code: see :mod:`riskscreen.errors` and DESIGN's table."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(args=arguments, prog_name="riskscreen", standalone_mode=False)
    except RiskscreenError as error:
        typer.echo(f"riskscreen: {error}", err=True)
        code = error.exit_code
    except typer.Abort:
        code = 130
    except typer.TyperException as error:
        typer.echo(f"riskscreen: {_sentence(error)}", err=True)
        code = CallerError.exit_code
    except Exception as error:
        code = report_fault(error, arguments)
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: typer.TyperException) -> str:
    """What the command line did not understand, and where its help stands."""
    command = getattr(getattr(error, "ctx", None), "command_path", "riskscreen")
    said = " ".join(getattr(error, "format_message", error.__str__)().split())
    return f"{said.rstrip('.')}; see `{command} --help`"
