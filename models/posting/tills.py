"""Posting of tills: sessions of the drawer, and what counting and moving does to the cash account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from models.journal.entry import Entry
from models.journal.tills import CashAmount, Counted, TillClosed, TillHandedOver, TillMoved, TillOpened
from models.ledger.flags import flag
from models.ledger.tills import till, till_count, till_handover, till_move, till_total
from models.posting.accounts import CASH, AccountLine, move_accounts
from models.posting.flags import FOREIGN_TILL, said
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.writing import Row, storable_text


def _moved(account: str, amounts: Sequence[CashAmount], sign: int = 1) -> Iterator[AccountLine]:
    """Cash that came into the drawer from `account`, or with sign -1 went there."""
    for one in amounts:
        yield AccountLine(CASH, one.currency, one.exponent, sign * one.amount)
        yield AccountLine(account, one.currency, one.exponent, -sign * one.amount)


def _unit(one: CashAmount | Counted) -> str:
    return storable_text(one.currency)


def _sum(amounts: Sequence[CashAmount | Counted], currency: str) -> int:
    return sum(one.amount for one in amounts if _unit(one) == currency)


def _own(rows: Rows, entry: Entry, till_id: UUID, mission: str) -> Row | None:
    """The session, where it is one of the counter that recorded this; else a flag says that it meddled, and only its
    own accounts are moved. A copy of its disk is the same counter."""
    row = rows.open(till, till_id)
    if (row["terminal"], row["incarnation"]) == (entry.head.terminal, entry.head.incarnation):
        return row
    rows.add(flag, entry_id=entry.id, code=FOREIGN_TILL, worker_id=None, mission=mission, at=entry.head.at)
    return None


def _keep_counts(
    rows: Rows,
    entry: Entry,
    till_id: UUID,
    stage: str,
    counts: Sequence[Counted],
    **amounts: Sequence[CashAmount],
) -> None:
    """One row a currency; of a currency counted twice in one entry the sum."""
    groups: list[Sequence[CashAmount | Counted]] = [counts, *amounts.values()]
    units = {_unit(one): one.exponent for group in groups for one in group}
    for currency, exponent in units.items():
        pieces: dict[str, int] = {}
        for count in counts:
            if _unit(count) == currency:
                pieces |= {storable_text(face): number for face, number in count.pieces.items()}
        rows.add(
            till_count,
            entry_id=entry.id,
            currency=currency,
            till_id=till_id,
            stage=stage,
            exponent=exponent,
            counted=_sum(counts, currency),
            pieces=pieces,
            **{
                name: _sum(amounts.get(name, ()), currency)
                for name in ("carried", "brought", "difference", "deposited")
            },
        )


def _flag(rows: Rows, entry: Entry, codes: Sequence[str], mission: str) -> None:
    for code in said(codes):
        rows.add(flag, entry_id=entry.id, code=code, worker_id=None, mission=mission, at=entry.head.at)


def _hold(row: Row, holder: UUID, seq: int, entry_id: UUID) -> None:
    if row["holder_entry"] is None or (row["holder_seq"], row["holder_entry"]) < (seq, entry_id):
        row.update(holder_id=holder, holder_seq=seq, holder_entry=entry_id)


@posts(TillOpened, makes=till)
def _(rows: Rows, entry: Entry, body: TillOpened) -> None:
    head = entry.head
    rows.load([(till, entry.id)])
    row = rows.open(till, entry.id, lambda: {"holder_seq": 0})
    row.update(
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        series=body.series,
        serial=body.serial,
        previous=body.previous,
        opened_at=head.at,
        opened_on=body.business_date,
        opened_by=head.operator,
        opened_seq=head.seq,
        open_reason=body.personal.reason if body.personal else None,
        open_approved_by=body.approved_by,
        zone=head.zone,
    )
    _hold(row, head.operator, head.seq, entry.id)
    _keep_counts(
        rows,
        entry,
        entry.id,
        "opened",
        body.counts,
        carried=body.carried,
        brought=body.brought,
        difference=body.differences,
    )
    lines = [*_moved("till:float", body.brought), *_moved("till:difference", body.differences)]
    move_accounts(rows, entry, lines, mission=body.mission, business_date=body.business_date, till_id=entry.id)
    _flag(rows, entry, body.flags, body.mission)


# What follows the opening is recorded after it at the same counter, and waits for it elsewhere.


@posts(TillMoved, touches=lambda body: [(till, body.till_id)], waits_for=lambda body: (till, body.till_id))
def _(rows: Rows, entry: Entry, body: TillMoved) -> None:
    if _own(rows, entry, body.till_id, body.mission) is not None:
        rows.add(
            till_move,
            id=entry.id,
            till_id=body.till_id,
            mission=body.mission,
            business_date=body.business_date,
            at=entry.head.at,
            operator_id=entry.head.operator,
            way=body.way,
            currency=body.currency,
            exponent=body.exponent,
            amount=body.amount,
            approved_by=body.approved_by,
            reason=body.personal.reason if body.personal else None,
        )
    amount = CashAmount(currency=body.currency, exponent=body.exponent, amount=body.amount)
    move_accounts(
        rows,
        entry,
        _moved("till:moved", [amount], -1 if body.way == "out" else 1),
        mission=body.mission,
        business_date=body.business_date,
        till_id=body.till_id,
    )
    _flag(rows, entry, body.flags, body.mission)


@posts(TillHandedOver, touches=lambda body: [(till, body.till_id)], waits_for=lambda body: (till, body.till_id))
def _(rows: Rows, entry: Entry, body: TillHandedOver) -> None:
    row = _own(rows, entry, body.till_id, body.mission)
    if row is not None:
        _hold(row, body.to, entry.head.seq, entry.id)
        rows.add(
            till_handover,
            id=entry.id,
            till_id=body.till_id,
            mission=body.mission,
            business_date=body.business_date,
            at=entry.head.at,
            operator_id=entry.head.operator,
            to_id=body.to,
            approved_by=body.approved_by,
            reason=body.personal.reason if body.personal else None,
        )
        _keep_counts(rows, entry, body.till_id, "handed_over", body.counts, difference=body.differences)
    move_accounts(
        rows,
        entry,
        _moved("till:difference", body.differences),
        mission=body.mission,
        business_date=body.business_date,
        till_id=body.till_id,
    )
    _flag(rows, entry, body.flags, body.mission)


@posts(TillClosed, touches=lambda body: [(till, body.till_id)], waits_for=lambda body: (till, body.till_id))
def _(rows: Rows, entry: Entry, body: TillClosed) -> None:
    row = _own(rows, entry, body.till_id, body.mission)
    if row is not None:
        _close(rows, entry, body, row)
    lines = [*_moved("till:difference", body.differences), *_moved("till:deposit", body.deposited, -1)]
    move_accounts(rows, entry, lines, mission=body.mission, business_date=body.business_date, till_id=body.till_id)
    _flag(rows, entry, body.flags, body.mission)


def _close(rows: Rows, entry: Entry, body: TillClosed, row: Row) -> None:
    head = entry.head
    # Closed twice, by two copies of one disk: the first made stands. Both counts move the drawer, for both were made.
    if row["closed_id"] is None or entry.id < row["closed_id"]:
        row.update(
            closed_id=entry.id,
            closed_at=head.at,
            closed_on=body.business_date,
            closed_by=head.operator,
            closed_seq=head.seq,
            after_seq=body.after_seq,
            previous_hash=body.previous_hash,
            closed_hash=entry.hash,
            receipts=body.receipts,
            voids=body.voids,
            first_number=body.first_number,
            last_number=body.last_number,
            late=[storable_text(number) for number in body.late],
            unsent=body.unsent,
            drafts=body.drafts,
            close_reason=body.personal.reason if body.personal else None,
            close_approved_by=body.approved_by,
            token=body.personal.token if body.personal else None,
        )
    _keep_counts(
        rows,
        entry,
        body.till_id,
        "closed",
        body.counts,
        difference=body.differences,
        deposited=body.deposited,
    )
    totals = {(storable_text(one.kind), storable_text(one.currency)): one for one in body.totals}
    for (kind, currency), one in totals.items():
        rows.add(
            till_total,
            entry_id=entry.id,
            kind=kind,
            currency=currency,
            till_id=body.till_id,
            exponent=one.exponent,
            receipts=one.receipts,
            taken=one.taken,
            returned=one.returned,
            expected=one.expected,
        )
