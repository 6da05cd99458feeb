"""Workers: found by anything a clerk can type, and shown with all the ledger knows of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from kiosk.desk import Desk, Work
from kiosk.queries.claims import ClaimRow
from kiosk.queries.claims import rows as claim_rows
from kiosk.queries.finding import Match, find, matches
from kiosk.queries.persons import gathered_under, goes_on_as, registrations_of, require
from kiosk.queries.privacy import WITHDRAWN, PrivacyTask, listed_name, restricted_among, restricted_in, tasks_of
from kiosk.queries.refunds import RefundRow, refunds_in
from kiosk.queries.tasks import OPEN, SettledTask, settled_of
from models.journal.workers import LISTS, Identity
from models.ledger.contributions import STANDING
from models.ledger.tables import (
    claim,
    consent,
    coverage_move,
    flag,
    placement,
    receipt,
    receipt_line,
    receipt_tender,
    receipt_void,
    refund,
    refund_payment,
    staff,
    worker,
)
from models.posting.erasing import PERSONAL
from models.rules.coverage import Cover, CoverState, cover_state
from models.rules.heirs import in_law_order
from models.rules.money import Money
from models.rules.phases import Phase, phase_on
from models.rules.placements import Contract, standing

MOST = 30
"""Three screens of them: who is not there yet types on."""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A line of the search result. `cover` is of JKK+JKM. `name` is the payer's where nobody registered them here.
    Of somebody `restricted` it shows initials, and none of what would tell more."""

    id: UUID
    registered: bool
    name: str
    birth_date: date | None
    passport_number: str | None
    nik: str | None
    employer: str | None
    cover: CoverState
    matched: Match | None = None
    """What was found of them where the line does not show it."""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One contract as it was written down; `corrects` is the version that it was put in the place of."""

    id: UUID
    country: str | None
    scheme: str | None
    event: str | None
    contract_start: date | None
    contract_end: date | None
    employer_kind: str | None
    employer: str | None
    agency: str | None
    p3mi: str | None
    job: str | None
    contract_number: str | None
    legalisation_number: str | None
    departure: date | None
    arrival: date | None
    months: int | None
    extension_of: UUID | None
    corrects: UUID | None
    recorded_at: datetime

    @property
    def order(self) -> tuple[datetime, int]:
        """Later is greater, where nothing else decides."""
        return self.recorded_at, self.id.int

    @property
    def contract(self) -> Contract:
        """What the rules look at."""
        return Contract(
            id=self.id,
            number=self.contract_number,
            start=self.contract_start,
            end=self.contract_end,
            months=self.months,
            departure=self.departure,
            arrival=self.arrival,
            event=self.event,
            extension_of=self.extension_of,
        )


@dataclass(frozen=True, slots=True)
class ReceiptLineRow:
    programme: str
    months: int
    monthly_idr: int | None
    amount_idr: int
    covered_from: date
    covered_to: date
    moved: bool
    """It stands on other days by now than on these, which are printed."""


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt as handed out, and what has taken it back since."""

    id: UUID
    number: str
    business_date: date
    amount_idr: int
    due: Money
    change: Money
    tenders: tuple[str, ...]
    lines: tuple[ReceiptLineRow, ...]
    operator: str
    worker_id: UUID
    worker_name: str
    voided: bool
    refunded: bool
    void_number: str


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """What another registration of the same person says."""

    id: UUID
    mission: str | None
    name: str | None
    birth_date: date | None
    nik: str | None
    passport_number: str | None
    kpj: str | None


@dataclass(frozen=True, slots=True)
class WorkerCard:
    """All the ledger knows of a person. `identity` has the fields of the registration form by name."""

    id: UUID
    registered: bool
    name: str
    identity: dict[str, Any]
    heirs: tuple[dict[str, Any], ...]
    """In the order of the law."""
    placements: tuple[PlacementRow, ...]
    receipts: tuple[ReceiptRow, ...]
    claims: tuple[ClaimRow, ...]
    refunds: tuple[RefundRow, ...]
    covers: dict[str, tuple[Cover, ...]]
    states: dict[str, CoverState]
    consent_at: datetime | None
    registered_at: datetime | None
    flags: tuple[str, ...]
    conflicts: dict[str, list[Any]]
    others: tuple[RegistrationRow, ...]
    """Further registrations of the same person, merged into this one."""
    consent: str | None
    """given or withdrawn, as said last; None where nobody was asked."""
    restricted: bool
    """The person asked that nothing more be done with their data for now, or took their consent back."""
    erased: bool
    hidden: bool
    """Nothing that identifies the person is in this card, because it was not asked for by `revealed`."""
    task: PrivacyTask | None
    """A withdrawn consent that nobody has acted on yet."""
    settled: tuple[SettledTask, ...]
    """What was flagged and somebody has dealt with, the latest first; without the notes where it is hidden."""

    @property
    def placement(self) -> PlacementRow | None:
        """The current contract: of those that stand the one begun last."""
        return self.placements[0] if self.placements else None

    def phase_on(self, day: date) -> Phase:
        """The phase that the contracts put a day in."""
        return phase_on(day, [one.contract.stay for one in self.placements])


_IDENTITY = [
    column.name for column in worker.columns if column.name in Identity.__struct_fields__ and column.name != "heirs"
]


_SHOWN = [worker.c[name] for name in ("id", "registered", "name", "birth_date", "passport_number", "nik")]


def search(desk: Desk, typed: str, most: int = MOST) -> list[WorkerRow]:
    """Whom the clerk means: by name parts in any order and spelling, NIK, passport, KPJ or phone, those of before
    included, by birthday, or by receipt or claim number; also by the beginnings of these, and where nobody is found by
    a slip of the finger. The likeliest first (kiosk.queries.finding). Nothing typed finds nobody."""
    with desk.read() as work:
        if by_number := _by_receipt(work.connection, typed):
            return rows(work, by_number)
        hits = find(work.connection, typed, most)
        found = rows(work, [hit.worker_id for hit in hits])
        if any(hit.near for hit in hits):
            return [replace(row, matched=Match("near")) for row in found]
        matched = matches(work.connection, typed, found)
        return [
            replace(row, matched=matched[row.id]) if row.id in matched and not row.restricted else row for row in found
        ]


def _by_receipt(connection: Connection, typed: str) -> list[UUID]:
    number = typed.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9.]+(-K)?-\d{4}-\d{6,}", number):
        return []
    for table in (receipt, receipt_void, refund_payment, coverage_move, claim):
        found = connection.scalars(select(table.c.worker_id).where(table.c.number == number)).all()
        if found:
            return list(dict.fromkeys(found))
    return []


def rows(work: Work, ids: Iterable[UUID]) -> list[WorkerRow]:
    """The lines for the persons behind these registrations, in this order, each person once."""
    connection = work.connection
    ids = list(ids)
    persons = goes_on_as(connection, ids)
    ids = list(dict.fromkeys(persons[one] for one in ids if one in persons))
    if not ids:
        return []
    people = {row.id: row for row in connection.execute(select(*_SHOWN).where(worker.c.id.in_(ids)))}
    holders = gathered_under(connection, ids)
    employers = _employers(connection, holders)
    covers = _covers(connection, holders)
    payers = _payers(connection, [key for key, row in people.items() if not row.registered])
    limited = restricted_in(connection, holders)
    found = []
    for key in ids:
        row = people.get(key)
        if row is None:
            continue
        hidden = key in limited
        found.append(
            WorkerRow(
                id=key,
                registered=row.registered,
                name=listed_name(row.name or payers.get(key), restricted=hidden),
                birth_date=None if hidden else row.birth_date,
                passport_number=None if hidden else row.passport_number,
                nik=None if hidden else row.nik,
                employer=None if hidden else employers.get(key),
                cover=cover_state(covers[key].get("JKK+JKM", ()), work.today),
                restricted=hidden,
            )
        )
    return found


def card(desk: Desk, worker_id: UUID, *, revealed: bool = False) -> WorkerCard:
    """Everything about one person; of one whose data are restricted only once it was asked for (`revealed`).
    Refused `worker.unknown`."""
    with desk.read() as work:
        return card_in(work, worker_id, revealed=revealed)


def card_in(work: Work, worker_id: UUID, *, revealed: bool = False) -> WorkerCard:
    connection = work.connection
    row = require(connection, worker_id, erased=True)
    worker_id = row.id
    gathered = registrations_of(connection, worker_id)
    covers = covers_of(connection, [worker_id])[worker_id]
    payers = {} if row.registered else _payers(connection, [worker_id])
    limited = worker_id in restricted_among(connection, [worker_id])
    hidden = limited and not revealed
    task = tasks_of(connection, [worker_id]).get(worker_id)
    flags = set(connection.scalars(select(flag.c.code).where(flag.c.worker_id.in_(gathered), OPEN).distinct()))
    first = connection.scalar(
        select(placement.c.recorded_at)
        .where(placement.c.worker_id.in_(gathered))
        .order_by(placement.c.recorded_at)
        .limit(1)
    )
    return WorkerCard(
        id=worker_id,
        registered=row.registered,
        name=listed_name(row.name or payers.get(worker_id), restricted=hidden),
        identity={field: _nothing(field) if hidden else getattr(row, field) for field in _IDENTITY},
        heirs=() if hidden else tuple(in_law_order(row.heirs, [heir.get("relation") for heir in row.heirs])),
        others=() if hidden else tuple(_registrations(connection, gathered[1:])),
        placements=tuple(without_details(one) if hidden else one for one in placements_of(connection, worker_id)),
        receipts=tuple(receipts(connection, receipt.c.worker_id.in_(gathered), revealed=revealed)),
        claims=tuple(claim_rows(work, claim.c.worker_id.in_(gathered), revealed=revealed)),
        refunds=tuple(refunds_in(connection, refund.c.worker_id.in_(gathered), revealed=revealed)),
        covers={programme: tuple(found) for programme, found in covers.items()},
        states={programme: cover_state(covers.get(programme, ()), work.today) for programme in ("JKK+JKM", "JHT")},
        consent_at=connection.scalar(
            select(consent.c.given_at)
            .where(consent.c.worker_id.in_(gathered), consent.c.withdrawn.is_(False))
            .order_by(consent.c.given_at.desc())
            .limit(1)
        ),
        registered_at=first if row.registered else None,
        flags=tuple(sorted(flags - {WITHDRAWN})),
        conflicts={
            field: losers
            for field, losers in row.conflicts.items()
            if not hidden and any(_differs(row, field, v) for v in losers)
        },
        consent=row.consent,
        restricted=limited,
        erased=row.erased,
        hidden=hidden,
        task=task,
        settled=tuple(replace(one, note="") if hidden else one for one in settled_of(connection, gathered)),
    )


def _nothing(field: str) -> list[Any] | None:
    return [] if field in LISTS else None


def without_details(row: PlacementRow) -> PlacementRow:
    """The contract's dates, and nothing of who the employer is."""
    nothing: dict[str, Any] = dict.fromkeys(PERSONAL[placement])
    return replace(row, **nothing)


def _registrations(connection: Connection, ids: Sequence[UUID]) -> list[RegistrationRow]:
    people = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(ids)))}
    fields = RegistrationRow.__slots__
    return [RegistrationRow(*(getattr(people[one], field) for field in fields)) for one in ids]


def covers_of(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, dict[str, list[Cover]]]:
    """What is paid for each person, under whichever of their registrations, by programme, as it stands after all
    moves. What was voided or refunded covers nothing."""
    return _covers(connection, gathered_under(connection, persons))


def _covers(connection: Connection, holders: Mapping[UUID, UUID]) -> dict[UUID, dict[str, list[Cover]]]:
    found: dict[UUID, dict[str, list[Cover]]] = defaultdict(lambda: defaultdict(list))
    lines = receipt_line.c
    query = select(lines.worker_id, lines.programme, *STANDING).where(
        lines.worker_id.in_(list(holders)), lines.voided.is_(False)
    )
    for row in connection.execute(query):
        found[holders[row.worker_id]][row.programme].append(
            Cover(row.programme, row.anchor, row.anchor_months, row.covered_from, row.covered_to)
        )
    return found


def latest_placement(connection: Connection, worker_id: UUID) -> PlacementRow | None:
    """The current contract: of those that stand the one begun last."""
    return next(iter(placements_of(connection, worker_id)), None)


def latest_placements(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, PlacementRow]:
    """Each person's current contract, for those who have shown any."""
    holders = gathered_under(connection, persons)
    return {person: found[0] for person, found in _placements(connection, holders).items()}


def placements_of(connection: Connection, worker_id: UUID) -> list[PlacementRow]:
    """A person's contracts as they stand, the one begun last first."""
    return _placements(connection, gathered_under(connection, [worker_id])).get(worker_id, [])


def versions_of(connection: Connection, worker_id: UUID) -> list[PlacementRow]:
    """Every contract of a person as it was ever written down."""
    return _versions(connection, gathered_under(connection, [worker_id])).get(worker_id, [])


def receipts(connection: Connection, condition: Any, most: int = 500, *, revealed: bool = False) -> list[ReceiptRow]:
    """Receipts that meet a condition, newest first."""
    heads = connection.execute(
        select(
            receipt,
            worker.c.name.label("worker_name"),
            staff.c.name.label("operator_name"),
            receipt_void.c.number.label("void_number"),
        )
        .outerjoin(worker, worker.c.id == receipt.c.worker_id)
        .outerjoin(staff, staff.c.id == receipt.c.operator_id)
        .outerjoin(receipt_void, receipt_void.c.id == receipt.c.void_id)
        .where(condition)
        .order_by(receipt.c.business_date.desc(), receipt.c.issued_at.desc(), receipt.c.id.desc())
        .limit(most)
    ).all()
    ids = [row.id for row in heads]
    lines: dict[UUID, list[ReceiptLineRow]] = defaultdict(list)
    for row in connection.execute(
        select(receipt_line).where(receipt_line.c.receipt_id.in_(ids)).order_by(receipt_line.c.line)
    ):
        lines[row.receipt_id].append(
            ReceiptLineRow(
                row.programme,
                row.months,
                row.monthly_idr,
                row.amount_idr,
                row.covered_from,
                row.covered_to,
                row.moved_by is not None,
            )
        )
    tenders: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(receipt_tender).where(receipt_tender.c.receipt_id.in_(ids)).order_by(receipt_tender.c.line)
    ):
        tenders[row.receipt_id].append(row)
    limited = set() if revealed else restricted_among(connection, [row.worker_id for row in heads])
    return [
        ReceiptRow(
            id=row.id,
            number=row.number,
            business_date=row.business_date,
            amount_idr=row.amount_idr,
            due=Money(row.due, row.currency, row.exponent),
            change=Money(sum(tender.change for tender in tenders[row.id]), row.currency, row.exponent),
            tenders=tuple(tender.kind for tender in tenders[row.id]),
            lines=tuple(lines[row.id]),
            operator=row.operator_name or "—",
            worker_id=row.worker_id,
            worker_name=listed_name(row.worker_name or row.payer_name, restricted=row.worker_id in limited),
            voided=row.void_id is not None,
            refunded=row.refund_decision_id is not None,
            void_number=row.void_number or "",
        )
        for row in heads
    ]


def _employers(connection: Connection, holders: Mapping[UUID, UUID]) -> dict[UUID, str | None]:
    """The employer in each person's current contract. Most have shown one contract only: it is not read in full."""
    shown: dict[UUID, list[Any]] = defaultdict(list)
    query = select(placement.c.worker_id, placement.c.employer, placement.c.corrects)
    for row in connection.execute(query.where(placement.c.worker_id.in_(list(holders)))):
        shown[holders[row.worker_id]].append(row)
    several = {person for person, rows in shown.items() if len(rows) > 1 or rows[0].corrects is not None}
    found: dict[UUID, str | None] = {person: rows[0].employer for person, rows in shown.items()}
    of_several = {one: person for one, person in holders.items() if person in several}
    current = _placements(connection, of_several) if of_several else {}
    return found | {person: standing[0].employer for person, standing in current.items()}


def _placements(connection: Connection, holders: Mapping[UUID, UUID]) -> dict[UUID, list[PlacementRow]]:
    """The contracts of each person, behind these registrations, as they stand now, the one begun last first."""
    return {person: _standing(versions) for person, versions in _versions(connection, holders).items()}


def _versions(connection: Connection, holders: Mapping[UUID, UUID]) -> dict[UUID, list[PlacementRow]]:
    found: dict[UUID, list[PlacementRow]] = defaultdict(list)
    fields = PlacementRow.__slots__
    for row in connection.execute(select(placement).where(placement.c.worker_id.in_(list(holders)))):
        found[holders[row.worker_id]].append(PlacementRow(*(getattr(row, field) for field in fields)))
    return found


def _standing(versions: Sequence[PlacementRow]) -> list[PlacementRow]:
    stands = standing(versions)
    # A contract put right keeps the place it had among the others that have no dates.
    written: dict[UUID, datetime] = {}
    for one in versions:
        written[stands[one.id]] = min(one.recorded_at, written.get(stands[one.id], one.recorded_at))

    def begun(one: PlacementRow) -> tuple[date, datetime, int]:
        return one.contract.stay.leaves or written[one.id].date(), written[one.id], one.id.int

    return sorted((one for one in versions if one.id in written), key=begun, reverse=True)


def _payers(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the receipts call people whose registration has not arrived."""
    if not ids:
        return {}
    query = select(receipt.c.worker_id, receipt.c.payer_name).where(receipt.c.worker_id.in_(ids))
    return {row.worker_id: row.payer_name for row in connection.execute(query) if row.payer_name}


def _differs(row: Row[Any], field: str, loser: Sequence[Any]) -> bool:
    standing = getattr(row, field)
    return bool(loser[3] != (standing.isoformat() if isinstance(standing, date) else standing))
