"""The store: one SQL database, opened; reading, and writing with an audit event in the same transaction."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy import event as hooks
from sqlalchemy.exc import ArgumentError

from riskscreen.errors import CallerError, HomeError
from riskscreen.store import events
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.failures import plainly
from riskscreen.store.migrations import check_current, upgrade

FILE = "store.db"
WAIT = 10.0  # seconds that a writer waits for another
WRITES = {"riskscreen_writes": True}


@dataclass(frozen=True)
class Store:
    """An open store. ``place`` names it in messages, without a password."""

    place: str
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout."""
        with plainly(self.place), self._reader().begin() as connection:
            yield connection

    @contextmanager
    def writing(self, event: AuditEvent, action: Action) -> Iterator[Connection]:
        """A transaction that ends with its audit event: both are saved, or neither.

        Raises ``ValueError`` where the event speaks of another action than the one that is done.
        """
        if event.action is not action:
            raise ValueError(f"this is {action}, and its event says {event.action}")
        with self.unseen() as connection:
            yield connection
            events.append(connection, event)

    @contextmanager
    def unseen(self) -> Iterator[Connection]:
        """A transaction without an event, for rows that no reader can see yet."""
        with plainly(self.place), self._writer().begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _reader(self) -> Engine:
        if self.engine.dialect.name == "sqlite":
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ")

    def _writer(self) -> Engine:
        return self.engine.execution_options(**WRITES)


def has_store(home: Path, url: str | None = None) -> bool:
    """Whether a home has a store of its own already; a database elsewhere is taken to be there."""
    address = _address(home, url)
    return address.drivername != "sqlite" or Path(address.database or "").exists()


def open_store(home: Path, url: str | None = None, *, wait: float = WAIT) -> Store:
    """The store of a home, or the one at ``url`` (what ``RISKSCREEN_STORE_URL`` says).

    Raises ``HomeError`` where there is none, where its schema is of another version, or where it is damaged or locked.
    """
    address = _address(home, url)
    if not has_store(home, url):
        raise HomeError(f"There is no store at {address.database} yet: the first night makes it.")
    store = _connected(address, wait)
    try:
        with store.reading() as connection:
            check_current(connection)
    except BaseException:
        store.close()
        raise
    return store


def prepare_store(home: Path, url: str | None = None, *, wait: float = WAIT) -> Store:
    """The same store, made first where there is none, and brought to this version's schema; errors the same."""
    address = _address(home, url)
    if address.drivername == "sqlite":
        _make_file(Path(address.database or ""))
    store = _connected(address, wait)
    try:
        with plainly(store.place):
            _turn_on_wal(store.engine)
            upgrade(store.engine.execution_options(**WRITES))
    except BaseException:
        store.close()
        raise
    return store


def _address(home: Path, url: str | None) -> URL:
    if not url:
        return URL.create("sqlite", database=str(home / FILE))
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise CallerError("RISKSCREEN_STORE_URL is no address: write postgresql://user@host/database.") from error
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _connected(address: URL, wait: float) -> Store:
    sqlite = address.drivername == "sqlite"
    place = (address.database or "") if sqlite else address.render_as_string(hide_password=True)
    said: dict[str, Any] = {"connect_args": {"timeout": wait}} if sqlite else {"pool_pre_ping": True}
    engine = create_engine(address, hide_parameters=True, **said)
    if sqlite:
        hooks.listen(engine, "connect", _on_connect)
        hooks.listen(engine, "begin", _on_begin)
    return Store(place, engine)


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # Python's own BEGIN leaves reads and DDL outside of a transaction
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    """A writer takes the lock at once, so it never fails half-way for having read first."""
    writes = connection.get_execution_options().get("riskscreen_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _turn_on_wal(engine: Engine) -> None:
    """Readers and a writer beside each other; the database remembers it."""
    if engine.dialect.name != "sqlite":
        return
    with contextlib.closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode = WAL")


def _make_file(path: Path) -> None:
    """An empty file that only its owner can read; SQLite gives its side files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise HomeError(
            f"The store {path} cannot be made: {error.strerror}. Choose a folder that can be written."
        ) from error
