"""Tasks: what was flagged and a person has looked at."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled


class TaskNote(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What was found, and what was done."""

    note: str


@journalled
class FlagSettled(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody looked at the flag `code` of an entry and there is nothing left to do. The flag itself stays."""

    KIND: ClassVar[str] = "flag.settled"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = TaskNote

    entry_id: UUID
    code: str
    mission: str
    worker_id: UUID | None = None
    personal: TaskNote | None = None

    def subject(self, entry_id: UUID) -> UUID:
        """The worker, so that what was noted is erased with all else; where it tells of nobody, the flagged entry."""
        return self.worker_id or self.entry_id
