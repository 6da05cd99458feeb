"""Journals that continue: former keys, marks on streams, sticks, and who was revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_continuation",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
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
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_revocation")),
    )
    op.create_index(op.f("ix_terminal_revocation_terminal_id"), "terminal_revocation", ["terminal_id"], unique=False)
    op.create_table(
        "bundle",
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("direction IN ('up', 'down')", name="ck_bundle_direction"),
        sa.PrimaryKeyConstraint("direction", "number", name=op.f("pk_bundle")),
    )
    op.create_table(
        "cursor_mark",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("stream", "position", name=op.f("pk_cursor_mark")),
    )
    op.create_table(
        "former_terminal",
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("continues", sa.Integer(), nullable=False),
        sa.Column("acked_seq", sa.BigInteger(), nullable=False),
        sa.Column("acked_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("incarnation", name=op.f("pk_former_terminal")),
    )
    op.add_column("own_terminal", sa.Column("continues", sa.Integer(), server_default="0", nullable=False))
    op.add_column("terminal", sa.Column("continues", sa.Integer(), server_default=sa.text("0"), nullable=False))
