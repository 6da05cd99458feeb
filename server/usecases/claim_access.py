"""Access to restricted claims: who opened what of which, or tried to, written before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select

from models.journal.ids import new_id
from models.ledger.claims import claim
from models.rules.problems import Problem, Refused
from reports.sheets import Sheet
from server.store.tables import claim_access, officer
from server.usecases.centre import Centre
from server.usecases.officers import Officer
from server.usecases.pairs import mission_name
from server.usecases.roles import ROLE_NAMES, Act, allowed_roles, may

ZONE = "Asia/Jakarta"
PAGE = 100

OPENED: Mapping[str, str] = {
    "page": "Membuka klaim",
    "document": "Membuka dokumen",
    "image": "Melihat halaman dokumen",
    "download": "Mengunduh dokumen",
    "dossier": "Mengunduh berkas klaim",
    "refused": "Ditolak: tidak berwenang",
}
"""What there is to open, and the refusal."""


@dataclass(frozen=True, slots=True)
class Access:
    """One opening of a restricted claim. `document_id`: which of its documents."""

    at: datetime
    officer: str
    role: str
    what: str
    claim_id: UUID
    number: str
    mission: str
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the auditor filters by; days as Jakarta counts them, both included."""

    officer: UUID | None = None
    what: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Accesses:
    """One page of them, the latest first."""

    rows: tuple[Access, ...]
    total: int
    number: int
    pages: int
    officers: tuple[tuple[UUID, str], ...]


def open_claim(
    centre: Centre, claim_id: UUID, who: Officer, what: str = "page", document_id: UUID | None = None
) -> Row[Any]:
    """The claim's row, for an officer who may open it. Of a restricted one the opening, or the refusal, is kept before
    this returns. Refused `claim.not_at_centre`, `claim.restricted`."""

    def note(connection: Connection) -> tuple[Row[Any] | None, bool]:
        row = connection.execute(select(claim).where(claim.c.id == claim_id)).one_or_none()
        if row is None or not row.restricted:
            return row, True
        allowed = may(who, Act.OPEN_RESTRICTED)
        connection.execute(
            insert(claim_access).values(
                id=new_id(),
                claim_id=claim_id,
                officer_id=who.id,
                at=centre.now(),
                what=what if allowed else "refused",
                document_id=document_id,
            )
        )
        return row, allowed

    row, allowed = centre.write(note)
    if row is None:
        raise Refused(Problem.of("claim", "claim.not_at_centre", number=claim_id))
    if not allowed:
        raise Refused(Problem.of("claim", "claim.restricted", roles=allowed_roles(Act.OPEN_RESTRICTED)))
    return row


def accesses_of(connection: Connection, claim_id: UUID, most: int = PAGE) -> tuple[Access, ...]:
    """Who opened one claim, the latest first."""
    rows = connection.execute(_all().where(claim_access.c.claim_id == claim_id).limit(most))
    return tuple(map(_access, rows))


def accesses(centre: Centre, asked: Asked, number: int = 1) -> Accesses:
    """A page of the log; of a page beyond the last one the last."""

    def read(connection: Connection) -> Accesses:
        conditions = _conditions(asked)
        count = select(func.count()).select_from(claim_access).outerjoin(claim, claim.c.id == claim_access.c.claim_id)
        total = connection.scalar(count.where(*conditions)) or 0
        pages = max(1, -(-total // PAGE))
        at = min(max(number, 1), pages)
        rows = connection.execute(_all().where(*conditions).limit(PAGE).offset((at - 1) * PAGE))
        seen = connection.execute(
            select(officer.c.id, officer.c.name)
            .where(officer.c.id.in_(select(claim_access.c.officer_id)))
            .order_by(officer.c.name)
        )
        return Accesses(tuple(map(_access, rows)), total, at, pages, tuple((row.id, row.name) for row in seen))

    return centre.read(read)


def access_sheet(centre: Centre, asked: Asked) -> Sheet:
    """All of the log that is asked for."""

    def read(connection: Connection) -> Sheet:
        rows = [_access(row) for row in connection.execute(_all().where(*_conditions(asked)))]
        zone = ZoneInfo(ZONE)
        return Sheet(
            "Jejak akses",
            ("Waktu (WIB)", "Petugas", "Peran", "Perbuatan", "Klaim", "Perwakilan", "ID dokumen"),
            tuple(
                (
                    f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                    one.officer,
                    one.role,
                    OPENED.get(one.what, one.what),
                    one.number,
                    one.mission,
                    str(one.document_id or ""),
                )
                for one in rows
            ),
        )

    return centre.read(read)


def _all() -> Select[Any]:
    return (
        select(
            claim_access,
            claim.c.number,
            claim.c.mission,
            officer.c.name.label("officer_name"),
            officer.c.role.label("officer_role"),
        )
        .outerjoin(claim, claim.c.id == claim_access.c.claim_id)
        .outerjoin(officer, officer.c.id == claim_access.c.officer_id)
        .order_by(claim_access.c.at.desc(), claim_access.c.id.desc())
    )


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.officer is not None:
        found.append(claim_access.c.officer_id == asked.officer)
    if asked.what:
        found.append(claim_access.c.what == asked.what)
    if number := asked.number.strip():
        found.append(claim.c.number.icontains(number, autoescape=True))
    zone = ZoneInfo(ZONE)
    if asked.since is not None:
        found.append(claim_access.c.at >= datetime.combine(asked.since, time(), zone))
    if asked.until is not None:
        # The last of all days has no day after it.
        last = datetime.combine(min(asked.until, date.max - timedelta(days=1)), time(), zone) + timedelta(days=1)
        found.append(claim_access.c.at < last)
    return found


def _access(row: Row[Any]) -> Access:
    return Access(
        at=row.at,
        officer=row.officer_name or "—",
        role=ROLE_NAMES.get(row.officer_role, row.officer_role or "—"),
        what=row.what,
        claim_id=row.claim_id,
        number=row.number or "—",
        mission=mission_name(row.mission),
        document_id=row.document_id,
    )
