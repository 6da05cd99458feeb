"""Verify: the whole journal read again, signature by signature, and the ledger held against it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, create_engine, select

from kiosk.desk import Desk, Work, kept, later_entries, needs_base
from kiosk.queries.tills import links
from kiosk.queries.trust import centre_signers
from kiosk.store import base
from kiosk.store.tables import entry as entries
from models.journal.entry import NOTHING, Entry, Unreadable
from models.ledger.base import base_entry
from models.ledger.tables import ledger, terminal
from models.posting import post
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble
from models.rules.tills import first_broken
from models.sync.base import is_sound, laid, load, read_part
from models.sync.messages import BASE, Base
from models.sync.signing import Signed, Untrue, opened


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was found whole. `pulled_without_key` are pulled entries of terminals whose key is not on the list.
    `base_entries`: so many entries the ledger rests on that are not here, as the centre signed what they make;
    `base_altered`: parts of it that somebody who was erased was taken out of, which nothing proves any more."""

    own_entries: int
    pulled_entries: int
    pulled_without_key: int
    tables: dict[str, int]
    base_entries: int = 0
    base_altered: int = 0


def verify(desk: Desk) -> Verified:
    """Read every page of the database, the own journal in full, the signatures of all entries whose key is known,
    and the ledger against a posting of everything: from nothing, or from what the centre gave and signed.

    Trouble for the first thing that is wrong, with where it stands: `verify.gap`, `verify.chain`,
    `verify.signature`, `verify.unreadable`, `verify.till`, `verify.ledger`, `verify.base`, `store.damaged`; and
    `verify.needs_base` where the ledger waits for a new base and nothing can be said of it.
    """
    desk.store.check()
    own = own_journal(desk)
    _tills(desk)
    pulled, without_key = _pulled(desk)
    return _ledger(desk, Verified(own, pulled, without_key, {}))


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
    """The rows of every table, when posting everything makes the same: after what the base says, where there is one.
    Trouble `verify.ledger`, `verify.base`, `verify.needs_base`."""
    return _ledger(desk, Verified(0, 0, 0, {})).tables


def _ledger(desk: Desk, found: Verified) -> Verified:
    """Post everything into an empty ledger in memory, after what the base says, and compare."""
    engine = create_engine("sqlite://")
    with desk.read() as work, engine.connect() as scratch:
        ledger.create_all(scratch)
        base_entry.metadata.create_all(scratch)
        found = _load_base(work.connection, scratch, found)
        for batch in later_entries(work.connection):
            post(scratch, batch)
        expected, standing = ledger_digest(scratch), ledger_digest(work.connection)
    engine.dispose()
    for table, digest in expected.items():
        if standing[table] != digest:
            raise Trouble("verify.ledger", table=table)
    return replace(found, tables={table: count for table, (count, _) in standing.items()})


def _load_base(connection: Connection, scratch: Connection, found: Verified) -> Verified:
    """Put what the centre gave into the empty ledger, when it is what the centre signed."""
    if needs_base(connection):
        raise Trouble("verify.needs_base")
    standing = base.given(connection, "standing")
    if standing is None:
        return found
    if not is_sound(standing.base) or not _by_the_centre(connection, standing.signed):
        raise Trouble("verify.base", part=base_entry.name)
    driver = scratch.connection.driver_connection
    assert driver is not None
    altered = loaded = 0
    for part, content, is_altered in base.parts(connection, standing.base):
        if not is_altered and sha256(content).digest() != part.digest:
            raise Trouble("verify.base", part=part.table)
        altered, loaded = altered + is_altered, loaded + 1
        table = base_entry if part.table == base_entry.name else ledger.tables[part.table]
        load(driver.executemany, laid(table), read_part(part, content, altered=is_altered))
    if loaded != len(standing.base.parts) or _resting(scratch) != _resting(connection):
        raise Trouble("verify.base", part=base_entry.name)
    return replace(found, base_entries=standing.base.entries, base_altered=altered)


def _by_the_centre(connection: Connection, signed: Signed) -> bool:
    for _, public in centre_signers(connection):
        with suppress(Untrue):
            opened(signed, BASE, public, Base)
            return True
    return False


def _resting(connection: Connection) -> str:
    digest = sha256()
    for row in connection.execute(select(base_entry).order_by(base_entry.c.id)):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
