"""Documents: files of claims and workers, found by their SHA-256, that arrive in pieces whenever the line allows."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, or_, select, union_all, update
from sqlalchemy.dialects import postgresql

from models.ledger.claims import claim, claim_document
from models.ledger.documents import worker_document
from models.posting.erasing import is_of_erased
from models.sync.protocol import MAX_BLOB, MAX_CHUNK, SyncError
from server.store.tables import blob, blob_chunk, holding
from server.usecases.centre import Centre
from server.usecases.terminals import Caller


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a document is here: `offset` bytes from its beginning."""

    offset: int
    size: int
    complete: bool


def arrived(centre: Centre, digest: bytes) -> Arrived:
    """SyncError `blob_unknown` when nothing of it is here."""
    with centre.engine.connect() as connection:
        row = connection.execute(select(blob).where(blob.c.sha256 == digest)).one_or_none()
    if row is None:
        raise SyncError("blob_unknown")
    return Arrived(row.received, row.size, row.complete)


def receive(centre: Centre, who: Caller, digest: bytes, start: int, size: int, piece: bytes) -> Arrived:
    """Take the next piece of a document of `size` bytes. A piece that is here already is not taken twice.

    SyncError `too_large`, `bad_frame`, `blob_offset` (with the offset that comes next), and `blob_damaged` when the
    whole does not have the digest it was announced by: it is then forgotten and begins anew. A document of somebody
    who was erased is taken as if it were whole, so that it is offered no more, and dropped."""
    if size > MAX_BLOB or len(piece) > MAX_CHUNK:
        raise SyncError("too_large")
    if size < 0 or start < 0 or start + len(piece) > size or (not piece and size):
        raise SyncError("bad_frame")

    def take(connection: Connection) -> Arrived | None:
        if is_of_erased(connection, digest):
            return Arrived(size, size, True)
        connection.execute(
            postgresql.insert(blob)
            .values(
                sha256=digest,
                size=size,
                received=0,
                complete=False,
                terminal=who.terminal,
                begun_at=centre.now(),
            )
            .on_conflict_do_nothing()
        )
        row = connection.execute(select(blob).where(blob.c.sha256 == digest).with_for_update()).one()
        if row.complete:
            return Arrived(row.size, row.size, True)
        if row.size != size or start > row.received:
            raise SyncError("blob_offset", offset=row.received if row.size == size else 0)
        fresh = piece[row.received - start :]
        if fresh:
            connection.execute(insert(blob_chunk).values(sha256=digest, start=row.received, bytes=fresh))
        received = row.received + len(fresh)
        complete = received == size
        if complete and _digest(connection, digest) != digest:
            connection.execute(delete(blob_chunk).where(blob_chunk.c.sha256 == digest))
            connection.execute(delete(blob).where(blob.c.sha256 == digest))
            return None
        connection.execute(update(blob).where(blob.c.sha256 == digest).values(received=received, complete=complete))
        return Arrived(received, size, complete)

    state = centre.write(take)
    if state is None:
        raise SyncError("blob_damaged")
    return state


def hand_out(centre: Centre, who: Caller, digest: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Bytes `start` to `end` (exclusive; at most a chunk) of a document of the caller's mission or of a worker
    it holds, and its whole size.
    SyncError `blob_unknown`, also where the caller has no business with it."""

    def find(connection: Connection) -> tuple[bytes, int]:
        row = connection.execute(select(blob).where(blob.c.sha256 == digest, blob.c.complete)).one_or_none()
        if row is None or not (row.terminal == who.terminal or _of_mission(connection, digest, who.mission)):
            raise SyncError("blob_unknown")
        until = min(end, row.size, start + MAX_CHUNK)
        if not 0 <= start <= row.size:
            raise SyncError("blob_offset", offset=row.size)
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
            return b"", row.size
        offset = pieces[0].start
        joined = b"".join(bytes(piece.bytes) for piece in pieces)
        return joined[start - offset : until - offset], row.size

    return centre.read(find)


def _digest(connection: Connection, digest: bytes) -> bytes:
    found = sha256()
    query = select(blob_chunk.c.bytes).where(blob_chunk.c.sha256 == digest).order_by(blob_chunk.c.start)
    for piece in connection.scalars(query):
        found.update(piece)
    return found.digest()


def _of_mission(connection: Connection, digest: bytes, mission: str) -> bool:
    """Whether it belongs to a claim taken in at this mission, or to a worker whom the mission holds."""
    held = select(holding.c.worker_id).where(holding.c.mission == mission)
    of_claims = (
        select(claim_document.c.sha256)
        .join(claim, claim.c.id == claim_document.c.claim_id)
        .where(claim_document.c.sha256 == digest, or_(claim.c.mission == mission, claim.c.worker_id.in_(held)))
    )
    of_workers = select(worker_document.c.sha256).where(
        worker_document.c.sha256 == digest,
        or_(worker_document.c.mission == mission, worker_document.c.worker_id.in_(held)),
    )
    return connection.execute(union_all(of_claims, of_workers).limit(1)).first() is not None
