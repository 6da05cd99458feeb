"""Revisions: the number an entry carries so that its values win over what its writer had seen."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, func, select

from models.journal.body import Body
from models.ledger.tables import claim_document, mission_setting, staff, tariff, terminal, worker

_ROWS = {"worker_id": worker, "operator_id": staff, "mission_id": mission_setting, "tariff_id": tariff}
_COUNTS = {"claim_id": claim_document.c.claim_id, "terminal_id": terminal.c.terminal_id}


def next_rev(connection: Connection, body: Body, entry_id: UUID) -> int:
    """1 + the highest revision posted here for the body's subject."""
    subject = body.subject(entry_id)
    if (table := _ROWS.get(body.SUBJECT)) is not None:
        return (connection.scalar(select(table.c.rev).where(table.c.id == subject)) or 0) + 1
    if (column := _COUNTS.get(body.SUBJECT)) is not None:
        return (connection.scalar(select(func.count()).where(column == subject)) or 0) + 1
    return 1
