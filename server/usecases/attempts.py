"""Attempts: wrong passwords and wrong codes in a row lock a name, for a minute and then longer each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, update

from models.rules.problems import Trouble
from server.store.tables import officer
from server.usecases.events import What, note

TRIES = 5
_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(hours=1)


def locked(until: datetime | None, now: datetime) -> Trouble | None:
    """Trouble `officer.locked` while the name is."""
    if until is None or until <= now:
        return None
    return Trouble("officer.locked", minutes=max(1, round((until - now) / timedelta(minutes=1))))


def count_failure(connection: Connection, officer_id: UUID, now: datetime) -> None:
    """One more in a row. Counted in the database, so that many tries at once count as many."""
    counted = update(officer).where(officer.c.id == officer_id).values(failures=officer.c.failures + 1)
    failures = connection.execute(counted.returning(officer.c.failures)).scalar_one()
    if failures >= TRIES:
        # No longer than the longest: the plain power of two would leave every calendar after a while.
        pause = min(_LOCK * 2 ** min(failures - TRIES, 10), _LONGEST_LOCK)
        connection.execute(update(officer).where(officer.c.id == officer_id).values(locked_until=now + pause))
        note(connection, officer_id, now, What.LOCKED, detail=str(failures))


def clear_failures(connection: Connection, officer_id: UUID) -> None:
    connection.execute(update(officer).where(officer.c.id == officer_id).values(failures=0, locked_until=None))
