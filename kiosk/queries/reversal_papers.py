"""Papers of reversals: what the receipt of a void and the proof of a refund say, made again from the ledger."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, select

from kiosk.desk import Work
from kiosk.queries.papers import line_words, utc_offset
from kiosk.queries.privacy import is_restricted
from kiosk.queries.reference import counter_name, staff_name
from kiosk.queries.voids import back_of
from models.ledger.tables import (
    receipt,
    receipt_line,
    receipt_void,
    refund,
    refund_decision,
    refund_payment,
)
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.privacy import shown_name, shown_number
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.token import thumbprint_of, token_url
from reports.paper import Words
from reports.receipt import PaidLine, PaidTender
from reports.refund import RefundPaper
from reports.void import VoidPaper


def void_paper_in(work: Work, number: str, copy: int = 0) -> VoidPaper:
    """What the void with this number says. Refused `receipt_number.form`, `receipt.unknown`."""
    connection = work.connection
    row = _numbered(work, receipt_void, number)
    paid = connection.execute(select(receipt).where(receipt.c.id == row.receipt_id)).one()
    lines = connection.execute(
        select(receipt_line).where(receipt_line.c.receipt_id == paid.id).order_by(receipt_line.c.line)
    )
    limited = is_restricted(connection, paid.worker_id)
    back = back_of(connection, paid.id)
    place, issued = mission(row.mission), row.voided_at.astimezone(ZoneInfo(row.zone))
    return VoidPaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, row.mission, parse_number(row.number).series),
        number=row.number,
        issued_at=issued,
        utc_offset=utc_offset(issued),
        operator=staff_name(connection, row.operator_id),
        approver=staff_name(connection, row.approved_by) if row.approved_by else "",
        receipt_number=paid.number,
        receipt_issued_on=paid.business_date,
        worker=shown_name(paid.payer_name, restricted=limited),
        kpj="" if limited else paid.payer_kpj or "",
        passport=shown_number(paid.payer_passport, restricted=limited),
        lines=tuple(
            PaidLine(
                line_words(line),
                Money.idr(line.amount_idr),
                None if line.fixed is None else Money(line.fixed, paid.currency, paid.exponent),
            )
            for line in lines
        ),
        total_idr=paid.amount_idr,
        due=Money(paid.due, paid.currency, paid.exponent),
        handed_back=back.cash,
        kept=tuple(PaidTender(one.kind, one.received - one.change, one.reference or "") for one in back.kept),
        reason="" if limited else row.reason or "",
        thumbprint=thumbprint_of(row.token),
        token_url=token_url(row.token, work.terminal.public_host),
        counts=paid.void_id == row.id,
        copy=copy,
    )


def refund_paper_in(work: Work, number: str, copy: int = 0) -> RefundPaper:
    """What the paper of a refund that a counter handed out says. Refused `receipt_number.form`, `receipt.unknown`."""
    connection = work.connection
    row = _numbered(work, refund_payment, number)
    paid = connection.execute(select(receipt).where(receipt.c.id == row.receipt_id)).one()
    asked = connection.execute(select(refund).where(refund.c.id == row.refund_id)).first()
    said = connection.execute(
        select(refund_decision)
        .where(refund_decision.c.refund_id == row.refund_id, refund_decision.c.approved)
        .order_by(refund_decision.c.id)
    ).first()
    limited = is_restricted(connection, paid.worker_id)
    place, issued = mission(row.mission), row.at.astimezone(ZoneInfo(row.zone))
    worker = shown_name(paid.payer_name, restricted=limited)
    return RefundPaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, row.mission, parse_number(row.number).series),
        number=row.number,
        issued_at=issued,
        utc_offset=utc_offset(issued),
        operator=staff_name(connection, row.operator_id),
        approver=staff_name(connection, row.approved_by) if row.approved_by else "",
        receiver=worker,
        receipt_number=paid.number,
        receipt_issued_on=paid.business_date,
        requested_on=asked.business_date if asked else row.business_date,
        decided_on=said.business_date if said else row.business_date,
        worker=worker,
        kpj="" if limited else paid.payer_kpj or "",
        passport=shown_number(paid.payer_passport, restricted=limited),
        method="cash",
        amount=Money(row.amount, row.currency, row.exponent),
        amount_idr=row.amount_idr,
        reason="" if limited or asked is None else asked.reason or "",
        note="" if limited or said is None else said.note or "",
        thumbprint=thumbprint_of(row.token),
        token_url=token_url(row.token, work.terminal.public_host),
        copy=copy,
    )


def _numbered(work: Work, table: Table, number: str) -> Row[Any]:
    written = str(parse_number(number))
    row = work.connection.execute(select(table).where(table.c.number == written).order_by(table.c.id)).first()
    if row is None:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=written))
    return row
