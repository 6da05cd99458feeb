"""The statement: what the centre holds of one terminal, signed, so that a counter may say «pusat sudah menerima»."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.sql import ColumnElement

from models.journal.keys import SigningKey
from models.ledger.contributions import account_line
from models.sync.messages import Head
from models.sync.signing import Signed, opened, signed

PURPOSE = "statement"


class Sum(msgspec.Struct, frozen=True, array_like=True, order=True):
    """What one account moved in one currency, in its smallest unit; credits are negative. The accounts are those of
    posting: `contributions:JHT` (rupiah by programme), `tender:cash` (local money by how it was paid), …"""

    account: str
    currency: str
    exponent: int
    amount: int


class Statement(msgspec.Struct, frozen=True):
    """`count` entries of (terminal, incarnation) are held, the last on the main branch is (`seq`, `head`). `noted`:
    when this was said, the centre kept that it had heard the terminal (`at`), as it does at every sync."""

    centre: UUID
    terminal: UUID
    incarnation: int
    seq: int
    head: bytes
    count: int
    sums: tuple[Sum, ...]
    at: datetime
    epoch: UUID
    noted: bool = False

    def agrees(self, head: Head, sums: tuple[Sum, ...]) -> bool:
        """Whether this is what a counter holds up to the same seq."""
        return (self.seq, self.head, self.count, self.sums) == (head.seq, head.hash, head.seq, sums)


def sign_statement(statement: Statement, key: SigningKey) -> Signed:
    return signed(statement, PURPOSE, key)


def read_statement(message: Signed, public_key: bytes) -> Statement:
    """Raises Untrue when the centre's signing key did not sign it."""
    return opened(message, PURPOSE, public_key, Statement)


def account_sums(
    connection: Connection, terminal: UUID, incarnation: int, among: ColumnElement[bool] | None = None
) -> tuple[Sum, ...]:
    """What a terminal's entries moved, as its ledger has them. `among` is a further condition, for a counter that has
    recorded more than the centre knows: `account_line.c.entry_id.not_in(ids of unsent entries)`."""
    total = func.sum(account_line.c.amount)
    query = (
        select(account_line.c.account, account_line.c.currency, account_line.c.exponent, total)
        .where(account_line.c.terminal == terminal, account_line.c.incarnation == incarnation)
        .group_by(account_line.c.account, account_line.c.currency, account_line.c.exponent)
    )
    if among is not None:
        query = query.where(among)
    return tuple(sorted(Sum(row[0], row[1], row[2], int(row[3])) for row in connection.execute(query)))
