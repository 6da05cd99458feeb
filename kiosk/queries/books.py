"""Books: a period's receipts and voids one by one, the cash that moved, and what the accounts say they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Table, case, func, literal, or_, select

from kiosk.desk import Desk, Work
from kiosk.queries.heads import heads_of
from kiosk.queries.privacy import listed_name, restricted_among
from models.ledger.tables import (
    account_line,
    coverage_move,
    receipt,
    receipt_line,
    receipt_tender,
    receipt_void,
    refund_decision,
    refund_payment,
    staff,
    till,
    till_count,
    till_move,
    worker,
)
from models.posting.accounts import CASH
from models.rules.books import Movement, Period
from models.rules.money import Money

T = TypeVar("T")

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


BookKind = Literal["receipt", "void", "decision", "refund", "move"]
"""A receipt, its void, the centre's word that it is refunded, the money of that handed out, cover that was moved."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """A receipt, or what takes one back, with negative amounts. `at` in the zone it was made in.

    `other` is the number of the paper that takes a receipt back, or of the receipt it takes back; what came second
    moves nothing (`moves` False) and its amounts are zero. The centre's decision on a refund has no number; what it
    gives back is owed until a counter hands it out. `till` is the number of the session."""

    id: UUID
    kind: BookKind
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
    short: Money
    operator: str
    other: str = ""
    refunded: bool = False
    moves: bool = True
    till: int | None = None


@dataclass(frozen=True, slots=True)
class CashRow:
    """What one entry moved by one way of paying: receipts bring in, voids give back.

    `source` is "receipt", "void", "decision", "refund", or the account that cash came from or went to: till:float,
    till:moved, till:difference, till:deposit. `reason` is what the clerk said of it, `till` the number of the session.
    """

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
    reason: str = ""
    till: int | None = None


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
    kind: BookKind
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


def pieces(wanted: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at a time as one turn of the store lane takes."""
    for at in range(0, len(wanted), A_PIECE):
        yield wanted[at : at + A_PIECE]


# Receipts, and what takes them back

_PAPERS: tuple[tuple[BookKind, Table, str], ...] = (
    ("receipt", receipt, "issued_at"),
    ("void", receipt_void, "voided_at"),
    ("decision", refund_decision, "at"),
    ("refund", refund_payment, "at"),
    ("move", coverage_move, "at"),
)


def places(work: Work, period: Period, *, everywhere: bool = False) -> list[Place]:
    """Which receipts, and papers that take them back, a period has, in order."""
    found: list[Place] = []
    for kind, table, at in _PAPERS:
        number = literal("") if table is refund_decision else func.coalesce(table.c.number, "")
        query = select(table.c.business_date, table.c[at].label("at"), table.c.id, number.label("number")).where(
            *_of(work, table, everywhere=everywhere), table.c.business_date.between(period.first, period.last)
        )
        if table is refund_decision:
            query = query.where(table.c.approved)
        found += [Place(row.business_date, row.at, row.id, kind, row.number) for row in work.connection.execute(query)]
    return sorted(found)


def book_rows(connection: Connection, wanted: Sequence[Place]) -> list[BookRow]:
    """These papers, in this order."""
    found = _Found(connection, wanted)
    return [row for row in map(found.row, wanted) if row is not None]


class _Found:
    """All that the rows of one piece of a book need, read at once."""

    def __init__(self, connection: Connection, wanted: Sequence[Place]) -> None:
        self.papers = {
            kind: _by_id(connection, table, [one.id for one in wanted if one.kind == kind])
            for kind, table, _at in _PAPERS
            if kind != "receipt"
        }
        undoing = [row for kind in ("void", "decision", "refund") for row in self.papers[kind].values()]
        ids = {*(one.id for one in wanted if one.kind == "receipt"), *(row.receipt_id for row in undoing)}
        self.heads = _by_id(connection, receipt, list(ids))
        self.lines, self.tenders = _details(connection, list(self.heads))
        self.undone = _undone(connection, list(self.heads.values()))
        everything = [row for rows in (self.heads, *self.papers.values()) for row in rows.values()]
        whom = [row.worker_id for row in everything]
        self.limited = restricted_among(connection, whom)
        self.names = _called(connection, worker, whom)
        self.staff = _called(connection, staff)
        self.tills = _serials(connection, [getattr(row, "till_id", None) for row in everything])

    def row(self, place: Place) -> BookRow | None:
        paper = self.heads.get(place.id) if place.kind == "receipt" else self.papers[place.kind].get(place.id)
        if paper is None:
            return None
        head = paper if place.kind == "receipt" else self.heads.get(getattr(paper, "receipt_id", place.id))
        sign = self._sign(place.kind, paper, head)
        currency, exponent = ("IDR", 0) if head is None else (head.currency, head.exponent)

        def local(minor: int) -> Money:
            return Money(sign * minor, currency, exponent)

        till_id = getattr(paper, "till_id", None)
        zone = getattr(paper, "zone", None) or (head.zone if head is not None else "UTC")
        return BookRow(
            id=place.id,
            kind=place.kind,
            number=place.number,
            business_date=place.business_date,
            at=place.at.astimezone(ZoneInfo(zone)),
            worker_id=paper.worker_id,
            worker=listed_name(
                self.names.get(paper.worker_id) or (head.payer_name if head is not None else None),
                restricted=paper.worker_id in self.limited,
            ),
            lines=tuple(
                BookLine(line.programme, line.months, line.monthly_idr, sign * line.amount_idr)
                for line in (self.lines[head.id] if head is not None else ())
            ),
            amount_idr=sign * head.amount_idr if head is not None else 0,
            due=local(head.due if head is not None else 0),
            tenders=self._tenders(place.kind, paper, head, sign),
            rounding_idr=sign * head.rounding_idr if head is not None else 0,
            surplus=local(head.surplus if head is not None else 0),
            short=local(head.short if head is not None else 0),
            operator=self.staff.get(paper.operator_id) or "—",
            other=self._other(place.kind, paper, head),
            refunded=place.kind == "receipt" and paper.refund_decision_id is not None,
            moves=place.kind not in ("void", "decision") or sign != 0,
            till=self.tills.get(till_id) if till_id is not None else None,
        )

    def _other(self, kind: BookKind, paper: Row[Any], head: Row[Any] | None) -> str:
        if kind == "receipt":
            return self.undone.get(paper.id, "")
        return str(head.number) if head is not None else ""

    def _sign(self, kind: BookKind, paper: Row[Any], head: Row[Any] | None) -> int:
        """What a paper does with its receipt's amounts: of several that take it back, only the one that counts does."""
        if kind == "receipt":
            return 1
        if head is None:
            return 0
        return -1 if paper.id in (head.void_id, head.refund_decision_id) else 0

    def _tenders(self, kind: BookKind, paper: Row[Any], head: Row[Any] | None, sign: int) -> tuple[BookTender, ...]:
        """A void gives back as it was paid; a refund all of it in one way, when it is handed out or transferred."""
        if kind == "refund":
            return (BookTender("cash", Money(-paper.amount, paper.currency, paper.exponent), ""),)
        if head is None or not sign:
            return ()
        if kind == "decision":
            if paper.method != "transfer":
                return ()
            given = Money(-(head.due + head.surplus - head.short), head.currency, head.exponent)
            return (BookTender("transfer", given, ""),)
        return tuple(
            BookTender(
                tender.kind,
                Money(sign * (tender.received - tender.change), tender.currency, tender.exponent),
                tender.reference or "",
            )
            for tender in self.tenders[head.id]
        )


def _by_id(connection: Connection, table: Table, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    if not ids:
        return {}
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def _called(connection: Connection, table: Table, ids: Sequence[UUID] | None = None) -> dict[UUID, str]:
    query = select(table.c.id, table.c.name)
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    return {row.id: row.name for row in connection.execute(query) if row.name}


def _serials(connection: Connection, ids: Sequence[UUID | None]) -> dict[UUID, int]:
    wanted = list({one for one in ids if one is not None})
    if not wanted:
        return {}
    query = select(till.c.id, till.c.serial).where(till.c.id.in_(wanted), till.c.serial.is_not(None))
    return {row.id: row.serial for row in connection.execute(query)}


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


def _undone(connection: Connection, heads: Sequence[Row[Any]]) -> dict[UUID, str]:
    """The number of the paper that took each of these receipts back, where one did."""
    voided = _numbers(connection, receipt_void, receipt_void.c.id.in_([row.void_id for row in heads if row.void_id]))
    of = [row.id for row in heads if row.refund_decision_id]
    paid = _numbers(connection, refund_payment, refund_payment.c.receipt_id.in_(of)) if of else []
    return {row.receipt_id: row.number for row in (*paid, *voided)}


def _numbers(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[Row[Any]]:
    query = select(table.c.receipt_id, table.c.number).where(condition).order_by(table.c.id.desc())
    return list(connection.execute(query))


# Ways of paying


class CashPlace(NamedTuple):
    """What one entry moved by one way of paying; the cash of a till's own entries by where it came from or went to."""

    business_date: date
    at: datetime
    entry_id: UUID
    source: str
    number: str
    zone: str
    account: str
    amount: Money


def cash_places(work: Work, period: Period, *, everywhere: bool = False) -> list[CashPlace]:
    """What moved by each way of paying, in the order it was recorded."""
    lines = account_line.c
    query = (
        select(
            *(lines.business_date, lines.entry_id, lines.account, lines.currency, lines.exponent),
            func.sum(lines.amount).label("sum"),
        )
        .where(
            *_of(work, account_line, everywhere=everywhere),
            lines.business_date.between(period.first, period.last),
            or_(lines.account.like("tender:%"), lines.account.like("till:%")),
        )
        .group_by(lines.business_date, lines.entry_id, lines.account, lines.currency, lines.exponent)
    )
    rows = work.connection.execute(query).all()
    made = {one.id: one for one in places(work, period, everywhere=everywhere)}
    drawer = {row.entry_id for row in rows if row.account.startswith("till:")}
    heads = heads_of(work.connection, [row.entry_id for row in rows if row.entry_id not in made])
    found = []
    for row in rows:
        paper, head = made.get(row.entry_id), heads.get(row.entry_id)
        of_till = row.account.startswith("till:")
        if row.entry_id in drawer and row.account == CASH:
            continue  # said by the accounts that the cash came from or went to
        found.append(
            CashPlace(
                business_date=row.business_date,
                at=paper.at if paper else head.at if head else datetime.combine(row.business_date, time.min, UTC),
                entry_id=row.entry_id,
                source=row.account if of_till else paper.kind if paper else head.kind if head else "",
                number=paper.number if paper else "",
                zone=head.zone if head else work.terminal.mission.zone,
                account=CASH if of_till else row.account,
                amount=Money(-int(row.sum) if of_till else int(row.sum), row.currency, row.exponent),
            )
        )
    return sorted(found, key=_in_order)


def _in_order(one: CashPlace) -> tuple[object, ...]:
    """As it was recorded; of what one count moved what was missing or too much before what was taken away."""
    return (
        one.business_date,
        one.at,
        one.entry_id,
        one.account,
        one.source == "till:deposit",
        one.source,
        one.amount.currency,
    )


def cash_rows(connection: Connection, moved: Sequence[CashPlace]) -> list[CashRow]:
    """These movements with what they were for, in this order."""
    kinds = {kind for kind, _table, _at in _PAPERS}
    papers = [
        Place(one.business_date, one.at, one.entry_id, one.source, one.number) for one in moved if one.source in kinds
    ]
    rows = {row.id: row for row in book_rows(connection, list(dict.fromkeys(papers)))}
    reasons, tills = _drawer(connection, [one.entry_id for one in moved if one.source not in kinds])
    made = []
    for one in moved:
        row = rows.get(one.entry_id)
        by = [tender for tender in row.tenders if f"tender:{tender.kind}" == one.account] if row else []
        made.append(
            CashRow(
                entry_id=one.entry_id,
                source=one.source,
                business_date=one.business_date,
                at=row.at if row else one.at.astimezone(ZoneInfo(one.zone)),
                number=row.number if row else "",
                other=row.other if row else "",
                worker=row.worker if row else "",
                reference=", ".join(tender.reference for tender in by if tender.reference),
                account=one.account,
                amount=one.amount,
                reason=reasons.get(one.entry_id, ""),
                till=row.till if row else tills.get(one.entry_id),
            )
        )
    return made


def _drawer(connection: Connection, ids: Sequence[UUID]) -> tuple[dict[UUID, str], dict[UUID, int]]:
    """Why cash was put in or taken out by these entries of a till, and the number of their session."""
    moves = _by_id(connection, till_move, ids)
    sessions = {row.id: row.till_id for row in moves.values()}
    if ids:
        counted = select(till_count.c.entry_id, till_count.c.till_id).where(till_count.c.entry_id.in_(ids))
        sessions |= {row.entry_id: row.till_id for row in connection.execute(counted)}
    serials = _serials(connection, list(sessions.values()))
    return (
        {row.id: row.reason for row in moves.values() if row.reason},
        {one: serials[session] for one, session in sessions.items() if session in serials},
    )


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
