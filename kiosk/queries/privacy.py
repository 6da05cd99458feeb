"""Privacy: whose data are restricted, what was agreed to and taken back, and what still has to be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, or_, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import gathered_under, goes_on_as, registrations_of, require
from models.journal.entry import Stamp
from models.language import _
from models.ledger.tables import consent, flag, restriction, staff, worker
from models.rules.consents import act_before
from models.rules.privacy import shown_name

WITHDRAWN = "consent.withdrawn"
"""The flag a withdrawal leaves; open only as long as `open_tasks` says so."""


@dataclass(frozen=True, slots=True)
class PrivacyTask:
    """A withdrawal that nobody has acted on yet: processing has to stop before `due` (UU PDP 27/2022, Art. 40)."""

    worker_id: UUID
    withdrawn_at: datetime
    due: datetime

    def at_mission(self, zone: str) -> PrivacyTask:
        """The same in the mission's own time."""
        there = ZoneInfo(zone)
        return PrivacyTask(self.worker_id, self.withdrawn_at.astimezone(there), self.due.astimezone(there))


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent or its withdrawal. `version` and `language` are empty for a withdrawal."""

    id: UUID
    at: datetime
    withdrawn: bool
    version: str
    language: str
    operator: str
    mission: str
    remark: str


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """A restriction, or its lifting."""

    at: datetime
    restricted: bool
    operator: str
    mission: str
    remark: str


@dataclass(frozen=True, slots=True)
class PrivacyCard:
    """How a person's data may be used. `restricted`: explicitly (`asked`), or because a consent was withdrawn.
    `name` is the initials where they are restricted."""

    id: UUID
    name: str
    erased: bool
    consent: Literal["given", "withdrawn"] | None
    restricted: bool
    asked: bool
    task: PrivacyTask | None
    consents: tuple[ConsentRow, ...]
    restrictions: tuple[RestrictionRow, ...]


def listed_name(name: str | None, *, restricted: bool) -> str:
    """What every list calls a person: `S. N. · Data dibatasi` for one whose data are restricted."""
    said = shown_name(name, restricted=restricted)
    return _("{initials} · Data dibatasi").format(initials=said) if restricted else said


_RESTRICTED = or_(worker.c.restricted, worker.c.consent == "withdrawn")


def restricted_among(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Those of these registrations and persons whose data are restricted: by a word on any registration of the
    person."""
    wanted = list(dict.fromkeys(ids))
    persons = goes_on_as(connection, wanted)
    limited = restricted_in(connection, gathered_under(connection, persons.values()))
    return {one for one, person in persons.items() if person in limited}


def restricted_in(connection: Connection, holders: Mapping[UUID, UUID]) -> set[UUID]:
    """Those of these persons whose data are restricted; `holders` are their registrations, each with its person."""
    query = select(worker.c.id).where(worker.c.id.in_(list(holders)), _RESTRICTED)
    return {holders[one] for one in connection.scalars(query)}


def is_restricted(connection: Connection, worker_id: UUID) -> bool:
    """Whether this person's data are restricted."""
    return worker_id in restricted_among(connection, [worker_id])


def everybody_restricted(connection: Connection) -> set[UUID]:
    """All registrations of all persons whose data are restricted."""
    people = {row.merged_into or row.id for row in connection.execute(select(worker).where(_RESTRICTED))}
    return set(gathered_under(connection, people))


def open_tasks(connection: Connection, ids: Iterable[UUID] | None = None) -> list[PrivacyTask]:
    """Withdrawals nobody has acted on, the most urgent first.

    One is closed when consent is given again, when somebody records, after it, that processing was stopped (a
    restriction with what was done), and when the person is erased. `ids`: of these registrations only."""
    # The flags are few; the workers are not.
    flagged = select(flag.c.worker_id).where(flag.c.code == WITHDRAWN)
    if ids is not None:
        flagged = flagged.where(flag.c.worker_id.in_(list(ids)))
    query_of_people = select(worker).where(
        worker.c.id.in_(flagged), worker.c.consent == "withdrawn", worker.c.erased.is_(False)
    )
    rows = connection.execute(query_of_people)
    waiting = [row for row in rows if not _handled(row)]
    query = (
        select(consent.c.worker_id, func.max(consent.c.given_at).label("at"))
        .where(consent.c.worker_id.in_([row.id for row in waiting]), consent.c.withdrawn)
        .group_by(consent.c.worker_id)
    )
    at = {row.worker_id: row.at for row in connection.execute(query)}
    tasks = [PrivacyTask(row.id, at[row.id], act_before(at[row.id])) for row in waiting if row.id in at]
    return sorted(tasks, key=lambda one: (one.due, one.worker_id))


def tasks_open(desk: Desk) -> list[tuple[PrivacyTask, str]]:
    """`open_tasks` of everybody, at the mission's time, each under the registration the person goes on as, and with
    the name that lists may show."""
    with desk.read() as work:
        found = [one.at_mission(work.terminal.mission.zone) for one in open_tasks(work.connection)]
        persons = goes_on_as(work.connection, [one.worker_id for one in found])
        found = [replace(one, worker_id=persons.get(one.worker_id, one.worker_id)) for one in found]
        people = select(worker.c.id, worker.c.name).where(worker.c.id.in_([one.worker_id for one in found]))
        names = {row.id: row.name for row in work.connection.execute(people)}
        return [(one, listed_name(names.get(one.worker_id), restricted=True)) for one in found]


def _handled(row: Row[Any]) -> bool:
    """Which came last is told by the revision, never by a clock."""
    said = {name: Stamp(*row.stamps[name]) for name in ("=consent", "=restricted") if name in row.stamps}
    return bool(row.restricted) and len(said) == 2 and said["=restricted"] > said["=consent"]


def tasks_of(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, PrivacyTask]:
    """The open task of each of these persons, under whichever of their registrations."""
    holders = gathered_under(connection, ids)
    found: dict[UUID, PrivacyTask] = {}
    for task in open_tasks(connection, holders):
        if (person := holders.get(task.worker_id)) is not None:
            found.setdefault(person, task)
    return found


def privacy_card(desk: Desk, worker_id: UUID) -> PrivacyCard:
    """Consents, restrictions and what is to be done. Refused `worker.unknown`."""
    with desk.read() as work:
        return privacy_card_in(work, worker_id)


def privacy_card_in(work: Work, worker_id: UUID) -> PrivacyCard:
    connection = work.connection
    row = require(connection, worker_id, erased=True)
    gathered = registrations_of(connection, row.id)
    people = connection.execute(select(worker).where(worker.c.id.in_(gathered))).all()
    withdrawn = any(one.consent == "withdrawn" for one in people)
    given = any(one.consent == "given" for one in people)
    limited = withdrawn or any(one.restricted for one in people)
    names = {one.id: one.name for one in connection.execute(select(staff.c.id, staff.c.name))}
    return PrivacyCard(
        id=row.id,
        name=shown_name(row.name, restricted=limited),
        erased=row.erased,
        consent="withdrawn" if withdrawn else "given" if given else None,
        restricted=limited,
        asked=any(one.restricted for one in people),
        task=tasks_of(connection, [row.id]).get(row.id),
        consents=tuple(
            ConsentRow(
                id=one.id,
                at=one.given_at,
                withdrawn=one.withdrawn,
                version=one.text_version,
                language=one.language,
                operator=names.get(one.operator_id) or "—",
                mission=one.mission,
                remark=one.remark or "",
            )
            for one in connection.execute(
                select(consent)
                .where(consent.c.worker_id.in_(gathered))
                .order_by(consent.c.given_at.desc(), consent.c.id.desc())
            )
        ),
        restrictions=tuple(
            RestrictionRow(
                at=one.at,
                restricted=one.restricted,
                operator=names.get(one.operator_id) or "—",
                mission=one.mission,
                remark=one.remark or "",
            )
            for one in connection.execute(
                select(restriction)
                .where(restriction.c.worker_id.in_(gathered))
                .order_by(restriction.c.at.desc(), restriction.c.id.desc())
            )
        ),
    )
