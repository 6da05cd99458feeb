"""Borrowing: the counters of a mission are given everything about a worker of another one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from models.journal.workers import WorkerBorrowed
from models.sync.messages import BorrowAnswer
from models.sync.protocol import SyncError
from server.usecases.candidates import goes_on_as, known, registrations
from server.usecases.centre import Centre, epoch_of
from server.usecases.holdings import holders
from server.usecases.inquiries import allow, note
from server.usecases.journal import lock_own_head, record
from server.usecases.streams import post_stream, stream_ends
from server.usecases.terminals import Caller


def borrow(centre: Centre, who: Caller, worker_id: UUID, operator: UUID | None = None) -> BorrowAnswer:
    """Lend a person, with all their registrations, to the caller's mission; one it holds already is not lent again.

    SyncError `worker_unknown`, also for one who was erased or asked to be left alone, and `too_many`."""
    answer = centre.write(lambda connection: _borrow(connection, centre, who, worker_id, operator))
    if answer is None:
        raise SyncError("worker_unknown")
    return answer


def _borrow(
    connection: Connection, centre: Centre, who: Caller, worker_id: UUID, operator: UUID | None
) -> BorrowAnswer | None:
    allow(connection, centre, who, "borrow")
    lock_own_head(connection, centre)
    person_id = goes_on_as(connection, [worker_id]).get(worker_id)
    found = known(connection, [person_id]).get(person_id) if person_id is not None else None
    if found is None:
        note(connection, centre, who, "borrow", operator, ["worker_id"], [])
        return None
    note(connection, centre, who, "borrow", operator, ["worker_id"], found.ids)
    held = holders(connection, found.ids)
    lent = [
        WorkerBorrowed(worker_id=one, mission=who.mission, asked_by=who.terminal)
        for one in found.ids
        if who.mission not in held.get(one, ())
    ]
    if lent:
        record(connection, centre, lent, operator)
    name = post_stream(who.mission)
    return BorrowAnswer(epoch_of(connection), found.id, stream_ends(connection, [name])[name])


def lend_merged(
    connection: Connection, centre: Centre, merged: Iterable[UUID], *, besides: str | None = None
) -> list[WorkerBorrowed]:
    """Who holds one registration of a person has to hold them all: else a person would go on as somebody of whom a
    counter knows nothing. `besides`: a mission that gets nothing by this, because its own counter did the merging."""
    persons = set(goes_on_as(connection, merged).values())
    lent = []
    for _, ids in sorted(registrations(connection, persons).items()):
        held = holders(connection, ids)
        missions = sorted({mission for one in ids for mission in held.get(one, ())} - {besides})
        lent += [
            WorkerBorrowed(worker_id=one, mission=mission)
            for one in sorted(ids)
            for mission in missions
            if mission not in held.get(one, ())
        ]
    if lent:
        record(connection, centre, lent)
    return lent
