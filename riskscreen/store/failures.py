"""What a database can refuse, as one sentence each."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from riskscreen.errors import HomeError, StoreBusy

BUSY = "another process is writing to it: wait until that is done, and try again"
FULL = "its disk is full, and nothing was changed: make room, and try again"
CORRUPT = "it is damaged or no database: put it aside, and bring back its last copy"
READ_ONLY = "it cannot be written: make file and folder writable for this user"
UNREADABLE = "it cannot be opened: see that file and folder exist and belong to this user"
DISK = "its disk failed while it was used: see the system's log"
UNREACHABLE = "the database server refused or cannot be reached: see that it runs and that the address is right"

# The start of SQLite's name for an error, or of PostgreSQL's number.
SENTENCES = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": FULL,
    "SQLITE_CORRUPT": CORRUPT,
    "SQLITE_NOTADB": CORRUPT,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_CANTOPEN": UNREADABLE,
    "SQLITE_IOERR": DISK,
    "55P03": BUSY,
    "40": BUSY,
    "53": FULL,
    "25006": READ_ONLY,
    "08": UNREACHABLE,
    "28": UNREACHABLE,
    "57": UNREACHABLE,
}


@contextmanager
def plainly(place: str) -> Iterator[None]:
    """Raises ``HomeError`` with one sentence for what the database at ``place`` refuses; faults of ours pass.

    While another process writes it is ``StoreBusy``.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        kind = StoreBusy if sentence == BUSY else HomeError
        raise kind(f"The store {place} cannot be used: {sentence}.") from error


def _sentence(error: Exception) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")
    known = [said for start, said in SENTENCES.items() if code.startswith(start)]
    if known:
        return known[0]
    ours = isinstance(error, IntegrityError | ProgrammingError) or code.startswith("SQLITE_")
    return None if ours else UNREACHABLE
