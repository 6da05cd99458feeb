"""Posting of a worker's documents: rows that are only ever added."""

from __future__ import annotations

from models.journal.documents import WorkerDocumentKept
from models.journal.entry import Entry
from models.ledger.documents import worker_document
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker


@posts(WorkerDocumentKept, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerDocumentKept) -> None:
    open_worker(rows, body.worker_id, entry)
    rows.add(
        worker_document,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        document_kind=body.document_kind,
        sha256=body.sha256,
        size=body.size,
        media_type=body.media_type,
        file_name=body.personal.file_name if body.personal else None,
        kept_at=entry.head.at,
        operator_id=entry.head.operator,
    )
