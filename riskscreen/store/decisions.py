"""What people decided about two claims: rows that are only ever added. Taking a decision back is a row too.

A reason is one of a closed list: a sentence typed there would sooner or later hold a name.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, insert, or_, select, update
from sqlalchemy.orm import aliased

from riskscreen.errors import CallerError, Conflict, NotFound
from riskscreen.linkage.claims import DECISIONS
from riskscreen.linkage.decisions import APART, TOGETHER, decided
from riskscreen.store.events import Action, AuditEvent
from riskscreen.store.pairs import PairState, find_pair
from riskscreen.store.roles import Account, Permission, check_may
from riskscreen.store.store import Store
from riskscreen.store.tables import AuditHeadRow, DecisionRow, PairRow


class Verdict(enum.StrEnum):
    """One person's, or two people's."""

    TOGETHER = TOGETHER
    APART = APART


class Because(enum.StrEnum):
    """Why somebody decided so, or took it back."""

    WORDS = "words"
    PAPERS = "papers"
    ASKED = "asked"
    MISTAKE = "mistake"
    NEW_FACTS = "new_facts"


# Why one may decide, and why one may take back.
TO_DECIDE = (Because.WORDS, Because.PAPERS, Because.ASKED)
TO_TAKE_BACK = (Because.MISTAKE, Because.NEW_FACTS)


class Need(enum.StrEnum):
    """Why somebody opens the vault."""

    DECIDE = "decide"
    CHECK = "check"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Judgement:
    """A verdict and why. Raises ``CallerError`` for what is no reason to decide."""

    verdict: Verdict
    because: Because

    def __post_init__(self) -> None:
        _check_reason(self.because, TO_DECIDE)


@dataclass(frozen=True)
class Decision:
    """A row of the decisions: a verdict about two claims, or (``verdict`` is ``None``) that ``takes_back`` is void.

    ``in_force`` says that it is a verdict which nobody took back.
    """

    number: int
    claim: int
    other: int
    verdict: Verdict | None
    takes_back: int | None
    by: str
    at: datetime
    because: Because
    in_force: bool


def decide(store: Store, account: Account, pair: int, judged: Judgement, now: datetime) -> Decision:
    """Decide about a pair; it holds from the next link on.

    Raises ``NotFound``, ``Forbidden``, and ``Conflict`` with the numbers of decisions in force where one is about this
    pair already, or where together with the new one they could not hold.
    """
    check_may(account, Permission.DECIDE_IDENTITY)
    with store.reading() as connection:
        found = find_pair(connection, PairRow.number == pair).found
    about = (found.claim, found.other)
    said: Mapping[str, Any] = {"claims": about, "verdict": judged.verdict.value, "reason": judged.because.value}
    with store.writing(
        AuditEvent(now, account.name, Action.DECISION_MADE, f"pair:{pair}", said), Action.DECISION_MADE
    ) as connection:
        _one_at_a_time(connection)
        standing = find_pair(connection, PairRow.number == pair).decision
        if standing is not None:
            raise Conflict(f"This pair was decided already, by decision {standing}: take that back first.", (standing,))
        _check_goes_with_the_rest(connection, about, judged.verdict)
        row = {"claim": about[0], "other": about[1], "verdict": judged.verdict, "takes_back": None}
        made = _add(connection, row, account, judged.because, now)
        here = update(PairRow).where(PairRow.number == pair)
        connection.execute(here.values(decision=made.number, state=PairState.DECIDED))
        return made


def take_back(store: Store, account: Account, decision: int, because: Because, now: datetime) -> Decision:
    """Take a decision back; its pair is open again. Returns the row that says so.

    Raises ``NotFound`` where there is no such verdict, ``Conflict`` where it was taken back already, ``CallerError``
    for what is no reason to take back, ``Forbidden``.
    """
    check_may(account, Permission.DECIDE_IDENTITY)
    _check_reason(because, TO_TAKE_BACK)
    with store.reading() as connection:
        about = _verdict(connection, decision)
    said: Mapping[str, Any] = {"claims": (about.claim, about.other), "reason": because.value}
    event = AuditEvent(now, account.name, Action.DECISION_TAKEN_BACK, f"decision:{decision}", said)
    with store.writing(event, Action.DECISION_TAKEN_BACK) as connection:
        _one_at_a_time(connection)
        if not _verdict(connection, decision).in_force:
            raise Conflict(f"Decision {decision} was taken back already: nothing is left to do.", (decision,))
        row = {"claim": about.claim, "other": about.other, "verdict": None, "takes_back": decision}
        made = _add(connection, row, account, because, now)
        here = update(PairRow).where(PairRow.decision == decision)
        connection.execute(here.values(decision=None, state=PairState.OPEN))
        return made


def decisions_in_force(store: Store) -> pa.Table:
    """The verdicts that nobody took back, with the columns of ``linkage.claims.DECISIONS``: what linking reads."""
    with store.reading() as connection:
        rows = [one for one in _decisions(connection) if one.in_force]
    return pa.Table.from_pylist([_for_linking(one) for one in rows], schema=DECISIONS)


def all_decisions(store: Store) -> list[Decision]:
    """Every row there is, in the order of numbers: numbers of claims, never a word."""
    with store.reading() as connection:
        return _decisions(connection)


def decisions_about(store: Store, account: Account, pair: int) -> list[Decision]:
    """Every decision about a pair, also those taken back, oldest first. Raises ``NotFound``, ``Forbidden``."""
    check_may(account, Permission.DECIDE_IDENTITY)
    with store.reading() as connection:
        found = find_pair(connection, PairRow.number == pair).found
        return _decisions(connection, (DecisionRow.claim == found.claim) & (DecisionRow.other == found.other))


def _check_reason(because: Because, allowed: tuple[Because, ...]) -> None:
    if because not in allowed:
        raise CallerError(f"This is no reason for that: give one of {', '.join(allowed)}.")


def _one_at_a_time(connection: Connection) -> None:
    """Two decisions at once could contradict each other unseen; SQLite's writers wait for each other anyway."""
    connection.execute(select(AuditHeadRow.last).with_for_update())


def _check_goes_with_the_rest(connection: Connection, about: tuple[int, int], verdict: Verdict) -> None:
    """Raises ``Conflict`` with as few decisions as contradict the new one together."""
    new = {"decision": 0, "claim": about[0], "other": about[1], "verdict": verdict}
    against = _near(connection, set(about))
    if _can_hold([*against, new]):
        return
    for one in list(against):
        rest = [other for other in against if other is not one]
        if not _can_hold([*rest, new]):
            against = rest
    numbers = tuple(one["decision"] for one in against)
    raise Conflict(
        f"With decision {', '.join(map(str, numbers))} in force, this one cannot hold: look at them, and take back "
        f"which is wrong, or decide otherwise.",
        numbers,
    )


def _can_hold(rows: list[dict[str, Any]]) -> bool:
    about = pa.chunked_array([[row[side] for row in rows for side in ("claim", "other")]], pa.int64())
    try:
        decided(pa.Table.from_pylist(rows, schema=DECISIONS), about)
    except CallerError:
        return False
    return True


def _near(connection: Connection, claims: set[int]) -> list[dict[str, Any]]:
    """The decisions in force about claims, and about those that are together with them, and so on."""
    found: dict[int, Decision] = {}
    asked, new = set[int](), claims
    while new:
        about = or_(DecisionRow.claim.in_(new), DecisionRow.other.in_(new))
        found |= {one.number: one for one in _decisions(connection, about) if one.in_force}
        asked |= new
        joined = [one for one in found.values() if one.verdict is Verdict.TOGETHER]
        new = {claim for one in joined for claim in (one.claim, one.other)} - asked
    return [_for_linking(found[number]) for number in sorted(found)]


def _for_linking(one: Decision) -> dict[str, Any]:
    return {"decision": one.number, "claim": one.claim, "other": one.other, "verdict": one.verdict}


def _verdict(connection: Connection, number: int) -> Decision:
    for one in _decisions(connection, DecisionRow.number == number):
        if one.verdict is not None:
            return one
    raise NotFound("There is no such decision to take back: look at the numbers on the pair's page.")


def _add(connection: Connection, row: Mapping[str, Any], account: Account, because: Because, now: datetime) -> Decision:
    added = insert(DecisionRow).values(**row, by=account.name, at=now, reason=because)
    number = connection.execute(added.returning(DecisionRow.number)).scalar_one()
    return _decisions(connection, DecisionRow.number == number)[0]


def _decisions(connection: Connection, which: ColumnElement[bool] | None = None) -> list[Decision]:
    back = aliased(DecisionRow)
    asked = select(DecisionRow.__table__, back.number.is_(None).label("standing")).outerjoin(
        back, back.takes_back == DecisionRow.number
    )
    rows = connection.execute((asked if which is None else asked.where(which)).order_by(DecisionRow.number))
    return [
        Decision(
            number=row.number,
            claim=row.claim,
            other=row.other,
            verdict=Verdict(row.verdict) if row.verdict else None,
            takes_back=row.takes_back,
            by=row.by,
            at=row.at,
            because=Because(row.reason),
            in_force=bool(row.verdict) and row.standing,
        )
        for row in rows
    ]
