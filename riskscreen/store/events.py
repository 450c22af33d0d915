"""Audit events: who did what to which thing, in a closed vocabulary that has no room for names or ids of people."""

import enum
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select, update

from riskscreen.store.tables import AuditHeadRow, AuditRow

Detail = int | bool | str | tuple[int, ...]
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:=-]{0,127}|\d{4}-\d\d-\d\d")  # a name that we gave, or a day
AREA_CODE = re.compile(r"\d{2,12}")  # a division's statistical code; shorter than any citizen's id
ID_LIKE = re.compile(r"\d{7,}")  # telephone numbers, identity numbers


class Action(enum.StrEnum):
    """What can be done that is written down."""

    LIST_PUBLISHED = "list_published"
    LIST_ROLLED_BACK = "list_rolled_back"
    ENTRIES_SHOWN = "entries_shown"
    CASE_OPENED = "case_opened"
    CASE_CLOSED = "case_closed"
    ZONE_READ = "zone_read"
    PAIRS_PUBLISHED = "pairs_published"
    PAIRS_SHOWN = "pairs_shown"
    VAULT_OPENED = "vault_opened"
    DECISION_MADE = "decision_made"
    DECISION_TAKEN_BACK = "decision_taken_back"
    AREAS_CHANGED = "areas_changed"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_CHANGED = "password_changed"
    LOG_IN_TRIED = "log_in_tried"
    SESSION_STARTED = "session_started"
    SESSION_SEEN = "session_seen"
    SESSION_ENDED = "session_ended"
    SESSIONS_PURGED = "sessions_purged"
    TOKEN_ISSUED = "token_issued"
    TOKEN_REVOKED = "token_revoked"
    AUDIT_READ = "audit_read"


# What the details of an event may say.
DETAILS: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.LIST_PUBLISHED: frozenset({"model", "area", "as_of", "entries"}),
        Action.LIST_ROLLED_BACK: frozenset({"model", "area"}),
        Action.ENTRIES_SHOWN: frozenset({"positions", "left", "cases"}),
        Action.CASE_OPENED: frozenset({"position"}),
        Action.CASE_CLOSED: frozenset(),
        Action.ZONE_READ: frozenset(),
        Action.PAIRS_PUBLISHED: frozenset({"version", "pairs"}),
        Action.PAIRS_SHOWN: frozenset({"pairs"}),
        Action.VAULT_OPENED: frozenset({"role", "reason", "claims"}),
        Action.DECISION_MADE: frozenset({"claims", "verdict", "reason"}),
        Action.DECISION_TAKEN_BACK: frozenset({"claims", "reason"}),
        Action.AREAS_CHANGED: frozenset({"areas"}),
        Action.ACCOUNT_CREATED: frozenset({"role"}),
        Action.ACCOUNT_CHANGED: frozenset({"role", "disabled", "areas"}),
        Action.PASSWORD_CHANGED: frozenset(),
        Action.LOG_IN_TRIED: frozenset(),
        Action.SESSION_STARTED: frozenset(),
        Action.SESSION_SEEN: frozenset({"route"}),
        Action.SESSION_ENDED: frozenset(),
        Action.SESSIONS_PURGED: frozenset(),
        Action.TOKEN_ISSUED: frozenset({"expires"}),
        Action.TOKEN_REVOKED: frozenset(),
        Action.AUDIT_READ: frozenset({"after"}),
    }
)


@dataclass(frozen=True)
class AuditEvent:
    """One thing done: ``actor`` did ``action`` to ``object`` (``"list:3f…"``, ``"account:wang"``) at ``at``.

    Details are numbers, lists of numbers and codes under the keys that ``DETAILS`` allows. Raises ``ValueError`` for
    anything else: a name, a sentence and an identity number cannot be written down.
    """

    at: datetime
    actor: str
    action: Action
    object: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an audit event needs a time with its zone")
        unknown = set(self.details) - DETAILS[self.action]
        if unknown:
            raise ValueError(f"an event {self.action} says nothing of {sorted(unknown)}: see DETAILS")
        for value in (self.actor, self.object):
            check_code(value)
        for name, detail in self.details.items():
            if not (name == "area" and isinstance(detail, str) and AREA_CODE.fullmatch(detail)):
                check_code(detail)


def check_code(value: Detail) -> None:
    """Raises ``ValueError`` for text that is not a code, or that holds a long run of digits."""
    if isinstance(value, str) and (not CODE.fullmatch(value) or _like_an_id(value)):
        raise ValueError("an audit event holds numbers and codes, no words and no ids of people")


def _like_an_id(value: str) -> bool:
    kind, _, name = value.rpartition(":")
    return bool(ID_LIKE.search(value)) if kind not in OURS else not OURS[kind].fullmatch(name)


# Ids that we draw, hash or count ourselves may hold runs of digits.
OURS = {
    "list": re.compile(r"[0-9a-f]{32}"),
    "token": re.compile(r"[0-9a-f]{16}"),
    "case": re.compile(r"[0-9]{1,12}"),
    "pair": re.compile(r"[0-9]{1,12}"),
    "decision": re.compile(r"[0-9]{1,12}"),
}


def append(connection: Connection, event: AuditEvent) -> None:
    """Writes the event down as the next in order; whoever commits later waits for its number."""
    connection.execute(update(AuditHeadRow).values(last=AuditHeadRow.last + 1))
    number = connection.execute(select(AuditHeadRow.last)).scalar_one()
    said = json.dumps(dict(event.details), sort_keys=True, separators=(",", ":"))
    connection.execute(
        insert(AuditRow).values(
            id=number, at=event.at, actor=event.actor, action=event.action, object=event.object, details=said
        )
    )
