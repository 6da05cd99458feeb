"""Tills: opening the drawer, what goes in and out of it, handing it over, counting it blind and closing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, select

from kiosk.desk import Desk, Work, get_setting, require_role, set_setting
from kiosk.forms.till import CloseTill, HandOver, MoveCash, OpenTill, till_named
from kiosk.queries.reference import cash_allowed, staff_name
from kiosk.queries.tills import (
    KeptDraft,
    difference_limits,
    entries_of,
    in_drawer,
    kept_drafts,
    last_closed,
    next_serial,
    number_of,
    open_till,
    session_before,
    unsettled,
)
from kiosk.queries.tills import OpenTill as Session
from kiosk.queries.unsent import unsent
from kiosk.store.tables import setting
from kiosk.usecases.approvals import MAY_APPROVE, Approval, Approved, approve, recognised
from kiosk.usecases.print_jobs import promise
from models.journal.tasks import FlagSettled, TaskNote
from models.journal.tills import (
    CashAmount,
    Counted,
    TenderTotal,
    TillClosed,
    TillHandedOver,
    TillMoved,
    TillOpened,
    TillReason,
    ZReport,
)
from models.ledger.tables import coverage_move, receipt, receipt_tender, receipt_void, refund_payment, till
from models.rules import tills as rules
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.rules.tills import Compared, Count
from models.rules.token import ReceiptFacts, TokenSum, make_token

Stage = Literal["hand_over", "close"]

_COUNT = "till.count"
"""The count that was confirmed and not yet recorded: this counter's own, so that a crash does not lose it and nobody
counts twice after seeing what was expected."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was begun; `number` is what its Z-report will be called."""

    till_id: UUID
    number: str
    sums: tuple[Compared, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a confirmed count comes to, shown only now. A recount is agreed to by a second person."""

    sums: tuple[Compared, ...]
    reason_needed: bool
    second_needed: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Cash that went in or out; `left` is what lies there now by the books."""

    amount: Money
    left: Money
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Who answers for the drawer now."""

    holder_id: UUID
    holder: str
    sums: tuple[Compared, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A session that was closed. `unsent` entries and `drafts` were left; both stay what they are."""

    till_id: UUID
    number: str
    sums: tuple[Compared, ...]
    flags: tuple[str, ...]
    unsent: int
    drafts: tuple[KeptDraft, ...]


def start(desk: Desk, form: OpenTill, approval: Approval | None = None) -> Opened:
    """Count the drawer and open a session of it.

    What the last session left is carried over by the books, `brought` is added; what was counted beyond both is a
    difference. The very first session of a counter has no books to be held against: what it counts is its float.

    Refused: `till.open_already`, `tender.cash_not_allowed`, what counting, `agreed` and `approve` refuse."""
    second = _second(desk, approval)
    counts, added = form.counted(), form.added()
    with desk.work() as work:
        rules_way, before, carried, brought, sums = _opening(work, counts, added)
        own = work.terminal
        reason = _why(form.why(), second)
        flags = rules.agreed(sums, reason=reason, second=second is not None, alone=form.alone)
        entry = work.record(
            TillOpened(
                mission=work.mission,
                series=own.series,
                serial=next_serial(work),
                business_date=work.today,
                counts=_journalled(counts),
                carried=_cash(carried.values()),
                brought=_cash(brought.values()),
                differences=_cash(one.difference for one in sums),
                previous=before.id if before is not None else None,
                approved_by=second.operator_id if second else None,
                flags=_flags(rules_way, flags),
                personal=TillReason(reason=reason) if reason else None,
            )
        )
        _forget_count(work)
        opened = _session(work)
        assert opened is not None
        return Opened(entry.id, rules.z_number(own.series, own.mark, opened.serial), sums, _flags(rules_way, flags))


def review_opening(desk: Desk, form: OpenTill) -> Reviewed:
    """What a count at the opening comes to, before anything is recorded. Refused like `start`, but never for a
    reason or a second person."""
    with desk.read() as work:
        sums = _opening(work, form.counted(), form.added())[-1]
        return Reviewed(sums, any(one.difference.minor for one in sums), any(one.beyond_limit for one in sums))


def _opening(
    work: Work, counts: Sequence[Count], added: Sequence[Money] | None
) -> tuple[rules.Way, Row[Any] | None, dict[str, Money], dict[str, Money], tuple[Compared, ...]]:
    """The way, the session before, what is carried over and brought, and what was counted beside both."""
    rules_way = _way(work, "open", _session(work))
    if not cash_allowed(work.connection, work.mission):
        raise Refused(Problem("till", "tender.cash_not_allowed"))
    own = work.terminal
    carried = {one.currency: one for one in in_drawer(work.connection, own) if one.minor}
    before = session_before(work.connection, own)
    brought = _by_currency(added or ())
    if before is None:
        # Cash taken before tills were kept went its own way; it is not in this drawer, and nobody took it.
        stated = brought if added is not None else {count.money.currency: count.money for count in counts}
        brought = {
            code: stated.get(code, zero) - carried.get(code, zero)
            for code, zero in _zeros([*stated.values(), *carried.values()]).items()
        }
    expected = _added(carried, brought)
    sums = rules.compare(counts, expected.values(), difference_limits(work.connection, work.mission))
    return rules_way, before, carried, brought, sums


def move(desk: Desk, way: Literal["in", "out"], form: MoveCash, approval: Approval | None = None) -> Moved:
    """Put cash in, or take it out, that belongs to no receipt. Refused: `till.none_open`, `till.not_holder`,
    `till.closed_meanwhile`, `required` on `reason`, what `rules.moved` and `approve` refuse."""
    second = _second(desk, approval)
    with desk.work() as work:
        session = _session(work)
        rules_way = _way(work, "move", session, form.till_id)
        assert session is not None
        amount, reason = form.money(work.terminal.mission.currency), _why(form.why(), second)
        there = _there(work, amount)
        limit = difference_limits(work.connection, work.mission).get(amount.currency)
        if not reason:
            raise Refused(Problem("reason", "required"))
        flags = rules.moved(amount, way, there, limit, second=second is not None, alone=form.alone)
        work.record(
            TillMoved(
                till_id=session.id,
                mission=work.mission,
                business_date=work.today,
                way=way,
                currency=amount.currency,
                exponent=amount.exponent,
                amount=amount.minor,
                approved_by=second.operator_id if second else None,
                flags=_flags(rules_way, flags),
                personal=TillReason(reason=reason),
            )
        )
        return Moved(amount, _there(work, amount), _flags(rules_way, flags))


def confirm_count(desk: Desk, stage: Stage, form: CloseTill | HandOver) -> Reviewed:
    """The count stands, and only now is it held against the books. It is kept until it is recorded; with another count
    the drawer is closed or handed over only after `recount`, or when cash moved since.

    Refused: `till.none_open`, `till.not_holder` (to hand over), `till.closed_meanwhile`, `till.recount`."""
    counts = form.counted()
    with desk.work() as work:
        session = _session(work)
        rules_way = _way(work, stage, session, form.till_id)
        assert session is not None
        sums = _compared(work, counts)
        _require_same(work, session, counts)
        _keep_count(work, session, counts)
        return Reviewed(
            sums,
            rules_way.reason or any(one.difference.minor for one in sums),
            any(one.beyond_limit for one in sums),
        )


def recount(desk: Desk, approval: Approval) -> Approved:
    """A second person agrees that the drawer is counted once more; who that was stands in what is recorded then.

    Refused: `till.none_open`, what `approve` refuses."""
    second = approve(desk, approval, reason_needed=False)
    with desk.work() as work:
        session = _session(work)
        if session is None:
            raise Refused(Problem("till", "till.none_open"))
        set_setting(work.connection, _COUNT, {"till": str(session.id), "recount_by": str(second.operator_id)})
    return second


def counted_already(desk: Desk) -> tuple[Count, ...]:
    """The count that was confirmed and is still good, so that a screen goes on where it was left; empty: none."""
    with desk.read() as work:
        session = _session(work)
        kept = _kept(work, session) if session is not None else None
        return () if kept is None else kept


def hand_over(desk: Desk, form: HandOver, login: str, password: str, approval: Approval | None = None) -> HandedOver:
    """Give the counted drawer to another member of staff, who types name and password at this counter.

    A receiver who is a supervisor may agree to a difference as the second person. Refused: `till.none_open`,
    `till.not_holder`, `till.closed_meanwhile`, `till.recount`; on `receiver.login`, `receiver.password`: `required`,
    `till.receiver_same` and what `recognised` refuses; what counting and `agreed` refuse."""
    second = _second(desk, approval)
    missing = [
        Problem(f"receiver.{name}", "required")
        for name, given in (("login", login), ("password", password))
        if not given.strip()
    ]
    if missing:
        raise Refused(*missing)
    counts = form.counted()
    receiver = recognised(desk, login, password, "receiver")
    with desk.work() as work:
        session = _session(work)
        rules_way = _way(work, "hand_over", session, form.till_id)
        assert session is not None
        if receiver.id == session.holder_id:
            raise Refused(Problem("receiver.login", "till.receiver_same"))
        sums = _compared(work, counts)
        _require_same(work, session, counts)
        agreed_by = second.operator_id if second else _recount_by(work, session)
        if agreed_by is None and receiver.role in MAY_APPROVE and any(one.beyond_limit for one in sums):
            agreed_by = receiver.id
        reason = _why(form.why(), second)
        flags = rules.agreed(sums, reason=reason, second=agreed_by is not None, alone=form.alone)
        work.record(
            TillHandedOver(
                till_id=session.id,
                mission=work.mission,
                business_date=work.today,
                to=receiver.id,
                counts=_journalled(counts),
                differences=_cash(one.difference for one in sums),
                approved_by=agreed_by,
                flags=_flags(rules_way, flags),
                personal=TillReason(reason=reason) if reason else None,
            )
        )
        _forget_count(work)
        return HandedOver(receiver.id, receiver.name, sums, _flags(rules_way, flags))


def close(desk: Desk, form: CloseTill, approval: Approval | None = None) -> Closed:
    """Count the drawer, close its session and write the Z-report, chained to the one before.

    Somebody else than its holder says why, and it is flagged. Nothing keeps a session open: what differs beyond the
    limit is agreed to by a second person, or, where none is there (`alone`), recorded with its reason and flagged.
    Unsent entries and open drafts are stated and stay what they are.

    Refused: `till.none_open`, `till.closed_meanwhile`, `till.recount`; on `deposited.CODE` `till.deposit_too_much`;
    what counting, `agreed` and `approve` refuse. Trouble `store.*`: nothing was written, and it can be tried again."""
    second = _second(desk, approval)
    counts, deposited = form.counted(), _by_currency(form.to_treasurer())
    with desk.work() as work:
        session = _session(work)
        rules_way = _way(work, "close", session, form.till_id)
        assert session is not None
        own = work.terminal
        sums = _compared(work, counts)
        _require_same(work, session, counts)
        _require_there(counts, deposited)
        agreed_by = second.operator_id if second else _recount_by(work, session)
        reason = _why(form.why(), second)
        flags = rules.agreed(
            sums,
            reason=reason,
            second=agreed_by is not None,
            alone=form.alone,
            reason_always=rules_way.reason,
        )
        before = last_closed(work.connection, own)
        papers = _papers(work, before.closed_seq if before is not None else 0)
        waiting, drafts = unsent(work.connection, work.terminal), kept_drafts(work.connection)
        number = rules.z_number(own.series, own.mark, session.serial)
        previous_hash = bytes(before.closed_hash) if before is not None else b""
        token = make_token(
            ReceiptFacts(
                kind="z",
                number=number,
                issued_on=work.today,
                initials="",
                passport_end="",
                refers=number_of(before) if before is not None else "",
                chain=previous_hash,
                sums=tuple(
                    TokenSum(one.counted.currency, one.counted.exponent, one.counted.minor, one.expected.minor)
                    for one in sums
                ),
                receipts=papers.receipts,
                voids=papers.voids,
            ),
            own.key.sign,
            own.thumbprint,
        )
        work.record(
            TillClosed(
                till_id=session.id,
                mission=work.mission,
                series=own.series,
                serial=session.serial,
                business_date=work.today,
                counts=_journalled(counts),
                totals=papers.totals(sums),
                differences=_cash(one.difference for one in sums),
                deposited=_cash(deposited.values()),
                receipts=papers.receipts,
                voids=papers.voids,
                first_number=papers.numbers[0] if papers.numbers else None,
                last_number=papers.numbers[-1] if papers.numbers else None,
                late=rules.named([number for number, seq in papers.placed if seq < _opened_seq(work, session)]),
                after_seq=papers.after,
                previous_hash=previous_hash,
                unsent=waiting,
                drafts=len(drafts),
                approved_by=agreed_by,
                flags=_flags(rules_way, flags),
                personal=ZReport(reason=reason or None, token=token),
            )
        )
        promise(work, number)
        _forget_count(work)
        return Closed(session.id, number, sums, _flags(rules_way, flags), waiting, drafts)


def look_at(desk: Desk, till_id: UUID, note: str) -> None:
    """A supervisor has looked at what was flagged in a session, and says what was found; the flags stay in its report.

    Refused: `staff.not_allowed`, `required` on `note`, `till.unknown`, `till.nothing_to_check`."""
    require_role(desk.operator, *MAY_APPROVE)
    if not note.strip():
        raise Refused(Problem("note", "required"))
    with desk.work() as work:
        row = work.connection.execute(select(till).where(till.c.id == till_id)).first()
        if row is None:
            raise Refused(Problem.of("till", "till.unknown", number=str(till_id)))
        waiting = unsettled(work.connection, work.mission, entries_of(work.connection, row))
        if not waiting:
            raise Refused(Problem("till", "till.nothing_to_check"))
        for entry_id, code in waiting:
            work.record(
                FlagSettled(entry_id=entry_id, code=code, mission=work.mission, personal=TaskNote(note=note.strip()))
            )


# What a session holds


@dataclass(frozen=True, slots=True)
class _Papers:
    """All papers of this terminal after the last close: nothing is in two sessions, and nothing in none."""

    after: int
    placed: tuple[tuple[str, int], ...]
    receipts: int
    voids: int
    taken: dict[tuple[str, str, int], tuple[int, int]]
    returned: dict[tuple[str, str, int], int]

    @property
    def numbers(self) -> list[str]:
        return [number for number, _seq in self.placed]

    def totals(self, sums: Sequence[Compared]) -> tuple[TenderTotal, ...]:
        """By tender and currency: for cash what should lie in the drawer, for the others what came in."""
        cash = {("cash", one.counted.currency, one.counted.exponent): one for one in sums}
        found = []
        for key in sorted(self.taken.keys() | self.returned.keys() | cash.keys()):
            kind, currency, exponent = key
            receipts, taken = self.taken.get(key, (0, 0))
            returned = self.returned.get(key, 0)
            found.append(
                TenderTotal(
                    kind=kind,
                    currency=currency,
                    exponent=exponent,
                    receipts=receipts,
                    taken=taken,
                    returned=returned,
                    expected=cash[key].expected.minor if key in cash else taken - returned,
                )
            )
        return tuple(found)


def _papers(work: Work, after: int) -> _Papers:
    def mine(table: Any) -> Sequence[Row[Any]]:
        own = work.terminal
        return work.connection.execute(
            select(table)
            .where(table.c.terminal == own.id, table.c.incarnation == own.incarnation, table.c.seq > after)
            .order_by(table.c.seq)
        ).all()

    receipts, voids, payments = mine(receipt), mine(receipt_void), mine(refund_payment)
    moves = [row for row in mine(coverage_move) if row.number]
    # A void that came second took nothing back, and no money went over the counter for it by the books.
    standing = [row for row in voids if _counts(work, row)]
    taken: dict[tuple[str, str, int], tuple[int, int]] = {}
    for kind, currency, exponent, _receipt, received, amount in _tenders(work, [row.id for row in receipts]):
        number, total = taken.get((kind, currency, exponent), (0, 0))
        taken[kind, currency, exponent] = (number + (received > 0), total + amount)
    returned: dict[tuple[str, str, int], int] = defaultdict(int)
    for kind, currency, exponent, _receipt, _received, amount in _tenders(work, [row.receipt_id for row in standing]):
        returned[kind, currency, exponent] += amount
    for row in payments:
        returned["cash", row.currency, row.exponent] += row.amount
    placed = sorted(((row.number, row.seq) for row in [*receipts, *voids, *payments, *moves]), key=lambda one: one[1])
    return _Papers(after, tuple(placed), len(receipts), len(voids), taken, dict(returned))


def _counts(work: Work, void: Row[Any]) -> bool:
    return bool(work.connection.scalar(select(receipt.c.void_id).where(receipt.c.id == void.receipt_id)) == void.id)


def _tenders(work: Work, receipt_ids: Sequence[UUID]) -> Iterable[tuple[str, str, int, UUID, int, int]]:
    """(kind, currency, exponent, receipt, received, what stayed after change), one a tender kind of a receipt."""
    sums: dict[tuple[str, str, int, UUID], list[int]] = {}
    for at in range(0, len(receipt_ids), 500):
        part = receipt_ids[at : at + 500]
        for row in work.connection.execute(select(receipt_tender).where(receipt_tender.c.receipt_id.in_(part))):
            found = sums.setdefault((row.kind, row.currency, row.exponent, row.receipt_id), [0, 0])
            found[0] += row.received
            found[1] += row.received - row.change
    for (kind, currency, exponent, receipt_id), (received, amount) in sums.items():
        yield kind, currency, exponent, receipt_id, received, amount


# The session, and who acts


def _session(work: Work) -> Session | None:
    return open_till(work.connection, work.terminal.id, work.terminal.incarnation)


def _opened_seq(work: Work, session: Session) -> int:
    return int(work.connection.scalar(select(till.c.opened_seq).where(till.c.id == session.id)) or 0)


def _way(work: Work, action: rules.Action, session: Session | None, named: str | None = None) -> rules.Way:
    """The way, where it is open to whoever acts. A screen that still shows a session somebody has closed since is told
    who did, and nothing typed there is recorded into another."""
    wanted = till_named(named)
    if wanted is not None and (session is None or session.id != wanted):
        row = work.connection.execute(select(till).where(till.c.id == wanted)).first()
        if row is None or row.closed_id is None:
            raise Refused(Problem.of("till", "till.unknown", number=str(wanted)))
        by = staff_name(work.connection, row.closed_by)
        raise Refused(Problem.of("till", "till.closed_meanwhile", number=number_of(row), by=by))
    who: rules.Who = "holder" if session is not None and session.holder_id == work.operator.id else "other"
    try:
        return rules.way(action, "open" if session is not None else "closed", who)
    except Refused as refusal:
        if session is None:
            raise
        holder = staff_name(work.connection, session.holder_id)
        raise Refused(*(Problem.of(one.field, one.code, holder=holder) for one in refusal.problems)) from refusal


def _second(desk: Desk, approval: Approval | None) -> Approved | None:
    return None if approval is None else approve(desk, approval, reason_needed=False)


def _why(reason: str, second: Approved | None) -> str:
    return reason or (second.reason if second else "")


def _flags(way: rules.Way, flags: tuple[str, ...]) -> tuple[str, ...]:
    return (*((way.flag,) if way.flag else ()), *flags)


# Counting blind


def _compared(work: Work, counts: Sequence[Count]) -> tuple[Compared, ...]:
    own = work.terminal
    expected = in_drawer(work.connection, own)
    return rules.compare(counts, expected, difference_limits(work.connection, work.mission))


def _books(work: Work) -> dict[str, int]:
    own = work.terminal
    return {one.currency: one.minor for one in in_drawer(work.connection, own) if one.minor}


def _keep_count(work: Work, session: Session, counts: Sequence[Count]) -> None:
    kept = get_setting(work.connection, _COUNT) or {}
    again = {"recount_by": kept["recount_by"]} if _is_of(kept, session) and "recount_by" in kept else {}
    set_setting(
        work.connection,
        _COUNT,
        {"till": str(session.id), "counts": msgspec.to_builtins(list(counts)), "books": _books(work)} | again,
    )


def _kept(work: Work, session: Session) -> tuple[Count, ...] | None:
    """The confirmed count, as long as no cash moved since: what was counted before that is no longer what is there."""
    kept = get_setting(work.connection, _COUNT) or {}
    if not _is_of(kept, session) or "counts" not in kept or kept["books"] != _books(work):
        return None
    return msgspec.convert(kept["counts"], tuple[Count, ...])


def _require_same(work: Work, session: Session, counts: Sequence[Count]) -> None:
    kept = _kept(work, session)
    if kept is None:
        return
    if {one.money.currency: one.money for one in kept} != {one.money.currency: one.money for one in counts}:
        raise Refused(Problem("counts", "till.recount"))


def _recount_by(work: Work, session: Session) -> UUID | None:
    """Who agreed that it is counted again: a second person to everybody but themselves."""
    kept = get_setting(work.connection, _COUNT) or {}
    found = UUID(kept["recount_by"]) if _is_of(kept, session) and "recount_by" in kept else None
    return None if found == work.operator.id else found


def _is_of(kept: dict[str, Any], session: Session) -> bool:
    return kept.get("till") == str(session.id)


def _forget_count(work: Work) -> None:
    work.connection.execute(delete(setting).where(setting.c.key == _COUNT))


# Amounts


def _there(work: Work, like: Money) -> Money:
    own = work.terminal
    found = {one.currency: one for one in in_drawer(work.connection, own)}
    return found.get(like.currency, like - like)


def _require_there(counts: Sequence[Count], deposited: dict[str, Money]) -> None:
    found = {count.money.currency: count.money for count in counts}
    problems = [
        Problem.of(f"deposited.{code}", "till.deposit_too_much", counted=found.get(code, amount - amount))
        for code, amount in deposited.items()
        if amount > found.get(code, amount - amount)
    ]
    if problems:
        raise Refused(*problems)


def _by_currency(amounts: Iterable[Money]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for one in amounts:
        found[one.currency] = found.get(one.currency, one - one) + one
    return found


def _zeros(amounts: Iterable[Money]) -> dict[str, Money]:
    return {one.currency: one - one for one in amounts}


def _added(one: dict[str, Money], other: dict[str, Money]) -> dict[str, Money]:
    return {
        code: one.get(code, zero) + other.get(code, zero)
        for code, zero in _zeros([*one.values(), *other.values()]).items()
    }


def _cash(amounts: Iterable[Money]) -> tuple[CashAmount, ...]:
    return tuple(
        CashAmount(currency=one.currency, exponent=one.exponent, amount=one.minor) for one in amounts if one.minor
    )


def _journalled(counts: Sequence[Count]) -> tuple[Counted, ...]:
    return tuple(
        Counted(
            currency=count.money.currency,
            exponent=count.money.exponent,
            amount=count.money.minor,
            pieces={str(face): number for face, number in count.pieces},
        )
        for count in counts
    )
