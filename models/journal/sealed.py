"""Sealed parts: what only the centre's claims officers read of a restricted claim, and what each is sealed for."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, TypeVar
from uuid import UUID

import msgspec

from models.journal.body import pack, unpack
from models.journal.keys import SealingKey, seal

SEAL_DOCUMENT = b"loket claim document 1"
"""What the content of a document is sealed for (HPKE's info); a part of an entry says so itself."""


class SealedPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an entry that its writer cannot read again."""

    ABOUT: ClassVar[bytes]


P = TypeVar("P", bound=SealedPart)


class SealedAccount(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `claim.filed`: what it is about, when it happened, and the account given. `documents` are the kinds that came
    with it."""

    ABOUT: ClassVar[bytes] = b"loket claim account 1"

    benefit: str
    description: str = ""
    filer_name: str = ""
    documents: tuple[str, ...] = ()
    filer_phone: str = ""
    situation: str = ""
    event_date: date | None = None
    rules_from: date | None = None
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    follow_by: dict[str, date] = msgspec.field(default_factory=dict)
    filed_by: str = ""


class SealedDocument(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `document.attached`: what the sealed bytes are."""

    ABOUT: ClassVar[bytes] = b"loket claim document name 1"

    kind: str
    file_name: str
    media_type: str
    requirement: str = ""
    seen_as: str = ""


class SealedReport(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `claim.reported`: how it ended."""

    ABOUT: ClassVar[bytes] = b"loket claim report 1"

    outcome: str
    outcome_date: date | None = None
    benefits: tuple[str, ...] = ()
    description: str = ""
    filer_name: str = ""
    filer_phone: str = ""
    filed_by: str = ""


class SealedRequest(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `claim.documents_requested`: which papers, and why."""

    ABOUT: ClassVar[bytes] = b"loket claim request 1"

    wanted: tuple[str, ...]
    note: str = ""


class SealedDecision(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `claim.decided`: what is granted, (benefit, whole rupiah) each, or why not."""

    ABOUT: ClassVar[bytes] = b"loket claim decision 1"

    awards: tuple[tuple[str, int], ...] = ()
    reason_code: str = ""
    note: str = ""
    duplicate_of: UUID | None = None


class SealedPayment(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of `claim.paid`: how much, in whole rupiah, and the bank's reference."""

    ABOUT: ClassVar[bytes] = b"loket claim payment 1"

    amount_idr: int
    reference: str = ""


class SealedNote(SealedPart, frozen=True, kw_only=True, omit_defaults=True):
    """Of whatever else an officer writes about a restricted claim."""

    ABOUT: ClassVar[bytes] = b"loket claim note 1"

    note: str


def seal_part(part: SealedPart, public_key: bytes) -> bytes:
    """Seal a part to the centre's claims key."""
    return seal(pack(part), public_key, part.ABOUT)


def open_part(sealed: bytes, key: SealingKey, into: type[P]) -> P:
    """The part; ValueError when it was sealed to another key or for another purpose, altered, or is no such part."""
    try:
        return unpack(key.open(sealed, into.ABOUT), into)
    except msgspec.MsgspecError as error:
        raise ValueError("no such part") from error
