"""Claims: what was taken in at the counters, the documents that came with it, and what the centre said to it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, text

from models.ledger.types import Id, Instant, ledger

claim = Table(
    "claim",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("benefit", Text, nullable=False),
    Column("event_date", Date, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("required", Integer, nullable=False),
    # What was missing when the slip was printed; what is missing now follows from the documents.
    Column("missing_at_filing", JSON, nullable=False),
    Column("worker_name", Text),
    Column("description", Text),
    Column("filer_name", Text),
    Column("filer_phone", Text),
    Column("token", LargeBinary),
    Column("sealed", LargeBinary),
    # The edition of the rules it was filed under, and which of its kind's situations it is.
    Column("rules_from", Date),
    Column("situation", Text, nullable=False, server_default=text("''")),
    Column("follow_by", JSON, nullable=False, server_default=text("'{}'")),  # requirement: ISO date
    Column("rev", Integer, nullable=False, server_default="0"),
    # 2 when the second report of an accident has come.
    Column("stage", Integer, nullable=False, server_default="1"),
    # Where it stands (models.rules.claim_states), since when, and the entries that say so.
    Column("state", String(12), nullable=False, server_default="filed"),
    Column("state_at", Instant),
    Column("decision_id", Id),
    Column("payment_id", Id),
    Column("withdrawal_id", Id),
    # A request for papers that is not answered yet.
    Column("request_id", Id),
    Index(None, "worker_id"),
    Index(None, "number"),
    Index(None, "state", "filed_at"),
    Index(None, "terminal", "incarnation", "year", "serial"),
)

claim_document = Table(
    "claim_document",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("document_kind", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("file_name", Text),
    Column("attached_at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("worker_id", Id),
    Column("mission", String(3)),
    Column("requirement", Text, nullable=False, server_default=text("''")),
    Column("seen_as", Text, nullable=False, server_default=text("''")),
    Column("sealed_part", LargeBinary),
    # It was attached by mistake, or a better one replaced it.
    Column("removed_by", Id),
    Index(None, "claim_id"),
    Index(None, "sha256"),
)

claim_report = Table(
    "claim_report",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    # Which report is the later one: rev, then terminal and seq.
    Column("rev", Integer, nullable=False),
    Column("stamp_terminal", Text, nullable=False),
    Column("stamp_seq", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("outcome_date", Date),
    Column("benefits", JSON, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("description", Text),
    Column("filer_name", Text),
    Column("filer_phone", Text),
    Column("sealed_part", LargeBinary),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)

document_withdrawal = Table(
    "document_withdrawal",
    ledger,
    Column("id", Id, primary_key=True),
    Column("document_id", Id, nullable=False),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("note", Text),
    Index(None, "claim_id"),
    Index(None, "document_id"),
    Index(None, "worker_id"),
)

claim_withdrawal = Table(
    "claim_withdrawal",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("decision_id", Id),
    Column("note", Text),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)

claim_request = Table(
    "claim_request",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("by_day", Date),
    Column("seen", JSON, nullable=False),
    Column("note", Text),
    Column("sealed_part", LargeBinary),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)

claim_decision = Table(
    "claim_decision",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("proposed_by", Id),
    Column("outcome", String(8), nullable=False),
    Column("awards", JSON, nullable=False),  # [[benefit, whole rupiah], …]
    Column("amount_idr", BigInteger, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("duplicate_of", Id),
    Column("seen", JSON, nullable=False),
    Column("note", Text),
    Column("sealed_part", LargeBinary),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)

claim_payment = Table(
    "claim_payment",
    ledger,
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("decision_id", Id, nullable=False),
    Column("paid_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("reference", Text),
    Column("sealed_part", LargeBinary),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)

claim_undoing = Table(
    "claim_undoing",
    ledger,
    # What took back a decision or a withdrawal (reopened) or a payment (returned).
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("undone_id", Id, nullable=False),
    Column("what", String(8), nullable=False),  # reopened or returned
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("note", Text),
    Column("sealed_part", LargeBinary),
    Index(None, "claim_id"),
    Index(None, "worker_id"),
)
