"""The commands ``keys …``: the home's key, and another one in its place."""

import os
from collections import Counter

import typer

from riskscreen.cli.output import AsJson, print_json, print_table, steps
from riskscreen.cli.session import Session
from riskscreen.errors import CallerError
from riskscreen.identity.keys import drop_next, is_given, next_key, put_next, random_key, take_next

keys = typer.Typer(help="The home's key: show its id, or give the home another one.", no_args_is_help=True)


@keys.command("show")
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the key's id, and how many ids of each kind have a number."""
    from riskscreen.eventstore.landing import Landing

    session: Session = context.obj
    landing = Landing(session.existing_home())
    landing.manifest()
    numbers: Counter[str] = Counter()
    for _, _, table in landing.identities(("kind",)):
        numbers.update({count["values"]: count["counts"] for count in table["kind"].value_counts().to_pylist()})
    key = landing.key_id or session.key().id
    if as_json:
        print_json({"key": key, "numbers": dict(sorted(numbers.items()))})
        return
    rows = [[kind, f"{count:,}"] for kind, count in sorted(numbers.items())]
    print_table(f"Key {key}", ["kind", "numbers"], rows, ("numbers",))


@keys.command("rotate")
def rotate(context: typer.Context, as_json: AsJson = False) -> None:
    """Give the home another key: tokens and seals are written anew; no record, feature, list or name changes.

    The new key is random. Where the environment gives the key, it must give the new one too, as RISKSCREEN_NEW_KEY or
    RISKSCREEN_NEW_KEY_FILE.
    """
    from riskscreen.ingest.rotating import rotate as run

    session: Session = context.obj
    home = session.existing_home()
    with session.lock("keys rotate"), steps("keys rotate") as say:
        old, new = session.key(), next_key(os.environ)
        if is_given(os.environ) and new is None:
            raise CallerError(
                "the key of this home comes from the environment: give the new one as RISKSCREEN_NEW_KEY or "
                "RISKSCREEN_NEW_KEY_FILE"
            )
        _finish_earlier(session)
        new = new or random_key()
        if not is_given(os.environ):
            put_next(home, new)
        try:
            count = run(home, old, new, say)
        except BaseException:
            _finish_earlier(session)
            raise
        if not is_given(os.environ):
            take_next(home)
    if as_json:
        print_json({"old": old.id, "new": new.id, "numbers": count})
        return
    remains = "; set RISKSCREEN_KEY or its file to the new key now" if is_given(os.environ) else ""
    typer.echo(f"the key is {new.id}, in place of {old.id}; {count:,} numbers kept{remains}")


def _finish_earlier(session: Session) -> None:
    """Take or drop the key that an earlier run left in waiting, as the home's manifest says."""
    from riskscreen.eventstore.landing import Landing
    from riskscreen.identity.keys import standing_next

    waiting = standing_next(session.home)
    if waiting is None:
        return
    if Landing(session.home).key_id == waiting.id:
        take_next(session.home)
    else:
        drop_next(session.home)
