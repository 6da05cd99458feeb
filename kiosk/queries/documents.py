"""Documents: what is kept of them here, and which of them the centre does not have yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from kiosk.desk import Desk
from kiosk.queries.memberships import membership_of
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import is_restricted
from kiosk.store.tables import blob
from models.ledger.tables import claim, claim_document, staff, worker_document
from models.rules.claims import Requirement, kept_as
from models.rules.documents import worker_document_name
from models.rules.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of a claim. `requirement` is the paper of the checklist it is for, `seen_as` what the clerk held: the
    `original`, a `copy`, or "" where nobody said. `here`: its content is on this machine."""

    id: UUID
    kind: str
    file_name: str
    size: int
    media_type: str
    sealed: bool
    here: bool
    requirement: str = ""
    seen_as: str = ""
    sha256: bytes = b""


def of_claim(desk: Desk, claim_id: UUID) -> list[DocumentRow]:
    """The documents of a claim that were not taken back, in the order they were attached; without the files' names,
    which people like to make of a name or a number, where the person's data are restricted."""
    with desk.read() as work:
        holder = work.connection.scalar(select(claim.c.worker_id).where(claim.c.id == claim_id))
        limited = holder is not None and is_restricted(work.connection, holder)
        rows = work.connection.execute(
            select(claim_document, blob.c.size.label("kept"))
            .outerjoin(blob, blob.c.sha256 == claim_document.c.sha256)
            .where(claim_document.c.claim_id == claim_id, claim_document.c.removed_by.is_(None))
            .order_by(claim_document.c.attached_at, claim_document.c.id)
        )
        return [
            DocumentRow(
                id=row.id,
                kind=row.document_kind,
                file_name="" if limited else row.file_name or "",
                size=row.size,
                media_type=row.media_type,
                sealed=row.sealed,
                here=row.kept is not None,
                requirement=row.requirement,
                seen_as=row.seen_as,
                sha256=bytes(row.sha256),
            )
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class WorkerDocumentRow:
    """One of a worker's papers. `size` in bytes; `here`: its content is on this machine; `at_centre`: as far as this
    machine sent it."""

    id: UUID
    kind: str
    name: str
    file_name: str
    sha256: bytes
    size: int
    media_type: str
    kept_at: datetime
    operator: str
    mission: str
    here: bool
    at_centre: bool


def of_worker(desk: Desk, worker_id: UUID) -> list[WorkerDocumentRow]:
    """The papers kept of a person under any of their registrations, the newest first; without the files' names where
    the person's data are restricted.

    Refused: `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        person = require(work.connection, worker_id)
        limited = is_restricted(work.connection, person.id)
        rows = work.connection.execute(
            select(worker_document, staff.c.name.label("operator"), blob.c.size.label("kept_size"), blob.c.uploaded_at)
            .outerjoin(blob, blob.c.sha256 == worker_document.c.sha256)
            .outerjoin(staff, staff.c.id == worker_document.c.operator_id)
            .where(worker_document.c.worker_id.in_(registrations_of(work.connection, person.id)))
            .order_by(worker_document.c.kept_at.desc(), worker_document.c.id.desc())
        )
        return [
            WorkerDocumentRow(
                id=row.id,
                kind=row.document_kind,
                name=worker_document_name(row.document_kind),
                file_name="" if limited else row.file_name or "",
                sha256=bytes(row.sha256),
                size=row.size,
                media_type=row.media_type,
                kept_at=row.kept_at,
                operator=row.operator or "—",
                mission=row.mission,
                here=row.kept_size is not None,
                at_centre=row.kept_size is None or row.uploaded_at is not None,
            )
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A paper that the counter has already and that will do for one of a checklist's: kept with the worker, or
    (`document_id` None) the membership card, which is made when it is taken. `size` in bytes, 0 for the card."""

    requirement: str
    kind: str
    file_name: str
    document_id: UUID | None
    sha256: bytes
    size: int
    media_type: str
    kept_at: datetime | None


CARD = "kartu_peserta"
"""The kind of document that a confirmed membership can be shown by."""


def offered(desk: Desk, worker_id: UUID, requirements: Iterable[Requirement]) -> tuple[OfferedRow, ...]:
    """For each paper of a checklist the newest that is kept with the worker, of the kind that is asked for first; the
    membership card where BPJS confirmed all that covers the person. Refused: `worker.unknown`, `worker.erased`."""
    rows = of_worker(desk, worker_id)
    confirmed = membership_of(desk, worker_id).confirmed_on is not None
    found = []
    for one in requirements:
        for kind in one.one_of:
            row = next((row for row in rows if row.kind == kept_as(kind)), None)
            if row is not None:
                name = row.file_name or row.name
                found.append(OfferedRow(one.key, kind, name, row.id, row.sha256, row.size, row.media_type, row.kept_at))
                break
            if kind == CARD and confirmed:
                found.append(OfferedRow(one.key, kind, f"{CARD}.pdf", None, b"", 0, "application/pdf", None))
                break
    return tuple(found)


def known(desk: Desk, digest: bytes) -> str:
    """The media type of a document that the ledger names. Refused: `document.unknown`."""
    with desk.read() as work:
        for table in (worker_document, claim_document):
            found: str | None = work.connection.scalar(select(table.c.media_type).where(table.c.sha256 == digest))
            if found is not None:
                return found
    raise Refused(Problem("document", "document.unknown"))


def not_uploaded(connection: Connection) -> int:
    """How many documents wait for the line."""
    return connection.scalar(select(func.count()).select_from(blob).where(blob.c.uploaded_at.is_(None))) or 0
