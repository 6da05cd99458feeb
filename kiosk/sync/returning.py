"""Returning: a centre that was restored from a backup is shown what it said, and given back what others did since."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from kiosk.desk import Desk, Terminal, get_setting, set_setting
from kiosk.store.tables import entry as entries
from kiosk.store.tables import own_terminal, setting, statement
from kiosk.sync.line import ServerApi
from kiosk.sync.push import EpochChanged
from models.journal.body import unpack
from models.journal.entry import Frame, frame_of
from models.rules.problems import Trouble
from models.sync.messages import encode
from models.sync.protocol import MAX_BODY, MAX_ENTRIES, SyncError
from models.sync.restoring import MOST_JOURNALS, Place, RecallRequest, ReturnRequest, sign_recall
from models.sync.signing import Signed

_log = logging.getLogger(__name__)

RETURNING = "returning"
"""What a centre in a new epoch has still to be given: {"epoch", "after"}, where `after` is the last (terminal,
incarnation, seq) that it took."""

_RAW = 8 << 20
"""Bytes of entries before compression that one message may hold."""

_LAST = b"\xff" * 33
"""Behind every hash."""

_COLUMNS = (
    entries.c.seq,
    entries.c.hash,
    entries.c.header,
    entries.c.facts,
    entries.c.signature,
    entries.c.personal,
    entries.c.sealed,
    entries.c.prev,
    entries.c.personal_digest,
    entries.c.sealed_digest,
)


def recall(desk: Desk, api: ServerApi, own: Terminal, *, proven: bool) -> bool:
    """Show the centre the certificate it gave us; and where it is `proven` to be ours, what it said it holds of us.
    Whether it knows us then. One that does not understand the question, or did not sign these, does not."""
    with desk.store.read() as connection:
        certificate = connection.execute(select(own_terminal.c.certificate)).scalar_one()
        content = connection.scalar(select(statement.c.content)) if proven else None
    said = unpack(content, Signed) if content is not None else None
    try:
        answer = api.recall(sign_recall(RecallRequest(unpack(certificate, Frame), said), own.key))
    except (SyncError, Trouble) as error:
        if isinstance(error, Trouble) and error.code.startswith("line."):
            raise
        return False
    if answer.reopened:
        _log.info("the centre was restored from a backup")
    return True


def begin(connection: Connection, epoch: UUID) -> None:
    """From now on the centre is to be given what it lacks of others' journals."""
    set_setting(connection, RETURNING, {"epoch": str(epoch), "after": None})


@dataclass(frozen=True, slots=True)
class _Journal:
    """Somebody else's journal, as far as it is here; `fork` is the first seq that two of its entries have."""

    place: Place
    fork: int | None


def give_back(desk: Desk, api: ServerApi, own: Terminal, epoch: UUID, told: Callable[[int, int], None]) -> int:
    """Give the centre what it lacks of the journals of others and of its own, once for each epoch; returns how many
    entries it took. May be cut off anywhere and is gone on with by the next sync.

    EpochChanged; Trouble of the line."""
    with desk.store.read() as connection:
        pending = get_setting(connection, RETURNING)
        if pending is None:
            return 0
        journals = _journals(connection, own)
    if pending["epoch"] != str(epoch):
        pending = {"epoch": str(epoch), "after": None}
    try:
        return _give_back(desk, api, journals, epoch, pending["after"], told)
    except SyncError as error:
        if error.code == "epoch_changed":
            raise EpochChanged from error
        # One of before there was anything to give back, or what it cannot read: nothing of ours waits for that.
        if error.code != "not_found":
            _log.warning("the centre did not take back what it lacks: %s", error.code)
        _done(desk)
        return 0


def _give_back(
    desk: Desk,
    api: ServerApi,
    journals: Sequence[_Journal],
    epoch: UUID,
    after: list[Any] | None,
    told: Callable[[int, int], None],
) -> int:
    lacking: list[Place] = []
    for first in range(0, len(journals), MOST_JOURNALS):
        asked = tuple(one.place for one in journals[first : first + MOST_JOURNALS])
        lacking += api.give_back(encode(ReturnRequest(journals=asked, epoch=epoch))).journals
    theirs = {(one.place.terminal, one.place.incarnation): one for one in journals}
    with desk.store.read() as connection:
        starts = [(one, _start(connection, theirs[one.terminal, one.incarnation], one)) for one in lacking]
        if after is not None:
            starts = _from_where_it_was(starts, UUID(after[0]), after[1], after[2])
        total = sum(_count(connection, place, seq) for place, seq in starts)
    kept = done = 0
    for place, start in starts:
        last, most = (start, _LAST), MAX_ENTRIES
        while rows := _next(desk, place, last, most):
            body = encode(ReturnRequest(frames=tuple(frame_of(row, with_prev=True) for row in rows), epoch=epoch))
            if len(body) > MAX_BODY and len(rows) > 1:
                most = len(rows) // 2
                continue
            kept += api.give_back(body).kept
            last = (rows[-1].seq, bytes(rows[-1].hash))
            _note(desk, epoch, place, rows[-1].seq - 1)
            done += len(rows)
            told(done, total)
    _done(desk)
    return kept


def _from_where_it_was(
    starts: list[tuple[Place, int]], terminal: UUID, incarnation: int, seq: int
) -> list[tuple[Place, int]]:
    """Without what was taken before a cut; all of it where that cannot be told any more."""
    for number, (place, start) in enumerate(starts):
        if (place.terminal, place.incarnation) == (terminal, incarnation):
            return [(place, max(start, seq)), *starts[number + 1 :]]
    return starts


def _journals(connection: Connection, own: Terminal) -> list[_Journal]:
    """Every journal but the one that push sends, the centre's own first: they tell whose the others are."""
    centre = connection.execute(select(own_terminal.c.centre_id)).scalar_one()
    last = func.max(entries.c.seq)
    rows = connection.execute(
        select(entries.c.terminal, entries.c.incarnation, last, func.count(), func.count(entries.c.seq.distinct()))
        .where(or_(entries.c.terminal != own.id, entries.c.incarnation != own.incarnation))
        .group_by(entries.c.terminal, entries.c.incarnation)
    ).all()
    found = []
    for terminal, incarnation, seq, count, seqs in rows:
        mine = _of(terminal, incarnation)
        heads = connection.scalars(select(entries.c.hash).where(mine, entries.c.seq == seq))
        fork = None
        if count > seqs:
            doubled = select(entries.c.seq).where(mine).group_by(entries.c.seq).having(func.count() > 1)
            fork = connection.scalar(select(func.min(doubled.subquery().c.seq)))
        found.append(_Journal(Place(terminal, incarnation, seq, bytes(heads.first() or b"")), fork))
    return sorted(found, key=lambda one: (one.place.terminal != centre, one.place.terminal, one.place.incarnation))


def _of(terminal: UUID, incarnation: int) -> ColumnElement[bool]:
    return and_(entries.c.terminal == terminal, entries.c.incarnation == incarnation)


def _start(connection: Connection, ours: _Journal, theirs: Place) -> int:
    """After which seq the centre may lack something: the last before which it lacks nothing, unless what it has there
    is another branch than ours, or we have two."""
    there = (_of(theirs.terminal, theirs.incarnation), entries.c.seq == theirs.seq)
    here = set(map(bytes, connection.scalars(select(entries.c.hash).where(*there))))
    start = theirs.seq if not here or theirs.hash in here else 0
    return start if ours.fork is None else min(start, ours.fork - 1)


def _count(connection: Connection, place: Place, after: int) -> int:
    query = select(func.count()).where(_of(place.terminal, place.incarnation), entries.c.seq > after)
    return connection.scalar(query) or 0


def _next(desk: Desk, place: Place, after: tuple[int, bytes], most: int) -> Sequence[Any]:
    """The next entries of a journal that fit into one message."""
    with desk.store.read() as connection:
        rows: Sequence[Any] = connection.execute(
            select(*_COLUMNS)
            .where(_of(place.terminal, place.incarnation), entries.c.seq >= after[0])
            .where(or_(entries.c.seq > after[0], entries.c.hash > after[1]))
            .order_by(entries.c.seq, entries.c.hash)
            .limit(most)
        ).all()
    size = 0
    for count, row in enumerate(rows):
        size += sum(len(part) for part in row if isinstance(part, bytes))
        if count and size > _RAW:
            return rows[:count]
    return rows


def _note(desk: Desk, epoch: UUID, place: Place, seq: int) -> None:
    with desk.store.write(new_work=False) as connection:
        after = [str(place.terminal), place.incarnation, seq]
        set_setting(connection, RETURNING, {"epoch": str(epoch), "after": after})


def _done(desk: Desk) -> None:
    with desk.store.write(new_work=False) as connection:
        connection.execute(setting.delete().where(setting.c.key == RETURNING))
