"""Sync: the one call that says whether there is anything to do, and what the centre holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from models.sync.messages import MOST_FORMER, Cursor, Former, Head, SyncAnswer, SyncRequest
from models.sync.protocol import MAX_PUSH, OLDEST_PULL, OLDEST_PUSH, SyncError
from models.sync.signing import Signed
from models.sync.statement import Statement, account_sums, sign_statement
from server.usecases.centre import Centre, epoch_of
from server.usecases.journal import holds
from server.usecases.still import asked_of, place_of
from server.usecases.streams import is_ours, streams_for
from server.usecases.terminals import Caller, former_journals, heard, note_held, unheard

_LONGEST_SKEW_MS = 1 << 31


def sync(centre: Centre, who: Caller, request: SyncRequest, arrived: datetime) -> SyncAnswer:
    """Compare heads and cursors. `arrived` is our clock when the request came in."""
    if request.protocol < OLDEST_PUSH:
        raise SyncError("protocol_too_old", minimum=OLDEST_PUSH)
    if request.t0.tzinfo is None:
        raise SyncError("bad_frame")

    def compare(connection: Connection) -> tuple[SyncAnswer, Row[Any]]:
        place = place_of(centre, who, asked_of(connection, who.terminal))
        head, given, epoch, ends = place.head, streams_for(who.mission), place.epoch, place.ends
        sent = {cursor.stream: cursor for cursor in request.cursors}
        changed = tuple(
            name for name in given if name in sent and sent[name] != ends[name] and not is_ours(connection, sent[name])
        )
        news = tuple(end for name, end in ends.items() if sent.get(name, Cursor(name)) != end)
        gone = tuple(sorted(set(sent) - set(given)))
        forgotten = request.epoch == epoch and request.heard is not None and unheard(head, request.heard)
        asked = request.head
        answer = SyncAnswer(
            epoch=epoch,
            head=Head(head.seq, head.hash),
            knows_head=asked in (Head(), Head(head.seq, head.hash))
            or holds(connection, who.terminal, who.incarnation, asked.seq, asked.hash),
            streams=news,
            changed=changed,
            gone=gone,
            safe_seq=head.safe_seq,
            oldest_push=OLDEST_PUSH,
            oldest_pull=OLDEST_PULL,
            t1=arrived,
            t2=centre.now(),
            statement=statement_of(connection, centre, head, arrived, noted=not forgotten),
            former=_former(connection, who, request.former) if request.former else (),
            recall=forgotten,
            mark=b"" if forgotten or news or gone or asked != Head(head.seq, head.hash) else place.mark,
            most=MAX_PUSH,
        )
        return answer, head

    answer, head = centre.read(compare)
    note_held(centre, who, [one for one in request.cursors if one.stream not in (*answer.changed, *answer.gone)])
    # What it can prove counts by what was noted before it came.
    if not answer.recall:
        heard(centre, who, head, arrived, request.program[:64], skew_between(request.t0, arrived))
    return answer


def _former(connection: Connection, who: Caller, asked: Sequence[Former]) -> tuple[Former, ...]:
    """Where we stand with the journals before this one. One that we do not know is not ours to speak of."""
    rows = former_journals(connection, who)
    return tuple(
        Former(
            one.incarnation,
            Head(rows[one.incarnation].seq, rows[one.incarnation].hash),
            one.head == Head() or holds(connection, who.terminal, one.incarnation, one.head.seq, one.head.hash),
        )
        for one in asked[:MOST_FORMER]
        if one.incarnation in rows
    )


def statement_of(
    connection: Connection, centre: Centre, head: Row[Any], at: datetime, *, noted: bool = False
) -> Signed:
    """What we hold of the journal whose `head` this is, signed."""
    statement = Statement(
        centre=centre.id,
        terminal=head.terminal,
        incarnation=head.incarnation,
        seq=head.seq,
        head=head.hash,
        count=head.entries,
        sums=account_sums(connection, head.terminal, head.incarnation),
        at=at,
        epoch=epoch_of(connection),
        noted=noted,
    )
    return sign_statement(statement, centre.keys.signing)


def skew_between(theirs: datetime, ours: datetime) -> int:
    """Milliseconds by which a counter's clock is ahead of ours, as far as a column holds."""
    skew = (theirs - ours) // timedelta(milliseconds=1)
    return max(-_LONGEST_SKEW_MS, min(_LONGEST_SKEW_MS - 1, skew))
