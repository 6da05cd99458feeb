"""Revisions: the number an entry carries so that its values win over what its writer had seen."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, func, select

from models.journal.body import Body
from models.ledger.tables import claim, mission_setting, staff, tariff, terminal, worker

LARGEST_REV = (1 << 31) - 1
"""What a column holds. A subject that has come so far stays there: terminal and seq then settle what wins, and
nothing that is recorded becomes unreadable to others."""

_ROWS = {
    "worker_id": worker,
    "claim_id": claim,
    "operator_id": staff,
    "mission_id": mission_setting,
    "tariff_id": tariff,
}
_COUNTS = {"terminal_id": terminal.c.terminal_id}


def next_rev(connection: Connection, body: Body, entry_id: UUID) -> int:
    """1 + the highest revision posted here for the body's subject, up to `LARGEST_REV`. Of two workers who are compared
    or joined, for either: what is said of them later counts, from whichever of the two it is said."""
    subject = body.subject(entry_id)
    if (table := _ROWS.get(body.SUBJECT)) is not None:
        about = [subject, getattr(body, "other_id", subject)]
        highest = connection.scalar(select(func.max(table.c.rev)).where(table.c.id.in_(about))) or 0
        return min(highest + 1, LARGEST_REV)
    if (column := _COUNTS.get(body.SUBJECT)) is not None:
        return (connection.scalar(select(func.count()).where(column == subject)) or 0) + 1
    return 1
