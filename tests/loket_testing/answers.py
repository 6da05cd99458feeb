"""Answers: what the centre says of a counter's claim, brought to the counter as a pull brings it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kiosk.desk import Desk, set_setting
from kiosk.forms.claim import ClaimForm
from kiosk.forms.claim_report import ReportForm
from kiosk.forms.claim_withdrawal import WithdrawalForm
from kiosk.usecases import claims
from kiosk.usecases.claim_reports import report
from kiosk.usecases.claim_withdrawals import withdraw
from kiosk.usecases.claims import Document, attach
from loket_testing.counter import bring
from loket_testing.journals import Journal
from loket_testing.papers import PDF
from models.journal.body import Body
from models.journal.claims import (
    Award,
    ClaimDecided,
    ClaimNote,
    ClaimPaid,
    ClaimReopened,
    DocumentsRequested,
    PaymentReference,
    PaymentReturned,
)
from models.journal.keys import SealingKey
from models.rules.claims import checklist

DAY = date(2026, 11, 22)
AWARDS = (Award("JKK-OBAT-LN", 12_000_000), Award("JKK-ALAT", 2_500_000))


class Answers:
    """One claim at a desk, and a centre that answers it."""

    def __init__(self, desk: Desk, worker: UUID, kind: str = "JHT", **fields: Any) -> None:
        self.desk, self.centre = desk, Journal(mission="ZZZ")
        given: dict[str, Any] = {"worker_id": str(worker), "kind": kind, "event_date": date(2026, 11, 3)}
        filed = claims.file(desk, ClaimForm(**(given | fields)))
        self.kind, self.claim_id, self.number = kind, filed.claim_id, filed.number
        self.decision = self.payment = self.withdrawal = self.request = filed.claim_id

    def says(self, body: Body) -> UUID:
        entry = self.centre.record(body)
        bring(self.desk, [entry])
        return entry.id

    def asks(self, *wanted: str, papers: int = 0, by_day: date | None = None, seen: Sequence[UUID] = ()) -> UUID:
        asked = DocumentsRequested(
            claim_id=self.claim_id,
            mission="TPE",
            business_date=DAY,
            papers=papers or len(wanted),
            wanted=wanted,
            by_day=by_day,
            seen=tuple(seen),
            personal=ClaimNote(note="Buku rekening kabur"),
        )
        self.request = self.says(asked)
        return self.request

    def approves(self, awards: tuple[Award, ...] = AWARDS) -> UUID:
        self.decision = self._decides(outcome="approved", awards=awards)
        return self.decision

    def rejects(self, reason: str = "not_covered") -> UUID:
        self.decision = self._decides(outcome="rejected", reason_code=reason)
        return self.decision

    def _decides(self, **said: Any) -> UUID:
        return self.says(
            ClaimDecided(
                claim_id=self.claim_id,
                mission="TPE",
                business_date=DAY,
                personal=ClaimNote(note="Sesuai surat dokter"),
                **said,
            )
        )

    def pays(self) -> UUID:
        self.payment = self.says(
            ClaimPaid(
                claim_id=self.claim_id,
                mission="TPE",
                decision_id=self.decision,
                paid_on=DAY,
                amount_idr=14_500_000,
                personal=PaymentReference(reference="TRF-1"),
            )
        )
        return self.payment

    def gets_it_back(self) -> UUID:
        return self.says(PaymentReturned(claim_id=self.claim_id, mission="TPE", payment_id=self.payment))

    def reopens(self, undone: UUID) -> UUID:
        return self.says(ClaimReopened(claim_id=self.claim_id, mission="TPE", undone_id=undone))

    # At the counter

    def brings(self, papers: int) -> None:
        """So many of the papers that its kind asks for."""
        wanted = checklist(self.kind)[:papers]
        if wanted:
            attach(self.desk, self.claim_id, [Document(one.one_of[0], f"{one.key}.pdf", PDF) for one in wanted])

    def brings_one(self, kind: str) -> None:
        attach(self.desk, self.claim_id, [Document(kind, "surat.pdf", PDF)])

    def reports(self, outcome: str = "disabled", *benefits: str, **fields: Any) -> UUID:
        form = ReportForm(claim=self.number, outcome=outcome, outcome_date=DAY, benefits=benefits or None, **fields)
        return report(self.desk, form).report_id

    def withdraws(self, by: str = "worker", reason: str = "pulang ke Indonesia") -> UUID:
        form = WithdrawalForm(claim=self.number, withdrawn_by=by, reason=reason)
        self.withdrawal = withdraw(self.desk, form).withdrawal_id
        return self.withdrawal


WAYS: dict[str, Callable[[Answers], object]] = {
    "filed": lambda one: None,
    "asked": lambda one: one.asks("rekening_pmi", by_day=date(2026, 12, 5)),
    "approved": lambda one: one.approves(),
    "rejected": lambda one: one.rejects(),
    "paid": lambda one: (one.approves(), one.pays()),
    "withdrawn": lambda one: one.withdraws(),
}
"""How a claim comes to each of its states."""


def claims_key(desk: Desk) -> SealingKey:
    """The centre's claims key, known at this desk as after enrolment."""
    key = SealingKey.new()
    with desk.work() as work:
        set_setting(work.connection, "claims_key", key.public.hex())
    return key
