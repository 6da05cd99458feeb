"""Consents: the worker agreed to the processing of their data (UU PDP 27/2022, Art. 20-22)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled
from models.journal.workers import Remark


@journalled
class ConsentGiven(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The text of this version was read and agreed to, in this language; time and witness stand in the header."""

    KIND: ClassVar[str] = "consent.given"
    SUBJECT: ClassVar[str] = "worker_id"

    worker_id: UUID
    mission: str
    text_version: str
    language: str


@journalled
class ConsentWithdrawn(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The worker took the consent back; whoever is responsible acts within 3 x 24 hours (UU PDP 27/2022, Art. 9
    and 40)."""

    KIND: ClassVar[str] = "consent.withdrawn"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Remark

    worker_id: UUID
    mission: str
    personal: Remark | None = None
