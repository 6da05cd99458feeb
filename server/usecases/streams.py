"""Streams: which of them an entry stands in, who is given which, and the positions they hand out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql

from models.journal.body import Body
from models.journal.entry import Entry, Unreadable
from models.journal.reference import MissionPublished, PricePublished, RatePublished, TariffPublished
from models.journal.staff import StaffListed
from models.journal.terminals import JournalContinued, TerminalCertified, TerminalRevoked
from models.posting.writing import insert_rows
from models.rules.missions import missions
from models.sync.chain import START, step
from models.sync.messages import Cursor
from server.store.tables import stream, stream_position

REFERENCE = "ref"

PUBLISHED: tuple[type[Body], ...] = (
    *(MissionPublished, PricePublished, RatePublished, TariffPublished),
    *(TerminalCertified, TerminalRevoked),
)
"""What only the centre may say."""


def streams_for(mission: str) -> tuple[str, ...]:
    """What a terminal of this mission is given, in the order in which it should read."""
    return REFERENCE, f"staff:{mission}", post_stream(mission)


def given_with(mission: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """`streams_for` of a mission that stands in a column."""
    return literal(REFERENCE), literal("staff:").concat(mission), literal("post:").concat(mission)


def post_stream(mission: str) -> str:
    """The stream of a mission's workers, money and claims."""
    return f"post:{mission}"


def body_of(entry: Entry) -> Body | None:
    """What an entry says, where this program can read it."""
    try:
        return entry.body()
    except Unreadable:
        return None


def streams_of(body: Body | None, mission: str | None) -> tuple[str, ...]:
    """The streams that what a terminal of `mission` recorded stands in, whoever it is about (None: the centre itself).
    What a counter recorded for another mission stands in both, so that its own mission always gets it back. Who holds
    the worker it is about gets it as well (server.usecases.holdings)."""
    if isinstance(body, PUBLISHED) or (mission is None and isinstance(body, JournalContinued)):
        return (REFERENCE,)
    if isinstance(body, StaffListed):
        return (f"staff:{body.mission}",)
    return _posts_of(mission, getattr(body, "mission", None))


@lru_cache(maxsize=1024)
def _posts_of(*missions: str | None) -> tuple[str, ...]:
    return tuple(sorted({post_stream(code) for code in missions if code is not None and code in mission_codes()}))


@cache
def mission_codes() -> frozenset[str]:
    return frozenset(mission.code for mission in missions())


def lock_streams(connection: Connection, names: Iterable[str]) -> dict[str, Cursor]:
    """Where each stream ends, kept from all others until this transaction ends. Locked in sorted order, so that no
    two writers wait for each other, and held to the commit, so that positions appear in commit order."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    query = select(stream).where(stream.c.name.in_(wanted)).order_by(stream.c.name).with_for_update()
    rows = connection.execute(query).all()
    if len(rows) < len(wanted):
        fresh = [{"name": name, "position": 0, "chain": START} for name in wanted]
        connection.execute(postgresql.insert(stream).values(fresh).on_conflict_do_nothing())
        rows = connection.execute(query).all()
    return {row.name: Cursor(row.name, row.position, row.chain) for row in rows}


def give_positions(
    connection: Connection, ends: Mapping[str, Cursor], entries: Iterable[tuple[UUID, bytes, Iterable[str]]]
) -> None:
    """Append each entry (id, hash) to its streams, whose ends are locked: without gaps, each with the chain up to
    it."""
    moved: dict[str, tuple[int, bytes]] = {}
    rows = []
    for entry_id, entry_hash, names in entries:
        for name in names:
            position, chain = moved.get(name) or (ends[name].position, ends[name].chain)
            position, chain = moved[name] = position + 1, step(chain, entry_hash)
            rows.append({"stream": name, "position": position, "entry_id": entry_id, "chain": chain})
    if not rows:
        return
    insert_rows(connection, stream_position, rows)
    connection.execute(
        update(stream)
        .where(stream.c.name == bindparam("_name"))
        .values(position=bindparam("position"), chain=bindparam("chain")),
        [{"_name": name, "position": position, "chain": chain} for name, (position, chain) in moved.items()],
    )


def stream_ends(connection: Connection, names: Iterable[str]) -> dict[str, Cursor]:
    """Where each stream ends now; position 0 for one that nothing stands in yet."""
    wanted = list(names)
    rows = connection.execute(select(stream).where(stream.c.name.in_(wanted)))
    found = {row.name: Cursor(row.name, row.position, row.chain) for row in rows}
    return {name: found.get(name, Cursor(name)) for name in wanted}


def is_ours(connection: Connection, cursor: Cursor) -> bool:
    """Whether this stream ever stood exactly there."""
    if cursor.position == 0:
        return cursor.chain == START
    found: Row[tuple[bytes]] | None = connection.execute(
        select(stream_position.c.chain).where(
            stream_position.c.stream == cursor.stream, stream_position.c.position == cursor.position
        )
    ).one_or_none()
    return found is not None and found.chain == cursor.chain
