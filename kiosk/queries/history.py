"""History: what was registered of a person, what was changed in it since, and which registrations were joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.desk import Desk
from kiosk.queries.heads import heads_about
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import is_restricted, listed_name, restricted_among
from kiosk.store.tables import own_terminal
from models.journal.workers import WorkerRegistered
from models.ledger.tables import amendment, comparison, staff, terminal, worker, worker_merge


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was given another value. `stands`: it is what the field holds now."""

    at: datetime
    operator: str
    counter: str
    field: str
    was: Any
    value: Any
    reason: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Joining:
    """Two registrations that were joined, and parted again where `undone_at` says so."""

    id: UUID
    at: datetime
    operator: str
    worker_id: UUID
    other_id: UUID
    other_name: str
    remark: str
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class Told:
    """A person's word on whether two registrations are one person."""

    at: datetime
    operator: str
    other_id: UUID
    other_name: str
    same: bool
    remark: str


@dataclass(frozen=True, slots=True)
class History:
    """Newest first. `registered_at` is when the journal says that the person was registered, where it is here."""

    worker_id: UUID
    registered_at: datetime | None
    registered_by: str
    registered_where: str
    changes: tuple[Change, ...]
    joinings: tuple[Joining, ...]
    told: tuple[Told, ...]


def history(desk: Desk, worker_id: UUID, *, revealed: bool = False) -> History:
    """Who changed what, when, from what to what, and why; of somebody whose data are restricted neither values nor
    words, unless they were asked for (`revealed`). Refused `worker.unknown`."""
    with desk.read() as work:
        connection = work.connection
        person = require(connection, worker_id, erased=True)
        mine = registrations_of(connection, person.id)
        people, places = _People(connection, revealed=revealed), counters(connection)
        hidden = not revealed and is_restricted(connection, person.id)
        registered = next(iter(heads_about(connection, [person.id], kind=WorkerRegistered.KIND)), None)
        changed = connection.execute(select(amendment).where(amendment.c.worker_id.in_(mine))).all()
        latest: dict[tuple[UUID, str], Any] = {}
        for row in sorted(changed, key=_stamp):
            latest[row.worker_id, row.field] = row.entry_id
        return History(
            worker_id=person.id,
            registered_at=registered.at if registered else None,
            registered_by=people.operator(registered.operator) if registered else "",
            registered_where=places.get(registered.terminal, "") if registered else "",
            changes=tuple(
                Change(
                    at=row.at,
                    operator=people.operator(row.operator_id),
                    counter=places.get(row.terminal, ""),
                    field=row.field,
                    was=None if hidden else row.was,
                    value=None if hidden else row.value,
                    reason="" if hidden else row.reason,
                    stands=latest[row.worker_id, row.field] == row.entry_id,
                )
                for row in sorted(changed, key=_stamp, reverse=True)
            ),
            joinings=tuple(replace(one, remark="") if hidden else one for one in _joinings(connection, mine, people)),
            told=tuple(replace(one, remark="") if hidden else one for one in _told(connection, mine, people)),
        )


def _stamp(row: Any) -> tuple[int, str, int, str]:
    return row.rev, row.terminal.hex, row.seq, row.field


def operators(connection: Connection) -> dict[UUID, str]:
    """What everybody on the staff list is called, by id."""
    query = select(staff.c.id, staff.c.name, staff.c.login)
    return {row.id: row.name or row.login for row in connection.execute(query)}


def counters(connection: Connection) -> dict[UUID, str]:
    """The series of every counter known here, by the id of its terminal."""
    known = select(terminal.c.terminal_id, terminal.c.series)
    own = select(own_terminal.c.terminal, own_terminal.c.series)
    return {at: series for query in (known, own) for at, series in connection.execute(query)}


class _People:
    """Names of staff and workers, each asked for once."""

    def __init__(self, connection: Connection, *, revealed: bool = False) -> None:
        self._connection, self._revealed = connection, revealed
        self._staff = operators(connection)

    def operator(self, operator_id: UUID | None) -> str:
        return "" if operator_id is None else self._staff.get(operator_id) or "—"

    def workers(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        wanted = list(ids)
        limited = set() if self._revealed else restricted_among(self._connection, wanted)
        query = select(worker.c.id, worker.c.name).where(worker.c.id.in_(wanted))
        return {row.id: listed_name(row.name, restricted=row.id in limited) for row in self._connection.execute(query)}


def _joinings(connection: Connection, mine: list[UUID], people: _People) -> list[Joining]:
    rows = connection.execute(
        select(worker_merge)
        .where(worker_merge.c.worker_id.in_(mine) | worker_merge.c.other_id.in_(mine), worker_merge.c.at.is_not(None))
        .order_by(worker_merge.c.at.desc(), worker_merge.c.id.desc())
    ).all()
    names = people.workers(row.other_id for row in rows)
    return [
        Joining(
            id=row.id,
            at=row.at,
            operator=people.operator(row.operator_id),
            worker_id=row.worker_id,
            other_id=row.other_id,
            other_name=names.get(row.other_id, "—"),
            remark=row.remark or "",
            undone_at=row.undone_at,
            undone_by=people.operator(row.undone_operator_id),
        )
        for row in rows
    ]


def _told(connection: Connection, mine: list[UUID], people: _People) -> list[Told]:
    rows = connection.execute(
        select(comparison)
        .where(comparison.c.worker_id.in_(mine) | comparison.c.other_id.in_(mine))
        .order_by(comparison.c.at.desc(), comparison.c.entry_id.desc())
    ).all()
    others = [row.worker_id if row.other_id in mine else row.other_id for row in rows]
    names = people.workers(others)
    return [
        Told(
            at=row.at,
            operator=people.operator(row.operator_id),
            other_id=other,
            other_name=names.get(other, "—"),
            same=row.same,
            remark=row.remark or "",
        )
        for row, other in zip(rows, others, strict=True)
    ]
