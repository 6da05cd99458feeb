"""Flags and held entries: what a person should look at, and what waits for something that has not arrived."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text

from models.ledger.types import Id, Instant, ledger

flag = Table(
    "flag",
    ledger,
    Column("entry_id", Id, primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("worker_id", Id),
    Column("mission", String(3)),
    Column("at", Instant, nullable=False),
    Index(None, "worker_id"),
)

flag_settled = Table(
    "flag_settled",
    ledger,
    Column("id", Id, primary_key=True),
    Column("entry_id", Id, nullable=False),
    Column("code", String(64), nullable=False),
    Column("worker_id", Id),
    Column("mission", String(3), nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("note", Text),
    Index(None, "entry_id", "code"),
    Index(None, "worker_id"),
)

held = Table(
    "held",
    ledger,
    Column("entry_id", Id, primary_key=True),
    # parent_missing (then waits_for names it), unknown_kind or unreadable
    Column("reason", Text, nullable=False),
    Column("waits_for", Id),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Index(None, "waits_for"),
)
