"""Proposals: a decision that one officer proposed and a second must agree to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select

from models.journal.sealed import SealedDecision, open_part, seal_part
from models.ledger.tables import claim
from models.rules.awards import total
from server.store.tables import claim_proposal, officer
from server.usecases.centre import Centre
from server.usecases.claim_cases import Before, Case
from server.usecases.officers import Officer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided, or proposed: what is granted, (benefit, whole rupiah) each, or why it is rejected."""

    outcome: str
    awards: tuple[tuple[str, int], ...] = ()
    reason_code: str = ""
    duplicate_of: UUID | None = None
    note: str = ""

    @property
    def approved(self) -> bool:
        return self.outcome == "approved"

    @property
    def amount_idr(self) -> int:
        return total(self.awards)

    def sealed(self) -> SealedDecision:
        return SealedDecision(
            awards=self.awards, reason_code=self.reason_code, duplicate_of=self.duplicate_of, note=self.note
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """`void`: documents came or the claim changed after it was made, so that nobody can agree to it any more. `verdict`
    holds only the outcome where the sealed rest cannot be opened."""

    claim_id: UUID
    officer_id: UUID
    officer: str
    at: datetime
    verdict: Verdict
    void: bool

    @property
    def mark(self) -> str:
        """Which proposal this is: there may be another one a moment later."""
        return self.at.isoformat()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal as a list shows it: nothing of what it says but its outcome."""

    officer_id: UUID
    officer: str
    at: datetime
    outcome: str


def propose(connection: Connection, centre: Centre, case: Case, verdict: Verdict, by: Officer) -> None:
    """Keep it in place of one that is void or the officer's own."""
    withdraw(connection, case.id)
    sealed = seal_part(verdict.sealed(), centre.keys.claims.public) if case.restricted else None
    connection.execute(
        insert(claim_proposal).values(
            claim_id=case.id,
            officer_id=by.id,
            at=centre.now(),
            outcome=verdict.outcome,
            awards=[] if sealed else [list(one) for one in verdict.awards],
            reason_code="" if sealed else verdict.reason_code,
            duplicate_of=None if sealed else verdict.duplicate_of,
            seen=case.before.written(),
            note=None if sealed else verdict.note or None,
            sealed=sealed,
        )
    )


def proposal_of(connection: Connection, centre: Centre, case: Case) -> Proposal | None:
    """The proposal that waits for a second officer, also a void one."""
    row = connection.execute(
        select(claim_proposal, officer.c.name)
        .join_from(claim_proposal, officer, officer.c.id == claim_proposal.c.officer_id, isouter=True)
        .where(claim_proposal.c.claim_id == case.id)
    ).one_or_none()
    if row is None:
        return None
    return Proposal(
        claim_id=case.id,
        officer_id=row.officer_id,
        officer=row.name or "—",
        at=row.at,
        verdict=_verdict(centre, row),
        void=Before.read(row.seen) != case.before,
    )


def waiting(connection: Connection, claim_ids: Collection[UUID] | None = None) -> Mapping[UUID, Waiting]:
    """The proposals of these claims, or of all, that are about a claim that still waits."""
    query = (
        select(claim_proposal, officer.c.name)
        .join_from(claim_proposal, claim, claim.c.id == claim_proposal.c.claim_id)
        .join(officer, officer.c.id == claim_proposal.c.officer_id, isouter=True)
        .where(claim.c.state.in_(("filed", "asked")))
    )
    if claim_ids is not None:
        query = query.where(claim_proposal.c.claim_id.in_(claim_ids))
    return {
        row.claim_id: Waiting(row.officer_id, row.name or "—", row.at, row.outcome) for row in connection.execute(query)
    }


def withdraw(connection: Connection, claim_id: UUID) -> None:
    connection.execute(delete(claim_proposal).where(claim_proposal.c.claim_id == claim_id))


def _verdict(centre: Centre, row: Row[Any]) -> Verdict:
    if row.sealed is None:
        awards = tuple((code, int(amount)) for code, amount in row.awards)
        return Verdict(row.outcome, awards, row.reason_code, row.duplicate_of, row.note or "")
    try:
        part = open_part(row.sealed, centre.keys.claims, SealedDecision)
    except ValueError:
        return Verdict(row.outcome)
    return Verdict(row.outcome, part.awards, part.reason_code, part.duplicate_of, part.note)
