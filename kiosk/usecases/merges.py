"""Merges: saying of two registrations whether they are one person, and joining or parting them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work, require_role
from kiosk.queries.persons import require
from models.journal.workers import Remark, WorkerCompared, WorkerMerged, WorkerUnmerged
from models.ledger.tables import worker_merge
from models.rules.problems import Problem, Refused

MAY_MERGE = ("penyelia", "admin")
"""Joining two people's papers wants a second look: it is a supervisor's."""


def compare(desk: Desk, worker_id: UUID, other_id: UUID, *, same: bool, remark: str = "") -> None:
    """Keep a clerk's word on two registrations: one person or two. The centre pairs by it; nothing is joined yet.

    Refused `worker.unknown`, `worker.erased`, `merge.same_person`."""
    with desk.work() as work:
        one, other = _two(work, worker_id, other_id)
        work.record(
            WorkerCompared(worker_id=one, other_id=other, mission=work.mission, same=same, personal=_said(remark))
        )


def merge(desk: Desk, worker_id: UUID, other_id: UUID, remark: str = "") -> UUID:
    """Join two registrations: `worker_id` goes on, the other is gathered under it. Both keep their numbers, receipts
    and claims. Returns the merge's id, by which it can be undone.

    Refused `staff.not_allowed`, `worker.unknown`, `worker.erased`, `merge.same_person`."""
    require_role(desk.operator, *MAY_MERGE)
    with desk.work() as work:
        one, other = _two(work, worker_id, other_id)
        joined = WorkerMerged(worker_id=one, other_id=other, mission=work.mission, personal=_said(remark))
        return work.record(joined).id


def unmerge(desk: Desk, merge_id: UUID, remark: str = "") -> None:
    """Undo a merge: the two are two again, each with what was recorded under its own registration.

    Refused `staff.not_allowed`, `merge.unknown`, `merge.undone`."""
    require_role(desk.operator, *MAY_MERGE)
    with desk.work() as work:
        row = work.connection.execute(select(worker_merge).where(worker_merge.c.id == merge_id)).first()
        if row is None or row.worker_id is None:
            raise Refused(Problem("merge_id", "merge.unknown"))
        if row.undone_by is not None:
            raise Refused(Problem("merge_id", "merge.undone"))
        work.record(
            WorkerUnmerged(worker_id=row.worker_id, merge_id=merge_id, mission=work.mission, personal=_said(remark))
        )


def _two(work: Work, worker_id: UUID, other_id: UUID) -> tuple[UUID, UUID]:
    one, other = require(work.connection, worker_id).id, require(work.connection, other_id).id
    if one == other:
        raise Refused(Problem("other_id", "merge.same_person"))
    return one, other


def _said(remark: str) -> Remark | None:
    return Remark(remark=remark.strip()) if remark.strip() else None
