"""Publishing a list: its entries in small batches that no reader sees, then one row is flipped."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from types import MappingProxyType

from sqlalchemy import Connection, delete, func, insert, select, update

from riskscreen.errors import CallerError, HomeError
from riskscreen.store.changes import Before, LeftBecause, came, left
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.store import Store
from riskscreen.store.tables import AreaRow, CurrentRow, EntryRow, LeftRow, ListRow, ReasonRow
from riskscreen.watchlist import Entry

BATCH = 50  # entries a transaction: the writer's lock is held for milliseconds
NOTHING_KNOWN: Mapping[str, LeftBecause] = MappingProxyType({})


@dataclass(frozen=True)
class NewList:
    """A list to be published. ``inputs`` is a hash of all that it was made from.

    Raises ``ValueError`` unless the entries are of the area, in the order of positions 1, 2, 3 …, nobody twice.
    """

    model: str
    area: str
    as_of: date
    made_at: datetime
    data_up_to: date
    model_version: str
    inputs: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if [entry.position for entry in self.entries] != list(range(1, len(self.entries) + 1)):
            raise ValueError("a list's entries stand in the order of their positions, from 1 without a gap")
        if any(entry.area != self.area for entry in self.entries):
            raise ValueError("a list's entries are of its area")
        if len({entry.entity_id for entry in self.entries}) < len(self.entries):
            raise ValueError("a list names nobody twice")

    @property
    def id(self) -> str:
        """What the list is called: the same for the same inputs, so it is published once."""
        said = "\n".join((self.model, self.area, self.as_of.isoformat(), self.inputs))
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def publish(
    store: Store, new: NewList, event: AuditEvent, left_because: Mapping[str, LeftBecause] = NOTHING_KNOWN
) -> str:
    """Put a list in the place of the current one of its model and area; returns its id.

    A list that was published before stays as it is, current or not, and no event is written. Stopped half-way, it
    leaves rows that no reader sees and the next publication replaces. Raises ``CallerError`` where the current list is
    of a later day or the area is not there, ``HomeError`` where another run published meanwhile.
    """
    with store.reading() as connection:
        if _is_published(connection, new.id):
            return new.id
        previous = _check_may_follow(connection, new)
        standing = _standing(connection, previous)
    _stage(store, new, previous)
    for batch in _batches(new.entries):
        _write_batch(store, new, batch, standing)
    _write_left(store, new, standing, left_because)
    _flip(store, new, previous, event)
    return new.id


def roll_back(store: Store, model: str, area: str, event: AuditEvent) -> str:
    """Make the list that the current one followed current again; returns its id. Raises ``CallerError``."""
    with store.writing(event, Action.LIST_ROLLED_BACK) as connection:
        now = current_id(connection, model, area)
        earlier = connection.execute(select(ListRow.follows).where(ListRow.id == now)).scalar_one_or_none()
        if now is None or earlier is None:
            raise CallerError(f"No earlier list of {model} in {area!r} was published: there is nothing to go back to.")
        _point(connection, model, area, (now, earlier))
    return earlier


def current_id(connection: Connection, model: str, area: str) -> str | None:
    """The list of a model and area that readers see now."""
    here = (CurrentRow.model == model) & (CurrentRow.area == area)
    return connection.execute(select(CurrentRow.list_id).where(here)).scalar_one_or_none()


def listed_areas(store: Store, model: str) -> list[str]:
    """The areas in which readers see a list of a model, by code."""
    with store.reading() as connection:
        asked = select(CurrentRow.area).where(CurrentRow.model == model).order_by(CurrentRow.area)
        return list(connection.execute(asked).scalars())


def entities(connection: Connection, list_id: str | None) -> frozenset[str]:
    """Who stands on a list."""
    return frozenset(connection.execute(select(EntryRow.entity_id).where(EntryRow.list_id == list_id)).scalars())


def _is_published(connection: Connection, list_id: str) -> bool:
    published = (ListRow.id == list_id) & ListRow.published_at.is_not(None)
    return connection.execute(select(ListRow.id).where(published)).first() is not None


def _check_may_follow(connection: Connection, new: NewList) -> str | None:
    """The list that the new one is to follow, if there is one."""
    if connection.execute(select(AreaRow.code).where(AreaRow.code == new.area)).first() is None:
        raise CallerError(f"There is no area {new.area!r} in the store: put the deployment's areas in first.")
    previous = current_id(connection, new.model, new.area)
    day = connection.execute(select(ListRow.as_of).where(ListRow.id == previous)).scalar_one_or_none()
    if day is not None and day > new.as_of:
        raise CallerError(
            f"The list of {new.model} in {new.area!r} is as of {day}: one as of {new.as_of} cannot replace it. "
            f"Score an earlier night without publishing."
        )
    return previous


def _standing(connection: Connection, list_id: str | None) -> dict[str, Before] | None:
    """Who stands on a list, where, and by which signals; ``None`` where there is no list."""
    if list_id is None:
        return None
    signals: dict[int, set[str]] = {}
    for position, signal in connection.execute(
        select(ReasonRow.position, ReasonRow.signal).where(ReasonRow.list_id == list_id)
    ):
        signals.setdefault(position, set()).add(signal)
    rows = connection.execute(select(EntryRow.entity_id, EntryRow.position).where(EntryRow.list_id == list_id))
    return {entity: Before(position, frozenset(signals.get(position, ()))) for entity, position in rows}


def _stage(store: Store, new: NewList, previous: str | None) -> None:
    """The head of the list, not published; what an interrupted publication left is removed."""
    unfinished = (ListRow.model == new.model) & (ListRow.area == new.area) & ListRow.published_at.is_(None)
    head = {name: getattr(new, name) for name in HEAD}
    with store.unseen() as connection:
        connection.execute(delete(ListRow).where(unfinished))
        said = {"length": len(new.entries), "follows": previous, "published_at": None}
        connection.execute(insert(ListRow).values(**head, **said))


HEAD = ("id", "model", "area", "as_of", "made_at", "data_up_to", "model_version", "inputs")


def _batches(entries: Sequence[Entry]) -> list[list[Entry]]:
    rest = iter(entries)
    return list(iter(lambda: list(islice(rest, BATCH)), []))


def _write_batch(store: Store, new: NewList, batch: Sequence[Entry], standing: Mapping[str, Before] | None) -> None:
    with store.unseen() as connection:
        connection.execute(insert(EntryRow), [_entry_row(new.id, entry, standing) for entry in batch])
        reasons = [row for entry in batch for row in _reason_rows(new.id, entry)]
        if reasons:
            connection.execute(insert(ReasonRow), reasons)


def _entry_row(list_id: str, entry: Entry, standing: Mapping[str, Before] | None) -> dict[str, object]:
    change = came(entry, standing)
    return {
        "list_id": list_id,
        "position": entry.position,
        "entity_id": entry.entity_id,
        "score": entry.score,
        "abstained": entry.abstained,
        "odds_known": entry.score is not None and not entry.abstained,
        "change": change.change.value,
        "because": change.because,
        "position_before": change.position_before,
    }


def _reason_rows(list_id: str, entry: Entry) -> list[dict[str, object]]:
    key = {"list_id": list_id, "position": entry.position}
    return [key | {"place": place} | asdict(reason) for place, reason in enumerate(entry.reasons, 1)]


def _write_left(
    store: Store, new: NewList, standing: Mapping[str, Before] | None, known: Mapping[str, LeftBecause]
) -> None:
    gone = left(new.entries, standing or {}, known)
    if not gone:
        return
    with store.unseen() as connection:
        connection.execute(
            insert(LeftRow), [{"list_id": new.id} | asdict(one) | {"because": one.because.value} for one in gone]
        )


def _flip(store: Store, new: NewList, previous: str | None, event: AuditEvent) -> None:
    """The moment in which readers see the new list instead of the old one."""
    with store.writing(event, Action.LIST_PUBLISHED) as connection:
        written = connection.execute(select(func.count()).where(EntryRow.list_id == new.id)).scalar_one()
        if written != len(new.entries):
            raise HomeError(MEANWHILE)
        connection.execute(update(ListRow).where(ListRow.id == new.id).values(published_at=event.at))
        _point(connection, new.model, new.area, (previous, new.id))


def _point(connection: Connection, model: str, area: str, move: tuple[str | None, str]) -> None:
    """Move the pointer from one list to another; ``HomeError`` where it no longer stands on the first."""
    before, after = move
    if current_id(connection, model, area) != before:
        raise HomeError(MEANWHILE)
    if before is None:
        connection.execute(insert(CurrentRow).values(model=model, area=area, list_id=after))
        return
    here = (CurrentRow.model == model) & (CurrentRow.area == area) & (CurrentRow.list_id == before)
    if not connection.execute(update(CurrentRow).where(here).values(list_id=after)).rowcount:
        raise HomeError(MEANWHILE)


MEANWHILE = "Another run published this list meanwhile, and nothing was changed: run the night again."
