"""Doubtful pairs, and what people decided about them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of decisions and of pairs."""
    _decisions()
    _pairs()


def _decisions() -> None:
    op.create_table(
        "linkage_decisions",
        Column("number", Integer(), nullable=False),
        Column("claim", BigInteger(), nullable=False),
        Column("other", BigInteger(), nullable=False),
        Column("verdict", String(length=8), nullable=True),
        Column("takes_back", Integer(), nullable=True),
        Column("by", String(length=64), nullable=False),
        Column("at", DateTime(), nullable=False),
        Column("reason", String(length=16), nullable=False),
        ForeignKeyConstraint(
            ["takes_back"], ["linkage_decisions.number"], name="fk_linkage_decisions_takes_back_linkage_decisions"
        ),
        PrimaryKeyConstraint("number", name="pk_linkage_decisions"),
        UniqueConstraint("takes_back", name="uq_linkage_decisions_takes_back"),
    )
    for column in ("claim", "other"):
        op.create_index(f"ix_linkage_decisions_{column}", "linkage_decisions", [column], unique=False)


def _pairs() -> None:
    op.create_table(
        "linkage_pairs",
        Column("number", Integer(), nullable=False),
        Column("claim", BigInteger(), nullable=False),
        Column("other", BigInteger(), nullable=False),
        Column("entity_id", String(length=32), nullable=False),
        Column("other_entity_id", String(length=32), nullable=False),
        Column("feed", String(length=64), nullable=False),
        Column("other_feed", String(length=64), nullable=False),
        Column("weight", Double(), nullable=False),
        Column("steps", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("state", String(length=8), nullable=False),
        Column("decision", Integer(), nullable=True),
        ForeignKeyConstraint(
            ["decision"], ["linkage_decisions.number"], name="fk_linkage_pairs_decision_linkage_decisions"
        ),
        PrimaryKeyConstraint("number", name="pk_linkage_pairs"),
        UniqueConstraint("claim", "other", name="uq_linkage_pairs_claim_other"),
    )
    op.create_index(
        "ix_linkage_pairs_state_weight_number", "linkage_pairs", ["state", "weight", "number"], unique=False
    )
    op.create_index("ix_linkage_pairs_decision", "linkage_pairs", ["decision"], unique=False)
