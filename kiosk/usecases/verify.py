"""Verify: the whole journal read again, signature by signature, and the ledger held against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import create_engine, select

from kiosk.desk import Desk, all_entries, kept
from kiosk.queries.trust import centre_signers
from kiosk.store.tables import entry as entries
from models.journal.entry import NOTHING, Unreadable
from models.ledger.tables import ledger, terminal
from models.posting import post
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble


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
    `verify.signature`, `verify.unreadable`, `verify.ledger`, `store.damaged`.
    """
    desk.store.check()
    own = _own_journal(desk)
    pulled, without_key = _pulled(desk)
    return Verified(own, pulled, without_key, _ledger(desk))


def _own_journal(desk: Desk) -> int:
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
            try:
                entry = kept(row)
            except Unreadable as error:
                raise Trouble("verify.unreadable", seq=row.seq) from error
            if entry.prev != prev or entry.hash != bytes(row.hash) or entry.head.seq != row.seq:
                raise Trouble("verify.chain", seq=row.seq)
            if not entry.signed_by(me.key.public):
                raise Trouble("verify.signature", seq=row.seq)
            prev = entry.hash
        return count


def _pulled(desk: Desk) -> tuple[int, int]:
    with desk.read() as work:
        keys: dict[tuple[UUID, int], set[bytes]] = defaultdict(set)
        for row in work.connection.execute(select(terminal)):
            keys[row.terminal_id, row.incarnation].add(bytes(row.public_key))
        for key, public in centre_signers(work.connection):
            keys[key, 1].add(public)
        count = without = 0
        for batch in all_entries(work.connection):
            for entry in batch:
                if (entry.head.terminal, entry.head.incarnation) == (work.terminal.id, work.terminal.incarnation):
                    continue
                count += 1
                known = keys.get((entry.head.terminal, entry.head.incarnation))
                if not known:
                    without += 1
                elif not any(entry.signed_by(public) for public in known):
                    raise Trouble("verify.signature", seq=entry.head.seq)
        return count, without


def _ledger(desk: Desk) -> dict[str, int]:
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
