"""Holdings: whose data is on this machine, and how far it has been given what others recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from kiosk.desk import Desk, Work, head
from kiosk.queries.privacy import everybody_restricted
from kiosk.store.tables import blob, cursor, own_terminal, statement
from models.ledger.tables import claim, receipt, worker
from models.rules.privacy import passport_end, shown_name


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
        seq, _hash = head(connection, own)
        acked = connection.scalar(select(own_terminal.c.acked_seq)) or 0
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
            own_entries=seq,
            unsent=seq - acked,
            streams=tuple((row.stream, row.position) for row in connection.execute(select(cursor))),
            last_synced=connection.scalar(select(statement.c.at)),
        )


def people_here(desk: Desk, most: int | None = 200) -> list[HeldRow]:
    """Whose data is here, by name; at most so many."""
    with desk.read() as work:
        return people_in(work, most)


def people_in(work: Work, most: int | None = None) -> list[HeldRow]:
    limited = everybody_restricted(work.connection)
    query = select(worker).where(*_persons()).order_by(worker.c.name, worker.c.id)
    rows = work.connection.execute(query.limit(most) if most is not None else query)
    return [
        HeldRow(
            worker_id=row.id,
            name=shown_name(row.name, restricted=row.id in limited),
            birth_date=None if row.id in limited else row.birth_date,
            passport=passport_end(row.passport_number) if row.passport_number else "",
            phone="" if row.id in limited else row.phone or row.whatsapp or "",
            restricted=row.id in limited,
        )
        for row in rows
    ]


def _persons() -> tuple[ColumnElement[bool], ...]:
    return worker.c.merged_into.is_(None), worker.c.erased.is_(False)
