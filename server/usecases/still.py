"""Still: a terminal that held everything asks whether that is still so; one question to the database answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, select

from models.ledger.tables import held
from models.sync.messages import Cursor
from models.sync.protocol import OLDEST_PULL, OLDEST_PUSH, PROTOCOL
from models.sync.still import NO, Still, new_mark, say
from models.sync.tokens import claimed_by
from server.store.tables import centre as centres
from server.store.tables import stream, terminal_head
from server.usecases.centre import Centre
from server.usecases.streams import given_with, streams_for
from server.usecases.terminals import Caller, admitted, unheard

_PROGRAM = version("loket-pmi")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the centre stands with a terminal, all read at one moment. `mark` names it."""

    head: Row[Any]
    epoch: UUID
    ends: dict[str, Cursor]
    mark: bytes


def place_of(centre: Centre, who: Caller, rows: Sequence[Row[Any]]) -> Place:
    """From what `asked_of` found."""
    ours = [row for row in rows if row.incarnation == who.incarnation]
    head = ours[0]
    found = {row.stream: Cursor(row.stream, row.position, row.chain) for row in ours if row.stream is not None}
    ends = {name: found.get(name, Cursor(name)) for name in streams_for(who.mission)}
    # What a full answer says beside this must have its part here, or counters would not hear of it. The sums of the
    # accounts follow from the entries, from what of them is held, and from how this program posts.
    mark = new_mark(
        (centre.id, head.epoch, centre.keys.serial, _PROGRAM, PROTOCOL, OLDEST_PUSH, OLDEST_PULL),
        (head.terminal, head.incarnation, head.seq, head.hash, head.entries, head.safe_seq),
        (head.posting_version, head.held, head.held_last),
        sorted((end.stream, end.position, end.chain) for end in ends.values()),
    )
    return Place(head, head.epoch, ends, mark)


def asked_of(connection: Connection, terminal: UUID) -> Sequence[Row[Any]]:
    """All journals of this terminal, each with every stream it is given: one statement, and so one moment."""
    return connection.execute(_ASKED, {"terminal": terminal}).all()


# Built once: making it takes as long as asking it.
_ASKED = (
    select(
        terminal_head,
        centres.c.epoch,
        centres.c.posting_version,
        select(func.count()).select_from(held).scalar_subquery().label("held"),
        select(func.max(cast(held.c.entry_id, Text))).scalar_subquery().label("held_last"),
        stream.c.name.label("stream"),
        stream.c.position,
        stream.c.chain,
    )
    .select_from(terminal_head.join(centres, centres.c.id.is_not(None)))
    .outerjoin(stream, stream.c.name.in_(given_with(terminal_head.c.mission)))
    .where(terminal_head.c.terminal == bindparam("terminal", type_=terminal_head.c.terminal.type))
)


def still(
    centre: Centre, token: str, mark: bytes, t0: datetime, before: datetime, arrived: datetime
) -> tuple[str, Caller, Row[Any]]:
    """Our word that `mark` is still where we stand with the one who asks, or `NO`; and who that is. `before` is when
    we heard them last, by our statement that they hold. SyncError as `terminals.caller`."""
    terminal = claimed_by(token).terminal
    # One statement needs no transaction around it, and no round trips to begin and end one.
    with centre.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = asked_of(connection, terminal)
    who = admitted(centre, token, rows)
    place = place_of(centre, who, rows)
    if place.mark != mark or unheard(place.head, before):
        return NO, who, place.head
    said = Still(centre.id, who.terminal, who.incarnation, mark, t0, arrived, centre.now())
    return say(said, centre.keys.signing), who, place.head
