"""Standing: what this terminal knows of its centre and of its own journal before it asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.sql import ColumnElement

from kiosk.desk import MUST_CONTINUE, Desk, Terminal, get_setting, head, set_setting
from kiosk.queries.trust import HeldKeys, held_keys
from kiosk.queries.unsent import FormerJournal, former
from kiosk.store.tables import blob, cursor, cursor_mark, former_terminal, own_terminal, setting, statement
from kiosk.store.tables import entry as entries
from models.journal.body import unpack
from models.journal.entry import NOTHING
from models.rules.problems import Trouble
from models.sync.chain import START
from models.sync.messages import Cursor, Head
from models.sync.signing import Signed
from models.sync.statement import Statement

STATEMENT_SHOWN = "statement_shown"
LAST_ERROR = "last_sync_error"
SKEW = "skew_ms"


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


def standing(desk: Desk) -> Standing:
    """Trouble `sync.not_enrolled` before a centre has certified this terminal."""
    with desk.read() as work:
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
    connection.execute(setting.delete().where(setting.c.key == STATEMENT_SHOWN))


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
