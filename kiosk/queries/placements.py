"""Placements: every contract of a person as it was ever written down, and which of them stands for it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.desk import Desk, kept
from kiosk.queries.persons import require
from kiosk.queries.privacy import is_restricted
from kiosk.queries.reference import staff_name
from kiosk.queries.workers import PlacementRow, versions_of, without_details
from kiosk.store.tables import base_entry
from kiosk.store.tables import entry as entries
from models.journal.entry import Unreadable
from models.journal.placements import PlacementRecorded
from models.rules.placements import standing


@dataclass(frozen=True, slots=True)
class Written:
    """A contract as it was written down once. `stands_for_it` is the version that counts now, itself where it does;
    `reason` why it was put in the place of another."""

    row: PlacementRow
    stands_for_it: UUID
    operator: str
    reason: str

    @property
    def stands(self) -> bool:
        return self.row.id == self.stands_for_it


def history(desk: Desk, worker_id: UUID, *, revealed: bool = False) -> list[Written]:
    """All that was written down, what was written last first; of somebody whose data are restricted only the dates,
    unless it was asked for (`revealed`). Refused `worker.unknown`."""
    with desk.read() as work:
        person = require(work.connection, worker_id, erased=True)
        versions = versions_of(work.connection, person.id)
        stands = standing(versions)
        said = _said(work.connection, [one.id for one in versions])
        hidden = not revealed and is_restricted(work.connection, person.id)
        found = [
            Written(one, stands[one.id], *said.get(one.id, ("—", "")))
            for one in sorted(versions, key=lambda one: one.order, reverse=True)
        ]
        return [replace(one, row=without_details(one.row), reason="") if hidden else one for one in found]


def _said(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Who wrote each and why: the journal's own words, as far as they were not erased."""
    ids = list(ids)
    resting = select(base_entry.c.id, base_entry.c.operator, base_entry.c.note).where(base_entry.c.id.in_(ids))
    found = {row.id: (staff_name(connection, row.operator), row.note or "") for row in connection.execute(resting)}
    for row in connection.execute(select(entries).where(entries.c.id.in_(ids))):
        try:
            entry = kept(row)
            body = entry.body()
        except Unreadable:
            continue
        reason = body.personal.reason if isinstance(body, PlacementRecorded) and body.personal else ""
        found[row.id] = staff_name(connection, entry.head.operator), reason
    return found
