"""The journal: entries taken in from anybody, and the centre's own."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError

from models.journal.body import Body
from models.journal.claims import ClaimDecided, ClaimPaid, ClaimReopened, DocumentsRequested, PaymentReturned
from models.journal.coverage import BalanceStated, MembershipConfirmed
from models.journal.entry import Author, Entry, Frame, Header, Unreadable, chain_hash, frame_of, write_entry
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided
from models.journal.staff import StaffListed
from models.journal.workers import BodyErased, WorkerBorrowed
from models.ledger.tables import claim, staff
from models.posting import POSTING_VERSION, Verdict, post
from models.posting.erasing import bare_of_erased, documents_of, strip
from models.posting.posting import rebuild
from models.posting.revisions import LARGEST_REV, next_rev
from models.posting.writing import insert_rows
from models.sync.messages import Head
from server.store import tables
from server.store.arrays import id_array
from server.usecases.centre import Centre
from server.usecases.holdings import Holders, Telling, earlier, follow, hold, holders, keep_mentions
from server.usecases.queueing import queue
from server.usecases.streams import PUBLISHED, give_positions, lock_streams

_log = logging.getLogger(__name__)

Judgement: TypeAlias = Literal["ok", "held", "flagged", "quarantined"]

_LARGEST = 1 << 31
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Received:
    """One entry of a journal as it came, at the place where its chain puts it. `entry` is None where this program
    cannot read the header: the bytes are kept all the same."""

    seq: int
    prev: bytes
    hash: bytes
    frame: Frame
    entry: Entry | None
    code: str = ""
    """Why it is kept but not posted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a received entry, for ever."""

    seq: int
    hash: bytes
    id: UUID | None
    verdict: Judgement
    code: str


def read_frame(frame: Frame, seq: int, prev: bytes) -> Received:
    """Open a frame that the chain puts at `seq`. Never fails: what cannot be read says why."""
    try:
        entry = Entry.opened(frame, prev)
    except Unreadable as error:
        return Received(seq, prev, chain_hash(frame, prev), frame, None, error.code)
    # Numbers and texts that no database column takes are no header of ours.
    if not 0 < entry.head.rev < _LARGEST or not 0 < entry.head.seq < _LARGEST or "\0" in entry.head.kind:
        return Received(seq, prev, entry.hash, frame, None, "bad_header")
    return Received(seq, prev, entry.hash, frame, entry)


def signed(received: Received, public_key: bytes) -> bool:
    """Whether the terminal's key signed this entry, and with it all that its hash commits to."""
    # The signature covers the hash only, so it can be checked where the header cannot be read.
    header = cast(Header, received.entry.head if received.entry else None)
    return Entry(received.frame, header, received.prev, received.hash).signed_by(public_key)


def keep(
    connection: Connection,
    terminal: UUID,
    incarnation: int,
    mission: str | None,
    received: Sequence[Received],
    at: datetime,
    *,
    doubt: str = "",
) -> list[Kept]:
    """Store entries that are not held yet, post them, and give them positions in their streams.

    The terminal's head row is locked by the caller. Nothing is refused: what must not be posted is kept with a code.
    `doubt`: why a person should look at all of them, although they stand.
    """
    if mission is not None:
        received = _within_rights(connection, received, mission)
    judged = _without_taken_ids(connection, received)
    told = [Telling.of(one.entry, mission) for one in judged if one.entry is not None and not one.code]
    # Almost always what will be found again when the workers' rows are locked: streams come first, in sorted order.
    ends = lock_streams(connection, _names(told, _held(connection, told)))
    posted = _post(connection, [one.entry for one in told])
    verdicts = {one.entry.id: verdict for one, verdict in zip(told, posted, strict=True)}
    # Asked only now that the workers' rows are locked: nobody is erased between the question and the keeping.
    judged, stripped = _without_erased(connection, judged)
    told = [one for one, verdict in zip(told, posted, strict=True) if verdict.code != CANNOT_POST]
    taken = {one.entry.id for one in told}
    held, fresh = hold(connection, told, _held(connection, told))
    streams = [sorted(one.streams(held)) for one in told]
    if more := {name for names in streams for name in names} - ends.keys():
        ends |= lock_streams(connection, more)
    before = earlier(connection, told, fresh, held)
    doubts = {one.entry.id: code for one in told if (code := one.code(held))}
    kept, rows = [], []
    for one in judged:
        entry = one.entry
        verdict: Judgement = "quarantined"
        code = one.code
        if entry is not None and not one.code:
            found = verdicts[entry.id]
            verdict, code = found.verdict, found.code
            if verdict in ("ok", "flagged") and (why := doubt or doubts.get(entry.id)):
                verdict, code = "flagged", why
        kept.append(Kept(one.seq, one.hash, entry.id if entry else None, verdict, code))
        rows.append(
            {
                "terminal": terminal,
                "incarnation": incarnation,
                "seq": one.seq,
                "hash": one.hash,
                "prev": one.prev,
                "id": entry.id if entry else None,
                "kind": entry.head.kind if entry else None,
                "subject": entry.head.subject if entry else None,
                "header": one.frame.header,
                "facts": one.frame.facts,
                "signature": one.frame.signature,
                "personal": one.frame.personal,
                "sealed": one.frame.sealed,
                "personal_digest": one.frame.personal_digest,
                "sealed_digest": one.frame.sealed_digest,
                "received_at": at,
                "verdict": verdict,
                "code": code,
                "taken": entry is not None and not one.code and entry.id in taken,
            }
        )
    insert_rows(connection, tables.entry, rows)
    if stripped:
        _strip(connection, stripped)
    keep_mentions(connection, told)
    queue(connection, told)
    give_positions(
        connection,
        ends,
        [
            *((one.id, one.hash, (one.stream,)) for one in before),
            *((one.entry.id, one.entry.hash, names) for one, names in zip(told, streams, strict=True)),
        ],
    )
    return kept


def _held(connection: Connection, told: Sequence[Telling]) -> Holders:
    """Who holds those whom these entries are about, as far as anybody knows now."""
    follow(connection, told)
    return holders(connection, (worker_id for one in told for worker_id in one.workers))


def _names(told: Iterable[Telling], held: Holders) -> set[str]:
    return {name for one in told for name in one.streams(held)}


CANNOT_POST = "cannot_post"


_OF_THE_CENTRE: list[type[Body]] = [*PUBLISHED, BodyErased, WorkerBorrowed]
_OF_THE_CENTRE += [RefundDecided, MembershipConfirmed, BalanceStated]
_OF_THE_CENTRE += [DocumentsRequested, ClaimDecided, ClaimPaid, PaymentReturned, ClaimReopened]
_CENTRE_ONLY = frozenset(kind.KIND for kind in _OF_THE_CENTRE)


def _within_rights(connection: Connection, received: Sequence[Received], mission: str) -> list[Received]:
    """A counter may record what happened at a counter of its mission, its staff included; rates, prices, tariffs,
    settings, certificates, lending, erasing, refunds, confirmations, balances and answers to claims are the centre's,
    in whatever version, also one that only a later program can read."""
    listed = [_listing(one) for one in received]
    ids = {body.operator_id for body in listed if body is not None}
    elsewhere = select(staff.c.id).where(staff.c.id.in_(ids), staff.c.mission != mission)
    others = set(connection.scalars(elsewhere)) if ids else set()
    judged = []
    for one, body in zip(received, listed, strict=True):
        published = one.entry is not None and one.entry.head.kind in _CENTRE_ONLY
        foreign = body is not None and (body.mission != mission or body.operator_id in others)
        judged.append(replace(one, code="not_yours") if published or foreign else one)
    return judged


def _listing(one: Received) -> StaffListed | None:
    if one.entry is None or one.entry.head.kind != StaffListed.KIND:
        return None
    try:
        body = one.entry.body()
    except Unreadable:
        return None
    return body if isinstance(body, StaffListed) else None


def _without_taken_ids(connection: Connection, received: Sequence[Received]) -> list[Received]:
    """An id that another entry owns is never posted a second time."""
    ids = [one.entry.id for one in received if one.entry is not None]
    query = select(tables.entry.c.id).where(tables.entry.c.id == any_(id_array(ids)), tables.entry.c.taken)
    owned = set(connection.scalars(query)) if ids else set()
    judged = []
    for one in received:
        reused = one.entry is not None and not one.code and one.entry.id in owned
        judged.append(replace(one, code="id_reused") if reused else one)
        if one.entry is not None and not one.code:
            owned.add(one.entry.id)
    return judged


def _without_erased(connection: Connection, judged: Sequence[Received]) -> tuple[list[Received], set[UUID]]:
    """What is to be kept, without what tells of workers who were erased; and whose earlier entries must be stripped."""
    bared, stripped = bare_of_erased(
        connection, [one.entry for one in judged if one.entry is not None and not one.code]
    )
    # What is kept aside orders nothing, but it may tell of them as well.
    aside = [one.entry for one in judged if one.entry is not None and one.code]
    bared += bare_of_erased(connection, [entry for entry in aside if entry.head.kind != BodyErased.KIND])[0]
    by_hash = {entry.hash: entry for entry in bared}
    kept = []
    for one in judged:
        entry = by_hash.get(one.hash)
        kept.append(one if entry is None else replace(one, entry=entry, frame=entry.frame))
    return kept, stripped


def _strip(connection: Connection, subjects: Collection[UUID]) -> None:
    strip(connection, tables.entry, subjects)
    digests = documents_of(connection, subjects)
    for table in (tables.blob_upload, tables.blob_part, tables.blob_chunk, tables.blob):
        connection.execute(delete(table).where(table.c.sha256.in_(digests)))
    # What officers said to each other about their claims tells of them as well.
    ids = list(subjects)
    of_erased = select(claim.c.id).where(or_(claim.c.worker_id.in_(ids), claim.c.id.in_(ids)))
    for table in (tables.claim_comment, tables.claim_proposal):
        connection.execute(delete(table).where(table.c.claim_id.in_(of_erased)))


def _post(connection: Connection, entries: Sequence[Entry]) -> list[Verdict]:
    """Post them together; where one of them is more than the database takes, one by one without it."""
    if not entries:
        return []
    try:
        with connection.begin_nested():
            return post(connection, entries)
    except Exception as error:
        if _passing(error):
            raise
        if len(entries) == 1:
            # What was said of the values may name the person they belong to: the log gets their kind only.
            state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
            _log.error("entry %s cannot be posted (%s %s)", entries[0].id, type(error).__name__, state)
            return [Verdict(entries[0].id, "quarantined", CANNOT_POST)]
    half = len(entries) // 2
    return _post(connection, entries[:half]) + _post(connection, entries[half:])


def _passing(error: Exception) -> bool:
    """Whether the world, not the entry, stood in the way: then the whole push is tried again."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        # The database is gone, and has told no state: the entries are as good as they were.
        return True
    # 22: a value no column takes; 54: one that no index takes; 23502 and 23514: a value that must not be there.
    state = getattr(error.orig, "sqlstate", None) or ""
    return not (state.startswith(("22", "54")) or state in ("23502", "23514", ""))


# What is held


def stored(
    connection: Connection, terminal: UUID, incarnation: int, first: int, last: int
) -> dict[tuple[int, bytes], Kept]:
    """The entries held between two seqs, every branch of them, with their verdicts as they are now."""
    from models.ledger.flags import held

    table = tables.entry
    query = (
        select(table.c.seq, table.c.hash, table.c.id, table.c.verdict, table.c.code, held.c.entry_id)
        .join_from(table, held, and_(held.c.entry_id == table.c.id, table.c.taken), isouter=True)
        .where(table.c.terminal == terminal, table.c.incarnation == incarnation, table.c.seq.between(first, last))
    )
    found = {}
    for row in connection.execute(query):
        released = row.verdict == "held" and row.entry_id is None
        verdict, code = ("ok", "") if released else (row.verdict, row.code)
        found[row.seq, row.hash] = Kept(row.seq, row.hash, row.id, cast(Judgement, verdict), code)
    return found


# The centre's own


def record(
    connection: Connection,
    centre: Centre,
    bodies: Iterable[Body],
    operator: UUID | None = None,
    *,
    sealed: bytes | None = None,
) -> list[Entry]:
    """Write entries into the centre's own journal: numbered, chained, signed, stored, posted and in their streams.
    `sealed` is the sealed part of the first."""
    head = lock_own_head(connection, centre)
    at, seq, prev = centre.now(), head.seq, head.hash
    author = Author(centre.id, head.incarnation, operator or centre.id, "UTC", None)
    entries: list[Entry] = []
    revs: dict[UUID, int] = {}
    for body in bodies:
        entry_id = new_id()
        subject = body.subject(entry_id)
        # Those of this batch are not posted yet.
        rev = max(next_rev(connection, body, entry_id), revs.get(subject, 0) + 1)
        seq, revs[subject] = seq + 1, min(rev, LARGEST_REV)
        entry = write_entry(
            body,
            author,
            id=entry_id,
            seq=seq,
            rev=revs[subject],
            at=at,
            prev=prev,
            sign=centre.keys.signing.sign,
            sealed=None if entries else sealed,
        )
        prev = entry.hash
        entries.append(entry)
    received = [Received(entry.head.seq, entry.prev, entry.hash, entry.frame, entry) for entry in entries]
    keep(connection, centre.id, head.incarnation, None, received, at)
    connection.execute(
        update(tables.terminal_head)
        .where(_head_of(centre.id, head.incarnation))
        .values(seq=seq, hash=prev, entries=head.entries + len(entries))
    )
    return entries


def lock_own_head(connection: Connection, centre: Centre) -> Row[Any]:
    """The head of the journal the centre writes now, and no other until this transaction ends. Whoever may come to
    write into it locks it before anything else but a counter's head, so that no two wait for each other."""
    # Whoever opens another journal has to wait for this one (server.usecases.restoring).
    ours = select(tables.centre.c.incarnation).with_for_update(read=True, key_share=True)
    where = _head_of(centre.id, connection.execute(ours).scalar_one())
    return connection.execute(select(tables.terminal_head).where(where).with_for_update()).one()


def _head_of(terminal: UUID, incarnation: int) -> ColumnElement[bool]:
    return and_(tables.terminal_head.c.terminal == terminal, tables.terminal_head.c.incarnation == incarnation)


def holds(connection: Connection, terminal: UUID, incarnation: int, seq: int, entry_hash: bytes) -> bool:
    """Whether this very entry is held, on any branch, and everything before it."""
    table, head = tables.entry, tables.terminal_head
    key = tuple_(table.c.terminal, table.c.incarnation, table.c.seq, table.c.hash)
    found = connection.execute(
        select(head.c.seq, head.c.entries)
        .join(table, and_(table.c.terminal == head.c.terminal, table.c.incarnation == head.c.incarnation))
        .where(key == (terminal, incarnation, seq, entry_hash))
    ).one_or_none()
    if found is None or found.entries == found.seq:
        return found is not None
    given = {"terminal": terminal, "incarnation": incarnation, "head": found.seq, "seq": seq, "hash": entry_hash}
    return connection.execute(_BACK, given).scalar_one() is True


# There are branches, or entries that others gave back before their own counter came (server.usecases.returning): back
# from the entry that is asked for to one that nothing stands beside, up to the head, where all are complete.
_BACK = text("""
    WITH RECURSIVE back (seq, prev, complete) AS (
        SELECT CAST(:seq AS bigint), CAST(:hash AS bytea), false
        UNION ALL
        SELECT e.seq - 1, e.prev,
               e.seq = 1 OR (e.seq <= :head AND (SELECT count(*) FROM entry b WHERE b.terminal = :terminal
                   AND b.incarnation = :incarnation AND b.seq = e.seq) = 1)
        FROM back JOIN entry e ON e.terminal = :terminal AND e.incarnation = :incarnation
                              AND e.seq = back.seq AND e.hash = back.prev
        WHERE NOT back.complete
    )
    SELECT bool_or(complete) FROM back
""").bindparams(bindparam("terminal", type_=Uuid()))

_FORTH = text("""
    WITH RECURSIVE forth (seq, hash) AS (
        SELECT CAST(:seq AS bigint), CAST(:hash AS bytea)
        UNION ALL
        SELECT e.seq, e.hash
        FROM forth CROSS JOIN LATERAL (
            SELECT n.seq, n.hash FROM entry n WHERE n.terminal = :terminal AND n.incarnation = :incarnation
                AND n.seq = forth.seq + 1 AND n.prev = forth.hash ORDER BY n.received_at, n.hash LIMIT 1
        ) e
    )
    SELECT seq, hash FROM forth ORDER BY seq DESC LIMIT 1
""").bindparams(bindparam("terminal", type_=Uuid()))


def reach(connection: Connection, terminal: UUID, incarnation: int, head: Head) -> Head:
    """The head moved on over entries that came before those between did."""
    given = {"terminal": terminal, "incarnation": incarnation, "seq": head.seq, "hash": head.hash}
    row = connection.execute(_FORTH, given).one()
    return Head(row.seq, bytes(row.hash))


def bring_up_to_date(centre: Centre) -> None:
    """Post everything again when this program posts differently from the one that wrote the ledger."""

    def work(connection: Connection) -> None:
        posted_by = connection.scalar(select(tables.centre.c.posting_version).with_for_update())
        if posted_by == POSTING_VERSION:
            return
        rebuild(connection, _taken(connection))
        connection.execute(update(tables.centre).values(posting_version=POSTING_VERSION))

    centre.write(work)


def _taken(connection: Connection) -> Iterator[list[Entry]]:
    """All entries that were posted, batch by batch; their order makes no difference."""
    query = select(tables.entry).where(tables.entry.c.taken).execution_options(yield_per=_AT_ONCE)
    for rows in connection.execute(query).partitions():
        yield [Entry.opened(frame_of(row, with_prev=True)) for row in rows]
