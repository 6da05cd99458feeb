"""Books: a period's receipts and voids one by one, the cash that moved, and what the accounts say they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Table, case, func, select, type_coerce

from kiosk.desk import Desk, Work, kept
from kiosk.queries.privacy import listed_name, restricted_among
from kiosk.store.tables import entry as entries
from models.journal.entry import Header, Unreadable
from models.ledger.tables import account_line, receipt, receipt_line, receipt_tender, receipt_void, staff, worker
from models.ledger.types import Instant
from models.rules.books import Movement, Period
from models.rules.money import Money

T = TypeVar("T")

CASH = "tender:cash"
"""The account of the money in the drawer."""
A_PIECE = 200
"""Rows read in one turn of the store lane."""


class BookLine(NamedTuple):
    """A programme on a receipt. `amount_idr` is negative where it is taken back."""

    programme: str
    months: int
    monthly_idr: int | None
    amount_idr: int


class BookTender(NamedTuple):
    """What came in by one way of paying, change taken off; negative where it is given back."""

    kind: str
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A receipt, or the void that takes one back: a void's amounts are negative. `at` in the zone it was made in.

    `other` is the number of the void that counts for a receipt, or of the receipt that a void takes back; a void that
    came second moves nothing (`moves` False) and its amounts are zero."""

    id: UUID
    kind: Literal["receipt", "void"]
    number: str
    business_date: date
    at: datetime
    worker_id: UUID
    worker: str
    lines: tuple[BookLine, ...]
    amount_idr: int
    due: Money
    tenders: tuple[BookTender, ...]
    rounding_idr: int
    surplus: Money
    operator: str
    other: str = ""
    moves: bool = True


@dataclass(frozen=True, slots=True)
class CashRow:
    """What one entry moved by one way of paying: receipts bring in, voids give back. `amount` in the smallest unit.

    `source` is "receipt", "void", or the kind of what else was recorded."""

    entry_id: UUID
    source: str
    business_date: date
    at: datetime
    number: str
    worker: str
    reference: str
    account: str
    amount: Money
    other: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account came to before a period."""

    account: str
    amount: Money


class Place(NamedTuple):
    """Where in a book something stands, and what it is."""

    business_date: date
    at: datetime
    id: UUID
    kind: Literal["receipt", "void"]
    number: str


def receipts_between(desk: Desk, first: date, last: date, *, everywhere: bool = False) -> list[BookRow]:
    """Receipts and voids of these business dates, in the order they were made; of this counter, or of every counter of
    the mission as far as it was synced (`everywhere`)."""
    with desk.read() as work:
        wanted = places(work, Period(first, last), everywhere=everywhere)
        return [row for piece in pieces(wanted) for row in book_rows(work.connection, piece)]


def cash_between(desk: Desk, first: date, last: date, *, everywhere: bool = False) -> list[CashRow]:
    """What moved by each way of paying on these business dates, account by account."""
    with desk.read() as work:
        moved = cash_places(work, Period(first, last), everywhere=everywhere)
        return [row for piece in pieces(moved) for row in cash_rows(work.connection, piece)]


def movements(work: Work, period: Period, *, everywhere: bool = False) -> list[Movement]:
    """What receipts, voids and everything else moved on every account over a period."""
    lines = account_line.c
    query = (
        select(
            _SOURCE.label("source"), lines.account, lines.currency, lines.exponent, func.sum(lines.amount).label("sum")
        )
        .select_from(account_line)
        .outerjoin(receipt, receipt.c.id == lines.entry_id)
        .outerjoin(receipt_void, receipt_void.c.id == lines.entry_id)
        .where(*_of(work, account_line, everywhere=everywhere), lines.business_date.between(period.first, period.last))
        .group_by("source", lines.account, lines.currency, lines.exponent)
    )
    return [
        Movement(row.source, row.account, row.currency, row.exponent, int(row.sum))
        for row in work.connection.execute(query)
    ]


def opening(work: Work, first: date, *, everywhere: bool = False) -> list[Balance]:
    """The cash that the books say was there when this business date began, by currency."""
    lines = account_line.c
    query = (
        select(lines.account, lines.currency, lines.exponent, func.sum(lines.amount).label("sum"))
        .where(*_of(work, account_line, everywhere=everywhere), lines.business_date < first, lines.account == CASH)
        .group_by(lines.account, lines.currency, lines.exponent)
    )
    return [
        Balance(row.account, Money(int(row.sum), row.currency, row.exponent)) for row in work.connection.execute(query)
    ]


_SOURCE = case((receipt.c.id.is_not(None), "receipt"), (receipt_void.c.id.is_not(None), "void"), else_="other")
_MADE_AT = func.coalesce(receipt.c.issued_at, receipt_void.c.voided_at)


def pieces(wanted: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at a time as one turn of the store lane takes."""
    for at in range(0, len(wanted), A_PIECE):
        yield wanted[at : at + A_PIECE]


# Receipts and voids


def places(work: Work, period: Period, *, everywhere: bool = False) -> list[Place]:
    """Which receipts and voids a period has, in order."""
    found: list[Place] = []
    kinds: tuple[tuple[Literal["receipt", "void"], Table, str], ...] = (
        ("receipt", receipt, "issued_at"),
        ("void", receipt_void, "voided_at"),
    )
    for kind, table, at in kinds:
        query = select(table.c.business_date, table.c[at].label("at"), table.c.id, table.c.number).where(
            *_of(work, table, everywhere=everywhere), table.c.business_date.between(period.first, period.last)
        )
        found += [Place(row.business_date, row.at, row.id, kind, row.number) for row in work.connection.execute(query)]
    return sorted(found)


def book_rows(connection: Connection, wanted: Sequence[Place]) -> list[BookRow]:
    """These receipts and voids, in this order."""
    found = _voids(connection, [one.id for one in wanted if one.kind == "void"])
    heads = _receipts(
        connection, [*(one.id for one in wanted if one.kind == "receipt"), *(one.receipt_id for one in found.values())]
    )
    lines, tenders = _details(connection, list(heads))
    undone = _numbers(connection, [row.void_id for row in heads.values() if row.void_id is not None])
    limited = restricted_among(connection, [row.worker_id for row in heads.values()])
    names = _staff(connection)
    made = []
    for one in wanted:
        void = found.get(one.id) if one.kind == "void" else None
        head = heads.get(void.receipt_id if void is not None else one.id)
        if head is None:
            continue
        sign = 1 if void is None else -1 if head.void_id == void.id else 0

        def local(minor: int, head: Row[Any] = head, sign: int = sign) -> Money:
            return Money(sign * minor, head.currency, head.exponent)

        made.append(
            BookRow(
                id=one.id,
                kind=one.kind,
                number=head.number if void is None else void.number,
                business_date=one.business_date,
                at=one.at.astimezone(ZoneInfo(head.zone if void is None else void.zone)),
                worker_id=head.worker_id,
                worker=listed_name(head.worker_name or head.payer_name, restricted=head.worker_id in limited),
                lines=tuple(
                    BookLine(line.programme, line.months, line.monthly_idr, sign * line.amount_idr)
                    for line in lines[head.id]
                ),
                amount_idr=sign * head.amount_idr,
                due=local(head.due),
                tenders=tuple(
                    BookTender(
                        tender.kind,
                        Money(sign * (tender.received - tender.change), tender.currency, tender.exponent),
                        tender.reference or "",
                    )
                    for tender in tenders[head.id]
                ),
                rounding_idr=sign * head.rounding_idr,
                surplus=local(head.surplus),
                operator=names.get(head.operator_id if void is None else void.operator_id) or "—",
                other=undone.get(head.void_id, "") if void is None else head.number,
                moves=sign != 0,
            )
        )
    return made


def _receipts(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
    query = (
        select(receipt, worker.c.name.label("worker_name"))
        .outerjoin(worker, worker.c.id == receipt.c.worker_id)
        .where(receipt.c.id.in_(list(ids)))
    )
    return {row.id: row for row in connection.execute(query)}


def _voids(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    if not ids:
        return {}
    return {row.id: row for row in connection.execute(select(receipt_void).where(receipt_void.c.id.in_(ids)))}


def _details(
    connection: Connection, ids: Sequence[UUID]
) -> tuple[dict[UUID, list[Row[Any]]], dict[UUID, list[Row[Any]]]]:
    found: list[dict[UUID, list[Row[Any]]]] = []
    for table in (receipt_line, receipt_tender):
        rows: dict[UUID, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(select(table).where(table.c.receipt_id.in_(ids)).order_by(table.c.line)):
            rows[row.receipt_id].append(row)
        found.append(rows)
    return found[0], found[1]


def _numbers(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    query = select(receipt_void.c.id, receipt_void.c.number).where(receipt_void.c.id.in_(ids))
    return {row.id: row.number for row in connection.execute(query)}


def _staff(connection: Connection) -> dict[UUID, str | None]:
    return {row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name))}


# Ways of paying


class CashPlace(NamedTuple):
    """What one entry moved on one account that money comes in by."""

    business_date: date
    at: datetime
    entry_id: UUID
    source: str
    zone: str
    account: str
    amount: Money


def cash_places(work: Work, period: Period, *, everywhere: bool = False) -> list[CashPlace]:
    """What moved by each way of paying, in the order it was recorded."""
    lines = account_line.c
    keys = (lines.business_date, lines.entry_id, lines.account, lines.currency, lines.exponent)
    made = (func.coalesce(receipt.c.zone, receipt_void.c.zone), type_coerce(_MADE_AT, Instant).label("at"))
    query = (
        select(*keys, _SOURCE.label("source"), made[0].label("zone"), made[1], func.sum(lines.amount).label("sum"))
        .select_from(account_line)
        .outerjoin(receipt, receipt.c.id == lines.entry_id)
        .outerjoin(receipt_void, receipt_void.c.id == lines.entry_id)
        .where(
            *_of(work, account_line, everywhere=everywhere),
            lines.business_date.between(period.first, period.last),
            lines.account.like("tender:%"),
        )
        .group_by(*keys)
    )
    rows = work.connection.execute(query).all()
    others = _heads(work.connection, [row.entry_id for row in rows if row.at is None])
    found = []
    for row in rows:
        head = others.get(row.entry_id)
        found.append(
            CashPlace(
                business_date=row.business_date,
                at=row.at or (head.at if head else datetime.combine(row.business_date, time.min, UTC)),
                entry_id=row.entry_id,
                source=head.kind if head else row.source,
                zone=row.zone or (head.zone if head else work.terminal.mission.zone),
                account=row.account,
                amount=Money(int(row.sum), row.currency, row.exponent),
            )
        )
    return sorted(found, key=lambda one: (one.business_date, one.at, one.entry_id, one.account, one.amount.currency))


def cash_rows(connection: Connection, moved: Sequence[CashPlace]) -> list[CashRow]:
    """These movements with what they were for, in this order."""
    papers = [
        Place(one.business_date, one.at, one.entry_id, one.source, "")  # type: ignore[arg-type]
        for one in moved
        if one.source in ("receipt", "void")
    ]
    rows = {row.id: row for row in book_rows(connection, list(dict.fromkeys(papers)))}
    made = []
    for one in moved:
        row = rows.get(one.entry_id)
        by = [tender for tender in row.tenders if f"tender:{tender.kind}" == one.account] if row else []
        made.append(
            CashRow(
                entry_id=one.entry_id,
                source=one.source,
                business_date=one.business_date,
                at=one.at.astimezone(ZoneInfo(one.zone)),
                number=row.number if row else "",
                other=row.other if row else "",
                worker=row.worker if row else "",
                reference=", ".join(tender.reference for tender in by if tender.reference),
                account=one.account,
                amount=one.amount,
            )
        )
    return made


def _heads(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Header]:
    """What the journal says of entries that are neither receipts nor voids: when, where, and their kind."""
    found = {}
    for piece in pieces(ids):
        for row in connection.execute(select(entries).where(entries.c.id.in_(piece))):
            with suppress(Unreadable):
                found[row.id] = kept(row).head
    return found


# Which counters


def _of(work: Work, table: Table, *, everywhere: bool) -> tuple[ColumnElement[bool], ...]:
    if not everywhere:
        return (table.c.terminal == work.terminal.id,)
    if table is account_line:
        # By terminal and day there is an index; the mission of a line is asked of the few terminals there are.
        return table.c.terminal.in_(_terminals(work.connection)), table.c.mission == work.mission
    return (table.c.mission == work.mission,)


def _terminals(connection: Connection) -> list[UUID]:
    """Every counter that has moved money, each found by one step along the index."""
    found: list[UUID] = []
    while True:
        query = select(func.min(account_line.c.terminal))
        last = connection.scalar(query.where(account_line.c.terminal > found[-1]) if found else query)
        if last is None:
            return found
        found.append(last)
