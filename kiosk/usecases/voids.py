"""Voids: taking a receipt back at the counter that issued it, and the money with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from kiosk.desk import Desk, Work
from kiosk.forms.void import VoidForm
from kiosk.queries.persons import require
from kiosk.queries.tills import open_till
from kiosk.queries.voids import back_of, hand_out_problems, problem_of, receipt_named
from kiosk.usecases import print_jobs
from kiosk.usecases.approvals import Approval, approve
from kiosk.usecases.requests import first_answer, keep_answer
from models.journal.contributions import ReceiptVoided, VoidDetails
from models.rules.money import Money
from models.rules.names import initials
from models.rules.problems import refuse_if
from models.rules.token import ReceiptFacts, make_token
from models.rules.voids import HandBack


@dataclass(frozen=True, slots=True)
class Voided:
    """A receipt that was taken back, as it is answered now and to every repetition of the request. `number` is the
    void's own; `back` what is handed over and what stays at the bank."""

    void_id: UUID
    number: str
    receipt_number: str
    worker_id: UUID
    due: Money
    amount_idr: int
    back: HandBack
    approved_by: str
    repeated: bool = False


def void(desk: Desk, form: VoidForm, approval: Approval) -> Voided:
    """Take a receipt back: a reversal with a number of its own, agreed to by a second person, whose reason is not asked
    for beside the form's.

    A repeated `request_id` with the same content gives the first answer. Refused: `required`, `receipt.unknown`, what
    rules.voids says on "receipt", "reason" and "till", `worker.erased`, and what `approve` finds. Nobody is asked to
    agree to what cannot be done."""
    with desk.read() as work:
        if first := _answered(work, form):
            return first
        _require_possible(work, form)
    agreed = approve(desk, approval, reason_needed=False)
    with desk.work() as work:
        if first := _answered(work, form):
            return first
        row, back = _require_possible(work, form)
        number, till = work.next_number(), open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        due = Money(row.due, row.currency, row.exponent)
        token = make_token(
            ReceiptFacts(
                kind="void",
                number=str(number),
                issued_on=work.today,
                initials=initials(row.payer_name or "—"),
                passport_end=(row.payer_passport or "")[-4:],
                amount_idr=row.amount_idr,
                amount=due,
                refers=row.number,
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        entry = work.record(
            ReceiptVoided(
                worker_id=row.worker_id,
                mission=work.mission,
                receipt_id=row.id,
                number=str(number),
                year=number.year,
                serial=number.serial,
                business_date=work.today,
                approved_by=agreed.operator_id,
                till_id=till.id if till else None,
                amount_idr=row.amount_idr,
                currency=row.currency,
                exponent=row.exponent,
                due=row.due,
                personal=VoidDetails(reason=form.why(), token=token),
            )
        )
        print_jobs.promise(work, str(number))
        voided = Voided(
            void_id=entry.id,
            number=str(number),
            receipt_number=row.number,
            worker_id=row.worker_id,
            due=due,
            amount_idr=row.amount_idr,
            back=back,
            approved_by=agreed.name,
        )
        keep_answer(work, form.request_id, form.content(), voided)
    return voided


def _answered(work: Work, form: VoidForm) -> Voided | None:
    first = first_answer(work, form.request_id, form.content(), Voided)
    return replace(first, repeated=True) if first else None


def _require_possible(work: Work, form: VoidForm) -> tuple[Row[Any], HandBack]:
    """The receipt, and what goes back. Refused as `void` is."""
    row = receipt_named(work.connection, form.named())
    problem = problem_of(work, row)
    refuse_if([problem] if problem else [])
    require(work.connection, row.worker_id)
    form.why()
    back = back_of(work.connection, row.id)
    refuse_if(hand_out_problems(work, back.cash))
    return row, back
