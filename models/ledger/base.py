"""The entries that a base rests on: no ledger table, since posting does not write it, but kept on both sides alike."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from models.ledger.types import NAMING, Id, Instant

base_entry = Table(
    "base_entry",
    MetaData(naming_convention=NAMING),
    Column("id", Id, primary_key=True),
    # What their headers say: who did what, when and where.
    Column("subject", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("zone", Text, nullable=False),
    Column("operator", Id, nullable=False),
    # Why a contract was put in the place of another: the one word that no ledger table keeps.
    Column("note", Text),
    Index(None, "subject"),
)
