"""Money that always adds up: till sessions, refunds, moved cover, confirmed memberships, stated balances, fixed prices
and dealt-with flags; and a print job that stands from the moment its payment does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "balance",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("programme", sa.String(length=8), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance")),
    )
    op.create_index(op.f("ix_balance_worker_id_programme"), "balance", ["worker_id", "programme"], unique=False)
    op.create_table(
        "coverage_move",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_move")),
    )
    op.create_index(op.f("ix_coverage_move_number"), "coverage_move", ["number"], unique=False)
    op.create_index(
        op.f("ix_coverage_move_terminal_incarnation_year_serial"),
        "coverage_move",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_coverage_move_worker_id"), "coverage_move", ["worker_id"], unique=False)
    op.create_table(
        "flag_settled",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_settled")),
    )
    op.create_index(op.f("ix_flag_settled_entry_id_code"), "flag_settled", ["entry_id", "code"], unique=False)
    op.create_index(op.f("ix_flag_settled_worker_id"), "flag_settled", ["worker_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kpj", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_worker_id"), "membership", ["worker_id"], unique=False)
    op.create_table(
        "membership_receipt",
        sa.Column("membership_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("membership_id", "receipt_id", name=op.f("pk_membership_receipt")),
    )
    op.create_index(op.f("ix_membership_receipt_receipt_id"), "membership_receipt", ["receipt_id"], unique=False)
    op.create_table(
        "moved_line",
        sa.Column("move_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("anchor_months", sa.Integer(), nullable=False),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("covered_to", sa.Date(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stamp_terminal", sa.String(length=32), nullable=False),
        sa.Column("stamp_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("move_id", "receipt_id", "line", name=op.f("pk_moved_line")),
    )
    op.create_index(op.f("ix_moved_line_receipt_id"), "moved_line", ["receipt_id"], unique=False)
    op.create_table(
        "price",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decree", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
    )
    op.create_index(
        op.f("ix_price_mission_currency_valid_from"), "price", ["mission", "currency", "valid_from"], unique=False
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("bank_name", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("bank_holder", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_receipt_id"), "refund", ["receipt_id"], unique=False)
    op.create_index(op.f("ix_refund_worker_id"), "refund", ["worker_id"], unique=False)
    op.create_table(
        "refund_decision",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("refund_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("transfer_reference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_decision")),
    )
    op.create_index(op.f("ix_refund_decision_receipt_id"), "refund_decision", ["receipt_id"], unique=False)
    op.create_index(op.f("ix_refund_decision_refund_id"), "refund_decision", ["refund_id"], unique=False)
    op.create_index(op.f("ix_refund_decision_worker_id"), "refund_decision", ["worker_id"], unique=False)
    op.create_table(
        "refund_payment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("refund_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("till_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_payment")),
    )
    op.create_index(op.f("ix_refund_payment_business_date"), "refund_payment", ["business_date"], unique=False)
    op.create_index(op.f("ix_refund_payment_number"), "refund_payment", ["number"], unique=False)
    op.create_index(op.f("ix_refund_payment_refund_id"), "refund_payment", ["refund_id"], unique=False)
    op.create_index(
        op.f("ix_refund_payment_terminal_incarnation_year_serial"),
        "refund_payment",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_refund_payment_till_id"), "refund_payment", ["till_id"], unique=False)
    op.create_index(op.f("ix_refund_payment_worker_id"), "refund_payment", ["worker_id"], unique=False)
    op.create_table(
        "till",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=True),
        sa.Column("terminal", sa.LargeBinary(length=16), nullable=True),
        sa.Column("incarnation", sa.Integer(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("previous", sa.LargeBinary(length=16), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("opened_seq", sa.BigInteger(), nullable=True),
        sa.Column("open_reason", sa.Text(), nullable=True),
        sa.Column("open_approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("holder_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("holder_seq", sa.BigInteger(), nullable=False),
        sa.Column("holder_entry", sa.LargeBinary(length=16), nullable=True),
        sa.Column("closed_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("after_seq", sa.BigInteger(), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("closed_hash", sa.LargeBinary(), nullable=True),
        sa.Column("receipts", sa.Integer(), nullable=True),
        sa.Column("voids", sa.Integer(), nullable=True),
        sa.Column("first_number", sa.Text(), nullable=True),
        sa.Column("last_number", sa.Text(), nullable=True),
        sa.Column("late", sa.JSON(), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.Column("drafts", sa.Integer(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("close_approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
    )
    op.create_index(op.f("ix_till_mission_opened_on"), "till", ["mission", "opened_on"], unique=False)
    op.create_index(
        op.f("ix_till_terminal_incarnation_serial"), "till", ["terminal", "incarnation", "serial"], unique=False
    )
    op.create_table(
        "till_count",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("till_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.Column("deposited", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "currency", name=op.f("pk_till_count")),
    )
    op.create_index(op.f("ix_till_count_till_id"), "till_count", ["till_id"], unique=False)
    op.create_table(
        "till_handover",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("till_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("to_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_handover")),
    )
    op.create_index(op.f("ix_till_handover_till_id"), "till_handover", ["till_id"], unique=False)
    op.create_table(
        "till_move",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("till_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_move")),
    )
    op.create_index(op.f("ix_till_move_till_id"), "till_move", ["till_id"], unique=False)
    op.create_table(
        "till_total",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("till_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "kind", "currency", name=op.f("pk_till_total")),
    )
    op.create_index(op.f("ix_till_total_till_id"), "till_total", ["till_id"], unique=False)
    op.add_column("account_line", sa.Column("incarnation", sa.Integer(), server_default="1", nullable=False))
    op.add_column("account_line", sa.Column("till_id", sa.LargeBinary(length=16), nullable=True))
    op.create_index(op.f("ix_account_line_business_date"), "account_line", ["business_date"], unique=False)
    op.create_index(op.f("ix_account_line_till_id"), "account_line", ["till_id"], unique=False)
    op.add_column(
        "mission_setting", sa.Column("difference_limits", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("rate", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("rate", sa.Column("decree", sa.Text(), nullable=True))
    op.add_column("rate", sa.Column("rounding", sa.Text(), server_default="up", nullable=False))
    op.add_column("receipt", sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("receipt", sa.Column("till_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt", sa.Column("event_date", sa.Date(), nullable=True))
    op.add_column("receipt", sa.Column("short", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("receipt", sa.Column("price_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt", sa.Column("price_valid_from", sa.Date(), nullable=True))
    op.add_column("receipt", sa.Column("price_decree", sa.Text(), nullable=True))
    op.add_column("receipt", sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt", sa.Column("approval_reason", sa.Text(), nullable=True))
    op.add_column("receipt", sa.Column("refund_decision_id", sa.LargeBinary(length=16), nullable=True))
    op.create_index(
        op.f("ix_receipt_terminal_incarnation_seq"), "receipt", ["terminal", "incarnation", "seq"], unique=False
    )
    op.create_index(op.f("ix_receipt_till_id"), "receipt", ["till_id"], unique=False)
    op.add_column("receipt_line", sa.Column("moved_anchor", sa.Date(), nullable=True))
    op.add_column("receipt_line", sa.Column("moved_months", sa.Integer(), nullable=True))
    op.add_column("receipt_line", sa.Column("moved_from", sa.Date(), nullable=True))
    op.add_column("receipt_line", sa.Column("moved_to", sa.Date(), nullable=True))
    op.add_column("receipt_line", sa.Column("moved_by", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt_line", sa.Column("fixed", sa.BigInteger(), nullable=True))
    op.add_column("receipt_tender", sa.Column("paid_on", sa.Date(), nullable=True))
    op.add_column("receipt_tender", sa.Column("document_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt_tender", sa.Column("rate_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt_tender", sa.Column("rate_valid_from", sa.Date(), nullable=True))
    op.add_column("receipt_tender", sa.Column("rate_idr_per_unit", sa.Text(), nullable=True))
    op.add_column("receipt_tender", sa.Column("worth", sa.BigInteger(), nullable=True))
    op.add_column("receipt_void", sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("receipt_void", sa.Column("till_id", sa.LargeBinary(length=16), nullable=True))
    op.add_column("receipt_void", sa.Column("amount_idr", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("receipt_void", sa.Column("currency", sa.String(length=3), server_default="IDR", nullable=False))
    op.add_column("receipt_void", sa.Column("exponent", sa.Integer(), server_default="0", nullable=False))
    op.add_column("receipt_void", sa.Column("due", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_receipt_void_business_date"), "receipt_void", ["business_date"], unique=False)
    op.create_index(op.f("ix_receipt_void_till_id"), "receipt_void", ["till_id"], unique=False)
    _widen_print_job()


def _widen_print_job() -> None:
    op.drop_index("ix_print_job_state_at", "print_job")
    op.drop_index("ix_print_job_number", "print_job")
    op.rename_table("print_job", "print_job_before")
    op.create_table(
        "print_job",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), server_default="1", nullable=False),
        sa.Column("printer", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.LargeBinary(length=16), nullable=False),
        sa.CheckConstraint(
            "state IN ('committed', 'rendered', 'spooled', 'confirmed', 'failed')",
            name="ck_print_job_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_print_job"),
    )
    op.execute(
        "INSERT INTO print_job (id, paper, number, state, copies, printer, at, operator)"
        " SELECT id, paper, number, state, copies, printer, at, operator FROM print_job_before"
    )
    op.drop_table("print_job_before")
    op.create_index("ix_print_job_number", "print_job", ["number"], unique=False)
    op.create_index("ix_print_job_state_at", "print_job", ["state", "at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a counter never goes back to an older schema; its copy from before is in backup/")
