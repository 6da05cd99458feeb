"""Claims that are answered: where each stands, the second report, what the centre asked, decided and paid, what was
taken back; the mission's own statements and what heirs were told; what officers say
to each other, propose, and open of restricted claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_access",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_access")),
    )
    op.create_index(op.f("ix_claim_access_at"), "claim_access", ["at"], unique=False)
    op.create_index(op.f("ix_claim_access_claim_id"), "claim_access", ["claim_id"], unique=False)
    op.create_table(
        "claim_assignment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=True),
        sa.Column("by_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_assignment")),
    )
    op.create_index(op.f("ix_claim_assignment_claim_id"), "claim_assignment", ["claim_id"], unique=False)
    op.create_table(
        "claim_comment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_comment")),
    )
    op.create_index(op.f("ix_claim_comment_claim_id"), "claim_comment", ["claim_id"], unique=False)
    op.create_table(
        "claim_decision",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("proposed_by", sa.UUID(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.UUID(), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sealed_part", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_decision")),
    )
    op.create_index(op.f("ix_claim_decision_claim_id"), "claim_decision", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_decision_worker_id"), "claim_decision", ["worker_id"], unique=False)
    op.create_table(
        "claim_payment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("sealed_part", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_payment")),
    )
    op.create_index(op.f("ix_claim_payment_claim_id"), "claim_payment", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_payment_worker_id"), "claim_payment", ["worker_id"], unique=False)
    op.create_table(
        "claim_proposal",
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.UUID(), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_proposal")),
    )
    op.create_table(
        "claim_report",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stamp_terminal", sa.Text(), nullable=False),
        sa.Column("stamp_seq", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("outcome_date", sa.Date(), nullable=True),
        sa.Column("benefits", sa.JSON(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("filer_name", sa.Text(), nullable=True),
        sa.Column("filer_phone", sa.Text(), nullable=True),
        sa.Column("sealed_part", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_report")),
    )
    op.create_index(op.f("ix_claim_report_claim_id"), "claim_report", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_report_worker_id"), "claim_report", ["worker_id"], unique=False)
    op.create_table(
        "claim_request",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("by_day", sa.Date(), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sealed_part", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_request")),
    )
    op.create_index(op.f("ix_claim_request_claim_id"), "claim_request", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_request_worker_id"), "claim_request", ["worker_id"], unique=False)
    op.create_table(
        "claim_undoing",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("undone_id", sa.UUID(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sealed_part", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_undoing")),
    )
    op.create_index(op.f("ix_claim_undoing_claim_id"), "claim_undoing", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_undoing_worker_id"), "claim_undoing", ["worker_id"], unique=False)
    op.create_table(
        "claim_withdrawal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_withdrawal")),
    )
    op.create_index(op.f("ix_claim_withdrawal_claim_id"), "claim_withdrawal", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_withdrawal_worker_id"), "claim_withdrawal", ["worker_id"], unique=False)
    op.create_table(
        "document_withdrawal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_withdrawal")),
    )
    op.create_index(op.f("ix_document_withdrawal_claim_id"), "document_withdrawal", ["claim_id"], unique=False)
    op.create_index(op.f("ix_document_withdrawal_document_id"), "document_withdrawal", ["document_id"], unique=False)
    op.create_index(op.f("ix_document_withdrawal_worker_id"), "document_withdrawal", ["worker_id"], unique=False)
    op.create_table(
        "heir_contact",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heir_contact")),
    )
    op.create_index(op.f("ix_heir_contact_worker_id"), "heir_contact", ["worker_id"], unique=False)
    op.create_table(
        "mission_statement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=True),
        sa.Column("worker_name", sa.Text(), nullable=True),
        sa.Column("passport_number", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("circumstances", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("letter_number", sa.Text(), nullable=True),
        sa.Column("signatory", sa.Text(), nullable=True),
        sa.Column("signatory_title", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_statement")),
    )
    op.create_index(op.f("ix_mission_statement_number"), "mission_statement", ["number"], unique=False)
    op.create_index(
        op.f("ix_mission_statement_terminal_incarnation_year_serial"),
        "mission_statement",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_mission_statement_worker_id"), "mission_statement", ["worker_id"], unique=False)
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.add_column("claim", sa.Column("rules_from", sa.Date(), nullable=True))
    op.add_column("claim", sa.Column("situation", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("claim", sa.Column("follow_by", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("claim", sa.Column("rev", sa.Integer(), server_default="0", nullable=False))
    op.add_column("claim", sa.Column("stage", sa.Integer(), server_default="1", nullable=False))
    op.add_column("claim", sa.Column("state", sa.String(length=12), server_default="filed", nullable=False))
    op.add_column("claim", sa.Column("state_at", sa.BigInteger(), nullable=True))
    op.add_column("claim", sa.Column("decision_id", sa.UUID(), nullable=True))
    op.add_column("claim", sa.Column("payment_id", sa.UUID(), nullable=True))
    op.add_column("claim", sa.Column("withdrawal_id", sa.UUID(), nullable=True))
    op.add_column("claim", sa.Column("request_id", sa.UUID(), nullable=True))
    op.create_index(op.f("ix_claim_state_filed_at"), "claim", ["state", "filed_at"], unique=False)
    op.add_column("claim_document", sa.Column("worker_id", sa.UUID(), nullable=True))
    op.add_column("claim_document", sa.Column("mission", sa.String(length=3), nullable=True))
    op.add_column("claim_document", sa.Column("requirement", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("claim_document", sa.Column("seen_as", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("claim_document", sa.Column("sealed_part", sa.LargeBinary(), nullable=True))
    op.add_column("claim_document", sa.Column("removed_by", sa.UUID(), nullable=True))
