"""Claims: what happened to a worker, and the documents that show it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled

RESTRICTED_KIND = "KHUSUS"
"""What stands in place of the kind of a restricted claim or document everywhere but in the sealed part."""


class ClaimDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The account given at the counter, who gave it, and the slip's signed token."""

    token: bytes
    worker_name: str
    description: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None


@journalled
class ClaimFiled(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A claim was taken in and its slip handed out. The claim carries this entry's id. `benefit` is a code of
    models.rules.claims, or KHUSUS: the real kind and the account are then in the sealed part only."""

    KIND: ClassVar[str] = "claim.filed"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimDetails

    worker_id: UUID
    mission: str
    number: str
    year: int
    serial: int
    business_date: date
    benefit: str
    event_date: date
    filed_by: str
    restricted: bool = False
    required: int = 0
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    personal: ClaimDetails | None = None


class DocumentName(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What the file was called where it came from."""

    file_name: str


@journalled
class DocumentAttached(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A document was added to a claim. `sha256` is of the stored bytes (of the sealed ones, when `sealed`)."""

    KIND: ClassVar[str] = "document.attached"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = DocumentName

    claim_id: UUID
    mission: str
    document_kind: str
    sha256: bytes
    size: int
    media_type: str
    sealed: bool = False
    personal: DocumentName | None = None
