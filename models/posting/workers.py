"""Posting of workers: registrations and amendments settle field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from models.journal.entry import Entry
from models.journal.workers import Identity, WorkerAmended, WorkerRegistered
from models.ledger.flags import flag
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Row, Rows
from models.posting.settling import BASE, settle_fields

FIELDS = tuple(Identity.__struct_fields__)
_DATES = {"passport_issued", "passport_expiry", "birth_date"}


def open_worker(rows: Rows, worker_id: UUID, entry: Entry) -> Row:
    """The worker's row, made to wait for its registration where nobody has registered the person yet."""
    row = rows.open(worker, worker_id, registered=False, rev=0, heirs=[], stamps={}, conflicts={})
    row["rev"] = max(row["rev"], entry.head.rev)
    return row


def raise_flags(rows: Rows, entry: Entry, codes: tuple[str, ...], mission: str, worker_id: UUID) -> None:
    """Open a task for a person: what was recorded stands, and somebody should look at it."""
    for code in dict.fromkeys(codes):
        rows.add(flag, entry_id=entry.id, code=code, worker_id=worker_id, mission=mission, at=entry.head.at)


@posts(WorkerRegistered, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerRegistered) -> None:
    row = open_worker(rows, body.worker_id, entry)
    identity = msgspec.to_builtins(body.personal) if body.personal else {}
    values = {field: identity.get(field) for field in FIELDS} | {"heirs": list(identity.get("heirs", ()))}
    before = row["stamps"].get(BASE)
    _take(row, settle_fields(row, values if body.personal else {}, entry.stamp, base=True))
    if row["stamps"].get(BASE) != before:
        row.update(registered=True, mission=body.mission)
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


@posts(WorkerAmended, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerAmended) -> None:
    row = open_worker(rows, body.worker_id, entry)
    changes = {} if body.personal is None else body.personal.changes
    known = {field: value for field, value in changes.items() if field in FIELDS}
    _take(row, settle_fields(row, known, entry.stamp, base=False))
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


def _take(row: Row, won: Mapping[str, Any]) -> None:
    for field, value in won.items():
        row[field] = date.fromisoformat(value) if field in _DATES and value is not None else value
