"""Events of accounts: what happened to an officer's account, when, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, insert, select

from models.journal.ids import new_id
from server.store.tables import officer, officer_event


class What(StrEnum):
    ADDED = "added"
    ROLE = "role"
    CLOSED = "closed"
    OPENED = "opened"
    PASSWORD_GIVEN = "password_given"  # noqa: S105 - by somebody else
    PASSWORD_CHOSEN = "password_chosen"  # noqa: S105
    FACTOR_ENROLLED = "factor_enrolled"
    FACTOR_RESET = "factor_reset"
    CODES_RENEWED = "codes_renewed"
    CODE_USED = "code_used"
    """A recovery code in place of the phone's."""
    SIGNED_IN = "signed_in"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Event:
    """`by` is a name, empty for the centre's own command line; `detail` is of the kind."""

    at: datetime
    what: str
    by: str
    detail: str


def note(
    connection: Connection,
    officer_id: UUID,
    at: datetime,
    what: What,
    *,
    by: UUID | None = None,
    detail: str = "",
) -> None:
    connection.execute(
        insert(officer_event).values(id=new_id(), officer_id=officer_id, at=at, what=what.value, by=by, detail=detail)
    )


def events_of(connection: Connection, officer_id: UUID, most: int) -> tuple[Event, ...]:
    """The latest first."""
    query = (
        select(officer_event, officer.c.name)
        .outerjoin_from(officer_event, officer, officer.c.id == officer_event.c.by)
        .where(officer_event.c.officer_id == officer_id)
        .order_by(officer_event.c.at.desc(), officer_event.c.id.desc())
        .limit(most)
    )
    return tuple(Event(row.at, row.what, row.name or "", row.detail) for row in connection.execute(query))
