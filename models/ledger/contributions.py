"""Contributions: receipts as they were handed out, what they cover, how they were paid, and the accounts."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Label,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    func,
)

from models.ledger.types import Id, Instant, ledger

receipt = Table(
    "receipt",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    # Numbers are looked up, never relied upon: two cloned disks may both have handed one out.
    Column("number", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("amount_idr", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("surplus", BigInteger, nullable=False),
    Column("rate_id", Id),
    Column("rate_valid_from", Date),
    Column("rate_idr_per_unit", Text),
    Column("rounding_idr", BigInteger, nullable=False),
    Column("payer_name", Text),
    Column("payer_passport", Text),
    Column("payer_kpj", Text),
    Column("token", LargeBinary),
    # The void that counts, where there is one; its lines then cover nothing.
    Column("void_id", Id),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    # The till session it was taken in; cash is taken in no other way.
    Column("till_id", Id),
    # The day whose tariff was charged, where it is not the business date.
    Column("event_date", Date),
    Column("short", BigInteger, nullable=False, server_default="0"),
    Column("price_id", Id),
    Column("price_valid_from", Date),
    Column("price_decree", Text),
    Column("approved_by", Id),
    Column("approval_reason", Text),
    # The approved refund that counts, where there is one; of void and refund only one does (models.posting.reversals).
    Column("refund_decision_id", Id),
    Index(None, "worker_id"),
    Index(None, "number"),
    Index(None, "terminal", "incarnation", "year", "serial"),
    Index(None, "business_date"),
    Index(None, "terminal", "incarnation", "seq"),
    Index(None, "till_id"),
)

receipt_void = Table(
    "receipt_void",
    ledger,
    Column("id", Id, primary_key=True),
    Column("receipt_id", Id, nullable=False),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("voided_at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("approved_by", Id),
    Column("reason", Text),
    Column("token", LargeBinary),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("till_id", Id),
    # What it takes back, as its own paper says it.
    Column("amount_idr", BigInteger, nullable=False, server_default="0"),
    Column("currency", String(3), nullable=False, server_default="IDR"),
    Column("exponent", Integer, nullable=False, server_default="0"),
    Column("due", BigInteger, nullable=False, server_default="0"),
    Index(None, "receipt_id"),
    Index(None, "worker_id"),
    Index(None, "number"),
    Index(None, "terminal", "incarnation", "year", "serial"),
    Index(None, "business_date"),
    Index(None, "till_id"),
)

receipt_line = Table(
    "receipt_line",
    ledger,
    Column("receipt_id", Id, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("programme", String(8), nullable=False),
    Column("months", Integer, nullable=False),
    Column("monthly_idr", BigInteger),
    Column("amount_idr", BigInteger, nullable=False),
    Column("anchor", Date, nullable=False),
    Column("anchor_months", Integer, nullable=False),
    Column("covered_from", Date, nullable=False),
    Column("covered_to", Date, nullable=False),
    Column("tariff_id", Id, nullable=False),
    Column("tariff_version", Integer, nullable=False),
    Column("voided", Boolean, nullable=False, server_default=false()),
    # The days it covers since they were moved; NULL: those on the receipt, which never change.
    Column("moved_anchor", Date),
    Column("moved_months", Integer),
    Column("moved_from", Date),
    Column("moved_to", Date),
    Column("moved_by", Id),
    Column("fixed", BigInteger),
    Index(None, "worker_id", "programme", "covered_to"),
)


class Standing(NamedTuple):
    """What a line covers today, after all moves."""

    anchor: Label[Any]
    anchor_months: Label[Any]
    covered_from: Label[Any]
    covered_to: Label[Any]


STANDING = Standing(
    func.coalesce(receipt_line.c.moved_anchor, receipt_line.c.anchor).label("anchor"),
    func.coalesce(receipt_line.c.moved_months, receipt_line.c.anchor_months).label("anchor_months"),
    func.coalesce(receipt_line.c.moved_from, receipt_line.c.covered_from).label("covered_from"),
    func.coalesce(receipt_line.c.moved_to, receipt_line.c.covered_to).label("covered_to"),
)

receipt_tender = Table(
    "receipt_tender",
    ledger,
    Column("receipt_id", Id, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("exponent", Integer, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("change", BigInteger, nullable=False),
    Column("reference", Text),
    Column("paid_on", Date),
    Column("document_id", Id),
    # Where it came in another currency than the receipt's: the rate, and what it pays of what is due.
    Column("rate_id", Id),
    Column("rate_valid_from", Date),
    Column("rate_idr_per_unit", Text),
    Column("worth", BigInteger),
    Index(None, "reference"),
)

receipt_reprint = Table(
    "receipt_reprint",
    ledger,
    Column("id", Id, primary_key=True),
    Column("receipt_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Index(None, "receipt_id"),
)

account_line = Table(
    "account_line",
    ledger,
    Column("entry_id", Id, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("terminal", Id, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("account", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("exponent", Integer, nullable=False),
    # Debits are positive, credits negative; the lines of one entry sum to zero in every currency.
    Column("amount", BigInteger, nullable=False),
    Column("incarnation", Integer, nullable=False, server_default="1"),
    Column("till_id", Id),
    Index(None, "terminal", "business_date"),
    Index(None, "business_date"),
    Index(None, "till_id"),
)
