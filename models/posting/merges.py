"""Posting of merges: which registrations are one person now follows from all merges that were not undone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, or_, select

from models.journal.entry import Entry
from models.journal.workers import WorkerMerged, WorkerUnmerged
from models.ledger.workers import worker, worker_merge
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker


@posts(WorkerMerged, touches=lambda body: [(worker, body.worker_id), (worker, body.other_id)])
def _(rows: Rows, entry: Entry, body: WorkerMerged) -> None:
    for worker_id in (body.worker_id, body.other_id):
        open_worker(rows, worker_id, entry)
    rows.load([(worker_merge, entry.id)])
    rows.open(worker_merge, entry.id).update(
        worker_id=body.worker_id,
        other_id=body.other_id,
        mission=body.mission,
        remark=body.personal.remark if body.personal else None,
        at=entry.head.at,
        operator_id=entry.head.operator,
    )
    _gather(rows, entry.id)


@posts(WorkerUnmerged, touches=lambda body: [(worker, body.worker_id), (worker_merge, body.merge_id)])
def _(rows: Rows, entry: Entry, body: WorkerUnmerged) -> None:
    open_worker(rows, body.worker_id, entry)
    merge = rows.open(worker_merge, body.merge_id)
    # Undone twice, by two who had not heard of each other: the first made is told of.
    if merge["undone_by"] is None or entry.id < merge["undone_by"]:
        merge.update(undone_by=entry.id, undone_at=entry.head.at, undone_operator_id=entry.head.operator)
    _gather(rows, body.merge_id)


def _gather(rows: Rows, merge_id: UUID) -> None:
    """Settle anew, for all whom this merge may concern, under which registration each is gathered."""
    connection = rows.written()
    merges = _joined(connection, merge_id)
    people = sorted({one for merge in merges for one in merge[:2]})
    into = gathered((kept, other) for kept, other, undone in merges if not undone)
    rows.load((worker, one) for one in people)
    for one in people:
        row = rows.get(worker, one)
        if row is not None and row["merged_into"] != into.get(one):
            rows.open(worker, one)["merged_into"] = into.get(one)


def _joined(connection: Connection, merge_id: UUID) -> list[tuple[UUID, UUID, bool]]:
    """All merges, undone or not, that hang together with this one."""
    found: dict[UUID, tuple[UUID, UUID, bool]] = {}
    fresh = connection.execute(select(worker_merge).where(worker_merge.c.id == merge_id)).all()
    seen: set[UUID] = set()
    while fresh:
        # A merge whose undoing came first names nobody yet, and joins nobody.
        found |= {row.id: (row.worker_id, row.other_id, row.undone_by is not None) for row in fresh if row.worker_id}
        reached = {one for row in fresh if row.worker_id for one in (row.worker_id, row.other_id)} - seen
        seen |= reached
        touching = or_(worker_merge.c.worker_id.in_(reached), worker_merge.c.other_id.in_(reached))
        fresh = [row for row in connection.execute(select(worker_merge).where(touching)) if row.id not in found]
    return list(found.values())


def gathered(merges: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Under whom each of these registrations is gathered; who stands for themselves is not named.

    `merges` are (who goes on, who is gathered). Those that hang together are one person, who goes on as the
    registration that was never gathered under another; where there are several, or none, as the oldest.
    """
    merges = list(merges)
    root: dict[UUID, UUID] = {}

    def find(one: UUID) -> UUID:
        while (above := root.setdefault(one, one)) != one:
            root[one] = root[above] = root.setdefault(above, above)
            one = above
        return one

    for kept, other in merges:
        root[find(other)] = find(kept)
    groups: dict[UUID, list[UUID]] = {}
    for one in list(root):
        groups.setdefault(find(one), []).append(one)
    under = {other for kept, other in merges if kept != other}
    into: dict[UUID, UUID] = {}
    for group in groups.values():
        goes_on = min(group, key=lambda one: (one in under, one))
        into |= {one: goes_on for one in group if one != goes_on}
    return into
