"""Reference data in force at this counter: tariffs, rates, what the mission may take, who works here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from models.ledger.tables import mission_setting, price, rate, staff, tariff, terminal
from models.rules.money import ROUNDINGS, Rate, rate_on
from models.rules.prices import ANY_EVENT, FixedPrice, Price, price_on
from models.rules.problems import Problem, Refused
from models.rules.tariffs import TariffPack, pack_on, shipped_packs


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of the mission's staff list."""

    id: UUID
    login: str
    name: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A counter whose key the centre has certified."""

    terminal_id: UUID
    incarnation: int
    mission: str
    series: str
    public_key: bytes


def tariff_packs(connection: Connection, day: date | None = None) -> list[TariffPack]:
    """The packs the centre published, and those shipped that it did not publish otherwise.

    Refused `tariff.unreadable` where one cannot be read that may be in force on the day (None: on any).
    """
    published = []
    for document in connection.scalars(select(tariff.c.pack)):
        try:
            published.append(TariffPack.from_json(document))
        except Refused as refusal:
            if day is None or _may_hold(document, day):
                raise Refused(
                    Problem.of("tariff", "tariff.unreadable", version=document.get("version", "–"))
                ) from refusal
    replaced = {(pack.id, pack.version) for pack in published}
    return [*published, *(pack for pack in shipped_packs() if (pack.id, pack.version) not in replaced)]


def _may_hold(document: Mapping[str, Any], day: date) -> bool:
    """Whether a pack that this program cannot read might be the one in force: another is not charged in its place."""
    try:
        return document.get("published") is not False and date.fromisoformat(document["valid_from"]) <= day
    except (KeyError, TypeError, ValueError):
        return True


def tariff_on(connection: Connection, day: date) -> TariffPack:
    """The pack in force on the day of the event: the day the money was paid. Refused `tariff.none`,
    `tariff.unreadable`."""
    return pack_on(tariff_packs(connection, day), day)


def local_rate(connection: Connection, mission: str, currency: str, day: date) -> Rate | None:
    """The mission's rate for a currency on its business date; it may have expired."""
    return rates_on(connection, mission, day, currency).get(currency)


def rates_on(connection: Connection, mission: str, day: date, *currencies: str) -> dict[str, Rate]:
    """The mission's rates that count on its business date, of these currencies or of all; some may have expired."""
    query = select(rate).where(rate.c.mission == mission, rate.c.valid_from <= day)
    if currencies:
        query = query.where(rate.c.currency.in_(currencies))
    begun = defaultdict(list)
    for row in connection.execute(query):
        begun[row.currency].append(
            Rate(
                row.id,
                row.mission,
                row.currency,
                row.valid_from,
                Decimal(row.idr_per_unit),
                row.step,
                row.valid_to,
                row.decree,
                # A word of a newer centre is read as what every rate meant at first.
                row.rounding if row.rounding in ROUNDINGS else "up",
            )
        )
    return {code: found for code, rows in sorted(begun.items()) if (found := rate_on(rows, day))}


def local_price(connection: Connection, mission: str, currency: str, day: date) -> Price | None:
    """The decree that fixes amounts in a currency at this mission on its business date; it may have expired."""
    rows = connection.execute(
        select(price).where(price.c.mission == mission, price.c.currency == currency, price.c.valid_from <= day)
    )
    return price_on(
        (
            Price(
                row.id,
                row.mission,
                row.currency,
                row.valid_from,
                row.decree,
                tuple(
                    FixedPrice(one["programme"], one.get("event", ANY_EVENT), one["months"], one["amount"])
                    for one in row.rows
                ),
                row.valid_to,
            )
            for row in rows
        ),
        day,
    )


def cash_allowed(connection: Connection, mission: str) -> bool:
    """Whether the centre has enabled cash here; `record_only` until it says so."""
    found = connection.scalar(select(mission_setting.c.cash_allowed).where(mission_setting.c.mission == mission))
    return bool(found)


def counter_name(connection: Connection, mission: str, series: str) -> str:
    """What the mission calls this counter: as published, else «Loket 3» of TPE3."""
    names = connection.scalar(select(mission_setting.c.counters).where(mission_setting.c.mission == mission)) or {}
    digits = series.removeprefix(mission)
    return str(names.get(series) or f"Loket {digits or series}")


def staff_list(connection: Connection, mission: str) -> list[StaffRow]:
    """Everybody of the mission, active ones first."""
    rows = connection.execute(
        select(staff).where(staff.c.mission == mission).order_by(staff.c.active.desc(), staff.c.name)
    )
    return [StaffRow(row.id, row.login or "", row.name or row.login or "", row.role, row.active) for row in rows]


def staff_name(connection: Connection, operator_id: UUID) -> str:
    """What a member of staff is called on paper; «—» when the list has not said."""
    return connection.scalar(select(staff.c.name).where(staff.c.id == operator_id)) or "—"


def terminal_with(connection: Connection, key_thumbprint: bytes) -> TerminalRow | None:
    """The certified counter whose key has this thumbprint."""
    row = connection.execute(
        select(terminal).where(terminal.c.thumbprint == key_thumbprint).order_by(terminal.c.id)
    ).first()
    if row is None:
        return None
    return TerminalRow(row.terminal_id, row.incarnation, row.mission, row.series, bytes(row.public_key))
