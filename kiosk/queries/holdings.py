"""Holdings: whose data is on this machine, and how far it has been given what others recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from kiosk.desk import Desk
from kiosk.queries.privacy import everybody_restricted, listed_name, restricted_among
from kiosk.queries.unsent import unsent
from kiosk.store.tables import blob, cursor, statement
from kiosk.store.tables import entry as entries
from models.ledger.tables import claim, receipt, worker
from models.rules.privacy import passport_end


@dataclass(frozen=True, slots=True)
class Holdings:
    """What lies here. `people`: persons, merged ones once, with `restricted` of them and `erased` of whom nothing is
    left; `unsent` entries that nobody else knows yet; `streams` with the position up to which each was pulled."""

    terminal: UUID
    series: str
    mission: str
    people: int
    restricted: int
    erased: int
    receipts: int
    claims: int
    documents: int
    own_entries: int
    unsent: int
    streams: tuple[tuple[str, int], ...]
    last_synced: datetime | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Somebody whose data is here; of a restricted person the initials only."""

    worker_id: UUID
    name: str
    birth_date: date | None
    passport: str
    phone: str
    restricted: bool


def holdings(desk: Desk) -> Holdings:
    """Figures for this machine, no names."""
    with desk.read() as work:
        connection, own = work.connection, work.terminal
        limited = everybody_restricted(connection)
        ids = list(connection.scalars(select(worker.c.id).where(*_persons()))) if limited else []

        def count(table: object) -> int:
            return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

        return Holdings(
            terminal=own.id,
            series=own.series,
            mission=own.mission.code,
            people=connection.scalar(select(func.count()).select_from(worker).where(*_persons())) or 0,
            restricted=sum(1 for one in ids if one in limited),
            erased=connection.scalar(select(func.count()).select_from(worker).where(worker.c.erased)) or 0,
            receipts=count(receipt),
            claims=count(claim),
            documents=count(blob),
            own_entries=connection.scalar(select(func.count()).where(entries.c.terminal == own.id)) or 0,
            unsent=unsent(connection, own),
            streams=tuple((row.stream, row.position) for row in connection.execute(select(cursor))),
            last_synced=connection.scalar(select(statement.c.at)),
        )


def people_here(desk: Desk, most: int = 200, skip: int = 0) -> list[HeldRow]:
    """Whose data is here, by name: so many, behind the first `skip`."""
    with desk.read() as work:
        return rows_of(work.connection, persons_held(work.connection, most, skip))


def persons_held(connection: Connection, most: int | None = None, skip: int = 0) -> list[UUID]:
    """The persons whose data is here, by name; merged ones once, erased ones not at all."""
    query = select(worker.c.id).where(*_persons()).order_by(worker.c.name, worker.c.id)
    if most is not None:
        query = query.limit(most).offset(skip)
    return list(connection.scalars(query))


def rows_of(connection: Connection, ids: Sequence[UUID]) -> list[HeldRow]:
    """These persons in this order; who is no longer here is left out."""
    limited = restricted_among(connection, ids)
    found = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(ids), *_persons()))}
    return [
        HeldRow(
            worker_id=row.id,
            name=listed_name(row.name, restricted=row.id in limited),
            birth_date=None if row.id in limited else row.birth_date,
            passport=passport_end(row.passport_number) if row.passport_number else "",
            phone="" if row.id in limited else row.phone or row.whatsapp or "",
            restricted=row.id in limited,
        )
        for row in (found[one] for one in ids if one in found)
    ]


def _persons() -> tuple[ColumnElement[bool], ...]:
    return worker.c.merged_into.is_(None), worker.c.erased.is_(False)
