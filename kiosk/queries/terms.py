"""Terms: what a payment at this counter goes by today: tariff, rate, tenders, and what the worker has paid so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.desk import Desk
from kiosk.queries.reference import local_price, rates_on, tariff_on
from kiosk.queries.tills import cash_here
from kiosk.queries.workers import WorkerCard, card_in
from models.rules.coverage import next_cover
from models.rules.days import rounded_months
from models.rules.money import Rate
from models.rules.prices import Price
from models.rules.tariffs import TariffPack, TariffRow


@dataclass(frozen=True, slots=True)
class Terms:
    """What the payment screen starts from.

    `rows` is what the tariff sells this worker, the shortest package first. `currency` is the mission's, `rate` None
    where it has none (as the rupiah), `price` the decree that fixes amounts in it; both may have expired.
    `cash_forbidden` is the code of what forbids cash here and now, `currencies` what money may be taken: the mission's
    own, the rupiah, then whatever has a rate. `suggested_months` is what the contract leaves open, None where it leaves
    nothing."""

    worker: WorkerCard
    day: date
    pack: TariffPack
    rows: tuple[TariffRow, ...]
    currency: str
    rate: Rate | None
    price: Price | None
    cash_forbidden: str | None
    currencies: tuple[str, ...]
    next_number: str
    suggested_months: int | None


def payment_terms(desk: Desk, worker_id: UUID) -> Terms:
    """The terms for one worker. Refused `worker.unknown`, `tariff.none`, `tariff.no_row`."""
    with desk.read() as work:
        person = card_in(work, worker_id)
        currency = work.terminal.mission.currency
        pack = tariff_on(work.connection, work.today)
        placement = person.placement
        rates = rates_on(work.connection, work.mission, work.today)
        return Terms(
            worker=person,
            day=work.today,
            pack=pack,
            rows=pack.table(
                scheme=placement.scheme if placement else None, event=(placement.event if placement else None) or "new"
            ),
            currency=currency,
            rate=rates.get(currency),
            price=local_price(work.connection, work.mission, currency, work.today),
            cash_forbidden=cash_here(work)[0],
            currencies=tuple(dict.fromkeys([currency, "IDR", *rates])),
            next_number=str(work.next_number()),
            suggested_months=_left_open(person, work.today, pack),
        )


def _left_open(person: WorkerCard, day: date, pack: TariffPack) -> int | None:
    """The months of the contract that no payment covers yet, counted as the tariff says: JKK+JKM is paid once, for the
    whole contract (Permenaker 4/2023), so this is what is usually asked for."""
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
    months = rounded_months(begins, ends, pack.month_rounding)
    return months if 1 <= months <= pack.max_months else None
