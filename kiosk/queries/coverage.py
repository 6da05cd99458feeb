"""Coverage: what stands of a person's paid days, what of it clashes, and where it could stand instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import goes_on_as, registrations_of, require
from kiosk.queries.privacy import listed_name, restricted_among
from models.ledger.contributions import STANDING
from models.ledger.tables import coverage_move, flag, receipt, receipt_line, worker
from models.posting.flags import GAP, OVERLAP
from models.rules.coverage import Cover, PaidDays, Programme, cut_off, overlapping, untangled
from models.rules.receipt_numbers import parse_number

CLASHES = (OVERLAP, GAP)


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of a receipt. `printed` is what the receipt says for ever, `stands` what holds today, `proposed` where
    it could stand so that nothing clashes, None where it may stay. `clash` is `coverage.overlap`, `coverage.gap` or
    ""."""

    receipt_id: UUID
    line: int
    number: str
    counter: str
    mission: str
    issued_at: datetime
    programme: Programme
    months: int
    printed: tuple[date, date]
    stands: Cover
    proposed: Cover | None
    clash: str
    moved_by: str | None


@dataclass(frozen=True, slots=True)
class PaidPerson:
    """What stands of one person's days, in the order of the receipts."""

    worker_id: UUID
    name: str
    passport_number: str | None
    kpj: str | None
    lines: tuple[PaidLine, ...]

    @property
    def clashes(self) -> bool:
        return any(line.clash for line in self.lines)


@dataclass(frozen=True, slots=True)
class Clash:
    """A person whose days clash, for the list of what a supervisor has to settle."""

    worker_id: UUID
    name: str
    codes: tuple[str, ...]
    numbers: tuple[str, ...]
    since: datetime


def paid_days(desk: Desk, worker_id: UUID) -> PaidPerson:
    """Everything that stands of a person. Refused `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        return paid_days_in(work, worker_id)


def paid_days_in(work: Work, worker_id: UUID) -> PaidPerson:
    connection = work.connection
    person = require(connection, worker_id)
    registrations = registrations_of(connection, person.id)
    rows = connection.execute(
        select(
            *(receipt.c.id, receipt.c.number, receipt.c.mission, receipt.c.issued_at),
            *(receipt_line.c.line, receipt_line.c.programme, receipt_line.c.months, receipt_line.c.moved_by),
            receipt_line.c.covered_from.label("printed_from"),
            receipt_line.c.covered_to.label("printed_to"),
            *STANDING,
        )
        .join(receipt, receipt.c.id == receipt_line.c.receipt_id)
        .where(receipt_line.c.worker_id.in_(registrations), receipt_line.c.voided.is_(False))
        .order_by(receipt.c.id, receipt_line.c.line)
    ).all()
    days = [
        PaidDays(
            row.id,
            row.line,
            row.months,
            Cover(row.programme, row.anchor, row.anchor_months, row.covered_from, row.covered_to),
        )
        for row in rows
    ]
    proposed = untangled(days)
    clashing = _clashing([one.cover for one in days])
    moves = _numbers_of_moves(connection, [row.moved_by for row in rows if row.moved_by is not None])
    limited = bool(restricted_among(connection, [person.id]))
    return PaidPerson(
        worker_id=person.id,
        name=listed_name(person.name, restricted=limited),
        passport_number=None if limited else person.passport_number,
        kpj=None if limited else person.kpj,
        lines=tuple(
            PaidLine(
                receipt_id=row.id,
                line=row.line,
                number=row.number,
                counter=parse_number(row.number).series,
                mission=row.mission,
                issued_at=row.issued_at,
                programme=one.cover.programme,
                months=row.months,
                printed=(row.printed_from, row.printed_to),
                stands=one.cover,
                proposed=proposed.get(one.key),
                clash=clashing.get(place, ""),
                moved_by=moves.get(row.moved_by),
            )
            for place, (row, one) in enumerate(zip(rows, days, strict=True))
        ),
    )


def clashes(desk: Desk) -> list[Clash]:
    """Everybody here whose days clash, the longest known first."""
    with desk.read() as work:
        connection = work.connection
        rows = connection.execute(
            select(flag.c.code, flag.c.at, flag.c.worker_id, receipt.c.number)
            .join(receipt, receipt.c.id == flag.c.entry_id)
            .where(flag.c.code.in_(CLASHES))
            .order_by(flag.c.at, receipt.c.id)
        ).all()
        persons = goes_on_as(connection, {row.worker_id for row in rows})
        by_person = defaultdict(list)
        for row in rows:
            by_person[persons.get(row.worker_id, row.worker_id)].append(row)
        names = {
            row.id: row.name
            for row in connection.execute(select(worker.c.id, worker.c.name).where(worker.c.id.in_(list(by_person))))
        }
        limited = restricted_among(connection, list(by_person))
        return [
            Clash(
                worker_id=person,
                name=listed_name(names.get(person), restricted=person in limited),
                codes=tuple(dict.fromkeys(row.code for row in found)),
                numbers=tuple(dict.fromkeys(row.number for row in found)),
                since=found[0].at,
            )
            for person, found in by_person.items()
        ]


def _clashing(covers: list[Cover]) -> dict[int, str]:
    """What is wrong with which of these, by their places in the order of the receipts: of two that share days the one
    made later is wrong, as posting flags it."""
    return dict.fromkeys(cut_off(covers), GAP) | dict.fromkeys(map(max, overlapping(covers)), OVERLAP)


def _numbers_of_moves(connection: Connection, move_ids: list[UUID]) -> dict[UUID, str]:
    """The paper of each move; "" for what the centre moved, which numbers none."""
    query = select(coverage_move.c.id, coverage_move.c.number).where(coverage_move.c.id.in_(move_ids))
    return {row.id: row.number or "" for row in connection.execute(query)}
