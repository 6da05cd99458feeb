"""Candidates: who on this counter may be the person in front of it, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import gathered_under, goes_on_as, require
from kiosk.queries.workers import WorkerRow, rows
from models.ledger.tables import comparison, worker, worker_number
from models.rules.likeness import Likeness, Person, likeness, meeting_points, person_of
from models.rules.problems import Problem

CANDIDATE = "worker.candidate"
_FIELDS = {"nik.same": "nik", "passport.same": "passport_number", "passport.old": "passport_number", "kpj.same": "kpj"}
MOST = 6
"""Candidates that are shown; more than a clerk compares with the person in front of them helps nobody."""
_BLOCK = 1_000
"""Look-alikes that one thing in common may bring, those seen last first: half a country is born on 1 January."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person. `mission` is where they were registered; `ids` are all their
    registrations, the one that goes on first."""

    worker: WorkerRow
    mission: str | None
    likeness: Likeness
    ids: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        return self.worker.id

    @property
    def strong(self) -> bool:
        return self.likeness.strength == "strong"

    def problem(self) -> Problem:
        """`worker.candidate`, at the number that both have, if any, else at the name."""
        found = [_FIELDS[reason.code] for reason in self.likeness.reasons if reason.code in _FIELDS]
        return Problem.of(found[0] if found else "name", CANDIDATE, name=self.worker.name)


def like_worker(desk: Desk, worker_id: UUID) -> list[Candidate]:
    """Who may be the same person as a registered one, the likeliest first. Whom a clerk has already told apart is not
    named again. Refused `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        found = require(work.connection, worker_id)
        return like(work, _known(work.connection, [found.id])[found.id].person, besides=found.id)


def like(work: Work, sought: Person, *, besides: UUID | None = None) -> list[Candidate]:
    """Who here may be the person sought, the likeliest first, as far as anything speaks for it. `besides`: the person
    sought is this one, and those told apart from them are left out."""
    connection = work.connection
    persons = set(goes_on_as(connection, _sharing(connection, sought)).values())
    if besides is not None:
        persons -= {besides, *told_apart(connection, besides)}
    known = _known(connection, persons)
    scored = [(likeness(sought, one.person), person_id, one) for person_id, one in known.items()]
    scored = [found for found in scored if found[0].strength != "none"]
    scored.sort(key=lambda found: (found[0].strength != "strong", -found[0].score, found[1]))
    lines = {row.id: row for row in rows(work, [person_id for _, person_id, _ in scored[:MOST]])}
    return [
        Candidate(lines[person_id], one.mission, alike, one.ids)
        for alike, person_id, one in scored
        if person_id in lines
    ]


def told_apart(connection: Connection, person_id: UUID) -> set[UUID]:
    """The persons of whom somebody said that they are not this one, and nobody said otherwise since."""
    holders = gathered_under(connection, [person_id])
    mine = list(holders)
    answers = connection.execute(
        select(comparison).where(or_(comparison.c.worker_id.in_(mine), comparison.c.other_id.in_(mine)))
    ).all()
    others = goes_on_as(connection, {one for row in answers for one in (row.worker_id, row.other_id)})
    said: dict[UUID, bool] = {}
    for row in sorted(answers, key=lambda row: (row.rev, row.terminal.hex, row.seq)):
        for one in (row.worker_id, row.other_id):
            said[others.get(one, one)] = row.same
    return {one for one, same in said.items() if not same and one != person_id}


def _sharing(connection: Connection, sought: Person) -> set[UUID]:
    """All registrations that have a point in common with the person by which records meet."""
    points: dict[str, list[str]] = defaultdict(list)
    for kind, key in meeting_points(sought):
        points[kind].append(key)
    former = worker_number.c.kind.in_(("nik", "passport", "kpj")) & worker_number.c.value.in_(
        [key for kind in ("nik", "passport", "kpj") for key in points[kind]]
    )
    found: set[UUID] = set()
    for condition in (
        *(worker.c[_COLUMNS[kind]].in_(keys) for kind, keys in points.items() if kind in _COLUMNS),
        worker.c.whatsapp_key.in_(points["phone"]),
        worker.c.birth_date.in_([date.fromisoformat(key) for key in points["birth"]]),
        worker.c.id.in_(select(worker_number.c.worker_id).where(former)),
    ):
        query = select(worker.c.id).where(condition, worker.c.erased.is_(False))
        found.update(connection.scalars(query.order_by(worker.c.seen_at.desc()).limit(_BLOCK)))
    return found


_COLUMNS = {"nik": "nik", "passport": "passport_number", "kpj": "kpj", "phone": "phone_key", "name": "name_key"}


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person
    mission: str | None
    ids: tuple[UUID, ...]


def _known(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, _Known]:
    """What is known of these persons under whichever of their registrations, old numbers included."""
    holders = gathered_under(connection, persons)
    records: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(worker).where(worker.c.id.in_(list(holders)), worker.c.erased.is_(False))):
        records[holders[row.id]].append(row)
    former: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(select(worker_number).where(worker_number.c.worker_id.in_(list(holders)))):
        former[holders[row.worker_id]][row.kind].add(row.value)
    return {
        person_id: _Known(
            person_of(first := sorted(found, key=lambda row: (row.id != person_id, row.id)), former[person_id]),
            first[0].mission,
            tuple(row.id for row in first),
        )
        for person_id, found in records.items()
    }
