"""Verify: the whole journal read again, signature by signature, and the ledger held against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, create_engine, select

from kiosk.desk import Desk, Work, all_entries, kept
from kiosk.queries.tills import links
from kiosk.queries.trust import centre_signers
from kiosk.store.tables import entry as entries
from models.journal.entry import NOTHING, Entry, Unreadable
from models.ledger.tables import ledger, terminal
from models.posting import post
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble
from models.rules.tills import first_broken


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was found whole. `unsigned_by_us` are pulled entries of terminals whose key is not on the list."""

    own_entries: int
    pulled_entries: int
    pulled_without_key: int
    tables: dict[str, int]


def verify(desk: Desk) -> Verified:
    """Read every page of the database, the own journal in full, the signatures of all entries whose key is known,
    and the ledger against a posting of everything from nothing.

    Trouble for the first thing that is wrong, with where it stands: `verify.gap`, `verify.chain`,
    `verify.signature`, `verify.unreadable`, `verify.till`, `verify.ledger`, `store.damaged`.
    """
    desk.store.check()
    own = own_journal(desk)
    _tills(desk)
    pulled, without_key = _pulled(desk)
    return Verified(own, pulled, without_key, ledger_agrees(desk))


def own_journal(desk: Desk) -> int:
    """How many entries this journal has, when it is whole. Trouble `verify.gap`, `verify.chain`, `verify.signature`,
    `verify.unreadable`."""
    with desk.read() as work:
        me = work.terminal
        prev, count = NOTHING, 0
        rows = work.connection.execute(
            select(entries)
            .where(entries.c.terminal == me.id, entries.c.incarnation == me.incarnation)
            .order_by(entries.c.seq)
        )
        for row in rows:
            count += 1
            if row.seq != count:
                raise Trouble("verify.gap", seq=count)
            entry = _opened(row)
            if entry.prev != prev:
                raise Trouble("verify.chain", seq=row.seq)
            if not entry.signed_by(me.key.public):
                raise Trouble("verify.signature", seq=row.seq)
            prev = entry.hash
        return count


def _tills(desk: Desk) -> None:
    """The chain of this terminal's Z-reports: each begins where the one before ended, and names its hash."""
    with desk.read() as work:
        broken = first_broken(links(work.connection, work.terminal))
        if broken is not None:
            raise Trouble("verify.till", serial=broken)


def _pulled(desk: Desk) -> tuple[int, int]:
    with desk.read() as work:
        me, keys = work.terminal, _known_keys(work)
        count = without = 0
        for row in work.connection.execute(select(entries)):
            if (row.terminal, row.incarnation) == (me.id, me.incarnation):
                continue
            entry = _opened(row)
            count += 1
            known = keys.get((entry.head.terminal, entry.head.incarnation))
            if not known:
                without += 1
            elif not any(entry.signed_by(public) for public in known):
                raise Trouble("verify.signature", seq=row.seq)
        return count, without


def _known_keys(work: Work) -> dict[tuple[UUID, int], set[bytes]]:
    keys: dict[tuple[UUID, int], set[bytes]] = defaultdict(set)
    for row in work.connection.execute(select(terminal)):
        keys[row.terminal_id, row.incarnation].add(bytes(row.public_key))
    # The centre's key may change, and its journal go on as the next incarnation: whichever signed, it is the centre.
    signers = centre_signers(work.connection)
    for row in work.connection.execute(select(entries.c.terminal, entries.c.incarnation).distinct()):
        keys[row.terminal, row.incarnation] |= {public for centre, public in signers if centre == row.terminal}
    return keys


def _opened(row: Row[Any]) -> Entry:
    """The entry of a row, when the columns beside its bytes say what the bytes say."""
    try:
        entry = kept(row)
    except Unreadable as error:
        raise Trouble("verify.unreadable", seq=row.seq) from error
    head = entry.head
    said = (row.id, row.terminal, row.incarnation, row.seq, row.kind, row.subject, bytes(row.hash))
    if said != (head.id, head.terminal, head.incarnation, head.seq, head.kind, head.subject, entry.hash):
        raise Trouble("verify.chain", seq=row.seq)
    return entry


def ledger_agrees(desk: Desk) -> dict[str, int]:
    """Post everything into an empty ledger in memory and compare."""
    engine = create_engine("sqlite://")
    with desk.read() as work, engine.connect() as scratch:
        ledger.create_all(scratch)
        for batch in all_entries(work.connection):
            post(scratch, batch)
        expected, standing = ledger_digest(scratch), ledger_digest(work.connection)
    engine.dispose()
    for table, digest in expected.items():
        if standing[table] != digest:
            raise Trouble("verify.ledger", table=table)
    return {table: count for table, (count, _) in standing.items()}
