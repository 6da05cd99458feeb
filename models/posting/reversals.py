"""Reversals: a receipt is taken back once, by one of its voids and approved refunds; the others move nothing.

A void of the counter that issued it comes first: its money has left that drawer, and the Z-report that counts it is
printed. So nothing that arrives from elsewhere changes what a counter has reported. Then comes what the centre
approved, then the void of another counter, which no honest one makes; of several of a kind the first made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, update

from models.ledger.contributions import account_line, receipt, receipt_line, receipt_void
from models.ledger.flags import flag
from models.ledger.refunds import refund_decision, refund_payment
from models.posting.accounts import AccountLine, account_row, balanced
from models.posting.asking import Asking, chunks
from models.posting.coverage import flag_clashes
from models.posting.flags import NOT_OWED, VOID_AGAIN
from models.posting.rows import Rows
from models.posting.writing import change_rows, insert_rows

_DERIVED = (VOID_AGAIN, NOT_OWED)
OWED, TRANSFERRED = "refund:owed", "tender:transfer"
_REVERSALS = 3


def reverse(rows: Rows, receipt_id: UUID) -> None:
    """Settle, when the batch is in the database, what takes this receipt back and what is said of the others."""
    rows.in_the_end(_reverse, receipt_id, turn=_REVERSALS)


def _reverse(connection: Connection, receipt_ids: Sequence[UUID]) -> None:
    voids = {row.id: row for row in _of(receipt_void)(connection, receipt_ids)}
    decisions = {row.id: row for row in _of(refund_decision)(connection, receipt_ids) if row.approved}
    payments = _of(refund_payment)(connection, receipt_ids)
    named = {row.receipt_id for row in [*voids.values(), *decisions.values()]}
    receipts = {row.id: row for row in _receipts(connection, sorted(named))}
    reversals: dict[UUID, list[UUID]] = defaultdict(list)
    for made, row in sorted(
        (voids | decisions).items(),
        key=lambda one: (_standing(one[1], receipts[one[1].receipt_id], is_void=one[0] in voids), one[0]),
    ):
        reversals[row.receipt_id].append(made)
    for ids in chunks([*voids, *decisions]):
        connection.execute(delete(account_line).where(account_line.c.entry_id.in_(ids)))
    for ids in chunks([*voids, *decisions, *(payment.id for payment in payments)]):
        connection.execute(delete(flag).where(flag.c.entry_id.in_(ids), flag.c.code.in_(_DERIVED)))

    moved = defaultdict(list)
    for line in _moved(connection, list(reversals)):
        moved[line.entry_id].append(AccountLine(line.account, line.currency, line.exponent, line.amount))
    back = []
    for receipt_id in receipts:
        first = reversals[receipt_id][0]
        if first in voids:
            lines, of = _taken_back(moved[receipt_id]), voids[first]
        else:
            lines, of = (
                balanced(_given_back(receipts[receipt_id], moved[receipt_id], decisions[first].method)),
                decisions[first],
            )
        back += [
            account_row(
                line,
                number,
                entry_id=first,
                mission=of.mission,
                terminal=of.terminal,
                incarnation=of.incarnation,
                business_date=of.business_date,
                till_id=of.till_id if first in voids else None,
            )
            for number, line in enumerate(lines)
        ]
    insert_rows(connection, account_line, back)

    flagged = [(voids | decisions)[made] for ids in reversals.values() for made in ids[1:]]
    raised = [_flag(row, VOID_AGAIN, row.voided_at if row.id in voids else row.at) for row in flagged]
    raised += [_flag(row, NOT_OWED, row.at) for row in _not_owed(payments, receipts, reversals, decisions)]
    insert_rows(connection, flag, raised)
    if receipts:
        settled = []
        for one in receipts:
            void_id, decision_id = (first, None) if (first := reversals[one][0]) in voids else (None, first)
            settled.append({"id": one, "void_id": void_id, "refund_decision_id": decision_id})
        change_rows(connection, receipt, ("void_id", "refund_decision_id"), settled)
        for ids in chunks(list(receipts)):
            connection.execute(update(receipt_line).where(receipt_line.c.receipt_id.in_(ids)).values(voided=True))
        # Whose days these were, whomever the reversal names.
        flag_clashes(connection, sorted({row.worker_id for row in receipts.values()}))


def _standing(made: Row[Any], paid: Row[Any], *, is_void: bool) -> int:
    """Which kind of reversal takes a receipt back where there are several: the lowest."""
    if not is_void:
        return 1
    return 0 if made.terminal == paid.terminal else 2


@cache
def _of(table: Any) -> Asking:
    return Asking(lambda among: select(table).where(among(table.c.receipt_id)).order_by(table.c.id))


_receipts = Asking(lambda among: select(receipt).where(among(receipt.c.id)))
_moved = Asking(lambda among: select(account_line).where(among(account_line.c.entry_id)).order_by(account_line.c.line))


def _taken_back(moved: Sequence[AccountLine]) -> list[AccountLine]:
    """A void gives back over the counter exactly what came in."""
    return [line._replace(amount=-line.amount) for line in moved]


def _given_back(paid: Row[Any], moved: Sequence[AccountLine], method: str) -> Iterator[AccountLine]:
    """A refund owes in the receipt's currency all that the worker paid, whatever it was paid with."""
    local, rupiah = (paid.currency, paid.exponent), ("IDR", 0)
    yield from (line._replace(amount=-line.amount) for line in moved if line.account.startswith("contributions:"))
    yield AccountLine("rounding", *rupiah, paid.rounding_idr)
    if paid.currency != "IDR":
        yield AccountLine("exchange", *rupiah, -(paid.amount_idr + paid.rounding_idr))
        yield AccountLine("exchange", *local, paid.due)
    yield AccountLine("surplus", *local, paid.surplus)
    yield AccountLine("short", *local, -paid.short)
    yield AccountLine(TRANSFERRED if method == "transfer" else OWED, *local, -owed(paid))


def owed(paid: Row[Any]) -> int:
    """What a receipt is worth to the worker who paid it, in the smallest unit of its currency."""
    return int(paid.due + paid.surplus - paid.short)


def _not_owed(
    payments: Sequence[Row[Any]],
    receipts: dict[UUID, Row[Any]],
    reversals: dict[UUID, list[UUID]],
    decisions: dict[UUID, Row[Any]],
) -> Iterator[Row[Any]]:
    """The payments that no standing refund asked for: their own was never approved, came after a void, is paid already
    or is the centre's to transfer; or they are not of the amount that is owed."""
    paid: set[UUID] = set()
    for payment in payments:
        first = reversals.get(payment.receipt_id, [None])[0]
        decision = decisions.get(first) if first is not None else None
        granted = decision is not None and decision.refund_id == payment.refund_id and decision.method != "transfer"
        if not granted or payment.receipt_id in paid or not _is_owed(payment, receipts[payment.receipt_id]):
            yield payment
        paid.add(payment.receipt_id)


def _is_owed(payment: Row[Any], paid: Row[Any]) -> bool:
    return (payment.currency, payment.exponent, payment.amount) == (paid.currency, paid.exponent, owed(paid))


def _flag(row: Row[Any], code: str, at: Any) -> dict[str, Any]:
    return {"entry_id": row.id, "code": code, "worker_id": row.worker_id, "mission": row.mission, "at": at}
