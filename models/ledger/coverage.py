"""Coverage: days that were moved, what BPJS confirmed, and the balances it stated."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

coverage_move = Table(
    "coverage_move",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    # NULL: moved by the centre, which numbers no papers.
    Column("number", Text),
    Column("year", Integer),
    Column("serial", Integer),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("approved_by", Id),
    Column("reason", Text),
    Column("token", LargeBinary),
    Index(None, "worker_id"),
    Index(None, "number"),
    Index(None, "terminal", "incarnation", "year", "serial"),
)

moved_line = Table(
    "moved_line",
    ledger,
    Column("move_id", Id, primary_key=True),
    Column("receipt_id", Id, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("anchor", Date, nullable=False),
    Column("anchor_months", Integer, nullable=False),
    Column("covered_from", Date, nullable=False),
    Column("covered_to", Date, nullable=False),
    # The stamp of the move: of several the latest stands.
    Column("rev", Integer, nullable=False),
    Column("stamp_terminal", String(32), nullable=False),
    Column("stamp_seq", Integer, nullable=False),
    Index(None, "receipt_id"),
)

membership = Table(
    "membership",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("confirmed_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kpj", Text),
    Index(None, "worker_id"),
)

membership_receipt = Table(
    "membership_receipt",
    ledger,
    Column("membership_id", Id, primary_key=True),
    Column("receipt_id", Id, primary_key=True),
    Index(None, "receipt_id"),
)

balance = Table(
    "balance",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("programme", String(8), nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "worker_id", "programme"),
)
