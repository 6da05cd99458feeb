"""Passports: whose a scanned one is, be it the current one, an old one, or that of a registration merged since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from kiosk.desk import Desk
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import listed_name, restricted_among
from models.ledger.tables import worker, worker_number


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a passport, or held it. `current`: it is the one in use, under this registration. Of somebody
    whose data are restricted there are initials, and nothing else."""

    worker_id: UUID
    name: str
    birth_date: date | None
    passport_number: str | None
    current: bool


def holders(desk: Desk, number: str) -> list[Holder]:
    """The persons with this passport number, those for whom it is the current one first."""
    with desk.read() as work:
        connection = work.connection
        former = select(worker_number.c.worker_id).where(
            worker_number.c.kind == "passport", worker_number.c.value == number
        )
        registrations = connection.scalars(
            select(worker.c.id).where(or_(worker.c.passport_number == number, worker.c.id.in_(former)))
        ).all()
        persons = list(dict.fromkeys(goes_on_as(connection, registrations).values()))
        rows = connection.execute(select(worker).where(worker.c.id.in_(persons), worker.c.erased.is_(False))).all()
        limited = restricted_among(connection, persons)
        found = [
            Holder(
                row.id,
                listed_name(row.name, restricted=row.id in limited),
                None if row.id in limited else row.birth_date,
                None if row.id in limited else row.passport_number,
                row.passport_number == number,
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (not one.current, one.name, one.worker_id))
