"""Returning: after a restore, counters give back what they have of others' journals and of the centre's own."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql

from models.journal.claims import ClaimDecided, ClaimReopened
from models.journal.entry import NOTHING, Entry, Unreadable
from models.journal.terminals import TerminalCertified, TerminalRevoked
from models.journal.workers import WorkerMerged, WorkerUnmerged
from models.ledger.tables import terminal_revocation
from models.sync.messages import Head
from models.sync.protocol import MAX_ENTRIES, OLDEST_PUSH, SyncError
from models.sync.restoring import MOST_JOURNALS, Place, ReturnAnswer, ReturnRequest
from server.store.tables import claim_proposal, terminal_head
from server.usecases.borrowing import lend_merged
from server.usecases.centre import Centre, epoch_of, incarnation_of
from server.usecases.journal import Received, holds, keep, lock_own_head, reach, read_frame, stored
from server.usecases.restoring import open_journal, own_journals, reopen
from server.usecases.streams import body_of
from server.usecases.terminals import Caller, locked_head

_log = logging.getLogger(__name__)

_LARGEST = 1 << 31


def give_back(centre: Centre, who: Caller, request: ReturnRequest) -> ReturnAnswer:
    """Say which of these journals we may lack something of; or take the entries that are brought. Only what the
    journal's own key signed is kept, whoever brings it; what is here already is not taken twice.

    SyncError `protocol_too_old`, `epoch_changed`, `too_large`."""
    if request.protocol < OLDEST_PUSH:
        raise SyncError("protocol_too_old", minimum=OLDEST_PUSH)
    if len(request.frames) > MAX_ENTRIES or len(request.journals) > MOST_JOURNALS:
        raise SyncError("too_large")
    epoch, lacking = centre.read(lambda connection: (epoch_of(connection), _lacking(connection, request.journals)))
    if request.epoch not in (None, epoch):
        raise SyncError("epoch_changed", epoch=epoch)
    entries = _read(request)
    own = ours(centre, entries)
    kept = take_own(centre, own)
    unknown = len(request.frames) - len(entries) + sum(one.head.terminal == centre.id for one in entries) - len(own)
    for journal, theirs in _by_journal(one for one in entries if one.head.terminal != centre.id).items():
        found = centre.read(lambda connection, journal=journal: _head_of(connection, *journal))  # type: ignore[misc]
        if found is None or found.mission is None:
            unknown += len(theirs)
            continue
        signed = [one for one in theirs if one.signed_by(found.public_key)]
        unknown += len(theirs) - len(signed)
        kept += centre.write(lambda connection, signed=signed: _take(connection, centre, found, signed))  # type: ignore[misc] # noqa: B023
    if kept:
        _log.info("terminal %s gave back %d entries", who.terminal, kept)
    return ReturnAnswer(centre.read(epoch_of), lacking, kept, unknown)


def _read(request: ReturnRequest) -> list[Entry]:
    """Those that say where they stand."""
    found = []
    for frame in request.frames:
        try:
            entry = Entry.opened(frame)
        except Unreadable:
            continue
        if 0 < entry.head.incarnation < _LARGEST and read_frame(frame, entry.head.seq, entry.prev).entry is not None:
            found.append(entry)
    return found


def _by_journal(entries: Iterable[Entry]) -> dict[tuple[UUID, int], list[Entry]]:
    found: dict[tuple[UUID, int], list[Entry]] = defaultdict(list)
    for one in entries:
        found[one.head.terminal, one.head.incarnation].append(one)
    return found


def _head_of(connection: Connection, terminal: UUID, incarnation: int) -> Row[Any] | None:
    where = (terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation)
    return connection.execute(select(terminal_head).where(*where)).one_or_none()


def _lacking(connection: Connection, asked: Sequence[Place]) -> tuple[Place, ...]:
    key = tuple_(terminal_head.c.terminal, terminal_head.c.incarnation)
    named = [(one.terminal, one.incarnation) for one in asked]
    rows = connection.execute(select(terminal_head).where(key.in_(named))) if named else ()
    heads = {(row.terminal, row.incarnation): Place(row.terminal, row.incarnation, row.seq, row.hash) for row in rows}
    ours = [heads.get((one.terminal, one.incarnation), Place(one.terminal, one.incarnation)) for one in asked]
    return tuple(
        held
        for one, held in zip(asked, ours, strict=True)
        if one.seq > held.seq or not holds(connection, one.terminal, one.incarnation, one.seq, one.hash)
    )


# The centre's own


def is_forgotten(connection: Connection, centre: Centre, entry: Entry) -> bool:
    """Whether an entry that we signed is not here, and we do not know yet that we were restored since: it is of the
    journal that we write now, or of one we know nothing of."""
    journals, incarnation = own_journals(connection, centre), entry.head.incarnation
    if incarnation in journals and incarnation != incarnation_of(connection):
        return False
    seq = entry.head.seq
    return not stored(connection, centre.id, incarnation, seq, seq).keys() >= {(seq, entry.hash)}


def ours(centre: Centre, entries: Sequence[Entry]) -> list[Entry]:
    """Those that we signed."""
    mine = [one for one in entries if one.head.terminal == centre.id]
    if not mine:
        return []
    journals = centre.read(lambda connection: own_journals(connection, centre))
    keys = {centre.keys.signing.public, *(row.public_key for row in journals.values())}
    return [one for one in mine if any(one.signed_by(key) for key in keys)]


def take_own(centre: Centre, entries: Sequence[Entry]) -> int:
    """Keep entries that we signed and that came back, and let them have the effects they had; returns how many were
    new."""
    if not entries:
        return 0

    def first(connection: Connection) -> UUID | None:
        lost = any(is_forgotten(connection, centre, one) for one in entries)
        return epoch_of(connection) if lost else None

    epoch = centre.read(first)
    if epoch is not None and reopen(centre, epoch):
        _log.warning("what was given back proves that the database was restored: a new journal is begun")
    count = 0
    for (terminal, incarnation), theirs in _by_journal(entries).items():

        def work(connection: Connection, incarnation: int = incarnation, theirs: Sequence[Entry] = theirs) -> int:
            lock_own_head(connection, centre)
            if incarnation not in own_journals(connection, centre):
                open_journal(connection, centre, incarnation)
            head = _head_of(connection, centre.id, incarnation)
            assert head is not None
            return _take(connection, centre, head, theirs)

        assert terminal == centre.id
        count += centre.write(work)
    return count


# Taking


def _take(connection: Connection, centre: Centre, of: Row[Any], entries: Sequence[Entry]) -> int:
    """Keep what is not here of one journal, wherever in it that stands; returns how many were new."""
    terminal, incarnation = of.terminal, of.incarnation
    row = locked_head(connection, terminal, incarnation)
    in_order = sorted({one.hash: one for one in entries}.values(), key=lambda one: one.head.seq)
    if not in_order:
        return 0
    known = stored(connection, terminal, incarnation, in_order[0].head.seq, in_order[-1].head.seq)
    fresh = [one for one in in_order if (one.head.seq, one.hash) not in known]
    if not fresh:
        return 0
    bodies = [body_of(one) for one in fresh]
    merged = [body.worker_id for body in bodies if isinstance(body, WorkerMerged)]
    if merged or any(isinstance(body, WorkerUnmerged) for body in bodies):
        lock_own_head(connection, centre)
    head, taken = Head(row.seq, row.hash), defaultdict(set)
    for seq, entry_hash in known:
        taken[seq].add(entry_hash)
    branches: dict[bool, list[Received]] = {False: [], True: []}
    for one in fresh:
        branches[_is_branch(one, head, taken)].append(read_frame(one.frame, one.head.seq, one.prev))
        taken[one.head.seq].add(one.hash)
    at = centre.now()
    for forked, received in branches.items():
        if received:
            keep(connection, terminal, incarnation, row.mission, received, at, doubt="forked" if forked else "")
    head = reach(connection, terminal, incarnation, head)
    connection.execute(
        update(terminal_head)
        .where(terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation)
        .values(seq=head.seq, hash=head.hash, entries=row.entries + len(fresh))
    )
    if terminal == centre.id:
        for one, body in zip(fresh, bodies, strict=True):
            take_effect(connection, one, body)
    if merged:
        lend_merged(connection, centre, merged, besides=row.mission)
    return len(fresh)


def _is_branch(entry: Entry, head: Head, taken: dict[int, set[bytes]]) -> bool:
    """Whether another entry stands at its place, or at that of the one it follows. Up to the head all are held."""
    if entry.head.seq <= head.seq or taken[entry.head.seq]:
        return True
    return entry.head.seq == head.seq + 1 and entry.prev != head.hash


def take_effect(connection: Connection, entry: Entry, body: object) -> None:
    """What an entry of ours does beside the ledger."""
    if isinstance(body, TerminalCertified):
        known = postgresql.insert(terminal_head).values(
            terminal=body.terminal_id,
            incarnation=body.incarnation,
            mission=body.mission,
            series=body.series,
            public_key=body.public_key,
            seq=0,
            hash=NOTHING,
            entries=0,
            safe_seq=0,
            enrolled_at=entry.head.at,
            continues=body.continues,
        )
        connection.execute(known.on_conflict_do_nothing())
        _revoke(connection, body.terminal_id, body.incarnation)
    elif isinstance(body, TerminalRevoked):
        _revoke(connection, body.terminal_id, body.incarnation)
    elif isinstance(body, ClaimDecided | ClaimReopened):
        connection.execute(delete(claim_proposal).where(claim_proposal.c.claim_id == body.claim_id))


def _revoke(connection: Connection, terminal: UUID, incarnation: int) -> None:
    """Shut a terminal out again, if it was: word of that may come before its certificate does."""
    table = terminal_revocation
    said = select(table).where(table.c.terminal_id == terminal, table.c.incarnation == incarnation)
    row = connection.execute(said.order_by(table.c.at).limit(1)).one_or_none()
    if row is None:
        return
    connection.execute(
        update(terminal_head)
        .where(terminal_head.c.terminal == terminal, terminal_head.c.incarnation == incarnation)
        .where(terminal_head.c.revoked_at.is_(None))
        .values(revoked_at=row.at, revoked_reason=row.reason)
    )
