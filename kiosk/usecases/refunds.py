"""Refunds: asking the centre for the money of a receipt, and handing it out once the centre has said yes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.forms.refund import RefundForm, RefundPayment
from kiosk.queries.persons import require
from kiosk.queries.reference import cash_allowed
from kiosk.queries.refunds import RefundRow, refunds_in
from kiosk.queries.tills import open_till
from kiosk.queries.voids import hand_out_problems, receipt_named, reversal_of
from kiosk.usecases import print_jobs
from kiosk.usecases.approvals import Approval, approve
from kiosk.usecases.requests import first_answer, keep_answer
from models.journal.refunds import RefundPaid, RefundPaper, RefundRequested, RefundWish
from models.ledger.tables import receipt, refund
from models.posting.reversals import owed
from models.rules.money import Money
from models.rules.names import initials
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.refunds import payment_problem
from models.rules.token import ReceiptFacts, make_token
from models.rules.voids import reversed_problem


@dataclass(frozen=True, slots=True)
class Requested:
    """A refund that was asked for."""

    refund_id: UUID
    receipt_number: str
    worker_id: UUID
    method: str
    amount: Money
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """A refund that was handed out, with the number of its paper."""

    refund_id: UUID
    number: str
    receipt_number: str
    worker_id: UUID
    amount: Money
    approved_by: str
    repeated: bool = False


def request_refund(desk: Desk, form: RefundForm) -> Requested:
    """Ask the centre to give back the money of a receipt, whichever counter issued it, also one that is lost or
    revoked. Any clerk may ask: it is the centre that decides.

    A repeated `request_id` with the same content gives the first answer. Refused: `required`, `receipt.unknown`,
    `worker.erased`, what `form.wish` says; on "receipt" `void.done`, `void.refunded` for what was taken back already,
    `refund.asked` (gap `day`) where an answer is awaited, and `refund.nothing`."""
    with desk.work() as work:
        if first := first_answer(work, form.request_id, form.content(), Requested):
            return replace(first, repeated=True)
        connection = work.connection
        row = receipt_named(connection, form.named())
        reversal = reversal_of(connection, row)
        refuse_if([reversed_problem(reversal)] if reversal else [])
        require(connection, row.worker_id)
        waiting = [one for one in refunds_in(connection, refund.c.receipt_id == row.id) if one.state == "waiting"]
        refuse_if(Problem.of("receipt", "refund.asked", day=one.asked_on.isoformat()) for one in waiting)
        if owed(row) <= 0:
            raise Refused(Problem("receipt", "refund.nothing"))
        wish = form.wish(cash_allowed=cash_allowed(connection, work.mission))
        entry = work.record(
            RefundRequested(
                worker_id=row.worker_id,
                mission=work.mission,
                receipt_id=row.id,
                method=wish.method,
                business_date=work.today,
                personal=RefundWish(
                    reason=wish.reason,
                    bank_name=wish.bank_name,
                    bank_account=wish.bank_account,
                    bank_holder=wish.bank_holder,
                ),
            )
        )
        requested = Requested(
            entry.id, row.number, row.worker_id, wish.method, Money(owed(row), row.currency, row.exponent)
        )
        keep_answer(work, form.request_id, form.content(), requested)
    return requested


def pay_refund(desk: Desk, form: RefundPayment, approval: Approval) -> Paid:
    """Hand out the cash of an approved refund from the drawer of whoever is at the counter, agreed to by a second
    person; its paper takes a number of the series.

    A repeated `request_id` with the same content gives the first answer. Refused: `required`, `refund.unknown`, on
    "refund" what rules.refunds says, on "till" what rules.voids says of cash, `worker.erased`, and what `approve`
    finds."""
    with desk.read() as work:
        if first := _answered(work, form):
            return first
        _require_payable(work, form)
    agreed = approve(desk, approval, reason_needed=False)
    with desk.work() as work:
        if first := _answered(work, form):
            return first
        asked = _require_payable(work, form)
        row = work.connection.execute(select(receipt).where(receipt.c.id == asked.receipt_id)).one()
        till = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        number = work.next_number()
        token = make_token(
            ReceiptFacts(
                kind="refund",
                number=str(number),
                issued_on=work.today,
                initials=initials(row.payer_name or "—"),
                passport_end=(row.payer_passport or "")[-4:],
                amount_idr=row.amount_idr,
                amount=asked.amount,
                refers=row.number,
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        work.record(
            RefundPaid(
                worker_id=asked.worker_id,
                mission=work.mission,
                refund_id=asked.id,
                receipt_id=asked.receipt_id,
                number=str(number),
                year=number.year,
                serial=number.serial,
                business_date=work.today,
                till_id=till.id if till else None,
                currency=asked.amount.currency,
                exponent=asked.amount.exponent,
                amount=asked.amount.minor,
                amount_idr=row.amount_idr,
                approved_by=agreed.operator_id,
                personal=RefundPaper(token=token),
            )
        )
        print_jobs.promise(work, str(number))
        paid = Paid(asked.id, str(number), row.number, asked.worker_id, asked.amount, agreed.name)
        keep_answer(work, form.request_id, form.content(), paid)
    return paid


def _answered(work: Work, form: RefundPayment) -> Paid | None:
    first = first_answer(work, form.request_id, form.content(), Paid)
    return replace(first, repeated=True) if first else None


def _require_payable(work: Work, form: RefundPayment) -> RefundRow:
    """The refund as it stands, if it can be handed out here and now. Refused as `pay_refund` is."""
    asked = _named(work, form.named())
    problem = payment_problem(
        asked.state,
        day=asked.paid_on.isoformat() if asked.paid_on else "",
        number=asked.number,
        method=asked.method,
    )
    refuse_if([problem] if problem else [])
    require(work.connection, asked.worker_id)
    refuse_if(hand_out_problems(work, (asked.amount,)))
    return asked


def _named(work: Work, named: str) -> RefundRow:
    """The refund with this id, or of the receipt with this number: the one to be paid, where it was asked for more than
    once. Refused `refund.unknown`, and like `receipt_named`."""
    try:
        found = refunds_in(work.connection, refund.c.id == UUID(named))
    except ValueError:
        row = receipt_named(work.connection, named)
        found = refunds_in(work.connection, refund.c.receipt_id == row.id)
    if not found:
        raise Refused(Problem.of("refund", "refund.unknown", number=named))
    return min(found, key=lambda one: one.state != "approved")
