"""Refunds: what was asked for, what the centre decided, and what was handed out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

refund = Table(
    "refund",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("receipt_id", Id, nullable=False),
    # cash or transfer, as it was asked for
    Column("method", Text, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("approved_by", Id),
    Column("reason", Text),
    Column("bank_name", Text),
    Column("bank_account", Text),
    Column("bank_holder", Text),
    Index(None, "worker_id"),
    Index(None, "receipt_id"),
)

refund_decision = Table(
    "refund_decision",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("refund_id", Id, nullable=False),
    Column("receipt_id", Id, nullable=False),
    Column("approved", Boolean, nullable=False),
    # cash, at a counter of the mission, or transfer, made by the centre
    Column("method", Text, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("note", Text),
    Column("transfer_reference", Text),
    Index(None, "worker_id"),
    Index(None, "refund_id"),
    Index(None, "receipt_id"),
)

refund_payment = Table(
    "refund_payment",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("refund_id", Id, nullable=False),
    Column("receipt_id", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("approved_by", Id),
    Column("till_id", Id),
    Column("currency", String(3), nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("token", LargeBinary),
    Index(None, "worker_id"),
    Index(None, "refund_id"),
    Index(None, "number"),
    Index(None, "terminal", "incarnation", "year", "serial"),
    Index(None, "business_date"),
    Index(None, "till_id"),
)
