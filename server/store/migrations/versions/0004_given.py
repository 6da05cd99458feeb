"""How far each counter has been given each stream: what a lost one may hold, and who has fetched an erasure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "terminal_stream",
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("terminal", "incarnation", "stream", name=op.f("pk_terminal_stream")),
    )
    # Nobody noted it until now: whoever was ever heard of may have been given everything.
    op.execute(
        "INSERT INTO terminal_stream (terminal, incarnation, stream, held, given, given_at)"
        " SELECT h.terminal, h.incarnation, s.name, 0, s.position, h.last_seen"
        " FROM terminal_head h JOIN stream s ON s.name IN ('ref', 'staff:' || h.mission, 'post:' || h.mission)"
        " WHERE h.mission IS NOT NULL AND h.last_seen IS NOT NULL"
    )
