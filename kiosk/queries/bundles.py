"""Bundles: what went to the centre on a stick and came from it so, and what is still under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, select

from kiosk.desk import Desk
from kiosk.store.tables import blob, bundle, former_terminal, own_terminal
from models.sync.bundles import Block

UP, DOWN = "up", "down"


class Span(msgspec.Struct, frozen=True):
    """Entries of one journal of this terminal: those after `after`, up to `until`."""

    incarnation: int
    after: int
    until: int


class Slice(msgspec.Struct, frozen=True):
    """Bytes of a document, from `start` to `end` (exclusive), of `size` in all."""

    sha256: bytes
    start: int
    end: int
    size: int


class Amount(msgspec.Struct, frozen=True, order=True):
    """What one way of paying brought in one currency, in its smallest unit."""

    account: str
    currency: str
    exponent: int
    amount: int


class BundleNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What this counter remembers of one file. `speaker`: by which incarnation's key it is signed, or to which it was
    sealed. `size` in bytes, before it is written the most that it can take; `limit`: how large it might have been.
    `head` and `blocks` are what waits of one that came too early."""

    part: int
    parts: int
    speaker: int = 0
    spans: tuple[Span, ...] = ()
    slices: tuple[Slice, ...] = ()
    amounts: tuple[Amount, ...] = ()
    size: int = 0
    limit: int = 0
    head: bytes = b""
    blocks: tuple[Block, ...] = ()

    @property
    def entries(self) -> int:
        return sum(one.until - one.after for one in self.spans)

    @property
    def documents(self) -> int:
        return len({one.sha256 for one in self.slices})


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One file. `direction` up (to the centre) or down. `state`: planned (not on any stick yet), written (on its way),
    lost (the centre took later ones), taken, held (waits for what goes before), partly (something in it could not be
    taken). `size` in bytes."""

    direction: str
    number: int
    part: int
    parts: int
    state: str
    at: datetime
    entries: int
    documents: int
    size: int
    digest: bytes


def bundles(desk: Desk) -> list[BundleRow]:
    """Every file that was made or taken here, the newest first."""
    with desk.read() as work:
        query = select(bundle).order_by(bundle.c.made_at.desc(), bundle.c.direction, bundle.c.number.desc())
        return [_row(row) for row in work.connection.execute(query)]


def _row(row: Row[tuple[object, ...]]) -> BundleRow:
    note = note_of(row)
    return BundleRow(
        direction=row.direction,
        number=row.number,
        part=note.part,
        parts=note.parts,
        state=row.state,
        at=row.made_at,
        entries=note.entries,
        documents=note.documents,
        size=note.size,
        digest=bytes(row.digest),
    )


def note_of(row: Row[tuple[object, ...]]) -> BundleNote:
    return msgspec.json.decode(row.note, type=BundleNote)


def notes(connection: Connection, direction: str, *states: str) -> dict[int, BundleNote]:
    """What is remembered of the files in one of these states, by number."""
    query = select(bundle).where(bundle.c.direction == direction, bundle.c.state.in_(states)).order_by(bundle.c.number)
    return {row.number: note_of(row) for row in connection.execute(query)}


def under_way(connection: Connection) -> tuple[int, ...]:
    """The numbers of the files on sticks that carry what the centre has not said that it has."""
    carried = notes(connection, UP, "written")
    if not carried:
        return ()
    acked: dict[int, int] = {}
    for table in (own_terminal, former_terminal):
        rows = connection.execute(select(table.c.incarnation, table.c.acked_seq))
        acked |= {row.incarnation: row.acked_seq for row in rows}
    digests = {one.sha256 for note in carried.values() for one in note.slices}
    waiting = set(
        map(
            bytes,
            connection.scalars(select(blob.c.sha256).where(blob.c.sha256.in_(digests), blob.c.uploaded_at.is_(None))),
        )
    )
    return tuple(
        number
        for number, note in carried.items()
        if any(one.until > acked.get(one.incarnation, 0) for one in note.spans)
        or any(one.sha256 in waiting for one in note.slices)
    )


def whole(slices: Iterable[Slice]) -> set[bytes]:
    """The documents of which these slices leave out nothing."""
    found: dict[bytes, list[Slice]] = {}
    for one in slices:
        found.setdefault(one.sha256, []).append(one)
    complete = set()
    for digest, parts in found.items():
        reached = 0
        for part in sorted(parts, key=lambda one: one.start):
            if part.start <= reached:
                reached = max(reached, part.end)
        if reached >= parts[0].size:
            complete.add(digest)
    return complete
