"""Tenders: how the money that came over the counter, or went to the bank, settles what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from models.rules.money import Money, Rate, enough_of, exchanged
from models.rules.problems import Problem, Refused, refuse_if

TENDERS: tuple[str, ...] = ("cash", "bank_slip", "kode_iuran")

Outcome = Literal["short", "exact", "change", "surplus"]
"""What a payment comes to: too little and let pass, just enough, too much and given back, too much and kept."""

OLD_SLIP = timedelta(days=365)
"""A slip older than this deserves a second look: it is probably not this year's payment."""


@dataclass(frozen=True, slots=True)
class TenderAsked:
    """One way of paying; `received` None means exactly what the other tenders leave open. `paid_on` is the day on the
    slip, `document_id` its picture."""

    kind: str
    currency: str
    received: Money | None = None
    reference: str | None = None
    paid_on: date | None = None
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SettledTender:
    """What was taken in and given back; the till keeps `received - change`. `worth` is what it pays of what is due, in
    that currency; `rate` the row that said so, where it came in another. Change is always in the currency due."""

    kind: str
    received: Money
    change: Money
    worth: Money
    reference: str | None = None
    paid_on: date | None = None
    document_id: UUID | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A payment settled: the worth of its tenders is due + `surplus` − `short`, to the last unit.

    Only cash is given back (`change`); what a bank slip brought too much is `surplus`, and too little, where the money
    lies at the bank already, `short`."""

    tenders: tuple[SettledTender, ...]
    change: Money
    surplus: Money
    short: Money
    warnings: tuple[Problem, ...]

    @property
    def outcome(self) -> Outcome:
        """Which of the four it is; of what was partly given back and partly kept, that some was kept."""
        if self.short.minor:
            return "short"
        if self.surplus.minor:
            return "surplus"
        return "change" if self.change.minor else "exact"


def settle(
    due: Money,
    tenders: Sequence[TenderAsked],
    *,
    cash: str | None = None,
    rates: Mapping[str, Rate] = MappingProxyType({}),
    today: date,
) -> Settlement:
    """How the tenders pay what is due. `cash` is the code of what forbids cash here and now, None where nothing does;
    `rates` are the day's, by currency.

    Change is given in the currency due: by the cash that came in it, as far as that goes, and by a further cash tender
    that received nothing. A payment that is short is settled only where no cash is in it: cash can be added to or
    taken back as long as the worker stands there.

    Refused on `tenders` or `tenders[i].kind|currency|received|paid_on`: `tender.empty`, `tender.unknown`, the code in
    `cash`, `rate.missing`, `tender.received_missing`, `tender.nothing`, `money.negative`, `slip.future`, `tender.short`
    (gap `missing`). Warnings: `tender.reference_missing`, `tender.surplus` (gap `surplus`), `slip.old`, `slip.twice`.
    """
    if not tenders:
        raise Refused(Problem.of("tenders", "tender.empty"))
    refuse_if(_problems(due, tenders, cash=cash, rates=rates, today=today))

    nothing = due - due
    given = sum((exchanged(one.received, due.currency, rates) for one in tenders if one.received), nothing)
    rest = max(due - given, nothing)
    refuse_if(
        Problem.of(f"tenders[{at}].received", "tender.nothing")
        for at, one in enumerate(tenders)
        if one.received is None and rest == nothing < due
    )
    settled = []
    for one in tenders:
        received = enough_of(one.currency, rest, rates) if one.received is None else one.received
        foreign = one.currency != due.currency
        settled.append(
            SettledTender(
                one.kind,
                received,
                nothing,
                exchanged(received, due.currency, rates),
                (one.reference or "").strip() or None,
                one.paid_on,
                one.document_id,
                (rates[due.currency] if one.currency == "IDR" else rates[one.currency]) if foreign else None,
            )
        )
    total = sum((one.worth for one in settled), nothing)
    if total < due and not all(_lies_at_the_bank(one) for one in settled):
        where = "tenders[0].received" if len(tenders) == 1 else "tenders"
        raise Refused(Problem.of(where, "tender.short", missing=due - total))

    over = max(total - due, nothing)
    change = min(over, sum((one.worth for one in settled if one.kind == "cash"), nothing))
    surplus, short = over - change, max(due - total, nothing)
    with_change = _given_back(settled, change)
    return Settlement(tuple(with_change), change, surplus, short, tuple(_warnings(settled, surplus, today)))


def _lies_at_the_bank(tender: SettledTender) -> bool:
    return tender.kind != "cash" and tender.received.minor > 0


def _given_back(tenders: Sequence[SettledTender], change: Money) -> list[SettledTender]:
    """Who gives the change: no cash gives back more than it was, and what came in other money can only be given back
    out of the drawer."""
    nothing, left, settled = change - change, change, []
    for one in tenders:
        back = min(left, one.worth) if one.kind == "cash" and one.rate is None else nothing
        left -= back
        settled.append(replace(one, change=back, worth=one.worth - back))
    if left > nothing:
        settled.append(SettledTender("cash", nothing, left, -left))
    return settled


def _problems(
    due: Money, tenders: Sequence[TenderAsked], *, cash: str | None, rates: Mapping[str, Rate], today: date
) -> list[Problem]:
    problems = []
    open_ones = 0
    for at, tender in enumerate(tenders):
        where = f"tenders[{at}]"
        if tender.kind not in TENDERS:
            problems.append(Problem.of(f"{where}.kind", "tender.unknown", tender=tender.kind))
        elif tender.kind == "cash" and cash is not None:
            problems.append(Problem.of(f"{where}.kind", cash))
        problems += _rates_missing(due, tender, f"{where}.currency", rates, today)
        if tender.received is None:
            open_ones += 1
            if open_ones > 1:
                problems.append(Problem.of(f"{where}.received", "tender.received_missing"))
        elif tender.received.minor < 0:
            problems.append(Problem.of(f"{where}.received", "money.negative"))
        elif tender.received.minor == 0 and due.minor > 0 and (tender.kind != "cash" or len(tenders) > 1):
            problems.append(Problem.of(f"{where}.received", "tender.nothing"))
        if tender.paid_on is not None and tender.paid_on > today:
            problems.append(Problem.of(f"{where}.paid_on", "slip.future"))
    return problems


def _rates_missing(
    due: Money, tender: TenderAsked, where: str, rates: Mapping[str, Rate], today: date
) -> list[Problem]:
    if tender.received is not None and tender.received.currency != tender.currency:
        raise ValueError(f"{tender.received} was not received in {tender.currency}")
    if tender.currency == due.currency:
        return []
    return [
        Problem.of(where, "rate.missing", currency=code, day=today.isoformat())
        for code in (tender.currency, due.currency)
        if code != "IDR" and code not in rates
    ]


def _warnings(tenders: Sequence[SettledTender], surplus: Money, today: date) -> list[Problem]:
    warnings = []
    seen: set[str] = set()
    for at, tender in enumerate(tenders):
        if tender.kind == "cash":
            continue
        where = f"tenders[{at}]"
        if tender.reference is None:
            warnings.append(Problem.of(f"{where}.reference", "tender.reference_missing"))
        elif tender.reference in seen:
            warnings.append(Problem.of(f"{where}.reference", "slip.twice", reference=tender.reference))
        seen.add(tender.reference or "")
        if tender.paid_on is not None and today - tender.paid_on > OLD_SLIP:
            warnings.append(Problem.of(f"{where}.paid_on", "slip.old", day=tender.paid_on.isoformat()))
    if surplus.minor:
        warnings.append(Problem.of("tenders", "tender.surplus", surplus=surplus))
    return warnings
