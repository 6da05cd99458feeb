"""Tills: the session that is open at this counter, and what by the books lies in its drawer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from models.ledger.tables import account_line, till
from models.posting.accounts import CASH
from models.rules.money import Money


@dataclass(frozen=True, slots=True)
class OpenTill:
    """A session that was opened and not closed; `holder_id` answers for its drawer, `serial` is the number of its
    Z-report."""

    id: UUID
    serial: int
    opened_at: datetime
    opened_on: date
    opened_by: UUID
    holder_id: UUID


def open_till(connection: Connection, terminal: UUID, incarnation: int) -> OpenTill | None:
    """The session open at this terminal, if there is one."""
    row = connection.execute(
        select(till)
        .where(till.c.terminal == terminal, till.c.incarnation == incarnation, till.c.closed_id.is_(None))
        .order_by(till.c.serial.desc(), till.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return OpenTill(row.id, row.serial, row.opened_at, row.opened_on, row.opened_by, row.holder_id)


def in_drawer(connection: Connection, terminal: UUID, incarnation: int) -> tuple[Money, ...]:
    """What lies in this terminal's drawer by the books, in every currency it ever took, whoever has counted it last."""
    total = func.sum(account_line.c.amount)
    rows = connection.execute(
        select(account_line.c.currency, account_line.c.exponent, total)
        .where(
            account_line.c.terminal == terminal,
            account_line.c.incarnation == incarnation,
            account_line.c.account == CASH,
        )
        .group_by(account_line.c.currency, account_line.c.exponent)
        .order_by(account_line.c.currency)
    )
    return tuple(Money(int(amount), currency, exponent) for currency, exponent, amount in rows)
