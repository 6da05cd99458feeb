"""Posting of workers: registrations and amendments settle field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from models.journal.entry import Entry, Stamp
from models.journal.workers import DATES, Identity, WorkerAmended, WorkerRegistered
from models.ledger.flags import flag
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Row, Rows
from models.posting.settling import BASE, settle_fields

_ERASED = "mission"
FIELDS = tuple(Identity.__struct_fields__)


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
    _settle_mission(row, entry, body)
    if body.personal is not None:
        identity = msgspec.to_builtins(body.personal)
        values = {field: identity.get(field) for field in FIELDS} | {"heirs": list(identity.get("heirs", ()))}
        _take(row, settle_fields(row, values, entry.stamp, base=True))
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


@posts(WorkerAmended, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerAmended) -> None:
    row = open_worker(rows, body.worker_id, entry)
    changes = {} if body.personal is None else body.personal.changes
    known = {field: value for field, value in changes.items() if field in FIELDS}
    _take(row, settle_fields(row, known, entry.stamp, base=False))
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


def _settle_mission(row: Row, entry: Entry, body: WorkerRegistered) -> None:
    """The mission of the latest registration. One whose personal part was erased says nothing of the person's
    fields: its stamp stands under "mission" while it is later than every registration that does."""
    stamps = dict(row["stamps"])
    base, erased = (Stamp(*stamps[name]) if name in stamps else None for name in (BASE, _ERASED))
    latest = max((stamp for stamp in (base, erased) if stamp), default=None)
    if latest is None or (latest, row["mission"]) < (entry.stamp, body.mission):
        row.update(registered=True, mission=body.mission)
    if body.personal is None:
        if latest is None or latest < entry.stamp:
            stamps[_ERASED] = list(entry.stamp)
    elif erased is not None and erased <= entry.stamp:
        del stamps[_ERASED]
    row["stamps"] = stamps


def _take(row: Row, won: Mapping[str, Any]) -> None:
    for field, value in won.items():
        row[field] = date.fromisoformat(value) if field in DATES and value is not None else value
