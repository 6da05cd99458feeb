"""Lists: whom a clerk comes back to, without searching: those with a flag, and those served here lately."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.conflicts import in_conflict
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import WITHDRAWN, PrivacyTask, open_tasks
from kiosk.queries.tasks import OPEN
from kiosk.queries.workers import WorkerRow, rows
from kiosk.store.tables import entry as entries
from models.journal.body import unpack
from models.ledger.tables import flag

_LOOK_BACK = 200
"""Own entries read to find those served lately: four for each registration with payment and paper."""


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """A worker, the codes of what a person should look at, and the fields that two counters filled differently. `task`,
    at the mission's time: a withdrawn consent that has to be acted on before a certain hour."""

    worker: WorkerRow
    codes: tuple[str, ...]
    task: PrivacyTask | None = None
    conflicts: tuple[str, ...] = ()


class _About(msgspec.Struct, frozen=True):
    worker_id: UUID | None = None


def flagged(desk: Desk, most: int = 200) -> list[FlaggedRow]:
    """Workers with something to look at: what has a deadline first, then the fields to choose, then the newest flag."""
    with desk.read() as work:
        found = work.connection.execute(
            select(flag.c.worker_id, flag.c.code)
            .where(flag.c.worker_id.is_not(None), flag.c.code != WITHDRAWN, OPEN)
            .order_by(flag.c.at.desc(), flag.c.code)
        )
        waiting = open_tasks(work.connection)
        persons = goes_on_as(work.connection, [one.worker_id for one in waiting])
        zone = work.terminal.mission.zone
        tasks = {persons.get(one.worker_id, one.worker_id): one.at_mission(zone) for one in reversed(waiting)}
        codes: dict[UUID, list[str]] = {one: [] for one in reversed(tasks)}
        for worker_id, code in found:
            of_worker = codes.setdefault(worker_id, [])
            if code not in of_worker:
                of_worker.append(code)
        disputed = in_conflict(work.connection)
        persons = goes_on_as(work.connection, codes)
        said: dict[UUID, list[str]] = {}
        for worker_id, found_codes in codes.items():
            person = said.setdefault(persons.get(worker_id, worker_id), [])
            person += [code for code in found_codes if code not in person]
        ids = list(dict.fromkeys([*reversed(tasks), *disputed, *said]))[:most]
        return [
            FlaggedRow(row, tuple(said.get(row.id, ())), tasks.get(row.id), disputed.get(row.id, ()))
            for row in rows(work, ids)
        ]


def lately(desk: Desk, most: int = 12) -> list[WorkerRow]:
    """Whom this terminal served last, the latest first: read from the end of its own journal."""
    with desk.read() as work:
        facts = work.connection.scalars(
            select(entries.c.facts)
            .where(entries.c.terminal == work.terminal.id, entries.c.incarnation == work.terminal.incarnation)
            .order_by(entries.c.seq.desc())
            .limit(_LOOK_BACK)
        )
        ids: dict[UUID, None] = {}
        for one in facts:
            if (worker_id := unpack(one, _About).worker_id) is not None:
                ids[worker_id] = None
            if len(ids) == most:
                break
        return rows(work, list(ids))
