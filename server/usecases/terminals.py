"""Terminals: who is asking, and when they were last heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, literal, select, update
from sqlalchemy.dialects import postgresql

from models.ledger.types import Instant
from models.sync.messages import Cursor
from models.sync.protocol import SyncError
from models.sync.tokens import check_token, claimed_by
from server.store.tables import terminal_head, terminal_stream
from server.usecases.centre import Centre

_SEEN_EVERY = timedelta(seconds=30)
_FORGOTTEN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Caller:
    """A terminal that has shown it holds its key."""

    terminal: UUID
    incarnation: int
    mission: str
    public_key: bytes
    revoked: bool = False
    """It is answered no more: only what came on a stick is still taken from it, and flagged."""


def caller(centre: Centre, token: str) -> Caller:
    """Whose token this is. SyncError `bad_token`, `unknown_terminal`, `old_incarnation`, `revoked`, `clock`."""
    query = select(terminal_head).where(terminal_head.c.terminal == claimed_by(token).terminal)
    with centre.engine.connect() as connection:
        return admitted(centre, token, connection.execute(query).all())


def admitted(centre: Centre, token: str, journals: Iterable[Row[Any]]) -> Caller:
    """The same, from the heads of all journals of the terminal that the token names."""
    claimed, rows = claimed_by(token), {row.incarnation: row for row in journals}
    row = rows.get(claimed.incarnation)
    if row is None or row.mission is None:
        raise SyncError("unknown_terminal")
    check_token(token, row.public_key, centre.id, centre.now())
    if row.revoked_at is not None:
        raise SyncError("revoked")
    # Not whoever has a lower number: of two copies of one disk each goes on after the same journal.
    if any(one.continues == claimed.incarnation for one in rows.values()):
        raise SyncError("old_incarnation")
    return Caller(row.terminal, row.incarnation, row.mission, row.public_key)


def former_journals(connection: Connection, who: Caller) -> dict[int, Row[Any]]:
    """The heads of the journals that the caller's goes on after, directly or through others, by incarnation."""
    rows = {
        row.incarnation: row
        for row in connection.execute(select(terminal_head).where(terminal_head.c.terminal == who.terminal))
    }
    found: dict[int, Row[Any]] = {}
    before = rows[who.incarnation].continues
    while before and before in rows and before not in found:
        found[before] = rows[before]
        before = rows[before].continues
    return found


def locked_head(connection: Connection, terminal: UUID, incarnation: int) -> Row[Any]:
    """The head of a terminal's journal; nobody else moves it before this transaction ends."""
    where = (terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation)
    return connection.execute(select(terminal_head).where(*where).with_for_update()).one()


def heard(
    centre: Centre, who: Caller, head: Row[Any], at: datetime, program: str, skew_ms: int, *, durable: bool = True
) -> None:
    """Note that a terminal spoke; not more often than anybody would look. Done before it is given a statement: what
    the next one says of the time is proof of what this database knew (`unheard`). Not `durable`: it is given none, and
    nobody waits for the disk."""
    if head.last_seen is not None and at - head.last_seen < _SEEN_EVERY and head.program == program:
        return
    change = (
        update(terminal_head)
        .where(terminal_head.c.terminal == who.terminal, terminal_head.c.incarnation == who.incarnation)
        .values(
            last_seen=func.greatest(terminal_head.c.last_seen, literal(at, Instant)), program=program, skew_ms=skew_ms
        )
    )

    def note(connection: Connection) -> None:
        if not durable:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        connection.execute(change)

    centre.write(note)


def unheard(head: Row[Any], at: datetime) -> bool:
    """Whether a terminal that was answered at this time was heard later than is noted of it: then we have forgotten."""
    return head.last_seen is None or at - head.last_seen > _FORGOTTEN


def missions_with_counters(connection: Connection) -> list[str]:
    """The missions whose counters may still ask for something."""
    head = terminal_head.c
    where = (head.mission.is_not(None), head.revoked_at.is_(None))
    return list(connection.scalars(select(head.mission).where(*where).distinct().order_by(head.mission)))


# How far each has been given the streams


def note_given(centre: Centre, who: Caller, after: Cursor, until: Cursor) -> None:
    """Keep that this page is sent, and that what came before it is held."""
    if until.position == after.position:
        return
    _note(centre, who, [(after.stream, after.position, until.position)])


def note_held(centre: Centre, who: Caller, cursors: Sequence[Cursor]) -> None:
    """Keep how far a counter says that it has its streams, where that is news."""
    table = terminal_stream
    mine = (table.c.terminal == who.terminal, table.c.incarnation == who.incarnation)
    with centre.engine.connect() as connection:
        rows = connection.execute(select(table.c.stream, table.c.held).where(*mine))
        known = {row.stream: row.held for row in rows}
    news = [one for one in cursors if one.position > known.get(one.stream, 0)]
    if news:
        _note(centre, who, [(one.stream, one.position, one.position) for one in news])


def _note(centre: Centre, who: Caller, said: Sequence[tuple[str, int, int]]) -> None:
    at, table = centre.now(), terminal_stream

    def keep(connection: Connection) -> None:
        for stream, held, given in said:
            fresh = postgresql.insert(table).values(
                terminal=who.terminal,
                incarnation=who.incarnation,
                stream=stream,
                held=held,
                given=given,
                held_at=at if held else None,
                given_at=at,
            )
            connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[table.c.terminal, table.c.incarnation, table.c.stream],
                    set_={
                        "held": func.greatest(table.c.held, fresh.excluded.held),
                        "given": func.greatest(table.c.given, fresh.excluded.given),
                        "held_at": case(
                            (fresh.excluded.held > table.c.held, fresh.excluded.held_at), else_=table.c.held_at
                        ),
                        "given_at": case(
                            (fresh.excluded.given > table.c.given, fresh.excluded.given_at), else_=table.c.given_at
                        ),
                    },
                )
            )

    centre.write(keep)
