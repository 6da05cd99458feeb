"""States of a claim: where it stands follows from what was recorded of it, whatever came first.

Counters attach, report and withdraw without a line; officers ask, decide and pay at the centre. Each may not have
heard of the other, so every combination has one meaning here, and posting keeps what it finds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ClaimState = Literal["filed", "asked", "approved", "rejected", "paid", "withdrawn"]
"""filed: it waits for the centre; asked: the centre waits for papers; approved: it waits to be paid."""

Act = Literal["ask", "approve", "reject", "pay", "return", "reopen", "withdraw", "attach", "report"]

OFFICERS: frozenset[Act] = frozenset(("ask", "approve", "reject", "pay", "return", "reopen"))
COUNTERS: frozenset[Act] = frozenset(("withdraw", "attach", "report"))

FINAL: frozenset[ClaimState] = frozenset(("rejected", "paid", "withdrawn"))
"""Where nothing more is waited for; each can still be taken up again."""

_ALWAYS: frozenset[Act] = frozenset(("attach", "report"))
_ALLOWED: Mapping[ClaimState, frozenset[Act]] = {
    "filed": frozenset(("ask", "approve", "reject", "withdraw")),
    "asked": frozenset(("ask", "approve", "reject", "withdraw")),
    "approved": frozenset(("pay", "reopen", "withdraw")),
    "rejected": frozenset(("reopen",)),
    "paid": frozenset(("return",)),
    "withdrawn": frozenset(("reopen",)),
}

DECIDED_AGAIN, WITHDRAWN_LATE, LATE_DOCUMENT = "claim.decided_again", "claim.withdrawn_late", "claim.late_document"


def allowed(state: ClaimState) -> frozenset[Act]:
    """What may be done with a claim in this state; papers and reports are taken in every one."""
    return _ALLOWED[state] | _ALWAYS


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was attached and not taken back. Of a restricted claim key and kind tell nothing."""

    id: UUID
    requirement: str
    kind: str


@dataclass(frozen=True, slots=True)
class Request:
    """Papers an officer asked for. `restricted`: only their number is known."""

    id: UUID
    wanted: tuple[str, ...]
    papers: int
    seen: frozenset[UUID]
    restricted: bool


@dataclass(frozen=True, slots=True)
class Decision:
    id: UUID
    approved: bool
    seen: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim stands, by which entries, and what a person should look at: (entry, code). `answered`: the papers
    that answered the last request."""

    state: ClaimState
    decision: UUID | None = None
    payment: UUID | None = None
    withdrawal: UUID | None = None
    request: UUID | None = None
    answered: tuple[UUID, ...] = ()
    flags: tuple[tuple[UUID, str], ...] = ()


def standing(
    *,
    papers: Sequence[Paper],
    requests: Sequence[Request],
    decisions: Sequence[Decision],
    payments: Sequence[UUID],
    withdrawals: Sequence[tuple[UUID, bool]],
) -> Standing:
    """Where a claim stands.

    `requests` and `decisions` in the order of the centre's journal, decisions without those that were reopened;
    `payments` without those that came back; `withdrawals` that were not reopened, each with whether whoever withdrew
    had heard of the standing decision. The first decision stands: nobody decides a decided claim without reopening it.
    What was paid is paid. A withdrawal stands beside an approval, because nobody is paid who does not want it; a
    rejected claim has nothing left to withdraw.
    """
    decision = decisions[0] if decisions else None
    flags = [(again.id, DECIDED_AGAIN) for again in decisions[1:]]
    if decision is not None:
        flags += [(paper.id, LATE_DOCUMENT) for paper in papers if paper.id not in decision.seen]
    request = requests[-1] if requests else None
    answer = _answers(request, papers) if request is not None else ()
    withdrawal = withdrawals[0][0] if withdrawals else None
    if withdrawals and (payments or (decision is not None and decision.approved)):
        flags += [(one, WITHDRAWN_LATE) for one, knew in withdrawals if payments or not knew]

    state: ClaimState = "filed"
    if payments:
        state = "paid"
    elif decision is not None and not decision.approved:
        state = "rejected"
    elif withdrawal is not None:
        state = "withdrawn"
    elif decision is not None:
        state = "approved"
    elif request is not None and answer is None:
        state = "asked"
    return Standing(
        state=state,
        decision=decision.id if decision is not None else None,
        payment=payments[0] if payments else None,
        withdrawal=withdrawal,
        request=request.id if request is not None and answer is None else None,
        answered=answer or (),
        flags=tuple(flags),
    )


def _answers(request: Request, papers: Collection[Paper]) -> tuple[UUID, ...] | None:
    """The papers that answer a request in full; None while some are still to come. What the officer had before answers
    nothing: a better one was asked for."""
    fresh = [paper for paper in papers if paper.id not in request.seen]
    if request.restricted:
        return tuple(paper.id for paper in fresh) if len(fresh) >= request.papers else None
    found = []
    for wanted in request.wanted:
        fitting = [paper.id for paper in fresh if wanted in (paper.requirement, paper.kind)]
        if not fitting:
            return None
        found += fitting
    return tuple(dict.fromkeys(found))


def open_wants(request: Request, papers: Collection[Paper]) -> tuple[str, ...]:
    """What of a request has not come yet, by its keys; of a restricted one nothing can be told."""
    fresh = [paper for paper in papers if paper.id not in request.seen]
    return tuple(one for one in request.wanted if all(one not in (paper.requirement, paper.kind) for paper in fresh))
