"""Posting of workers: registrations and amendments settle field by field; what people said of two of them is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, or_, select

from models.journal.entry import Entry, Stamp
from models.journal.workers import (
    DATES,
    LISTS,
    Identity,
    Value,
    WorkerAmended,
    WorkerBorrowed,
    WorkerCompared,
    WorkerRegistered,
    WorkerRestricted,
)
from models.ledger.flags import flag
from models.ledger.workers import amendment, borrowing, comparison, restriction, worker, worker_number
from models.posting.asking import Asking, in_order
from models.posting.flags import said
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.settling import BASE, settle_fields, settle_word, without_fields
from models.posting.writing import Row, storable_text
from models.rules.names import name_key
from models.rules.phones import phone_key

_ERASED = "mission"
FIELDS = tuple(Identity.__struct_fields__)
NUMBERS = {"nik": "nik", "passport_number": "passport", "kpj": "kpj", "pmi_id": "pmi"}
"""The fields by which a person is found for ever, and what `worker_number` calls them."""
_KEYS = {"name": ("name_key", name_key), "phone": ("phone_key", phone_key), "whatsapp": ("whatsapp_key", phone_key)}


def open_worker(rows: Rows, worker_id: UUID, entry: Entry) -> Row:
    """The worker's row, made to wait for its registration where nobody has registered the person yet."""
    row = rows.open(worker, worker_id, _blank)
    row["rev"] = max(row["rev"], entry.head.rev)
    row["seen_at"] = max(row["seen_at"] or entry.head.at, entry.head.at)
    return row


def _blank() -> Row:
    keys: Row = {column: "" for column, _ in _KEYS.values()}
    lists: Row = {field: [] for field in LISTS}
    return (
        keys
        | lists
        | {"registered": False, "rev": 0, "stamps": {}, "conflicts": {}, "restricted": False, "erased": False}
    )


def persons_of(connection: Connection, named: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """All registrations of the persons who have these, as they were settled last, each with whom it is gathered
    under."""
    found: dict[UUID, UUID | None] = dict(map(tuple, _gathered(connection, named)))
    if above := {into for one in named if (into := found.get(one)) is not None}:
        found.update(map(tuple, _gathered(connection, in_order(above))))
    return found


_gathered = Asking(
    lambda among: select(worker.c.id, worker.c.merged_into).where(or_(among(worker.c.id), among(worker.c.merged_into)))
)


def settle_identity(rows: Rows, row: Row, entry: Entry, values: Mapping[str, Value]) -> None:
    """Settle some fields of a person as an amendment does, from another entry than one."""
    _take(row, settle_fields(row, values, entry.stamp, base=False))
    _keep_numbers(rows, entry, row["id"], values)


def raise_flags(rows: Rows, entry: Entry, codes: tuple[str, ...], mission: str, worker_id: UUID) -> None:
    """Open a task for a person: what was recorded stands, and somebody should look at it."""
    for code in said(codes):
        rows.add(flag, entry_id=entry.id, code=code, worker_id=worker_id, mission=mission, at=entry.head.at)


@posts(WorkerRegistered, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerRegistered) -> None:
    row = open_worker(rows, body.worker_id, entry)
    _settle_mission(row, entry, body)
    if body.personal is not None:
        identity = msgspec.to_builtins(body.personal)
        values = {field: identity.get(field) for field in FIELDS}
        values |= {field: list(identity.get(field, ())) for field in LISTS}
        _take(row, settle_fields(row, values, entry.stamp, base=True))
        _keep_numbers(rows, entry, body.worker_id, {"other_kpjs": values["other_kpjs"]})
    for other in dict.fromkeys(body.not_same_as):
        _keep_comparison(rows, entry, body.worker_id, other, same=False)
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


@posts(WorkerAmended, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerAmended) -> None:
    row = open_worker(rows, body.worker_id, entry)
    changes = {} if body.personal is None else body.personal.changes
    known = {field: value for field, value in changes.items() if field in FIELDS}
    _take(row, settle_fields(row, known, entry.stamp, base=False))
    if body.personal is not None:
        head, was = entry.head, body.personal.was
        for field, value in known.items():
            rows.add(
                amendment,
                entry_id=entry.id,
                field=field,
                worker_id=body.worker_id,
                was=was.get(field),
                value=value,
                reason=body.personal.reason,
                at=head.at,
                operator_id=head.operator,
                terminal=head.terminal,
                rev=head.rev,
                seq=head.seq,
            )
        _keep_numbers(rows, entry, body.worker_id, known, was)
    raise_flags(rows, entry, body.confirmed, body.mission, body.worker_id)


@posts(WorkerCompared, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerCompared) -> None:
    open_worker(rows, body.worker_id, entry)
    remark = body.personal.remark if body.personal else None
    _keep_comparison(rows, entry, body.worker_id, body.other_id, same=body.same, remark=remark)


@posts(WorkerBorrowed, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerBorrowed) -> None:
    open_worker(rows, body.worker_id, entry)
    rows.add(
        borrowing,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        asked_by=body.asked_by,
        at=entry.head.at,
    )


@posts(WorkerRestricted, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: WorkerRestricted) -> None:
    settle_word(open_worker(rows, body.worker_id, entry), "restricted", body.restricted, entry.stamp)
    rows.add(
        restriction,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        restricted=body.restricted,
        remark=body.personal.remark if body.personal else None,
        at=entry.head.at,
        operator_id=entry.head.operator,
    )


def _keep_numbers(rows: Rows, entry: Entry, worker_id: UUID, *said: Mapping[str, Any]) -> None:
    found = {(kind, fields[field]) for fields in said for field, kind in NUMBERS.items() if fields.get(field)}
    found |= {("kpj", card) for fields in said for card in fields.get("other_kpjs") or ()}
    for kind, value in sorted({(kind, storable_text(value)) for kind, value in found}):
        rows.add(worker_number, entry_id=entry.id, kind=kind, value=value, worker_id=worker_id)


def _keep_comparison(
    rows: Rows, entry: Entry, worker_id: UUID, other_id: UUID, *, same: bool, remark: str | None = None
) -> None:
    head = entry.head
    rows.add(
        comparison,
        entry_id=entry.id,
        other_id=other_id,
        worker_id=worker_id,
        same=same,
        remark=remark,
        at=head.at,
        operator_id=head.operator,
        terminal=head.terminal,
        rev=head.rev,
        seq=head.seq,
    )


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
        if field in _KEYS:
            column, key = _KEYS[field]
            row[column] = key(value or "")


def forget(row: Row) -> None:
    """Leave nothing personal in a worker's row: as if only bare entries had ever come."""
    stamps = row["stamps"]
    latest = max((Stamp(*stamps[name]) for name in (BASE, _ERASED) if name in stamps), default=None)
    row.update(blank_identity(), erased=True, conflicts={}, stamps=without_fields(stamps))
    if latest is not None:
        row["stamps"] = {**row["stamps"], _ERASED: list(latest)}


def blank_identity() -> Row:
    """All that a worker's row tells of the person, as it is where nothing is known."""
    blank = _blank()
    keys = [column for column, _ in _KEYS.values()]
    return dict.fromkeys(FIELDS) | {name: blank[name] for name in (*LISTS, *keys)}
