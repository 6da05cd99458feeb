"""Look-up: whether the person at a counter is registered at another mission already, as little of them as will do."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import Connection, select

from models.journal.entry import Entry, frame_of
from models.journal.workers import WorkerRegistered
from models.rules.likeness import Person, person
from models.sync.messages import Found, LookupAnswer, LookupRequest
from models.sync.protocol import MAX_CANDIDATES
from server.store.tables import entry
from server.usecases.candidates import NUMBERS, Match, matches
from server.usecases.centre import Centre
from server.usecases.holdings import Holders, holders
from server.usecases.inquiries import allow, note
from server.usecases.terminals import Caller

_FIELDS = tuple(name for name in LookupRequest.__struct_fields__ if name not in ("operator", "protocol"))


def look_up(centre: Centre, who: Caller, request: LookupRequest) -> LookupAnswer:
    """Persons who are probably or possibly the one asked for, found by a number or by birth date and name. Nobody who
    was erased or asked to be left alone. SyncError `too_many`."""
    return centre.write(lambda connection: _look_up(connection, centre, who, request))


def _look_up(connection: Connection, centre: Centre, who: Caller, request: LookupRequest) -> LookupAnswer:
    allow(connection, centre, who, "lookup")
    sought = _sought(request)
    # Without a name a birthday would list everybody who has it.
    by = NUMBERS | ({"birth"} if sought.name else frozenset())
    found = matches(connection, {(nobody := uuid4()): sought}, by, besides=False)[nobody]
    shown = found[:MAX_CANDIDATES]
    note(
        connection,
        centre,
        who,
        "lookup",
        request.operator,
        [name for name in _FIELDS if getattr(request, name)],
        [match.known.id for match in shown],
    )
    held = holders(connection, (one for match in shown for one in match.known.ids))
    years = _registered(connection, [one for match in shown for one in match.known.ids])
    return LookupAnswer(tuple(_masked(match, who.mission, held, years) for match in shown), len(found) - len(shown))


def _sought(request: LookupRequest) -> Person:
    return person(
        name=request.name,
        name_on_id_card=request.name_on_id_card,
        birth_date=request.birth_date,
        sex=request.sex,
        mother_name=request.mother_name,
        niks=request.niks,
        passports=request.passports,
        kpjs=request.kpjs,
        phones=request.phones,
    )


def _masked(match: Match, mission: str, held: Holders, years: dict[UUID, int]) -> Found:
    known = match.known
    return Found(
        worker_id=known.id,
        score=match.likeness.score,
        strength=match.likeness.strength,
        reasons=tuple((reason.code, reason.weight) for reason in match.likeness.reasons),
        name=known.person.name,
        mission=known.mission or "",
        birth_date=known.person.birth_date,
        sex=known.person.sex,
        passport_end=_end(known.passport),
        nik_end=_end(known.nik),
        registered=min((years[one] for one in known.ids if one in years), default=None),
        held=all(mission in held.get(one, ()) for one in known.ids),
    )


def _end(number: str | None) -> str | None:
    return number[-4:] if number else None


def _registered(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The year in which each was registered, by the counter's clock."""
    query = select(entry).where(entry.c.subject.in_(ids), entry.c.taken, entry.c.kind == WorkerRegistered.KIND)
    years: dict[UUID, int] = {}
    for row in connection.execute(query):
        head = Entry.opened(frame_of(row, with_prev=True)).head
        years[head.subject] = min(head.at.year, years.get(head.subject, head.at.year))
    return years
