"""Posting of claims and their documents; a document waits for its claim."""

from __future__ import annotations

from models.journal.claims import ClaimFiled, DocumentAttached
from models.journal.entry import Entry
from models.ledger.claims import claim, claim_document
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker, raise_flags


@posts(ClaimFiled, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ClaimFiled) -> None:
    open_worker(rows, body.worker_id, entry)
    head, details = entry.head, body.personal
    rows.add(
        claim,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        filed_at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        benefit=body.benefit,
        event_date=body.event_date,
        filed_by=body.filed_by,
        restricted=body.restricted,
        required=body.required,
        missing_at_filing=list(body.missing),
        worker_name=details.worker_name if details else None,
        description=details.description if details else None,
        filer_name=details.filer_name if details else None,
        filer_phone=details.filer_phone if details else None,
        token=details.token if details else None,
        sealed=entry.frame.sealed,
    )
    raise_flags(rows, entry, body.flags, body.mission, body.worker_id)


@posts(
    DocumentAttached,
    touches=lambda body: [(claim, body.claim_id)],
    waits_for=lambda body: (claim, body.claim_id),
)
def _(rows: Rows, entry: Entry, body: DocumentAttached) -> None:
    rows.add(
        claim_document,
        id=entry.id,
        claim_id=body.claim_id,
        document_kind=body.document_kind,
        sha256=body.sha256,
        size=body.size,
        media_type=body.media_type,
        sealed=body.sealed,
        file_name=body.personal.file_name if body.personal else None,
        attached_at=entry.head.at,
        operator_id=entry.head.operator,
    )
