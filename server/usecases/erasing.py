"""Erasing: what is personal of a worker goes, at the centre at once and at every counter with its next sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from models.journal.workers import BodyErased
from models.ledger.claims import claim
from models.ledger.contributions import STANDING, receipt, receipt_line
from models.ledger.workers import worker
from models.posting.erasing import documents_of
from models.rules.days import business_date
from models.rules.problems import Problem, Refused
from models.rules.retention import REASONS, Reason, erasing_problems, kept_until
from server.store.tables import entry, stream_position, terminal_head, terminal_stream
from server.usecases import base
from server.usecases.centre import Centre
from server.usecases.holdings import holders
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.overview import ZONE
from server.usecases.roles import Act, permit
from server.usecases.streams import post_stream, stream_ends


@dataclass(frozen=True, slots=True)
class StillHolding:
    """A counter that has been given data of the person and has not fetched the erasure yet."""

    series: str
    mission: str
    terminal: UUID
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure takes away, or would: registrations gathered in the person, entries that lose their personal
    part, documents, receipts and claims that stay without a name; and who has to sync before it is gone there too."""

    worker_id: UUID
    registrations: tuple[UUID, ...]
    entries: int
    documents: int
    receipts: int
    claims: int
    missions: tuple[str, ...]
    kept_until: date | None
    still_holding: tuple[StillHolding, ...]
    done: bool


def erase(
    centre: Centre,
    worker_id: UUID,
    reason: str,
    *,
    order: str = "",
    really: bool = True,
    by: Officer | None = None,
) -> Erased:
    """Erase a person with all their registrations, in one transaction; `really` False only says what would go.

    `order` names the court or authority that orders it although the data would have to stay; it is kept in the
    journal for ever. Refused: `worker.unknown`, `erasing.done`, `erasing.reason`, `erasing.kept_until`, and
    `officer.not_allowed` for an officer who is no admin."""
    permit(by, Act.ERASE)
    found = next((one for one in REASONS if one == reason), None)
    if found is None:
        raise Refused(Problem.of("reason", "erasing.reason", given=reason, choices=", ".join(REASONS)))
    chosen: Reason = found
    if not really:
        return centre.read(lambda connection: _look(connection, centre, worker_id, chosen, order))

    def work(connection: Connection) -> Erased:
        lock_own_head(connection, centre)
        seen = _look(connection, centre, worker_id, chosen, order)
        bodies = [
            BodyErased(worker_id=one, mission=where, reason=chosen, order=order.strip())
            for one in seen.registrations
            for where in _places(connection, one)
        ]
        record(connection, centre, bodies, by.id if by is not None else None)
        ends = {one: stream_ends(connection, [post_stream(one)])[post_stream(one)].position for one in seen.missions}
        return Erased(
            worker_id=seen.worker_id,
            registrations=seen.registrations,
            entries=seen.entries,
            documents=seen.documents,
            receipts=seen.receipts,
            claims=seen.claims,
            missions=seen.missions,
            kept_until=seen.kept_until,
            still_holding=tuple(_behind(connection, ends)),
            done=True,
        )

    erased = centre.write(work)
    # After the commit: whoever makes one from now on reads the erasure.
    base.forget(centre, erased.missions)
    return erased


def _look(connection: Connection, centre: Centre, worker_id: UUID, reason: Reason, order: str) -> Erased:
    ids = _registrations(connection, worker_id)
    today = business_date(centre.now(), ZONE)
    until = kept_until(_covers_and_claims(connection, ids), _last_seen(connection, ids), reason, today)
    if problems := erasing_problems(until, today, order=order):
        raise Refused(*problems)
    claims = list(connection.scalars(select(claim.c.id).where(claim.c.worker_id.in_(ids))))
    told = or_(entry.c.personal.is_not(None), entry.c.sealed.is_not(None))
    missions = sorted({where for one in ids for where in _missions(connection, one)})
    return Erased(
        worker_id=ids[0],
        registrations=tuple(ids),
        entries=_count(connection, entry, entry.c.subject.in_([*ids, *claims]), told),
        documents=len(documents_of(connection, ids)),
        receipts=_count(connection, receipt, receipt.c.worker_id.in_(ids)),
        claims=len(claims),
        missions=tuple(missions),
        kept_until=until,
        still_holding=(),
        done=False,
    )


def _registrations(connection: Connection, worker_id: UUID) -> list[UUID]:
    """All that is gathered in the person, the one that goes on first."""
    row = connection.execute(select(worker).where(worker.c.id == worker_id)).first()
    if row is None:
        raise Refused(Problem("worker_id", "worker.unknown"))
    person: UUID = row.merged_into or row.id
    gathered = connection.execute(
        select(worker.c.id, worker.c.erased)
        .where(or_(worker.c.id == person, worker.c.merged_into == person))
        .order_by(worker.c.id != person, worker.c.id)
    ).all()
    if all(one.erased for one in gathered):
        raise Refused(Problem("worker_id", "erasing.done"))
    return [one.id for one in gathered]


def _covers_and_claims(connection: Connection, ids: Sequence[UUID]) -> list[date]:
    covers = select(func.max(STANDING.covered_to)).where(
        receipt_line.c.worker_id.in_(ids), receipt_line.c.voided.is_(False)
    )
    claims = select(func.max(claim.c.event_date), func.max(claim.c.business_date)).where(claim.c.worker_id.in_(ids))
    found = [connection.scalar(covers), *connection.execute(claims).one()]
    return [one for one in found if one is not None]


def _last_seen(connection: Connection, ids: Sequence[UUID]) -> date | None:
    at = connection.scalar(select(func.max(worker.c.seen_at)).where(worker.c.id.in_(ids)))
    return None if at is None else business_date(at, ZONE)


def _missions(connection: Connection, worker_id: UUID) -> set[str]:
    """Where entries about the person went: into the streams of these missions."""
    claims = select(claim.c.id).where(claim.c.worker_id == worker_id)
    query = (
        select(stream_position.c.stream)
        .join(entry, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
        .where(or_(entry.c.subject == worker_id, entry.c.subject.in_(claims)))
        .distinct()
    )
    streams = connection.scalars(query)
    return {name.removeprefix("post:") for name in streams if name.startswith("post:")}


def _places(connection: Connection, worker_id: UUID) -> list[str]:
    """For which missions to say it: one entry reaches all who hold the worker, and the mission it names; where more
    was recorded elsewhere, that mission needs one of its own."""
    holding = set(holders(connection, [worker_id]).get(worker_id, ()))
    everywhere = _missions(connection, worker_id)
    home = next(iter(sorted(holding)), None) or next(iter(sorted(everywhere)), None)
    if home is None:
        home = connection.scalar(select(worker.c.mission).where(worker.c.id == worker_id)) or "JKT"
    return [home, *sorted(everywhere - holding - {home})]


def _behind(connection: Connection, ends: dict[str, int]) -> list[StillHolding]:
    """The counters of these missions that have not said yet that they hold their stream up to here."""
    head = terminal_head
    rows = connection.execute(
        select(head, terminal_stream.c.held)
        .outerjoin(
            terminal_stream,
            (terminal_stream.c.terminal == head.c.terminal)
            & (terminal_stream.c.incarnation == head.c.incarnation)
            & (terminal_stream.c.stream == "post:" + head.c.mission),
        )
        .where(head.c.mission.in_(list(ends)), head.c.revoked_at.is_(None))
        .order_by(head.c.series, head.c.incarnation)
    )
    latest = {row.terminal: row for row in rows}
    return [
        StillHolding(row.series, row.mission, row.terminal, row.last_seen)
        for row in latest.values()
        if (row.held or 0) < ends[row.mission]
    ]


def still_holding(centre: Centre, worker_id: UUID) -> list[StillHolding]:
    """The counters that have not fetched the erasure of this person yet."""

    def find(connection: Connection) -> list[StillHolding]:
        query = (
            select(stream_position.c.stream, func.max(stream_position.c.position).label("position"))
            .join(entry, (entry.c.id == stream_position.c.entry_id) & entry.c.taken)
            .where(entry.c.subject == worker_id, entry.c.kind == BodyErased.KIND)
            .group_by(stream_position.c.stream)
        )
        ends = {row.stream.removeprefix("post:"): row.position for row in connection.execute(query)}
        return _behind(connection, ends)

    return centre.read(find)


def _count(connection: Connection, table: object, *where: object) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]
