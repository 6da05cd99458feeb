"""Posting of tasks: a flag that a person has dealt with is told of as such, and stays."""

from __future__ import annotations

from models.journal.entry import Entry
from models.journal.tasks import FlagSettled
from models.ledger.flags import flag_settled
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker


@posts(FlagSettled, touches=lambda body: [(worker, body.worker_id)] if body.worker_id else [])
def _(rows: Rows, entry: Entry, body: FlagSettled) -> None:
    if body.worker_id is not None:
        open_worker(rows, body.worker_id, entry)
    rows.add(
        flag_settled,
        id=entry.id,
        entry_id=body.entry_id,
        code=body.code,
        worker_id=body.worker_id,
        mission=body.mission,
        at=entry.head.at,
        operator_id=entry.head.operator,
        note=body.personal.note if body.personal else None,
    )
