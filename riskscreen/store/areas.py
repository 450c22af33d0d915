"""The tree of areas, and who sees which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from riskscreen.declare import Area, Text
from riskscreen.errors import CallerError, Forbidden
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import MAY, Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import AccountAreaRow, AccountRow, AreaRow

TAKERS = [role.value for role, may in MAY.items() if Permission.TAKE_CASES in may]


@dataclass(frozen=True)
class PlacedArea:
    """An area and the one above it; ``None`` at the top."""

    area: Area
    parent: str | None = None


def put_areas(store: Store, areas: Sequence[PlacedArea], event: AuditEvent) -> None:
    """Put in areas, or change those that are there; areas not named stay as they are.

    Raises ``CallerError`` for a parent that is not there, or for an area that would lie below itself.
    """
    with store.writing(event, Action.AREAS_CHANGED) as connection:
        parents = _parents(connection)
        _check_tree(parents | {placed.area.code: placed.parent for placed in areas})
        for placed in areas:
            _put(connection, placed, there=placed.area.code in parents)
        for placed in areas:  # parents last: a child may be named before its parent
            connection.execute(update(AreaRow).where(AreaRow.code == placed.area.code).values(parent=placed.parent))


def _put(connection: Connection, placed: PlacedArea, *, there: bool) -> None:
    area = placed.area
    said = {"label_en": area.label.en, "label_zh": area.label.zh, "weekly_visits": area.weekly_visits}
    if there:
        connection.execute(update(AreaRow).where(AreaRow.code == area.code).values(said))
    else:
        connection.execute(insert(AreaRow).values(code=area.code, parent=None, **said))


def _parents(connection: Connection) -> dict[str, str | None]:
    return dict(connection.execute(select(AreaRow.code, AreaRow.parent)).all())


def _check_tree(parents: Mapping[str, str | None]) -> None:
    for code in parents:
        path = [code]
        while (above := parents[path[-1]]) is not None:
            if above not in parents:
                raise CallerError(f"Area {path[-1]!r} lies in {above!r}, which is not there: put that one in too.")
            if above in path:
                raise CallerError(f"Area {above!r} would lie below itself: name another parent.")
            path.append(above)


def areas_seen(store: Store, account: Account) -> list[PlacedArea]:
    """The areas that an account sees, by code: those given, and all below them."""
    placed = placed_areas(store)
    parents = {each.area.code: each.parent for each in placed}
    return [each for each in placed if account.areas & set(_path(each.area.code, parents))]


def placed_areas(store: Store) -> list[PlacedArea]:
    """Every area, by code."""
    columns = (AreaRow.code, AreaRow.parent, AreaRow.label_en, AreaRow.label_zh, AreaRow.weekly_visits)
    with store.reading() as connection:
        rows = connection.execute(select(*columns).order_by(AreaRow.code)).all()
    return [
        PlacedArea(
            Area(code=row.code, label=Text(row.label_en, row.label_zh), weekly_visits=row.weekly_visits), row.parent
        )
        for row in rows
    ]


def unseen_areas(store: Store) -> list[PlacedArea]:
    """The areas to be visited that no worker's account sees, by code: their lists reach nobody."""
    placed = placed_areas(store)
    parents = {each.area.code: each.parent for each in placed}
    with store.reading() as connection:
        asked = (
            select(AccountAreaRow.area)
            .join(AccountRow, AccountRow.name == AccountAreaRow.account)
            .where(AccountRow.disabled.is_(False), AccountRow.role.in_(TAKERS))
        )
        given = set(connection.execute(asked).scalars())
    return [each for each in placed if each.area.weekly_visits and not given & set(_path(each.area.code, parents))]


def _path(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """An area and all above it."""
    path = [code]
    while (above := parents[path[-1]]) is not None:
        path.append(above)
    return path


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
