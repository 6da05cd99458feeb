"""Publishing: what an officer says of missions, rates, tariffs and staff becomes signed entries for the counters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from sqlalchemy import Connection, select

from models.journal.body import Body
from models.journal.ids import new_id
from models.journal.reference import MissionPublished, RatePublished, TariffPublished
from models.journal.staff import StaffListed, StaffName
from models.ledger.tables import staff
from models.rules.missions import mission
from models.rules.money import LARGEST_MINOR, currency
from models.rules.names import clean_name, name_problems
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.tariffs import TariffPack
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.tariffs import checked, taken_versions, today

ROLES = ("petugas", "penyelia", "admin")

_DATABASE_INTEGER = 1 << 31


class MissionPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`counters` names each series, as receipts and the window show it."""

    mission: str
    cash_allowed: bool = False
    counters: dict[str, str] = {}


class RatePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`idr_per_unit` rupiah for one main unit; `step` is what amounts due are rounded up to, in the main unit."""

    mission: str
    currency: str
    valid_from: date
    idr_per_unit: str | int | float
    step: str | int | float = ""


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
    tariffs: tuple[dict[str, Any], ...] = ()
    staff: tuple[StaffPart, ...] = ()


EXAMPLE = """\
{
  "missions": [{"mission": "TPE", "cash_allowed": true, "counters": {"TPE3": "Loket 3"}}],
  "rates": [{"mission": "TPE", "currency": "TWD", "valid_from": "2026-11-22", "idr_per_unit": "512.40", "step": "1"}],
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
    return MissionPublished(
        mission_id=mission_id(code), mission=code, cash_allowed=part.cash_allowed, counters=part.counters
    )


def _rate(part: RatePart) -> RatePublished:
    place, unit = mission(part.mission), currency(part.currency)
    rate, step = _decimal(part.idr_per_unit), _decimal(part.step or str(Decimal(1).scaleb(-unit.exponent)))
    smallest = None if step is None else step.scaleb(unit.exponent)
    wrong = []
    if rate is None or not 0 < rate <= LARGEST_MINOR or rate != round(rate, 8):
        wrong.append(Problem.of("idr_per_unit", "rate.not_positive"))
    if smallest is None or not 0 < smallest < _DATABASE_INTEGER or smallest != smallest.to_integral_value():
        wrong.append(Problem.of("step", "rate.step", currency=unit.code, decimals=unit.exponent))
    refuse_if(wrong)
    assert rate is not None
    assert smallest is not None
    return RatePublished(
        mission=place.code, currency=unit.code, valid_from=part.valid_from, idr_per_unit=rate, step=int(smallest)
    )


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
