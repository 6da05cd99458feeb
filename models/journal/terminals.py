"""Terminals: which key belongs to which counter, and how a journal ends and another goes on after it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, journalled


@journalled
class TerminalCertified(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The centre vouches that entries and papers signed with `public_key` (Ed25519) come from this counter.
    `continues`: the incarnation that this one goes on after; 0 for a terminal's first journal."""

    KIND: ClassVar[str] = "terminal.certified"
    SUBJECT: ClassVar[str] = "terminal_id"

    terminal_id: UUID
    incarnation: int
    mission: str
    series: str
    public_key: bytes
    continues: int = 0


@journalled
class TerminalRevoked(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The centre takes nothing more from this key: the machine is lost, stolen or given up."""

    KIND: ClassVar[str] = "terminal.revoked"
    SUBJECT: ClassVar[str] = "terminal_id"

    terminal_id: UUID
    incarnation: int
    reason: str


@journalled
class JournalContinued(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Entry 1 of a journal that goes on after another one of the same terminal, or of the centre: (`incarnation`,
    `seq`, `hash`) is where that one stood as far as this machine knows. `reason`: forked, restored, lost or rekeyed.
    `series` is the new journal's; empty for the centre, which gives out no numbers."""

    KIND: ClassVar[str] = "journal.continued"
    SUBJECT: ClassVar[str] = "terminal_id"

    terminal_id: UUID
    incarnation: int
    seq: int
    hash: bytes
    series: str
    reason: str
