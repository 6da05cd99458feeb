"""Which missions hold each worker, who asked for whom, and who may be one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holding",
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", "mission", name=op.f("pk_holding")),
    )
    op.create_table(
        "mention",
        sa.Column("about", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("about", "entry_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_stream_position_entry_id"), "stream_position", ["entry_id"], unique=False)
    op.create_table(
        "inquiry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index(op.f("ix_inquiry_terminal_at"), "inquiry", ["terminal", "at"], unique=False)
    op.create_table(
        "pairing_queue",
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "worker_id", name=op.f("pk_pairing_queue")),
    )
    op.create_table(
        "pair",
        sa.Column("first_id", sa.UUID(), nullable=False),
        sa.Column("second_id", sa.UUID(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("strength", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("said_same", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_pair")),
    )
    op.create_index(op.f("ix_pair_second_id"), "pair", ["second_id"], unique=False)
    op.create_index(op.f("ix_pair_state_said_same_score"), "pair", ["state", "said_same", "score"], unique=False)
    # Until now nobody could be lent, and no registration stood elsewhere than at its mission.
    op.execute(
        "INSERT INTO holding (worker_id, mission)"
        " SELECT id, mission FROM worker WHERE registered AND mission IS NOT NULL"
    )
    op.execute("INSERT INTO pairing_queue (entry_id, worker_id) SELECT id, id FROM worker WHERE registered")
