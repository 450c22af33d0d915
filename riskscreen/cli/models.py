"""The commands ``train``, ``evaluate`` and ``promote``."""

from typing import Annotated, Any

import typer

from riskscreen.cli.output import AsJson, bar, print_json, print_table, steps
from riskscreen.cli.session import Session
from riskscreen.clock import parse_day

Model = Annotated[str, typer.Argument(help="A model that the deployment declares.", show_default=False)]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The day (YYYY-MM-DD).")]
Version = Annotated[int | None, typer.Option("--version", help="The registered version (default: the newest).")]
FIGURES = ["", "ROC AUC", "average precision", "precision in the top 5%", "calibration error"]


def train(
    context: typer.Context,
    model: Model,
    as_of: AsOf = None,
    candidate: Annotated[str | None, typer.Option(help="Train this candidate alone: lightgbm or logistic.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on what was known on a day, evaluate it out of fold, register it as challenger."""
    from riskscreen.learning.work import train_and_register

    session: Session = context.obj
    day = parse_day(as_of, "--as-of") if as_of else None
    spec = session.deployment.model(model)
    session.existing_home()
    with session.lock("train"), bar("signals") as progress, steps("train") as say:
        done = train_and_register(session.home, session.deployment, spec, day, progress, say, candidate)
    if as_json:
        print_json(done)
        return
    _print_figures(f"{model} version {done['version']}, out of fold, as of {done['as_of']}", model, done)
    for gate in done["gates"]:
        typer.echo(f"{'passed' if gate['passed'] else 'FAILED'}: {gate['sentence']}")
    typer.echo(f"registered as challenger ({done['chosen']}); next: riskscreen promote {model}")


def evaluate(
    context: typer.Context, model: Model, version: Version = None, as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """Score a past day with a registered version and hold it against what came true."""
    from riskscreen.learning.work import evaluate_version

    session: Session = context.obj
    day = parse_day(as_of, "--as-of") if as_of else None
    spec = session.deployment.model(model)
    with bar("signals") as progress:
        figures = evaluate_version(session.existing_home(), session.deployment, spec, version, day, progress)
    if as_json:
        print_json(figures)
        return
    title = f"{model} version {figures['version']} on {figures['as_of']}: {figures['positives']:,} of {figures['n']:,}"
    _print_figures(title, model, figures)


def promote(context: typer.Context, model: Model, version: Version = None, as_json: AsJson = False) -> None:
    """Check the gates; make a version champion, and export it for the night."""
    from riskscreen.learning.work import promote_version

    session: Session = context.obj
    spec = session.deployment.model(model)
    session.existing_home()
    with session.lock("promote"):
        done = promote_version(session.home, session.deployment, spec, version)
    if as_json:
        print_json(done)
        return
    for gate in done["gates"]:
        typer.echo(f"passed: {gate['sentence']}")
    typer.echo(f"{model} version {done['version']} is champion, and holds from {done['holds_from']}")


def _print_figures(title: str, name: str, figures: dict[str, Any]) -> None:
    rows = [_row(name, figures)]
    rows += [_row(f"baseline: {name}", baseline) for name, baseline in figures["baselines"].items()]
    print_table(title, FIGURES, rows, numbers=tuple(FIGURES[1:]))


def _row(name: str, figures: dict[str, Any]) -> list[str]:
    values = [figures["roc_auc"], figures["average_precision"], figures["precision_at"]["0.05"]]
    intervals = figures.get("intervals", {})
    bounds = [
        intervals.get("roc_auc"),
        intervals.get("average_precision"),
        intervals.get("precision_at", {}).get("0.05"),
    ]
    cells = [_cell(value, bound) for value, bound in zip(values, bounds, strict=True)]
    return [name, *cells, _cell(figures.get("calibration_error"), intervals.get("calibration_error"))]


def _cell(value: float | None, bound: list[float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if not bound or bound[0] is None else f"{value:.3f} ({bound[0]:.3f}–{bound[1]:.3f})"
