"""Posting of merges: which registrations are one person now follows from all merges that were not undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection, select, update

from models.journal.entry import Entry
from models.journal.workers import WorkerMerged, WorkerUnmerged
from models.ledger.workers import worker, worker_merge
from models.posting.asking import chunks
from models.posting.coverage import CLASHES, flag_clashes
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker, persons_of


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
    rows.in_the_end(_gather, entry.id)
    for worker_id in (body.worker_id, body.other_id):
        rows.in_the_end(flag_clashes, worker_id, turn=CLASHES)


@posts(WorkerUnmerged, touches=lambda body: [(worker, body.worker_id), (worker_merge, body.merge_id)])
def _(rows: Rows, entry: Entry, body: WorkerUnmerged) -> None:
    open_worker(rows, body.worker_id, entry)
    merge = rows.open(worker_merge, body.merge_id)
    # Undone twice, by two who had not heard of each other: the first made is told of.
    if merge["undone_by"] is None or entry.id < merge["undone_by"]:
        merge.update(undone_by=entry.id, undone_at=entry.head.at, undone_operator_id=entry.head.operator)
    rows.in_the_end(_gather, body.merge_id)
    for worker_id in (merge["worker_id"], merge["other_id"]):
        if worker_id is not None:
            rows.in_the_end(flag_clashes, worker_id, turn=CLASHES)


def _gather(connection: Connection, merge_ids: Sequence[UUID]) -> None:
    """Settle anew, for all whom these merges concern, under which registration each is gathered."""
    named: set[UUID] = set()
    for keys in chunks(merge_ids):
        # A merge whose undoing came first names nobody yet, and joins nobody.
        merges = select(worker_merge).where(worker_merge.c.id.in_(keys), worker_merge.c.worker_id.is_not(None))
        named |= {one for row in connection.execute(merges) for one in (row.worker_id, row.other_id)}
    stood = persons_of(connection, sorted(named))
    joined: list[tuple[UUID, UUID]] = []
    for keys in chunks(sorted(stood)):
        # Both whom a standing merge names are of one person, before it was made here as well as after.
        merges = select(worker_merge).where(worker_merge.c.worker_id.in_(keys), worker_merge.c.undone_by.is_(None))
        joined += [(row.worker_id, row.other_id) for row in connection.execute(merges)]
    into = gathered(joined)
    moved: dict[UUID | None, list[UUID]] = {}
    for one in sorted(stood):
        if stood[one] != into.get(one):
            moved.setdefault(into.get(one), []).append(one)
    for goes_on, registrations in moved.items():
        for keys in chunks(registrations):
            connection.execute(update(worker).where(worker.c.id.in_(keys)).values(merged_into=goes_on))


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
