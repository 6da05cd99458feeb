"""Fates: what became of a receipt after its paper was handed out, as far as this ledger knows."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from models.ledger.contributions import receipt, receipt_line, receipt_void
from models.ledger.coverage import coverage_move
from models.ledger.refunds import refund_decision, refund_payment
from models.rules.token import ReceiptFacts


class Fate(NamedTuple):
    """`void` and `refund`: the paper proves no payment any more; `move`: it does, but other days are covered. `number`
    is that of the paper that says so, where there is one; `on` the business date."""

    what: Literal["void", "refund", "move"]
    number: str | None
    on: date


def fate_of(connection: Connection, facts: ReceiptFacts, terminal: UUID, incarnation: int) -> Fate | None:
    """What became of the receipt this paper is, or rests on, since it was signed by this terminal; None where nothing
    did, or nothing that is known here."""
    if facts.kind == "receipt":
        query = select(receipt).where(
            receipt.c.number == facts.number, receipt.c.terminal == terminal, receipt.c.incarnation == incarnation
        )
    elif facts.kind in ("card", "move") and facts.refers:
        query = select(receipt).where(receipt.c.number == facts.refers)
    else:
        return None
    for row in connection.execute(query.order_by(receipt.c.id)).all():
        found = _taken_back(connection, row.void_id, row.refund_decision_id) or _moved(connection, row.id)
        if found is not None and (found.what != "move" or _is_news(found, facts)):
            return found
    return None


def _taken_back(connection: Connection, void_id: UUID | None, decision_id: UUID | None) -> Fate | None:
    if void_id is not None:
        void = connection.execute(select(receipt_void).where(receipt_void.c.id == void_id)).one()
        return Fate("void", void.number, void.business_date)
    if decision_id is None:
        return None
    decided = connection.execute(select(refund_decision).where(refund_decision.c.id == decision_id)).one()
    paid = select(refund_payment.c.number).where(refund_payment.c.refund_id == decided.refund_id)
    return Fate("refund", connection.scalar(paid.order_by(refund_payment.c.id)), decided.business_date)


def _moved(connection: Connection, receipt_id: UUID) -> Fate | None:
    moves = select(receipt_line.c.moved_by).where(receipt_line.c.receipt_id == receipt_id)
    latest = select(coverage_move).where(coverage_move.c.id.in_(moves)).order_by(coverage_move.c.at.desc())
    row = connection.execute(latest).first()
    return None if row is None else Fate("move", row.number, row.business_date)


def _is_news(moved: Fate, facts: ReceiptFacts) -> bool:
    """A paper made after the days were moved says them as they are."""
    return facts.kind == "receipt" or (moved.number != facts.number and moved.on > facts.issued_on)
