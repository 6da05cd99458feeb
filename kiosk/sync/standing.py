"""Standing: what this terminal knows of its centre and of its own journal before it asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, select, update
from sqlalchemy.sql import ColumnElement

from kiosk.desk import MUST_CONTINUE, Desk, Terminal, Work, get_setting, head, set_setting
from kiosk.queries.documents import not_uploaded
from kiosk.queries.trust import HeldKeys, held_keys
from kiosk.queries.unsent import FormerJournal, former
from kiosk.store.tables import blob, cursor, cursor_mark, former_terminal, own_terminal, setting, statement, verdict
from kiosk.store.tables import entry as entries
from kiosk.sync.line import PROGRAM
from models.journal.body import pack, unpack
from models.journal.entry import NOTHING
from models.rules.problems import Trouble
from models.sync.chain import START
from models.sync.messages import Cursor, Head
from models.sync.signing import Signed
from models.sync.statement import Statement

STATEMENT_SHOWN = "statement_shown"
LAST_ERROR = "last_sync_error"
SKEW = "skew_ms"
MARK = "centre_mark"
"""What the centre called the state in which this counter held everything, and what that was here."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One look at the store."""

    terminal: Terminal
    centre: UUID
    address: str
    keys: HeldKeys
    epoch: UUID | None
    head: Head
    acked: Head
    cursors: tuple[Cursor, ...]
    skew_ms: int
    heard: datetime | None = None
    """When the centre noted last that it heard us, by its kept statement."""
    former: tuple[FormerJournal, ...] = ()
    """Journals before this one of which the centre has not said that it has all; the oldest first."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The centre's mark for all that is held here, and when it last said that this is so."""

    mark: bytes
    stated: datetime


def standing(desk: Desk) -> Standing:
    """Trouble `sync.not_enrolled` before a centre has certified this terminal."""
    with desk.read() as work:
        return standing_in(work)


def standing_in(work: Work) -> Standing:
    row = work.connection.execute(select(own_terminal)).one()
    keys = held_keys(work.connection)
    if row.certificate is None or row.centre_id is None or row.centre_url is None or keys is None:
        raise Trouble("sync.not_enrolled")
    return Standing(
        terminal=work.terminal,
        centre=row.centre_id,
        address=row.centre_url,
        keys=keys,
        epoch=UUID(row.epoch) if row.epoch else None,
        head=Head(*head(work.connection, work.terminal)),
        acked=Head(row.acked_seq, row.acked_hash or NOTHING),
        cursors=tuple(
            Cursor(one.stream, one.position, one.chain)
            for one in work.connection.execute(select(cursor).order_by(cursor.c.stream))
        ),
        skew_ms=work.skew_ms or 0,
        heard=_heard(work.connection),
        former=tuple(one for one in former(work.connection, work.terminal) if one.head.seq > one.acked.seq),
    )


def _heard(connection: Connection) -> datetime | None:
    content = connection.scalar(select(statement.c.content))
    if content is None:
        return None
    said = unpack(unpack(content, Signed).message, Statement)
    return said.at if said.noted else None


def of_ours(own: Terminal) -> ColumnElement[bool]:
    """The entries of this terminal's journal."""
    return and_(entries.c.terminal == own.id, entries.c.incarnation == own.incarnation)


def in_our_chain(connection: Connection, own: Terminal, place: Head) -> bool:
    """Whether our journal ever stood exactly there."""
    if place.seq == 0:
        return place.hash == NOTHING
    found = connection.scalar(select(entries.c.hash).where(of_ours(own), entries.c.seq == place.seq))
    return found is not None and bytes(found) == place.hash


def note_acked(connection: Connection, journal: Terminal, place: Head) -> None:
    """The centre has everything up to here for good."""
    for table in (own_terminal, former_terminal):
        change = update(table).where(table.c.incarnation == journal.incarnation)
        connection.execute(change.values(acked_seq=place.seq, acked_hash=place.hash))


def withdraw_statement(connection: Connection) -> None:
    connection.execute(statement.delete())
    connection.execute(setting.delete().where(setting.c.key.in_((STATEMENT_SHOWN, MARK))))


def note_mark(connection: Connection, own: Standing, mark: bytes) -> None:
    """Keep the centre's mark for what `own` says; empty: there is none."""
    note(connection, MARK, [mark.hex(), _held(own)] if mark else None)


def find_mark(connection: Connection, own: Standing) -> Marked | None:
    """The mark, where this counter still holds what it held then, and waits for nothing."""
    if own.acked != own.head or own.former:
        return None
    kept = {row.key: row.value for row in connection.execute(_OF_THE_MARK)}
    mark, held = msgspec.json.decode(kept.get(MARK, "null")) or ("", "")
    waits = any(msgspec.json.decode(kept.get(key, "null")) for key in (LAST_ERROR, MUST_CONTINUE))
    if not mark or waits or held != _held(own):
        return None
    stated = connection.scalar(_STATED)
    if stated is None or connection.scalar(_WAITS) is not None or not_uploaded(connection):
        return None
    return Marked(bytes.fromhex(mark), stated)


_OF_THE_MARK = select(setting.c.key, setting.c.value).where(setting.c.key.in_((MARK, LAST_ERROR, MUST_CONTINUE)))
_STATED = select(statement.c.at)
_WAITS = select(verdict.c.entry).where(verdict.c.verdict == "held").limit(1)


def _held(own: Standing) -> str:
    """Everything that a question in full would say, but for its time."""
    terminal = (own.terminal.id, own.terminal.incarnation, own.keys.current.serial, own.epoch, PROGRAM)
    return sha256(pack((terminal, own.head, own.cursors))).hexdigest()


def note_epoch(connection: Connection, epoch: UUID) -> None:
    """The centre may have lost what it had: documents and former journals are offered again, and it asks for what it
    lacks of them."""
    connection.execute(update(own_terminal).values(epoch=str(epoch)))
    connection.execute(update(former_terminal).values(acked_seq=0, acked_hash=None))
    connection.execute(update(blob).values(uploaded_at=None))


def put_cursor(connection: Connection, place: Cursor) -> None:
    connection.execute(cursor.delete().where(cursor.c.stream == place.stream))
    connection.execute(cursor.insert().values(stream=place.stream, position=place.position, chain=place.chain))


def find_cursor(connection: Connection, stream: str) -> Cursor:
    row = connection.execute(select(cursor).where(cursor.c.stream == stream)).first()
    return Cursor(stream, row.position, bytes(row.chain)) if row else Cursor(stream, 0, START)


def forget_streams(connection: Connection, streams: Iterable[str]) -> None:
    """Cursors of streams this terminal is no longer given; what they brought stays."""
    names = list(streams)
    for table in (cursor, cursor_mark):
        connection.execute(table.delete().where(table.c.stream.in_(names)))


def note(connection: Connection, key: str, value: Any) -> None:
    """Keep a setting, without a write where it says so already."""
    if get_setting(connection, key) != value:
        set_setting(connection, key, value)


def note_written_elsewhere(connection: Connection) -> None:
    """This journal must end: another machine wrote it as well, or goes on after it."""
    if not get_setting(connection, MUST_CONTINUE):
        set_setting(connection, MUST_CONTINUE, True)


def note_ours_alone(connection: Connection) -> None:
    """The centre has our journal as it is here, to its end and no branch beside it: what it said once of another
    machine was not so. A machine restored from a backup knows better by itself."""
    if get_setting(connection, MUST_CONTINUE) is True:
        set_setting(connection, MUST_CONTINUE, None)
