"""Journals that continue: former keys, marks on streams, sticks, and who was revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle",
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("terminal", "incarnation", "direction", "number", name=op.f("pk_bundle")),
    )
    op.create_table(
        "journal_continuation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("former", sa.Integer(), nullable=False),
        sa.Column("former_seq", sa.BigInteger(), nullable=False),
        sa.Column("former_hash", sa.LargeBinary(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_continuation")),
    )
    op.create_index(op.f("ix_journal_continuation_terminal"), "journal_continuation", ["terminal"], unique=False)
    op.create_table(
        "terminal_revocation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("terminal_id", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_revocation")),
    )
    op.create_index(op.f("ix_terminal_revocation_terminal_id"), "terminal_revocation", ["terminal_id"], unique=False)
    op.add_column("centre", sa.Column("fingerprint", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("terminal", sa.Column("continues", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("terminal_head", sa.Column("continues", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("terminal_head", sa.Column("sealing_key", sa.LargeBinary(), nullable=True))
    op.add_column("terminal_head", sa.Column("revoked_reason", sa.Text(), nullable=True))
