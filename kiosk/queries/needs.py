"""Needs: what of this machine's work the centre does not have, holds back or put aside, each with age and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, func, select

from kiosk.desk import MUST_CONTINUE, Desk, Work, get_setting, kept
from kiosk.queries.persons import goes_on_as
from kiosk.queries.privacy import listed_name, restricted_among
from kiosk.queries.tasks import numbers_of
from kiosk.queries.unsent import acked, former, unsent
from kiosk.store.tables import blob, verdict
from kiosk.store.tables import entry as entries
from models.ledger.tables import claim_document, held, worker, worker_document

WRONG_FIELD = {
    "nik.birth_date": "birth_date",
    "nik.sex": "sex",
    "worker.candidate": "name",
    "claim.phase_unknown": "contract_start",
}
"""Where a flag asks about one field of the form, which one: the cursor goes there."""


@dataclass(frozen=True, slots=True)
class Need:
    """`kind`: the journal must go on under a new series; entries or documents that only this machine has; an entry that
    the centre holds or put aside; one from elsewhere that waits here. `code`: why, as the centre or posting says; ""
    where the kind says it all. `said`: what happened at the last try, in words. `entry_kind`: what was recorded."""

    kind: Literal["continue", "unsent", "documents", "quarantined", "held", "waits"]
    code: str
    at: datetime
    count: int = 1
    said: str = ""
    entry_id: UUID | None = None
    entry_kind: str = ""
    worker_id: UUID | None = None
    name: str = ""
    number: str = ""


def needs(desk: Desk, most: int = 500) -> list[Need]:
    """All of it, the gravest first; single entries at most `most`. Before enrolment nothing waits for a centre."""
    with desk.read() as work:
        found = [*_journal(work), *_entries(work, most), *_waiting(work, most)]
        return [*found, *_unsent(work), *_documents(work)] if work.terminal.certified else found


def _journal(work: Work) -> Iterator[Need]:
    if get_setting(work.connection, MUST_CONTINUE):
        yield Need("continue", "journal.restored" if work.terminal.restored else "sync.forked", work.now)


def _entries(work: Work, most: int) -> Iterator[Need]:
    rows = work.connection.execute(
        select(verdict.c.verdict, verdict.c.code, verdict.c.at, entries)
        .join(entries, entries.c.id == verdict.c.entry)
        .where(verdict.c.verdict.in_(("quarantined", "held")))
        .order_by(verdict.c.verdict.desc(), verdict.c.at, entries.c.seq)
        .limit(most)
    ).all()
    found = [
        Need(row.verdict, row.code or "", row.at, entry_id=row.id, entry_kind=row.kind, worker_id=_worker_of(row))
        for row in rows
    ]
    yield from _named(work, found)


def _worker_of(row: object) -> UUID | None:
    """The worker an entry of ours tells of. It was written here, so it can be read here."""
    body = kept(row).body()  # type: ignore[arg-type]
    found: UUID | None = getattr(body, "worker_id", None)
    return found


def _waiting(work: Work, most: int) -> Iterator[Need]:
    """What came from elsewhere and waits for what has not come, or for a program that knows its kind."""
    query = select(held.c.entry_id, held.c.reason, held.c.kind, held.c.at).order_by(held.c.at).limit(most)
    for row in work.connection.execute(query):
        yield Need("waits", row.reason, row.at, entry_id=row.entry_id, entry_kind=row.kind)


def _unsent(work: Work) -> Iterator[Need]:
    connection, own = work.connection, work.terminal
    if not (count := unsent(connection, own)):
        return
    places = [(own.incarnation, acked(connection, own).seq)]
    places += [(one.terminal.incarnation, one.acked.seq) for one in former(connection, own)]
    first = [
        kept(row).head.at
        for incarnation, seq in places
        if (
            row := connection.execute(
                select(entries).where(
                    and_(entries.c.terminal == own.id, entries.c.incarnation == incarnation, entries.c.seq == seq + 1)
                )
            ).first()
        )
    ]
    yield Need(
        "unsent",
        "",
        min(first, default=work.now),
        count=count,
        said=get_setting(connection, "last_sync_error") or "",
    )


def _documents(work: Work) -> Iterator[Need]:
    count = work.connection.scalar(select(func.count()).where(blob.c.uploaded_at.is_(None))) or 0
    if not count:
        return
    oldest = [
        work.connection.scalar(
            select(func.min(taken))
            .join_from(table, blob, blob.c.sha256 == table.c.sha256)
            .where(blob.c.uploaded_at.is_(None))
        )
        for table, taken in (
            (claim_document, claim_document.c.attached_at),
            (worker_document, worker_document.c.kept_at),
        )
    ]
    yield Need("documents", "", min((one for one in oldest if one), default=work.now), count=count)


def _named(work: Work, found: Iterable[Need]) -> list[Need]:
    listed = list(found)
    connection = work.connection
    ids = {one.worker_id for one in listed if one.worker_id is not None}
    persons = goes_on_as(connection, ids)
    people = {persons.get(one, one) for one in ids}
    rows = connection.execute(select(worker.c.id, worker.c.name).where(worker.c.id.in_(list(people))))
    names = {row.id: row.name for row in rows}
    limited = restricted_among(connection, people)
    numbers = numbers_of(connection, [one.entry_id for one in listed if one.entry_id is not None])
    named = []
    for one in listed:
        person = persons.get(one.worker_id, one.worker_id) if one.worker_id is not None else None
        name = listed_name(names.get(person), restricted=person in limited) if person is not None else ""
        number = numbers.get(one.entry_id, "") if one.entry_id is not None else ""
        named.append(replace(one, worker_id=person, name=name, number=number))
    return named
