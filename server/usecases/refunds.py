"""Refunds: what counters ask back for workers, and what an officer says to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from models.journal.refunds import RefundDecided, RefundNote
from models.ledger.tables import (
    mission_setting,
    receipt,
    receipt_line,
    receipt_tender,
    receipt_void,
    refund,
    refund_decision,
    refund_payment,
    staff,
    worker,
)
from models.posting.reversals import owed
from models.rules.banks import mask_account
from models.rules.days import business_date
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.privacy import shown_name
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.refunds import METHODS, State, refund_state
from models.rules.voids import Reversal, reversed_problem
from server.store.tables import terminal_head
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.privacy import limited
from server.usecases.roles import Act, permit

LONGEST_NOTE = 500
LONGEST_REFERENCE = 60
SHOWN = 200


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What the receipt paid for."""

    programme: str
    months: int
    amount_idr: int
    covered_from: date
    covered_to: date


@dataclass(frozen=True, slots=True)
class PaidTender:
    kind: str
    received: Money
    reference: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. The receipt's number, amounts and lines are empty where its counter has not sent it yet:
    such a one waits. `revoked`: its counter's key has been withdrawn. `hidden`: the worker's data are restricted, of
    whom the list shows initials and the page what deciding needs. Of the account the list shows the last signs."""

    id: UUID
    mission: str
    asked_at: datetime
    asked_by: str
    asked_at_counter: str
    worker_id: UUID
    worker: str
    reason: str
    method: str
    bank_name: str
    bank_account: str
    bank_holder: str
    state: State
    receipt_id: UUID
    number: str | None
    issued_on: date | None
    counter: str
    revoked: bool
    amount: Money | None
    amount_idr: int
    lines: tuple[PaidLine, ...]
    tenders: tuple[PaidTender, ...]
    reversal: Reversal | None
    decided_at: datetime | None
    decided_method: str
    note: str
    transfer_reference: str
    paid_number: str
    paid_on: date | None
    cash_allowed: bool
    hidden: bool

    @property
    def account(self) -> str:
        """The account on a list."""
        masked = mask_account(self.bank_account) if self.bank_account else ""
        return " · ".join(filter(None, (self.bank_name, masked, self.bank_holder)))


def refunds(centre: Centre, *, waiting_only: bool = False, most: int | None = None) -> list[Request]:
    """What was asked for: the longest waiting first, then what was decided, the newest first."""
    found = centre.read(lambda connection: _requests(connection, select(refund)))
    waiting = sorted((one for one in found if one.state == "waiting"), key=lambda one: (one.asked_at, one.id))
    rest = [] if waiting_only else [one for one in found if one.state != "waiting"]
    rest.sort(key=lambda one: (one.decided_at or one.asked_at, one.id), reverse=True)
    return [*waiting, *rest][:most]


def count_waiting(centre: Centre) -> int:
    """How many await an officer."""
    return len(refunds(centre, waiting_only=True))


def refund_with(centre: Centre, refund_id: UUID) -> Request:
    """One request. Refused `refund.unknown`."""
    return centre.read(lambda connection: _request(connection, refund_id))


def decide(
    centre: Centre,
    refund_id: UUID,
    *,
    approved: bool,
    method: str = "",
    transfer_reference: str = "",
    note: str = "",
    by: Officer | None = None,
) -> UUID:
    """Say whether a receipt is given back, for every counter of its mission to hear. `method` "": as it was asked for.
    Approved by transfer it is paid with this: the money is on its way before an officer says so. `by`: None is whoever
    has the centre's own command line.

    Refused `officer.not_allowed`; `refund.unknown`; on "refund" `refund.decided` (gap `state`), `refund.not_here`, and
    `void.done` or `void.refunded` where the receipt was taken back already; on "method" `refund.method`,
    `refund.no_cash`, `refund.no_account`; on "transfer_reference" and, of one that is refused, on "note" `required`;
    `text.too_long`."""
    permit(by, Act.DECIDE_REFUNDS)
    note, transfer_reference, method = note.strip(), transfer_reference.strip(), method.strip().lower()

    def work(connection: Connection) -> UUID:
        # Two officers decide one after the other.
        lock_own_head(connection, centre)
        asked = _request(connection, refund_id)
        how = method or asked.method
        refuse_if(_problems(asked, approved=approved, method=how, reference=transfer_reference, note=note))
        body = RefundDecided(
            worker_id=asked.worker_id,
            mission=asked.mission,
            refund_id=asked.id,
            receipt_id=asked.receipt_id,
            approved=approved,
            method=how,
            business_date=business_date(centre.now(), mission(asked.mission).zone),
            personal=RefundNote(
                note=note or None,
                transfer_reference=transfer_reference if approved and how == "transfer" else None,
            ),
        )
        (decided,) = record(connection, centre, [body], by.id if by else None)
        return decided.id

    return centre.write(work)


def _problems(asked: Request, *, approved: bool, method: str, reference: str, note: str) -> list[Problem]:
    if asked.state in ("approved", "refused", "paid"):
        return [Problem("refund", "refund.decided")]
    if approved and asked.number is None:
        return [Problem("refund", "refund.not_here")]
    if approved and asked.reversal is not None:
        return [reversed_problem(asked.reversal)]
    problems = [
        Problem.of(field, "text.too_long", longest=longest)
        for field, written, longest in (
            ("note", note, LONGEST_NOTE),
            ("transfer_reference", reference, LONGEST_REFERENCE),
        )
        if len(written) > longest
    ]
    if not approved:
        return problems if note else [*problems, Problem("note", "required")]
    if method not in METHODS:
        problems.append(Problem.of("method", "refund.method", method=method))
    elif method == "cash" and not asked.cash_allowed:
        problems.append(Problem("method", "refund.no_cash"))
    elif method == "transfer" and not asked.bank_account:
        problems.append(Problem("method", "refund.no_account"))
    elif method == "transfer" and not reference:
        problems.append(Problem("transfer_reference", "required"))
    return problems


def _request(connection: Connection, refund_id: UUID) -> Request:
    found = _requests(connection, select(refund).where(refund.c.id == refund_id))
    if not found:
        raise Refused(Problem.of("refund", "refund.unknown", number=refund_id))
    return found[0]


def _requests(connection: Connection, query: Any) -> list[Request]:
    asked = connection.execute(query).all()
    ids = {row.receipt_id for row in asked}
    receipts = {row.id: row for row in connection.execute(select(receipt).where(receipt.c.id.in_(ids)))}
    lines = _by(connection, receipt_line, ids, "receipt_id")
    tenders = _by(connection, receipt_tender, ids, "receipt_id")
    decisions = _by(connection, refund_decision, ids, "refund_id")
    payments = _by(connection, refund_payment, ids, "refund_id")
    voids = {row.id: row for row in connection.execute(select(receipt_void).where(receipt_void.c.receipt_id.in_(ids)))}
    granted = {one.id: one for several in decisions.values() for one in several}
    people = {
        row.id: row
        for row in connection.execute(
            select(worker.c.id, worker.c.name, limited().label("limited")).where(
                worker.c.id.in_({row.worker_id for row in asked})
            )
        )
    }
    names = _names(connection, asked)
    heads = {(row.terminal, row.incarnation): row for row in connection.execute(select(terminal_head))}
    series = {row.terminal: row.series for row in sorted(heads.values(), key=lambda row: row.incarnation)}
    cash = {row.mission: row.cash_allowed for row in connection.execute(select(mission_setting))}

    def read(row: Row[Any]) -> Request:
        paid = receipts.get(row.receipt_id)
        said = decisions[row.id]
        standing = next((one for one in said if paid is not None and one.id == paid.refund_decision_id), None)
        spoken = standing or next((one for one in said if not one.approved), None)
        handed = next(iter(payments[row.id]), None)
        head = heads.get((paid.terminal, paid.incarnation)) if paid is not None else None
        person = people.get(row.worker_id)
        name = (person.name if person else None) or (paid.payer_name if paid is not None else None)
        return Request(
            id=row.id,
            mission=row.mission,
            asked_at=row.at,
            asked_by=names.get(row.operator_id) or "—",
            asked_at_counter=series.get(row.terminal) or "—",
            worker_id=row.worker_id,
            worker=shown_name(name, restricted=bool(person and person.limited)) or "—",
            reason=row.reason or "",
            method=row.method,
            bank_name=row.bank_name or "",
            bank_account=row.bank_account or "",
            bank_holder=row.bank_holder or "",
            state=refund_state(
                row.id,
                void_id=paid.void_id if paid is not None else None,
                standing_refund=row.id if standing else paid.refund_decision_id if paid is not None else None,
                method=standing.method if standing else None,
                refused=spoken is not None and not spoken.approved,
                paid=handed is not None,
            ),
            receipt_id=row.receipt_id,
            number=paid.number if paid is not None else None,
            issued_on=paid.business_date if paid is not None else None,
            counter=head.series if head is not None else "",
            revoked=head is not None and head.revoked_at is not None,
            amount=Money(owed(paid), paid.currency, paid.exponent) if paid is not None else None,
            amount_idr=paid.amount_idr if paid is not None else 0,
            lines=tuple(
                PaidLine(one.programme, one.months, one.amount_idr, one.covered_from, one.covered_to)
                for one in lines[row.receipt_id]
            ),
            tenders=tuple(
                PaidTender(one.kind, Money(one.received - one.change, one.currency, one.exponent), one.reference or "")
                for one in tenders[row.receipt_id]
            ),
            reversal=_reversal(paid, voids, granted),
            decided_at=spoken.at if spoken else None,
            decided_method=spoken.method if spoken else "",
            note=(spoken.note if spoken else None) or "",
            transfer_reference=(spoken.transfer_reference if spoken else None) or "",
            paid_number=handed.number if handed else "",
            paid_on=handed.business_date if handed else None,
            cash_allowed=bool(cash.get(row.mission)),
            hidden=bool(person and person.limited),
        )

    return [read(row) for row in asked]


def _reversal(paid: Row[Any] | None, voids: dict[UUID, Any], granted: dict[UUID, Any]) -> Reversal | None:
    if paid is None:
        return None
    if paid.void_id is not None:
        void = voids[paid.void_id]
        return Reversal("void", void.business_date, void.number)
    decided = granted.get(paid.refund_decision_id)
    return Reversal("refund", decided.business_date) if decided is not None else None


def _by(connection: Connection, table: Any, receipts: Iterable[UUID], column: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    query = select(table).where(table.c.receipt_id.in_(set(receipts))).order_by(*table.primary_key.columns)
    for row in connection.execute(query):
        found[getattr(row, column)].append(row)
    return found


def _names(connection: Connection, asked: Iterable[Row[Any]]) -> dict[UUID, str]:
    query = select(staff.c.id, staff.c.name).where(staff.c.id.in_({row.operator_id for row in asked}))
    return {row.id: row.name for row in connection.execute(query)}
