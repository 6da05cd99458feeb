"""Reference: missions, rates, tariffs, staff and terminals, as last published or recorded."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, text

from models.ledger.types import Id, Instant, ledger


def _stamp() -> list[Column[object]]:
    """The stamp of the entry that settled the row (models.posting.settling)."""
    return [
        Column("rev", Integer, nullable=False),
        Column("stamp_terminal", String(32), nullable=False),
        Column("stamp_seq", Integer, nullable=False),
    ]


mission_setting = Table(
    "mission_setting",
    ledger,
    Column("id", Id, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("cash_allowed", Boolean, nullable=False),
    Column("counters", JSON, nullable=False),
    *_stamp(),
    # {currency: how much a count may differ, in its smallest unit}
    Column("difference_limits", JSON, nullable=False, server_default=text("'{}'")),
    Index(None, "mission"),
)

rate = Table(
    "rate",
    ledger,
    Column("id", Id, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("idr_per_unit", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("valid_to", Date),
    Column("decree", Text),
    Column("rounding", Text, nullable=False, server_default="up"),
    Index(None, "mission", "currency", "valid_from"),
)

price = Table(
    "price",
    ledger,
    Column("id", Id, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("decree", Text, nullable=False),
    # [{programme, months, amount, event}], amounts in the currency's smallest unit
    Column("rows", JSON, nullable=False),
    Index(None, "mission", "currency", "valid_from"),
)

tariff = Table(
    "tariff",
    ledger,
    Column("id", Id, primary_key=True),
    Column("pack", JSON, nullable=False),
    *_stamp(),
)

staff = Table(
    "staff",
    ledger,
    Column("id", Id, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("login", Text),
    Column("name", Text),
    *_stamp(),
    Index(None, "mission"),
)

terminal = Table(
    "terminal",
    ledger,
    # One row a key: a re-keyed machine continues as the next incarnation, and its old papers stay true.
    Column("id", Id, primary_key=True),
    Column("terminal_id", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("series", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("thumbprint", LargeBinary, nullable=False),
    # The incarnation that this one goes on after; 0: none.
    Column("continues", Integer, nullable=False, server_default=text("0")),
    Index(None, "terminal_id"),
    Index(None, "thumbprint"),
)

terminal_revocation = Table(
    "terminal_revocation",
    ledger,
    Column("id", Id, primary_key=True),
    Column("terminal_id", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "terminal_id"),
)

journal_continuation = Table(
    "journal_continuation",
    ledger,
    # Which journal (terminal, incarnation) goes on after which (terminal, former), and where that one stood.
    Column("id", Id, primary_key=True),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("former", Integer, nullable=False),
    Column("former_seq", BigInteger, nullable=False),
    Column("former_hash", LargeBinary, nullable=False),
    Column("series", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "terminal"),
)
