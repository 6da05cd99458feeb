"""Push: what a counter has done arrives, in one transaction, and is never refused."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from models.journal.entry import Frame
from models.journal.workers import WorkerMerged, WorkerUnmerged
from models.sync.messages import Head, Judged, PushAnswer, PushRequest
from models.sync.protocol import MAX_PUSH, OLDEST_PUSH, SyncError
from server.store.tables import terminal_head
from server.usecases.borrowing import lend_merged
from server.usecases.centre import Centre, epoch_of
from server.usecases.journal import Kept, Received, holds, keep, lock_own_head, reach, read_frame, signed, stored
from server.usecases.terminals import Caller, former_journals, locked_head

REVOKED = "revoked_terminal"
"""The code of what a counter recorded that is answered no more."""


def push(centre: Centre, who: Caller, request: PushRequest) -> PushAnswer:
    """Take a piece of the caller's journal. SyncError of the classes `frame`, `history` and `version`; then nothing
    of it is kept."""
    if request.protocol < OLDEST_PUSH:
        raise SyncError("protocol_too_old", minimum=OLDEST_PUSH)
    if len(request.frames) > MAX_PUSH:
        raise SyncError("too_large")
    if request.incarnation not in (0, who.incarnation):
        who = _former(centre, who, request.incarnation)
    received = _read(request.base, request.frames, who)
    last = Head(received[-1].seq, received[-1].hash) if received else request.base
    if last != request.final:
        raise SyncError("bad_chain")
    if received and not signed(received[-1], who.public_key):
        raise SyncError("bad_signature")
    return centre.write(lambda connection: _take(connection, centre, who, request, received))


def _former(centre: Centre, who: Caller, incarnation: int) -> Caller:
    """The same counter as it was while it wrote a journal before this one. SyncError `old_incarnation` for one that
    the caller's does not go on after."""
    with centre.engine.connect() as connection:
        row = former_journals(connection, who).get(incarnation)
    if row is None:
        raise SyncError("old_incarnation")
    return Caller(row.terminal, row.incarnation, row.mission, row.public_key)


def _read(base: Head, frames: Sequence[Frame], who: Caller) -> list[Received]:
    """Follow the chain from the base. What cannot be read keeps its place in it."""
    received = []
    prev = base.hash
    for seq, frame in enumerate(frames, start=base.seq + 1):
        one = read_frame(frame, seq, prev)
        if one.entry is not None:
            head = one.entry.head
            if (head.terminal, head.incarnation) != (who.terminal, who.incarnation):
                raise SyncError("wrong_name")
            if head.seq != seq:
                raise SyncError("bad_seq")
        received.append(one)
        prev = one.hash
    return received


def _take(
    connection: Connection, centre: Centre, who: Caller, request: PushRequest, received: Sequence[Received]
) -> PushAnswer:
    epoch, base = epoch_of(connection), request.base
    if request.epoch not in (None, epoch):
        raise SyncError("epoch_changed", epoch=epoch)
    row = locked_head(connection, who.terminal, who.incarnation)
    kinds = {one.entry.head.kind for one in received if one.entry is not None}
    if kinds & {WorkerMerged.KIND, WorkerUnmerged.KIND}:
        # Who is gathered under whom follows from merges whose workers a push need not name: one such push at a time.
        lock_own_head(connection, centre)
    merging = [one for one in received if one.entry is not None and one.entry.head.kind == WorkerMerged.KIND]
    head = Head(row.seq, row.hash)
    if base not in (head, Head()) and not holds(connection, who.terminal, who.incarnation, base.seq, base.hash):
        # Beyond our head: something is missing. Within it: another history than ours.
        raise SyncError("gap" if base.seq > head.seq else "fork", head=head)
    known = (
        stored(connection, who.terminal, who.incarnation, base.seq + 1, base.seq + len(received)) if received else {}
    )
    fresh = [one for one in received if (one.seq, one.hash) not in known]
    continues = bool(fresh) and Head(fresh[0].seq - 1, fresh[0].prev) == head
    kept = keep(
        connection,
        who.terminal,
        who.incarnation,
        who.mission,
        fresh,
        centre.now(),
        doubt="forked" if fresh and not continues else REVOKED if who.revoked else "",
    )
    if merging:
        taken = {one.id for one in kept if one.verdict != "quarantined"}
        merged = [one.entry.head.subject for one in merging if one.entry is not None and one.entry.id in taken]
        lend_merged(connection, centre, merged, besides=who.mission)
    if continues:
        # All of the piece is held now, and perhaps some of what follows: others may have given that back before.
        head = Head(received[-1].seq, received[-1].hash)
        if row.entries + len(fresh) > head.seq:
            head = reach(connection, who.terminal, who.incarnation, head)
    if fresh:
        connection.execute(
            update(terminal_head)
            .where(terminal_head.c.terminal == who.terminal, terminal_head.c.incarnation == who.incarnation)
            .values(seq=head.seq, hash=head.hash, entries=row.entries + len(fresh), last_seen=centre.now())
        )
    judged = known | {(one.seq, one.hash): one for one in kept}
    return PushAnswer(
        head=head,
        accepted=Head(received[-1].seq, received[-1].hash) if received else base,
        epoch=epoch,
        verdicts=tuple(_judged(judged[one.seq, one.hash]) for one in received if not _ok(judged[one.seq, one.hash])),
    )


def _ok(kept: Kept) -> bool:
    return kept.verdict == "ok"


def _judged(kept: Kept) -> Judged:
    return Judged(kept.seq, kept.verdict, kept.code, kept.id)
