"""Terms: what a payment at this counter goes by today: tariff, rate, tenders, and what the worker has paid so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.desk import Desk
from kiosk.queries.reference import cash_allowed, local_rate, tariff_on
from kiosk.queries.workers import WorkerCard, card_in
from models.rules.coverage import next_cover
from models.rules.days import whole_months
from models.rules.money import Rate
from models.rules.tariffs import TariffPack


@dataclass(frozen=True, slots=True)
class Terms:
    """What the payment screen starts from. `currency` is the mission's, `rate` None where none is in force for it
    (or where it is rupiah); `suggested_months` what the contract leaves open, None where it leaves nothing."""

    worker: WorkerCard
    day: date
    pack: TariffPack
    currency: str
    rate: Rate | None
    cash_allowed: bool
    next_number: str
    suggested_months: int | None


def payment_terms(desk: Desk, worker_id: UUID) -> Terms:
    """The terms for one worker. Refused `worker.unknown`, `tariff.none`."""
    with desk.read() as work:
        person = card_in(work, worker_id)
        currency = work.terminal.mission.currency
        pack = tariff_on(work.connection, work.today)
        return Terms(
            worker=person,
            day=work.today,
            pack=pack,
            currency=currency,
            rate=None if currency == "IDR" else local_rate(work.connection, work.mission, currency, work.today),
            cash_allowed=cash_allowed(work.connection, work.mission),
            next_number=str(work.next_number()),
            suggested_months=_left_open(person, work.today, pack.max_months),
        )


def _left_open(person: WorkerCard, day: date, most: int) -> int | None:
    """The months of the contract that no payment covers yet: JKK+JKM is paid once, for the whole contract
    (Permenaker 4/2023), so this is what is usually asked for."""
    placement = person.placement
    if placement is None or (ends := placement.contract.stay.last) is None:
        return None
    begins = next_cover(
        "JKK+JKM",
        1,
        paid=person.covers.get("JKK+JKM", ()),
        contract_start=placement.contract.stay.first,
        event=placement.event or "new",
        paid_on=day,
    ).covered_from
    months = whole_months(begins, ends)
    return months if 1 <= months <= most else None
