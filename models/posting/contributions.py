"""Posting of contributions: the receipt, what it covers, how it was paid, and the accounts it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.journal.contributions import ContributionReceived, ReceiptReprinted, ReceiptVoided
from models.journal.entry import Entry
from models.ledger.contributions import (
    account_line,
    receipt,
    receipt_line,
    receipt_reprint,
    receipt_tender,
    receipt_void,
)
from models.ledger.flags import flag
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows, chunks
from models.posting.workers import open_worker, raise_flags


class AccountLine(NamedTuple):
    """A movement of one account; debits are positive. `amount` in the currency's smallest unit."""

    account: str
    currency: str
    exponent: int
    amount: int


def account_lines(body: ContributionReceived) -> Iterator[AccountLine]:
    """The double entry of one receipt: it sums to zero in every currency.

    What came in (tender:*) is owed to the programmes (contributions:*), always in rupiah. Where it came in as
    local money, `exchange` carries it from one currency to the other at the rate on the receipt, and what the
    rounding up brought in stands in `rounding`.
    """
    local = (body.currency, body.exponent)
    rupiah = ("IDR", 0)
    for tender in body.tenders:
        yield AccountLine(f"tender:{tender.kind}", *local, tender.received - tender.change)
    if body.surplus:
        yield AccountLine("surplus", *local, -body.surplus)
    if body.currency != "IDR":
        yield AccountLine("exchange", *local, -body.due)
        yield AccountLine("exchange", *rupiah, body.amount_idr + body.rounding_idr)
    for line in body.lines:
        yield AccountLine(f"contributions:{line.programme}", *rupiah, -line.amount_idr)
    if body.rounding_idr:
        yield AccountLine("rounding", *rupiah, -body.rounding_idr)


@posts(ContributionReceived, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ContributionReceived) -> None:
    open_worker(rows, body.worker_id, entry)
    head, payer, rate = entry.head, body.personal, body.rate
    rows.add(
        receipt,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        issued_at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        amount_idr=body.amount_idr,
        currency=body.currency,
        exponent=body.exponent,
        due=body.due,
        surplus=body.surplus,
        rate_id=rate.rate_id if rate else None,
        rate_valid_from=rate.valid_from if rate else None,
        rate_idr_per_unit=str(rate.idr_per_unit) if rate else None,
        rounding_idr=body.rounding_idr,
        payer_name=payer.name if payer else None,
        payer_passport=payer.passport_number if payer else None,
        payer_kpj=payer.kpj if payer else None,
        token=payer.token if payer else None,
        void_id=None,
    )
    for number, line in enumerate(body.lines):
        rows.add(
            receipt_line,
            receipt_id=entry.id,
            line=number,
            worker_id=body.worker_id,
            programme=line.programme,
            months=line.months,
            monthly_idr=line.monthly_idr,
            amount_idr=line.amount_idr,
            anchor=line.anchor,
            anchor_months=line.anchor_months,
            covered_from=line.covered_from,
            covered_to=line.covered_to,
            tariff_id=line.tariff_id,
            tariff_version=line.tariff_version,
            voided=False,
        )
    for number, tender in enumerate(body.tenders):
        rows.add(
            receipt_tender,
            receipt_id=entry.id,
            line=number,
            kind=tender.kind,
            currency=tender.currency,
            exponent=tender.exponent,
            received=tender.received,
            change=tender.change,
            reference=tender.reference,
        )
    for number, moved in enumerate(account_lines(body)):
        rows.add(
            account_line,
            entry_id=entry.id,
            line=number,
            mission=body.mission,
            terminal=head.terminal,
            business_date=body.business_date,
            account=moved.account,
            currency=moved.currency,
            exponent=moved.exponent,
            amount=moved.amount,
        )
    raise_flags(rows, entry, body.flags, body.mission, body.worker_id)


@posts(ReceiptReprinted, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ReceiptReprinted) -> None:
    open_worker(rows, body.worker_id, entry)
    rows.add(
        receipt_reprint, id=entry.id, receipt_id=body.receipt_id, at=entry.head.at, operator_id=entry.head.operator
    )


@posts(
    ReceiptVoided,
    touches=lambda body: [(worker, body.worker_id), (receipt, body.receipt_id)],
    waits_for=lambda body: (receipt, body.receipt_id),
)
def _(rows: Rows, entry: Entry, body: ReceiptVoided) -> None:
    open_worker(rows, body.worker_id, entry)
    head = entry.head
    rows.add(
        receipt_void,
        id=entry.id,
        receipt_id=body.receipt_id,
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        voided_at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        approved_by=body.approved_by,
        reason=body.personal.reason if body.personal else None,
        token=body.personal.token if body.personal else None,
    )
    rows.in_the_end(_reverse, body.receipt_id)


VOID_AGAIN = "receipt.voided_again"


def _reverse(connection: Connection, receipt_ids: Sequence[UUID]) -> None:
    """Move back what each receipt moved, once: by the first of its voids that was made. The others move nothing."""
    for keys in chunks(receipt_ids):
        voids = defaultdict(list)
        of_these = select(receipt_void).where(receipt_void.c.receipt_id.in_(keys)).order_by(receipt_void.c.id)
        for void in connection.execute(of_these):
            voids[void.receipt_id].append(void)
        for ids in chunks([void.id for made in voids.values() for void in made]):
            connection.execute(delete(account_line).where(account_line.c.entry_id.in_(ids)))
            connection.execute(delete(flag).where(flag.c.entry_id.in_(ids), flag.c.code == VOID_AGAIN))
        moved = connection.execute(select(account_line).where(account_line.c.entry_id.in_(keys))).mappings()
        back = [
            dict(line)
            | {
                "entry_id": first.id,
                "mission": first.mission,
                "terminal": first.terminal,
                "business_date": first.business_date,
                "amount": -line["amount"],
            }
            for line in moved
            for first in voids[line["entry_id"]][:1]
        ]
        if back:
            connection.execute(insert(account_line), back)
        again = [
            {
                "entry_id": void.id,
                "code": VOID_AGAIN,
                "worker_id": void.worker_id,
                "mission": void.mission,
                "at": void.voided_at,
            }
            for made in voids.values()
            for void in made[1:]
        ]
        if again:
            connection.execute(insert(flag), again)
        connection.execute(
            update(receipt).where(receipt.c.id == bindparam("_id")).values(void_id=bindparam("_void")),
            [{"_id": receipt_id, "_void": made[0].id} for receipt_id, made in voids.items()],
        )
        connection.execute(update(receipt_line).where(receipt_line.c.receipt_id.in_(keys)).values(voided=True))
