"""Documents: what is kept of them here, and which of them the centre does not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from kiosk.desk import Desk
from kiosk.store.tables import blob
from models.ledger.tables import claim_document


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of a claim. `here`: its content is on this machine."""

    id: UUID
    kind: str
    file_name: str
    size: int
    media_type: str
    sealed: bool
    here: bool


def of_claim(desk: Desk, claim_id: UUID) -> list[DocumentRow]:
    """The documents of a claim in the order they were attached."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(claim_document, blob.c.size.label("kept"))
            .outerjoin(blob, blob.c.sha256 == claim_document.c.sha256)
            .where(claim_document.c.claim_id == claim_id)
            .order_by(claim_document.c.attached_at, claim_document.c.id)
        )
        return [
            DocumentRow(
                id=row.id,
                kind=row.document_kind,
                file_name=row.file_name or "",
                size=row.size,
                media_type=row.media_type,
                sealed=row.sealed,
                here=row.kept is not None,
            )
            for row in rows
        ]


def not_uploaded(connection: Connection) -> int:
    """How many documents wait for the line."""
    return connection.scalar(select(func.count()).select_from(blob).where(blob.c.uploaded_at.is_(None))) or 0
