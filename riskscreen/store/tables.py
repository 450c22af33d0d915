"""The tables of the store. ``migrations/`` makes them; a test holds the two to each other."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
OPEN = text("closed_at IS NULL")
NO_ROWID: dict[str, Any] = {"sqlite_with_rowid": False}  # rows stand in the order of the key: a page is one read


class Instant(TypeDecorator[datetime]):
    """A moment: kept in UTC, given back in UTC. A time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, as both databases keep it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone again."""
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant, str: Text}  # noqa: RUF012 - SQLAlchemy's own form


class AreaRow(Table):
    """An area and its place in the tree."""

    __tablename__ = "areas"
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    parent: Mapped[str | None] = mapped_column(String(64), ForeignKey("areas.code"), index=True)
    label_en: Mapped[str]
    label_zh: Mapped[str]
    weekly_visits: Mapped[int]


class ListRow(Table):
    """One list of one model, area and night; seen by readers from ``published_at`` on."""

    __tablename__ = "lists"
    __table_args__ = (Index(None, "model", "area", "published_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(64), ForeignKey("areas.code"))
    as_of: Mapped[date]
    made_at: Mapped[datetime]
    data_up_to: Mapped[date]
    model_version: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]
    follows: Mapped[str | None] = mapped_column(String(32))
    published_at: Mapped[datetime | None]


class CurrentRow(Table):
    """Which list of a model and area readers see: the one row that a publication flips."""

    __tablename__ = "current_lists"
    model: Mapped[str] = mapped_column(String(64), primary_key=True)
    area: Mapped[str] = mapped_column(String(64), ForeignKey("areas.code"), primary_key=True)
    list_id: Mapped[str] = mapped_column(String(32), ForeignKey("lists.id"))


class EntryRow(Table):
    """An entry of a list, and what changed since the list before."""

    __tablename__ = "entries"
    __table_args__ = (NO_ROWID,)
    list_id: Mapped[str] = mapped_column(String(32), ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entity_id: Mapped[str] = mapped_column(String(32))
    score: Mapped[float | None]
    abstained: Mapped[bool]
    odds_known: Mapped[bool]
    change: Mapped[str] = mapped_column(String(16))
    because: Mapped[str | None] = mapped_column(String(64))
    position_before: Mapped[int | None]


class ReasonRow(Table):
    """A reason of an entry, in its order."""

    __tablename__ = "reasons"
    __table_args__ = (
        ForeignKeyConstraint(["list_id", "position"], ["entries.list_id", "entries.position"], ondelete="CASCADE"),
        NO_ROWID,
    )
    list_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signal: Mapped[str] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(64))
    weight: Mapped[float]
    en: Mapped[str]
    zh: Mapped[str]
    sensitivity: Mapped[str] = mapped_column(String(16))


class LeftRow(Table):
    """Somebody whom the list before named and this one does not."""

    __tablename__ = "left_entries"
    __table_args__ = (NO_ROWID,)
    list_id: Mapped[str] = mapped_column(String(32), ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True)
    position_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entity_id: Mapped[str] = mapped_column(String(32))
    because: Mapped[str] = mapped_column(String(32))


class CaseRow(Table):
    """Somebody whom a worker has taken on from a list; open until ``closed_at``. Nobody has two open of one model."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_open", "model", "entity_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_area", "model", "area", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(64), ForeignKey("areas.code"))
    entity_id: Mapped[str] = mapped_column(String(32))
    list_id: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(64))


class DecisionRow(Table):
    """What somebody decided about two claims, or that a decision is taken back. Rows are only ever added."""

    __tablename__ = "linkage_decisions"
    __table_args__ = (UniqueConstraint("takes_back"),)
    number: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[int] = mapped_column(BigInteger, index=True)
    other: Mapped[int] = mapped_column(BigInteger, index=True)
    verdict: Mapped[str | None] = mapped_column(String(8))
    takes_back: Mapped[int | None] = mapped_column(ForeignKey("linkage_decisions.number"))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(16))


class PairRow(Table):
    """Two claims that some link run found doubtful, with its evidence; ``decision`` is the one in force about them."""

    __tablename__ = "linkage_pairs"
    __table_args__ = (UniqueConstraint("claim", "other"), Index(None, "state", "weight", "number"))
    number: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[int] = mapped_column(BigInteger)
    other: Mapped[int] = mapped_column(BigInteger)
    entity_id: Mapped[str] = mapped_column(String(32))
    other_entity_id: Mapped[str] = mapped_column(String(32))
    feed: Mapped[str] = mapped_column(String(64))
    other_feed: Mapped[str] = mapped_column(String(64))
    weight: Mapped[float]
    steps: Mapped[str]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    decision: Mapped[int | None] = mapped_column(ForeignKey("linkage_decisions.number"), index=True)


class AccountRow(Table):
    """Who may log in, as what."""

    __tablename__ = "accounts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    password: Mapped[str]
    role: Mapped[str] = mapped_column(String(32))
    disabled: Mapped[bool]


class AccountAreaRow(Table):
    """An area that an account sees, with all below it."""

    __tablename__ = "account_areas"
    account: Mapped[str] = mapped_column(String(64), ForeignKey("accounts.name"), primary_key=True)
    area: Mapped[str] = mapped_column(String(64), ForeignKey("areas.code"), primary_key=True)


class AttemptRow(Table):
    """Log-ins under one name since the last that succeeded; the name hashed, for anything can be typed there."""

    __tablename__ = "log_in_attempts"
    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    attempts: Mapped[int]
    last: Mapped[datetime] = mapped_column(index=True)


class SessionRow(Table):
    """A log-in that lasts; its id is kept hashed."""

    __tablename__ = "sessions"
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), ForeignKey("accounts.name"), index=True)
    created: Mapped[datetime]
    last_seen: Mapped[datetime]
    expires: Mapped[datetime]


class TokenRow(Table):
    """An API token, kept hashed; ``id`` names it to people."""

    __tablename__ = "api_tokens"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account: Mapped[str] = mapped_column(String(64), ForeignKey("accounts.name"), index=True)
    created: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]


class AuditRow(Table):
    """What was done, by whom; numbered 1, 2, 3 … in the order of commits."""

    __tablename__ = "audit_events"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    object: Mapped[str] = mapped_column(String(128))
    details: Mapped[str]


class AuditHeadRow(Table):
    """The number of the last audit event: one row, whose lock puts commits in order."""

    __tablename__ = "audit_head"
    only: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
