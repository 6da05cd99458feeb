"""The queue of pairing: whom something new is known of by which they may turn out to be registered twice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select

from models.journal.workers import (
    BodyErased,
    WorkerAmended,
    WorkerCompared,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerUnmerged,
)
from server.store.arrays import id_array
from server.store.tables import pairing_queue
from server.usecases.holdings import Telling

_KINDS = frozenset(
    kind.KIND
    for kind in (
        WorkerRegistered,
        WorkerAmended,
        WorkerCompared,
        WorkerMerged,
        WorkerUnmerged,
        WorkerRestricted,
        BodyErased,
    )
)


def queue(connection: Connection, told: Iterable[Telling]) -> None:
    """Let the workers these entries are about be paired anew, later and elsewhere: a push waits for nothing."""
    items = [(one.entry.id, worker_id) for one in told if one.entry.head.kind in _KINDS for worker_id in one.workers]
    if items:
        ids, workers = zip(*items, strict=True)
        rows = func.unnest(id_array(ids), id_array(workers)).table_valued("e", "w").render_derived()
        connection.execute(insert(pairing_queue).from_select(["entry_id", "worker_id"], select(rows.c.e, rows.c.w)))
