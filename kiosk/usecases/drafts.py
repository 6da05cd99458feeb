"""Drafts: what was typed and not yet recorded, kept in the encrypted database until it is recorded or thrown away."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select, update

from kiosk.desk import Desk, Work
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


def save(
    desk: Desk,
    screen: str,
    content: dict[str, Any],
    subject: str | None = None,
    files: Mapping[str, bytes] | None = None,
) -> UUID:
    """Keep what is typed on a screen, in place of what was kept there for the same subject; returns its id.

    `content` is plain JSON. `files` are those that were added, each by a name that its content never changes under: one
    that is kept already is not written again, and one that is not among them any more is forgotten; None leaves them
    as they are. ValueError if `content` is far longer than a form."""
    written = msgspec.json.encode(content)
    if len(written) > LONGEST:
        raise ValueError(f"a draft of {len(written)} bytes")
    mine = _of(desk, screen, subject)
    with desk.store.write(new_work=False) as connection:
        if files is not None:
            _keep_files(desk, connection, screen, subject, files)
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


def files_of(desk: Desk, screen: str, subject: str | None = None) -> dict[str, bytes]:
    """The files that were kept with a draft, by name."""
    with desk.read() as work:
        rows = work.connection.execute(
            select(draft.c.screen, draft.c.content).where(*_files(desk.operator.id, screen, subject))
        ).all()
    return {row.screen.removeprefix(screen + _FILE): b64decode(row.content) for row in rows}


def drop(desk: Desk, screen: str, subject: str | None = None) -> None:
    """Throw a draft away with its files: it was recorded, or nobody wants it. Nothing happens if there is none."""
    with desk.store.write(new_work=False) as connection:
        _forget(connection, desk.operator.id, screen, subject)


def forget(work: Work, screen: str, subject: str | None = None) -> None:
    """The same in the transaction that records what was typed: it can never be recorded twice."""
    _forget(work.connection, work.operator.id, screen, subject)


_FILE = "/"
"""Between a screen and the name of a file in a draft row of its own: what is typed again and again stays small."""


def _files(operator: UUID, screen: str, subject: str | None) -> tuple[Any, ...]:
    return (
        draft.c.operator == operator,
        draft.c.screen.startswith(screen + _FILE, autoescape=True),
        draft.c.subject.is_not_distinct_from(subject),
    )


def _keep_files(
    desk: Desk, connection: Connection, screen: str, subject: str | None, files: Mapping[str, bytes]
) -> None:
    there = {
        row.screen.removeprefix(screen + _FILE): row.id
        for row in connection.execute(
            select(draft.c.id, draft.c.screen).where(*_files(desk.operator.id, screen, subject))
        )
    }
    gone = [one for name, one in there.items() if name not in files]
    if gone:
        connection.execute(delete(draft).where(draft.c.id.in_(gone)))
    for name, content in files.items():
        if name not in there:
            # The subject is that of the draft: whoever is erased goes with what was being typed and added.
            connection.execute(
                draft.insert().values(
                    id=new_id(),
                    screen=screen + _FILE + name,
                    subject=subject,
                    operator=desk.operator.id,
                    content=b64encode(content).decode(),
                    updated_at=desk.clock(),
                )
            )


def _forget(connection: Connection, operator: UUID, screen: str, subject: str | None) -> None:
    # Overwritten, not only let go of: what turned out to be about a restricted claim is not to be found again.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(
        delete(draft).where(
            draft.c.operator == operator, draft.c.screen == screen, draft.c.subject.is_not_distinct_from(subject)
        )
    )
    connection.execute(delete(draft).where(*_files(operator, screen, subject)))


def _of(desk: Desk, screen: str, subject: str | None) -> tuple[Any, ...]:
    return draft.c.operator == desk.operator.id, draft.c.screen == screen, draft.c.subject.is_not_distinct_from(subject)
