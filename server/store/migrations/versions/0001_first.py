"""The ledger, and the centre's own tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_line",
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_account_line")),
    )
    op.create_index(
        op.f("ix_account_line_terminal_business_date"), "account_line", ["terminal", "business_date"], unique=False
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("missing_at_filing", sa.JSON(), nullable=False),
        sa.Column("worker_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("filer_name", sa.Text(), nullable=True),
        sa.Column("filer_phone", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_number"), "claim", ["number"], unique=False)
    op.create_index(
        op.f("ix_claim_terminal_incarnation_year_serial"),
        "claim",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_claim_worker_id"), "claim", ["worker_id"], unique=False)
    op.create_table(
        "claim_document",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("attached_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_document")),
    )
    op.create_index(op.f("ix_claim_document_claim_id"), "claim_document", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_document_sha256"), "claim_document", ["sha256"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_worker_id"), "consent", ["worker_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=True),
        sa.Column("mission", sa.String(length=3), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "code", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_worker_id"), "flag", ["worker_id"], unique=False)
    op.create_table(
        "held",
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("waits_for", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_held")),
    )
    op.create_index(op.f("ix_held_waits_for"), "held", ["waits_for"], unique=False)
    op.create_table(
        "mission_setting",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("cash_allowed", sa.Boolean(), nullable=False),
        sa.Column("counters", sa.JSON(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stamp_terminal", sa.String(length=32), nullable=False),
        sa.Column("stamp_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_setting")),
    )
    op.create_index(op.f("ix_mission_setting_mission"), "mission_setting", ["mission"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("contract_start", sa.Date(), nullable=True),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.Column("departure", sa.Date(), nullable=True),
        sa.Column("arrival", sa.Date(), nullable=True),
        sa.Column("extension_of", sa.UUID(), nullable=True),
        sa.Column("employer_kind", sa.Text(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("p3mi", sa.Text(), nullable=True),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("contract_number", sa.Text(), nullable=True),
        sa.Column("legalisation_number", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_worker_id"), "placement", ["worker_id"], unique=False)
    op.create_table(
        "rate",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("idr_per_unit", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
    )
    op.create_index(
        op.f("ix_rate_mission_currency_valid_from"), "rate", ["mission", "currency", "valid_from"], unique=False
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("rate_id", sa.UUID(), nullable=True),
        sa.Column("rate_valid_from", sa.Date(), nullable=True),
        sa.Column("rate_idr_per_unit", sa.Text(), nullable=True),
        sa.Column("rounding_idr", sa.BigInteger(), nullable=False),
        sa.Column("payer_name", sa.Text(), nullable=True),
        sa.Column("payer_passport", sa.Text(), nullable=True),
        sa.Column("payer_kpj", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_business_date"), "receipt", ["business_date"], unique=False)
    op.create_index(op.f("ix_receipt_number"), "receipt", ["number"], unique=False)
    op.create_index(
        op.f("ix_receipt_terminal_incarnation_year_serial"),
        "receipt",
        ["terminal", "incarnation", "year", "serial"],
        unique=False,
    )
    op.create_index(op.f("ix_receipt_worker_id"), "receipt", ["worker_id"], unique=False)
    op.create_table(
        "receipt_line",
        sa.Column("receipt_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=False),
        sa.Column("programme", sa.String(length=8), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("monthly_idr", sa.BigInteger(), nullable=True),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("anchor_months", sa.Integer(), nullable=False),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("covered_to", sa.Date(), nullable=False),
        sa.Column("tariff_id", sa.UUID(), nullable=False),
        sa.Column("tariff_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("receipt_id", "line", name=op.f("pk_receipt_line")),
    )
    op.create_index(
        op.f("ix_receipt_line_worker_id_programme_covered_to"),
        "receipt_line",
        ["worker_id", "programme", "covered_to"],
        unique=False,
    )
    op.create_table(
        "receipt_reprint",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("receipt_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_reprint")),
    )
    op.create_index(op.f("ix_receipt_reprint_receipt_id"), "receipt_reprint", ["receipt_id"], unique=False)
    op.create_table(
        "receipt_tender",
        sa.Column("receipt_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("receipt_id", "line", name=op.f("pk_receipt_tender")),
    )
    op.create_index(op.f("ix_receipt_tender_reference"), "receipt_tender", ["reference"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stamp_terminal", sa.String(length=32), nullable=False),
        sa.Column("stamp_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_index(op.f("ix_staff_mission"), "staff", ["mission"], unique=False)
    op.create_table(
        "tariff",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("pack", sa.JSON(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stamp_terminal", sa.String(length=32), nullable=False),
        sa.Column("stamp_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    op.create_table(
        "terminal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("terminal_id", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("thumbprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
    )
    op.create_index(op.f("ix_terminal_terminal_id"), "terminal", ["terminal_id"], unique=False)
    op.create_index(op.f("ix_terminal_thumbprint"), "terminal", ["thumbprint"], unique=False)
    op.create_table(
        "worker",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_on_id_card", sa.Text(), nullable=True),
        sa.Column("nik", sa.String(length=16), nullable=True),
        sa.Column("passport_kind", sa.Text(), nullable=True),
        sa.Column("passport_number", sa.Text(), nullable=True),
        sa.Column("passport_issued", sa.Date(), nullable=True),
        sa.Column("passport_expiry", sa.Date(), nullable=True),
        sa.Column("passport_office", sa.Text(), nullable=True),
        sa.Column("kpj", sa.Text(), nullable=True),
        sa.Column("pmi_id", sa.Text(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("birth_place", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("mother_name", sa.Text(), nullable=True),
        sa.Column("home_address", sa.Text(), nullable=True),
        sa.Column("home_regency", sa.Text(), nullable=True),
        sa.Column("abroad_address", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("whatsapp", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("emergency_name", sa.Text(), nullable=True),
        sa.Column("emergency_phone", sa.Text(), nullable=True),
        sa.Column("bank_name", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("bank_holder", sa.Text(), nullable=True),
        sa.Column("bank_owner", sa.Text(), nullable=True),
        sa.Column("heirs", sa.JSON(), nullable=False),
        sa.Column("stamps", sa.JSON(), nullable=False),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_index(op.f("ix_worker_nik"), "worker", ["nik"], unique=False)
    op.create_index(op.f("ix_worker_passport_number"), "worker", ["passport_number"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "blob_chunk",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "start", name=op.f("pk_blob_chunk")),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("epoch", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.UUID(), nullable=True),
        sa.Column("used_key", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "entry",
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("personal_digest", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_digest", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "incarnation", "seq", "hash", name=op.f("pk_entry")),
    )
    op.create_index("uq_entry_id", "entry", ["id"], unique=True, postgresql_where="taken")
    op.create_table(
        "officer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("login", name=op.f("uq_officer_login")),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.UUID(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_officer_id"), "session", ["officer_id"], unique=False)
    op.create_table(
        "stream",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stream")),
    )
    op.create_table(
        "stream_position",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "position", name=op.f("pk_stream_position")),
    )
    op.create_table(
        "terminal_head",
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("mission", sa.String(length=3), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("safe_seq", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_seen", sa.BigInteger(), nullable=True),
        sa.Column("skew_ms", sa.Integer(), nullable=True),
        sa.Column("program", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("terminal", "incarnation", name=op.f("pk_terminal_head")),
    )
    op.create_index(op.f("ix_terminal_head_series"), "terminal_head", ["series"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a centre goes back by restoring a backup")
