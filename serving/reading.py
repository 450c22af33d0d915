"""What both the API and the pages read: lists and entries within the account's areas, written down as shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from riskscreen.errors import CallerError, Forbidden, NotFound
from riskscreen.store import (
    Account,
    Action,
    AuditEvent,
    Case,
    Cursor,
    Left,
    ListedEntry,
    ListHead,
    Page,
    Store,
    areas_seen,
    cases_in,
    current_lists,
    current_page,
    left_entries,
    record,
)
from riskscreen.store import entry as read_entry

from .settings import Settings

CURSOR = re.compile(r"([0-9a-f]{32})-([0-9]{1,7})")


def choose_list(store: Store, account: Account, model: str, area: str | None) -> ListHead:
    """The current list of a model in an area; the first by code where no area is named.

    Raises ``Forbidden`` for an area that is not the account's, ``NotFound`` where nothing was published.
    """
    heads = current_lists(store, account, model)
    if area is not None and area not in {one.code for one in areas_seen(store, account)}:
        raise Forbidden("This area is not one of yours: choose one of your own areas, or ask for this one.")
    found = [head for head in heads if area in (None, head.area)]
    if not found:
        raise NotFound("No such list was published for your areas yet: the next night makes one.")
    return found[0]


def shown_page(store: Store, settings: Settings, account: Account, head: ListHead, cursor: str | None) -> Page:
    """A page of a list, after its entries were written down as shown."""
    page = current_page(store, account, head.model, head.area, parse_cursor(cursor) if cursor is not None else None)
    if page.entries:
        record(store, _shown(settings, account, page.head.id, [entry.position for entry in page.entries]))
    return page


@dataclass(frozen=True)
class Shown:
    """What a page of a list shows: its entries and, on the first page, who left since the list before.

    ``cases`` are the open ones of the list's model and area; only the first page shows them.
    """

    page: Page
    gone: tuple[Left, ...]
    cases: tuple[Case, ...]
    first: bool


def shown_list(store: Store, settings: Settings, account: Account, head: ListHead, cursor: str | None) -> Shown:
    """A page with what stands around it, after everybody whom it shows was written down."""
    cases = tuple(cases_in(store, account, head.model, head.area))
    if cursor is not None:
        return Shown(shown_page(store, settings, account, head, cursor), (), cases, first=False)
    page = current_page(store, account, head.model, head.area)
    gone = tuple(left_entries(store, account, page.head.id))
    if page.entries or gone or cases:
        event = _shown(settings, account, page.head.id, [entry.position for entry in page.entries])
        others = {"left": [one.position_before for one in gone], "cases": [case.id for case in cases]}
        said = {name: tuple(numbers) for name, numbers in others.items() if numbers}
        record(store, replace(event, details={**event.details, **said}))
    return Shown(page, gone, cases, first=True)


def shown_entry(store: Store, settings: Settings, account: Account, entry_id: str) -> ListedEntry:
    """One entry, after it was written down as shown."""
    entry = read_entry(store, account, entry_id)
    record(store, _shown(settings, account, entry.id.partition("-")[0], [entry.position]))
    return entry


def parse_cursor(said: str) -> Cursor:
    """Raises ``CallerError`` for what is no cursor of ours."""
    parts = CURSOR.fullmatch(said)
    if parts is None:
        raise CallerError("This is no cursor: take it from `next` of the page before, or leave it out.")
    return Cursor(int(parts[2]), parts[1])


def write_cursor(cursor: Cursor | None) -> str | None:
    """A cursor as addresses hold it."""
    return None if cursor is None else f"{cursor.list_id}-{cursor.position}"


def _shown(settings: Settings, account: Account, list_id: str, positions: Sequence[int]) -> AuditEvent:
    said = {"positions": tuple(positions)}
    return AuditEvent(settings.now(), account.name, Action.ENTRIES_SHOWN, f"list:{list_id}", said)
