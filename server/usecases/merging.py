"""Merging: an officer says that two registrations are one person, that they are not, or that a merge was a mistake."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select, update

from models.journal.workers import Remark, WorkerCompared, WorkerMerged, WorkerUnmerged
from models.ledger.workers import worker, worker_merge
from models.rules.problems import Problem, Refused
from server.store.tables import pair
from server.usecases.borrowing import lend_merged
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.privacy import asked_for_restriction
from server.usecases.roles import Act, permit

LONGEST_REMARK = 500


def merge(centre: Centre, worker_id: UUID, other_id: UUID, *, remark: str = "", by: Officer | None = None) -> UUID:
    """Join two persons: `worker_id` goes on, the other is gathered under it. Numbers, receipts and claims stay as they
    are. Every mission that has one of them is given all of both. Returns the merge's id, by which it can be undone.
    `by`: None is whoever has the centre's own command line.

    Refused `officer.not_allowed`, `worker.unknown`, `worker.erased`, `worker.restricted`, `merge.same_person`,
    `remark.too_long`."""
    permit(by, Act.MERGE)
    said = _remark(remark)

    def work(connection: Connection) -> UUID:
        lock_own_head(connection, centre)
        one, other, mission = _two(connection, worker_id, other_id)
        body = WorkerMerged(worker_id=one, other_id=other, mission=mission, personal=said)
        (merged,) = record(connection, centre, [body], _operator(by))
        lend_merged(connection, centre, [one, other])
        return merged.id

    return centre.write(work)


def tell_apart(centre: Centre, worker_id: UUID, other_id: UUID, *, remark: str = "", by: Officer | None = None) -> None:
    """Keep that two persons are two. Refused likewise."""
    permit(by, Act.MERGE)
    said = _remark(remark)

    def work(connection: Connection) -> None:
        lock_own_head(connection, centre)
        one, other, mission = _two(connection, worker_id, other_id)
        body = WorkerCompared(worker_id=one, other_id=other, mission=mission, same=False, personal=said)
        record(connection, centre, [body], _operator(by))
        # As it will be when the two are paired anew; an officer's list should not wait for that.
        change = update(pair).where(pair.c.first_id == min(one, other), pair.c.second_id == max(one, other))
        connection.execute(change.values(state="distinct", said_same=False))

    centre.write(work)


def unmerge(centre: Centre, merge_id: UUID, *, remark: str = "", by: Officer | None = None) -> None:
    """Undo a merge, whoever made it: the two are two again, each with what was recorded under its own registration.

    Refused `officer.not_allowed`, `merge.unknown`, `merge.undone`, `remark.too_long`."""
    permit(by, Act.MERGE)
    said = _remark(remark)

    def work(connection: Connection) -> None:
        lock_own_head(connection, centre)
        row = connection.execute(select(worker_merge).where(worker_merge.c.id == merge_id)).first()
        if row is None or row.worker_id is None:
            raise Refused(Problem("merge_id", "merge.unknown"))
        if row.undone_by is not None:
            raise Refused(Problem("merge_id", "merge.undone"))
        body = WorkerUnmerged(worker_id=row.worker_id, merge_id=merge_id, mission=row.mission, personal=said)
        record(connection, centre, [body], _operator(by))

    centre.write(work)


def _operator(by: Officer | None) -> UUID | None:
    return by.id if by is not None else None


def _remark(text: str) -> Remark | None:
    text = text.strip()
    if len(text) > LONGEST_REMARK:
        raise Refused(Problem.of("remark", "remark.too_long", longest=LONGEST_REMARK))
    return Remark(remark=text) if text else None


def _two(connection: Connection, worker_id: UUID, other_id: UUID) -> tuple[UUID, UUID, str]:
    """The registrations under which the two go on, and the mission of the first."""
    one, mission = _person(connection, worker_id, "worker_id")
    other, _ = _person(connection, other_id, "other_id")
    if one == other:
        raise Refused(Problem("other_id", "merge.same_person"))
    return one, other, mission


def _person(connection: Connection, worker_id: UUID, field: str) -> tuple[UUID, str]:
    query = select(worker, asked_for_restriction().label("asked"))
    row = connection.execute(query.where(worker.c.id == worker_id)).first()
    if row is not None and row.merged_into is not None:
        row = connection.execute(query.where(worker.c.id == row.merged_into)).first()
    if row is None or not row.registered:
        raise Refused(Problem(field, "worker.unknown"))
    if row.erased:
        raise Refused(Problem(field, "worker.erased"))
    if row.asked:
        raise Refused(Problem(field, "worker.restricted"))
    return row.id, row.mission
