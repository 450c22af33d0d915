"""The first tables."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, and the counter of audit events."""
    _areas()
    _lists()
    _entries()
    _accounts()
    _sessions_and_tokens()
    _audit()
    op.execute('INSERT INTO audit_head ("only", last) VALUES (1, 0)')  # PostgreSQL keeps the word for itself


def _areas() -> None:
    op.create_table(
        "areas",
        Column("code", String(length=64), nullable=False),
        Column("parent", String(length=64), nullable=True),
        Column("label_en", Text(), nullable=False),
        Column("label_zh", Text(), nullable=False),
        Column("weekly_visits", Integer(), nullable=False),
        ForeignKeyConstraint(["parent"], ["areas.code"], name="fk_areas_parent_areas"),
        PrimaryKeyConstraint("code", name="pk_areas"),
    )
    op.create_index("ix_areas_parent", "areas", ["parent"], unique=False)


def _lists() -> None:
    op.create_table(
        "lists",
        Column("id", String(length=32), nullable=False),
        Column("model", String(length=64), nullable=False),
        Column("area", String(length=64), nullable=False),
        Column("as_of", Date(), nullable=False),
        Column("made_at", DateTime(), nullable=False),
        Column("data_up_to", Date(), nullable=False),
        Column("model_version", String(length=64), nullable=False),
        Column("inputs", String(length=64), nullable=False),
        Column("length", Integer(), nullable=False),
        Column("follows", String(length=32), nullable=True),
        Column("published_at", DateTime(), nullable=True),
        ForeignKeyConstraint(["area"], ["areas.code"], name="fk_lists_area_areas"),
        PrimaryKeyConstraint("id", name="pk_lists"),
    )
    op.create_index("ix_lists_model_area_published_at", "lists", ["model", "area", "published_at"], unique=False)
    op.create_table(
        "current_lists",
        Column("model", String(length=64), nullable=False),
        Column("area", String(length=64), nullable=False),
        Column("list_id", String(length=32), nullable=False),
        ForeignKeyConstraint(["area"], ["areas.code"], name="fk_current_lists_area_areas"),
        ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_current_lists_list_id_lists"),
        PrimaryKeyConstraint("model", "area", name="pk_current_lists"),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        Column("list_id", String(length=32), nullable=False),
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("entity_id", String(length=32), nullable=False),
        Column("score", Double(), nullable=True),
        Column("abstained", Boolean(), nullable=False),
        Column("odds_known", Boolean(), nullable=False),
        Column("change", String(length=16), nullable=False),
        Column("because", String(length=64), nullable=True),
        Column("position_before", Integer(), nullable=True),
        ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_entries_list_id_lists", ondelete="CASCADE"),
        PrimaryKeyConstraint("list_id", "position", name="pk_entries"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reasons",
        Column("list_id", String(length=32), nullable=False),
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("place", Integer(), autoincrement=False, nullable=False),
        Column("signal", String(length=64), nullable=False),
        Column("theme", String(length=64), nullable=False),
        Column("weight", Double(), nullable=False),
        Column("en", Text(), nullable=False),
        Column("zh", Text(), nullable=False),
        Column("sensitivity", String(length=16), nullable=False),
        ForeignKeyConstraint(
            ["list_id", "position"],
            ["entries.list_id", "entries.position"],
            name="fk_reasons_list_id_position_entries",
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("list_id", "position", "place", name="pk_reasons"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "left_entries",
        Column("list_id", String(length=32), nullable=False),
        Column("position_before", Integer(), autoincrement=False, nullable=False),
        Column("entity_id", String(length=32), nullable=False),
        Column("because", String(length=32), nullable=False),
        ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_left_entries_list_id_lists", ondelete="CASCADE"),
        PrimaryKeyConstraint("list_id", "position_before", name="pk_left_entries"),
        sqlite_with_rowid=False,
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        Column("name", String(length=64), nullable=False),
        Column("password", Text(), nullable=False),
        Column("role", String(length=32), nullable=False),
        Column("disabled", Boolean(), nullable=False),
        PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "account_areas",
        Column("account", String(length=64), nullable=False),
        Column("area", String(length=64), nullable=False),
        ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_account_areas_account_accounts"),
        ForeignKeyConstraint(["area"], ["areas.code"], name="fk_account_areas_area_areas"),
        PrimaryKeyConstraint("account", "area", name="pk_account_areas"),
    )
    op.create_table(
        "log_in_attempts",
        Column("name_hash", String(length=64), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("last", DateTime(), nullable=False),
        PrimaryKeyConstraint("name_hash", name="pk_log_in_attempts"),
    )
    op.create_index("ix_log_in_attempts_last", "log_in_attempts", ["last"], unique=False)


def _sessions_and_tokens() -> None:
    op.create_table(
        "sessions",
        Column("id_hash", String(length=64), nullable=False),
        Column("account", String(length=64), nullable=False),
        Column("created", DateTime(), nullable=False),
        Column("last_seen", DateTime(), nullable=False),
        Column("expires", DateTime(), nullable=False),
        ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_sessions_account_accounts"),
        PrimaryKeyConstraint("id_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"], unique=False)
    op.create_table(
        "api_tokens",
        Column("id", String(length=16), nullable=False),
        Column("token_hash", String(length=64), nullable=False),
        Column("account", String(length=64), nullable=False),
        Column("created", DateTime(), nullable=False),
        Column("expires", DateTime(), nullable=False),
        Column("revoked", DateTime(), nullable=True),
        ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_api_tokens_account_accounts"),
        PrimaryKeyConstraint("id", name="pk_api_tokens"),
        UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_account", "api_tokens", ["account"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit_events",
        Column("id", BigInteger(), autoincrement=False, nullable=False),
        Column("at", DateTime(), nullable=False),
        Column("actor", String(length=64), nullable=False),
        Column("action", String(length=32), nullable=False),
        Column("object", String(length=128), nullable=False),
        Column("details", Text(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit_events"),
    )
    op.create_table(
        "audit_head",
        Column("only", Integer(), autoincrement=False, nullable=False),
        Column("last", BigInteger(), nullable=False),
        PrimaryKeyConstraint("only", name="pk_audit_head"),
    )
