"""The queue of pairing: whom something new is known of by which they may turn out to be registered twice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert

from models.journal.workers import (
    BodyErased,
    WorkerAmended,
    WorkerCompared,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerUnmerged,
)
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
    rows = [
        {"entry_id": one.entry.id, "worker_id": worker_id}
        for one in told
        if one.entry.head.kind in _KINDS
        for worker_id in one.workers
    ]
    if rows:
        connection.execute(insert(pairing_queue), rows)
