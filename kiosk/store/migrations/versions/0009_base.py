"""What the centre gives a new counter instead of every entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "base",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tail_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("tail", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('standing', 'coming')", name="ck_base_state"),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_base")),
    )
    op.create_table(
        "base_part",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("altered", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_base_part")),
    )
    op.create_table(
        "base_entry",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator", sa.LargeBinary(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_entry")),
    )
    op.create_index(op.f("ix_base_entry_subject"), "base_entry", ["subject"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a counter never goes back to an older schema; its copy from before is in backup/")
