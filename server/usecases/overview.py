"""The overview: what came in, what waits, and which counters have not been heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select

from models.ledger.contributions import STANDING
from models.ledger.tables import account_line, claim, mission_setting, receipt, receipt_line, worker
from models.rules.claims import programme_of
from models.rules.days import Month, business_date
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.privacy import shown_name
from models.rules.problems import Refused
from server.store.tables import terminal_head
from server.usecases.centre import Centre
from server.usecases.claims import kind_name, papers_of, shown_names
from server.usecases.privacy import limited

ZONE = "Asia/Jakarta"
SILENT_AFTER = timedelta(hours=24)
ROWS = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """`difference` holds what the accounts of the month do not balance by, per currency: nothing, or our fault."""

    active: int
    registered: int
    waiting: int
    oldest_waiting: datetime | None
    month: Month
    month_idr: int
    month_receipts: int
    difference: tuple[Money, ...]
    terminals: int
    heard: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Of a restricted claim only that it is one, its mission and its age: neither number nor person, and no way in."""

    id: UUID | None
    number: str
    worker: str | None
    kind: str
    mission: str
    present: int
    required: int
    filed_at: datetime
    restricted: bool


@dataclass(frozen=True, slots=True)
class PaymentRow:
    number: str
    worker: str | None
    mission: str
    due: Money
    amount_idr: int
    business_date: date


@dataclass(frozen=True, slots=True)
class TerminalRow:
    series: str
    name: str | None
    mission: str
    entries: int
    last_seen: datetime | None
    silent: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class Overview:
    at: datetime
    figures: Figures
    claims: tuple[ClaimRow, ...]
    payments: tuple[PaymentRow, ...]
    terminals: tuple[TerminalRow, ...]


def overview(centre: Centre) -> Overview:
    """All of it from one snapshot, so that the figures fit the lists."""
    return centre.read(lambda connection: _overview(connection, centre.now()))


def _overview(connection: Connection, now: datetime) -> Overview:
    terminals = _terminals(connection, now)
    return Overview(
        at=now,
        figures=_figures(connection, now, terminals),
        claims=_claims(connection),
        payments=_payments(connection),
        terminals=terminals,
    )


def _figures(connection: Connection, now: datetime, terminals: tuple[TerminalRow, ...]) -> Figures:
    today = business_date(now, ZONE)
    month = Month.of(today)
    in_month = receipt.c.business_date.between(month.first, month.last)
    active = select(func.count(receipt_line.c.worker_id.distinct())).where(
        STANDING.covered_from <= today, STANDING.covered_to >= today, receipt_line.c.voided.is_(False)
    )
    waits = select(func.count(), func.min(claim.c.filed_at)).where(claim.c.state.in_(("filed", "asked")))
    waiting, oldest = connection.execute(waits).one()
    rupiah, receipts = connection.execute(
        select(func.coalesce(func.sum(receipt.c.amount_idr), 0), func.count()).where(in_month)
    ).one()
    balance = func.sum(account_line.c.amount)
    unbalanced = connection.execute(
        select(account_line.c.currency, account_line.c.exponent, balance)
        .where(account_line.c.business_date.between(month.first, month.last))
        .group_by(account_line.c.currency, account_line.c.exponent)
        .having(balance != 0)
        .order_by(account_line.c.currency)
    )
    return Figures(
        active=connection.scalar(active) or 0,
        registered=connection.scalar(select(func.count()).where(worker.c.registered)) or 0,
        waiting=waiting,
        oldest_waiting=oldest,
        month=month,
        month_idr=int(rupiah),
        month_receipts=receipts,
        difference=tuple(Money(int(amount), code, exponent) for code, exponent, amount in unbalanced),
        terminals=sum(not row.revoked for row in terminals),
        heard=sum(not row.silent and not row.revoked for row in terminals),
    )


def _claims(connection: Connection) -> tuple[ClaimRow, ...]:
    """The longest waiting first."""
    waiting = select(claim).where(claim.c.state.in_(("filed", "asked"))).order_by(claim.c.filed_at, claim.c.id)
    rows = connection.execute(waiting.limit(ROWS)).all()
    papers, names = papers_of(connection, rows), shown_names(connection, rows)
    return tuple(
        ClaimRow(
            id=None if row.restricted else row.id,
            number="" if row.restricted else row.number,
            worker=None if row.restricted else names[row.id],
            kind=kind_name(row) if row.restricted else f"{programme_of(row.benefit)} · {kind_name(row)}",
            mission=_mission_name(row.mission),
            present=0 if row.restricted else papers[row.id].present,
            required=0 if row.restricted else papers[row.id].required,
            filed_at=row.filed_at,
            restricted=row.restricted,
        )
        for row in rows
    )


def _payments(connection: Connection) -> tuple[PaymentRow, ...]:
    rows = connection.execute(
        select(receipt, worker.c.name, limited().label("limited"))
        .join_from(receipt, worker, worker.c.id == receipt.c.worker_id, isouter=True)
        .order_by(receipt.c.business_date.desc(), receipt.c.issued_at.desc())
        .limit(ROWS)
    )
    return tuple(
        PaymentRow(
            number=row.number,
            worker=shown_name(row.name or row.payer_name, restricted=bool(row.limited)),
            mission=_mission_name(row.mission),
            due=Money(row.due, row.currency, row.exponent),
            amount_idr=row.amount_idr,
            business_date=row.business_date,
        )
        for row in rows
    )


def _terminals(connection: Connection, now: datetime) -> tuple[TerminalRow, ...]:
    """The newest incarnation of each; who has been silent longest comes first."""
    names: dict[str, str] = {}
    for counters in connection.scalars(select(mission_setting.c.counters)):
        names |= counters
    head = terminal_head
    rows = connection.execute(
        select(head).where(head.c.mission.is_not(None)).order_by(head.c.terminal, head.c.incarnation)
    )
    latest = {row.terminal: row for row in rows}
    found = [
        TerminalRow(
            series=row.series,
            name=names.get(row.series),
            mission=_mission_name(row.mission),
            entries=row.entries,
            last_seen=row.last_seen,
            silent=row.last_seen is None or now - row.last_seen > SILENT_AFTER,
            revoked=row.revoked_at is not None,
        )
        for row in latest.values()
    ]
    return tuple(sorted(found, key=lambda row: (row.last_seen is not None, row.last_seen or now, row.series)))


def _mission_name(code: str) -> str:
    try:
        return mission(code).name
    except Refused:
        return code
