"""Terminals: which key belongs to which counter, as certified by the centre."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, journalled


@journalled
class TerminalCertified(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The centre vouches that entries and papers signed with `public_key` (Ed25519) come from this counter."""

    KIND: ClassVar[str] = "terminal.certified"
    SUBJECT: ClassVar[str] = "terminal_id"

    terminal_id: UUID
    incarnation: int
    mission: str
    series: str
    public_key: bytes
