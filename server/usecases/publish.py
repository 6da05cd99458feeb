"""Publishing: what an officer says of missions, rates, prices, tariffs and staff becomes entries for the counters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from sqlalchemy import Connection, select

from models.journal.body import Body
from models.journal.ids import new_id
from models.journal.reference import FixedAmount, MissionPublished, PricePublished, RatePublished, TariffPublished
from models.journal.staff import StaffListed, StaffName
from models.ledger.tables import staff
from models.rules.missions import mission
from models.rules.money import LARGEST_MINOR, ROUNDINGS, Money, currency
from models.rules.names import clean_name, name_problems
from models.rules.placements import EVENTS
from models.rules.prices import ANY_EVENT
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.tariffs import TariffPack
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head, record
from server.usecases.tariffs import checked, taken_versions, today

ROLES = ("petugas", "penyelia", "admin")

_DATABASE_INTEGER = 1 << 31
_LONGEST_DECREE = 80
_MOST_MONTHS = 120


class MissionPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`counters` names each series, as receipts and the window show it; `difference_limits` say by how much of a
    currency, in its main unit, a count of the till may differ before a second person has to agree."""

    mission: str
    cash_allowed: bool = False
    counters: dict[str, str] = {}
    difference_limits: dict[str, str | int | float] = {}


class RatePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`idr_per_unit` rupiah for one main unit; `step` is what amounts due are rounded to, in the main unit, and
    `rounding` how: up, nearest or down. Without `valid_to` it holds until the next one begins."""

    mission: str
    currency: str
    valid_from: date
    idr_per_unit: str | int | float
    step: str | int | float = ""
    rounding: str = "up"
    valid_to: date | None = None
    decree: str | None = None


class PriceRowPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What some months cost, in the main unit; `event` new, extension, re-entry or late, or any of them."""

    months: int
    amount: str | int | float
    programme: str = "JKK+JKM"
    event: str = ANY_EVENT


class PricePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decree that fixes local amounts in place of the rate; without rows it takes an earlier one back."""

    mission: str
    currency: str
    valid_from: date
    decree: str
    rows: tuple[PriceRowPart, ...] = ()
    valid_to: date | None = None


class StaffPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `operator_id` the person of this login at this mission is meant, or a new one."""

    mission: str
    login: str
    name: str
    role: str
    operator_id: UUID | None = None
    active: bool = True


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `loket-centre publish` reads; every part may be left out."""

    missions: tuple[MissionPart, ...] = ()
    rates: tuple[RatePart, ...] = ()
    prices: tuple[PricePart, ...] = ()
    tariffs: tuple[dict[str, Any], ...] = ()
    staff: tuple[StaffPart, ...] = ()


EXAMPLE = """\
{
  "missions": [{"mission": "TPE", "cash_allowed": true, "counters": {"TPE3": "Loket 3"},
                "difference_limits": {"TWD": 100, "IDR": 50000}}],
  "rates": [{"mission": "TPE", "currency": "TWD", "valid_from": "2026-11-22", "idr_per_unit": "512.40", "step": "1",
             "rounding": "up", "valid_to": "2026-12-31", "decree": "SK-81/2026"}],
  "prices": [{"mission": "KWI", "currency": "KWD", "valid_from": "2026-11-22", "valid_to": "2027-03-31",
              "decree": "SK-12/2026", "rows": [{"programme": "JKK+JKM", "months": 24, "amount": "6.250"}]}],
  "tariffs": [{"id": "01860c3a-5c00-7000-8000-000000000001", "version": 3, "valid_from": "2027-01-01",
               "legal_basis": "Permenaker 1/2027 Pasal 18",
               "rows": [{"months": 6, "base": 110000, "per_month": 14000, "confidence": "law"},
                        {"months": 12, "base": 195000, "per_month": 14000, "confidence": "law"},
                        {"months": 6, "base": 100000, "per_month": 14000, "confidence": "press: surat edaran",
                         "scheme": "g2g", "event": "extension"}],
               "policies": {"cap_at_next_package": true, "min_package": 6, "month_rounding": "up"},
               "jht": {"min": 50000, "max": 600000, "step": 10000}, "max_months": 60,
               "confidence": {"jht_step": "proposal: belum diatur"}}],
  "staff": [{"mission": "TPE", "login": "rina", "name": "Rina W.", "role": "petugas"}]
}"""


def mission_id(code: str) -> UUID:
    """The id a mission has everywhere."""
    return uuid5(NAMESPACE_URL, f"loket:mission:{code}")


def tariff_id(pack: TariffPack) -> UUID:
    """The id one version of a pack has everywhere: the next version stands beside it, since days before the next
    one's are still charged by this one; the same version again replaces it, until it has been charged by."""
    return uuid5(pack.id, f"loket:tariff:{pack.version}")


def publish(centre: Centre, publication: Publication, operator: UUID | None = None) -> dict[str, int]:
    """Write all of it, or nothing. Refused with every problem found, each beside its part (`rates[0].step`).
    Returns how many of each part were written."""
    problems: list[Problem] = []
    bodies: list[Body] = []
    for found in _checked(publication):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            bodies.append(found)
    refuse_if(problems)

    def write(connection: Connection) -> None:
        # Two officers publish one after the other: what is listed or taken already is asked only then.
        lock_own_head(connection, centre)
        refuse_if(taken_versions(connection, today(centre), publication.tariffs))
        people = [_person(connection, part) for part in publication.staff]
        if bodies or people:
            record(connection, centre, [*bodies, *people], operator)

    centre.write(write)
    return {part: len(getattr(publication, part)) for part in Publication.__struct_fields__}


def _checked(publication: Publication) -> Iterator[Body | Problem]:
    for number, setting in enumerate(publication.missions):
        yield from _or_problems(f"missions[{number}]", lambda part=setting: _setting(part))
    for number, rate in enumerate(publication.rates):
        yield from _or_problems(f"rates[{number}]", lambda part=rate: _rate(part))
    for number, price in enumerate(publication.prices):
        yield from _or_problems(f"prices[{number}]", lambda part=price: _price(part))
    for number, pack in enumerate(publication.tariffs):
        yield from _or_problems(f"tariffs[{number}]", lambda part=pack: _tariff(part))
    for number, person in enumerate(publication.staff):
        yield from _or_problems(f"staff[{number}]", lambda part=person: _check_person(part))


def _or_problems(place: str, check: Any) -> Iterator[Body | Problem]:
    try:
        body = check()
    except Refused as refusal:
        for problem in refusal.problems:
            yield Problem(f"{place}.{problem.field}", problem.code, problem.values)
    else:
        if body is not None:
            yield body


def _setting(part: MissionPart) -> MissionPublished:
    code = mission(part.mission).code
    problems: list[Problem] = []
    limits = {}
    for unit, limit in part.difference_limits.items():
        if found := _minor(limit, unit, f"difference_limits.{unit}", problems):
            limits[found.currency] = found.minor
    refuse_if(problems)
    return MissionPublished(
        mission_id=mission_id(code),
        mission=code,
        cash_allowed=part.cash_allowed,
        counters=part.counters,
        difference_limits=limits,
    )


def _rate(part: RatePart) -> RatePublished:
    place, unit = mission(part.mission), currency(part.currency)
    rate, step = _decimal(part.idr_per_unit), _decimal(part.step or str(Decimal(1).scaleb(-unit.exponent)))
    smallest = None if step is None else step.scaleb(unit.exponent)
    wrong = _dates_wrong(part)
    if unit.code == "IDR":
        wrong.append(Problem("currency", "rate.rupiah"))
    if rate is None or not 0 < rate <= LARGEST_MINOR or rate != round(rate, 8):
        wrong.append(Problem.of("idr_per_unit", "rate.not_positive"))
    if smallest is None or not 0 < smallest < _DATABASE_INTEGER or smallest != smallest.to_integral_value():
        wrong.append(Problem.of("step", "rate.step", currency=unit.code, decimals=unit.exponent))
    if part.rounding not in ROUNDINGS:
        wrong.append(_not_among("rounding", part.rounding, ROUNDINGS))
    refuse_if(wrong)
    assert rate is not None
    assert smallest is not None
    return RatePublished(
        mission=place.code,
        currency=unit.code,
        valid_from=part.valid_from,
        idr_per_unit=rate,
        step=int(smallest),
        valid_to=part.valid_to,
        decree=(part.decree or "").strip() or None,
        rounding=part.rounding,
    )


def _price(part: PricePart) -> PricePublished:
    place, unit = mission(part.mission), currency(part.currency)
    wrong = _dates_wrong(part)
    if unit.code == "IDR":
        wrong.append(Problem("currency", "rate.rupiah"))
    if not part.decree.strip():
        wrong.append(Problem("decree", "required"))
    rows: dict[tuple[str, str, int], FixedAmount] = {}
    for at, row in enumerate(part.rows):
        where = f"rows[{at}]"
        amount = _minor(row.amount, unit.code, f"{where}.amount", wrong)
        if amount is not None and not amount.minor:
            wrong.append(Problem(f"{where}.amount", "price.not_positive"))
        if row.programme != "JKK+JKM":
            wrong.append(Problem.of(f"{where}.programme", "price.programme", programme=row.programme[:20]))
        if row.event not in (ANY_EVENT, *EVENTS):
            wrong.append(_not_among(f"{where}.event", row.event, (ANY_EVENT, *EVENTS)))
        if row.months < 1:
            wrong.append(Problem(f"{where}.months", "months.at_least_one"))
        elif row.months > _MOST_MONTHS:
            wrong.append(Problem.of(f"{where}.months", "months.too_many", most=_MOST_MONTHS))
        key = (row.programme, row.event, row.months)
        if key in rows:
            wrong.append(Problem(f"{where}.months", "price.twice"))
        rows[key] = FixedAmount(
            programme=row.programme, event=row.event, months=row.months, amount=amount.minor if amount else 0
        )
    refuse_if(wrong)
    return PricePublished(
        mission=place.code,
        currency=unit.code,
        valid_from=part.valid_from,
        valid_to=part.valid_to,
        decree=part.decree.strip(),
        rows=tuple(rows.values()),
    )


def _dates_wrong(part: RatePart | PricePart) -> list[Problem]:
    wrong = []
    if part.valid_to is not None and part.valid_to < part.valid_from:
        wrong.append(Problem.of("valid_to", "validity.reversed", day=part.valid_from.isoformat()))
    if len(part.decree or "") > _LONGEST_DECREE:
        wrong.append(Problem.of("decree", "decree.long", longest=_LONGEST_DECREE))
    return wrong


def _not_among(field: str, given: str, choices: Sequence[str]) -> Problem:
    return Problem.of(field, "choice.unknown", given=given[:40], choices=", ".join(choices))


def _minor(written: str | int | float, code: str, field: str, problems: list[Problem]) -> Money | None:
    """An amount in the main unit; what is wrong with it goes to `problems`."""
    try:
        # A float is written as the officer wrote it: 6.25, not its binary neighbour.
        return Money.parse(str(written) if isinstance(written, float) else written, code, field)
    except Refused as refusal:
        problems += [replace(problem, field=field) for problem in refusal.problems]
        return None


def _decimal(written: str | int | float) -> Decimal | None:
    text = str(written)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(text) <= 32 else None


def _tariff(document: dict[str, Any]) -> TariffPublished:
    pack = checked(document)
    return TariffPublished(tariff_id=tariff_id(pack), pack=pack.to_json())


def _check_person(part: StaffPart) -> None:
    mission(part.mission)
    problems = name_problems(part.name, "name")
    if part.role not in ROLES:
        problems.append(Problem.of("role", "staff.role_unknown", role=part.role[:20], roles=", ".join(ROLES)))
    if not part.login.strip():
        problems.append(Problem.of("login", "login.empty"))
    refuse_if(problems)


def _person(connection: Connection, part: StaffPart) -> StaffListed:
    login = part.login.strip().lower()
    known = connection.scalar(
        select(staff.c.id).where(staff.c.mission == part.mission, staff.c.login == login).order_by(staff.c.id).limit(1)
    )
    return StaffListed(
        operator_id=part.operator_id or known or new_id(),
        mission=part.mission,
        role=part.role,
        active=part.active,
        personal=StaffName(login=login, name=clean_name(part.name)),
    )
