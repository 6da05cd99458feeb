"""Expiring: whose JKK+JKM cover ends soon or ended lately, with what a clerk needs to call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, between, func, select, type_coerce

from kiosk.desk import Desk, Work
from kiosk.queries.persons import gathered_under
from kiosk.queries.privacy import restricted_in
from kiosk.queries.workers import covers_of, latest_placements
from models.ledger.contributions import STANDING
from models.ledger.tables import receipt, receipt_line, worker
from models.ledger.types import Id
from models.rules.coverage import CALLED_AFTER, EXPIRING_DAYS, Ending, ending
from models.rules.privacy import passport_end


@dataclass(frozen=True, slots=True)
class ExpiringRow:
    """Somebody to be called: how to reach them, until when they are covered, and the paper they know it from.

    `passport` shows its last four; `resumes` is the first day of cover paid for after a gap."""

    worker_id: UUID
    name: str
    phone: str
    whatsapp: str
    passport: str
    employer: str
    address: str
    until: date
    days_left: int
    resumes: date | None
    receipt: str
    receipt_date: date | None


@dataclass(frozen=True, slots=True)
class Expiring:
    """The list, and how many are not on it because nothing may be done with their data now."""

    rows: tuple[ExpiringRow, ...]
    held_back: int


def expiring_people(desk: Desk, within: int = EXPIRING_DAYS, after: int = CALLED_AFTER) -> Expiring:
    """Whose cover ends within so many days, the nearest first, then whose ended at most so many days ago, the latest
    first. Who is restricted, took their consent back or is erased is called by nobody."""
    with desk.read() as work:
        found = [people_in(work, piece, within, after) for piece in candidates(work, within, after)]
    return in_order([row for one in found for row in one.rows], sum(one.held_back for one in found))


def in_order(rows: Sequence[ExpiringRow], held_back: int) -> Expiring:
    """The rows as they are called."""
    return Expiring(tuple(sorted(rows, key=_called)), held_back)


def _called(row: ExpiringRow) -> tuple[bool, int, str, int]:
    return row.days_left < 0, abs(row.days_left), row.name, row.worker_id.int


def candidates(work: Work, within: int, after: int, at_once: int = 200) -> list[list[UUID]]:
    """Persons some cover of whom ends in these days, in pieces; who has paid on since is among them."""
    person = func.coalesce(worker.c.merged_into, worker.c.id)
    lines = receipt_line.c
    first, last = work.today - timedelta(days=after), work.today + timedelta(days=within)
    query = (
        select(type_coerce(person, Id))
        .join_from(receipt_line, worker, worker.c.id == lines.worker_id)
        .where(lines.programme == "JKK+JKM", lines.voided.is_(False), between(STANDING.covered_to.element, first, last))
        .distinct()
        .order_by(person)
    )
    found = list(work.connection.scalars(query))
    return [found[at : at + at_once] for at in range(0, len(found), at_once)]


def people_in(work: Work, ids: Sequence[UUID], within: int, after: int) -> Expiring:
    """Those of these persons whose joined cover ends in these days, in no order."""
    connection = work.connection
    holders = gathered_under(connection, ids)
    covers = covers_of(connection, ids)
    ends: dict[UUID, Ending] = {}
    for one in ids:
        found = ending(covers[one].get("JKK+JKM", ()), work.today, within=within, after=after)
        if found is not None:
            ends[one] = found
    limited = restricted_in(connection, holders)
    people = {
        row.id: row
        for row in connection.execute(select(worker).where(worker.c.id.in_(ends), worker.c.erased.is_(False)))
    }
    contracts = latest_placements(connection, [one for one in people if one not in limited])
    papers = _last_papers(connection, {one: person for one, person in holders.items() if person in people})
    rows = []
    for one, row in people.items():
        if one in limited:
            continue
        paper, contract = papers.get(one), contracts.get(one)
        rows.append(
            ExpiringRow(
                worker_id=one,
                name=row.name or (paper.payer_name if paper else None) or "—",
                phone=row.phone or "",
                whatsapp=row.whatsapp or "",
                passport=passport_end(row.passport_number) if row.passport_number else "",
                employer=(contract.employer if contract else None) or "",
                address=row.abroad_address or "",
                until=ends[one].until,
                days_left=ends[one].days_left,
                resumes=ends[one].resumes,
                receipt=paper.number if paper else "",
                receipt_date=paper.business_date if paper else None,
            )
        )
    return Expiring(tuple(rows), len(limited & people.keys()))


def _last_papers(connection: Connection, holders: dict[UUID, UUID]) -> dict[UUID, Any]:
    """Each person's latest receipt that was not taken back, under whichever registration."""
    shown = (receipt.c.worker_id, receipt.c.number, receipt.c.business_date, receipt.c.payer_name)
    query = (
        select(*shown)
        .where(
            receipt.c.worker_id.in_(list(holders)),
            receipt.c.void_id.is_(None),
            receipt.c.refund_decision_id.is_(None),
        )
        .order_by(receipt.c.business_date, receipt.c.issued_at, receipt.c.id)
    )
    return {holders[row.worker_id]: row for row in connection.execute(query)}
