"""Posting of contributions: the receipt, what it covers, how it was paid, and the accounts it moves."""

from __future__ import annotations

from collections.abc import Iterator

from models.journal.contributions import ContributionReceived, ReceiptReprinted, ReceiptVoided
from models.journal.entry import Entry
from models.ledger.contributions import (
    receipt,
    receipt_line,
    receipt_reprint,
    receipt_tender,
    receipt_void,
)
from models.ledger.workers import worker
from models.posting.accounts import AccountLine, move_accounts
from models.posting.coverage import CLASHES, flag_clashes, settle_moves
from models.posting.handlers import posts
from models.posting.reversals import reverse
from models.posting.rows import Rows
from models.posting.workers import open_worker, raise_flags


def account_lines(body: ContributionReceived) -> Iterator[AccountLine]:
    """The double entry of one receipt: it sums to zero in every currency.

    What came in (tender:*) is owed to the programmes (contributions:*), always in rupiah. Where it came in as
    local money, `exchange` carries it from one currency to the other at the rate on the receipt, and what the
    rounding brought in stands in `rounding`. Money of a third currency is exchanged into the receipt's first.
    """
    local = (body.currency, body.exponent)
    rupiah = ("IDR", 0)
    for tender in body.tenders:
        taken = tender.received - tender.change
        yield AccountLine(f"tender:{tender.kind}", tender.currency, tender.exponent, taken)
        if (tender.currency, tender.exponent) != local:
            yield AccountLine("exchange", tender.currency, tender.exponent, -taken)
            yield AccountLine("exchange", *local, tender.worth or 0)
    yield AccountLine("surplus", *local, -body.surplus)
    yield AccountLine("short", *local, body.short)
    if body.currency != "IDR":
        yield AccountLine("exchange", *local, -body.due)
        yield AccountLine("exchange", *rupiah, body.amount_idr + body.rounding_idr)
    for line in body.lines:
        yield AccountLine(f"contributions:{line.programme}", *rupiah, -line.amount_idr)
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
        seq=head.seq,
        till_id=body.till_id,
        event_date=body.event_date,
        short=body.short,
        price_id=body.price.price_id if body.price else None,
        price_valid_from=body.price.valid_from if body.price else None,
        price_decree=body.price.decree if body.price else None,
        approved_by=body.approved_by,
        approval_reason=payer.approval_reason if payer else None,
        refund_decision_id=None,
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
            moved_anchor=None,
            moved_months=None,
            moved_from=None,
            moved_to=None,
            moved_by=None,
            fixed=line.fixed,
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
            paid_on=tender.paid_on,
            document_id=tender.document_id,
            rate_id=tender.rate.rate_id if tender.rate else None,
            rate_valid_from=tender.rate.valid_from if tender.rate else None,
            rate_idr_per_unit=str(tender.rate.idr_per_unit) if tender.rate else None,
            worth=tender.worth,
        )
    move_accounts(
        rows,
        entry,
        account_lines(body),
        mission=body.mission,
        business_date=body.business_date,
        till_id=body.till_id,
        worker_id=body.worker_id,
    )
    raise_flags(rows, entry, body.flags, body.mission, body.worker_id)
    settle_moves(rows, entry.id)
    rows.in_the_end(flag_clashes, body.worker_id, turn=CLASHES)


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
        seq=head.seq,
        till_id=body.till_id,
        amount_idr=body.amount_idr,
        currency=body.currency,
        exponent=body.exponent,
        due=body.due,
    )
    reverse(rows, body.receipt_id)
