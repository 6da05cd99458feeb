"""Documents: a worker's papers that belong to no claim. Those of a claim stand with it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

worker_document = Table(
    "worker_document",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("document_kind", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("file_name", Text),
    Column("kept_at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Index(None, "worker_id"),
    Index(None, "sha256"),
)
