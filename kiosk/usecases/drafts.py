"""Drafts: what was typed and not yet recorded, kept in the encrypted database until it is recorded or thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update

from kiosk.desk import Desk
from kiosk.store.tables import draft
from models.journal.ids import new_id

LONGEST = 64 * 1024
"""Bytes of one draft: a form's text is far below; whatever is longer is not a form."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form begun by this operator. `subject` tells several drafts of one screen apart."""

    id: UUID
    screen: str
    subject: str | None
    content: dict[str, Any]
    updated_at: datetime


def save(desk: Desk, screen: str, content: dict[str, Any], subject: str | None = None) -> UUID:
    """Keep what is typed on a screen, in place of what was kept there for the same subject; returns its id.

    `content` is plain JSON. ValueError if it is far longer than a form."""
    written = msgspec.json.encode(content)
    if len(written) > LONGEST:
        raise ValueError(f"a draft of {len(written)} bytes")
    mine = _of(desk, screen, subject)
    with desk.store.write(new_work=False) as connection:
        kept: UUID | None = connection.scalar(select(draft.c.id).where(*mine))
        values = {"content": written.decode(), "updated_at": desk.clock()}
        if kept is not None:
            connection.execute(update(draft).where(draft.c.id == kept).values(values))
            return kept
        made = new_id()
        connection.execute(
            draft.insert().values(id=made, screen=screen, subject=subject, operator=desk.operator.id, **values)
        )
        return made


def load(desk: Desk, screen: str) -> list[Draft]:
    """This operator's drafts of a screen, the newest first. Nobody sees another's."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(draft)
            .where(draft.c.operator == desk.operator.id, draft.c.screen == screen)
            .order_by(draft.c.updated_at.desc(), draft.c.id.desc())
        )
        return [
            Draft(
                row.id, row.screen, row.subject, msgspec.json.decode(row.content, type=dict[str, Any]), row.updated_at
            )
            for row in rows
        ]


def drop(desk: Desk, screen: str, subject: str | None = None) -> None:
    """Throw a draft away: it was recorded, or nobody wants it. Nothing happens if there is none."""
    with desk.store.write(new_work=False) as connection:
        connection.execute(delete(draft).where(*_of(desk, screen, subject)))


def _of(desk: Desk, screen: str, subject: str | None) -> tuple[Any, ...]:
    return draft.c.operator == desk.operator.id, draft.c.screen == screen, draft.c.subject.is_not_distinct_from(subject)
