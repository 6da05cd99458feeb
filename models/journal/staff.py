"""Staff: who may work at a mission's counters, and as what."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Personal, journalled


class StaffName(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What the person is called on screen and paper, and the name they sign in with."""

    login: str
    name: str


@journalled
class StaffListed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A person was added to, changed in, or taken off (`active` false) a mission's staff."""

    KIND: ClassVar[str] = "staff.listed"
    SUBJECT: ClassVar[str] = "operator_id"
    PERSONAL: ClassVar[type[Personal] | None] = StaffName

    operator_id: UUID
    mission: str
    role: str
    active: bool = True
    personal: StaffName | None = None
