"""Refunds: what was asked of the centre for receipts, what it said, and what is still to be handed out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import listed_name, restricted_among
from kiosk.queries.reference import counter_name
from models.ledger.tables import receipt, refund, refund_decision, refund_payment, staff, worker
from models.posting.reversals import owed
from models.rules.banks import mask_account
from models.rules.money import Money
from models.rules.receipt_numbers import parse_number
from models.rules.refunds import State, refund_state


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A request as it stands. `method` is the one granted, or as long as nothing is, the one asked for. `bank` shows
    the account with its last signs only. `number` and `paid_on` are those of the paper where a counter has paid."""

    id: UUID
    receipt_id: UUID
    receipt_number: str
    counter: str
    worker_id: UUID
    worker_name: str
    asked_at: datetime
    asked_on: date
    operator: str
    method: str
    bank: str
    reason: str
    amount: Money
    amount_idr: int
    state: State
    decided_on: date | None
    note: str
    transfer_reference: str
    number: str
    paid_on: date | None


def refunds_at(desk: Desk) -> list[RefundRow]:
    """The mission's requests, newest first."""
    with desk.read() as work:
        return refunds_in(work.connection, refund.c.mission == work.mission)


def refunds_of(desk: Desk, worker_id: UUID) -> list[RefundRow]:
    """The requests of a person, newest first. Refused `worker.unknown`."""
    with desk.read() as work:
        person = require(work.connection, worker_id, erased=True)
        return refunds_in(work.connection, refund.c.worker_id.in_(registrations_of(work.connection, person.id)))


def to_attend(work: Work) -> list[RefundRow]:
    """What at this mission still needs somebody: cash to hand out, and answers not yet here."""
    return [one for one in refunds_in(work.connection, refund.c.mission == work.mission) if one.state in _OPEN]


_OPEN = ("waiting", "approved")


def refunds_in(connection: Connection, condition: Any, *, revealed: bool = False) -> list[RefundRow]:
    """Requests that meet a condition, newest first. One whose receipt is not here cannot be shown, and is left out."""
    asked: Sequence[Any] = connection.execute(
        select(
            *(column.label(f"asked_{column.name}") for column in refund.c),
            receipt,
            worker.c.name.label("worker_name"),
            staff.c.name.label("operator_name"),
        )
        .join(receipt, receipt.c.id == refund.c.receipt_id)
        .outerjoin(worker, worker.c.id == receipt.c.worker_id)
        .outerjoin(staff, staff.c.id == refund.c.operator_id)
        .where(condition)
        .order_by(refund.c.at.desc(), refund.c.id.desc())
    ).all()
    receipts = {row.id for row in asked}
    decisions = _by(connection, refund_decision, receipts, "refund_id")
    payments = _by(connection, refund_payment, receipts, "refund_id")
    limited = set() if revealed else restricted_among(connection, [row.worker_id for row in asked])
    return [
        _row(
            connection,
            row,
            decisions[row.asked_id],
            payments[row.asked_id],
            hidden=row.worker_id in limited,
        )
        for row in asked
    ]


def _by(connection: Connection, table: Any, receipts: Iterable[UUID], column: str) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.receipt_id.in_(list(receipts))).order_by(table.c.id)):
        found[getattr(row, column)].append(row)
    return found


def _row(
    connection: Connection, row: Row[Any], decisions: list[Row[Any]], payments: list[Row[Any]], *, hidden: bool
) -> RefundRow:
    standing = next((one for one in decisions if one.id == row.refund_decision_id), None)
    said = standing or next((one for one in decisions if not one.approved), None)
    paid = next(iter(payments), None)
    state = refund_state(
        row.asked_id,
        void_id=row.void_id,
        # Another request's decision stands where this one's does not.
        standing_refund=row.asked_id if standing else row.refund_decision_id,
        method=standing.method if standing else None,
        refused=said is not None and not said.approved,
        paid=paid is not None,
    )
    return RefundRow(
        id=row.asked_id,
        receipt_id=row.id,
        receipt_number=row.number,
        counter=counter_name(connection, row.mission, parse_number(row.number).series),
        worker_id=row.worker_id,
        worker_name=listed_name(row.worker_name or row.payer_name, restricted=hidden),
        asked_at=row.asked_at,
        asked_on=row.asked_business_date,
        operator=row.operator_name or "—",
        method=standing.method if standing else row.asked_method,
        bank="" if hidden or not row.asked_bank_account else _bank(row),
        reason="" if hidden else row.asked_reason or "",
        amount=Money(owed(row), row.currency, row.exponent),
        amount_idr=row.amount_idr,
        state=state,
        decided_on=said.business_date if said else None,
        note="" if hidden or said is None else said.note or "",
        transfer_reference="" if hidden or said is None else said.transfer_reference or "",
        number=paid.number if paid else "",
        paid_on=paid.business_date if paid else None,
    )


def _bank(row: Row[Any]) -> str:
    return " · ".join(filter(None, (row.asked_bank_name, mask_account(row.asked_bank_account), row.asked_bank_holder)))
