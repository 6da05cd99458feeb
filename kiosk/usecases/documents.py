"""Documents: a worker's papers, and those of claims, made fit to be kept and stored once by what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.devices.pictures import Prepared, Turn, prepare
from kiosk.queries.persons import registrations_of, require
from kiosk.store.tables import blob
from models.journal.claims import DocumentName
from models.journal.documents import WorkerDocumentKept
from models.ledger.tables import worker_document
from models.rules.documents import worker_document_kind
from models.rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """A worker's document as it is kept now. `size` in bytes."""

    id: UUID
    sha256: bytes
    size: int
    media_type: str
    warnings: tuple[Problem, ...]


def keep_document(desk: Desk, worker_id: UUID, kind: str, content: bytes, file_name: str, *, turn: Turn = 0) -> Kept:
    """Keep one of the worker's papers: a picture upright, cropped and small, a PDF as it is; encrypted, and on its way
    to the centre with the next sync. The same paper again is the one that is there already.

    Refused: `worker.unknown`, `worker.erased`, `document.*`. Trouble `store.disk_low` before anything is written."""
    kind = worker_document_kind(kind)
    # Before the transaction: a picture takes longer than another command may wait for the database.
    ready = prepare(content, file_name, turn=turn)
    with desk.work() as work:
        person = require(work.connection, worker_id)
        digest = store(work, ready)
        there = work.connection.scalar(
            select(worker_document.c.id).where(
                worker_document.c.worker_id.in_(registrations_of(work.connection, person.id)),
                worker_document.c.document_kind == kind,
                worker_document.c.sha256 == digest,
            )
        )
        if there is None:
            there = work.record(
                WorkerDocumentKept(
                    worker_id=person.id,
                    mission=work.mission,
                    document_kind=kind,
                    sha256=digest,
                    size=len(ready.content),
                    media_type=ready.media_type,
                    personal=DocumentName(file_name=file_name),
                )
            ).id
    return Kept(there, digest, len(ready.content), ready.media_type, ready.warnings)


def store(work: Work, document: Prepared) -> bytes:
    """Put a content where documents are found by their hash, unless it is there; returns the hash."""
    digest = sha256(document.content).digest()
    if work.connection.execute(select(blob.c.sha256).where(blob.c.sha256 == digest)).first() is None:
        work.connection.execute(
            blob.insert().values(
                sha256=digest, size=len(document.content), media_type=document.media_type, content=document.content
            )
        )
    return digest
