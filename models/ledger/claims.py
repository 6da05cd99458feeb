"""Claims: what was taken in at the counters, and the documents that came with it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

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
    Index(None, "worker_id"),
    Index(None, "number"),
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
    Index(None, "claim_id"),
    Index(None, "sha256"),
)
