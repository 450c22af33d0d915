"""The command ``decisions``: what people decided about who is who, by numbers."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskscreen.cli.output import AsJson, print_json, print_table
from riskscreen.cli.session import Session

if TYPE_CHECKING:
    from riskscreen.store import Decision


def decisions(
    context: typer.Context,
    in_force: Annotated[bool, typer.Option("--in-force", help="Only verdicts that nobody took back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print every decision about two claims, and what was taken back: numbers, never a name."""
    from riskscreen.store import all_decisions, open_store

    session: Session = context.obj
    store = open_store(session.home, session.store_url)
    try:
        rows = [_told(one) for one in all_decisions(store) if one.in_force or not in_force]
    finally:
        store.close()
    if as_json:
        print_json(rows)
        return
    heads = ["number", "claim", "other", "verdict", "by", "at", "reason", "in_force"]
    print_table("Decisions", heads, [[str(row[head]) for head in heads] for row in rows], ("number", "claim", "other"))


def _told(one: "Decision") -> dict[str, Any]:
    return {
        "number": one.number,
        "claim": one.claim,
        "other": one.other,
        "verdict": one.verdict.value if one.verdict else f"takes back {one.takes_back}",
        "by": one.by,
        "at": one.at.isoformat(timespec="seconds"),
        "reason": one.because.value,
        "in_force": one.in_force,
    }
