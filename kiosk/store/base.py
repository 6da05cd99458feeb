"""The base: what the ledger of this counter rests on where the centre gave it instead of every entry; kept whole, so
that the ledger can be held against it, and without whom the centre erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from kiosk.store.tables import base, base_entry, base_part
from models.journal.body import pack, unpack
from models.sync.base import may_tell_of, without
from models.sync.messages import Base, BasePart
from models.sync.signing import Signed

State: TypeAlias = Literal["standing", "coming"]

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Given:
    """A base as it was signed, and when it was taken or begun."""

    signed: Signed
    base: Base
    at: datetime


def given(connection: Connection, state: State) -> Given | None:
    row = connection.execute(select(base.c.content, base.c.at).where(base.c.state == state)).first()
    if row is None:
        return None
    signed = unpack(row.content, Signed)
    return Given(signed, unpack(signed.message, Base), row.at)


def put(connection: Connection, state: State, signed: Signed, at: datetime) -> None:
    """Note a base; parts that neither it nor the other one has are gone."""
    connection.execute(delete(base).where(base.c.state == state))
    connection.execute(insert(base).values(state=state, content=pack(signed), at=at))
    _drop_others(connection)


def drop_coming(connection: Connection) -> None:
    """Stop fetching a base, and keep nothing of it."""
    connection.execute(delete(base).where(base.c.state == "coming"))
    _drop_others(connection)


def _drop_others(connection: Connection) -> None:
    wanted = {part.digest for state in _STATES if (one := given(connection, state)) for part in one.base.parts}
    here = {bytes(digest) for digest in connection.scalars(select(base_part.c.digest))}
    for digests in _chunks(sorted(here - wanted)):
        connection.execute(delete(base_part).where(base_part.c.digest.in_(digests)))


_STATES: tuple[State, ...] = ("standing", "coming")


# Parts


def lacking(connection: Connection, wanted: Base) -> list[BasePart]:
    """The parts that are not here as the centre made them, in order."""
    here = {bytes(one) for one in connection.scalars(select(base_part.c.digest).where(base_part.c.altered.is_(False)))}
    return [part for part in wanted.parts if part.digest not in here]


def keep_part(connection: Connection, digest: bytes, content: bytes) -> None:
    """Keep a part that was proven, in the place of one that was altered."""
    row = sqlite.insert(base_part).values(digest=digest, altered=False, content=content)
    connection.execute(row.on_conflict_do_update(set_={"altered": False, "content": content}))
    keep_tail(connection, None, b"")


def tail(connection: Connection, digest: bytes) -> bytes:
    """What is here of a part that is not whole."""
    row = connection.execute(select(base.c.tail_digest, base.c.tail).where(base.c.state == "coming")).first()
    return bytes(row.tail or b"") if row is not None and row.tail_digest == digest else b""


def keep_tail(connection: Connection, digest: bytes | None, content: bytes) -> None:
    values = {"tail_digest": digest, "tail": content or None}
    connection.execute(update(base).where(base.c.state == "coming").values(values))


def parts(connection: Connection, of: Base) -> Iterator[tuple[BasePart, bytes, bool]]:
    """Every part of a base that is here, in order: its bytes, and whether they were altered."""
    for part in of.parts:
        query = select(base_part.c.content, base_part.c.altered).where(base_part.c.digest == part.digest)
        if (row := connection.execute(query).first()) is not None:
            yield part, bytes(row.content), row.altered


# What it rests on


def among(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these entries the base rests on."""
    found: set[UUID] = set()
    for keys in _chunks(list(ids)):
        found |= set(connection.scalars(select(base_entry.c.id).where(base_entry.c.id.in_(keys))))
    return found


def forget(connection: Connection, subjects: Collection[UUID]) -> None:
    """Take what tells of these workers and the claims of theirs out of everything kept of bases. What was not proven
    yet goes as a whole: nobody could say what stands in it."""
    if not subjects or connection.execute(select(base.c.state).limit(1)).first() is None:
        return
    keep_tail(connection, None, b"")
    connection.execute(update(base_entry).where(base_entry.c.subject.in_(list(subjects))).values(note=None))
    wanted = {one.bytes for one in subjects}
    everything: dict[bytes, BasePart] = {
        part.digest: part for state in _STATES if (one := given(connection, state)) for part in one.base.parts
    }
    for part in everything.values():
        if not may_tell_of(part, wanted):
            continue
        row = connection.execute(select(base_part.c.content).where(base_part.c.digest == part.digest)).first()
        if row is not None and (bared := without(part, bytes(row.content), wanted)) is not None:
            change = update(base_part).where(base_part.c.digest == part.digest)
            connection.execute(change.values(altered=True, content=bared))


def _chunks(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
