"""Pull: what others have done and what the centre publishes goes out, page by page, signed."""

from __future__ import annotations

from sqlalchemy import Connection, select

from models.journal.entry import frame_of
from models.sync.messages import PAGE, Cursor, Page, Pulled
from models.sync.protocol import MAX_ENTRIES, OLDEST_PULL, SyncError
from models.sync.signing import Signed
from models.sync.signing import signed as sign
from server.store.tables import entry, stream_position
from server.usecases.centre import Centre, epoch_of
from server.usecases.streams import is_ours, stream_ends, streams_for
from server.usecases.terminals import Caller, note_given

_PAGE_BYTES = 4 << 20


def pull(
    centre: Centre, who: Caller, after: Cursor, limit: int, *, stubs: bool = True, protocol: int = OLDEST_PULL
) -> Signed:
    """The entries after a cursor, as a signed `Page`. The caller's own come as stubs, unless it lost them and asks
    for them in full. SyncError `stream_unknown`, `stream_changed` with our end of the stream, `pull_too_old`."""
    if protocol < OLDEST_PULL:
        raise SyncError("pull_too_old", minimum=OLDEST_PULL)
    if after.stream not in streams_for(who.mission):
        raise SyncError("stream_unknown")
    page = centre.read(lambda connection: _page(connection, who, after, min(limit, MAX_ENTRIES), stubs))
    # Before it is sent: what a lost counter may hold is never less than what is noted here.
    note_given(centre, who, after, page.until)
    return sign(page, PAGE, centre.keys.signing)


def _page(connection: Connection, who: Caller, after: Cursor, limit: int, stubs: bool) -> Page:
    end = stream_ends(connection, [after.stream])[after.stream]
    if not is_ours(connection, after):
        raise SyncError("stream_changed", cursor=end)
    query = (
        select(stream_position.c.position, stream_position.c.chain, entry)
        .join(entry, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .where(stream_position.c.stream == after.stream, stream_position.c.position > after.position)
        .order_by(stream_position.c.position)
        .limit(max(1, limit))
    )
    pulled, until, size = [], after, 0
    for row in connection.execute(query):
        if row.position != until.position + 1:
            raise AssertionError(f"{after.stream} has a hole after {until.position}")
        own = stubs and (row.terminal, row.incarnation) == (who.terminal, who.incarnation)
        if own:
            pulled.append(Pulled(row.position, None, row.id, row.hash))
        else:
            frame = frame_of(row, with_prev=True)
            size += len(frame.header) + len(frame.facts) + len(frame.personal or b"") + len(frame.sealed or b"") + 96
            if pulled and size > _PAGE_BYTES:
                break
            pulled.append(Pulled(row.position, frame))
        until = Cursor(after.stream, row.position, row.chain)
    return Page(
        stream=after.stream,
        epoch=epoch_of(connection),
        after=after,
        until=until,
        last=end.position,
        entries=tuple(pulled),
    )
