"""Reading lists: the current one by pages, one entry with its reasons, and who left; within the account's areas."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, select

from riskscreen.errors import CallerError, NotFound
from riskscreen.scoring import Reason
from riskscreen.store.areas import can_see, check_may_see
from riskscreen.store.changes import Came, Change, Left, LeftBecause
from riskscreen.store.lists import current_id
from riskscreen.store.roles import Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import CurrentRow, EntryRow, LeftRow, ListRow, ReasonRow

PAGE = 50
ENTRY_ID = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,6})")
NO_ENTRY = "There is no such entry: go back to the list."


@dataclass(frozen=True)
class ListHead:
    """What a list says of itself."""

    id: str
    model: str
    area: str
    as_of: date
    made_at: datetime
    data_up_to: date
    model_version: str
    length: int


@dataclass(frozen=True)
class ListedEntry:
    """An entry as it was published. ``score`` is for odds in words, and only where ``odds_known``."""

    id: str
    position: int
    entity_id: str
    score: float | None
    abstained: bool
    odds_known: bool
    came: Came
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Cursor:
    """After which entry a page begins: its position, and the list's id, so that all pages are of one list."""

    position: int
    list_id: str


@dataclass(frozen=True)
class Page:
    """At most 50 entries of a list; ``next`` is ``None`` on the last page."""

    head: ListHead
    entries: tuple[ListedEntry, ...]
    next: Cursor | None


def current_lists(store: Store, account: Account, model: str | None = None) -> list[ListHead]:
    """The heads of the current lists that an account may see, of all models or of one."""
    check_may(account, Permission.SEE_ENTRIES)
    with store.reading() as connection:
        asked = _heads().join(CurrentRow, CurrentRow.list_id == ListRow.id).order_by(ListRow.model, ListRow.area)
        heads = [ListHead(*row) for row in connection.execute(asked)]
        visible = {area for area in {head.area for head in heads} if can_see(connection, account, area)}
    return [head for head in heads if head.area in visible and model in (None, head.model)]


def current_page(store: Store, account: Account, model: str, area: str, after: Cursor | None = None) -> Page:
    """A page of the current list of a model and area, or the next one of the list that a cursor comes from.

    Raises ``Forbidden`` for an area that is not the account's, ``NotFound`` where nothing was published, and
    ``CallerError`` for a cursor that comes from elsewhere.
    """
    with store.reading() as connection:
        check_may_see(connection, account, area)
        head = _head_of(connection, model, area, after)
        found = _entries(connection, head.id, after.position if after else 0, PAGE + 1)
    entries = tuple(found[:PAGE])
    more = len(found) > PAGE
    return Page(head, entries, Cursor(entries[-1].position, head.id) if more else None)


def entry(store: Store, account: Account, entry_id: str) -> ListedEntry:
    """One published entry with its reasons. Raises ``NotFound``, ``Forbidden``."""
    return find_entry(store, account, entry_id)[1]


def find_entry(store: Store, account: Account, entry_id: str) -> tuple[ListHead, ListedEntry]:
    """The same entry, and the head of its list."""
    check_may(account, Permission.SEE_ENTRIES)
    parts = ENTRY_ID.fullmatch(entry_id)
    if parts is None:
        raise NotFound(NO_ENTRY)
    list_id, position = parts[1], int(parts[2])
    with store.reading() as connection:
        head = _published(connection, list_id)
        check_may_see(connection, account, head.area)
        found = _entries(connection, list_id, position - 1, 1)
    if not found or found[0].position != position:
        raise NotFound(NO_ENTRY)
    return head, found[0]


def left_entries(store: Store, account: Account, list_id: str) -> list[Left]:
    """Who stood on the list before this one and no longer does, and why. Raises ``NotFound``, ``Forbidden``."""
    check_may(account, Permission.SEE_ENTRIES)
    with store.reading() as connection:
        check_may_see(connection, account, _published(connection, list_id).area)
        rows = connection.execute(
            select(LeftRow.entity_id, LeftRow.position_before, LeftRow.because)
            .where(LeftRow.list_id == list_id)
            .order_by(LeftRow.position_before)
        )
        return [Left(entity, position, LeftBecause(why)) for entity, position, why in rows]


def _heads() -> Select[str, str, str, date, datetime, date, str, int]:
    return select(
        ListRow.id,
        ListRow.model,
        ListRow.area,
        ListRow.as_of,
        ListRow.made_at,
        ListRow.data_up_to,
        ListRow.model_version,
        ListRow.length,
    )


def _published(connection: Connection, list_id: str) -> ListHead:
    asked = _heads().where((ListRow.id == list_id) & ListRow.published_at.is_not(None))
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound("There is no such list: go back to the current one.")
    return ListHead(*row)


def _head_of(connection: Connection, model: str, area: str, after: Cursor | None) -> ListHead:
    if after is None:
        now = current_id(connection, model, area)
        if now is None:
            raise NotFound(f"No list of {model!r} in {area!r} was published yet: the next night makes one.")
        return _published(connection, now)
    head = _published(connection, after.list_id)
    if (head.model, head.area) != (model, area) or not 0 <= after.position <= head.length:
        raise CallerError("This cursor comes from another list: begin again at the first page.")
    return head


def _entries(connection: Connection, list_id: str, after: int, limit: int) -> list[ListedEntry]:
    rows = connection.execute(
        select(
            EntryRow.position,
            EntryRow.entity_id,
            EntryRow.score,
            EntryRow.abstained,
            EntryRow.odds_known,
            EntryRow.change,
            EntryRow.because,
            EntryRow.position_before,
        )
        .where(EntryRow.list_id == list_id, EntryRow.position > after)
        .order_by(EntryRow.position)
        .limit(limit)
    ).all()
    last = rows[-1].position if rows else after
    reasons = _reasons(connection, list_id, after, last)
    return [_listed(list_id, row, tuple(reasons.get(row.position, ()))) for row in rows]


def _reasons(connection: Connection, list_id: str, after: int, last: int) -> dict[int, list[Reason]]:
    """The reasons of the entries after one position up to another, the heaviest first."""
    found: dict[int, list[Reason]] = {}
    for position, signal, theme, weight, en, zh, sensitivity in connection.execute(
        select(
            ReasonRow.position,
            ReasonRow.signal,
            ReasonRow.theme,
            ReasonRow.weight,
            ReasonRow.en,
            ReasonRow.zh,
            ReasonRow.sensitivity,
        )
        .where(ReasonRow.list_id == list_id, ReasonRow.position > after, ReasonRow.position <= last)
        .order_by(ReasonRow.position, ReasonRow.weight.desc(), ReasonRow.place)
    ):
        found.setdefault(position, []).append(Reason(signal, theme, weight, en, zh, sensitivity))
    return found


def _listed(
    list_id: str,
    row: Row[int, str, float | None, bool, bool, str, str | None, int | None],
    reasons: tuple[Reason, ...],
) -> ListedEntry:
    position, entity, score, abstained, known, change, because, before = row
    changed = Came(Change(change), because, before)
    return ListedEntry(f"{list_id}-{position}", position, entity, score, abstained, known, changed, reasons)
