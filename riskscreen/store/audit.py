"""The audit trail: writing down what changes nothing else, and reading it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import AuditRow


@dataclass(frozen=True)
class Recorded:
    """An event of the trail with its number; numbers have no gap."""

    number: int
    at: datetime
    actor: str
    action: Action
    object: str
    details: dict[str, Any]


READINGS = frozenset(
    {Action.ZONE_READ, Action.ENTRIES_SHOWN, Action.PAIRS_SHOWN, Action.VAULT_OPENED, Action.AUDIT_READ}
)


def record(store: Store, event: AuditEvent) -> None:
    """Write down a reading: entries or pairs that a response shows, an opening of the vault, a page of the trail.

    Raises ``ValueError`` for an action that changes something: that change writes its own event.
    """
    if event.action not in READINGS:
        raise ValueError(f"{event.action} changes something: its own function writes it down")
    with store.writing(event, event.action):
        pass


def trail(store: Store, account: Account, after: int = 0, limit: int = 50) -> list[Recorded]:
    """The events after a number, oldest first. Raises ``Forbidden`` where the account may not read the trail."""
    check_may(account, Permission.READ_AUDIT)
    with store.reading() as connection:
        rows = connection.execute(
            select(AuditRow.id, AuditRow.at, AuditRow.actor, AuditRow.action, AuditRow.object, AuditRow.details)
            .where(AuditRow.id > after)
            .order_by(AuditRow.id)
            .limit(limit)
        ).all()
    return [
        Recorded(number, at, actor, Action(action), thing, json.loads(details))
        for number, at, actor, action, thing, details in rows
    ]
