"""A centre with claims before its officers: a pretend counter that files and adds, and officers of every role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from models.journal.body import Body
from models.journal.claims import (
    ClaimDetails,
    ClaimFiled,
    ClaimNote,
    ClaimReported,
    ClaimWithdrawn,
    DocumentAttached,
    DocumentName,
)
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.sealed import SealedAccount, SealedDocument, seal_part
from models.ledger.tables import claim
from server.store.tables import officer
from server.usecases import claim_decisions as decisions
from server.usecases.centre import Centre
from server.usecases.claim_cases import Before, case_of
from server.usecases.officers import Officer

from .bodies import registration
from .centre import Visitor

DAY = date(2026, 11, 22)
RULES = date(2023, 2, 22)


@dataclass
class ClaimDesk:
    """`officers` by their login: dewi and budi (verifikator), sari and tuti (khusus), adi (auditor), hadi (admin)."""

    centre: Centre
    counter: Visitor
    officers: dict[str, Officer]
    worker: UUID = field(default_factory=new_id)
    serial: int = 0
    pushed: int = 0

    def __getitem__(self, login: str) -> Officer:
        return self.officers[login]

    def record(self, body: Body, *, sealed: bytes | None = None) -> Entry:
        """What the counter records arrives at once."""
        entry = self.counter.journal.record(body, sealed=sealed)
        self.push()
        return entry

    def push(self) -> None:
        entries = self.counter.journal.entries[self.pushed :]
        if entries:
            self.counter.push(entries)
            self.pushed = len(self.counter.journal.entries)

    def file(
        self,
        benefit: str = "JKK-OBAT-LN",
        *,
        restricted: bool = False,
        situation: str = "",
        rules_from: date | None = RULES,
        sealed: bool = True,
    ) -> UUID:
        """A claim that has arrived. A restricted one is sealed, unless nothing could be."""
        self.serial += 1
        body = ClaimFiled(
            worker_id=self.worker,
            mission="TPE",
            number=self.number(self.serial),
            year=2026,
            serial=self.serial,
            business_date=DAY,
            benefit="KHUSUS" if restricted else benefit,
            event_date=DAY if restricted else date(2026, 11, 3),
            filed_by="worker",
            restricted=restricted,
            required=0 if restricted else 5,
            rules_from=None if restricted else rules_from,
            situation="" if restricted else situation,
            personal=ClaimDetails(token=b"", worker_name="SITI NURHALIZA"),
        )
        part = None
        if restricted and sealed:
            account = SealedAccount(benefit=benefit, description="Rahasia.", situation=situation, rules_from=rules_from)
            part = seal_part(account, self.centre.keys.claims.public)
        return self.record(body, sealed=part).id

    @staticmethod
    def number(serial: int) -> str:
        return f"TPE3-K-2026-{serial:06}"

    def attach(self, claim_id: UUID, kind: str = "rekening_pmi", requirement: str = "") -> UUID:
        restricted = self.row(claim_id).restricted
        body = DocumentAttached(
            claim_id=claim_id,
            mission="TPE",
            document_kind="KHUSUS" if restricted else kind,
            requirement="" if restricted else requirement,
            sha256=new_id().bytes * 2,
            size=3,
            media_type="application/octet-stream" if restricted else "image/png",
            sealed=restricted,
            personal=None if restricted else DocumentName(file_name="siti.png"),
        )
        part = SealedDocument(kind=kind, file_name="siti.png", media_type="image/png")
        return self.record(body, sealed=seal_part(part, self.centre.keys.claims.public) if restricted else None).id

    def report(self, claim_id: UUID, outcome: str = "disabled", benefits: tuple[str, ...] = ()) -> UUID:
        body = ClaimReported(
            claim_id=claim_id,
            mission="TPE",
            business_date=DAY,
            outcome=outcome,
            outcome_date=DAY,
            benefits=benefits,
        )
        return self.record(body).id

    def withdraw(self, claim_id: UUID, *, knowing: UUID | None = None) -> UUID:
        body = ClaimWithdrawn(
            claim_id=claim_id,
            mission="TPE",
            business_date=DAY,
            withdrawn_by="worker",
            decision_id=knowing,
            personal=ClaimNote(note="SITI pulang"),
        )
        return self.record(body).id

    # What the centre says, by whoever may

    def decided(self, claim_id: UUID, decide: Callable[[Officer], decisions.Decided]) -> UUID:
        """Decided by as many as it takes."""
        restricted = self.row(claim_id).restricted
        first, second = (self["sari"], self["tuti"]) if restricted else (self["dewi"], self["budi"])
        said = decide(first)
        return said.entry or decisions.agree(self.centre, claim_id, by=second)

    def approve(self, claim_id: UUID, amount: int = 12_000_000, benefit: str = "") -> UUID:
        code = benefit or ("JKK-PERKOSAAN" if self.row(claim_id).restricted else "JKK-OBAT-LN")
        return self.decided(
            claim_id, lambda by: decisions.approve(self.centre, claim_id, [(code, amount)], note="sesuai", by=by)
        )

    def reject(self, claim_id: UUID, reason: str = "not_covered") -> UUID:
        return self.decided(
            claim_id, lambda by: decisions.reject(self.centre, claim_id, reason, note="tidak sesuai", by=by)
        )

    def ask(self, claim_id: UUID, *wanted: str) -> UUID:
        by = self["sari" if self.row(claim_id).restricted else "dewi"]
        return decisions.ask(self.centre, claim_id, wanted or ("rekening_pmi",), by=by, note="Bawa yang asli.")

    def pay(self, claim_id: UUID, amount: int = 12_000_000) -> UUID:
        by = self["sari" if self.row(claim_id).restricted else "dewi"]
        return decisions.pay(self.centre, claim_id, amount_idr=amount, reference="TRF-1", paid_on=DAY, by=by)

    def brought_to(self, state: str, *, restricted: bool = False) -> UUID:
        """A claim that stands so."""
        claim_id = self.file("JKK-PERKOSAAN" if restricted else "JKK-OBAT-LN", restricted=restricted)
        if state in ("approved", "paid"):
            self.approve(claim_id)
        if state == "paid":
            self.pay(claim_id)
        if state == "rejected":
            self.reject(claim_id)
        if state == "asked":
            self.ask(claim_id)
        if state == "withdrawn":
            self.withdraw(claim_id)
        assert self.row(claim_id).state == state
        return claim_id

    def row(self, claim_id: UUID) -> Any:
        with self.centre.engine.connect() as connection:
            return connection.execute(select(claim).where(claim.c.id == claim_id)).one()

    def state(self, claim_id: UUID) -> str:
        return str(self.row(claim_id).state)

    def before(self, claim_id: UUID) -> Before:
        """What an officer who opens the page now has before him."""
        return self.centre.read(lambda connection: case_of(connection, self.centre, claim_id)).before


def claim_desk(centre: Centre, counter: Visitor) -> ClaimDesk:
    roles = {
        "dewi": "verifikator",
        "budi": "verifikator",
        "sari": "khusus",
        "tuti": "khusus",
        "adi": "auditor",
        "hadi": "admin",
    }
    officers = {login: Officer(new_id(), login, f"{login.capitalize()} S.", role) for login, role in roles.items()}
    # Nobody signs in with these: hashing six passwords would take longer than most tests.
    rows = [
        {"id": one.id, "login": one.login, "name": one.name, "role": one.role, "password": "-"}
        for one in officers.values()
    ]
    centre.write(lambda connection: connection.execute(insert(officer).values(active=True, failures=0), rows))
    desk = ClaimDesk(centre, counter, officers)
    desk.record(registration(desk.worker))
    return desk
