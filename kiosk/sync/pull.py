"""Pull: what others did and what the centre publishes comes in, a page at a time, each with its cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from kiosk.desk import Desk, Terminal, keep
from kiosk.store import base
from kiosk.store.tables import entry as entries
from kiosk.sync.line import ServerApi
from kiosk.sync.marks import keep_mark, walk_back
from kiosk.sync.push import EpochChanged
from kiosk.sync.standing import find_cursor, forget_streams, put_cursor
from kiosk.sync.trust import Trust
from models.journal.entry import Entry, Unreadable
from models.posting import post
from models.rules.problems import Trouble
from models.sync.chain import step
from models.sync.messages import Cursor, Page
from models.sync.protocol import MAX_ENTRIES, SyncError
from models.sync.signing import Signed

MOST = MAX_ENTRIES
"""Entries in one transaction while nobody is at the counter: a page. What comes on top of the entries costs more than
they do …"""
LONGEST = 0.03
"""… but with somebody there none takes longer than this, in seconds, so that a click never waits for a pull."""
FEWEST, FIRST = 40, 50
"""Entries in the smallest of them, and in the one that is tried first."""

STOPPED = frozenset(
    {
        "sync.page_untrue",
        "sync.page_unreadable",
        "sync.own_entries_missing",
        "sync.history",
        "sync.pull_too_old",
    }
)
"""Why a stream cannot be read on, while the line is good and the centre is ours."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One position of a page: `entry` None for one of our own, which travels as a stub."""

    position: int
    chain: bytes
    id: UUID
    hash: bytes
    entry: Entry | None


class _CursorMoved(Exception):
    """Another sync of this counter pulled the same page."""


def pull(
    desk: Desk,
    api: ServerApi,
    trust: Trust,
    own: Terminal,
    stream: str,
    epoch: UUID,
    on_progress: Callable[[int, int], None],
) -> int:
    """Read a stream to its end; returns how many entries were new here.

    EpochChanged; Trouble `sync.page_untrue`, `sync.page_unreadable`, `sync.own_entries_missing`, `sync.history`,
    `sync.untrue`, and those of the line."""
    fresh, walked_back, size = 0, False, min(FIRST, MOST)
    with _pages(api) as pages:
        while True:
            with desk.store.read() as connection:
                after = find_cursor(connection, stream)
            try:
                signed = pages.after(after)
            except SyncError as error:
                if error.code == "stream_unknown":
                    with desk.store.write(new_work=False) as connection:
                        forget_streams(connection, [stream])
                    return fresh
                if error.code != "stream_changed" or walked_back:
                    raise Trouble("sync.history") from error
                walk_back(desk, api, stream)
                walked_back = True
                continue
            page = trust.page(signed)
            if page.epoch != epoch:
                raise EpochChanged
            places = _followed(page, after)
            if page.until.position < page.last:
                pages.begin(page.until)
            try:
                while places:
                    most = MOST if desk.store.is_quiet else size
                    part, places = places[:most], places[most:]
                    began = time.monotonic()
                    fresh += _keep(desk, own, after, part, last=not places)
                    took = time.monotonic() - began
                    size = max(min(FEWEST, MOST), size // 2) if took > LONGEST else min(MOST, size * 2)
                    after = Cursor(stream, part[-1].position, part[-1].chain)
                    on_progress(after.position, page.last)
            except _CursorMoved:
                continue
            if page.until.position >= page.last:
                return fresh


class _Pages:
    """A stream's pages: while one is kept, the next is on its way."""

    def __init__(self, api: ServerApi, pool: ThreadPoolExecutor) -> None:
        self._api, self._pool = api, pool
        self._coming: tuple[Cursor, Future[Signed]] | None = None

    def begin(self, after: Cursor) -> None:
        self._coming = after, self._pool.submit(self._api.pull, after)

    def after(self, after: Cursor) -> Signed:
        coming, self._coming = self._coming, None
        if coming is None:
            return self._api.pull(after)
        asked, page = coming
        if asked == after:
            return page.result()
        # Another sync of this counter has read on meanwhile. One question at a time is on the line.
        wait([page])
        return self._api.pull(after)


@contextmanager
def _pages(api: ServerApi) -> Iterator[_Pages]:
    with ThreadPoolExecutor(1, "pull") as pool:
        yield _Pages(api, pool)


def take_page(desk: Desk, own: Terminal, page: Page, *, may_walk_back: bool = False) -> int | None:
    """Keep of a page what lies beyond our cursor: how many entries were new here, or None where it begins beyond what
    we have. `may_walk_back`: the centre says this after all that it said before, so that a page which begins at the
    beginning is read from there where it does not go on from what we have.

    Trouble `sync.page_untrue`, `sync.page_unreadable`, `sync.own_entries_missing`, `sync.history`."""
    fresh, places = 0, _followed(page, page.after)
    while True:
        with desk.store.read() as connection:
            cursor = find_cursor(connection, page.stream)
        if cursor.position < page.after.position:
            return None
        if cursor.position > page.until.position:
            return fresh
        begun = cursor.position - page.after.position
        if cursor.chain != (places[begun - 1].chain if begun else page.after.chain):
            if not may_walk_back or page.after.position:
                raise Trouble("sync.history")
            with desk.store.write(new_work=False) as connection:
                put_cursor(connection, Cursor(page.stream))
            may_walk_back = False
            continue
        part = places[begun : begun + (MOST if desk.store.is_quiet else min(FIRST, MOST))]
        if not part:
            return fresh
        with suppress(_CursorMoved):
            fresh += _keep(desk, own, cursor, part, last=part[-1] is places[-1])


def _followed(page: Page, after: Cursor) -> list[_Place]:
    """The page's places, if they go on from the cursor without a hole and lead where the page says."""
    places, position, chain = [], after.position, after.chain
    if page.after != after or (not page.entries and page.last > after.position):
        raise Trouble("sync.page_untrue", stream=after.stream)
    for pulled in page.entries:
        entry = None
        if pulled.frame is not None:
            try:
                entry = Entry.opened(pulled.frame)
            except Unreadable as error:
                raise Trouble("sync.page_unreadable", stream=after.stream) from error
            entry_id, entry_hash = entry.id, entry.hash
        elif pulled.id is not None and pulled.hash is not None:
            entry_id, entry_hash = pulled.id, pulled.hash
        else:
            raise Trouble("sync.page_untrue", stream=after.stream)
        if pulled.position != position + 1:
            raise Trouble("sync.page_untrue", stream=after.stream)
        position, chain = pulled.position, step(chain, entry_hash)
        places.append(_Place(position, chain, entry_id, entry_hash, entry))
    if page.until != Cursor(after.stream, position, chain):
        raise Trouble("sync.page_untrue", stream=after.stream)
    return places


def _keep(desk: Desk, own: Terminal, after: Cursor, part: list[_Place], *, last: bool) -> int:
    """Keep and post one piece of a page, the `last` of it with a mark, and move the cursor, in one transaction."""
    with desk.store.write() as connection:
        if find_cursor(connection, after.stream) != after:
            raise _CursorMoved
        known = _known(connection, [place.id for place in part])
        fresh: dict[UUID, Entry] = {}
        for place in part:
            if place.entry is None and known.get(place.id) != place.hash:
                raise Trouble("sync.own_entries_missing")
            if place.id in known or place.entry is None:
                continue
            head = place.entry.head
            if (head.terminal, head.incarnation) == (own.id, own.incarnation):
                raise Trouble("sync.own_entries_missing")
            fresh.setdefault(place.id, place.entry)
        positions = {place.id: place.position for place in part}
        keep(connection, fresh.values(), positions)
        post(connection, list(fresh.values()))
        if seen := [{"_id": key, "_position": at} for key, at in positions.items() if key in known]:
            connection.execute(
                update(entries)
                .where(entries.c.id == bindparam("_id"), entries.c.position.is_(None))
                .values(position=bindparam("_position")),
                seen,
            )
        until = Cursor(after.stream, part[-1].position, part[-1].chain)
        put_cursor(connection, until)
        if last:
            keep_mark(connection, until)
        return len(fresh)


def _known(connection: Connection, ids: list[UUID]) -> dict[UUID, bytes]:
    rows = connection.execute(select(entries.c.id, entries.c.hash).where(entries.c.id.in_(ids)))
    # What the base rests on is known as well, though its bytes are not here: nothing equals their hash.
    return dict.fromkeys(base.among(connection, ids), b"") | {row.id: bytes(row.hash) for row in rows}
