"""Persons: which registrations are one person, and under which of them that person goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from models.ledger.tables import worker
from models.rules.problems import Problem, Refused


def require(connection: Connection, worker_id: UUID, *, erased: bool = False) -> Row[Any]:
    """The row under which this registration's person goes on. Refused `worker.unknown`, and `worker.erased` for one of
    whom nothing may be kept any more, unless `erased` ones are asked for."""
    row = connection.execute(select(worker).where(worker.c.id == worker_id)).first()
    if row is not None and row.merged_into is not None:
        row = connection.execute(select(worker).where(worker.c.id == row.merged_into)).first()
    if row is None:
        raise Refused(Problem("worker_id", "worker.unknown"))
    if row.erased and not erased:
        raise Refused(Problem("worker_id", "worker.erased"))
    return row


def goes_on_as(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each of these registrations that is known here, the one under which its person goes on."""
    query = select(worker.c.id, worker.c.merged_into).where(worker.c.id.in_(list(ids)))
    return {row.id: row.merged_into or row.id for row in connection.execute(query)}


def gathered_under(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """All registrations of these persons, each with its person. A person nobody knows here has the one they are named
    by."""
    wanted = list(dict.fromkeys(persons))
    query = select(worker.c.id, worker.c.merged_into).where(
        or_(worker.c.merged_into.in_(wanted), worker.c.id.in_(wanted))
    )
    found = {one: one for one in wanted}
    found |= {row.id: row.merged_into or row.id for row in connection.execute(query)}
    return found


def registrations_of(connection: Connection, person: UUID) -> list[UUID]:
    """The registrations gathered under a person, the one that goes on first."""
    others = select(worker.c.id).where(worker.c.merged_into == person).order_by(worker.c.id)
    return [person, *connection.scalars(others)]
