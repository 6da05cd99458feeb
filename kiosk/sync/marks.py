"""Marks: places where a stream was read once, so that it is read again from the last one the centre still knows."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import sqlite

from kiosk.desk import Desk
from kiosk.store.tables import cursor_mark as marks
from kiosk.sync.line import ServerApi
from kiosk.sync.standing import put_cursor
from models.sync.messages import Cursor
from models.sync.protocol import SyncError


def keep_mark(connection: Connection, place: Cursor) -> None:
    """Remember that the stream was read up to here. Of all marks one stays for each power of two of their distance from
    the newest: whatever a centre has lost, not more than some three times as much is read again."""
    if not place.position:
        return
    fresh = sqlite.insert(marks).values(stream=place.stream, position=place.position, chain=place.chain)
    connection.execute(fresh.on_conflict_do_nothing())
    positions = connection.scalars(
        select(marks.c.position).where(marks.c.stream == place.stream).order_by(marks.c.position)
    )
    oldest: dict[int, int] = {}
    spare = [at for at in positions if oldest.setdefault((place.position - at).bit_length(), at) != at]
    if spare:
        connection.execute(delete(marks).where(marks.c.stream == place.stream, marks.c.position.in_(spare)))


def walk_back(desk: Desk, api: ServerApi, stream: str) -> Cursor:
    """Go back to the newest mark that is in the centre's past too, or to the beginning; what is known is skipped when
    the stream is read again. SyncError `stream_unknown`, Trouble of the line."""
    with desk.store.read() as connection:
        rows = connection.execute(select(marks).where(marks.c.stream == stream).order_by(marks.c.position)).all()
    places = [Cursor(stream), *(Cursor(stream, row.position, bytes(row.chain)) for row in rows)]
    # All up to some place are known, and none after it.
    known, unknown = 0, len(places)
    while unknown - known > 1:
        middle = (known + unknown) // 2
        if _is_known(api, places[middle]):
            known = middle
        else:
            unknown = middle
    with desk.store.write(new_work=False) as connection:
        put_cursor(connection, places[known])
        later = (marks.c.stream == stream, marks.c.position > places[known].position)
        connection.execute(delete(marks).where(*later))
    return places[known]


def _is_known(api: ServerApi, place: Cursor) -> bool:
    try:
        api.pull(place, limit=1)
    except SyncError as error:
        if error.code != "stream_changed":
            raise
        return False
    return True
