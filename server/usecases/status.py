"""Status: what the centre holds, in a few figures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from models.ledger.tables import claim, held, receipt, worker
from server.store import tables
from server.usecases.centre import Centre, epoch_of, incarnation_of
from server.usecases.restoring import reopenings


def status(centre: Centre) -> dict[str, Any]:
    """Figures for whoever keeps the machine; no names."""

    def look(connection: Connection) -> dict[str, Any]:
        def count(table: Any, *where: Any) -> int:
            return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0

        heads = connection.execute(
            select(tables.terminal_head)
            .where(tables.terminal_head.c.mission.is_not(None))
            .order_by(tables.terminal_head.c.series, tables.terminal_head.c.incarnation)
        )
        verdicts = connection.execute(
            select(tables.entry.c.verdict, func.count())
            .group_by(tables.entry.c.verdict)
            .order_by(tables.entry.c.verdict)
        )
        return {
            "centre": str(centre.id),
            "epoch": str(epoch_of(connection)),
            "incarnation": incarnation_of(connection),
            "restored": [one.at.isoformat() for one in reopenings(connection, centre)],
            "demo": centre.demo,
            "root_fingerprint": centre.keys.fingerprint,
            "entries": count(tables.entry),
            "verdicts": {row[0]: row[1] for row in verdicts},
            "held": count(held),
            "workers": count(worker, worker.c.registered),
            "receipts": count(receipt),
            "claims": count(claim),
            "terminals": [
                {
                    "terminal": str(row.terminal),
                    "incarnation": row.incarnation,
                    "mission": row.mission,
                    "series": row.series,
                    "seq": row.seq,
                    "entries": row.entries,
                    "last_seen": row.last_seen.isoformat() if row.last_seen else None,
                    "program": row.program,
                    "revoked": row.revoked_at is not None,
                }
                for row in heads
            ],
            "streams": {
                row.name: row.position
                for row in connection.execute(select(tables.stream).order_by(tables.stream.c.name))
            },
        }

    return centre.read(look)
