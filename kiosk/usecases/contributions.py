"""Contributions: what a payment would cost, and taking it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.desk import Desk, Work
from kiosk.forms.payment import Payment
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.reference import local_price, rates_on, tariff_on
from kiosk.queries.tills import cash_here
from kiosk.queries.voids import reversal_of
from kiosk.queries.workers import covers_of, latest_placement
from kiosk.usecases import print_jobs
from kiosk.usecases.approvals import Approval, Approved, approve
from kiosk.usecases.requests import first_answer, keep_answer
from models.journal.contributions import ContributionReceived, Line, Payer, PriceUsed, RateUsed, Tender
from models.journal.ids import new_id
from models.ledger.tables import receipt, receipt_tender, worker_document
from models.rules.contributions import LineAsked, Quote, QuotedLine, quote
from models.rules.money import Money, Rate, exchanged
from models.rules.names import initials
from models.rules.prices import Due, Price, due_in, expired
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.tenders import Outcome, SettledTender, Settlement, TenderAsked, settle
from models.rules.token import ReceiptFacts, TokenLine, make_token

APPROVABLE = {"rate.expired": "rate.expired", "price.expired": "price.expired", "slip.short": "tender.short"}
"""Which problems a second person may let pass, and as what the entry records that they did."""
_FLAGS = {"tender.surplus": "tender.surplus", "slip.reused": "slip.reused", "slip.twice": "slip.reused"}


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a payment comes to. `settlement` is None as long as the cash received does not suffice; `short` says by how
    much then, and also where a slip brought too little. `needs` are the problems that a second person may let pass;
    `months_enough` are the most months that the money pays, where it is short of those asked for."""

    quote: Quote
    due: Money
    rate: Rate | None
    rounding_idr: int
    settlement: Settlement | None
    short: Money | None
    warnings: tuple[Problem, ...]
    next_number: str
    price: Price | None = None
    fixed: tuple[int | None, ...] = ()
    needs: tuple[Problem, ...] = ()
    months_enough: int | None = None
    till_id: UUID | None = None
    event_date: date | None = None
    """The day whose tariff is charged, where it is not today."""

    @property
    def change(self) -> Money:
        return self.settlement.change if self.settlement else self.due - self.due

    @property
    def surplus(self) -> Money:
        return self.settlement.surplus if self.settlement else self.due - self.due


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that was taken, as it is answered now and to every repetition of the request. The days covered
    are those of the first line; `lines` has all. `surplus` and `short` are None where there is neither."""

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
    outcome: Outcome = "exact"
    tenders: tuple[SettledTender, ...] = ()
    surplus: Money | None = None
    short: Money | None = None
    approved_by: str | None = None
    """The name of the second person who let something pass."""


def quote_payment(desk: Desk, form: Payment) -> Quoted:
    """The same answer as `receive`, without recording. Refused likewise, except that too little money is not
    refused (`short` says what is missing), nor what a second person may let pass (`needs`)."""
    with desk.read() as work:
        try:
            return _quoted(work, form)
        except Refused as refusal:
            if {problem.code for problem in refusal.problems} != {"tender.short"}:
                raise
            return _quoted(work, form, settling=False)


def receive(desk: Desk, form: Payment, *, second_password: str | None = None) -> Received:
    """Take a payment: number, lines, tenders and token in one entry.

    A repeated `request_id` with the same content gives the first answer; with other content it is refused
    (`request.other_content`). What `APPROVABLE` names is refused unless the second person in `form.approval` agrees
    with `second_password`. Refused: whatever rules.contributions, rules.prices and rules.tenders say, `worker.unknown`,
    `rate.missing`, `document.unknown`, `tender.cash_not_allowed`, `till.none_open`, `till.other_holder`, and
    `approval.*`. Trouble as `approve`.
    """
    approved = _approved(desk, form, second_password)
    with desk.work() as work:
        if first := _answered(work, form):
            return first
        quoted = _quoted(work, form)
        settlement = quoted.settlement
        assert settlement is not None
        if quoted.needs and approved is None:
            raise Refused(*quoted.needs)
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
        needed = bool(quoted.needs) and approved is not None
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
                        fixed=fixed,
                    )
                    for line, fixed in zip(quoted.quote.lines, quoted.fixed, strict=True)
                ),
                amount_idr=quoted.quote.amount_idr,
                currency=quoted.due.currency,
                exponent=quoted.due.exponent,
                due=quoted.due.minor,
                tenders=tuple(map(_tender, settlement.tenders)),
                rate=_used(quoted.rate),
                rounding_idr=quoted.rounding_idr,
                surplus=settlement.surplus.minor,
                short=settlement.short.minor,
                flags=_flags(quoted),
                till_id=quoted.till_id,
                event_date=quoted.event_date,
                price=PriceUsed(
                    price_id=quoted.price.id, valid_from=quoted.price.valid_from, decree=quoted.price.decree
                )
                if quoted.price
                else None,
                approved_by=approved.operator_id if needed and approved else None,
                approvals=tuple(dict.fromkeys(APPROVABLE[problem.code] for problem in quoted.needs)),
                personal=Payer(
                    name=name,
                    token=token,
                    passport_number=person.passport_number,
                    kpj=person.kpj,
                    approval_reason=approved.reason if needed and approved else None,
                ),
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
            change=settlement.change,
            covered_from=first_cover.covered_from,
            covered_to=first_cover.covered_to,
            provisional=quoted.quote.provisional,
            lines=quoted.quote.lines,
            warnings=quoted.warnings,
            outcome=settlement.outcome,
            tenders=settlement.tenders,
            surplus=settlement.surplus if settlement.surplus.minor else None,
            short=settlement.short if settlement.short.minor else None,
            approved_by=approved.name if needed and approved else None,
        )
        keep_answer(work, form.request_id, form.content(), received)
    return received


def _approved(desk: Desk, form: Payment, password: str | None) -> Approved | None:
    """Who agrees, checked before the database is held: a password takes its time on purpose."""
    if form.approval is None:
        return None
    with desk.read() as work:
        if _answered(work, form):
            return None  # nobody is asked twice
    return approve(desk, Approval(form.approval.login or "", password or "", form.approval.reason or ""))


def _used(rate: Rate | None) -> RateUsed | None:
    if rate is None:
        return None
    return RateUsed(rate_id=rate.id, valid_from=rate.valid_from, idr_per_unit=rate.idr_per_unit)


def _tender(tender: SettledTender) -> Tender:
    return Tender(
        kind=tender.kind,
        currency=tender.received.currency,
        exponent=tender.received.exponent,
        received=tender.received.minor,
        change=tender.change.minor,
        reference=tender.reference,
        paid_on=tender.paid_on,
        document_id=tender.document_id,
        rate=_used(tender.rate),
        worth=tender.worth.minor if tender.rate else None,
    )


def _flags(quoted: Quoted) -> tuple[str, ...]:
    """What a person has to look at afterwards: at this counter and at the centre."""
    found = [_FLAGS[problem.code] for problem in quoted.warnings if problem.code in _FLAGS]
    found += ["tender.short" for problem in quoted.needs if problem.code == "slip.short"]
    return tuple(dict.fromkeys(found))


def _quoted(work: Work, form: Payment, *, settling: bool = True) -> Quoted:
    """What `form` comes to, its problems and warnings at the fields where it has them."""
    try:
        quoted = _reckoned(work, form, settling=settling)
    except Refused as refusal:
        raise Refused(*map(form.as_written, refusal.problems)) from refusal
    return replace(
        quoted,
        warnings=tuple(map(form.as_written, quoted.warnings)),
        needs=tuple(map(form.as_written, quoted.needs)),
    )


def _reckoned(work: Work, form: Payment, *, settling: bool) -> Quoted:
    connection = work.connection
    worker_id = require(connection, form.worker()).id
    placement = latest_placement(connection, worker_id)
    event = (placement.event if placement else None) or "new"
    event_date = form.event_date(work.today)
    pack = tariff_on(connection, event_date)
    paid = covers_of(connection, [worker_id])[worker_id]

    def quoting(lines: Sequence[LineAsked]) -> Quote:
        return quote(
            lines,
            pack=pack,
            paid=paid,
            contract_start=placement.contract.stay.first if placement else None,
            contract_end=placement.contract.stay.last if placement else None,
            event=event,
            scheme=placement.scheme if placement else None,
            paid_on=work.today,
            event_date=event_date,
        )

    asked = form.lines_asked()
    quoted = quoting(asked)
    currency = form.currency_asked()
    rates = rates_on(connection, work.mission, work.today)
    price = None if currency == "IDR" else local_price(connection, work.mission, currency, work.today)

    def charged(quoted: Quote) -> Due:
        return due_in(currency, quoted.lines, event=event, price=price, rate=rates.get(currency), day=work.today)

    charge = charged(quoted)
    due = charge.amount
    tenders = form.tenders_asked(currency)
    _require_documents(connection, worker_id, tenders)
    no_cash, till = cash_here(work)
    warnings, needs = list(quoted.warnings), []
    if event_date != work.today and pack != tariff_on(connection, work.today):
        warnings.append(Problem.of("lines", "tariff.of_slip_day", day=event_date.isoformat(), version=pack.version))
    settlement, rate = None, charge.rate
    if settling:
        settlement = settle(due, tenders, cash=no_cash, rates=rates, today=work.today)
        warnings += settlement.warnings
        warnings += _reused(connection, [tender.reference for tender in settlement.tenders])
        short = settlement.short
        exchanges = [tender.rate for tender in settlement.tenders if tender.rate]
        if exchanges:
            # Whatever was exchanged went by the rate of the money it is charged in, too.
            rate = rates.get(currency)
            needs = expired(exchanges, work.today)
        if short.minor:
            where = "tenders[0].received" if len(tenders) == 1 else "tenders"
            needs.append(Problem.of(where, "slip.short", missing=short))
    else:
        given = [exchanged(tender.received, currency, rates) for tender in tenders if tender.received]
        short = due - sum(given, due - due)
    used = [row for row in (rate, charge.price) if row is not None]
    return Quoted(
        quoted,
        due,
        rate,
        charge.rounding_idr,
        settlement,
        short if short.minor else None,
        tuple(warnings),
        str(work.next_number()),
        charge.price,
        charge.fixed,
        tuple(dict.fromkeys([*expired(used, work.today), *needs])),
        _months_paid(asked, due - short, lambda lines: charged(quoting(lines)).amount, pack.max_months)
        if short.minor
        else None,
        till,
        event_date if event_date != work.today else None,
    )


def _months_paid(
    asked: Sequence[LineAsked], given: Money, price_of: Callable[[Sequence[LineAsked]], Money], most: int
) -> int | None:
    """The most months that the money pays: of the protection where it is paid for, else of the savings. Months are no
    straight line (24 may cost less than 23), so every number is tried, the most first."""
    at = next((at for at, line in enumerate(asked) if line.programme != "JHT"), 0)
    for months in range(most, 0, -1):
        lines = [replace(line, months=months) if number == at else line for number, line in enumerate(asked)]
        with suppress(Refused):  # a number that the tariff does not sell
            if price_of(lines) <= given:
                return months
    return None


def _require_documents(connection: Connection, worker_id: UUID, tenders: Sequence[TenderAsked]) -> None:
    """Refused `document.unknown` unless each picture of a slip is one of this worker's documents."""
    wanted = {tender.document_id for tender in tenders if tender.document_id}
    if not wanted:
        return
    theirs = set(
        connection.scalars(
            select(worker_document.c.id).where(
                worker_document.c.id.in_(wanted),
                worker_document.c.worker_id.in_(registrations_of(connection, worker_id)),
            )
        )
    )
    refuse_if(
        Problem(f"tenders[{at}].document_id", "document.unknown")
        for at, tender in enumerate(tenders)
        if tender.document_id and tender.document_id not in theirs
    )


def _reused(connection: Connection, references: list[str | None]) -> list[Problem]:
    """A slip that paid for something already, and was not taken back since: perhaps a family's one slip for two,
    perhaps not. Never refused."""
    found = []
    for at, reference in enumerate(references):
        if reference is None:
            continue
        number = connection.scalar(
            select(receipt.c.number)
            .join(receipt_tender, receipt_tender.c.receipt_id == receipt.c.id)
            .where(receipt_tender.c.reference == reference, receipt.c.void_id.is_(None))
            .limit(1)
        )
        if number:
            found.append(Problem.of(f"tenders[{at}].reference", "slip.reused", reference=reference, number=number))
    return found


def _answered(work: Work, form: Payment) -> Received | None:
    """The first answer to this request. What was taken back since is said with it: asking again never pays again."""
    first = first_answer(work, form.request_id, form.content(), Received)
    if first is None:
        return None
    return replace(first, warnings=(*first.warnings, *_taken_back(work, first)), repeated=True)


def _taken_back(work: Work, first: Received) -> list[Problem]:
    row = work.connection.execute(select(receipt).where(receipt.c.id == first.receipt_id)).one()
    reversal = reversal_of(work.connection, row)
    if reversal is None:
        return []
    day = reversal.day.isoformat()
    if reversal.kind == "void":
        return [Problem.of("receipt", "receipt.was_voided", number=row.number, void=reversal.number, day=day)]
    return [Problem.of("receipt", "receipt.was_refunded", number=row.number, day=day)]
