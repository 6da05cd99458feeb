"""Pairs: who may be registered twice, both registrations side by side, and what was merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from models import language
from models.journal.body import unpack
from models.journal.entry import Entry, Header, frame_of
from models.journal.workers import WorkerRegistered, WorkerUnmerged
from models.ledger.tables import (
    amendment,
    claim,
    comparison,
    receipt,
    receipt_line,
    staff,
    worker,
    worker_merge,
)
from models.rules.days import business_date
from models.rules.likeness import Likeness, Reason, likeness
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.privacy import shown_name
from models.rules.problems import Problem, Refused
from server.store.tables import entry, officer, pair, terminal_head
from server.usecases.candidates import known
from server.usecases.centre import Centre
from server.usecases.privacy import asked_for_restriction, limited, masked
from server.usecases.streams import body_of

ZONE = "Asia/Jakarta"
ROWS = 100

FIELDS = (
    ("name", "Nama"),
    ("name_on_id_card", "Nama di KTP"),
    ("nik", "NIK"),
    ("passport_number", "Nomor paspor"),
    ("passport_expiry", "Paspor berlaku sampai"),
    ("kpj", "KPJ"),
    ("sex", "Jenis kelamin"),
    ("birth_place", "Tempat lahir"),
    ("birth_date", "Tanggal lahir"),
    ("mother_name", "Nama gadis ibu kandung"),
    ("home_address", "Alamat di Indonesia"),
    ("abroad_address", "Alamat di luar negeri"),
    ("phone", "Telepon"),
    ("whatsapp", "WhatsApp"),
)
"""What an officer compares, in the order of a passport and a conversation."""
_SEXES = {"F": "Perempuan", "M": "Laki-laki"}


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two persons who may be one. `said_same`: somebody said that they are."""

    first_id: UUID
    second_id: UUID
    first_name: str
    second_name: str
    first_mission: str
    second_mission: str
    likeness: Likeness
    said_same: bool
    found_at: datetime


@dataclass(frozen=True, slots=True)
class MergeRow:
    """`at_place` is the mission whose counter merged, or the centre. `undone_at`, by whom and why, where it was."""

    id: UUID
    kept_id: UUID
    other_id: UUID
    kept: str
    other: str
    kept_mission: str
    other_mission: str
    at: datetime
    by: str
    at_place: str
    remark: str
    undone_at: datetime | None
    undone_by: str
    undone_remark: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """The worst first. `open` counts all of them, `rows` are as many as a page shows."""

    at: datetime
    open: int
    rows: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    programme: str
    months: int
    covered_from: date
    covered_to: date
    voided: bool
    number: str
    mission: str
    due: Money
    amount_idr: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `since`: the first registration of the person, by the counter's clock. `restricted`: they took
    their consent back, so that `fields` say as little as will do."""

    id: UUID
    mission: str
    fields: tuple[str | None, ...]
    restricted: bool
    registrations: int
    since: date | None
    covers: tuple[Cover, ...]
    claims: tuple[str, ...]
    changes: int

    @property
    def receipts(self) -> int:
        return len({cover.number for cover in self.covers})


@dataclass(frozen=True, slots=True)
class FieldRow:
    label: str
    first: str | None
    second: str | None
    differs: bool
    """Both know it, and say it otherwise."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of the two."""

    same: bool
    by: str
    mission: str
    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class Pair:
    at: datetime
    first: Side
    second: Side
    fields: tuple[FieldRow, ...]
    likeness: Likeness
    words: tuple[Word, ...]
    parted: bool
    """They were one by a merge that was undone."""

    @property
    def goes_on(self) -> UUID:
        """Whom to propose: who has more receipts, or else the older registration."""
        return max((self.first, self.second), key=lambda side: (side.receipts, -side.id.int)).id


def open_pairs(centre: Centre, most: int = ROWS) -> Pairs:
    """Who may be registered twice and of whom nobody has said that they are two: those first whom somebody called one
    person, then the likeliest, then those found longest ago."""
    return centre.read(lambda connection: _open_pairs(connection, centre.now(), most))


def count_open(centre: Centre) -> int:
    """How many there are."""
    return open_pairs(centre, 0).open


def _open_pairs(connection: Connection, now: datetime, most: int) -> Pairs:
    first, second = worker.alias("first"), worker.alias("second")
    # What was merged or restricted a moment ago still waits to be paired anew.
    condition = (
        (pair.c.state == "open")
        & first.c.merged_into.is_(None)
        & second.c.merged_into.is_(None)
        & ~(first.c.erased | second.c.erased | asked_for_restriction(first) | asked_for_restriction(second))
    )
    both = pair.join(first, first.c.id == pair.c.first_id).join(second, second.c.id == pair.c.second_id)
    count = connection.scalar(select(func.count()).select_from(both).where(condition)) or 0
    rows = connection.execute(
        select(
            pair,
            first.c.name.label("first_name"),
            second.c.name.label("second_name"),
            first.c.mission.label("first_mission"),
            second.c.mission.label("second_mission"),
            limited(first).label("first_limited"),
            limited(second).label("second_limited"),
        )
        .select_from(both)
        .where(condition)
        .order_by(pair.c.said_same.desc(), pair.c.score.desc(), pair.c.found_at, pair.c.first_id, pair.c.second_id)
        .limit(most)
    )
    return Pairs(
        now,
        count,
        tuple(
            PairRow(
                first_id=row.first_id,
                second_id=row.second_id,
                first_name=_shown(row.first_name, row.first_limited),
                second_name=_shown(row.second_name, row.second_limited),
                first_mission=mission_name(row.first_mission),
                second_mission=mission_name(row.second_mission),
                likeness=Likeness(row.score, row.strength, tuple(Reason(code, weight) for code, weight in row.reasons)),
                said_same=row.said_same,
                found_at=row.found_at,
            )
            for row in rows
        ),
    )


def two(centre: Centre, one: UUID, other: UUID) -> Pair:
    """Two persons side by side, whether they are on the list or not. Refused `worker.unknown` for one who is unknown,
    erased or restricted, `merge.same_person` where they are one already."""
    return centre.read(lambda connection: _two(connection, centre.now(), one, other))


def _two(connection: Connection, now: datetime, one: UUID, other: UUID) -> Pair:
    found = known(connection, [one, other])
    for wanted in (one, other):
        if wanted not in found:
            _why_not(connection, wanted)
    sides = [_fields(connection, found[wanted].ids) for wanted in (one, other)]
    first, second = (
        _side(connection, found[wanted].id, found[wanted].ids, fields)
        for wanted, fields in zip((one, other), sides, strict=True)
    )
    ids = (*found[one].ids, *found[other].ids)
    return Pair(
        at=now,
        first=first,
        second=second,
        fields=tuple(
            FieldRow(label, first.fields[at], second.fields[at], None not in (mine, theirs) and mine != theirs)
            for at, ((_, label), mine, theirs) in enumerate(zip(FIELDS, *sides, strict=True))
            if mine is not None or theirs is not None
        ),
        likeness=likeness(found[one].person, found[other].person),
        words=_words(connection, found[one].ids, found[other].ids),
        parted=connection.scalar(
            select(worker_merge.c.id)
            .where(
                worker_merge.c.worker_id.in_(ids),
                worker_merge.c.other_id.in_(ids),
                worker_merge.c.undone_by.is_not(None),
            )
            .limit(1)
        )
        is not None,
    )


def _why_not(connection: Connection, wanted: UUID) -> None:
    row = connection.execute(select(worker).where(worker.c.id == wanted)).first()
    if row is not None and row.merged_into is not None:
        raise Refused(Problem("worker_id", "merge.same_person"))
    raise Refused(Problem("worker_id", "worker.unknown"))


def _fields(connection: Connection, ids: Sequence[UUID]) -> tuple[str | None, ...]:
    """What is known of a person, in the order of `FIELDS`: by the first registration that says anything."""
    rows = {row.id: row for row in connection.execute(select(worker).where(worker.c.id.in_(ids)))}
    ordered = [rows[one] for one in ids]

    def shown(field: str) -> str | None:
        value = next((found for row in ordered if (found := getattr(row, field))), None)
        if field == "sex":
            return None if value is None else _SEXES.get(value, value)
        if isinstance(value, date):
            return language.date_short(value)
        return value

    return tuple(shown(field) for field, _ in FIELDS)


def _masked(fields: Sequence[str | None]) -> tuple[str | None, ...]:
    return tuple(
        (shown_name(value, restricted=True) if field.startswith("name") else masked(field, value)) if value else None
        for (field, _), value in zip(FIELDS, fields, strict=True)
    )


def _side(connection: Connection, person_id: UUID, ids: Sequence[UUID], fields: tuple[str | None, ...]) -> Side:
    head = connection.execute(
        select(worker.c.mission, limited().label("limited")).where(worker.c.id == person_id)
    ).one()
    covers = connection.execute(
        select(
            receipt_line,
            receipt.c.number,
            receipt.c.mission,
            receipt.c.due,
            receipt.c.currency,
            receipt.c.exponent,
            receipt.c.amount_idr.label("paid_idr"),
            receipt.c.business_date,
        )
        .join_from(receipt_line, receipt, receipt.c.id == receipt_line.c.receipt_id)
        .where(receipt_line.c.worker_id.in_(ids))
        .order_by(receipt.c.business_date, receipt.c.number, receipt_line.c.line)
    )
    claims = connection.execute(
        select(claim.c.number, claim.c.restricted).where(claim.c.worker_id.in_(ids)).order_by(claim.c.filed_at)
    )
    seen = connection.scalars(
        select(entry.c.header).where(entry.c.subject.in_(ids), entry.c.taken, entry.c.kind == WorkerRegistered.KIND)
    )
    days = [business_date(unpack(header, Header).at, ZONE) for header in seen]
    return Side(
        id=person_id,
        mission=mission_name(head.mission),
        fields=_masked(fields) if head.limited else fields,
        restricted=head.limited,
        registrations=len(ids),
        since=min(days, default=None),
        covers=tuple(
            Cover(
                programme=row.programme,
                months=row.months,
                covered_from=row.covered_from,
                covered_to=row.covered_to,
                voided=row.voided,
                number=row.number,
                mission=mission_name(row.mission),
                due=Money(row.due, row.currency, row.exponent),
                amount_idr=row.paid_idr,
                paid_on=row.business_date,
            )
            for row in covers
        ),
        claims=tuple("Klaim khusus" if row.restricted else row.number for row in claims),
        changes=connection.scalar(
            select(func.count(amendment.c.entry_id.distinct())).where(amendment.c.worker_id.in_(ids))
        )
        or 0,
    )


def _words(connection: Connection, ids: Sequence[UUID], others: Sequence[UUID]) -> tuple[Word, ...]:
    """The latest first."""
    rows = connection.execute(
        select(comparison).where(
            or_(
                comparison.c.worker_id.in_(ids) & comparison.c.other_id.in_(others),
                comparison.c.worker_id.in_(others) & comparison.c.other_id.in_(ids),
            )
        )
    ).all()
    names = _people(connection, [row.operator_id for row in rows])
    heads = select(terminal_head.c.terminal, terminal_head.c.mission)
    at = connection.execute(heads.where(terminal_head.c.terminal.in_([row.terminal for row in rows])))
    places = {row.terminal: mission_name(row.mission) if row.mission else "Pusat" for row in at}
    return tuple(
        Word(
            same=row.same,
            by=names.get(row.operator_id, "Petugas"),
            mission=places[row.terminal],
            at=row.at,
            remark=row.remark or "",
        )
        for row in sorted(rows, key=lambda row: (row.rev, row.terminal.hex, row.seq), reverse=True)
    )


def merges(centre: Centre, most: int = ROWS) -> tuple[MergeRow, ...]:
    """What was merged, at the centre and at counters, the latest first."""
    return centre.read(lambda connection: _merges(connection, most))


def _merges(connection: Connection, most: int) -> tuple[MergeRow, ...]:
    kept, other = worker.alias("kept"), worker.alias("other")
    rows = connection.execute(
        select(
            worker_merge,
            kept.c.name.label("kept_name"),
            other.c.name.label("other_name"),
            kept.c.mission.label("kept_mission"),
            other.c.mission.label("other_mission"),
            limited(kept).label("kept_limited"),
            limited(other).label("other_limited"),
        )
        .join_from(worker_merge, kept, kept.c.id == worker_merge.c.worker_id)
        .join(other, other.c.id == worker_merge.c.other_id)
        .order_by(worker_merge.c.at.desc(), worker_merge.c.id.desc())
        .limit(most)
    ).all()
    names = _people(connection, [one for row in rows for one in (row.operator_id, row.undone_operator_id)])
    clerks = select(staff.c.id, staff.c.mission).where(staff.c.id.in_([row.operator_id for row in rows]))
    places = {row.id: mission_name(row.mission) for row in connection.execute(clerks)}
    reasons = _remarks(connection, [row.undone_by for row in rows])
    return tuple(
        MergeRow(
            id=row.id,
            kept_id=row.worker_id,
            other_id=row.other_id,
            kept=_shown(row.kept_name, row.kept_limited) or "—",
            other=_shown(row.other_name, row.other_limited) or "—",
            kept_mission=mission_name(row.kept_mission),
            other_mission=mission_name(row.other_mission),
            at=row.at,
            by=names.get(row.operator_id, "—"),
            at_place=places.get(row.operator_id, "Pusat"),
            remark=row.remark or "",
            undone_at=row.undone_at,
            undone_by=names.get(row.undone_operator_id, "—"),
            undone_remark=reasons.get(row.undone_by, ""),
        )
        for row in rows
    )


def _remarks(connection: Connection, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What was said when a merge was undone: the ledger tells who and when, the journal also why."""
    query = select(entry).where(entry.c.id.in_({one for one in ids if one is not None}), entry.c.taken)
    said = {}
    for row in connection.execute(query):
        body = body_of(Entry.opened(frame_of(row, with_prev=True)))
        if isinstance(body, WorkerUnmerged) and body.personal is not None:
            said[row.id] = body.personal.remark
    return said


def _people(connection: Connection, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of clerks and officers; of the command line there is none."""
    wanted = {one for one in ids if one is not None}
    names = {row.id: row.name or row.login for row in connection.execute(select(staff).where(staff.c.id.in_(wanted)))}
    return names | {row.id: row.name for row in connection.execute(select(officer).where(officer.c.id.in_(wanted)))}


def _shown(name: str | None, restricted: bool) -> str:
    """The name, or the initials of somebody restricted; nothing where no name is known."""
    return shown_name(name, restricted=restricted) if name else ""


def mission_name(code: str | None) -> str:
    """As people call it; a code this program does not know stays a code."""
    try:
        return mission(code or "").name
    except Refused:
        return code or "—"
