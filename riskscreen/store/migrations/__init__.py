"""Brings a database to the schema of this version, and says whether it is there."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from riskscreen.errors import HomeError

HERE = Path(__file__).parent


@cache
def scripts() -> ScriptDirectory:
    """The migrations, in ``versions/``."""
    return ScriptDirectory(HERE)


def upgrade(engine: Engine) -> None:
    """Runs the migrations that are missing, in one transaction: all of them or none.

    Raises ``HomeError`` where a newer riskscreen made the schema.
    """
    with engine.begin() as connection:
        if not is_known(revision(connection)):
            raise HomeError(NEWER)
        _run(connection)


def _run(connection: Connection) -> None:
    def missing(now: object, _: MigrationContext) -> object:
        return scripts()._upgrade_revs("head", now)  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts(), fn=missing) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def check_current(connection: Connection) -> None:
    """Raises ``HomeError`` unless the schema is the one of this version."""
    found = revision(connection)
    if found == scripts().get_current_head():
        return
    raise HomeError(OLDER if is_known(found) else NEWER)


def revision(connection: Connection) -> str | None:
    """The last migration that was run; ``None`` in an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(found: str | None) -> bool:
    """Whether a revision is one of ours."""
    return found is None or found in {script.revision for script in scripts().walk_revisions()}


NEWER = "The store was made by a newer riskscreen: use that version, or bring back a copy from before."
OLDER = "The store is empty or was made by an older riskscreen: the next night of this version brings it up to date."
