"""The tree of areas, and who sees which."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, update

from riskscreen.declare import Area, AreaTree, Text
from riskscreen.errors import Forbidden
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import MAY, Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import AccountAreaRow, AccountRow, AreaRow, CurrentRow

TAKERS = [role.value for role, may in MAY.items() if Permission.TAKE_CASES in may]


def put_areas(store: Store, areas: Iterable[Area], event: AuditEvent) -> None:
    """Put in areas, or change those that are there; areas not named stay as they are.

    Raises ``DeclarationError`` for a parent that is not there, or for an area that would lie below itself.
    """
    with store.writing(event, Action.AREAS_CHANGED) as connection:
        there, new = _areas(connection), {area.code: area for area in areas}
        AreaTree({**there, **new}.values())
        for area in new.values():
            _put(connection, area, there=area.code in there)
        for area in new.values():  # parents last: a child may be named before its parent
            connection.execute(update(AreaRow).where(AreaRow.code == area.code).values(parent=area.parent))


def _put(connection: Connection, area: Area, *, there: bool) -> None:
    said = {"label_en": area.label.en, "label_zh": area.label.zh, "weekly_visits": area.weekly_visits}
    if there:
        connection.execute(update(AreaRow).where(AreaRow.code == area.code).values(said))
    else:
        connection.execute(insert(AreaRow).values(code=area.code, parent=None, **said))


def _areas(connection: Connection) -> AreaTree:
    rows = connection.execute(select(AreaRow).order_by(AreaRow.code)).all()
    return AreaTree(
        Area(
            code=row.code,
            label=Text(row.label_en, row.label_zh),
            weekly_visits=row.weekly_visits,
            parent=row.parent,
        )
        for row in rows
    )


def areas_there(store: Store) -> AreaTree:
    """Every area of the store, by code."""
    with store.reading() as connection:
        return _areas(connection)


def areas_seen(store: Store, account: Account) -> list[Area]:
    """The areas that an account sees, by code: those given, and all below them."""
    areas = areas_there(store)
    return [area for code, area in areas.items() if account.areas & _codes(areas.path(code))]


def unseen_areas(store: Store) -> list[Area]:
    """The areas with a list that no worker's account sees, by code: it reaches nobody."""
    with store.reading() as connection:
        areas = _areas(connection)
        listed = set(connection.execute(select(CurrentRow.area)).scalars())
        asked = (
            select(AccountAreaRow.area)
            .join(AccountRow, AccountRow.name == AccountAreaRow.account)
            .where(AccountRow.disabled.is_(False), AccountRow.role.in_(TAKERS))
        )
        given = set(connection.execute(asked).scalars())
    return [area for code, area in areas.items() if code in listed and not given & _codes(areas.path(code))]


def _codes(areas: Iterable[Area]) -> set[str]:
    return {area.code for area in areas}


def check_may_see(connection: Connection, account: Account, area: str) -> None:
    """Raises ``Forbidden`` unless the account may see people, and the area is its own or lies below one of its own.

    An area that is not there is forbidden too: the answer tells nobody which areas exist.
    """
    check_may(account, Permission.SEE_ENTRIES)
    if not account.areas & set(_above(connection, area)):
        raise Forbidden(f"Area {area!r} is not one of yours: choose one of your own areas, or ask for this one.")


def can_see(connection: Connection, account: Account, area: str) -> bool:
    """Whether :func:`check_may_see` would pass."""
    try:
        check_may_see(connection, account, area)
    except Forbidden:
        return False
    return True


def _above(connection: Connection, area: str) -> list[str]:
    """An area that is there, and all above it; the tree has no circle."""
    path = select(AreaRow.code, AreaRow.parent).where(AreaRow.code == area).cte(recursive=True)
    up = select(AreaRow.code, AreaRow.parent).join(path, AreaRow.code == path.c.parent)
    return list(connection.execute(select(path.union(up).c.code)).scalars())
