"""Z-reports on paper: what the report of a closed session says, made again from the ledger whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from kiosk.desk import Work
from kiosk.queries.papers import utc_offset
from kiosk.queries.reference import counter_name
from kiosk.queries.tills import ZReport, find_till, z_report_in
from models.ledger.tables import coverage_move, receipt, receipt_void, refund_payment, till, till_count
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.token import thumbprint_of, token_url
from reports.paper import Words
from reports.z_report import CashCount, CashMove, HandOver, LateEntry, TenderTotal, ZPaper


def z_paper_in(work: Work, named: str | UUID, copy: int = 0) -> ZPaper:
    """What the report of this session says; `copy` n marks SALINAN n. Refused `till.unknown`, `till.still_open`."""
    connection = work.connection
    report = z_report_in(connection, find_till(connection, named))
    place = mission(report.mission)
    zone = ZoneInfo(report.zone)

    def local(at: datetime) -> datetime:
        return at.astimezone(zone)

    return ZPaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, report.mission, report.series),
        number=report.number,
        opened_at=local(report.opened_at),
        opened_by=report.opened_by,
        closed_at=local(report.closed_at),
        closed_by=report.closed_by,
        utc_offset=utc_offset(local(report.closed_at)),
        approver=report.closing_approved_by,
        floats=_floats(connection, report),
        counts=tuple(CashCount(row.counted, row.expected, row.pieces) for row in report.cash),
        deposited=tuple(row.deposited for row in report.cash if row.deposited.minor),
        totals=tuple(
            TenderTotal(row.kind, row.taken, row.returned, row.receipts)
            for row in report.tenders
            if row.receipts or row.taken.minor or row.returned.minor
        ),
        moves=tuple(
            CashMove(local(one.at), one.way, one.amount, one.reason, one.operator, one.approved_by)
            for one in report.moves
        ),
        hand_overs=tuple(HandOver(local(one.at), one.receiver, one.differences) for one in report.hand_overs),
        late=_late(connection, report, local),
        receipts=report.receipts,
        voids=report.voids,
        first_number=report.first_number,
        last_number=report.last_number,
        previous_number=report.previous_number,
        previous_hash=report.previous_hash,
        hash=report.closed_hash,
        thumbprint=thumbprint_of(report.token),
        token_url=token_url(report.token, work.terminal.public_host),
        reason=report.closing_reason,
        opening_reason=report.opening_reason,
        brought=tuple(row.brought for row in report.cash if row.brought.minor),
        remarks=_remarks(report),
        unsent=report.unsent,
        drafts=report.drafts,
        copy=copy,
    )


def _floats(connection: Connection, report: ZReport) -> tuple[CashCount, ...]:
    """The count at the opening, beside what the books and the float came to."""
    rows = connection.execute(
        select(till_count)
        .where(till_count.c.till_id == report.till_id, till_count.c.stage == "opened")
        .order_by(till_count.c.currency)
    )
    found = []
    for row in rows:
        unit = (row.currency, row.exponent)
        pieces = sorted(((int(face), number) for face, number in row.pieces.items()), reverse=True)
        found.append(
            CashCount(
                Money(row.counted, *unit),
                Money(row.counted - row.difference, *unit),
                tuple((Money(face, *unit), number) for face, number in pieces),
            )
        )
    return tuple(found)


def _remarks(report: ZReport) -> tuple[str, ...]:
    """On paper in Indonesian, whatever the screen speaks."""
    said = {
        "till.difference": "Selisih dicatat tanpa orang kedua.",
        "till.moved_alone": "Uang di atas batas diambil tanpa orang kedua.",
        "till.closed_by_other": f"Ditutup bukan oleh pemegang kas, {report.holder}.",
    }
    return tuple(said[code] for code in report.flags if code in said)


def _late(connection: Connection, report: ZReport, local: Callable[[datetime], datetime]) -> tuple[LateEntry, ...]:
    """Each paper that was recorded between the last close and this opening."""
    row = connection.execute(select(till).where(till.c.id == report.till_id)).one()
    if not report.late:
        return ()
    found: list[tuple[int, LateEntry]] = []

    def add(table: Any, at: str, what: str, amount: Callable[[Row[Any]], Money | None]) -> None:
        for one in connection.execute(
            select(table).where(
                table.c.terminal == row.terminal,
                table.c.incarnation == row.incarnation,
                table.c.seq > row.after_seq,
                table.c.seq < row.opened_seq,
                table.c.number.is_not(None),
            )
        ):
            found.append((one.seq, LateEntry(one.number, local(getattr(one, at)), what, amount(one))))

    add(receipt, "issued_at", "Kuitansi", lambda one: Money(one.due, one.currency, one.exponent))
    add(receipt_void, "voided_at", "Pembatalan", lambda one: Money(-one.due, one.currency, one.exponent))
    add(refund_payment, "at", "Pengembalian", lambda one: Money(-one.amount, one.currency, one.exponent))
    add(coverage_move, "at", "Pemindahan masa", lambda _one: None)
    return tuple(entry for _seq, entry in sorted(found, key=lambda one: one[0]))
