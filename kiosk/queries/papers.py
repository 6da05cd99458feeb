"""Papers: what a receipt or slip says, made again from the ledger whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Table, func, select

from kiosk.desk import Desk, Work
from kiosk.queries.claims import claim_name, known_kind, reports_of, still_missing
from kiosk.queries.privacy import is_restricted
from kiosk.queries.reference import counter_name, staff_name
from kiosk.queries.voids import reversal_of
from models.journal.claims import RESTRICTED_KIND
from models.language import date_long, date_short, month_year, rate, rupiah
from models.ledger.tables import (
    claim,
    claim_document,
    coverage_move,
    mission_statement,
    receipt,
    receipt_line,
    receipt_reprint,
    receipt_tender,
    receipt_void,
    refund_payment,
    worker,
)
from models.rules.days import Month
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.privacy import shown_name, shown_number
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.token import thumbprint_of, token_url
from reports.claim_slip import ClaimSlipPaper, MissingDocument, ReceivedDocument
from reports.claim_words import document_words
from reports.paper import Words
from reports.receipt import PaidLine, PaidTender, ReceiptPaper
from reports.recovery import RecoveryPaper


def receipt_paper(desk: Desk, number: str, copy: int = 0) -> ReceiptPaper:
    """What the receipt with this number says; `copy` n marks SALINAN n. Refused `receipt.unknown`."""
    with desk.read() as work:
        return receipt_paper_in(work, number, copy)


def receipt_paper_in(work: Work, number: str, copy: int = 0) -> ReceiptPaper:
    return _receipt_paper(work, _receipt_row(work.connection, number), copy)


def claim_paper(desk: Desk, number: str, copy: int = 0) -> ClaimSlipPaper:
    """What the slip with this number says. Refused `receipt.unknown`."""
    with desk.read() as work:
        return claim_paper_in(work, number, copy)


def claim_paper_in(work: Work, number: str, copy: int = 0) -> ClaimSlipPaper:
    return _claim_paper(work, _claim_row(work.connection, number), copy)


Kind = Literal["receipt", "void", "refund", "move", "claim", "statement"]

_NUMBERED: dict[Kind, Table] = {
    "receipt": receipt,
    "void": receipt_void,
    "refund": refund_payment,
    "move": coverage_move,
    "claim": claim,
    "statement": mission_statement,
}
"""Receipts, and the papers that take them back or move their days, share one series; claims and the letters that
state a death another."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paper by its number: what kind it is, its entry's id, whom it is about, and the terminal that gave the number
    out."""

    kind: Kind
    id: UUID
    worker_id: UUID
    terminal: UUID


def find_paper(connection: Connection, number: str) -> Numbered:
    """The paper with this number. Refused `receipt_number.form`, `receipt.unknown`."""
    written = _written(number)
    for kind, table in _NUMBERED.items():
        row = connection.execute(select(table).where(table.c.number == written).order_by(table.c.id).limit(1)).first()
        if row is not None:
            return Numbered(kind, row.id, row.worker_id, row.terminal)
    raise Refused(Problem.of("receipt", "receipt.unknown", number=written))


def copy_of(connection: Connection, reprint_id: UUID) -> int:
    """Which copy of its receipt a reprint was, the first being 1; 0 if there was no such reprint."""
    receipt_id = connection.scalar(select(receipt_reprint.c.receipt_id).where(receipt_reprint.c.id == reprint_id))
    if receipt_id is None:
        return 0
    query = select(func.count()).where(receipt_reprint.c.receipt_id == receipt_id, receipt_reprint.c.id <= reprint_id)
    return connection.scalar(query) or 0


def _receipt_row(connection: Connection, number: str) -> Row[Any]:
    row = connection.execute(select(receipt).where(receipt.c.number == _written(number)).order_by(receipt.c.id)).first()
    if row is None:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=_written(number)))
    return row


def _claim_row(connection: Connection, number: str) -> Row[Any]:
    row = connection.execute(select(claim).where(claim.c.number == _written(number)).order_by(claim.c.id)).first()
    if row is None:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=_written(number)))
    return row


def _written(number: str) -> str:
    return str(parse_number(number))


def _receipt_paper(work: Work, row: Row[Any], copy: int) -> ReceiptPaper:
    connection = work.connection
    lines = connection.execute(
        select(receipt_line).where(receipt_line.c.receipt_id == row.id).order_by(receipt_line.c.line)
    ).all()
    tenders = connection.execute(
        select(receipt_tender).where(receipt_tender.c.receipt_id == row.id).order_by(receipt_tender.c.line)
    ).all()

    def local(minor: int) -> Money:
        return Money(minor, row.currency, row.exponent)

    change = local(sum(tender.change for tender in tenders))
    limited = is_restricted(connection, row.worker_id)
    place = mission(row.mission)
    series = parse_number(row.number).series
    return ReceiptPaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, row.mission, series),
        number=row.number,
        issued_at=row.issued_at.astimezone(ZoneInfo(row.zone)),
        utc_offset=utc_offset(row.issued_at.astimezone(ZoneInfo(row.zone))),
        operator=staff_name(connection, row.operator_id),
        worker=shown_name(row.payer_name, restricted=limited),
        kpj="" if limited else row.payer_kpj or "",
        passport=shown_number(row.payer_passport, restricted=limited),
        lines=tuple(
            PaidLine(
                line_words(line), Money.idr(line.amount_idr), local(line.fixed) if line.fixed is not None else None
            )
            for line in lines
        ),
        total_idr=row.amount_idr,
        rate=_rate_words(row),
        due=local(row.due),
        # What was only given back is said as change.
        tenders=tuple(_tender(tender, local) for tender in tenders if tender.received),
        change=change if change.minor else None,
        surplus=local(row.surplus) if row.surplus else None,
        thumbprint=thumbprint_of(row.token),
        token_url=token_url(row.token, work.terminal.public_host),
        copy=copy,
        short=local(row.short) if row.short else None,
        decree=_decree_words(row),
        approver=staff_name(connection, row.approved_by) if row.approved_by else "",
        voided=_reversal_words(connection, row),
        refunded=row.refund_decision_id is not None,
        tariff=f"Tarif versi {', '.join(str(version) for version in sorted({line.tariff_version for line in lines}))}",
    )


def _reversal_words(connection: Connection, row: Row[Any]) -> Words | None:
    """What has taken it back since, as far as is known here. What it said when it was handed out stays as it is."""
    reversal = reversal_of(connection, row)
    if reversal is None:
        return None
    day = date_long(reversal.day)
    if reversal.kind == "void":
        return Words(
            f"Dibatalkan dengan {reversal.number} pada {day}.",
            f"Cancelled by {reversal.number} on {reversal.day:%d/%m/%Y}.",
        )
    return Words(f"Dikembalikan lewat pusat pada {day}.", f"Refunded on {reversal.day:%d/%m/%Y}.")


def _tender(tender: Row[Any], local: Callable[[int], Money]) -> PaidTender:
    foreign = tender.worth is not None and tender.rate_idr_per_unit is not None
    return PaidTender(
        tender.kind,
        Money(tender.received, tender.currency, tender.exponent),
        tender.reference or "",
        tender.paid_on,
        local(tender.worth) if foreign else None,
        rate(tender.currency, Decimal(tender.rate_idr_per_unit)) if foreign else "",
    )


def _decree_words(row: Row[Any]) -> str:
    if not row.price_decree:
        return ""
    since = f" ({date_short(row.price_valid_from)})" if row.price_valid_from else ""
    return f"{row.price_decree}{since}"


def line_words(line: Row[Any]) -> Words:
    if line.programme == "JHT":
        first, last = Month.of(line.covered_from), Month.of(line.covered_to)
        span = month_year(first) if first == last else f"{month_year(first)} – {month_year(last)}"
        paid = f"{line.months} × {rupiah(line.monthly_idr)}"
        return Words(f"Iuran JHT {paid}, {span}", f"Old-age savings (JHT) {paid}")
    return Words(
        f"Iuran JKK + JKM {line.months} bulan, {_span(line)}",
        f"Work accident and death cover, {line.months} months",
    )


def _span(line: Row[Any]) -> str:

    return f"{date_short(line.covered_from)} – {date_short(line.covered_to)}"


def _rate_words(row: Row[Any]) -> str:

    if row.rate_idr_per_unit is None:
        return ""
    return f"{rate(row.currency, Decimal(row.rate_idr_per_unit))} ({date_short(row.rate_valid_from)})"


def _claim_paper(work: Work, row: Row[Any], copy: int) -> ClaimSlipPaper:
    connection = work.connection
    documents = connection.execute(
        select(claim_document.c.document_kind, claim_document.c.requirement, claim_document.c.seen_as)
        .where(claim_document.c.claim_id == row.id, claim_document.c.removed_by.is_(None))
        .order_by(claim_document.c.attached_at, claim_document.c.id)
    ).all()
    report = reports_of(connection, [row.id]).get(row.id)
    person = connection.execute(select(worker).where(worker.c.id == row.worker_id)).first()
    place = mission(row.mission)
    known = known_kind(row)
    limited = is_restricted(connection, row.worker_id)
    follow_by = {key: date.fromisoformat(day) for key, day in row.follow_by.items()}
    issued = row.filed_at.astimezone(ZoneInfo(row.zone))
    return ClaimSlipPaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, row.mission, parse_number(row.number).series),
        number=row.number,
        filed_at=issued,
        utc_offset=utc_offset(issued),
        operator=staff_name(connection, row.operator_id),
        worker=shown_name(row.worker_name, restricted=limited),
        kpj=(person.kpj if person and not limited else None) or "",
        passport=shown_number(person.passport_number if person else None, restricted=limited),
        kind=Words(f"{known.programme} — {known.name}" if known else claim_name(row)),
        restricted=row.restricted,
        event_date=row.event_date,
        description="" if limited else row.description or "",
        filed_by=row.filed_by,
        received=tuple(
            ReceivedDocument("" if row.restricted else document_words(one.document_kind, place.kind).id, one.seen_as)
            for one in documents
        ),
        stage=row.stage if known is not None and known.stages > 1 else 0,
        missing=tuple(
            MissingDocument(one.name, follow_by.get(one.key), one.original)
            for one in still_missing(row, documents, report)
        ),
        come_back=follow_by.get(RESTRICTED_KIND),
        thumbprint=thumbprint_of(row.token),
        token_url=token_url(row.token, work.terminal.public_host),
        copy=copy,
    )


def recovery_paper(work: Work, code: str) -> RecoveryPaper:
    """The recovery code as a page for the mission's safe."""
    place = work.terminal.mission
    made = work.now.astimezone(ZoneInfo(place.zone))
    return RecoveryPaper(
        mission=Words(place.title, place.title_en),
        terminal=work.terminal.series,
        made_at=made,
        utc_offset=utc_offset(made),
        operator=work.operator.name,
        code=code,
    )


def utc_offset(at: datetime) -> str:
    """`UTC+8`, `UTC+5.30`."""
    offset = at.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f".{rest:02}" if rest else "")
