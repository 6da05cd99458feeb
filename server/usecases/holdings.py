"""Holdings: which missions have everything that was recorded of a worker, and of whom each entry tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, String, and_, any_, bindparam, exists, func, insert, or_, select, union

from models.journal.claims import ClaimFiled
from models.journal.entry import Entry
from models.journal.staff import StaffListed
from models.journal.workers import WorkerBorrowed, WorkerCompared, WorkerMerged, WorkerRegistered, WorkerUnmerged
from models.ledger.claims import claim
from models.ledger.workers import worker_merge
from models.posting.writing import insert_rows
from server.store.arrays import id_array
from server.store.tables import entry as entries
from server.store.tables import holding, mention, stream_position
from server.usecases.streams import body_of, mission_codes, post_stream, streams_of

Holders: TypeAlias = Mapping[UUID, frozenset[str]]
"""The missions that hold each worker; nobody holds one who is not named."""

FOREIGN_WORKER, FOREIGN_MISSION, MERGED_ELSEWHERE = "foreign.worker", "foreign.mission", "merge.elsewhere"


@dataclass(slots=True)
class Telling:
    """An entry, the streams it stands in whoever it is about, and whom it is about: workers it names, those of the
    claim or merge it belongs to, and the other ids under which it has to be found again."""

    entry: Entry
    mission: str | None
    names: frozenset[str]
    workers: set[UUID]
    claim: UUID | None = None
    merge: UUID | None = None
    mentions: tuple[UUID, ...] = ()
    registers: UUID | None = None
    lends: tuple[UUID, str] | None = None
    speaks_for: str | None = None

    @classmethod
    def of(cls, entry: Entry, mission: str | None) -> Telling:
        """`mission` of the terminal that recorded it; None for the centre itself."""
        body = body_of(entry)
        told = cls(entry, mission, frozenset(streams_of(body, mission)), {entry.head.subject})
        named = getattr(body, "mission", None)
        if named != mission and named in mission_codes() and not isinstance(body, StaffListed):
            told.speaks_for = named
        if (found := getattr(body, "worker_id", None)) is not None:
            told.workers.add(found)
        if isinstance(body, WorkerMerged | WorkerCompared):
            told.workers.add(body.other_id)
            told.mentions = (body.other_id,)
        elif isinstance(body, WorkerUnmerged):
            told.merge, told.mentions = body.merge_id, (body.merge_id,)
        elif isinstance(body, WorkerRegistered):
            told.registers = body.worker_id
        elif isinstance(body, WorkerBorrowed):
            told.lends = (body.worker_id, body.mission)
        else:
            told.claim = getattr(body, "claim_id", None)
        return told

    def streams(self, held: Holders) -> frozenset[str]:
        """All streams it stands in."""
        reached = [held[worker_id] for worker_id in self.workers if worker_id in held]
        return self.names.union(*(map(post_stream, missions) for missions in reached))

    def code(self, held: Holders) -> str:
        """Why a person should look at it, although it stands: a counter spoke of somebody whom its mission never
        registered nor borrowed, or for another mission."""
        if self.mission is None:
            return ""
        known = [held[one] for one in self.workers if held.get(one)]
        elsewhere = [missions for missions in known if self.mission not in missions]
        if elsewhere and self.entry.head.kind in (WorkerMerged.KIND, WorkerCompared.KIND):
            if len(elsewhere) < len(known) and self.entry.head.kind == WorkerCompared.KIND:
                # A clerk looked somebody up and said that it is not the person at the counter.
                return ""
            return MERGED_ELSEWHERE if len(elsewhere) == len(known) else FOREIGN_WORKER
        if elsewhere:
            return FOREIGN_WORKER
        return FOREIGN_MISSION if self.speaks_for else ""


def follow(connection: Connection, told: Iterable[Telling]) -> None:
    """Add the workers of the claims and merges that these entries belong to, as far as they are known."""
    told = list(told)
    claims, merges = ({getattr(one, part) for one in told} - {None} for part in ("claim", "merge"))
    behind: dict[UUID, set[UUID]] = defaultdict(set)
    if claims:
        for row in connection.execute(select(claim.c.id, claim.c.worker_id).where(claim.c.id.in_(claims))):
            behind[row.id].add(row.worker_id)
    if merges:
        for row in connection.execute(select(worker_merge).where(worker_merge.c.id.in_(merges))):
            behind[row.id] |= {row.worker_id, row.other_id} - {None}
    for one in told:
        for through in (one.claim, one.merge):
            if through is not None:
                one.workers |= behind[through]


def holders(connection: Connection, workers: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Which missions hold each of these."""
    return _gathered(connection.execute(select(holding).where(holding.c.worker_id == any_(id_array(workers)))))


def everybody_held(connection: Connection) -> dict[UUID, frozenset[str]]:
    """Which missions hold each worker there is."""
    return _gathered(connection.execute(select(holding)))


def _gathered(rows: Iterable[Row[Any]]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        found[row.worker_id].add(row.mission)
    return {one: frozenset(missions) for one, missions in found.items()}


def hold(connection: Connection, told: Sequence[Telling], held: Holders) -> tuple[Holders, list[tuple[UUID, str]]]:
    """Let missions hold whom they registered first or were lent by the centre; returns who holds whom now, and what
    of it is new. A registration of somebody who is held already gives no right to see that person's entries.

    The workers' rows are locked by the posting of these entries, so that nobody holds them anew meanwhile."""
    now = dict(held)
    fresh: dict[tuple[UUID, str], None] = {}
    registered: dict[UUID, set[str]] = defaultdict(set)
    for one in told:
        if one.registers is not None and not now.get(one.registers):
            registered[one.registers] |= {one.mission, one.speaks_for} - {None}  # type: ignore[arg-type]
            now[one.registers] = frozenset(registered[one.registers])
            fresh |= dict.fromkeys((one.registers, mission) for mission in sorted(now[one.registers]))
        if one.lends is not None and one.lends[1] not in now.get(one.lends[0], ()):
            worker_id, mission = one.lends
            now[worker_id] = now.get(worker_id, frozenset()) | {mission}
            fresh[one.lends] = None
    if fresh:
        workers, missions = zip(*fresh, strict=True)
        codes = bindparam("missions", list(missions), ARRAY(String))
        rows = func.unnest(id_array(workers), codes).table_valued("w", "m").render_derived()
        connection.execute(insert(holding).from_select(["worker_id", "mission"], select(rows.c.w, rows.c.m)))
    return now, list(fresh)


def keep_mentions(connection: Connection, told: Iterable[Telling]) -> None:
    """Note the entries that are to be found by more than their subject."""
    rows = [{"about": about, "entry_id": one.entry.id} for one in told for about in dict.fromkeys(one.mentions)]
    insert_rows(connection, mention, rows)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An entry that is kept already, and a stream in which it does not stand yet."""

    id: UUID
    hash: bytes
    stream: str


def earlier(
    connection: Connection, told: Sequence[Telling], fresh: Sequence[tuple[UUID, str]], held: Holders
) -> list[Earlier]:
    """What was kept before these entries and belongs into further streams now: all about a worker whom a mission has
    come to hold, documents that came before their claim, and an undoing that came before its merge. In the order of
    the journals. Asked before these entries are stored themselves."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    spoken_of = _spoken_of(connection, {worker_id for worker_id, _ in fresh})
    for worker_id, mission in fresh:
        if worker_id in spoken_of:
            wanted[post_stream(mission)].add(worker_id)
    for one in told:
        if one.entry.head.kind in (ClaimFiled.KIND, WorkerMerged.KIND):
            for name in one.streams(held):
                wanted[name].add(one.entry.id)
    found = []
    for name in sorted(wanted):
        found += _not_in(connection, name, wanted[name])
    return found


def _spoken_of(connection: Connection, workers: set[UUID]) -> set[UUID]:
    """Those of whom anything was kept before: of somebody who was registered a moment ago, hardly ever."""
    if not workers:
        return set()
    asked = any_(id_array(workers))
    kept = select(entries.c.subject).where(entries.c.taken, entries.c.subject == asked)
    return set(connection.scalars(kept.union(select(mention.c.about).where(mention.c.about == asked))))


def _not_in(connection: Connection, name: str, about: set[UUID]) -> list[Earlier]:
    claims = select(claim.c.id).where(claim.c.worker_id.in_(about))
    merges = select(worker_merge.c.id).where(
        or_(worker_merge.c.worker_id.in_(about), worker_merge.c.other_id.in_(about))
    )
    subjects = about | set(connection.scalars(union(claims, merges)))
    ids = union(
        select(entries.c.id).where(entries.c.taken, entries.c.subject.in_(subjects)),
        select(mention.c.entry_id).where(mention.c.about.in_(subjects)),
    )
    stands = exists().where(stream_position.c.entry_id == entries.c.id, stream_position.c.stream == name)
    query = (
        select(entries.c.id, entries.c.hash)
        .where(and_(entries.c.taken, entries.c.id.in_(ids), ~stands))
        .order_by(entries.c.terminal, entries.c.incarnation, entries.c.seq, entries.c.hash)
    )
    return [Earlier(row.id, bytes(row.hash), name) for row in connection.execute(query)]
