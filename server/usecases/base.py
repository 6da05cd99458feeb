"""Bases: what a new terminal is given instead of every entry its mission ever made; kept on disk, and made again.

A counter's ledger is a function of the entries that it was given, and the centre's holds those of all missions. So a
base is not taken out of the centre's ledger: for each mission a scratch ledger (SQLite, as at a counter) is kept beside
the database, into which the entries of the mission's streams are posted as they come, by the same function. What stands
in it is what stands at a counter that has read so far, by construction.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update

from models.journal.body import pack, unpack
from models.journal.entry import Entry, frame_of
from models.journal.workers import BodyErased
from models.ledger.base import base_entry
from models.ledger.types import ledger
from models.posting import POSTING_VERSION, post
from models.sync.base import cut, fits, layout, tables_of, told
from models.sync.messages import BASE, Base, BasePart, Cursor
from models.sync.protocol import SyncError
from models.sync.signing import Signed
from models.sync.signing import signed as sign
from server.store.tables import entry, stream_position
from server.usecases.centre import Centre, epoch_of
from server.usecases.streams import is_ours, post_stream, stream_ends, streams_for
from server.usecases.terminals import Caller, note_given

FRESH = 10_000
"""Positions by which a base may be behind its streams before another is made: a few seconds of pulling."""
AT_ONCE = 5_000
"""Positions that are posted while the terminal that asked waits; beyond, it is told to pull meanwhile …"""
SMALL = 50_000
"""… and so it is where the streams have more than this: cutting them takes seconds."""

_BATCH = 2_000
_SCRATCH, _SIGNED, _LOCK = "scratch.db", "base", "lock"
_MISSION = re.compile(r"[A-Z]{3}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered to a terminal that asks. `behind`: a newer one should be made when it has been answered."""

    signed: Signed
    behind: bool


# What a terminal is given


def offer(centre: Centre, who: Caller) -> Given:
    """The base of the caller's mission, as a signed `Base`. SyncError `base_none` where there is none (yet)."""
    found = standing(centre, who.mission)
    if found is None and _is_quick(centre, who.mission):
        make(centre, who.mission)
        found = standing(centre, who.mission)
    if found is None:
        raise SyncError("base_none")
    signed, base = found
    # Before it is sent: what a lost counter may hold is never less than what is noted here.
    for cursor in base.cursors:
        note_given(centre, who, Cursor(cursor.stream), cursor)
    return Given(signed, _behind(centre, base) > FRESH)


def part(centre: Centre, who: Caller, digest: bytes) -> bytes:
    """A part of the base of the caller's mission, or of the one before it. SyncError `base_none` where it is gone."""
    if centre.bases is None or standing(centre, who.mission) is None:
        raise SyncError("base_none")
    try:
        return (_folder(centre, who.mission) / digest.hex()).read_bytes()
    except FileNotFoundError as error:
        raise SyncError("base_none") from error


def standing(centre: Centre, mission: str) -> tuple[Signed, Base] | None:
    """The last base that was made, if it may still be given: of this program's tables and rules, of streams that stand
    as they stood then, and made after everybody who was erased was erased. One that may not be is deleted."""
    if centre.bases is None:
        return None
    folder = _folder(centre, mission)
    try:
        signed = unpack((folder / _SIGNED).read_bytes(), Signed)
        base = unpack(signed.message, Base)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    if not centre.read(lambda connection: _is_wrong(connection, base)):
        return signed, base
    drop(centre, mission)
    return None


def _is_wrong(connection: Connection, base: Base) -> bool:
    if base.posting_version != POSTING_VERSION or not fits(base) or base.epoch != epoch_of(connection):
        return True
    if not all(is_ours(connection, cursor) for cursor in base.cursors):
        return True
    (at,) = [cursor for cursor in base.cursors if cursor.stream == post_stream(base.mission)]
    erased = (
        select(1)
        .join_from(stream_position, entry, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .where(
            stream_position.c.stream == at.stream,
            stream_position.c.position > at.position,
            entry.c.kind == BodyErased.KIND,
        )
        .limit(1)
    )
    return connection.scalar(erased) is not None


def _behind(centre: Centre, base: Base) -> int:
    ends = centre.read(lambda connection: stream_ends(connection, [cursor.stream for cursor in base.cursors]))
    return sum(ends[cursor.stream].position - cursor.position for cursor in base.cursors)


def _is_quick(centre: Centre, mission: str) -> bool:
    """Whether the terminal that asks can wait for it: little is to be posted, and what is to be cut is not much."""
    ends = centre.read(lambda connection: stream_ends(connection, streams_for(mission)))
    there = sum(end.position for end in ends.values())
    if centre.bases is None or there > SMALL:
        return False
    with _maker(centre, mission) as mine:
        return mine and _left(centre, mission) <= AT_ONCE


# Making


def make(centre: Centre, mission: str) -> Base | None:
    """Bring the mission's scratch ledger up to date and make a base of it, unless the last one says the same. None
    where somebody else is making it, or this centre keeps none."""
    if centre.bases is None:
        return None
    found = standing(centre, mission)
    with _maker(centre, mission) as mine:
        if not mine:
            return None
        with _scratch(centre, mission) as scratch:
            _follow(centre, scratch, mission)
            cursors = _cursors(scratch, mission)
            if found is not None and found[1].cursors == cursors:
                return found[1]
            base = _cut(centre, scratch, mission, cursors)
    # Somebody may have been erased meanwhile.
    if standing(centre, mission) is None:
        return None
    _log.info("base of %s: %d entries, %d parts, %d bytes", mission, base.entries, len(base.parts), base.size)
    return base


def make_quietly(centre: Centre, mission: str) -> None:
    """The same in the background: what goes wrong is in the log, and the next who asks sets it going again."""
    try:
        make(centre, mission)
    except Exception:
        _log.exception("no base could be made of %s", mission)


def drop(centre: Centre, mission: str) -> None:
    """Delete the mission's base; its scratch ledger stays."""
    if centre.bases is None:
        return
    folder = _folder(centre, mission)
    # The signed one first: what it names may be missing from then on, and nobody is told of it any more.
    for path in [folder / _SIGNED, *(folder.glob("[0-9a-f]" * 64))]:
        path.unlink(missing_ok=True)


def forget(centre: Centre, missions: Iterable[str]) -> None:
    """Somebody was erased: nothing in these missions' bases or scratch ledgers may tell of them any more."""
    if centre.bases is None:
        return
    for mission in missions:
        if not _folder(centre, mission).exists():
            continue
        drop(centre, mission)
        with _maker(centre, mission) as mine:
            # Whoever is making one now reads the erasure as the next entry, or finds its base wrong.
            if mine and _left(centre, mission) <= AT_ONCE:
                with _scratch(centre, mission) as scratch:
                    _follow(centre, scratch, mission)
            elif mine:
                (_folder(centre, mission) / _SCRATCH).unlink(missing_ok=True)


def _left(centre: Centre, mission: str) -> int:
    """Positions that are still to be posted."""
    ends = centre.read(lambda connection: stream_ends(connection, streams_for(mission)))
    with _scratch(centre, mission) as scratch:
        return sum(end.position for end in ends.values()) - sum(one.position for one in _cursors(scratch, mission))


def _folder(centre: Centre, mission: str) -> Path:
    assert centre.bases is not None
    if _MISSION.fullmatch(mission) is None:
        raise ValueError(f"no mission: {mission!r}")
    return centre.bases / mission


@contextmanager
def _maker(centre: Centre, mission: str) -> Iterator[bool]:
    """Whether we are the one who makes this mission's base now, in whatever process the others are."""
    folder = _folder(centre, mission)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


# The scratch ledger

_MADE_OF = "CREATE TABLE standing (key TEXT PRIMARY KEY, value BLOB NOT NULL)"


@contextmanager
def _scratch(centre: Centre, mission: str) -> Iterator[Connection]:
    """The mission's scratch ledger; an empty one where it was made by other rules, of other tables, or of a past that
    this centre does not have."""
    path = _folder(centre, mission) / _SCRATCH
    for _ in range(2):
        engine = opened(path)
        try:
            with engine.connect() as scratch:
                if _is_usable(centre, scratch, mission):
                    yield scratch
                    return
        finally:
            engine.dispose()
        _delete(path)
    raise AssertionError("a new scratch ledger is usable")


def opened(path: Path) -> Engine:
    """A scratch ledger's file, made where there is none."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    def prepare(driver: Any, _record: object) -> None:
        for pragma in (
            "journal_mode = TRUNCATE",
            "synchronous = NORMAL",
            # What was erased is not to be found on the free pages either.
            "secure_delete = ON",
            "temp_store = MEMORY",
            "cache_size = -131072",
        ):
            driver.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _delete(path: Path) -> None:
    for one in (path, path.with_name(path.name + "-journal")):
        one.unlink(missing_ok=True)


def begin(scratch: Connection) -> None:
    """Make the tables of an empty scratch ledger."""
    scratch.execute(text(_MADE_OF))
    ledger.create_all(scratch)
    base_entry.metadata.create_all(scratch)
    _keep(scratch, "shape", _shape())


def _shape() -> bytes:
    made_of = [(one.name, one.columns) for one in layout()]
    return sha256(repr((POSTING_VERSION, made_of)).encode()).digest()


def _is_usable(centre: Centre, scratch: Connection, mission: str) -> bool:
    with scratch.begin():
        fresh = scratch.execute(text("SELECT 1 FROM sqlite_master LIMIT 1")).first() is None
        if fresh:
            begin(scratch)
            return True
        # One that was begun and not finished lacks it.
        has = scratch.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'standing'")).first() is not None
        if not has or _kept(scratch, "shape") != _shape():
            return False
        cursors = _cursors(scratch, mission)
    return centre.read(lambda connection: all(is_ours(connection, cursor) for cursor in cursors))


def _keep(scratch: Connection, key: str, value: bytes) -> None:
    scratch.execute(text("INSERT OR REPLACE INTO standing VALUES (:key, :value)"), {"key": key, "value": value})


def _kept(scratch: Connection, key: str) -> bytes | None:
    found = scratch.execute(text("SELECT value FROM standing WHERE key = :key"), {"key": key}).scalar()
    return None if found is None else bytes(found)


def _cursors(scratch: Connection, mission: str) -> tuple[Cursor, ...]:
    """How far each of the mission's streams was posted."""
    found = [(name, _kept(scratch, name)) for name in streams_for(mission)]
    return tuple(Cursor(name) if kept is None else unpack(kept, Cursor) for name, kept in found)


def _follow(centre: Centre, scratch: Connection, mission: str) -> None:
    """Post what the streams have beyond what was posted, up to where they all ended at one moment."""
    scratch.rollback()
    ends = centre.read(lambda connection: stream_ends(connection, streams_for(mission)))
    for after in _cursors(scratch, mission):
        at, until = after, ends[after.stream]
        scratch.rollback()
        while at.position < until.position:
            # Page by page: no snapshot of the database is held for as long as it takes to post everything.
            rows = centre.read(partial(_page, at=at, last=until.position))
            with scratch.begin():
                at = _post(scratch, at, rows)
    scratch.rollback()


def _page(connection: Connection, at: Cursor, last: int) -> list[Any]:
    query = (
        select(stream_position.c.position, stream_position.c.chain, entry)
        .join(entry, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .where(stream_position.c.stream == at.stream, stream_position.c.position.between(at.position + 1, last))
        .order_by(stream_position.c.position)
        .limit(_BATCH)
    )
    return list(connection.execute(query))


def _post(scratch: Connection, at: Cursor, rows: list[Any]) -> Cursor:
    if [row.position for row in rows] != list(range(at.position + 1, at.position + 1 + len(rows))) or not rows:
        raise AssertionError(f"{at.stream} has a hole after {at.position}")
    coming = {row.id: Entry.opened(frame_of(row, with_prev=True)) for row in rows}
    # What is said to two streams of one mission is one entry.
    known = set(scratch.scalars(select(base_entry.c.id).where(base_entry.c.id.in_(list(coming)))))
    fresh = [one for key, one in coming.items() if key not in known]
    if fresh:
        post(scratch, fresh)
        scratch.execute(insert(base_entry), [told(one) for one in fresh])
        erased = {one.head.subject for one in fresh if one.head.kind == BodyErased.KIND}
        scratch.execute(update(base_entry).where(base_entry.c.subject.in_(erased)).values(note=None))
    until = Cursor(at.stream, rows[-1].position, rows[-1].chain)
    _keep(scratch, at.stream, pack(until))
    return until


def _cut(centre: Centre, scratch: Connection, mission: str, cursors: tuple[Cursor, ...]) -> Base:
    """Write the parts of all tables, and last what names them, signed."""
    folder = _folder(centre, mission)
    driver = scratch.connection.driver_connection
    assert driver is not None
    parts: list[BasePart] = []
    for table in layout():
        names, order = (", ".join(f'"{name}"' for name in one) for one in (table.columns, table.order))
        with closing(driver.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {order}')) as rows:  # noqa: S608
            for found, packed in cut(table, rows):
                parts.append(found)
                _write(folder / found.digest.hex(), packed)
    base = Base(
        mission=mission,
        epoch=centre.read(epoch_of),
        posting_version=POSTING_VERSION,
        cursors=cursors,
        entries=sum(one.rows for one in parts if one.table == base_entry.name),
        at=centre.now(),
        tables=tables_of(parts),
        parts=tuple(parts),
    )
    former = _names(folder)
    _write(folder / _SIGNED, pack(sign(base, BASE, centre.keys.signing)), anew=True)
    # Who is half way through the base before this one may finish it; the one before that is gone.
    keep = former | {one.digest.hex() for one in parts}
    for path in folder.glob("[0-9a-f]" * 64):
        if path.name not in keep:
            path.unlink(missing_ok=True)
    return base


def _names(folder: Path) -> set[str]:
    with suppress(FileNotFoundError, msgspec.MsgspecError):
        base = unpack(unpack((folder / _SIGNED).read_bytes(), Signed).message, Base)
        return {one.digest.hex() for one in base.parts}
    return set()


def _write(path: Path, content: bytes, *, anew: bool = False) -> None:
    """Put a file in its place when it is whole."""
    if path.exists() and not anew:
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
