"""Contributions: what a payment would cost, and taking it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from kiosk.desk import Desk, Work
from kiosk.forms.payment import Payment
from kiosk.queries.persons import require
from kiosk.queries.reference import cash_allowed, local_rate, tariff_on
from kiosk.queries.workers import covers_of, latest_placement
from kiosk.store.tables import request
from kiosk.usecases import print_jobs
from models.journal.contributions import ContributionReceived, Line, Payer, RateUsed, Tender
from models.journal.ids import new_id
from models.ledger.tables import receipt, receipt_tender
from models.rules.contributions import Quote, QuotedLine, quote
from models.rules.money import Money, Rate
from models.rules.names import initials
from models.rules.problems import Problem, Refused
from models.rules.tenders import Settlement, settle
from models.rules.token import ReceiptFacts, TokenLine, make_token


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a payment comes to. `settlement` is None as long as what was received does not suffice;
    `short` says by how much then."""

    quote: Quote
    due: Money
    rate: Rate | None
    rounding_idr: int
    settlement: Settlement | None
    short: Money | None
    warnings: tuple[Problem, ...]
    next_number: str

    @property
    def change(self) -> Money:
        return self.settlement.change if self.settlement else self.due - self.due


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that was taken, as it is answered now and to every repetition of the request. The days covered
    are those of the first line; `lines` has all."""

    receipt_id: UUID
    number: str
    worker_id: UUID
    amount_idr: int
    due: Money
    change: Money
    covered_from: date
    covered_to: date
    provisional: bool
    lines: tuple[QuotedLine, ...]
    warnings: tuple[Problem, ...]
    repeated: bool = False
    """Whether this answers a request that was answered before."""


def quote_payment(desk: Desk, form: Payment) -> Quoted:
    """The same answer as `receive`, without recording. Refused likewise, except that too little money is not
    refused: `short` says what is missing."""
    with desk.read() as work:
        try:
            return _quoted(work, form)
        except Refused as refusal:
            if {problem.code for problem in refusal.problems} != {"tender.short"}:
                raise
            return _quoted(work, form, settling=False)


def receive(desk: Desk, form: Payment) -> Received:
    """Take a payment: number, lines, tenders and token in one entry.

    A repeated `request_id` with the same content gives the first answer; with other content it is refused
    (`request.other_content`). Refused: whatever rules.contributions says, `worker.unknown`, `rate.missing`.
    """
    with desk.work() as work:
        if form.request_id and (first := _answered(work, form)):
            return first
        quoted = _quoted(work, form)
        assert quoted.settlement is not None
        person = require(work.connection, form.worker())
        receipt_id, number = new_id(), work.next_number()
        name = person.name or "—"
        token = make_token(
            ReceiptFacts(
                kind="receipt",
                number=str(number),
                issued_on=work.today,
                initials=initials(name),
                passport_end=(person.passport_number or "")[-4:],
                lines=tuple(
                    TokenLine(line.programme, line.months, line.cover.covered_from, line.cover.covered_to)
                    for line in quoted.quote.lines
                ),
                amount_idr=quoted.quote.amount_idr,
                amount=quoted.due,
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        work.record(
            ContributionReceived(
                worker_id=person.id,
                mission=work.mission,
                number=str(number),
                year=number.year,
                serial=number.serial,
                business_date=work.today,
                lines=tuple(
                    Line(
                        programme=line.programme,
                        months=line.months,
                        monthly_idr=line.monthly_idr,
                        amount_idr=line.amount_idr,
                        anchor=line.cover.anchor,
                        anchor_months=line.cover.anchor_months,
                        covered_from=line.cover.covered_from,
                        covered_to=line.cover.covered_to,
                        tariff_id=line.pack_id,
                        tariff_version=line.pack_version,
                    )
                    for line in quoted.quote.lines
                ),
                amount_idr=quoted.quote.amount_idr,
                currency=quoted.due.currency,
                exponent=quoted.due.exponent,
                due=quoted.due.minor,
                tenders=tuple(
                    Tender(
                        kind=tender.kind,
                        currency=tender.received.currency,
                        exponent=tender.received.exponent,
                        received=tender.received.minor,
                        change=tender.change.minor,
                        reference=tender.reference,
                    )
                    for tender in quoted.settlement.tenders
                ),
                rate=RateUsed(
                    rate_id=quoted.rate.id,
                    valid_from=quoted.rate.valid_from,
                    idr_per_unit=quoted.rate.idr_per_unit,
                )
                if quoted.rate
                else None,
                rounding_idr=quoted.rounding_idr,
                surplus=quoted.settlement.surplus.minor,
                flags=tuple(
                    problem.code for problem in quoted.warnings if problem.code in ("tender.surplus", "slip.reused")
                ),
                personal=Payer(name=name, token=token, passport_number=person.passport_number, kpj=person.kpj),
            ),
            entry_id=receipt_id,
        )
        print_jobs.promise(work, str(number))
        first_cover = quoted.quote.lines[0].cover
        received = Received(
            receipt_id=receipt_id,
            number=str(number),
            worker_id=person.id,
            amount_idr=quoted.quote.amount_idr,
            due=quoted.due,
            change=quoted.change,
            covered_from=first_cover.covered_from,
            covered_to=first_cover.covered_to,
            provisional=quoted.quote.provisional,
            lines=quoted.quote.lines,
            warnings=quoted.warnings,
        )
        if form.request_id:
            work.connection.execute(
                request.insert().values(
                    request_id=form.request_id,
                    digest=sha256(form.content()).digest(),
                    answer=msgspec.json.encode(received).decode(),
                    at=work.now,
                )
            )
    return received


def _quoted(work: Work, form: Payment, *, settling: bool = True) -> Quoted:
    """What `form` comes to, its problems and warnings at the fields where it has them."""
    try:
        quoted = _reckoned(work, form, settling=settling)
    except Refused as refusal:
        raise Refused(*map(form.as_written, refusal.problems)) from refusal
    return replace(quoted, warnings=tuple(map(form.as_written, quoted.warnings)))


def _reckoned(work: Work, form: Payment, *, settling: bool) -> Quoted:
    connection = work.connection
    worker_id = require(connection, form.worker()).id
    placement = latest_placement(connection, worker_id)
    event_date = form.event_date(work.today)
    pack = tariff_on(connection, event_date)
    quoted = quote(
        form.lines_asked(),
        pack=pack,
        paid=covers_of(connection, [worker_id])[worker_id],
        contract_start=placement.contract.stay.first if placement else None,
        contract_end=placement.contract.stay.last if placement else None,
        event=(placement.event if placement else None) or "new",
        scheme=placement.scheme if placement else None,
        paid_on=work.today,
        event_date=event_date,
    )
    due, rate, rounding = _due(work, form.currency_asked(), quoted.amount_idr)
    settlement, short = None, None
    warnings = list(quoted.warnings)
    if event_date != work.today and pack != tariff_on(connection, work.today):
        warnings.append(Problem.of("lines", "tariff.of_slip_day", day=event_date.isoformat(), version=pack.version))
    tenders = form.tenders_asked(due.currency)
    if settling:
        no_cash = None if cash_allowed(connection, work.mission) else "tender.cash_not_allowed"
        settlement = settle(due, tenders, cash=no_cash, today=work.today)
        if settlement.short.minor:
            where = "tenders[0].received" if len(tenders) == 1 else "tenders"
            raise Refused(Problem.of(where, "tender.short", missing=settlement.short))
        warnings += settlement.warnings
        warnings += _reused(connection, [tender.reference for tender in settlement.tenders])
    else:
        given = sum((tender.received for tender in tenders if tender.received), due - due)
        short = due - given
    return Quoted(quoted, due, rate, rounding, settlement, short, tuple(warnings), str(work.next_number()))


def _due(work: Work, currency: str, amount_idr: int) -> tuple[Money, Rate | None, int]:
    if currency == "IDR":
        return Money.idr(amount_idr), None, 0
    due_in = Money.of(0, currency)
    rate = local_rate(work.connection, work.mission, currency, work.today)
    if rate is None:
        raise Refused(Problem.of("currency", "rate.missing", currency=due_in.currency, day=work.today.isoformat()))
    converted = rate.convert(amount_idr)
    return converted.due, rate, converted.rounding_idr


def _reused(connection: Connection, references: list[str | None]) -> list[Problem]:
    """A slip that paid for something already: perhaps a family's one slip for two, perhaps not. Never refused."""
    found = []
    for at, reference in enumerate(references):
        if reference is None:
            continue
        number = connection.scalar(
            select(receipt.c.number)
            .join(receipt_tender, receipt_tender.c.receipt_id == receipt.c.id)
            .where(receipt_tender.c.reference == reference)
            .limit(1)
        )
        if number:
            found.append(Problem.of(f"tenders[{at}].reference", "slip.reused", reference=reference, number=number))
    return found


def _answered(work: Work, form: Payment) -> Received | None:
    row = work.connection.execute(select(request).where(request.c.request_id == form.request_id)).first()
    if row is None:
        return None
    if bytes(row.digest) != sha256(form.content()).digest():
        raise Refused(Problem("request_id", "request.other_content"))
    return replace(msgspec.json.decode(row.answer, type=Received), repeated=True)
