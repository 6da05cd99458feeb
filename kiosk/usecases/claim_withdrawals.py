"""Claim withdrawals: whoever filed a claim does not pursue it any more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.forms.claim_withdrawal import LONGEST_REASON, WithdrawalForm
from kiosk.queries.claims import claim_named, known_kind
from kiosk.queries.persons import require
from models.journal.claims import ClaimNote, ClaimWithdrawn
from models.journal.sealed import SealedNote, seal_part
from models.ledger.tables import claim
from models.rules.claim_states import allowed
from models.rules.claims import FILED_BY
from models.rules.problems import Problem, Refused, refuse_if

_ALREADY = {
    "withdrawn": Problem("claim", "claim.withdrawn_already"),
    "rejected": Problem("claim", "claim.rejected_already"),
    "paid": Problem("claim", "claim.paid_already"),
}
"""Why there is nothing left to withdraw, by the state."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A claim that was withdrawn. `decision_id` is the decision that was known here, and so to whoever withdrew."""

    withdrawal_id: UUID
    claim_id: UUID
    number: str
    withdrawn_by: str
    decision_id: UUID | None


def withdraw(desk: Desk, form: WithdrawalForm) -> Withdrawn:
    """Note that a claim is not pursued any more, by whom and why; it names the decision that is known here. The
    centre may let it go on again.

    Of a restricted claim the reason is sealed, and may be left out. Refused: `required`, `text.too_long`,
    what `claim_named` finds, `worker.erased`, on "claim" `claim.withdrawn_already`, `claim.rejected_already`,
    `claim.paid_already`, on "withdrawn_by" `claim.filed_by_unknown`, `claim.death_by_worker`,
    `claim.sealing_key_missing`.
    """
    with desk.work() as work:
        reason = (form.reason or "").strip()
        refuse_if(Problem(field, "required") for field in ("claim", "withdrawn_by") if not getattr(form, field))
        claim_id = claim_named(work, form.claim or "")
        row = work.connection.execute(select(claim).where(claim.c.id == claim_id)).one()
        require(work.connection, row.worker_id)
        if "withdraw" not in allowed(row.state):
            raise Refused(_ALREADY[row.state])
        by = (form.withdrawn_by or "").strip().lower()
        problems = []
        if by not in FILED_BY:
            problems.append(Problem.of("withdrawn_by", "claim.filed_by_unknown", filed_by=by[:40]))
        elif by == "worker" and (known := known_kind(row)) is not None and known.situation(row.situation).death:
            problems.append(Problem("withdrawn_by", "claim.death_by_worker"))
        if not reason and not row.restricted:
            problems.append(Problem("reason", "required"))
        elif len(reason) > LONGEST_REASON:
            problems.append(Problem.of("reason", "text.too_long", longest=LONGEST_REASON))
        refuse_if(problems)
        entry = work.record(
            ClaimWithdrawn(
                claim_id=row.id,
                mission=work.mission,
                business_date=work.today,
                withdrawn_by=by,
                decision_id=row.decision_id,
                personal=ClaimNote(note="" if row.restricted else reason),
            ),
            sealed=_sealed(work, reason) if row.restricted and reason else None,
        )
        return Withdrawn(entry.id, row.id, row.number, by, row.decision_id)


def _sealed(work: Work, reason: str) -> bytes:
    if work.terminal.claims_key is None:
        raise Refused(Problem("reason", "claim.sealing_key_missing"))
    return seal_part(SealedNote(note=reason), work.terminal.claims_key)
