"""Posting of refunds: what was asked for, what the centre decided, and the money that left a drawer."""

from __future__ import annotations

from models.journal.entry import Entry
from models.journal.refunds import RefundDecided, RefundPaid, RefundRequested
from models.ledger.contributions import receipt
from models.ledger.refunds import refund, refund_decision, refund_payment
from models.ledger.workers import worker
from models.posting.accounts import CASH, AccountLine, move_accounts
from models.posting.handlers import posts
from models.posting.reversals import OWED, reverse
from models.posting.rows import Rows
from models.posting.workers import open_worker


@posts(RefundRequested, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: RefundRequested) -> None:
    open_worker(rows, body.worker_id, entry)
    wish = body.personal
    rows.add(
        refund,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        receipt_id=body.receipt_id,
        method=body.method,
        business_date=body.business_date,
        at=entry.head.at,
        operator_id=entry.head.operator,
        terminal=entry.head.terminal,
        approved_by=body.approved_by,
        reason=wish.reason if wish else None,
        bank_name=wish.bank_name if wish else None,
        bank_account=wish.bank_account if wish else None,
        bank_holder=wish.bank_holder if wish else None,
    )


@posts(
    RefundDecided,
    touches=lambda body: [(worker, body.worker_id), (receipt, body.receipt_id)],
    waits_for=lambda body: (receipt, body.receipt_id),
)
def _(rows: Rows, entry: Entry, body: RefundDecided) -> None:
    open_worker(rows, body.worker_id, entry)
    rows.add(
        refund_decision,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        refund_id=body.refund_id,
        receipt_id=body.receipt_id,
        approved=body.approved,
        method=body.method,
        business_date=body.business_date,
        at=entry.head.at,
        operator_id=entry.head.operator,
        terminal=entry.head.terminal,
        incarnation=entry.head.incarnation,
        note=body.personal.note if body.personal else None,
        transfer_reference=body.personal.transfer_reference if body.personal else None,
    )
    if body.approved:
        reverse(rows, body.receipt_id)


@posts(RefundPaid, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: RefundPaid) -> None:
    open_worker(rows, body.worker_id, entry)
    head = entry.head
    rows.add(
        refund_payment,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        refund_id=body.refund_id,
        receipt_id=body.receipt_id,
        terminal=head.terminal,
        incarnation=head.incarnation,
        seq=head.seq,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        approved_by=body.approved_by,
        till_id=body.till_id,
        currency=body.currency,
        exponent=body.exponent,
        amount=body.amount,
        amount_idr=body.amount_idr,
        token=body.personal.token if body.personal else None,
    )
    # The money has left the drawer, whatever is known of why: it is never held.
    move_accounts(
        rows,
        entry,
        [
            AccountLine(OWED, body.currency, body.exponent, body.amount),
            AccountLine(CASH, body.currency, body.exponent, -body.amount),
        ],
        mission=body.mission,
        business_date=body.business_date,
        till_id=body.till_id,
        worker_id=body.worker_id,
    )
    reverse(rows, body.receipt_id)
