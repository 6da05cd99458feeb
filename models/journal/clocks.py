"""Clocks: that a supervisor vouched for the date while the clock stood before the last entry."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, journalled


@journalled
class ClockConfirmed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The clock showed the time of this entry, before `last_at`, when the entry before it was made; `confirmed_by` said
    that it is right. Whoever reads the dates later knows which of them to doubt."""

    KIND: ClassVar[str] = "clock.confirmed"
    SUBJECT: ClassVar[str] = ""

    mission: str
    last_at: datetime
    confirmed_by: UUID
