"""Heads: who recorded what, when and where, of the entries that are here and of those the base rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, true
from sqlalchemy.sql import ColumnElement

from kiosk.desk import kept
from kiosk.store.tables import base_entry
from kiosk.store.tables import entry as entries
from models.journal.entry import Unreadable

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry's header says, as far as anybody asks."""

    id: UUID
    subject: UUID
    terminal: UUID
    seq: int
    kind: str
    at: datetime
    zone: str
    operator: UUID


def heads_of(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Told]:
    """What is known of these entries; one that is not here, or cannot be read, is left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[UUID, Told] = {}
    for start in range(0, len(wanted), _CHUNK):
        keys = wanted[start : start + _CHUNK]
        found |= {one.id: one for one in _found(connection, entries.c.id.in_(keys), base_entry.c.id.in_(keys))}
    return found


def heads_about(connection: Connection, subjects: Collection[UUID], *, kind: str | None = None) -> list[Told]:
    """The entries about these, in the order of their ids."""
    found = _found(
        connection,
        entries.c.subject.in_(subjects) & _of_kind(entries.c.kind, kind),
        base_entry.c.subject.in_(subjects) & _of_kind(base_entry.c.kind, kind),
    )
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)


def _of_kind(column: ColumnElement[str], kind: str | None) -> ColumnElement[bool]:
    return true() if kind is None else column == kind


def _found(connection: Connection, of_entries: ColumnElement[bool], of_base: ColumnElement[bool]) -> Iterator[Told]:
    for row in connection.execute(select(base_entry).where(of_base)):
        yield _told(row)
    for row in connection.execute(select(entries).where(of_entries)):
        try:
            head = kept(row).head
        except Unreadable:
            continue
        yield Told(*(head.id, head.subject, head.terminal, head.seq, head.kind, head.at, head.zone, head.operator))


def _told(row: Row[Any]) -> Told:
    return Told(row.id, row.subject, row.terminal, row.seq, row.kind, row.at, row.zone, row.operator)
