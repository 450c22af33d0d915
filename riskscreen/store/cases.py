"""Open cases: whom a worker has taken on from a list, until the case is closed.

While a case is open its entity reaches no list of the model, and takes one of its area's weekly visits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from riskscreen.errors import CallerError, NotFound
from riskscreen.store.areas import check_may_see
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.pages import find_entry
from riskscreen.store.roles import Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import CaseRow

OpenCases = Mapping[str, Mapping[str, frozenset[str]]]  # model → area → entities


@dataclass(frozen=True)
class Case:
    """Somebody taken on: from which entry, by whom and when. ``closed_at`` is ``None`` while it is open."""

    id: int
    model: str
    area: str
    entity_id: str
    list_id: str
    position: int
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None


def open_case(store: Store, account: Account, entry_id: str, now: datetime) -> Case:
    """Take on whom an entry names.

    Raises ``NotFound`` for no such entry, ``Forbidden`` where role or area do not allow it, and ``CallerError`` where
    a case of theirs is open already.
    """
    check_may(account, Permission.TAKE_CASES)
    head, entry = find_entry(store, account, entry_id)
    event = AuditEvent(now, account.name, Action.CASE_OPENED, f"list:{head.id}", {"position": entry.position})
    said = {"model": head.model, "area": head.area, "entity_id": entry.entity_id}
    from_entry = {"list_id": head.id, "position": entry.position}
    with store.writing(event, Action.CASE_OPENED) as connection:
        if _is_open(connection, head.model, entry.entity_id):
            raise CallerError("A case is open already: see who has taken it on.")
        opened = insert(CaseRow).values(**said, **from_entry, opened_at=now, opened_by=account.name)
        number = connection.execute(opened.returning(CaseRow.id)).scalar_one()
        return _cases(connection, CaseRow.id == number)[0]


def close_case(store: Store, account: Account, case_id: int, now: datetime) -> Case:
    """Close a case; returns it as it was.

    Raises ``NotFound`` where none of this id is open, ``Forbidden`` as in :func:`open_case`.
    """
    check_may(account, Permission.TAKE_CASES)
    event = AuditEvent(now, account.name, Action.CASE_CLOSED, f"case:{case_id}")
    here = (CaseRow.id == case_id) & CaseRow.closed_at.is_(None)
    with store.writing(event, Action.CASE_CLOSED) as connection:
        found = _cases(connection, here)
        if not found:
            raise NotFound("There is no such open case: go back to the list.")
        check_may_see(connection, account, found[0].area)
        connection.execute(update(CaseRow).where(here).values(closed_at=now, closed_by=account.name))
        return found[0]


def cases_in(store: Store, account: Account, model: str, area: str) -> list[Case]:
    """The open cases of a model in an area, oldest first. Raises ``Forbidden``."""
    with store.reading() as connection:
        check_may_see(connection, account, area)
        here = (CaseRow.model == model) & (CaseRow.area == area) & CaseRow.closed_at.is_(None)
        return _cases(connection, here)


def all_open_cases(store: Store) -> OpenCases:
    """Who has an open case, by model and area: what the night leaves out."""
    asked = select(CaseRow.model, CaseRow.area, CaseRow.entity_id).where(CaseRow.closed_at.is_(None))
    found: dict[str, dict[str, frozenset[str]]] = {}
    with store.reading() as connection:
        for model, area, entity in connection.execute(asked):
            of_model = found.setdefault(model, {})
            of_model[area] = of_model.get(area, frozenset()) | {entity}
    return found


def _cases(connection: Connection, which: ColumnElement[bool]) -> list[Case]:
    rows = connection.execute(select(CaseRow.__table__).where(which).order_by(CaseRow.opened_at, CaseRow.id))
    return [Case(**row) for row in rows.mappings()]


def _is_open(connection: Connection, model: str, entity: str) -> bool:
    here = (CaseRow.model == model) & (CaseRow.entity_id == entity) & CaseRow.closed_at.is_(None)
    return connection.execute(select(CaseRow.id).where(here)).first() is not None
