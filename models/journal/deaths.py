"""Deaths and missing persons: what the mission itself states, and who of the heirs was told."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from models.journal.body import Body, Personal, journalled


class StatementDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Of whom the letter speaks, what it says, who signs it, and its token. `letter_number` is the one of the mission's
    own register, where it keeps one."""

    token: bytes
    worker_name: str
    passport_number: str | None = None
    birth_date: date | None = None
    place: str | None = None
    circumstances: str | None = None
    source: str | None = None
    letter_number: str | None = None
    signatory: str | None = None
    signatory_title: str | None = None


@journalled
class StatementIssued(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The mission stated in a letter that a worker died or is missing since `event_date` (Permenaker 4/2023 Art. 57(1)
    takes such a letter as proof). Its number is of the series of claims; `claim_id` where a claim rests on it."""

    KIND: ClassVar[str] = "statement.issued"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = StatementDetails

    worker_id: UUID
    mission: str
    number: str
    year: int
    serial: int
    business_date: date
    about: Literal["death", "missing"]
    event_date: date
    claim_id: UUID | None = None
    personal: StatementDetails | None = None


class HeirContact(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Who was spoken to, and what was said."""

    name: str
    relation: str | None = None
    phone: str | None = None
    note: str | None = None


@journalled
class HeirInformed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody of the mission tried to tell an heir; `reached` says whether it came through."""

    KIND: ClassVar[str] = "heir.informed"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = HeirContact

    worker_id: UUID
    mission: str
    business_date: date
    channel: str
    reached: bool
    personal: HeirContact | None = None
