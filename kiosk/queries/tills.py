"""Tills: the session that is open at this counter, what by the books lies in its drawer, and every Z-report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from kiosk.desk import Desk, Terminal, Work
from kiosk.queries.reference import cash_allowed, staff_name
from kiosk.queries.unsent import unsent
from kiosk.store.tables import draft
from models.ledger.tables import (
    account_line,
    flag,
    flag_settled,
    mission_setting,
    rate,
    till,
    till_count,
    till_handover,
    till_move,
    till_total,
)
from models.posting.accounts import CASH
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.rules.tills import FLAGS, Link, z_number
from models.rules.token import peek

COUNTING = "till"
"""The screen under whose name a count is kept as a draft, until it is confirmed."""


@dataclass(frozen=True, slots=True)
class OpenTill:
    """A session that was opened and not closed; `holder_id` answers for its drawer, `serial` is the number of its
    Z-report."""

    id: UUID
    serial: int
    opened_at: datetime
    opened_on: date
    opened_by: UUID
    holder_id: UUID


def open_till(connection: Connection, terminal: UUID, incarnation: int) -> OpenTill | None:
    """The session open at this terminal, if there is one."""
    row = connection.execute(
        select(till)
        .where(till.c.terminal == terminal, till.c.incarnation == incarnation, till.c.closed_id.is_(None))
        .order_by(till.c.serial.desc(), till.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return OpenTill(row.id, row.serial, row.opened_at, row.opened_on, row.opened_by, row.holder_id)


def in_drawer(connection: Connection, own: Terminal) -> tuple[Money, ...]:
    """What lies in this terminal's drawer by the books, in every currency it ever took, whoever has counted it last:
    also what was taken while an earlier journal was written, which this one goes on after."""
    total = func.sum(account_line.c.amount)
    rows = connection.execute(
        select(account_line.c.currency, account_line.c.exponent, total)
        .where(
            account_line.c.terminal == own.id,
            account_line.c.incarnation.in_(own.incarnations),
            account_line.c.account == CASH,
        )
        .group_by(account_line.c.currency, account_line.c.exponent)
        .order_by(account_line.c.currency)
    )
    return tuple(Money(int(amount), currency, exponent) for currency, exponent, amount in rows)


def cash_here(work: Work) -> tuple[str | None, UUID | None]:
    """What forbids cash at this counter now to whoever is at it, None where nothing does; and the till that is open."""
    session = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
    found = session.id if session else None
    if not cash_allowed(work.connection, work.mission):
        return "tender.cash_not_allowed", found
    if session is None:
        return "till.none_open", None
    return (None if session.holder_id == work.operator.id else "till.other_holder"), found


def last_closed(connection: Connection, own: Terminal) -> Row[Any] | None:
    """The session that was closed last at this terminal: the next goes on where it ended."""
    return connection.execute(
        select(till)
        .where(till.c.terminal == own.id, till.c.incarnation == own.incarnation, till.c.closed_id.is_not(None))
        .order_by(till.c.closed_seq.desc())
        .limit(1)
    ).first()


def session_before(connection: Connection, own: Terminal) -> Row[Any] | None:
    """The session after which the next one opens: the last closed, or where this journal has none yet, the last of the
    journal before it. Nobody can close that one any more; what lies in the drawer is carried over all the same."""
    if (found := last_closed(connection, own)) is not None or len(own.incarnations) == 1:
        return found
    return connection.execute(
        select(till)
        .where(till.c.terminal == own.id, till.c.incarnation.in_(own.incarnations[1:]))
        .order_by(till.c.incarnation.desc(), till.c.opened_seq.desc())
        .limit(1)
    ).first()


def difference_limits(connection: Connection, mission: str) -> dict[str, int]:
    """By how much a count may differ at this mission, by currency, in its smallest unit."""
    found = connection.scalar(select(mission_setting.c.difference_limits).where(mission_setting.c.mission == mission))
    return {str(code): int(limit) for code, limit in (found or {}).items()}


# What stands now


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A form somebody began and did not finish; it outlives the session."""

    screen: str
    operator: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Cash that went in or out without a receipt."""

    at: datetime
    way: Literal["in", "out"]
    amount: Money
    reason: str
    operator: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class LastClosed:
    """The session before: its report's number, and what it left in the drawer."""

    till_id: UUID
    number: str
    closed_at: datetime
    closed_by: str
    left: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class TillStatus:
    """How the drawer stands. `cash` is what lies in it by the books: hidden from whoever counts. `currencies` are those
    a count asks for, the mission's own first; `known` those that may be added to it. `to_check` flags of
    sessions wait for a supervisor, and `may_check` says whether one is here."""

    allowed: bool
    open: OpenTill | None
    holder: str
    mine: bool
    days_open: int
    cash: tuple[Money, ...]
    currencies: tuple[str, ...]
    known: tuple[str, ...]
    moves: tuple[MoveRow, ...]
    last: LastClosed | None
    next_number: str
    unsent: int
    drafts: tuple[KeptDraft, ...]
    zone: str
    to_check: int
    may_check: bool


def status(desk: Desk) -> TillStatus:
    """The drawer of this counter as it stands now, for whoever is at it."""
    with desk.read() as work:
        connection, own = work.connection, work.terminal
        session = open_till(connection, own.id, own.incarnation)
        cash = in_drawer(connection, own)
        before = last_closed(connection, own)
        usual = own.mission.currency
        asked = dict.fromkeys([usual, *(one.currency for one in cash if one.minor)])
        if session is not None:
            asked |= dict.fromkeys(_touched(connection, session.id))
        rated = connection.scalars(select(rate.c.currency).where(rate.c.mission == work.mission).distinct())
        known = dict.fromkeys(["IDR", *sorted(rated), *(one.currency for one in cash)])
        return TillStatus(
            allowed=cash_allowed(connection, work.mission),
            open=session,
            holder=staff_name(connection, session.holder_id) if session else "",
            mine=session is not None and session.holder_id == work.operator.id,
            days_open=max((work.today - session.opened_on).days, 0) if session else 0,
            cash=tuple(one for one in cash if one.minor or one.currency in asked),
            currencies=tuple(asked),
            known=tuple(code for code in known if code not in asked),
            moves=_moves(connection, session.id) if session else (),
            last=_last(connection, before) if before is not None else None,
            next_number=z_number(own.series, own.mark, session.serial if session else next_serial(work)),
            unsent=unsent(connection, own),
            drafts=kept_drafts(connection),
            zone=own.mission.zone,
            to_check=len(unsettled(connection, work.mission)),
            may_check=work.operator.role in ("penyelia", "admin"),
        )


def unsettled(connection: Connection, mission: str, entries: Collection[UUID] | None = None) -> list[tuple[UUID, str]]:
    """Flags of sessions that nobody has looked at, as (entry, code); those of `entries` where these are given."""
    looked_at = select(flag_settled.c.id).where(
        flag_settled.c.entry_id == flag.c.entry_id, flag_settled.c.code == flag.c.code
    )
    query = (
        select(flag.c.entry_id, flag.c.code)
        .where(flag.c.mission == mission, flag.c.code.in_(FLAGS), ~looked_at.exists())
        .order_by(flag.c.entry_id, flag.c.code)
    )
    found = [(row.entry_id, row.code) for row in connection.execute(query)]
    return found if entries is None else [one for one in found if one[0] in entries]


def next_serial(work: Work) -> int:
    """The number of the next session's Z-report."""
    own = work.terminal
    taken = select(func.max(till.c.serial)).where(till.c.terminal == own.id, till.c.incarnation == own.incarnation)
    return (work.connection.scalar(taken) or 0) + 1


def kept_drafts(connection: Connection) -> tuple[KeptDraft, ...]:
    """What was begun at this counter and is kept, by whoever it was; the oldest first. The counting itself is none."""
    rows = connection.execute(
        select(draft.c.screen, draft.c.operator, draft.c.updated_at)
        .where(draft.c.screen != COUNTING)
        .order_by(draft.c.updated_at)
    )
    return tuple(KeptDraft(row.screen, staff_name(connection, row.operator), row.updated_at) for row in rows)


def _touched(connection: Connection, till_id: UUID) -> list[str]:
    """The currencies that were counted, taken or moved in a session, though nothing may be left of them."""
    lines = select(account_line.c.currency).where(account_line.c.till_id == till_id, account_line.c.account == CASH)
    counts = select(till_count.c.currency).where(till_count.c.till_id == till_id)
    return sorted(set(connection.scalars(lines)) | set(connection.scalars(counts)))


def _last(connection: Connection, row: Row[Any]) -> LastClosed:
    counts = connection.execute(
        select(till_count).where(till_count.c.entry_id == row.closed_id).order_by(till_count.c.currency)
    )
    left = tuple(Money(one.counted - one.deposited, one.currency, one.exponent) for one in counts)
    return LastClosed(row.id, number_of(row), row.closed_at, staff_name(connection, row.closed_by), left)


def number_of(row: Row[Any]) -> str:
    """The number of a session's Z-report, as its token says it."""
    return peek(row.token).number if row.token else z_number(row.series, None, row.serial)


def _moves(connection: Connection, till_id: UUID) -> tuple[MoveRow, ...]:
    rows = connection.execute(select(till_move).where(till_move.c.till_id == till_id).order_by(till_move.c.id))
    return tuple(
        MoveRow(
            row.at,
            row.way,
            Money(row.amount, row.currency, row.exponent),
            row.reason or "",
            staff_name(connection, row.operator_id),
            staff_name(connection, row.approved_by) if row.approved_by else "",
        )
        for row in rows
    )


# Z-reports


@dataclass(frozen=True, slots=True)
class CashRow:
    """One currency's way through a session. start + brought + opening + taken - returned + put_in - taken_out +
    handed + adjusted = expected; expected + difference = counted; counted - deposited = left.

    `start` is what the session before left; `opening`, `handed` and `difference` are what counts found beyond the
    books at the opening, at hand-overs and at the close; `adjusted` is what arrived from elsewhere for this drawer."""

    start: Money
    brought: Money
    opening: Money
    taken: Money
    returned: Money
    put_in: Money
    taken_out: Money
    handed: Money
    adjusted: Money
    expected: Money
    counted: Money
    difference: Money
    deposited: Money
    left: Money
    pieces: tuple[tuple[Money, int], ...]


@dataclass(frozen=True, slots=True)
class TenderRow:
    """What one way of paying brought in: `receipts` receipts took `taken`, `returned` went back."""

    kind: str
    receipts: int
    taken: Money
    returned: Money
    expected: Money


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """The drawer went from one person to another, counted."""

    at: datetime
    giver: str
    receiver: str
    counted: tuple[Money, ...]
    differences: tuple[Money, ...]
    reason: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class ZReport:
    """What the report of a closed session says: the same for ever, wherever its entries are."""

    till_id: UUID
    number: str
    previous_number: str
    previous_hash: bytes
    mission: str
    series: str
    serial: int
    zone: str
    opened_at: datetime
    opened_on: date
    opened_by: str
    opening_reason: str
    opening_approved_by: str
    closed_at: datetime
    closed_on: date
    closed_by: str
    closed_by_other: bool
    holder: str
    closing_reason: str
    closing_approved_by: str
    cash: tuple[CashRow, ...]
    tenders: tuple[TenderRow, ...]
    receipts: int
    voids: int
    first_number: str
    last_number: str
    late: tuple[str, ...]
    moves: tuple[MoveRow, ...]
    hand_overs: tuple[HandOverRow, ...]
    unsent: int
    drafts: int
    flags: tuple[str, ...]
    token: bytes
    closed_hash: bytes


@dataclass(frozen=True, slots=True)
class ZReportRow:
    """One closed session in a list; `flagged` as long as nobody has looked at what was flagged."""

    till_id: UUID
    number: str
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    counted: tuple[Money, ...]
    differences: tuple[Money, ...]
    receipts: int
    flagged: bool


def z_reports(desk: Desk, *, limit: int = 100) -> list[ZReportRow]:
    """The closed sessions of this counter, the newest first."""
    with desk.read() as work:
        connection, own = work.connection, work.terminal
        rows = connection.execute(
            select(till)
            .where(till.c.terminal == own.id, till.c.closed_id.is_not(None))
            .order_by(till.c.closed_at.desc(), till.c.serial.desc())
            .limit(limit)
        ).all()
        found = []
        for row in rows:
            counts = connection.execute(
                select(till_count).where(till_count.c.entry_id == row.closed_id).order_by(till_count.c.currency)
            ).all()
            found.append(
                ZReportRow(
                    row.id,
                    number_of(row),
                    row.opened_at,
                    row.closed_at,
                    staff_name(connection, row.closed_by),
                    tuple(Money(one.counted, one.currency, one.exponent) for one in counts),
                    tuple(Money(one.difference, one.currency, one.exponent) for one in counts if one.difference),
                    row.receipts or 0,
                    bool(unsettled(connection, row.mission, entries_of(connection, row))),
                )
            )
        return found


def find_till(connection: Connection, named: str | UUID) -> UUID:
    """A session by its id or by the number of its Z-report. Refused `till.unknown`."""
    if not isinstance(named, UUID):
        written = named.strip().upper()
        try:
            named = UUID(written)
        except ValueError:
            serial = written.rpartition("-")[2]
            rows = connection.execute(select(till).where(till.c.serial == (int(serial) if serial.isdecimal() else 0)))
            for row in rows:
                if row.closed_id is not None and number_of(row) == written:
                    return UUID(str(row.id))
            raise Refused(Problem.of("till", "till.unknown", number=written[:40])) from None
    found = connection.scalar(select(till.c.id).where(till.c.id == named))
    if found is None:
        raise Refused(Problem.of("till", "till.unknown", number=str(named)))
    return UUID(str(found))


def z_report(desk: Desk, till_id: UUID) -> ZReport:
    """The report of a closed session. Refused `till.unknown`, `till.still_open`."""
    with desk.read() as work:
        return z_report_in(work.connection, till_id)


def z_report_in(connection: Connection, till_id: UUID) -> ZReport:
    row = connection.execute(select(till).where(till.c.id == till_id)).first()
    if row is None or row.opened_at is None:
        raise Refused(Problem.of("till", "till.unknown", number=str(till_id)))
    if row.closed_id is None:
        raise Refused(Problem("till", "till.still_open"))

    def name(person: UUID | None) -> str:
        return staff_name(connection, person) if person else ""

    before = connection.execute(select(till).where(till.c.id == row.previous)).first() if row.previous else None
    return ZReport(
        till_id=row.id,
        number=number_of(row),
        previous_number=number_of(before) if before is not None and before.closed_id else "",
        previous_hash=bytes(row.previous_hash or b""),
        mission=row.mission,
        series=row.series,
        serial=row.serial,
        zone=row.zone,
        opened_at=row.opened_at,
        opened_on=row.opened_on,
        opened_by=name(row.opened_by),
        opening_reason=row.open_reason or "",
        opening_approved_by=name(row.open_approved_by),
        closed_at=row.closed_at,
        closed_on=row.closed_on,
        closed_by=name(row.closed_by),
        closed_by_other=row.closed_by != row.holder_id,
        holder=name(row.holder_id),
        closing_reason=row.close_reason or "",
        closing_approved_by=name(row.close_approved_by),
        cash=_cash(connection, row, before),
        tenders=_tenders(connection, row),
        receipts=row.receipts or 0,
        voids=row.voids or 0,
        first_number=row.first_number or "",
        last_number=row.last_number or "",
        late=tuple(row.late or ()),
        moves=_moves(connection, row.id),
        hand_overs=_hand_overs(connection, row.id, name),
        unsent=row.unsent or 0,
        drafts=row.drafts or 0,
        flags=_flags(connection, row),
        token=bytes(row.token or b""),
        closed_hash=bytes(row.closed_hash),
    )


def entries_of(connection: Connection, row: Row[Any]) -> set[UUID]:
    """The entries of a session: its opening, its close, what moved and who took it over."""
    entries = {row.id, row.closed_id} - {None}
    for table in (till_move, till_handover):
        entries |= set(connection.scalars(select(table.c.id).where(table.c.till_id == row.id)))
    return entries


def _flags(connection: Connection, row: Row[Any]) -> tuple[str, ...]:
    entries = entries_of(connection, row)
    found = connection.scalars(select(flag.c.code).where(flag.c.entry_id.in_(entries)).distinct().order_by(flag.c.code))
    return tuple(found)


def _tenders(connection: Connection, row: Row[Any]) -> tuple[TenderRow, ...]:
    totals = connection.execute(
        select(till_total)
        .where(till_total.c.entry_id == row.closed_id)
        .order_by(till_total.c.kind, till_total.c.currency)
    )
    return tuple(
        TenderRow(
            one.kind,
            one.receipts,
            *(Money(amount, one.currency, one.exponent) for amount in (one.taken, one.returned, one.expected)),
        )
        for one in totals
    )


def _cash(connection: Connection, row: Row[Any], before: Row[Any] | None) -> tuple[CashRow, ...]:
    counts = connection.execute(select(till_count).where(till_count.c.till_id == row.id)).all()
    moves = connection.execute(select(till_move).where(till_move.c.till_id == row.id)).all()
    closing = {one.currency: one for one in counts if one.entry_id == row.closed_id}
    opening = {one.currency: one for one in counts if one.stage == "opened"}
    totals = {
        one.currency: one
        for one in connection.execute(
            select(till_total).where(till_total.c.entry_id == row.closed_id, till_total.c.kind == "cash")
        )
    }
    left_before: Mapping[str, int] = {}
    if before is not None and before.closed_id:
        left_before = {
            one.currency: one.counted - one.deposited
            for one in connection.execute(select(till_count).where(till_count.c.entry_id == before.closed_id))
        }
    found = []
    for code in sorted(closing):
        close, total, began = closing[code], totals.get(code), opening.get(code)
        start = left_before.get(code, 0)
        brought, differed = (began.brought, began.difference) if began is not None else (0, 0)
        taken, returned = (total.taken, total.returned) if total is not None else (0, 0)
        put_in, taken_out = (_sum(moves, code, one) for one in ("in", "out"))
        handed = sum(one.difference for one in counts if one.stage == "handed_over" and one.currency == code)
        expected = close.counted - close.difference
        explained = start + brought + differed + taken - returned + put_in - taken_out + handed

        def amount(minor: int, like: Row[Any] = close) -> Money:
            return Money(minor, like.currency, like.exponent)

        found.append(
            CashRow(
                start=amount(start),
                brought=amount(brought),
                opening=amount(differed),
                taken=amount(taken),
                returned=amount(returned),
                put_in=amount(put_in),
                taken_out=amount(taken_out),
                handed=amount(handed),
                adjusted=amount(expected - explained),
                expected=amount(expected),
                counted=amount(close.counted),
                difference=amount(close.difference),
                deposited=amount(close.deposited),
                left=amount(close.counted - close.deposited),
                pieces=tuple(
                    (amount(int(face)), number)
                    for face, number in sorted(close.pieces.items(), key=lambda one: -int(one[0]))
                ),
            )
        )
    return tuple(found)


def _sum(moves: Sequence[Row[Any]], code: str, way: str) -> int:
    return sum(one.amount for one in moves if one.currency == code and one.way == way)


def _hand_overs(connection: Connection, till_id: UUID, name: Any) -> tuple[HandOverRow, ...]:
    rows = connection.execute(
        select(till_handover).where(till_handover.c.till_id == till_id).order_by(till_handover.c.id)
    ).all()
    found = []
    for row in rows:
        counts = connection.execute(
            select(till_count).where(till_count.c.entry_id == row.id).order_by(till_count.c.currency)
        ).all()
        found.append(
            HandOverRow(
                row.at,
                name(row.operator_id),
                name(row.to_id),
                tuple(Money(one.counted, one.currency, one.exponent) for one in counts),
                tuple(Money(one.difference, one.currency, one.exponent) for one in counts if one.difference),
                row.reason or "",
                name(row.approved_by),
            )
        )
    return tuple(found)


def links(connection: Connection, own: Terminal) -> list[Link]:
    """The chain of this terminal's Z-reports, in order."""
    rows = connection.execute(
        select(till)
        .where(till.c.terminal == own.id, till.c.incarnation == own.incarnation, till.c.closed_id.is_not(None))
        .order_by(till.c.serial)
    )
    return [
        Link(row.serial, row.after_seq, bytes(row.previous_hash or b""), row.closed_seq, bytes(row.closed_hash))
        for row in rows
    ]
