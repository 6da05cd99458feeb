"""Placements and consents: the contracts a worker showed, and the agreements a worker gave."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, false

from models.ledger.types import Id, Instant, ledger

placement = Table(
    "placement",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("country", String(2)),
    Column("scheme", Text),
    Column("event", Text),
    Column("contract_start", Date),
    Column("contract_end", Date),
    Column("departure", Date),
    Column("arrival", Date),
    Column("extension_of", Id),
    Column("employer_kind", Text),
    Column("employer", Text),
    Column("agency", Text),
    Column("p3mi", Text),
    Column("job", Text),
    Column("contract_number", Text),
    Column("legalisation_number", Text),
    Column("months", Integer),
    # The placement that this one puts right; that one is history.
    Column("corrects", Id),
    Index(None, "worker_id"),
)

consent = Table(
    "consent",
    ledger,
    # Every consent and every withdrawal; what counts now stands in `worker`.
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    # Empty for a withdrawal.
    Column("text_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    Column("remark", Text),
    Index(None, "worker_id"),
)
