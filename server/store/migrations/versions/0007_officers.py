"""Officers show a second factor: its secret, recovery codes, what happened to their accounts. All sign in again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("officer", sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("officer", sa.Column("factor", sa.LargeBinary(), nullable=True))
    op.add_column("officer", sa.Column("factor_at", sa.BigInteger(), nullable=True))
    op.add_column("officer", sa.Column("last_step", sa.BigInteger(), nullable=True))
    op.add_column("officer", sa.Column("signed_in_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "officer_recovery",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_officer_recovery")),
    )
    op.create_index(op.f("ix_officer_recovery_officer_id"), "officer_recovery", ["officer_id"], unique=False)
    op.create_table(
        "officer_event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("by", sa.UUID(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_event")),
    )
    op.create_index(op.f("ix_officer_event_officer_id_at"), "officer_event", ["officer_id", "at"], unique=False)
    # Whoever is signed in has shown a password only.
    op.execute("DELETE FROM session")
    op.add_column("session", sa.Column("seen_at", sa.BigInteger(), nullable=False))
    op.add_column("session", sa.Column("stage", sa.String(length=8), nullable=False))
    op.add_column("session", sa.Column("pending", sa.LargeBinary(), nullable=True))
