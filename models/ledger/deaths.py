"""Deaths and missing persons: the mission's own statements, and what was done to tell the heirs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

mission_statement = Table(
    "mission_statement",
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
    Column("at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("about", String(8), nullable=False),  # death or missing
    Column("event_date", Date, nullable=False),
    Column("claim_id", Id),
    Column("worker_name", Text),
    Column("passport_number", Text),
    Column("birth_date", Date),
    Column("place", Text),
    Column("circumstances", Text),
    Column("source", Text),
    Column("letter_number", Text),
    Column("signatory", Text),
    Column("signatory_title", Text),
    Column("token", LargeBinary),
    Index(None, "worker_id"),
    Index(None, "number"),
    Index(None, "terminal", "incarnation", "year", "serial"),
)

heir_contact = Table(
    "heir_contact",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("channel", Text, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("name", Text),
    Column("relation", Text),
    Column("phone", Text),
    Column("note", Text),
    Index(None, "worker_id"),
)
