"""Claims: what happened to a worker, the documents that show it, and what the centre says to it.

All but the filing itself are about the claim and wait for it. Of a restricted claim whatever tells what it is about
stands in the sealed part of its entry (models.journal.sealed), for the centre's claims officers only.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from models.journal.body import Body, Personal, journalled

RESTRICTED_KIND = "KHUSUS"
"""What stands in place of the kind of a restricted claim or document everywhere but in the sealed part."""

UNTOLD_FILER = "worker"
"""Who filed or reported a restricted claim, outside its sealed part: that an heir came tells of a death."""


class ClaimDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The account given at the counter, who gave it, and the slip's signed token."""

    token: bytes
    worker_name: str
    description: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None


@journalled
class ClaimFiled(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A claim was taken in and its slip handed out. The claim carries this entry's id. `benefit` is the kind of claim
    (models.rules.claims), or KHUSUS: the real kind, day and account are then in the sealed part only.

    `rules_from` is the edition of the rules it was filed under, `situation` which of the kind's situations it is,
    `missing` the keys of the papers still to come and `follow_by` until when each may follow; of a restricted claim
    only {KHUSUS: day}."""

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
    rules_from: date | None = None
    situation: str = ""
    follow_by: dict[str, date] = msgspec.field(default_factory=dict)
    personal: ClaimDetails | None = None


class DocumentName(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What the file was called where it came from."""

    file_name: str


@journalled
class DocumentAttached(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A document was added to a claim, at whatever counter. `sha256` is of the stored bytes (of the sealed ones, when
    `sealed`). `requirement` is the key of the paper on the checklist that it is for, `seen_as` whether the clerk held
    the original or a copy ("" where nobody said)."""

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
    requirement: str = ""
    seen_as: str = ""
    personal: DocumentName | None = None


class ClaimNote(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why, in somebody's words."""

    note: str


@journalled
class DocumentWithdrawn(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A document was attached by mistake, or is replaced by a better one: it counts no more. It is still kept."""

    KIND: ClassVar[str] = "document.withdrawn"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    document_id: UUID
    personal: ClaimNote | None = None


class ReportDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The account of how it ended, and who gave it."""

    description: str | None = None
    filer_name: str | None = None
    filer_phone: str | None = None


@journalled
class ClaimReported(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The second report of an accident: how it ended (`healed`, `disabled`, `died`; "" where it is sealed) on which
    day, and the benefits that are asked for."""

    KIND: ClassVar[str] = "claim.reported"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ReportDetails

    claim_id: UUID
    mission: str
    business_date: date
    outcome: str
    outcome_date: date | None = None
    benefits: tuple[str, ...] = ()
    filed_by: str = "worker"
    flags: tuple[str, ...] = ()
    personal: ReportDetails | None = None


@journalled
class ClaimWithdrawn(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Whoever filed it does not pursue it any more. `decision_id` is the decision they had heard of."""

    KIND: ClassVar[str] = "claim.withdrawn"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    business_date: date
    withdrawn_by: str
    decision_id: UUID | None = None
    personal: ClaimNote | None = None


# What the centre says


@journalled
class DocumentsRequested(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An officer asks for papers: keys of the checklist or kinds of documents. `papers` is how many there are,
    also where the list is sealed; `seen` the documents the officer had already, which answer nothing."""

    KIND: ClassVar[str] = "claim.documents_requested"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    business_date: date
    papers: int
    wanted: tuple[str, ...] = ()
    by_day: date | None = None
    seen: tuple[UUID, ...] = ()
    personal: ClaimNote | None = None


class Award(msgspec.Struct, frozen=True):
    """What is granted for one benefit, in whole rupiah."""

    benefit: str
    amount_idr: int


@journalled
class ClaimDecided(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An officer approved or rejected a claim, having seen these documents. `proposed_by` is the first of two officers
    where it took two; the operator of the entry is the second. Of a restricted claim what is granted and why stands in
    the sealed part."""

    KIND: ClassVar[str] = "claim.decided"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    business_date: date
    outcome: Literal["approved", "rejected"]
    awards: tuple[Award, ...] = ()
    reason_code: str = ""
    duplicate_of: UUID | None = None
    seen: tuple[UUID, ...] = ()
    proposed_by: UUID | None = None
    personal: ClaimNote | None = None


class PaymentReference(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The bank's reference of a payment."""

    reference: str


@journalled
class ClaimPaid(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What a decision granted was paid. `amount_idr` in whole rupiah, 0 where it is sealed."""

    KIND: ClassVar[str] = "claim.paid"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = PaymentReference

    claim_id: UUID
    mission: str
    decision_id: UUID
    paid_on: date
    amount_idr: int = 0
    personal: PaymentReference | None = None


@journalled
class PaymentReturned(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A payment did not arrive: the claim waits for one again."""

    KIND: ClassVar[str] = "claim.payment_returned"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    payment_id: UUID
    personal: ClaimNote | None = None


@journalled
class ClaimReopened(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An officer takes back a decision that was not paid, or lets a withdrawn claim go on: `undone_id` is the entry
    that does not count any more."""

    KIND: ClassVar[str] = "claim.reopened"
    SUBJECT: ClassVar[str] = "claim_id"
    PERSONAL: ClassVar[type[Personal] | None] = ClaimNote

    claim_id: UUID
    mission: str
    undone_id: UUID
    personal: ClaimNote | None = None
