"""Memberships: what BPJS confirmed and stated of a person, and the papers that say so as of today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from kiosk.desk import Desk, Work
from kiosk.queries.coverage import PaidLine, PaidPerson, paid_days_in
from kiosk.queries.papers import utc_offset
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import is_restricted
from kiosk.queries.reference import counter_name, staff_name
from kiosk.store.tables import statement
from models.ledger.tables import (
    balance,
    coverage_move,
    membership,
    membership_receipt,
    moved_line,
    receipt,
    receipt_line,
    receipt_void,
    refund_decision,
)
from models.rules.coverage import joined
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.names import initials
from models.rules.privacy import shown_name, shown_number
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.token import ReceiptFacts, TokenLine, make_token, thumbprint_of, token_url
from reports.contribution_statement import ContributionStatementPaper, StandingCover, StatedBalance, StatementLine
from reports.cover_move import CoverMovePaper, MovedCover
from reports.membership_card import Covered, MembershipPaper
from reports.paper import Words


@dataclass(frozen=True, slots=True)
class Stated:
    """A balance in whole rupiah as BPJS stated it for the end of `as_of`."""

    programme: str
    amount_idr: int
    as_of: date


@dataclass(frozen=True, slots=True)
class CoverSpan:
    """Unbroken days of one programme that hold today or are to come. `confirmed_on` None: provisional, because of at
    least one receipt that BPJS has not confirmed."""

    programme: str
    covered_from: date
    covered_to: date
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class MembershipCard:
    """How a person stands with BPJS as far as this counter knows."""

    worker_id: UUID
    covers: tuple[CoverSpan, ...]
    balances: tuple[Stated, ...]

    @property
    def confirmed_on(self) -> date | None:
        """The day on which the last of what covers was confirmed; None while any of it is provisional."""
        days = [one.confirmed_on for one in self.covers]
        return max((day for day in days if day is not None), default=None) if None not in days else None


def membership_of(desk: Desk, worker_id: UUID) -> MembershipCard:
    """Refused `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        person = paid_days_in(work, worker_id)
        return MembershipCard(
            person.worker_id, tuple(_spans(work, person)), balances_of(work.connection, person.worker_id)
        )


def confirmed_among(connection: Connection, receipt_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Those of these receipts that BPJS confirmed, with the first day it did."""
    query = (
        select(membership_receipt.c.receipt_id, func.min(membership.c.confirmed_on))
        .join(membership, membership.c.id == membership_receipt.c.membership_id)
        .where(membership_receipt.c.receipt_id.in_(list(receipt_ids)))
        .group_by(membership_receipt.c.receipt_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def balances_of(connection: Connection, person: UUID) -> tuple[Stated, ...]:
    """The latest balance of each programme; of two for the same day the one stated last."""
    rows = connection.execute(
        select(balance)
        .where(balance.c.worker_id.in_(registrations_of(connection, person)))
        .order_by(balance.c.programme, balance.c.as_of, balance.c.id)
    )
    latest = {row.programme: Stated(row.programme, row.amount_idr, row.as_of) for row in rows}
    return tuple(latest[programme] for programme in sorted(latest))


def membership_paper(desk: Desk, worker_id: UUID) -> MembershipPaper:
    """The certificate as of today, signed by this counter. Refused `worker.unknown`, `worker.erased`, and
    `membership.nothing` where nothing covers the person today or later."""
    with desk.read() as work:
        connection = work.connection
        person = paid_days_in(work, worker_id)
        row = require(connection, person.worker_id)
        spans = _spans(work, person)
        if not spans:
            raise Refused(Problem("worker_id", "membership.nothing"))
        limited = is_restricted(connection, person.worker_id)
        resting = person.lines[-1]
        card = MembershipCard(person.worker_id, tuple(spans), ())
        token = make_token(
            ReceiptFacts(
                kind="card",
                number=resting.number,
                issued_on=work.today,
                initials=initials(row.name or "—"),
                passport_end=(row.passport_number or "")[-4:],
                lines=tuple(
                    TokenLine(one.programme, _months(person, one), one.covered_from, one.covered_to) for one in spans
                ),
                confirmed_on=card.confirmed_on,
                kpj_end="".join(filter(str.isdecimal, row.kpj or ""))[-4:],
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        place, at = mission(work.mission), work.now.astimezone(ZoneInfo(work.terminal.mission.zone))
        return MembershipPaper(
            mission=Words(place.title, place.title_en),
            counter=counter_name(connection, work.mission, work.terminal.series),
            number=resting.number,
            issued_at=at,
            utc_offset=utc_offset(at),
            operator=work.operator.name,
            worker=shown_name(row.name, restricted=limited),
            kpj="" if limited else row.kpj or "",
            passport=shown_number(row.passport_number, restricted=limited),
            covers=tuple(Covered(one.programme, one.covered_from, one.covered_to) for one in spans),
            confirmed_on=card.confirmed_on,
            thumbprint=thumbprint_of(token),
            token_url=token_url(token, work.terminal.public_host),
        )


def statement_paper(desk: Desk, worker_id: UUID) -> ContributionStatementPaper:
    """Every payment of a person that this counter knows of, and the balance as BPJS stated it. Refused
    `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        connection = work.connection
        person = paid_days_in(work, worker_id)
        row = require(connection, person.worker_id)
        limited = is_restricted(connection, person.worker_id)
        place, at = mission(work.mission), work.now.astimezone(ZoneInfo(work.terminal.mission.zone))
        registrations = registrations_of(connection, person.worker_id)
        return ContributionStatementPaper(
            mission=Words(place.title, place.title_en),
            counter=counter_name(connection, work.mission, work.terminal.series),
            made_at=at,
            utc_offset=utc_offset(at),
            operator=work.operator.name,
            worker=shown_name(row.name, restricted=limited),
            kpj="" if limited else row.kpj or "",
            passport=shown_number(row.passport_number, restricted=limited),
            lines=tuple(_statement_lines(connection, registrations)),
            covers=tuple(
                StandingCover(one.programme, one.covered_from, one.covered_to, one.confirmed_on)
                for one in _spans(work, person)
            ),
            moves=tuple(
                MovedCover(line.number, line.programme, *line.printed, line.stands.covered_from, line.stands.covered_to)
                for line in person.lines
                if line.moved_by is not None
            ),
            balances=tuple(
                StatedBalance(one.programme, one.amount_idr, one.as_of)
                for one in balances_of(connection, person.worker_id)
            ),
            synced_at=_synced_at(connection, work),
        )


def move_paper_in(work: Work, number: str, copy: int = 0) -> CoverMovePaper:
    """What the paper of moved days says. Refused `receipt_number.form`, `receipt.unknown`."""
    connection = work.connection
    written = str(parse_number(number))
    row = connection.execute(
        select(coverage_move).where(coverage_move.c.number == written).order_by(coverage_move.c.id)
    ).first()
    if row is None:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=written))
    person = require(connection, row.worker_id, erased=True)
    limited = is_restricted(connection, row.worker_id)
    place, issued = mission(row.mission), row.at.astimezone(ZoneInfo(row.zone))
    return CoverMovePaper(
        mission=Words(place.title, place.title_en),
        counter=counter_name(connection, row.mission, parse_number(row.number).series),
        number=row.number,
        issued_at=issued,
        utc_offset=utc_offset(issued),
        operator=staff_name(connection, row.operator_id),
        approver=staff_name(connection, row.approved_by) if row.approved_by else "",
        worker=shown_name(person.name, restricted=limited),
        kpj="" if limited else person.kpj or "",
        passport=shown_number(person.passport_number, restricted=limited),
        moves=tuple(_moves_of(connection, row.id)),
        reason="" if limited else row.reason or "",
        thumbprint=thumbprint_of(row.token) if row.token else b"",
        token_url=token_url(row.token, work.terminal.public_host) if row.token else "",
        copy=copy,
    )


def _moves_of(connection: Connection, move_id: UUID) -> list[MovedCover]:
    """Each line that was moved, from where it stood before this move."""
    rows = connection.execute(
        select(
            moved_line,
            receipt.c.number,
            receipt_line.c.programme,
            receipt_line.c.covered_from.label("printed_from"),
            receipt_line.c.covered_to.label("printed_to"),
        )
        .join(receipt, receipt.c.id == moved_line.c.receipt_id)
        .join(
            receipt_line,
            (receipt_line.c.receipt_id == moved_line.c.receipt_id) & (receipt_line.c.line == moved_line.c.line),
        )
        .where(moved_line.c.move_id == move_id)
        .order_by(receipt.c.id, moved_line.c.line)
    )
    found = []
    for row in rows:
        was_from, was_to = _before(connection, row) or (row.printed_from, row.printed_to)
        found.append(MovedCover(row.number, row.programme, was_from, was_to, row.covered_from, row.covered_to))
    return found


def _before(connection: Connection, row: Row[Any]) -> tuple[date, date] | None:
    earlier = connection.execute(
        select(moved_line).where(moved_line.c.receipt_id == row.receipt_id, moved_line.c.line == row.line)
    ).all()
    stamp = (row.rev, row.stamp_terminal, row.stamp_seq, row.move_id)
    ranked = sorted((one.rev, one.stamp_terminal, one.stamp_seq, one.move_id, one) for one in earlier)
    before = [one for *rank, one in ranked if tuple(rank) < stamp]
    return (before[-1].covered_from, before[-1].covered_to) if before else None


def _spans(work: Work, person: PaidPerson) -> list[CoverSpan]:
    confirmed = confirmed_among(work.connection, [line.receipt_id for line in person.lines])
    found = []
    for programme in dict.fromkeys(line.programme for line in person.lines):
        lines = [line for line in person.lines if line.programme == programme]
        for first, last in joined([line.stands for line in lines]):
            if last < work.today:
                continue
            days = [confirmed.get(line.receipt_id) for line in lines if _within(line, first, last)]
            all_confirmed = [day for day in days if day is not None]
            found.append(
                CoverSpan(programme, first, last, max(all_confirmed) if len(all_confirmed) == len(days) else None)
            )
    return found


def _within(line: PaidLine, first: date, last: date) -> bool:
    return first <= line.stands.covered_from and line.stands.covered_to <= last


def _months(person: PaidPerson, span: CoverSpan) -> int:
    return sum(
        line.months
        for line in person.lines
        if line.programme == span.programme and _within(line, span.covered_from, span.covered_to)
    )


def _statement_lines(connection: Connection, registrations: list[UUID]) -> list[StatementLine]:
    paid = connection.execute(
        select(receipt).where(receipt.c.worker_id.in_(registrations)).order_by(receipt.c.issued_at, receipt.c.id)
    ).all()
    lines = connection.execute(
        select(receipt_line)
        .where(receipt_line.c.receipt_id.in_([row.id for row in paid]))
        .order_by(receipt_line.c.receipt_id, receipt_line.c.line)
    ).all()
    voids = _rows(connection, receipt_void, [row.void_id for row in paid])
    decisions = _rows(connection, refund_decision, [row.refund_decision_id for row in paid])
    found: list[tuple[datetime, StatementLine]] = []
    for row in paid:
        void, decision = voids.get(row.void_id), decisions.get(row.refund_decision_id)
        of_it = [line for line in lines if line.receipt_id == row.id]
        state = "dibatalkan" if void is not None else "dikembalikan" if decision is not None else ""
        found += [(row.issued_at, _line(row, line, "payment", row.business_date, row.number, state)) for line in of_it]
        if void is not None:
            found += [(void.voided_at, _line(row, line, "void", void.business_date, void.number)) for line in of_it]
        if decision is not None:
            found += [(decision.at, _line(row, line, "refund", decision.business_date, row.number)) for line in of_it]
    return [line for _, line in sorted(found, key=lambda one: one[0])]


def _line(row: Row[Any], line: Row[Any], kind: str, day: date, number: str, state: str = "") -> StatementLine:
    return StatementLine(
        day=day,
        number=number,
        kind=kind,
        programme=line.programme,
        months=line.months,
        covered_from=line.covered_from,
        covered_to=line.covered_to,
        amount_idr=line.amount_idr,
        paid=Money(row.due, row.currency, row.exponent) if line.line == 0 else None,
        refers=row.number if kind != "payment" else "",
        state=state,
    )


def _rows(connection: Connection, table: Any, ids: Iterable[UUID | None]) -> dict[UUID | None, Row[Any]]:
    wanted = [one for one in ids if one is not None]
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(wanted)))}


def _synced_at(connection: Connection, work: Work) -> datetime | None:
    at = connection.scalar(select(statement.c.at))
    return at.astimezone(ZoneInfo(work.terminal.mission.zone)) if at is not None else None
