"""Doubtful pairs: what a link run found, by pages, and one of them with its evidence.

Every open pair stands for two persons today. So the weightier it is, the likelier that this is wrong: the weightiest
come first. Areas do not apply: the two claims of a pair may come from two of them, or from none.
"""

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    RowMapping,
    Select,
    Update,
    bindparam,
    case,
    func,
    insert,
    select,
    tuple_,
    update,
)

from riskscreen.errors import CallerError, NotFound
from riskscreen.linkage.queue import DoubtfulPair, Step
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.roles import Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import PairRow

PAIRS = 50  # a page


class PairState(enum.StrEnum):
    """What became of a pair: to be decided, decided, or not doubtful any more for the last link run."""

    OPEN = "open"
    DECIDED = "decided"
    GONE = "gone"


@dataclass(frozen=True)
class Pair:
    """A pair as it was published, by ``number``; ``version`` is the event store's of the run that found it last.

    ``decision`` is the number of the decision in force about it.
    """

    number: int
    found: DoubtfulPair
    version: int
    state: PairState
    decision: int | None


@dataclass(frozen=True)
class PairsPage:
    """At most 50 pairs of a state; ``next`` is the cursor after them, ``counts`` how many pairs each state has."""

    pairs: tuple[Pair, ...]
    next: int | None
    counts: Mapping[PairState, int]


def publish_pairs(store: Store, version: int, found: Sequence[DoubtfulPair], event: AuditEvent) -> int:
    """Put what a link run found in the place of the open pairs; returns how many are open then.

    A pair keeps its number for good. Those decided stay decided; those open that the run did not find are gone.
    """
    rows = [_row(version, one) for one in found]  # before the writer's lock is held
    with store.writing(event, Action.PAIRS_PUBLISHED) as connection:
        known = _numbers(connection)
        new = [row for row in rows if _key(row) not in known]
        standing = [row | {"at": known.pop(_key(row))} for row in rows if _key(row) in known]
        _execute(connection, _gone(), [{"at": number} for number in known.values()])
        _execute(connection, _renewed(), [{f"new_{name}": value for name, value in row.items()} for row in standing])
        _execute(connection, insert(PairRow), new)
        return _counts(connection).get(PairState.OPEN, 0)


def pairs_page(
    store: Store, account: Account, state: PairState = PairState.OPEN, after: int | None = None
) -> PairsPage:
    """A page of the pairs that are open, the weightiest first, or decided, the last decision first.

    Raises ``Forbidden``, and ``CallerError`` for a cursor that comes from elsewhere.
    """
    check_may(account, Permission.DECIDE_IDENTITY)
    with store.reading() as connection:
        asked = _decided(after) if state is PairState.DECIDED else _of_state(connection, state, after)
        rows = connection.execute(asked.limit(PAIRS + 1)).mappings().all()
        counts = _counts(connection)
    pairs = tuple(_pair(row) for row in rows[:PAIRS])
    more = len(rows) > PAIRS
    last = (pairs[-1].decision if state is PairState.DECIDED else pairs[-1].number) if more else None
    return PairsPage(pairs, last, counts)


def one_pair(store: Store, account: Account, number: int) -> Pair:
    """One pair, whatever its state. Raises ``NotFound``, ``Forbidden``."""
    check_may(account, Permission.DECIDE_IDENTITY)
    with store.reading() as connection:
        return find_pair(connection, PairRow.number == number)


def find_pair(connection: Connection, which: ColumnElement[bool]) -> Pair:
    """The pair of which something holds. Raises ``NotFound``."""
    row = connection.execute(select(PairRow.__table__).where(which)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such pair: go back to the doubtful pairs.")
    return _pair(row)


def _execute(connection: Connection, statement: Executable, rows: list[dict[str, Any]]) -> None:
    """Run a statement for each of the rows; for none it would run once, without values."""
    if rows:
        connection.execute(statement, rows)


def _gone() -> Update:
    """A pair that a run did not find is gone, unless somebody has decided about it."""
    here = (PairRow.number == bindparam("at")) & (PairRow.state == PairState.OPEN)
    return update(PairRow).where(here).values(state=PairState.GONE)


def _numbers(connection: Connection) -> dict[tuple[int, int], int]:
    rows = connection.execute(select(PairRow.claim, PairRow.other, PairRow.number))
    return {(claim, other): number for claim, other, number in rows}


def _row(version: int, found: DoubtfulPair) -> dict[str, Any]:
    return {
        "claim": found.claim,
        "other": found.other,
        "entity_id": found.entity_ids[0],
        "other_entity_id": found.entity_ids[1],
        "feed": found.feeds[0],
        "other_feed": found.feeds[1],
        "weight": found.weight,
        "steps": json.dumps([(step.name, step.level, step.bits) for step in found.steps], separators=(",", ":")),
        "version": version,
        "state": PairState.OPEN,
        "decision": None,
    }


def _key(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["claim"], row["other"]


def _renewed() -> Update:
    """What a run says anew of a pair; who has decided about it stays so."""
    names = ("entity_id", "other_entity_id", "feed", "other_feed", "weight", "steps", "version")
    state = case((PairRow.decision.is_(None), PairState.OPEN), else_=PairState.DECIDED)
    said: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    said["state"] = state
    return update(PairRow).where(PairRow.number == bindparam("new_at")).values(said)


def _of_state(connection: Connection, state: PairState, after: int | None) -> Select[Any]:
    here = PairRow.state == state
    if after is not None:
        weight = connection.execute(select(PairRow.weight).where(PairRow.number == after)).scalar_one_or_none()
        if weight is None:
            raise CallerError("This cursor comes from elsewhere: begin again at the first page.")
        here &= tuple_(PairRow.weight, PairRow.number) < (weight, after)
    return select(PairRow.__table__).where(here).order_by(PairRow.weight.desc(), PairRow.number.desc())


def _decided(after: int | None) -> Select[Any]:
    here = PairRow.decision.is_not(None) if after is None else PairRow.decision < after
    return select(PairRow.__table__).where(here).order_by(PairRow.decision.desc())


def _counts(connection: Connection) -> dict[PairState, int]:
    rows = connection.execute(select(PairRow.state, func.count()).group_by(PairRow.state))
    return {PairState(state): count for state, count in rows}


def _pair(row: RowMapping) -> Pair:
    steps = tuple(Step(*step) for step in json.loads(row["steps"]))
    feeds, names = (row["feed"], row["other_feed"]), (row["entity_id"], row["other_entity_id"])
    found = DoubtfulPair(row["claim"], row["other"], feeds, names, row["weight"], steps)
    return Pair(row["number"], found, row["version"], PairState(row["state"]), row["decision"])
