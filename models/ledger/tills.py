"""Tills: sessions of the cash drawer, what was counted, moved and handed over in each, and what its Z-report says."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

till = Table(
    "till",
    ledger,
    Column("id", Id, primary_key=True),
    # Never NULL: what follows the opening waits for it.
    Column("mission", String(3)),
    Column("terminal", Id),
    Column("incarnation", Integer),
    Column("series", Text),
    Column("serial", Integer),
    Column("previous", Id),
    Column("opened_at", Instant),
    Column("opened_on", Date),
    Column("opened_by", Id),
    Column("opened_seq", BigInteger),
    Column("open_reason", Text),
    Column("open_approved_by", Id),
    Column("zone", Text),
    # Who answers for the drawer: of the hand-overs the last made, before any whoever opened it.
    Column("holder_id", Id),
    Column("holder_seq", BigInteger, nullable=False),
    Column("holder_entry", Id),
    Column("closed_id", Id),
    Column("closed_at", Instant),
    Column("closed_on", Date),
    Column("closed_by", Id),
    Column("closed_seq", BigInteger),
    Column("after_seq", BigInteger),
    Column("previous_hash", LargeBinary),
    # Of the entry that closed it: what the next Z-report names as its predecessor.
    Column("closed_hash", LargeBinary),
    Column("receipts", Integer),
    Column("voids", Integer),
    Column("first_number", Text),
    Column("last_number", Text),
    Column("late", JSON),
    Column("unsent", Integer),
    Column("drafts", Integer),
    Column("close_reason", Text),
    Column("close_approved_by", Id),
    Column("token", LargeBinary),
    Index(None, "terminal", "incarnation", "serial"),
    Index(None, "mission", "opened_on"),
)

till_count = Table(
    "till_count",
    ledger,
    Column("entry_id", Id, primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("till_id", Id, nullable=False),
    # opened, handed_over or closed
    Column("stage", Text, nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("carried", BigInteger, nullable=False),
    Column("brought", BigInteger, nullable=False),
    Column("difference", BigInteger, nullable=False),
    Column("deposited", BigInteger, nullable=False),
    # {face in the smallest unit: how many}
    Column("pieces", JSON, nullable=False),
    Index(None, "till_id"),
)

till_move = Table(
    "till_move",
    ledger,
    Column("id", Id, primary_key=True),
    Column("till_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("way", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("approved_by", Id),
    Column("reason", Text),
    Index(None, "till_id"),
)

till_handover = Table(
    "till_handover",
    ledger,
    Column("id", Id, primary_key=True),
    Column("till_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("to_id", Id, nullable=False),
    Column("approved_by", Id),
    Column("reason", Text),
    Index(None, "till_id"),
)

till_total = Table(
    "till_total",
    ledger,
    Column("entry_id", Id, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("till_id", Id, nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("receipts", Integer, nullable=False),
    Column("taken", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("expected", BigInteger, nullable=False),
    Index(None, "till_id"),
)
