"""Claim decisions: what officers say to a claim, each an entry of the centre's journal that its counters hear.

Every act is by a named officer. It locks the centre's own head first, so that two officers decide one after the other,
and compares what the officer had before him with what is there now. Of a restricted claim whatever tells what it is
about is sealed; the entry's facts stay neutral."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, exists, select

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
from models.journal.sealed import SealedNote, SealedPart, SealedPayment, SealedRequest, seal_part
from models.journal.tasks import FlagSettled, TaskNote
from models.ledger.tables import claim, claim_decision, claim_document, claim_withdrawal, flag, flag_settled
from models.rules.awards import award_problems, award_warnings, needs_second, total
from models.rules.claim_states import (
    DECIDED_AGAIN,
    LATE_DOCUMENT,
    WITHDRAWN_LATE,
    Act,
    allowed,
)
from models.rules.claims import document_kind
from models.rules.days import business_date
from models.rules.missions import mission
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.rejections import reason, rejection_problems
from server.store.tables import officer
from server.usecases import claim_proposals
from server.usecases.centre import Centre
from server.usecases.claim_cases import Before, Case, case_of, changes, how_it_stands, permit_case
from server.usecases.claim_comments import keep_comment, note_of_proposal
from server.usecases.claim_proposals import Proposal, Verdict, proposal_of, propose
from server.usecases.journal import lock_own_head, record
from server.usecases.officers import Officer
from server.usecases.overview import ZONE
from server.usecases.settings import four_eyes_idr

LONGEST_NOTE = 1000
LONGEST_REFERENCE = 60
MOST_PAPERS = 40
LONGEST_WAIT = timedelta(days=366)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of it. `entry` is None while it waits for a second officer."""

    entry: UUID | None
    warnings: tuple[Problem, ...] = ()

    @property
    def proposed(self) -> bool:
        return self.entry is None


# Asking


def ask(
    centre: Centre,
    claim_id: UUID,
    wanted: Sequence[str],
    *,
    by: Officer,
    by_day: date | None = None,
    note: str = "",
    before: Before | None = None,
) -> UUID:
    """Ask for papers, by keys of the claim's checklist or by kinds of documents; the counter hears of it, and `note` is
    read by the worker.

    Refused, besides what every act is refused for (`_acting`): on "wanted" `required`, `claim.too_many_papers`,
    `document.kind_unknown`; on "by_day" `claim.day_over`, `claim.day_far`; on "note" `text.too_long`."""
    note = note.strip()

    def work(connection: Connection, case: Case) -> UUID:
        today = business_date(centre.now(), ZONE)
        papers, problems = _papers(case, wanted)
        if by_day is not None and by_day < today:
            problems.append(Problem.of("by_day", "claim.day_over", day=by_day.isoformat()))
        elif by_day is not None and by_day > today + LONGEST_WAIT:
            problems.append(Problem.of("by_day", "claim.day_far", day=by_day.isoformat()))
        refuse_if(problems + _note_problems(note))
        body = DocumentsRequested(
            claim_id=case.id,
            mission=case.mission,
            business_date=_day(centre, case),
            papers=len(papers),
            wanted=() if case.restricted else papers,
            by_day=by_day,
            seen=_seen(case),
            personal=None if case.restricted else _personal(note),
        )
        return _record(connection, centre, case, body, SealedRequest(wanted=papers, note=note), by)

    return _acting(centre, claim_id, "ask", by, before, work)


def _papers(case: Case, wanted: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """Each paper once, kinds by our own word."""
    keys = {one.key for one in case.checklist}
    papers: list[str] = []
    problems: list[Problem] = []
    for one in (one.strip() for one in wanted):
        if not one:
            continue
        try:
            papers.append(one if one in keys else document_kind(one, "wanted"))
        except Refused as refusal:
            problems += refusal.problems
    found = tuple(dict.fromkeys(papers))
    if not found and not problems:
        problems.append(Problem("wanted", "required"))
    if len(found) > MOST_PAPERS:
        problems.append(Problem.of("wanted", "claim.too_many_papers", most=MOST_PAPERS))
    return found, problems


# Deciding


def approve(
    centre: Centre,
    claim_id: UUID,
    awards: Sequence[tuple[str, int]],
    *,
    by: Officer,
    note: str = "",
    before: Before | None = None,
) -> Decided:
    """Grant these benefits, in whole rupiah each; above the limit, and of a restricted claim, propose it to a second
    officer.

    Refused, besides what every act is refused for: `claim.proposed` where another officer's proposal waits; what
    `award_problems` says; on "note" `text.too_long`."""
    verdict = Verdict("approved", tuple(awards), note=note.strip())

    def work(connection: Connection, case: Case) -> Decided:
        refuse_if(award_problems(verdict.awards, case.choices, note=verdict.note) + _note_problems(verdict.note))
        return _decide(connection, centre, case, verdict, by)

    return _acting(centre, claim_id, "approve", by, before, work)


def reject(
    centre: Centre,
    claim_id: UUID,
    reason_code: str,
    *,
    by: Officer,
    duplicate_of: str = "",
    note: str = "",
    before: Before | None = None,
) -> Decided:
    """Reject it for a reason of `models.rules.rejections`; `duplicate_of` is the number (or id) of the claim that
    stands for this one. A restricted one, and one that another officer had approved, is proposed to a second officer.

    Refused, besides what every act is refused for: `claim.proposed`; on "reason" `required`, `rejection.unknown`; on
    "duplicate_of" `required`, `claim.not_at_centre`, `claim.number_several`, `claim.duplicate_itself`,
    `claim.duplicate_restricted`; on "note" `required`, `text.too_long`."""
    why, note, duplicate_of = reason(reason_code.strip()), note.strip(), duplicate_of.strip()

    def work(connection: Connection, case: Case) -> Decided:
        problems = rejection_problems(why, note=note, duplicate=bool(duplicate_of)) + _note_problems(note)
        refuse_if(problems)
        other = _duplicate(connection, case, duplicate_of) if why.needs_duplicate else None
        verdict = Verdict("rejected", reason_code=why.code, duplicate_of=other, note=note)
        return _decide(connection, centre, case, verdict, by)

    return _acting(centre, claim_id, "reject", by, before, work)


def _duplicate(connection: Connection, case: Case, named: str) -> UUID:
    try:
        of = claim.c.id == UUID(named)
    except ValueError:
        of = claim.c.number == named.upper()
    found = connection.execute(select(claim.c.id, claim.c.restricted).where(of).order_by(claim.c.id)).all()
    if not found:
        raise Refused(Problem.of("duplicate_of", "claim.not_at_centre", number=named[:60]))
    if len(found) > 1:
        ids = ", ".join(str(one.id) for one in found)
        raise Refused(Problem.of("duplicate_of", "claim.number_several", number=named, ids=ids))
    (other,) = found
    if other.id == case.id:
        raise Refused(Problem("duplicate_of", "claim.duplicate_itself"))
    # What a restricted claim is about would be told by the one that names it.
    if other.restricted and not case.restricted:
        raise Refused(Problem("duplicate_of", "claim.duplicate_restricted"))
    return cast(UUID, other.id)


def _decide(connection: Connection, centre: Centre, case: Case, verdict: Verdict, by: Officer) -> Decided:
    there = proposal_of(connection, centre, case)
    if there is not None and not there.void and there.officer_id != by.id:
        raise Refused(Problem.of("claim", "claim.proposed", officer=there.officer))
    warnings = tuple(award_warnings(verdict.awards, case.choices)) if verdict.approved else ()
    if needs_second(
        approved=verdict.approved,
        amount_idr=verdict.amount_idr,
        limit_idr=four_eyes_idr(connection),
        restricted=case.restricted,
        approved_by_others=case.approved_before - {by.id},
    ):
        propose(connection, centre, case, verdict, by)
        return Decided(None, warnings)
    claim_proposals.withdraw(connection, case.id)
    return Decided(_record_decision(connection, centre, case, verdict, by), warnings)


def _record_decision(
    connection: Connection,
    centre: Centre,
    case: Case,
    verdict: Verdict,
    by: Officer,
    proposed_by: UUID | None = None,
) -> UUID:
    told = not case.restricted
    body = ClaimDecided(
        claim_id=case.id,
        mission=case.mission,
        business_date=_day(centre, case),
        outcome=cast(Literal["approved", "rejected"], verdict.outcome),
        awards=tuple(Award(code, amount) for code, amount in verdict.awards) if told else (),
        reason_code=verdict.reason_code if told else "",
        duplicate_of=verdict.duplicate_of if told else None,
        seen=_seen(case),
        proposed_by=proposed_by,
        personal=_personal(verdict.note) if told else None,
    )
    return _record(connection, centre, case, body, verdict.sealed(), by)


# The second officer


def agree(
    centre: Centre, claim_id: UUID, *, by: Officer, proposal: str | None = None, before: Before | None = None
) -> UUID:
    """Agree to what another officer proposed: it is decided. `proposal` is the mark of the one that was looked at.

    Refused, besides what every act is refused for: on "proposal" `claim.no_proposal`, `claim.other_proposal`,
    `claim.own_proposal`, `claim.proposal_void`."""

    def work(connection: Connection, case: Case) -> UUID:
        there = _the_proposal(connection, centre, case, proposal)
        if there.officer_id == by.id:
            raise Refused(Problem("proposal", "claim.own_proposal"))
        if there.void or not _complete(there.verdict):
            raise Refused(Problem("proposal", "claim.proposal_void"))
        claim_proposals.withdraw(connection, case.id)
        return _record_decision(connection, centre, case, there.verdict, by, proposed_by=there.officer_id)

    return _acting(centre, claim_id, "approve", by, before, work)


def send_back(centre: Centre, claim_id: UUID, note: str, *, by: Officer, proposal: str | None = None) -> None:
    """Do not agree: the proposal goes, and why stands among the comments.

    Refused as `agree` is, and on "note" `required`, `text.too_long`."""
    note = note.strip()
    refuse_if(_note_problems(note, needed=True))

    def work(connection: Connection, case: Case) -> None:
        there = _the_proposal(connection, centre, case, proposal)
        if there.officer_id == by.id:
            raise Refused(Problem("proposal", "claim.own_proposal"))
        claim_proposals.withdraw(connection, case.id)
        note_of_proposal(connection, centre, case, there, by, note)

    _acting(centre, claim_id, None, by, None, work)


def discard(centre: Centre, claim_id: UUID, *, by: Officer, proposal: str | None = None) -> None:
    """Take back one's own proposal, or clear away one that is void.

    Refused as `agree` is, and `claim.others_proposal` of another officer's that still stands: that one is sent back
    with a word why."""

    def work(connection: Connection, case: Case) -> None:
        there = _the_proposal(connection, centre, case, proposal)
        if there.officer_id != by.id and not there.void:
            raise Refused(Problem.of("proposal", "claim.others_proposal", officer=there.officer))
        claim_proposals.withdraw(connection, case.id)
        note_of_proposal(connection, centre, case, there, by, "")

    _acting(centre, claim_id, None, by, None, work)


def _the_proposal(connection: Connection, centre: Centre, case: Case, mark: str | None) -> Proposal:
    there = proposal_of(connection, centre, case)
    if there is None:
        raise Refused(Problem("proposal", "claim.no_proposal"), *how_it_stands(connection, case))
    if mark is not None and mark != there.mark:
        raise Refused(Problem.of("proposal", "claim.other_proposal", officer=there.officer))
    return there


def _complete(verdict: Verdict) -> bool:
    """Whether all of it could be opened."""
    return bool(verdict.awards) if verdict.approved else bool(verdict.reason_code)


# Paying


def pay(
    centre: Centre,
    claim_id: UUID,
    *,
    amount_idr: int,
    reference: str,
    paid_on: date,
    by: Officer,
    before: Before | None = None,
) -> UUID:
    """Say that what was granted has been paid: all of it, in whole rupiah, on this day, with the bank's reference.

    Refused, besides what every act is refused for: on "reference" `required`, `text.too_long`; on "paid_on"
    `claim.paid_in_future`, `claim.paid_too_early`; on "amount" `claim.amount_differs`, `award.not_positive`."""
    reference = reference.strip()

    def work(connection: Connection, case: Case) -> UUID:
        assert case.decision is not None, "what is approved was decided"
        refuse_if(_payment_problems(centre, case, amount_idr, reference, paid_on))
        body = ClaimPaid(
            claim_id=case.id,
            mission=case.mission,
            decision_id=case.decision.id,
            paid_on=paid_on,
            amount_idr=0 if case.restricted else amount_idr,
            personal=None if case.restricted else PaymentReference(reference=reference),
        )
        part = SealedPayment(amount_idr=amount_idr, reference=reference)
        return _record(connection, centre, case, body, part, by)

    return _acting(centre, claim_id, "pay", by, before, work)


def _payment_problems(centre: Centre, case: Case, amount_idr: int, reference: str, paid_on: date) -> list[Problem]:
    assert case.decision is not None
    problems = []
    # Whose sealed amount was erased with the person's data is still paid; nobody knows better than who pays.
    due = None if case.granted is None else total(case.granted)
    if amount_idr <= 0:
        problems.append(Problem("amount", "award.not_positive"))
    elif due is not None and amount_idr != due:
        problems.append(Problem.of("amount", "claim.amount_differs", due=due))
    if not reference:
        problems.append(Problem("reference", "required"))
    elif len(reference) > LONGEST_REFERENCE:
        problems.append(Problem.of("reference", "text.too_long", longest=LONGEST_REFERENCE))
    decided_on = business_date(case.decision.at, ZONE)
    if paid_on > business_date(centre.now(), ZONE):
        problems.append(Problem.of("paid_on", "claim.paid_in_future", day=paid_on.isoformat()))
    elif paid_on < decided_on:
        problems.append(Problem.of("paid_on", "claim.paid_too_early", day=decided_on.isoformat()))
    return problems


def payment_returned(centre: Centre, claim_id: UUID, note: str, *, by: Officer, before: Before | None = None) -> UUID:
    """The transfer came back: the claim waits to be paid again. Refused, besides what every act is refused for, on
    "note" `required`, `text.too_long`."""
    note = note.strip()

    def work(connection: Connection, case: Case) -> UUID:
        refuse_if(_note_problems(note, needed=True))
        assert case.payment_id is not None, "what is paid has a payment"
        body = PaymentReturned(
            claim_id=case.id,
            mission=case.mission,
            payment_id=case.payment_id,
            personal=None if case.restricted else _personal(note),
        )
        return _record(connection, centre, case, body, SealedNote(note=note), by)

    return _acting(centre, claim_id, "return", by, before, work)


def reopen(centre: Centre, claim_id: UUID, note: str, *, by: Officer, before: Before | None = None) -> UUID:
    """Take back a decision that is not paid, or let a withdrawn claim go on. Refused, besides what every act is refused
    for, on "note" `required`, `text.too_long`."""
    note = note.strip()

    def work(connection: Connection, case: Case) -> UUID:
        refuse_if(_note_problems(note, needed=True))
        if case.state == "withdrawn":
            undone = case.withdrawal_id
        else:
            undone = case.decision.id if case.decision is not None else None
        assert undone is not None, "what can be reopened stands by an entry"
        body = ClaimReopened(
            claim_id=case.id,
            mission=case.mission,
            undone_id=undone,
            personal=None if case.restricted else _personal(note),
        )
        return _record(connection, centre, case, body, SealedNote(note=note), by)

    return _acting(centre, claim_id, "reopen", by, before, work)


# What every act has in common


def _acting(
    centre: Centre,
    claim_id: UUID,
    act: Act | None,
    by: Officer,
    before: Before | None,
    work: Callable[[Connection, Case], T],
) -> T:
    """One act: one officer after the other. `act` None: of whatever is done beside the journal, in every state.

    Refused: `officer.not_allowed`; on "claim" `claim.not_at_centre`, `claim.changed` with what is new after it, and
    `claim.not_now` where the claim does not stand so (gap `state`), with who decided it."""

    def locked(connection: Connection) -> T:
        lock_own_head(connection, centre)
        case = case_of(connection, centre, claim_id)
        permit_case(by, case)
        refuse_if(changes(connection, case, before))
        if act is not None and act not in allowed(case.state):
            about = Problem.of("claim", _NOT_NOW[act], number=case.number)
            raise Refused(about, *(how_it_stands(connection, case) or [_waits(case)]))
        return work(connection, case)

    return centre.write(locked)


_NOT_NOW: Mapping[Act, str] = {
    "ask": "claim.not_now.ask",
    "approve": "claim.not_now.approve",
    "reject": "claim.not_now.reject",
    "pay": "claim.not_now.pay",
    "return": "claim.not_now.return",
    "reopen": "claim.not_now.reopen",
}


def _waits(case: Case) -> Problem:
    if case.state == "asked":
        return Problem("claim", "claim.waits_for_papers")
    return Problem("claim", "claim.waits")


def _record(connection: Connection, centre: Centre, case: Case, body: Body, part: SealedPart, by: Officer) -> UUID:
    sealed = seal_part(part, centre.keys.claims.public) if case.restricted else None
    (entry,) = record(connection, centre, [body], by.id, sealed=sealed)
    return entry.id


def _seen(case: Case) -> tuple[UUID, ...]:
    return tuple(sorted(case.documents))


def _day(centre: Centre, case: Case) -> date:
    return business_date(centre.now(), mission(case.mission).zone)


def _personal(note: str) -> ClaimNote | None:
    return ClaimNote(note=note) if note else None


def _note_problems(note: str, *, needed: bool = False) -> list[Problem]:
    if needed and not note:
        return [Problem("note", "required")]
    return [Problem.of("note", "text.too_long", longest=LONGEST_NOTE)] if len(note) > LONGEST_NOTE else []


# What came after a decision, and has to be looked at


@dataclass(frozen=True, slots=True)
class Task:
    """`code` is `claim.late_document`, `claim.withdrawn_late` or `claim.decided_again`; `entry_id` what it is about."""

    claim_id: UUID
    entry_id: UUID
    code: str
    at: datetime


_TABLES = {LATE_DOCUMENT: claim_document, WITHDRAWN_LATE: claim_withdrawal, DECIDED_AGAIN: claim_decision}


def tasks(connection: Connection, claim_ids: Collection[UUID] | None = None) -> Mapping[UUID, tuple[Task, ...]]:
    """What nobody has looked at yet, of these claims or of all, the oldest first."""
    found: dict[UUID, list[Task]] = {}
    for code, table in _TABLES.items():
        settled = exists().where(
            flag_settled.c.entry_id == flag.c.entry_id,
            flag_settled.c.code == flag.c.code,
            # What a counter has dealt with it has dealt with for itself: an officer's task is an officer's.
            flag_settled.c.operator_id.in_(select(officer.c.id)),
        )
        query = (
            select(table.c.claim_id, flag.c.entry_id, flag.c.code, flag.c.at)
            .join_from(flag, table, table.c.id == flag.c.entry_id)
            .where(flag.c.code == code, ~settled)
        )
        if claim_ids is not None:
            query = query.where(table.c.claim_id.in_(claim_ids))
        for row in connection.execute(query):
            found.setdefault(row.claim_id, []).append(Task(row.claim_id, row.entry_id, row.code, row.at))
    return {one: tuple(sorted(several, key=lambda task: (task.at, task.entry_id))) for one, several in found.items()}


def settle(centre: Centre, claim_id: UUID, entry_id: UUID, code: str, note: str, *, by: Officer) -> UUID:
    """Say that somebody looked, and that nothing more is to be done; the counters' lists hear of it. What was noted of
    a restricted claim stands among its comments. Refused, besides what every act is refused for, on "task"
    `task.unknown`; on "note" `required`, `text.too_long`."""
    note = note.strip()

    def work(connection: Connection, case: Case) -> UUID:
        refuse_if(_note_problems(note, needed=True))
        waiting = tasks(connection, [case.id]).get(case.id, ())
        if not any((one.entry_id, one.code) == (entry_id, code) for one in waiting):
            raise Refused(Problem("task", "task.unknown"))
        body = FlagSettled(
            entry_id=entry_id,
            code=code,
            mission=case.mission,
            worker_id=case.worker_id,
            personal=None if case.restricted else TaskNote(note=note),
        )
        if case.restricted:
            keep_comment(connection, centre, case, note, by)
        (entry,) = record(connection, centre, [body], by.id)
        return entry.id

    return _acting(centre, claim_id, None, by, None, work)
