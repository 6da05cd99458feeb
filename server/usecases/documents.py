"""Documents: files of claims and workers, found by their SHA-256, that arrive in chunks whenever the line allows."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, insert, literal, or_, select, union_all, update
from sqlalchemy.dialects import postgresql

from models.ledger.claims import claim, claim_document
from models.ledger.documents import worker_document
from models.posting.erasing import is_of_erased
from models.sync.chunks import CHUNK, Missing, Plan, Tail, missing, plan_of, sort_in
from models.sync.messages import BlobPlan
from models.sync.protocol import MAX_BLOB, MAX_PIECE, MAX_UNDER_WAY, MAX_UNNAMED, SyncError
from server.store.tables import blob, blob_chunk, blob_part, blob_upload, entry, holding, terminal_head
from server.usecases.centre import Centre
from server.usecases.terminals import Caller


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a document is here. `missing`: what should come next; None when it is whole."""

    size: int
    missing: Missing | None = None


def arrived(centre: Centre, who: Caller, digest: bytes) -> Arrived:
    """SyncError `blob_unknown` when it is not here and this terminal has not announced it."""

    def look(connection: Connection) -> Arrived:
        if (size := _whole_size(connection, digest)) is not None:
            return Arrived(size)
        if (row := _upload(connection, who, digest)) is None:
            raise SyncError("blob_unknown")
        return _state(connection, digest, row)

    return centre.read(look)


def announce(centre: Centre, who: Caller, digest: bytes, announced: BlobPlan) -> Arrived:
    """A terminal says how it cut a document that it is going to bring; what it said before is forgotten, what it
    brought is not.

    What one terminal says of a document binds no other. SyncError `bad_frame`, `too_large`, `blob_damaged` for a list
    that did not come through whole; `blob_unnamed` from a terminal that brought too many which no entry names. A
    document of somebody who was erased is taken as if it were whole, so that it is offered no more."""
    plan = announced.plan

    def take(connection: Connection) -> Arrived:
        if is_of_erased(connection, digest):
            return Arrived(plan.size)
        if (size := _whole_size(connection, digest)) is not None:
            return Arrived(size)
        if not _is_named(connection, digest) and _unnamed(connection, who) >= MAX_UNNAMED:
            raise SyncError("blob_unnamed")
        connection.execute(
            postgresql.insert(blob_upload)
            .values(terminal=who.terminal, sha256=digest, size=plan.size, hashes=plan.hashes, touched_at=centre.now())
            .on_conflict_do_nothing()
        )
        row = _upload(connection, who, digest, lock=True)
        assert row is not None
        if (row.size, bytes(row.hashes)) != (plan.size, plan.hashes):
            changed = {"size": plan.size, "hashes": plan.hashes, "tail_number": None, "tail": None}
            connection.execute(update(blob_upload).where(_is(who, digest)).values(**changed, touched_at=centre.now()))
        _make_room(connection, who, digest)
        row = _upload(connection, who, digest)
        assert row is not None
        return _state(connection, digest, row)

    return centre.write(take)


def receive(centre: Centre, who: Caller, digest: bytes, start: int, size: int, piece: bytes) -> Arrived:
    """Take bytes of an announced document, as many as came through. Chunks that prove true stay; of the rest only the
    beginning of one is kept until more comes.

    SyncError `too_large`, `bad_frame`, `blob_unknown` where it was not announced, and `blob_damaged` when all chunks
    proved true and the whole is not what its digest says: the announcement was false and is forgotten. A document of
    somebody who was erased is dropped and taken as if it were whole."""
    if size > MAX_BLOB or len(piece) > MAX_PIECE:
        raise SyncError("too_large")
    if start < 0 or start + len(piece) > size:
        raise SyncError("bad_frame")

    def take(connection: Connection) -> Arrived | None:
        if is_of_erased(connection, digest):
            connection.execute(delete(blob_upload).where(blob_upload.c.sha256 == digest))
            _forget_parts(connection, digest)
            return Arrived(size)
        row = _upload(connection, who, digest, lock=True)
        if (whole := _whole_size(connection, digest)) is not None:
            return Arrived(whole)
        if row is None:
            raise SyncError("blob_unknown")
        if row.size != size:
            raise SyncError("bad_frame")
        plan, held = Plan(row.size, bytes(row.hashes)), _held(connection, digest)
        came = sort_in(plan, held, _tail(row), start, piece)
        if came.proven:
            connection.execute(
                postgresql.insert(blob_part).on_conflict_do_nothing(),
                [{"sha256": digest, "chunk": name, "bytes": chunk} for name, chunk in came.proven.items()],
            )
        left = missing(plan, held | came.proven.keys(), came.tail)
        if left is None:
            return Arrived(size) if _finish(connection, centre, who, digest, plan) else None
        number, begun = (came.tail.number, came.tail.bytes) if came.tail is not None else (None, None)
        kept = {"tail_number": number, "tail": begun, "touched_at": centre.now()}
        connection.execute(update(blob_upload).where(_is(who, digest)).values(**kept))
        return Arrived(size, left)

    state = centre.write(take)
    if state is None:
        raise SyncError("blob_damaged")
    return state


def content(connection: Connection, digest: bytes) -> bytes | None:
    """A whole document; None where it is not here (yet)."""
    if _whole_size(connection, digest) is None:
        return None
    pieces = select(blob_chunk.c.bytes).where(blob_chunk.c.sha256 == digest).order_by(blob_chunk.c.start)
    return b"".join(map(bytes, connection.scalars(pieces)))


def hand_out_plan(centre: Centre, who: Caller, digest: bytes) -> BlobPlan:
    """How a document that the caller may have is cut, so that it can prove what comes through. SyncError
    `blob_unknown`, also where the caller has no business with it."""

    def find(connection: Connection) -> BlobPlan:
        _size_for(connection, who, digest)
        whole = content(connection, digest)
        assert whole is not None
        return BlobPlan.of(plan_of(whole))

    return centre.read(find)


def hand_out(centre: Centre, who: Caller, digest: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Bytes `start` to `end` (exclusive; at most a piece) of a document of the caller's mission or of a worker
    it holds, and its whole size.
    SyncError `bad_frame`; `blob_unknown`, also where the caller has no business with it."""

    def find(connection: Connection) -> tuple[bytes, int]:
        size = _size_for(connection, who, digest)
        until = min(end, size, start + MAX_PIECE)
        if not 0 <= start <= size:
            raise SyncError("bad_frame")
        first = select(func.max(blob_chunk.c.start)).where(blob_chunk.c.sha256 == digest, blob_chunk.c.start <= start)
        pieces = connection.execute(
            select(blob_chunk.c.start, blob_chunk.c.bytes)
            .where(
                blob_chunk.c.sha256 == digest,
                blob_chunk.c.start >= first.scalar_subquery(),
                blob_chunk.c.start < max(until, 1),
            )
            .order_by(blob_chunk.c.start)
        ).all()
        if not pieces:
            return b"", size
        offset = pieces[0].start
        joined = b"".join(bytes(piece.bytes) for piece in pieces)
        return joined[start - offset : until - offset], size

    return centre.read(find)


# Under way


def _is(who: Caller, digest: bytes) -> Any:
    return (blob_upload.c.terminal == who.terminal) & (blob_upload.c.sha256 == digest)


def _upload(connection: Connection, who: Caller, digest: bytes, *, lock: bool = False) -> Any:
    query = select(blob_upload).where(_is(who, digest))
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def _whole_size(connection: Connection, digest: bytes) -> int | None:
    return connection.scalar(select(blob.c.size).where(blob.c.sha256 == digest))


def _held(connection: Connection, digest: bytes) -> set[bytes]:
    return set(map(bytes, connection.scalars(select(blob_part.c.chunk).where(blob_part.c.sha256 == digest))))


def _tail(row: Any) -> Tail | None:
    return None if row.tail is None else Tail(row.tail_number, bytes(row.tail))


def _state(connection: Connection, digest: bytes, row: Any) -> Arrived:
    left = missing(Plan(row.size, bytes(row.hashes)), _held(connection, digest), _tail(row))
    if left is None:
        # Another terminal's chunks completed this plan; its last one is asked for once more, and then it is proven.
        last = Plan(row.size, bytes(row.hashes)).length((row.size - 1) // CHUNK)
        left = Missing(row.size - last, row.size, last)
    return Arrived(row.size, left)


def _finish(connection: Connection, centre: Centre, who: Caller, digest: bytes, plan: Plan) -> bool:
    """Put the chunks together. False where they do not make what the digest says."""
    found = sha256()
    for number in range(plan.count):
        query = select(blob_part.c.bytes).where(blob_part.c.sha256 == digest, blob_part.c.chunk == plan.hash(number))
        found.update(connection.execute(query).scalar_one())
    if found.digest() != digest:
        connection.execute(delete(blob_upload).where(_is(who, digest)))
        _forget_parts(connection, digest)
        return False
    made = connection.execute(
        postgresql.insert(blob)
        .values(sha256=digest, size=plan.size, terminal=who.terminal, begun_at=centre.now())
        .on_conflict_do_nothing()
    )
    if made.rowcount:
        for number in range(plan.count):
            part = select(blob_part.c.sha256, literal(number * CHUNK), blob_part.c.bytes)
            connection.execute(
                insert(blob_chunk).from_select(
                    ["sha256", "start", "bytes"],
                    part.where(blob_part.c.sha256 == digest, blob_part.c.chunk == plan.hash(number)),
                )
            )
    connection.execute(delete(blob_upload).where(blob_upload.c.sha256 == digest))
    connection.execute(delete(blob_part).where(blob_part.c.sha256 == digest))
    return True


def _make_room(connection: Connection, who: Caller, digest: bytes) -> None:
    """Of too many documents that a terminal has begun beside this one, those that rested longest begin anew."""
    rested = connection.scalars(
        select(blob_upload.c.sha256)
        .where(blob_upload.c.terminal == who.terminal, blob_upload.c.sha256 != digest)
        .order_by(blob_upload.c.touched_at.desc(), blob_upload.c.sha256)
        .offset(MAX_UNDER_WAY - 1)
    ).all()
    for one in map(bytes, rested):
        connection.execute(delete(blob_upload).where(_is(who, one)))
        _forget_parts(connection, one)


def _forget_parts(connection: Connection, digest: bytes) -> None:
    """Drop the chunks of a document that nobody brings any more."""
    if connection.execute(select(blob_upload.c.terminal).where(blob_upload.c.sha256 == digest)).first() is None:
        connection.execute(delete(blob_part).where(blob_part.c.sha256 == digest))


# Whose it is


def _is_named(connection: Connection, digest: bytes) -> bool:
    named = (
        select(table.c.sha256).where(table.c.sha256 == digest).limit(1) for table in (claim_document, worker_document)
    )
    return any(connection.execute(query).first() is not None for query in named)


def _unnamed(connection: Connection, who: Caller) -> int:
    named = (exists().where(table.c.sha256 == blob.c.sha256) for table in (claim_document, worker_document))
    query = select(func.count()).select_from(blob).where(blob.c.terminal == who.terminal, ~or_(*named))
    return connection.scalar(query) or 0


def may_have(connection: Connection, who: Caller, digest: bytes) -> bool:
    """Whether it is here as a whole and the caller may have it."""
    try:
        _size_for(connection, who, digest)
    except SyncError:
        return False
    return True


def _size_for(connection: Connection, who: Caller, digest: bytes) -> int:
    """The size of a whole document that the caller may have. SyncError `blob_unknown`."""
    row = connection.execute(select(blob).where(blob.c.sha256 == digest)).one_or_none()
    if row is None or not (
        row.terminal == who.terminal or who.mission in _missions_of(connection, digest, row.terminal)
    ):
        raise SyncError("blob_unknown")
    return int(row.size)


def _missions_of(connection: Connection, digest: bytes, brought_by: UUID) -> set[str]:
    """The missions whose counters may have a document: where the claim was taken in that it belongs to, and all who
    hold the worker. Naming its digest opens it to nobody: whoever names it must be of the mission that brought it, or
    of one that may have it already."""
    brought = select(terminal_head.c.mission).where(terminal_head.c.terminal == brought_by)
    believed = set(connection.scalars(brought.where(terminal_head.c.mission.is_not(None))))
    of_claims = (
        select(claim_document.c.id, claim.c.mission, claim.c.worker_id)
        .join(claim, claim.c.id == claim_document.c.claim_id)
        .where(claim_document.c.sha256 == digest)
    )
    of_workers = select(worker_document.c.id, worker_document.c.mission, worker_document.c.worker_id)
    named = union_all(of_claims, of_workers.where(worker_document.c.sha256 == digest)).subquery()
    rows = connection.execute(
        select(terminal_head.c.mission.label("by"), named.c.mission, holding.c.mission.label("holder"))
        .join(entry, (entry.c.id == named.c.id) & entry.c.taken)
        .join(
            terminal_head,
            (terminal_head.c.terminal == entry.c.terminal) & (terminal_head.c.incarnation == entry.c.incarnation),
        )
        .outerjoin(holding, holding.c.worker_id == named.c.worker_id)
        .distinct()
    ).all()
    found: set[str] = set()
    while fresh := {one for row in rows if row.by in believed | found for one in (row.mission, row.holder)} - found:
        found |= fresh
    return found
