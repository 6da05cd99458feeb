"""Cases: a claim as it lies before the officer who decides it, and what that officer had before him."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Row, select

from models.journal.sealed import SealedAccount, SealedDecision, SealedDocument, SealedReport, open_part
from models.ledger.tables import (
    claim,
    claim_decision,
    claim_document,
    claim_payment,
    claim_report,
    claim_undoing,
    claim_withdrawal,
    worker,
)
from models.rules.awards import Choice
from models.rules.claim_states import ClaimState
from models.rules.claims import Kind, Requirement, checklist, document_kind, document_kinds, shipped
from models.rules.problems import Problem, Refused
from server.store.tables import officer
from server.usecases.centre import Centre
from server.usecases.officers import Officer
from server.usecases.roles import Act, may, permit


@dataclass(frozen=True, slots=True)
class Before:
    """What an officer had before him: how the claim stood, its revision, and the documents and reports that had come.
    It travels with the form; what was decided on other grounds than those that are there now is not recorded."""

    state: str
    rev: int
    seen: frozenset[UUID]

    def written(self) -> str:
        return " ".join([self.state, str(self.rev), *sorted(one.hex for one in self.seen)])

    @property
    def short(self) -> str:
        """Twelve signs that are others when anything is other."""
        return hashlib.sha256(self.written().encode()).hexdigest()[:12]

    @classmethod
    def read(cls, written: str) -> Before:
        """What `written` wrote; anything else fits no claim."""
        try:
            state, rev, *seen = written.split()
            return cls(state, int(rev), frozenset(map(UUID, seen)))
        except ValueError:
            return cls("", -1, frozenset())


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with what an act needs. `kind` is None where only a later program knows it, or where nothing of a
    restricted claim could be sealed or is left; `kind_code` is the code, empty in that last case.

    `papers` are the (kind, key of the checklist) of each document that counts, as far as they can be opened. `granted`
    are the standing approval's (benefit, whole rupiah), None where they are sealed and gone with the person's
    data. `approved_before` are the officers whose approvals were reopened."""

    id: UUID
    number: str
    worker_id: UUID
    mission: str
    state: ClaimState
    rev: int
    restricted: bool
    erased: bool
    kind_code: str
    kind: Kind | None
    situation: str
    rules_from: date | None
    event_date: date
    filed_by: str
    outcome: str
    benefits: tuple[str, ...]
    documents: frozenset[UUID]
    papers: tuple[tuple[str, str], ...]
    reports: frozenset[UUID]
    decision: Row[Any] | None
    granted: tuple[tuple[str, int], ...] | None
    payment_id: UUID | None
    withdrawal_id: UUID | None
    approved_before: frozenset[UUID]

    @property
    def before(self) -> Before:
        return Before(self.state, self.rev, self.documents | self.reports)

    @property
    def choices(self) -> Mapping[str, Choice]:
        """What may be granted, by its code: the benefits the kind may lead to; of a kind only a later program knows its
        own code, so that no claim is without a way to an end; where nothing tells the kind, every benefit."""
        held = shipped().edition(self.rules_from)
        if self.kind is not None:
            known = [held.benefit(code) for code in self.kind.benefits]
        elif self.kind_code:
            return {self.kind_code: Choice(self.kind_code, self.kind_code, None)}
        else:
            known = list(held.benefits())
        return {one.code: Choice(one.code, one.name, one) for one in known}

    @property
    def checklist(self) -> tuple[Requirement, ...]:
        """What is asked for, as far as the rules are known here."""
        if self.kind is None:
            return ()
        try:
            return checklist(
                self.kind_code, self.situation, on=self.rules_from, outcome=self.outcome, benefits=self.benefits
            )
        except Refused:
            # Codes of a later program: what is known of the kind is asked for still.
            return checklist(self.kind_code, on=self.rules_from)

    @property
    def answered(self) -> frozenset[str]:
        """The keys of the checklist for which some document has come."""
        kinds = {document_kind(kind) for kind, _key in self.papers if kind in document_kinds()}
        keys = {key for _kind, key in self.papers}
        return frozenset(one.key for one in self.checklist if one.key in keys or not kinds.isdisjoint(one.one_of))


def permit_case(by: Officer, case: Case, act: Act = Act.DECIDE_CLAIMS) -> None:
    """Refused `officer.not_allowed`, also of a restricted claim for whoever may not open those."""
    permit(by, act)
    if case.restricted:
        permit(by, Act.OPEN_RESTRICTED)


def may_decide(by: Officer, *, restricted: bool) -> bool:
    """Whether the officer may act on such a claim at all."""
    return may(by, Act.DECIDE_CLAIMS) and (not restricted or may(by, Act.OPEN_RESTRICTED))


def find_claim(centre: Centre, named: str) -> UUID:
    """The claim with this number, or this id. Refused on "claim": `claim.not_at_centre`, `claim.number_several` where
    two counters gave the number out."""
    named = named.strip()
    try:
        found = [UUID(named)]
    except ValueError:
        query = select(claim.c.id).where(claim.c.number == named.upper())
        found = centre.read(lambda connection: list(connection.scalars(query.order_by(claim.c.id))))
    if not found:
        raise Refused(_unknown(named))
    if len(found) > 1:
        raise Refused(Problem.of("claim", "claim.number_several", number=named, ids=", ".join(map(str, found))))
    return found[0]


def _unknown(named: str, field: str = "claim") -> Problem:
    return Problem.of(field, "claim.not_at_centre", number=named[:60])


def case_of(connection: Connection, centre: Centre, claim_id: UUID) -> Case:
    """The claim, opened as far as the centre's key opens it: for whoever was permitted. Refused
    `claim.not_at_centre`."""
    query = (
        select(claim, worker.c.erased)
        .join_from(claim, worker, worker.c.id == claim.c.worker_id, isouter=True)
        .where(claim.c.id == claim_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused(_unknown(str(claim_id)))
    papers = connection.execute(
        select(claim_document).where(claim_document.c.claim_id == claim_id, claim_document.c.removed_by.is_(None))
    ).all()
    told = connection.execute(
        select(claim_report)
        .where(claim_report.c.claim_id == claim_id)
        .order_by(claim_report.c.rev, claim_report.c.stamp_terminal, claim_report.c.stamp_seq)
    ).all()
    decision = _decision(connection, row.decision_id)
    account = _account(centre, row)
    outcome, benefits = _report(centre, told[-1]) if told else ("", ())
    code = account.benefit if account is not None else "" if row.restricted else row.benefit
    rules_from = account.rules_from if account is not None else row.rules_from
    return Case(
        id=row.id,
        number=row.number,
        worker_id=row.worker_id,
        mission=row.mission,
        state=cast(ClaimState, row.state),
        rev=row.rev,
        restricted=row.restricted,
        erased=bool(row.erased),
        kind_code=code,
        kind=_kind(code, rules_from),
        situation=account.situation if account is not None else row.situation,
        rules_from=rules_from,
        event_date=(account.event_date if account is not None else None) or row.event_date,
        filed_by=(account.filed_by if account is not None else "") or row.filed_by,
        outcome=outcome,
        benefits=benefits,
        documents=frozenset(one.id for one in papers),
        papers=tuple(_paper(centre, one) for one in papers),
        reports=frozenset(one.id for one in told),
        decision=decision,
        granted=_granted(centre, decision, restricted=row.restricted),
        payment_id=row.payment_id,
        withdrawal_id=row.withdrawal_id,
        approved_before=_approved_before(connection, claim_id),
    )


def _kind(code: str, rules_from: date | None) -> Kind | None:
    try:
        return shipped().kind(code, rules_from)
    except Refused:
        return None


def _account(centre: Centre, row: Row[Any]) -> SealedAccount | None:
    """What a restricted claim is about; None of every other, and where nothing of it can be opened."""
    if not row.restricted or row.sealed is None:
        return None
    try:
        return open_part(row.sealed, centre.keys.claims, SealedAccount)
    except ValueError:
        return None


def _paper(centre: Centre, row: Row[Any]) -> tuple[str, str]:
    """Kind and key of a document."""
    if row.sealed_part is None:
        return row.document_kind, row.requirement
    try:
        part = open_part(row.sealed_part, centre.keys.claims, SealedDocument)
    except ValueError:
        return "", ""
    return part.kind, part.requirement


def _report(centre: Centre, row: Row[Any]) -> tuple[str, tuple[str, ...]]:
    """How it ended, and the benefits that are asked for."""
    if row.sealed_part is None:
        return row.outcome, tuple(row.benefits)
    try:
        part = open_part(row.sealed_part, centre.keys.claims, SealedReport)
    except ValueError:
        return "", ()
    return part.outcome, part.benefits


def _decision(connection: Connection, decision_id: UUID | None) -> Row[Any] | None:
    if decision_id is None:
        return None
    return connection.execute(select(claim_decision).where(claim_decision.c.id == decision_id)).one()


def _granted(centre: Centre, decision: Row[Any] | None, *, restricted: bool) -> tuple[tuple[str, int], ...] | None:
    if decision is None or decision.outcome != "approved":
        return ()
    if not restricted:
        return tuple((code, amount) for code, amount in decision.awards)
    try:
        return open_part(decision.sealed_part or b"", centre.keys.claims, SealedDecision).awards
    except ValueError:
        return None


def _approved_before(connection: Connection, claim_id: UUID) -> frozenset[UUID]:
    """Who said yes to it and was taken back."""
    undone = select(claim_undoing.c.undone_id).where(
        claim_undoing.c.claim_id == claim_id, claim_undoing.c.what == "reopened"
    )
    query = select(claim_decision.c.operator_id, claim_decision.c.proposed_by).where(
        claim_decision.c.claim_id == claim_id,
        claim_decision.c.outcome == "approved",
        claim_decision.c.id.in_(undone),
    )
    return frozenset(one for row in connection.execute(query) for one in row if one is not None)


# What became of it while somebody looked


def changes(connection: Connection, case: Case, before: Before | None) -> list[Problem]:
    """What an officer has to be told whose page is older than the claim: on "claim" `claim.changed`, and after it what
    is new (`how_it_stands`, `claim.papers_meanwhile`). None: there was no page."""
    if before is None or before == case.before:
        return []
    problems = [Problem.of("claim", "claim.changed", number=case.number)]
    if before.state != case.state:
        problems += how_it_stands(connection, case)
    if came := len(case.before.seen - before.seen):
        problems.append(Problem.of("claim", "claim.papers_meanwhile", n=came))
    return problems


def how_it_stands(connection: Connection, case: Case) -> list[Problem]:
    """Who decided or paid it, or that it was withdrawn, on "claim": `claim.paid_by`, `claim.withdrawn_on`,
    `claim.approved_by`, `claim.rejected_by`; nothing where it waits."""
    if case.payment_id is not None:
        paid = connection.execute(select(claim_payment).where(claim_payment.c.id == case.payment_id)).one()
        return [_told(connection, "claim.paid_by", paid.operator_id, paid.paid_on)]
    if case.state == "withdrawn":
        withdrawn = select(claim_withdrawal.c.business_date).where(claim_withdrawal.c.id == case.withdrawal_id)
        day: date = connection.execute(withdrawn).scalar_one()
        return [Problem.of("claim", "claim.withdrawn_on", day=day.isoformat())]
    if case.decision is None:
        return []
    said = "claim.approved_by" if case.decision.outcome == "approved" else "claim.rejected_by"
    return [_told(connection, said, case.decision.operator_id, case.decision.business_date)]


def _told(connection: Connection, code: str, officer_id: UUID, day: date) -> Problem:
    return Problem.of("claim", code, officer=name_of(connection, officer_id), day=day.isoformat())


def name_of(connection: Connection, officer_id: UUID) -> str:
    """An officer's name, also of an account that is closed."""
    return connection.scalar(select(officer.c.name).where(officer.c.id == officer_id)) or "—"
