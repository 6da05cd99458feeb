"""Tasks: what a person should look at, each with its paper and its worker; and what somebody has dealt with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exists, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import WITHDRAWN, listed_name, restricted_among
from kiosk.queries.tills import number_of
from models.ledger.tables import (
    claim,
    flag,
    flag_settled,
    receipt,
    receipt_void,
    refund,
    refund_payment,
    staff,
    till,
    worker,
)
from models.rules.tasks import Closes, closes

OPEN = ~exists().where(flag_settled.c.entry_id == flag.c.entry_id, flag_settled.c.code == flag.c.code)
"""Of flags: nobody has said that there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """A flag that is open. `number`: the paper it is about, "" where there is none; `worker_id` None where it is about
    nobody, as with a till."""

    entry_id: UUID
    code: str
    at: datetime
    worker_id: UUID | None
    name: str
    number: str
    closes: Closes


@dataclass(frozen=True, slots=True)
class SettledTask:
    """A flag that somebody dealt with: who, when, and what they noted."""

    id: UUID
    entry_id: UUID
    code: str
    at: datetime
    operator: str
    note: str


def tasks(desk: Desk, most: int = 500) -> list[Task]:
    """Every open flag but withdrawn consents (kiosk.queries.privacy), the newest first."""
    with desk.read() as work:
        return tasks_in(work, most)


def tasks_in(work: Work, most: int = 500) -> list[Task]:
    connection = work.connection
    rows = connection.execute(
        select(flag)
        .where(flag.c.code != WITHDRAWN, OPEN)
        .order_by(flag.c.at.desc(), flag.c.entry_id.desc(), flag.c.code)
        .limit(most)
    ).all()
    ids = {row.worker_id for row in rows if row.worker_id is not None}
    persons = goes_on_as(connection, ids)
    people = {persons.get(one, one) for one in ids}
    names = {
        row.id: row.name
        for row in connection.execute(select(worker.c.id, worker.c.name).where(worker.c.id.in_(list(people))))
    }
    limited = restricted_among(connection, people)
    numbers = numbers_of(connection, {row.entry_id for row in rows})
    found = []
    for row in rows:
        person = persons.get(row.worker_id, row.worker_id)
        found.append(
            Task(
                entry_id=row.entry_id,
                code=row.code,
                at=row.at,
                worker_id=person,
                name=listed_name(names.get(person), restricted=person in limited) if person is not None else "",
                number=numbers.get(row.entry_id, ""),
                closes=closes(row.code),
            )
        )
    return found


def settled_of(connection: Connection, registrations: Collection[UUID]) -> list[SettledTask]:
    """What was dealt with about these registrations, the latest first."""
    return _settled(connection, flag_settled.c.worker_id.in_(list(registrations)))


def settled(connection: Connection, entry_id: UUID, code: str) -> SettledTask | None:
    """Who dealt with a flag first; None while it is open."""
    found = _settled(connection, (flag_settled.c.entry_id == entry_id) & (flag_settled.c.code == code))
    return found[-1] if found else None


def _settled(connection: Connection, condition: object) -> list[SettledTask]:
    rows = connection.execute(
        select(flag_settled, staff.c.name)
        .outerjoin(staff, staff.c.id == flag_settled.c.operator_id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(flag_settled.c.at.desc(), flag_settled.c.id.desc())
    )
    return [SettledTask(row.id, row.entry_id, row.code, row.at, row.name or "—", row.note or "") for row in rows]


def numbers_of(connection: Connection, entries: Iterable[UUID]) -> dict[UUID, str]:
    """The number of the paper that each of these entries made, for those that made one."""
    wanted = list(entries)
    found: dict[UUID, str] = {}
    for table in (receipt, receipt_void, refund_payment, claim):
        query = select(table.c.id, table.c.number).where(table.c.id.in_(wanted))
        found |= {row.id: row.number for row in connection.execute(query) if row.number}
    closed = select(till).where(till.c.closed_id.in_(wanted) | till.c.id.in_(wanted))
    for row in connection.execute(closed):
        number = number_of(row)
        found |= dict.fromkeys((row.id, row.closed_id), number)
    asked = select(refund.c.id, receipt.c.number).join(receipt, receipt.c.id == refund.c.receipt_id)
    found |= {row.id: row.number for row in connection.execute(asked.where(refund.c.id.in_(wanted)))}
    return found
