"""Memberships: what BPJS Ketenagakerjaan confirmed and stated becomes the centre's signed word for the counters."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, exists, select

from models.journal.body import Body
from models.journal.coverage import BalanceStated, Membership, MembershipConfirmed
from models.ledger.contributions import STANDING, receipt, receipt_line
from models.ledger.coverage import membership_receipt
from models.ledger.workers import worker, worker_number
from models.rules.coverage import PROGRAMMES
from models.rules.days import business_date
from models.rules.kpj import clean_kpj, kpj_warnings
from models.rules.money import LARGEST_MINOR
from models.rules.privacy import shown_name
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.receipt_numbers import parse_number
from server.usecases.centre import Centre
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.privacy import limited
from server.usecases.roles import Act, permit

ZONE = "Asia/Jakarta"
"""Where the insurer's days are counted."""


_Key = tuple[UUID, str, str | None, date]


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One receipt that BPJS has taken over; `kpj` where it gave the worker a card number, `confirmed_on` the day it
    said so (default: today)."""

    receipt: str
    kpj: str | None = None
    confirmed_on: date | None = None


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker has saved by the end of `as_of`, in whole rupiah; the worker by card number or by id."""

    amount_idr: int
    as_of: date
    kpj: str | None = None
    worker_id: UUID | None = None
    programme: str = "JHT"


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file from the insurer says."""

    confirmations: tuple[Confirmation, ...] = ()
    balances: tuple[Statement, ...] = ()


def confirmed_file(content: bytes) -> Told:
    """A file as JSON, or as CSV whose columns are the fields of one of the two. ValueError for anything else."""
    text = content.decode("utf-8-sig")
    if text.lstrip().startswith("{"):
        return msgspec.json.decode(text, type=Told)
    header = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count))
    try:
        columns = set(table.fieldnames or ())
        if not {"receipt", "amount_idr"} & columns:
            raise ValueError("no column «receipt» or «amount_idr»")
        rows = [{name: cell.strip() for name, cell in row.items() if cell and cell.strip()} for row in table]
    except (csv.Error, AttributeError) as error:
        # A row with more cells than columns has them in a list, under no name.
        raise ValueError("rows that do not fit the columns") from error
    if "receipt" in columns:
        return Told(confirmations=msgspec.convert(rows, tuple[Confirmation, ...], strict=False))
    return Told(balances=msgspec.convert(rows, tuple[Statement, ...], strict=False))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A receipt that nobody has confirmed, the days it covers by now, and how it is known at the insurer. Of somebody
    whose data are restricted there are initials only."""

    receipt_id: UUID
    number: str
    mission: str
    worker: str
    kpj: str | None
    issued_at: datetime
    amount_idr: int
    covered_from: date
    covered_to: date


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many receipts of how many workers were confirmed, and what deserves a word."""

    receipts: int
    workers: int
    already: int
    warnings: tuple[Problem, ...]


def waiting(connection: Connection, *, mission: str | None = None, most: int = 500) -> list[Waiting]:
    """Receipts that stand and that nobody has confirmed, the oldest first."""
    rows = connection.execute(
        select(
            *(receipt.c.id, receipt.c.number, receipt.c.mission, receipt.c.issued_at, receipt.c.amount_idr),
            *(worker.c.name, worker.c.kpj, limited().label("limited"), STANDING.covered_from, STANDING.covered_to),
        )
        .join(worker, worker.c.id == receipt.c.worker_id)
        .join(receipt_line, (receipt_line.c.receipt_id == receipt.c.id) & (receipt_line.c.line == 0))
        .where(
            receipt.c.void_id.is_(None),
            receipt.c.refund_decision_id.is_(None),
            ~exists().where(membership_receipt.c.receipt_id == receipt.c.id),
            ~worker.c.erased,
            *([receipt.c.mission == mission] if mission else []),
        )
        .order_by(receipt.c.issued_at, receipt.c.id)
        .limit(most)
    )
    return [
        Waiting(
            receipt_id=row.id,
            number=row.number,
            mission=row.mission,
            worker=shown_name(row.name, restricted=bool(row.limited)) or "—",
            kpj=None if row.limited else row.kpj,
            issued_at=row.issued_at,
            amount_idr=row.amount_idr,
            covered_from=row.covered_from,
            covered_to=row.covered_to,
        )
        for row in rows
    ]


def confirm(centre: Centre, confirmations: Sequence[Confirmation], *, by: Officer | None = None) -> Confirmed:
    """Keep what BPJS confirmed: all of it, or nothing. What was confirmed before, with the same card, is counted as
    `already` and not said again.

    Refused on `confirmations[i].receipt|kpj|confirmed_on`: `receipt_number.form`, `receipt.not_at_centre`,
    `receipt.taken_back`, `worker.erased`, `confirmed.future`; `officer.not_allowed`."""
    return take(centre, Told(confirmations=tuple(confirmations)), by=by)[0]


def state(centre: Centre, statements: Sequence[Statement], *, by: Officer | None = None) -> int:
    """Keep balances as BPJS stated them: all of them, or nothing. Returns how many.

    Refused on `balances[i].*`: `required`, `worker.unknown`, `kpj.several`, `worker.erased`, `programme.unknown`,
    `money.negative`, `money.too_large`, `stated.future`; `officer.not_allowed`."""
    return take(centre, Told(balances=tuple(statements)), by=by)[1]


def take(centre: Centre, told: Told, *, by: Officer | None = None) -> tuple[Confirmed, int]:
    """Keep a whole file, or nothing of it: what `confirm` and `state` say together. Refused as they are."""
    permit(by, Act.CONFIRM)
    today = business_date(centre.now(), ZONE)

    def work(connection: Connection) -> tuple[Confirmed, int]:
        lock_own_head(connection, centre)
        problems: list[Problem] = []
        confirmed, members = _confirmations(connection, told.confirmations, today, problems)
        if members and not problems:
            record(connection, centre, members, by.id if by else None)
        # A balance may go by a card that the same file gives.
        balances = _balances(connection, told.balances, today, problems)
        refuse_if(problems)
        if balances:
            record(connection, centre, balances, by.id if by else None)
        return confirmed, len(balances)

    return centre.write(work)


def _confirmations(
    connection: Connection, confirmations: Sequence[Confirmation], today: date, problems: list[Problem]
) -> tuple[Confirmed, list[Body]]:
    warnings: list[Problem] = []
    groups: dict[_Key, list[UUID]] = defaultdict(list)
    already = 0
    for at, one in enumerate(confirmations):
        try:
            found = _confirmed(connection, one, f"confirmations[{at}]", today)
        except Refused as refusal:
            problems += refusal.problems
            continue
        if found is None:
            already += 1
            continue
        key, receipt_id = found
        if receipt_id not in groups[key]:
            groups[key].append(receipt_id)
        if key[2]:
            warnings += kpj_warnings(key[2], f"confirmations[{at}].kpj")
    bodies: list[Body] = [
        MembershipConfirmed(
            worker_id=worker_id,
            mission=mission,
            receipt_ids=tuple(receipts),
            confirmed_on=day,
            personal=Membership(kpj=kpj) if kpj else None,
        )
        for (worker_id, mission, kpj, day), receipts in groups.items()
    ]
    said = Confirmed(
        sum(map(len, groups.values())), len({key[0] for key in groups}), already, tuple(dict.fromkeys(warnings))
    )
    return said, bodies


def _balances(
    connection: Connection, statements: Sequence[Statement], today: date, problems: list[Problem]
) -> list[Body]:
    bodies: list[Body] = []
    for at, one in enumerate(statements):
        where = f"balances[{at}]"
        problems += _statement_problems(one, where, today)
        try:
            worker_id, mission = _whose(connection, one, where)
        except Refused as refusal:
            problems += refusal.problems
            continue
        bodies.append(
            BalanceStated(
                worker_id=worker_id,
                mission=mission,
                programme=one.programme,
                amount_idr=one.amount_idr,
                as_of=one.as_of,
            )
        )
    return bodies


def _confirmed(connection: Connection, one: Confirmation, where: str, today: date) -> tuple[_Key, UUID] | None:
    number = str(parse_number(one.receipt, f"{where}.receipt"))
    row = connection.execute(
        select(receipt.c.id, receipt.c.mission, receipt.c.worker_id, receipt.c.void_id, receipt.c.refund_decision_id)
        .where(receipt.c.number == number)
        .order_by(receipt.c.id)
    ).first()
    if row is None:
        raise Refused(Problem.of(f"{where}.receipt", "receipt.not_at_centre", number=number))
    if row.void_id is not None or row.refund_decision_id is not None:
        raise Refused(Problem.of(f"{where}.receipt", "receipt.taken_back", number=number))
    if one.confirmed_on is not None and one.confirmed_on > today:
        raise Refused(Problem.of(f"{where}.confirmed_on", "confirmed.future", day=one.confirmed_on))
    person, _ = _goes_on(connection, row.worker_id, f"{where}.receipt")
    kpj = clean_kpj(one.kpj or "") or None
    known = connection.scalar(select(membership_receipt.c.receipt_id).where(membership_receipt.c.receipt_id == row.id))
    if known is not None and kpj in (None, connection.scalar(select(worker.c.kpj).where(worker.c.id == person))):
        return None
    return (person, row.mission, kpj, one.confirmed_on or today), row.id


def _goes_on(connection: Connection, worker_id: UUID, where: str) -> tuple[UUID, str | None]:
    """The registration under which a person goes on, and its mission."""
    row = connection.execute(select(worker).where(worker.c.id == worker_id)).first()
    if row is not None and row.merged_into is not None:
        row = connection.execute(select(worker).where(worker.c.id == row.merged_into)).first()
    if row is None:
        raise Refused(Problem(where, "worker.unknown"))
    if row.erased:
        raise Refused(Problem(where, "worker.erased"))
    return row.id, row.mission


def _statement_problems(one: Statement, where: str, today: date) -> Iterator[Problem]:
    if one.programme not in PROGRAMMES:
        yield Problem.of(f"{where}.programme", "programme.unknown", programme=one.programme[:20])
    if one.amount_idr < 0:
        yield Problem(f"{where}.amount_idr", "money.negative")
    if one.amount_idr > LARGEST_MINOR:
        yield Problem(f"{where}.amount_idr", "money.too_large")
    if one.as_of > today:
        yield Problem.of(f"{where}.as_of", "stated.future", day=one.as_of)


def _whose(connection: Connection, one: Statement, where: str) -> tuple[UUID, str]:
    if one.worker_id is not None:
        person, mission = _goes_on(connection, one.worker_id, f"{where}.worker_id")
    else:
        card = clean_kpj(one.kpj or "")
        if not card:
            raise Refused(Problem(f"{where}.kpj", "required"))
        persons = dict(_holders(connection, card, f"{where}.kpj"))
        if not persons:
            raise Refused(Problem(f"{where}.kpj", "worker.unknown"))
        if len(persons) > 1:
            raise Refused(Problem.of(f"{where}.kpj", "kpj.several", kpj=card[-4:], workers=len(persons)))
        ((person, mission),) = persons.items()
    if mission is None:
        raise Refused(Problem(where, "worker.unknown"))
    return person, mission


def _holders(connection: Connection, card: str, where: str) -> Iterable[tuple[UUID, str | None]]:
    """Everybody who has or had this card: a number once given out belongs to one person."""
    query = select(worker_number.c.worker_id).where(worker_number.c.kind == "kpj", worker_number.c.value == card)
    for worker_id in connection.scalars(query.distinct()).all():
        yield _goes_on(connection, worker_id, where)
