"""Documents: papers of a worker that are kept apart from any claim, such as the passport's page."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled
from models.journal.claims import DocumentName


@journalled
class WorkerDocumentKept(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A picture or file of one of the worker's papers was kept. `sha256` is of the stored bytes."""

    KIND: ClassVar[str] = "worker.document_kept"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = DocumentName

    worker_id: UUID
    mission: str
    document_kind: str
    sha256: bytes
    size: int
    media_type: str
    personal: DocumentName | None = None
