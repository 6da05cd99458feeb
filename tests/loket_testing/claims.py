"""Claims of pretend counters and a pretend centre: what befalls them, in no order an honest journal knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from models.journal.body import Body
from models.journal.claims import (
    Award,
    ClaimDecided,
    ClaimDetails,
    ClaimFiled,
    ClaimNote,
    ClaimPaid,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
    DocumentAttached,
    DocumentName,
    DocumentsRequested,
    DocumentWithdrawn,
    PaymentReference,
    PaymentReturned,
    ReportDetails,
)
from models.journal.deaths import StatementDetails, StatementIssued

DAY = date(2026, 11, 24)
REASON = ClaimNote(note="SITI minta begitu")


def filing(worker_id: UUID, *, restricted: bool = False, serial: int = 1) -> ClaimFiled:
    return ClaimFiled(
        worker_id=worker_id,
        mission="TPE",
        number=f"TPE3-K-2026-{serial:06}",
        year=2026,
        serial=serial,
        business_date=date(2026, 11, 22),
        benefit="KHUSUS" if restricted else "JKK-OBAT-LN",
        event_date=date(2026, 11, 3),
        filed_by="worker",
        restricted=restricted,
        flags=("claim.deadline",),
        follow_by={"rekening": date(2026, 12, 5)},
        personal=ClaimDetails(token=b"t", worker_name="SITI"),
    )


def attached(claim_id: UUID, requirement: str = "paspor", *, content: bytes = b"x") -> DocumentAttached:
    return DocumentAttached(
        claim_id=claim_id,
        mission="TPE",
        document_kind=requirement,
        requirement=requirement,
        sha256=content * 32,
        size=3,
        media_type="image/png",
        seen_as="original",
        personal=DocumentName(file_name="siti.png"),
    )


def statement(worker_id: UUID, serial: int = 1, *, mission: str = "TPE", series: str = "TPE3") -> StatementIssued:
    """The mission states that somebody is missing."""
    return StatementIssued(
        worker_id=worker_id,
        mission=mission,
        number=f"{series}-K-2026-{serial:06}",
        year=2026,
        serial=serial,
        business_date=DAY,
        about="missing",
        event_date=DAY,
        personal=StatementDetails(token=b"t", worker_name="SITI"),
    )


@st.composite
def from_counters(draw: st.DrawFn, claim_id: UUID, about: Sequence[UUID]) -> Body:
    """What a counter records of a claim, with other entries of the claim at hand."""
    other = draw(st.sampled_from([claim_id, *about]))
    return draw(
        st.sampled_from(
            [
                attached(claim_id, draw(st.sampled_from(["paspor", "rekening"]))),
                attached(claim_id, "rekening"),
                DocumentWithdrawn(claim_id=claim_id, mission="TPE", document_id=other, personal=REASON),
                ClaimReported(
                    claim_id=claim_id,
                    mission="TPE",
                    business_date=DAY,
                    outcome=draw(st.sampled_from(["healed", "disabled", "died"])),
                    outcome_date=DAY,
                    benefits=("JKK-CACAT-SEBAGIAN",),
                    flags=("claim.phase",),
                    personal=ReportDetails(description="SITI sembuh"),
                ),
                ClaimWithdrawn(
                    claim_id=claim_id,
                    mission="TPE",
                    business_date=DAY,
                    withdrawn_by="worker",
                    decision_id=draw(st.sampled_from([None, other])),
                    personal=REASON,
                ),
            ]
        )
    )


@st.composite
def from_centre(draw: st.DrawFn, claim_id: UUID, about: Sequence[UUID]) -> Body:
    """What the centre records of a claim; it may name any entry, right or wrong."""
    other = draw(st.sampled_from([claim_id, *about]))
    seen = tuple(draw(st.lists(st.sampled_from([claim_id, *about]), max_size=3)))
    return draw(
        st.sampled_from(
            [
                DocumentsRequested(
                    claim_id=claim_id,
                    mission="TPE",
                    business_date=DAY,
                    papers=1,
                    wanted=("rekening",),
                    by_day=date(2026, 12, 5),
                    seen=seen,
                    personal=REASON,
                ),
                ClaimDecided(
                    claim_id=claim_id,
                    mission="TPE",
                    business_date=DAY,
                    outcome=draw(st.sampled_from(["approved", "rejected"])),
                    awards=(Award("JKK-OBAT-LN", 12_000_000),),
                    reason_code="not_covered",
                    seen=seen,
                    personal=REASON,
                ),
                ClaimPaid(
                    claim_id=claim_id,
                    mission="TPE",
                    decision_id=other,
                    paid_on=DAY,
                    amount_idr=12_000_000,
                    personal=PaymentReference(reference="TRF-1"),
                ),
                PaymentReturned(claim_id=claim_id, mission="TPE", payment_id=other, personal=REASON),
                ClaimReopened(claim_id=claim_id, mission="TPE", undone_id=other, personal=REASON),
            ]
        )
    )
