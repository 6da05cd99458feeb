"""Documents of claims: which are here, what each is, and its content for an officer who may open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, select

from models.journal.claims import RESTRICTED_KIND
from models.journal.keys import SealingKey
from models.journal.sealed import SEAL_DOCUMENT, SealedDocument, open_part
from models.ledger.claims import claim_document, document_withdrawal
from models.ledger.workers import worker
from models.rules.claims import document_name
from models.rules.problems import Problem, Refused
from server.store.tables import blob
from server.usecases.centre import Centre
from server.usecases.claim_access import open_claim
from server.usecases.claims import mission_kind
from server.usecases.documents import content as whole_document
from server.usecases.officers import Officer
from server.usecases.pairs import mission_name
from server.usecases.people import NOT_LISTED, names_of

Where = Literal["here", "travelling", "erased"]


@dataclass(frozen=True, slots=True)
class Removed:
    """That a document was taken back: it counts no more, and is still kept."""

    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of a claim. `where`: here, still travelling from the counter, or erased with its person. `seen_as`:
    what the clerk held, original or copy. `legible` False: it is sealed, and this centre's key does not open what it
    is."""

    id: UUID
    sha256: bytes
    kind: str
    name: str
    requirement: str
    file_name: str
    media_type: str
    size: int
    at: datetime
    by: str
    mission: str
    seen_as: str
    where: Where
    removed: Removed | None
    sealed: bool
    legible: bool


def documents_of(connection: Connection, claimed: Row[Any], key: SealingKey) -> tuple[DocumentRow, ...]:
    """All documents of a claim that may be opened, in the order in which they came, those taken back among them."""
    query = select(claim_document).where(claim_document.c.claim_id == claimed.id)
    rows = connection.execute(query.order_by(claim_document.c.attached_at, claim_document.c.id)).all()
    takings = {
        row.id: row
        for row in connection.execute(select(document_withdrawal).where(document_withdrawal.c.claim_id == claimed.id))
    }
    here = whole(connection, (row.sha256 for row in rows))
    people = names_of(connection, [row.operator_id for row in (*rows, *takings.values())])
    erased = bool(connection.scalar(select(worker.c.erased).where(worker.c.id == claimed.worker_id)))
    office = mission_kind(claimed.mission)

    def read(row: Row[Any]) -> DocumentRow:
        told = _told(row, key)
        taken = takings.get(row.removed_by)
        return DocumentRow(
            id=row.id,
            sha256=bytes(row.sha256),
            kind=told.kind,
            name=shown_document(told.kind, office),
            requirement=told.requirement,
            file_name="" if erased else told.file_name,
            media_type=told.media_type,
            size=row.size,
            at=row.attached_at,
            by=people.get(row.operator_id, NOT_LISTED),
            mission=mission_name(row.mission or claimed.mission),
            seen_as=told.seen_as,
            where="here" if bytes(row.sha256) in here else "erased" if erased else "travelling",
            removed=Removed(taken.at, people.get(taken.operator_id, NOT_LISTED), taken.note or "") if taken else None,
            sealed=row.sealed,
            legible=not row.sealed or told.kind != RESTRICTED_KIND,
        )

    return tuple(map(read, rows))


def _told(row: Row[Any], key: SealingKey) -> SealedDocument:
    """What a document is; of a sealed one what its sealed part says."""
    if row.sealed and row.sealed_part is not None:
        try:
            return open_part(row.sealed_part, key, SealedDocument)
        except ValueError:
            pass
    return SealedDocument(
        kind=row.document_kind,
        file_name=row.file_name or "",
        media_type=row.media_type,
        requirement=row.requirement,
        seen_as=row.seen_as,
    )


def shown_document(kind: str, office: str = "") -> str:
    """What a document is called; a kind this program does not know stays a code."""
    if kind == RESTRICTED_KIND:
        return "Dokumen tersegel"
    try:
        return document_name(kind, office)
    except Refused:
        return kind


@dataclass(frozen=True, slots=True)
class Content:
    """A document opened: its row, all documents that can be leafed through, and its bytes."""

    number: str
    restricted: bool
    document: DocumentRow
    others: tuple[DocumentRow, ...]
    content: bytes


def content_of(centre: Centre, claim_id: UUID, document_id: UUID, who: Officer, what: str) -> Content:
    """A document's content, unsealed for an officer who may open it; `what` is kept as the opening (claim_access).
    Refused like `open_claim`, and `document.not_of_claim`, `document.travelling`, `document.erased`,
    `document.not_sealed_to_us`."""
    claimed = open_claim(centre, claim_id, who, what, document_id)

    def read(connection: Connection) -> Content:
        rows = documents_of(connection, claimed, centre.keys.claims)
        found = next((one for one in rows if one.id == document_id), None)
        if found is None:
            raise Refused(Problem("document", "document.not_of_claim"))
        if found.where == "erased":
            raise Refused(Problem("document", "document.erased"))
        content = whole_document(connection, found.sha256)
        if content is None:
            raise Refused(Problem("document", "document.travelling"))
        if found.sealed:
            try:
                content = centre.keys.claims.open(content, SEAL_DOCUMENT)
            except ValueError as error:
                raise Refused(Problem("document", "document.not_sealed_to_us")) from error
        return Content(claimed.number, claimed.restricted, found, rows, content)

    return centre.read(read)


def whole(connection: Connection, digests: Iterable[bytes]) -> set[bytes]:
    """Those of these documents that are here from beginning to end."""
    wanted = {bytes(one) for one in digests}
    return set(map(bytes, connection.scalars(select(blob.c.sha256).where(blob.c.sha256.in_(wanted)))))
