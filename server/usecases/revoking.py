"""Revoking: a counter's key counts no more, because its machine is lost, stolen or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from models.journal.terminals import TerminalRevoked
from models.rules.problems import Problem, Refused
from server.store.tables import terminal_head
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.roles import Act, permit

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Revoked:
    """`fresh` is False where it was revoked before; then nothing was recorded."""

    terminal: UUID
    incarnation: int
    series: str
    fresh: bool


def revoke(centre: Centre, which: str, reason: str, by: Officer | None = None) -> list[Revoked]:
    """Answer this counter no more. `which` is its series, or its id: then every journal of it that none goes on after.

    The other counters learn of it with their next sync; what the counter has not sent can come by bundle, and its
    papers stay true. Refused `officer.not_allowed`, `terminal.unknown` on "terminal", `required` and `text.too_long` on
    "reason"."""
    permit(by, Act.REVOKE_COUNTERS)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(Problem("reason", "required"))
    if len(reason) > LONGEST_REASON:
        raise Refused(Problem.of("reason", "text.too_long", longest=LONGEST_REASON))

    def work(connection: Connection) -> list[Revoked]:
        lock_own_head(connection, centre)
        rows = _named(connection, which)
        fresh = [row for row in rows if row.revoked_at is None]
        for row in fresh:
            connection.execute(
                update(terminal_head)
                .where(terminal_head.c.terminal == row.terminal, terminal_head.c.incarnation == row.incarnation)
                .values(revoked_at=centre.now(), revoked_reason=reason)
            )
        said = [TerminalRevoked(terminal_id=row.terminal, incarnation=row.incarnation, reason=reason) for row in fresh]
        if said:
            record(connection, centre, said, by.id if by else None)
        return [Revoked(row.terminal, row.incarnation, row.series, row in fresh) for row in rows]

    return centre.write(work)


def _named(connection: Connection, which: str) -> list[Row[Any]]:
    wanted, table = which.strip(), terminal_head
    try:
        followed = select(table.c.continues).where(table.c.terminal == UUID(wanted))
        named = [table.c.terminal == UUID(wanted), table.c.incarnation.not_in(followed)]
    except ValueError:
        named = [func.upper(table.c.series) == wanted.upper()]
    rows = list(connection.execute(select(table).where(*named, table.c.mission.is_not(None))).all())
    if not rows:
        raise Refused(Problem.of("terminal", "terminal.unknown", terminal=wanted))
    return rows
