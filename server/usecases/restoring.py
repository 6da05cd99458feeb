"""Restoring: this database came from a backup, and the centre goes on in a journal that nobody has read yet."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, NullPool, Row, create_engine, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from models.journal.entry import NOTHING
from models.journal.ids import new_id
from models.journal.terminals import JournalContinued
from models.ledger.tables import journal_continuation
from models.sync.statement import Statement
from server.store.tables import centre as centre_row
from server.store.tables import enrolment_code, terminal_head
from server.usecases.centre import Centre, epoch_of
from server.usecases.journal import holds, record
from server.usecases.terminals import unheard

_log = logging.getLogger(__name__)

_STEP = 1 << 20
"""Restored twice from one backup, a centre must not choose the same number twice."""

_FINGERPRINT = text("""
    SELECT (SELECT system_identifier FROM pg_control_system())::text
           || '/' || CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END
           || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text
""")


# What tells by itself


def fingerprint(connection: Connection) -> str:
    """Which cluster, timeline and database this is: a dump that was read back is another database, and recovery to a
    point in time another timeline. Empty where the database does not say."""
    try:
        with connection.begin_nested():
            return str(connection.execute(_FINGERPRINT).scalar_one())
    except DBAPIError:
        return ""


def settle(centre: Centre) -> bool:
    """Whether these rows stand in another database than when they were last opened; then the centre goes on in a new
    journal. Asked before anything is written."""

    def compare(connection: Connection) -> bool:
        noted = connection.execute(select(centre_row.c.fingerprint)).scalar_one()
        return fingerprint(connection) in ("", noted)

    def work(connection: Connection) -> bool:
        row = connection.execute(select(centre_row).with_for_update()).one()
        found = fingerprint(connection)
        if row.fingerprint == found:
            return False
        connection.execute(update(centre_row).values(fingerprint=found))
        if not row.fingerprint:
            return False
        _reopen(connection, centre, row)
        return True

    if centre.read(compare):
        return False
    restored = centre.write(work)
    if restored:
        _log.warning("the database was restored: the centre goes on in a new journal")
    return restored


def watch(centre: Centre) -> None:
    """Ask again with every new connection: the database may be restored while the centre serves."""
    # A pool of its own, else the question would wait for the connection that waits for its answer.
    apart = create_engine(centre.engine.url, poolclass=NullPool, hide_parameters=True)
    alone = replace(centre, engine=apart)

    @event.listens_for(centre.engine, "connect")
    def _on_connect(*_: Any) -> None:
        settle(alone)


# What somebody says


def reopen(centre: Centre, instead_of: UUID | None = None) -> bool:
    """Go on in a new journal, in a new epoch; `instead_of`: only if this is still the epoch."""

    def work(connection: Connection) -> bool:
        row = connection.execute(select(centre_row).with_for_update()).one()
        if instead_of not in (None, row.epoch):
            return False
        connection.execute(update(centre_row).values(fingerprint=fingerprint(connection)))
        _reopen(connection, centre, row)
        return True

    return centre.write(work)


def _reopen(connection: Connection, centre: Centre, row: Row[Any]) -> None:
    """The centre's row is locked by the caller, so nobody writes into the journal that ends here."""
    before = connection.execute(
        select(terminal_head).where(
            terminal_head.c.terminal == centre.id, terminal_head.c.incarnation == row.incarnation
        )
    ).one()
    incarnation, at = row.incarnation + 1 + secrets.randbelow(_STEP), centre.now()
    connection.execute(update(centre_row).values(epoch=new_id(), incarnation=incarnation))
    open_journal(connection, centre, incarnation, continues=row.incarnation)
    record(
        connection,
        centre,
        [
            JournalContinued(
                terminal_id=centre.id,
                incarnation=before.incarnation,
                seq=before.seq,
                hash=before.hash,
                series="",
                reason="restored",
            )
        ],
    )
    # Some were spent after the backup, and their series given away; an officer makes new ones.
    unspent = update(enrolment_code).where(enrolment_code.c.used_by.is_(None), enrolment_code.c.expires_at > at)
    connection.execute(unspent.values(expires_at=at))


def open_journal(connection: Connection, centre: Centre, incarnation: int, *, continues: int = 0) -> None:
    """A head for one of the centre's own journals."""
    connection.execute(
        insert(terminal_head).values(
            terminal=centre.id,
            incarnation=incarnation,
            public_key=centre.keys.signing.public,
            seq=0,
            hash=NOTHING,
            entries=0,
            safe_seq=0,
            enrolled_at=centre.now(),
            continues=continues,
        )
    )


def own_journals(connection: Connection, centre: Centre) -> dict[int, Row[Any]]:
    """The heads of the centre's own journals, by incarnation."""
    rows = connection.execute(select(terminal_head).where(terminal_head.c.terminal == centre.id))
    return {row.incarnation: row for row in rows}


def forgotten(connection: Connection, statement: Statement, head: Row[Any]) -> bool:
    """Whether a statement of the centre's proves that it knew more, in the epoch it believes to be in: what it says is
    held is not here, or the terminal was heard later than is noted."""
    if statement.epoch != epoch_of(connection):
        return False
    if statement.seq and not holds(connection, head.terminal, head.incarnation, statement.seq, statement.head):
        return True
    return statement.noted and unheard(head, statement.at)


# What there is to know


@dataclass(frozen=True, slots=True)
class Reopening:
    """When the centre went on in a new journal, and where the one before it stood."""

    at: datetime
    incarnation: int
    former: int
    former_seq: int


def reopenings(connection: Connection, centre: Centre) -> list[Reopening]:
    """Every time this centre was restored, as far as it knows; the latest first."""
    table = journal_continuation
    rows = connection.execute(select(table).where(table.c.terminal == centre.id).order_by(table.c.at.desc()))
    return [Reopening(row.at, row.incarnation, row.former, row.former_seq) for row in rows]
