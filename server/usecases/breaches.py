"""Breaches: whose data is on a counter's machine, for the notice when it is stolen (UU PDP 27/2022, Art. 46)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, select, union

from models.journal.workers import BodyErased
from models.ledger.claims import claim
from models.ledger.workers import worker
from models.rules.consents import ACTED_ON_WITHIN
from models.rules.privacy import passport_end, shown_name
from models.rules.problems import Problem, Refused
from reports.sheets import Sheet
from server.store.tables import entry, stream_position, terminal_head, terminal_stream
from server.usecases.centre import Centre
from server.usecases.privacy import limited

_A_PIECE = 2_000


@dataclass(frozen=True, slots=True)
class Given:
    """How far the counter was sent a stream, and how far it said that it has it."""

    stream: str
    given: int
    held: int
    last: int
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class OnTerminal:
    """What a counter holds as far as the centre can know: what it was sent, and what it sent itself.

    `people`: persons, merged ones once, and `restricted` of them. `erased`: erased here, but the counter has not
    fetched the erasure, so it still holds what nobody here can name any more. `own_seq`: its own entries known here;
    what it recorded after `last_seen` is known to nobody else."""

    terminal: UUID
    incarnation: int
    series: str
    mission: str
    revoked_at: datetime | None
    revoked_reason: str
    last_seen: datetime | None
    own_seq: int
    given: tuple[Given, ...]
    people: int
    restricted: int
    erased: int
    at: datetime

    @property
    def notify_hours(self) -> int:
        """From when the breach became known (Art. 46)."""
        return int(ACTED_ON_WITHIN.total_seconds() // 3600)


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Somebody whose data is there. `name` and `phone` in full: the person has to be told."""

    worker_id: UUID
    name: str
    birth_date: date | None
    passport: str
    phone: str
    whatsapp: str
    email: str
    restricted: bool

    @property
    def listed(self) -> str:
        """What a screen may show."""
        return shown_name(self.name, restricted=self.restricted)


def on_terminal(centre: Centre, which: str) -> OnTerminal:
    """What is on the counter with this id or series. Refused `terminal.unknown`."""
    return centre.read(lambda connection: _on_terminal(connection, centre, which))


def people_on(centre: Centre, which: str, most: int | None = None) -> list[HeldPerson]:
    """Whose data is on it, by name. Refused `terminal.unknown`."""
    return centre.read(lambda connection: _people(connection, find_terminal(connection, which), most))


def notice_sheet(centre: Centre, which: str) -> tuple[OnTerminal, Sheet]:
    """The list for the letters. Restricted people are in it and marked: they have to be told as well."""

    def read(connection: Connection) -> tuple[OnTerminal, Sheet]:
        seen = _on_terminal(connection, centre, which)
        people = _people(connection, find_terminal(connection, which), None)
        rows = tuple(
            (
                one.name,
                one.birth_date,
                one.passport,
                one.phone,
                one.whatsapp,
                one.email,
                "ya" if one.restricted else "",
                str(one.worker_id),
            )
            for one in people
        )
        columns = ("Nama", "Tanggal lahir", "Paspor", "Telepon", "WhatsApp", "Surel", "Data dibatasi", "ID pekerja")
        return seen, Sheet(f"Data di loket {seen.series}", columns, rows)

    return centre.read(read)


def find_terminal(connection: Connection, which: str) -> Row[Any]:
    """The terminal's newest incarnation, by its id or series; of several with one series the one enrolled last.
    Refused `terminal.unknown`."""
    wanted = which.strip()
    table = terminal_head
    try:
        named = table.c.terminal == UUID(wanted)
    except ValueError:
        named = func.upper(table.c.series) == wanted.upper()
    query = select(table).where(named, table.c.mission.is_not(None))
    row = connection.execute(query.order_by(table.c.enrolled_at.desc(), table.c.incarnation.desc()).limit(1)).first()
    if row is None:
        raise Refused(Problem.of("terminal", "terminal.unknown", terminal=wanted))
    return row


def _on_terminal(connection: Connection, centre: Centre, which: str) -> OnTerminal:
    head = find_terminal(connection, which)
    persons = _persons(head.terminal)
    counted = connection.execute(
        select(
            func.count().filter(worker.c.erased.is_(False)).label("people"),
            func.count().filter(worker.c.erased.is_(False), limited()).label("restricted"),
        ).where(worker.c.id.in_(persons))
    ).one()
    own = connection.scalar(select(func.sum(terminal_head.c.seq)).where(terminal_head.c.terminal == head.terminal))
    return OnTerminal(
        terminal=head.terminal,
        incarnation=head.incarnation,
        series=head.series,
        mission=head.mission,
        revoked_at=head.revoked_at,
        revoked_reason=head.revoked_reason or "",
        last_seen=head.last_seen,
        own_seq=int(own or 0),
        given=tuple(_given(connection, head.terminal)),
        people=counted.people,
        restricted=counted.restricted,
        erased=_erased_there(connection, head.terminal),
        at=centre.now(),
    )


def _given(connection: Connection, terminal: UUID) -> Iterator[Given]:
    from server.store.tables import stream

    table = terminal_stream
    rows = connection.execute(
        select(
            table.c.stream,
            func.max(table.c.given).label("given"),
            func.max(table.c.held).label("held"),
            func.max(table.c.given_at).label("given_at"),
            func.max(stream.c.position).label("last"),
        )
        .outerjoin(stream, stream.c.name == table.c.stream)
        .where(table.c.terminal == terminal)
        .group_by(table.c.stream)
        .order_by(table.c.stream)
    )
    for row in rows:
        yield Given(row.stream, row.given, row.held, row.last or 0, row.given_at)


def _subjects(terminal: UUID) -> Select[Any]:
    """What the entries that are there are about: what it was given of its streams, and what it recorded itself."""
    furthest = (
        select(terminal_stream.c.stream, func.max(terminal_stream.c.given).label("given"))
        .where(terminal_stream.c.terminal == terminal)
        .group_by(terminal_stream.c.stream)
        .subquery()
    )
    pulled = (
        select(entry.c.subject)
        .join(stream_position, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .join(
            furthest,
            and_(furthest.c.stream == stream_position.c.stream, stream_position.c.position <= furthest.c.given),
        )
    )
    own = select(entry.c.subject).where(entry.c.terminal == terminal, entry.c.taken)
    return select(union(pulled, own).subquery().c.subject)


def _persons(terminal: UUID) -> Select[Any]:
    """The persons behind them; of merged registrations the one that goes on."""
    subjects = _subjects(terminal).cte("told_of")
    of_claims = select(claim.c.worker_id).join(subjects, subjects.c.subject == claim.c.id)
    registrations = union(select(subjects.c.subject), of_claims).subquery()
    return (
        select(func.coalesce(worker.c.merged_into, worker.c.id))
        .join(registrations, registrations.c.subject == worker.c.id)
        .distinct()
    )


def _people(connection: Connection, head: Row[Any], most: int | None) -> list[HeldPerson]:
    query = (
        select(worker, limited().label("limited"))
        .where(worker.c.id.in_(_persons(head.terminal)), worker.c.erased.is_(False))
        .order_by(worker.c.name, worker.c.id)
    )
    rows = connection.execute(query.limit(most) if most is not None else query).yield_per(_A_PIECE)
    return [
        HeldPerson(
            worker_id=row.id,
            name=row.name or "—",
            birth_date=row.birth_date,
            passport=passport_end(row.passport_number) if row.passport_number else "",
            phone=row.phone or "",
            whatsapp=row.whatsapp or "",
            email=row.email or "",
            restricted=row.limited,
        )
        for row in rows
    ]


def _erased_there(connection: Connection, terminal: UUID) -> int:
    """Persons erased at the centre whose erasure this counter has not said it holds."""
    held = (
        select(terminal_stream.c.stream, func.max(terminal_stream.c.held).label("held"))
        .where(terminal_stream.c.terminal == terminal)
        .group_by(terminal_stream.c.stream)
        .subquery()
    )
    fetched = (
        select(entry.c.subject)
        .join(stream_position, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .join(held, and_(held.c.stream == stream_position.c.stream, stream_position.c.position <= held.c.held))
        .where(entry.c.kind == BodyErased.KIND)
    )
    query = select(func.count()).where(
        worker.c.id.in_(_persons(terminal)), worker.c.erased, worker.c.id.not_in(fetched)
    )
    return connection.scalar(query) or 0
