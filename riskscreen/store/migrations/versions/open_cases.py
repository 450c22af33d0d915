"""Open cases."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, text

revision = "0002"
down_revision = "0001"
OPEN = text("closed_at IS NULL")


def upgrade() -> None:
    """Make the table of cases."""
    op.create_table(
        "cases",
        Column("id", Integer(), nullable=False),
        Column("model", String(length=64), nullable=False),
        Column("area", String(length=64), nullable=False),
        Column("entity_id", String(length=32), nullable=False),
        Column("list_id", String(length=32), nullable=False),
        Column("position", Integer(), nullable=False),
        Column("opened_at", DateTime(), nullable=False),
        Column("opened_by", String(length=64), nullable=False),
        Column("closed_at", DateTime(), nullable=True),
        Column("closed_by", String(length=64), nullable=True),
        ForeignKeyConstraint(["area"], ["areas.code"], name="fk_cases_area_areas"),
        PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index(
        "ix_cases_open", "cases", ["model", "entity_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_cases_area", "cases", ["model", "area"], sqlite_where=OPEN, postgresql_where=OPEN)
