"""Whose registrations are one person, what was amended and compared, consents taken back, voids, papers of workers."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SUBJECT = 6
"""Its place in an entry's header (docs/decisions/0001-entry-envelope.md)."""


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "field", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_worker_id"), "amendment", ["worker_id"], unique=False)
    op.create_table(
        "borrowing",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_borrowing")),
    )
    op.create_index(op.f("ix_borrowing_worker_id"), "borrowing", ["worker_id"], unique=False)
    op.create_table(
        "comparison",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("other_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "other_id", name=op.f("pk_comparison")),
    )
    op.create_index(op.f("ix_comparison_other_id"), "comparison", ["other_id"], unique=False)
    op.create_index(op.f("ix_comparison_worker_id"), "comparison", ["worker_id"], unique=False)
    op.create_table(
        "receipt_void",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_void")),
    )
    op.create_index(op.f("ix_receipt_void_number"), "receipt_void", ["number"], unique=False)
    op.create_index(op.f("ix_receipt_void_receipt_id"), "receipt_void", ["receipt_id"], unique=False)
    op.create_index(
        op.f("ix_receipt_void_terminal_incarnation_year_serial"),
        "receipt_void",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_receipt_void_worker_id"), "receipt_void", ["worker_id"], unique=False)
    op.create_table(
        "restriction",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index(op.f("ix_restriction_worker_id"), "restriction", ["worker_id"], unique=False)
    op.create_table(
        "worker_document",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_document")),
    )
    op.create_index(op.f("ix_worker_document_sha256"), "worker_document", ["sha256"], unique=False)
    op.create_index(op.f("ix_worker_document_worker_id"), "worker_document", ["worker_id"], unique=False)
    op.create_table(
        "worker_merge",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("other_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("mission", sa.String(length=3), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("undone_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_operator_id", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_merge")),
    )
    op.create_index(op.f("ix_worker_merge_other_id"), "worker_merge", ["other_id"], unique=False)
    op.create_index(op.f("ix_worker_merge_worker_id"), "worker_merge", ["worker_id"], unique=False)
    op.create_table(
        "worker_number",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "kind", "value", name=op.f("pk_worker_number")),
    )
    op.create_index(op.f("ix_worker_number_value"), "worker_number", ["value"], unique=False)
    op.create_index(op.f("ix_worker_number_worker_id"), "worker_number", ["worker_id"], unique=False)
    op.add_column("consent", sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("consent", sa.Column("remark", sa.Text(), nullable=True))
    op.add_column("entry", sa.Column("subject", sa.LargeBinary(length=16), nullable=True))
    op.create_index("ix_entry_subject", "entry", ["subject"], unique=False)
    op.add_column("placement", sa.Column("months", sa.Integer(), nullable=True))
    op.add_column("placement", sa.Column("corrects", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt", sa.Column("void_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt_line", sa.Column("voided", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("worker", sa.Column("other_kpjs", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("worker", sa.Column("merged_into", sa.LargeBinary(length=16), nullable=True))
    op.add_column("worker", sa.Column("restricted", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("worker", sa.Column("consent", sa.Text(), nullable=True))
    op.add_column("worker", sa.Column("erased", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("worker", sa.Column("name_key", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("worker", sa.Column("phone_key", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("worker", sa.Column("whatsapp_key", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("worker", sa.Column("seen_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_worker_birth_date"), "worker", ["birth_date"], unique=False)
    op.create_index(op.f("ix_worker_kpj"), "worker", ["kpj"], unique=False)
    op.create_index(op.f("ix_worker_merged_into"), "worker", ["merged_into"], unique=False)
    op.create_index(op.f("ix_worker_name_key"), "worker", ["name_key"], unique=False)
    op.create_index(op.f("ix_worker_phone_key"), "worker", ["phone_key"], unique=False)
    op.create_index(op.f("ix_worker_whatsapp_key"), "worker", ["whatsapp_key"], unique=False)
    _fill_subjects()


def _fill_subjects() -> None:
    connection = op.get_bind()
    rows = connection.exec_driver_sql("SELECT rowid, header FROM entry").fetchall()
    if rows:
        connection.exec_driver_sql(
            "UPDATE entry SET subject = ? WHERE rowid = ?",
            [(msgspec.msgpack.decode(header)[_SUBJECT], rowid) for rowid, header in rows],
        )


def downgrade() -> None:
    raise NotImplementedError("a counter never goes back to an older schema; its copy from before is in backup/")
