"""Deaths and missing persons: whom it is about, what the mission stated, and which heirs still have to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from kiosk.desk import Desk, Work
from kiosk.queries.persons import gathered_under, goes_on_as, registrations_of, require
from kiosk.queries.privacy import is_restricted, listed_name, restricted_among
from kiosk.queries.reference import staff_name
from models.ledger.tables import claim, heir_contact, mission_statement, worker
from models.rules.claims import kind
from models.rules.deaths import About
from models.rules.heirs import in_law_order
from models.rules.missions import mission
from models.rules.names import name_key
from models.rules.privacy import shown_name, shown_number
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.token import token_url
from reports.mission_statement import MissionStatementPaper
from reports.paper import Words


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A letter the mission made."""

    id: UUID
    number: str
    about: About
    event_date: date
    business_date: date
    letter_number: str
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Somebody tried to tell an heir."""

    at: datetime
    business_date: date
    name: str
    phone: str
    channel: str
    reached: bool
    note: str
    operator: str


@dataclass(frozen=True, slots=True)
class HeirRow:
    """Who has to be told: an heir in the order of the law, or the contact for emergencies, with what was tried so far,
    the latest first."""

    name: str
    relation: str
    phone: str
    contacts: tuple[ContactRow, ...] = ()

    @property
    def told(self) -> bool:
        return any(one.reached for one in self.contacts)


@dataclass(frozen=True, slots=True)
class DeathRow:
    """Somebody of whom a death is claimed or stated, or who is missing. `since` is the day it happened; `heirs` those
    who have to be told, `others` whoever else was spoken to. Of somebody whose data are restricted the heirs are not
    shown."""

    worker_id: UUID
    name: str
    about: About
    since: date
    claims: tuple[str, ...]
    statements: tuple[StatementRow, ...]
    heirs: tuple[HeirRow, ...]
    others: tuple[ContactRow, ...]
    hidden: bool

    @property
    def to_tell(self) -> tuple[HeirRow, ...]:
        """Heirs nobody has reached yet."""
        return tuple(one for one in self.heirs if not one.told)


def deaths(desk: Desk) -> list[DeathRow]:
    """All the mission knows of, those with heirs still to be told first, then the latest."""
    with desk.read() as work:
        found = _deaths(work, None)
    return sorted(found, key=lambda one: (not one.to_tell, -one.since.toordinal(), one.name))


def death_of(desk: Desk, worker_id: UUID) -> DeathRow | None:
    """What is known of this person's death or disappearance; None where nothing is. Refused `worker.unknown`."""
    with desk.read() as work:
        person = require(work.connection, worker_id, erased=True)
        return next(iter(_deaths(work, registrations_of(work.connection, person.id))), None)


def heirs_of(desk: Desk, worker_id: UUID) -> tuple[HeirRow, ...]:
    """Whom to tell, in the order of the law, whatever has happened. Refused `worker.unknown`."""
    with desk.read() as work:
        person = require(work.connection, worker_id, erased=True)
        if is_restricted(work.connection, person.id):
            return ()
        ids = registrations_of(work.connection, person.id)
        return _heirs(person, _contacts(work.connection, ids).get(person.id, []))[0]


def _deaths(work: Work, only: Collection[UUID] | None) -> list[DeathRow]:
    connection = work.connection
    claims = [row for row in connection.execute(_of(claim, work.mission, only)) if _is_death(row)]
    stated = connection.execute(_of(mission_statement, work.mission, only)).all()
    persons = goes_on_as(connection, {row.worker_id for row in (*claims, *stated)})
    by_claim, by_statement = _grouped(claims, persons), _grouped(stated, persons)
    people = list(dict.fromkeys([*by_claim, *by_statement]))
    contacts = _contacts(connection, list(gathered_under(connection, people)))
    rows = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(people)))}
    limited = restricted_among(connection, people)
    found = []
    for one in people:
        row, hidden = rows.get(one), one in limited
        heirs, others = ((), ()) if hidden or row is None else _heirs(row, contacts.get(one, []))
        letters = sorted(by_statement.get(one, []), key=lambda letter: (letter.at, letter.id), reverse=True)
        filed = sorted(by_claim.get(one, []), key=lambda of: (of.filed_at, of.id))
        about: About = "death" if filed and not letters else letters[0].about
        since = letters[0].event_date if letters else filed[0].event_date
        found.append(
            DeathRow(
                worker_id=one,
                name=listed_name(row.name if row is not None else None, restricted=hidden),
                about=about,
                since=since,
                claims=tuple(of.number for of in filed),
                statements=tuple(_letter(letter) for letter in letters),
                heirs=heirs,
                others=others,
                hidden=hidden,
            )
        )
    return found


def _of(table: Any, of_mission: str, only: Collection[UUID] | None) -> Any:
    query = select(table)
    return (
        query.where(table.c.mission == of_mission) if only is None else query.where(table.c.worker_id.in_(list(only)))
    )


def _is_death(row: Row[Any]) -> bool:
    """Whether a claim is about a death; of a restricted one nobody here knows."""
    if row.restricted:
        return False
    try:
        return kind(row.benefit, on=row.rules_from).situation(row.situation).death
    except Refused:
        return False


def _grouped(rows: Iterable[Row[Any]], persons: dict[UUID, UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[persons.get(row.worker_id, row.worker_id)].append(row)
    return found


def _contacts(connection: Connection, registrations: Sequence[UUID]) -> dict[UUID, list[ContactRow]]:
    """What was tried for each person, the latest first."""
    persons = goes_on_as(connection, registrations)
    found: dict[UUID, list[ContactRow]] = defaultdict(list)
    query = select(heir_contact).where(heir_contact.c.worker_id.in_(list(registrations)))
    for row in connection.execute(query.order_by(heir_contact.c.at.desc(), heir_contact.c.id.desc())):
        found[persons.get(row.worker_id, row.worker_id)].append(
            ContactRow(
                at=row.at,
                business_date=row.business_date,
                name=row.name or "",
                phone=row.phone or "",
                channel=row.channel,
                reached=row.reached,
                note=row.note or "",
                operator=staff_name(connection, row.operator_id),
            )
        )
    return found


def _heirs(row: Row[Any], contacts: Sequence[ContactRow]) -> tuple[tuple[HeirRow, ...], tuple[ContactRow, ...]]:
    named = [
        (heir["name"], heir.get("relation") or "", heir.get("phone") or "")
        for heir in in_law_order(row.heirs or [], [heir.get("relation") for heir in row.heirs or []])
    ]
    known = {name_key(name) for name, _relation, _phone in named}
    if row.emergency_name and name_key(row.emergency_name) not in known:
        named.append((row.emergency_name, "", row.emergency_phone or ""))
    of: dict[str, list[ContactRow]] = defaultdict(list)
    for one in contacts:
        of[name_key(one.name)].append(one)
    heirs = tuple(HeirRow(name, relation, phone, tuple(of.pop(name_key(name), ()))) for name, relation, phone in named)
    return heirs, tuple(one for rest in of.values() for one in rest)


def _letter(row: Row[Any]) -> StatementRow:
    return StatementRow(
        id=row.id,
        number=row.number,
        about=row.about,
        event_date=row.event_date,
        business_date=row.business_date,
        letter_number=row.letter_number or "",
        claim_id=row.claim_id,
    )


def statement_paper_in(work: Work, number: str, copy: int = 0) -> MissionStatementPaper:
    """What the letter with this number says. Refused `receipt_number.form`, `receipt.unknown`."""
    connection, written = work.connection, str(parse_number(number))
    table = mission_statement
    row = connection.execute(select(table).where(table.c.number == written).order_by(table.c.id)).first()
    if row is None:
        raise Refused(Problem.of("receipt", "receipt.unknown", number=written))
    limited = is_restricted(connection, row.worker_id)
    place = mission(row.mission)
    filed = select(claim.c.number).where(claim.c.id == row.claim_id)
    return MissionStatementPaper(
        mission=Words(place.title, place.title_en),
        city=place.city,
        about=row.about,
        number=row.number,
        letter_number=row.letter_number or "",
        issued_on=row.business_date,
        worker=shown_name(row.worker_name, restricted=limited),
        passport=shown_number(row.passport_number, restricted=limited),
        birth_date=None if limited else row.birth_date,
        event_date=row.event_date,
        place="" if limited else row.place or "",
        circumstances="" if limited else row.circumstances or "",
        source="" if limited else row.source or "",
        signatory=row.signatory or "",
        signatory_title=row.signatory_title or "",
        token_url=token_url(row.token, work.terminal.public_host) if row.token else "",
        claim_number=(connection.scalar(filed) or "") if row.claim_id is not None else "",
        copy=copy,
    )
