"""Small lists, accounts and events, so that a test shows its data."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from riskscreen.declare import Area
from riskscreen.linkage.queue import DoubtfulPair, Step
from riskscreen.scoring import Reason
from riskscreen.store import Account, Action, AuditEvent, NewList, Role, Timeouts
from riskscreen.store.tables import ListRow, Table
from riskscreen.watchlist import Entry
from tests.factories import T

NOW = datetime(2024, 3, 1, 6, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
TIMES = Timeouts(idle=timedelta(minutes=30), absolute=timedelta(hours=10))
AREAS = (("city", None), ("north", "city"), ("south", "city"), ("grid", "north"))


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def event(action: Action, *, at: datetime = NOW, thing: str = "thing", **details: Any) -> AuditEvent:
    return AuditEvent(at, "system", action, thing, details)


def placed(code: str, parent: str | None = None, visits: int = 3) -> Area:
    return Area(code=code, label=T, weekly_visits=visits, parent=parent)


def account(*areas: str, name: str = "wang", role: Role = Role.WORKER, disabled: bool = False) -> Account:
    return Account(name, role, frozenset(areas), disabled)


def reason(signal: str, weight: float = 1.0) -> Reason:
    return Reason(signal, "health", weight, f"{signal} is high", f"{signal} 偏高", "ordinary")


def entry(position: int, entity: str, *signals: str, area: str = "grid", score: float | None = 0.3) -> Entry:
    said = tuple(reason(signal, 1.0 / place) for place, signal in enumerate(signals, 1))
    return Entry(position, area, entity, score, position, score is None, "version-1", said)


def new_list(*entities: str, **changes: Any) -> NewList:
    """A list of the grid that names these entities in their order, each by one bill."""
    said: dict[str, Any] = {
        "model": "hardship", "area": "grid", "as_of": date(2024, 2, 29), "made_at": NOW, "data_up_to": date(2024, 2, 28),
        "model_version": "version-1", "inputs": "-".join(entities),
        "entries": tuple(entry(position, entity, "bills") for position, entity in enumerate(entities, 1)),
    }  # fmt: skip
    return NewList(**(said | changes))


def doubtful(claim: int, other: int, weight: float = 1.0) -> DoubtfulPair:
    steps = (Step("prior", "", -10.0), Step("surname", "near", weight + 10.0))
    return DoubtfulPair(claim, other, ("hospital", "school"), (f"entity{claim}", f"entity{other}"), weight, steps)


PUBLISHED = event(Action.LIST_PUBLISHED)


def contents(store: Any) -> dict[str, list[str]]:
    """Every row of every table, without what no reader sees: lists that are not published."""
    with store.reading() as connection:
        hidden = set(connection.execute(select(ListRow.id).where(ListRow.published_at.is_(None))).scalars())
        rows = {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in Table.metadata.sorted_tables
        }
    return {name: sorted(repr(row) for row in of if row[0] not in hidden) for name, of in rows.items()}
