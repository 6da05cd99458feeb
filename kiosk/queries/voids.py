"""Voids: whether a receipt can be taken back here, what goes back over the counter, and what rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import gathered_under, require
from kiosk.queries.privacy import restricted_among
from kiosk.queries.reference import cash_allowed, counter_name, staff_name
from kiosk.queries.refunds import RefundRow, refunds_in
from kiosk.queries.tills import in_drawer, open_till
from kiosk.queries.workers import ReceiptRow, receipts
from models.ledger.contributions import STANDING
from models.ledger.tables import (
    receipt,
    receipt_line,
    receipt_tender,
    receipt_void,
    refund,
    refund_decision,
    till,
)
from models.rules.coverage import Cover, cut_off
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.voids import (
    HandBack,
    Here,
    Issued,
    Reversal,
    Taken,
    hand_back,
    handing_out_problems,
    void_problem,
)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """A receipt in view of whoever wants to take it back. `problem`: why it cannot be voided here, None where it can;
    `till_problems`: why its cash cannot leave the drawer now. `resting` are the numbers of receipts whose days go on
    from its own. `refund` is the last request for its money, `may_ask` whether one can be made; then `cash_allowed`
    says whether this mission hands out cash, `account` is the worker's own (bank, number, holder), where known."""

    receipt: ReceiptRow
    problem: Problem | None
    back: HandBack
    till_problems: tuple[Problem, ...]
    resting: tuple[str, ...]
    refund: RefundRow | None
    may_ask: bool
    cash_allowed: bool
    account: tuple[str, str, str]


def taking_back(desk: Desk, named: str) -> TakingBack:
    """What taking back the receipt with this number or id comes to. Refused like `receipt_named`."""
    with desk.read() as work:
        row = receipt_named(work.connection, named)
        (shown,) = receipts(work.connection, receipt.c.id == row.id)
        asked = refunds_in(work.connection, refund.c.receipt_id == row.id)
        back = back_of(work.connection, row.id)
        problem = problem_of(work, row)
        return TakingBack(
            receipt=shown,
            problem=problem,
            back=back,
            till_problems=tuple(hand_out_problems(work, back.cash)) if problem is None else (),
            resting=tuple(_resting(work.connection, row)),
            refund=next(iter(asked), None),
            may_ask=row.void_id is None
            and row.refund_decision_id is None
            and all(one.state != "waiting" for one in asked),
            cash_allowed=cash_allowed(work.connection, work.mission),
            account=_account(work.connection, row.worker_id),
        )


def _account(connection: Connection, worker_id: UUID) -> tuple[str, str, str]:
    person = require(connection, worker_id, erased=True)
    if person.bank_owner not in (None, "own") or restricted_among(connection, [person.id]):
        return "", "", ""
    return person.bank_name or "", person.bank_account or "", person.bank_holder or ""


def receipt_named(connection: Connection, named: str) -> Row[Any]:
    """The receipt with this id or number. Refused on "receipt": `receipt_number.form`, `receipt.unknown`,
    `receipt.copied_number` where two cloned disks have both handed the number out."""
    try:
        wanted = receipt.c.id == UUID(named)
    except ValueError:
        wanted = receipt.c.number == str(parse_number(named))
    found = connection.execute(select(receipt).where(wanted).limit(2)).all()
    if not found:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=named))
    if len(found) > 1:
        raise Refused(Problem.of("receipt", "receipt.copied_number", number=found[0].number))
    return found[0]


def problem_of(work: Work, row: Row[Any]) -> Problem | None:
    """Why this receipt cannot be voided here and now; None where it can."""
    connection, own = work.connection, work.terminal
    here = open_till(connection, own.id, own.incarnation)
    closed = exists().where(
        till.c.terminal == row.terminal, till.c.incarnation == row.incarnation, till.c.closed_seq > row.seq
    )
    return void_problem(
        Issued(
            terminal=row.terminal,
            incarnation=row.incarnation,
            counter=counter_name(connection, row.mission, parse_number(row.number).series),
            business_date=row.business_date,
            till_id=row.till_id,
            closed_over=bool(connection.scalar(select(closed))),
            reversal=reversal_of(connection, row),
        ),
        Here(own.id, own.incarnation, work.today, here.id if here else None),
    )


def reversal_of(connection: Connection, row: Row[Any]) -> Reversal | None:
    """What has taken this receipt back, as far as is known here."""
    if row.void_id is not None:
        void = connection.execute(select(receipt_void).where(receipt_void.c.id == row.void_id)).one()
        return Reversal("void", void.business_date, void.number)
    if row.refund_decision_id is not None:
        decided = select(refund_decision.c.business_date).where(refund_decision.c.id == row.refund_decision_id)
        return Reversal("refund", connection.scalars(decided).one())
    return None


def back_of(connection: Connection, receipt_id: UUID) -> HandBack:
    """What a void of this receipt hands back."""
    tenders = connection.execute(
        select(receipt_tender).where(receipt_tender.c.receipt_id == receipt_id).order_by(receipt_tender.c.line)
    ).all()
    return hand_back(
        Taken(
            one.kind,
            Money(one.received, one.currency, one.exponent),
            Money(one.change, one.currency, one.exponent),
            one.reference,
        )
        for one in tenders
    )


def hand_out_problems(work: Work, out: tuple[Money, ...]) -> list[Problem]:
    """Why this cash cannot leave the drawer now."""
    own = work.terminal
    here = open_till(work.connection, own.id, own.incarnation)
    return handing_out_problems(
        out,
        holder=here.holder_id if here else None,
        holder_name=staff_name(work.connection, here.holder_id) if here else "",
        operator=work.operator.id,
        drawer=in_drawer(work.connection, own),
    )


def _resting(connection: Connection, row: Row[Any]) -> list[str]:
    """The numbers of this person's receipts whose days would continue nothing once this one is gone."""
    person = require(connection, row.worker_id, erased=True).id
    lines: Sequence[Any] = connection.execute(
        select(receipt.c.id, receipt.c.number, receipt_line.c.programme, *STANDING)
        .join(receipt, receipt.c.id == receipt_line.c.receipt_id)
        .where(
            receipt_line.c.worker_id.in_(gathered_under(connection, [person])),
            receipt_line.c.voided.is_(False),
        )
        .order_by(receipt.c.id, receipt_line.c.line)
    ).all()

    def loose(of: Sequence[Row[Any]]) -> set[tuple[UUID, str]]:
        covers = [Cover(one.programme, one.anchor, one.anchor_months, one.covered_from, one.covered_to) for one in of]
        return {(of[at].id, of[at].number) for at in cut_off(covers)}

    without = [one for one in lines if one.id != row.id]
    return sorted(number for _, number in loose(without) - loose(lines))
