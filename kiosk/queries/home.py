"""Home: how the day stands, what needs attention, and whether the centre knows what happened here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select, type_coerce

from kiosk.desk import MUST_CONTINUE, Desk, Work, get_setting, head
from kiosk.queries.balance import holds_today
from kiosk.queries.bundles import under_way
from kiosk.queries.claims import attention
from kiosk.queries.clocks import ClockState, state_in
from kiosk.queries.documents import not_uploaded
from kiosk.queries.privacy import WITHDRAWN, open_tasks
from kiosk.queries.reference import counter_name, local_rate
from kiosk.queries.refunds import to_attend
from kiosk.queries.tasks import OPEN
from kiosk.queries.unsent import unsent
from kiosk.queries.workers import ReceiptRow, WorkerRow, receipts, rows
from kiosk.store.tables import cursor, own_terminal, print_job, statement, verdict
from kiosk.store.tables import entry as entries
from models.ledger.contributions import STANDING
from models.ledger.tables import claim, flag, held, placement, receipt, receipt_line, receipt_tender, worker
from models.ledger.types import Id
from models.rules.coverage import EXPIRING_DAYS
from models.rules.money import Money, Rate

ON_ITS_WAY_MINUTES = 2
"""After so long a paper that a printer has, and of which nothing more was heard, is one to look after."""


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What came in by one tender today and was not taken back, change taken off."""

    kind: str
    total: Money


@dataclass(frozen=True, slots=True)
class Today:
    """The right-hand side of the home screen. `balanced`: today's money agrees; `rate` None: no rate
    is in force for the mission's currency."""

    served: int
    registered: int
    claims: int
    tenders: tuple[TenderTotal, ...]
    claims_to_act: int
    """The mission's claims that need somebody at a counter (kiosk.queries.claims.Action)."""
    claims_incomplete: int
    """Those others that lack papers which may follow."""
    expiring: int
    to_review: int
    unconfirmed_prints: int
    balanced: bool
    refunds_to_pay: tuple[UUID, ...]
    """Receipts whose refund the centre granted in cash and nobody has handed out."""
    refunds_waiting: tuple[UUID, ...]
    """Receipts whose refund the centre has not decided on."""
    currency: str
    rate: Rate | None
    rate_currency_is_rupiah: bool


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the chip at the top right may truthfully say.

    `synced` only when the centre's signed statement covers this terminal's last entry; `action` when the centre
    keeps something back that a person must look at; `alone` before enrolment; else `waiting`.
    """

    kind: Literal["synced", "waiting", "action", "alone"]
    waiting: int
    documents_waiting: int
    last_synced: datetime | None
    problems: tuple[tuple[str, str, int], ...]
    held: int
    centre_url: str | None
    last_error: str | None
    statement: dict[str, Any] | None
    streams: tuple[tuple[str, int], ...]
    claims_to_act: int
    """Claims of the mission that need somebody at a counter: what the centre said does not end with a sync."""
    carried: tuple[int, ...] = ()
    """The numbers of the files on sticks that carry some of what waits."""
    clock: ClockState | None = None
    """What the PC's clock says beside the last entry and the centre."""
    must_continue: bool = False
    """This journal was written by another machine as well: it has to go on under a new series."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this counter stands, for the top bar."""

    mission_name: str
    counter: str
    mission: str
    currency: str
    zone: str
    certified: bool


def place(desk: Desk) -> Place:
    with desk.read() as work:
        own = work.terminal
        return Place(
            mission_name=own.mission.name,
            counter=counter_name(work.connection, own.mission.code, own.series),
            mission=own.mission.code,
            currency=own.mission.currency,
            zone=own.mission.zone,
            certified=own.certified,
        )


def today(desk: Desk) -> Today:
    """The day at this terminal so far, and what in the whole mission needs a hand."""
    with desk.read() as work:
        connection, day = work.connection, work.today
        mine = (receipt.c.terminal == work.terminal.id, receipt.c.business_date == day)
        paid = set(connection.scalars(select(receipt.c.worker_id).where(*mine)))
        filed = list(
            connection.scalars(
                select(claim.c.worker_id).where(claim.c.terminal == work.terminal.id, claim.c.business_date == day)
            )
        )
        registered = _registered_today(work)
        totals = connection.execute(
            select(
                receipt_tender.c.kind,
                receipt_tender.c.currency,
                receipt_tender.c.exponent,
                func.sum(receipt_tender.c.received - receipt_tender.c.change).label("total"),
            )
            .join(receipt, receipt.c.id == receipt_tender.c.receipt_id)
            .where(*mine, receipt.c.void_id.is_(None))
            .group_by(receipt_tender.c.kind, receipt_tender.c.currency, receipt_tender.c.exponent)
            .order_by(receipt_tender.c.kind, receipt_tender.c.currency)
        )
        currency = work.terminal.mission.currency
        asked = to_attend(work)
        to_act, incomplete = attention(work)
        return Today(
            served=len(paid | set(filed) | registered),
            registered=len(registered),
            claims=len(filed),
            tenders=tuple(TenderTotal(row.kind, Money(int(row.total), row.currency, row.exponent)) for row in totals),
            claims_to_act=to_act,
            claims_incomplete=incomplete,
            expiring=len(_expiring_ids(work)),
            to_review=_to_review(connection),
            unconfirmed_prints=_unconfirmed(work),
            balanced=holds_today(work),
            refunds_to_pay=tuple(one.receipt_id for one in asked if one.state == "approved"),
            refunds_waiting=tuple(one.receipt_id for one in asked if one.state == "waiting"),
            currency=currency,
            rate=local_rate(connection, work.mission, currency, day),
            rate_currency_is_rupiah=currency == "IDR",
        )


def expiring(desk: Desk) -> list[WorkerRow]:
    """Whose JKK+JKM cover ends within 60 days, the nearest first."""
    with desk.read() as work:
        return rows(work, _expiring_ids(work))


def receipts_on(desk: Desk, day: date | None = None) -> list[ReceiptRow]:
    """This terminal's receipts of a business date (today), newest first."""
    with desk.read() as work:
        return receipts(
            work.connection,
            (receipt.c.terminal == work.terminal.id) & (receipt.c.business_date == (day or work.today)),
        )


def sync_state(desk: Desk) -> SyncState:
    """How this terminal stands with the centre."""
    with desk.read() as work:
        connection = work.connection
        own = connection.execute(select(own_terminal)).one()
        seq, _ = head(connection, work.terminal)
        waiting = unsent(connection, work.terminal)
        problems = tuple(
            (row.verdict, row.code or "", row.n)
            for row in connection.execute(
                select(verdict.c.verdict, verdict.c.code, func.count().label("n"))
                .where(verdict.c.verdict.in_(("quarantined", "held")))
                .group_by(verdict.c.verdict, verdict.c.code)
            )
        )
        stated = connection.execute(select(statement)).first()
        shown = get_setting(connection, "statement_shown")
        kind: Literal["synced", "waiting", "action", "alone"]
        if work.terminal.restored:
            kind = "action"
        elif not work.terminal.certified:
            kind = "alone"
        elif problems or get_setting(connection, MUST_CONTINUE):
            kind = "action"
        else:
            kind = "synced" if shown is not None and shown["seq"] == seq and not waiting else "waiting"
        return SyncState(
            kind=kind,
            waiting=waiting,
            documents_waiting=not_uploaded(connection),
            last_synced=stated.at if stated else None,
            problems=problems,
            held=connection.scalar(select(func.count()).select_from(held)) or 0,
            centre_url=own.centre_url,
            last_error=get_setting(connection, "last_sync_error"),
            statement=shown,
            streams=tuple(
                (row.stream, row.position) for row in connection.execute(select(cursor).order_by(cursor.c.stream))
            ),
            claims_to_act=attention(work)[0],
            carried=under_way(connection),
            clock=state_in(work),
            must_continue=bool(get_setting(connection, MUST_CONTINUE)),
        )


def counts(desk: Desk) -> dict[str, int]:
    """How much is in the ledger and the journal."""

    with desk.read() as work:
        return {
            name: work.connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in (
                ("workers", worker),
                ("receipts", receipt),
                ("claims", claim),
                ("entries", entries),
            )
        }


def _registered_today(work: Work) -> set[Any]:
    """Whom this terminal registered on the business date: the placements recorded since local midnight."""
    start, end = local_day(work.today, work.terminal.mission.zone)
    return set(
        work.connection.scalars(
            select(placement.c.worker_id)
            .join(entries, entries.c.id == placement.c.id)
            .where(
                placement.c.recorded_at >= start,
                placement.c.recorded_at < end,
                entries.c.terminal == work.terminal.id,
            )
        )
    )


def local_day(day: date, zone: str) -> tuple[datetime, datetime]:
    """The moments between which it is this date at the mission."""
    from zoneinfo import ZoneInfo

    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    following = day + timedelta(days=1)
    return midnight, datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))


def _expiring_ids(work: Work) -> list[Any]:
    last = func.max(STANDING.covered_to)
    person = func.coalesce(worker.c.merged_into, worker.c.id)
    return list(
        work.connection.scalars(
            select(type_coerce(person, Id))
            .join_from(receipt_line, worker, worker.c.id == receipt_line.c.worker_id)
            .where(receipt_line.c.programme == "JKK+JKM", receipt_line.c.voided.is_(False))
            .group_by(person)
            .having(last >= work.today, last <= work.today + timedelta(days=EXPIRING_DAYS))
            .order_by(last)
        )
    )


def _to_review(connection: Connection) -> int:
    flags = connection.scalar(select(func.count()).select_from(flag).where(flag.c.code != WITHDRAWN, OPEN)) or 0
    aside = connection.scalar(
        select(func.count()).select_from(verdict).where(verdict.c.verdict.in_(("quarantined", "held")))
    )
    return flags + len(open_tasks(connection)) + (aside or 0)


def _unconfirmed(work: Work) -> int:
    """Papers not known to be out; one that a printer was given a moment ago is still on its way."""
    late = print_job.c.at < work.now - timedelta(minutes=ON_ITS_WAY_MINUTES)
    waits = or_(print_job.c.state.in_(("committed", "rendered", "failed")), and_(print_job.c.state == "spooled", late))
    return work.connection.scalar(select(func.count()).select_from(print_job).where(waits)) or 0
